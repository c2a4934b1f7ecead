"""What is typed, and what comes of it: for the tests of all commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from nn.command import main

QUICK = ["train", "--data", "xor", "--hidden", "4", "--epochs", "2"]
Captured = pytest.CaptureFixture[str]


def printed(capsys: Captured, *arguments: str | Path, code: int = 0) -> str:
    """What goes to stdout; nothing may go to stderr."""
    assert main([str(argument) for argument in arguments]) == code
    out, err = capsys.readouterr()
    assert err == ""
    return out


def refused(capsys: Captured, *arguments: str | Path, code: int) -> str:
    """What goes to stderr, one line but for the usage, when the command line ends with this code."""
    try:
        ended: int | str | None = main([str(argument) for argument in arguments])
    except SystemExit as left:
        ended = left.code
    assert ended == code
    err = capsys.readouterr().err
    assert "Traceback" not in err
    return err


def helped(capsys: Captured, *arguments: str) -> str:
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--help"])
    assert left.value.code == 0
    return capsys.readouterr().out


def learned(name: str, folder: Path) -> Path:
    """A network that has learned this data set, with all as it is where nothing is said."""
    path = folder / f"{name}.safetensors"
    assert main(["train", "--data", name, "--save", str(path)]) == 0
    return path
