"""Files that cannot be written: said before the training where that can be known, and no other file suffers."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from typed import QUICK, Captured, printed, refused

import nn
from nn.command import main


@pytest.mark.skipif(os.name != "posix", reason="pipes and links of POSIX")
@pytest.mark.parametrize(
    ("option", "name", "words"),
    [
        ("--save", "none/net.safetensors", "there is no folder "),
        ("--save", "folder", "this is a folder; name a file in it: "),
        ("--save", "pipe", "this is a device or a pipe; name a file."),
        ("--save", "link", "this is a device or a pipe; name a file."),
        ("--plots", "file", "this is a file; name a folder."),
        ("--plots", "file/out", "this folder cannot be made ("),
        ("--checkpoint", "file", "this is a file; name a folder."),
        ("--checkpoint", "file/run", "this folder cannot be made ("),
    ],
)
def test_what_cannot_be_written_is_said_before_the_training(option: str, name: str, words: str, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    assert main([*QUICK, option, str(tmp_path / name)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"nn: {option} {tmp_path / name}: {words}")
    assert err.count("\n") == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="a folder in which nobody can write, not even root")
@pytest.mark.parametrize("arguments", [["--save", "/proc/net.safetensors"], ["--plots", "/proc"], ["--checkpoint", "/proc"]], ids=" ".join)
def test_a_folder_without_the_right_to_write_is_said_before_the_training(arguments: list[str], capsys: Captured) -> None:
    assert main([*QUICK, *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"nn: {' '.join(arguments)}: nothing can be written into the folder /proc (")


def test_a_disk_that_is_full_at_the_end_leaves_the_pictures(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_net: nn.MLP, path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(nn.MLP, "save", full)
    path = tmp_path / "net.safetensors"
    said = refused(capsys, *QUICK, "--save", path, "--plots", tmp_path / "out", code=1)
    assert said == f"nn: the network could not be saved: {path}: No space left on device\n"
    assert (tmp_path / "out" / "curves.svg").exists()


def test_existing_files_are_replaced(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "net.safetensors"
    path.write_text("old")
    printed(capsys, *QUICK, "--save", path)
    assert [*tmp_path.iterdir()] == [path]
    assert nn.load(path).nin == 2
