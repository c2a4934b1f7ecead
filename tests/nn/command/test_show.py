"""`python -m nn show`; and files that no command can read."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from typed import Captured, learned, printed, refused

import nn
from autograd_mini.language import LANGUAGES


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learned the digits."""
    return learned("digits", tmp_path_factory.mktemp("networks"))


def test_a_network_is_shown_with_its_notes(read: Path, tmp_path: Path, capsys: Captured) -> None:
    out = printed(capsys, "show", read, "--plots", tmp_path)
    assert out.startswith("Network: 64-16-10, 1,210 parameters.\n")
    accuracy = nn.load(read).notes["accuracy"]
    assert "  hidden neurons: 16\n" in out
    assert "  cost: quadratic\n" in out
    assert f"  test accuracy: {accuracy:.2%}\n" in out
    assert "patience" not in out  # none was asked for
    assert f"  测试正确率：{accuracy:.2%}\n" in printed(capsys, "--lang", "zh", "show", read)
    assert {path.stem for path in tmp_path.iterdir()} == {"confusion", "digits", "mistakes", "weights"}
    nn.MLP(3, [1]).save(tmp_path / "plain.safetensors")
    bare = printed(capsys, "show", tmp_path / "plain.safetensors", "--plots", tmp_path)
    assert bare.endswith("It has no notes on how it was trained.\n\nThere is nothing to draw.\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", ["evaluate", "show"])
def test_its_tables_fit_in_60_cells(command: str, language: str, read: Path, capsys: Captured) -> None:
    _said, table, *_more = printed(capsys, "--lang", language, command, read).split("\n\n")
    assert max(map(cell_len, table.splitlines())) <= 60


@pytest.mark.parametrize("command", ["evaluate", "show", "predict"])
def test_other_files_are_refused(command: str, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "poem.safetensors"
    path.write_text("Whose woods these are I think I know.")
    things = ["x.png"] if command == "predict" else []
    assert f"nn: {path} is no network that can be read: " in refused(capsys, command, path, *things, code=1)
    assert refused(capsys, command, tmp_path / "none", *things, code=1) == f"nn: {tmp_path / 'none'}: No such file or directory\n"
