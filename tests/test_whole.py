"""write_whole: a file appears whole or not at all, and what is promised is on the disk before it is promised."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from autograd_mini.whole import write_whole


def test_what_is_written_stands_there_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    for content in (b"first", b"", b"second"):
        write_whole(target, content)
        assert target.read_bytes() == content
        assert [*tmp_path.iterdir()] == [target]


@pytest.mark.skipif(os.name != "posix", reason="folders can be brought onto the disk on POSIX systems only")
def test_the_content_is_on_the_disk_before_the_name_and_the_name_before_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, Any]] = []
    fsync, replace = os.fsync, os.replace

    def recorded_fsync(handle: int) -> None:
        held = os.fstat(handle)
        calls.append(("fsync", "the folder" if held.st_ino == tmp_path.stat().st_ino else held.st_size))
        fsync(handle)

    def recorded_replace(source: Path, target: Path) -> None:
        calls.append(("replace", target.name))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", recorded_fsync)
    monkeypatch.setattr(os, "replace", recorded_replace)
    write_whole(tmp_path / "a.txt", b"12345")
    assert calls == [("fsync", 5), ("replace", "a.txt"), ("fsync", "the folder")]  # at the first fsync all 5 bytes had left Python


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_fails_leaves_the_old_file_and_nothing_else(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_whole(target, b"new")
    assert caught.value.filename == str(target)
    assert target.read_bytes() == b"old"
    assert [*tmp_path.iterdir()] == [target]


def test_a_folder_that_cannot_be_brought_onto_the_disk_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refused)  # as Windows answers for a folder
    write_whole(tmp_path / "a.txt", b"12345")
    assert (tmp_path / "a.txt").read_bytes() == b"12345"


@pytest.mark.parametrize("name", ["missing/a.txt", "folder"])
def test_a_path_that_cannot_be_written_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError) as caught:  # noqa: PT011 (which one is the system's choice)
        write_whole(tmp_path / name, b"12345")
    assert caught.value.filename == str(tmp_path / name)
    assert [*tmp_path.iterdir()] == [tmp_path / "folder"]


@pytest.mark.skipif(os.name != "posix", reason="links and modes of POSIX")
def test_links_and_modes_stay(tmp_path: Path) -> None:
    target, link = tmp_path / "a.txt", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o600)
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name != "posix", reason="pipes and links of POSIX")
@pytest.mark.parametrize("through_a_link", [False, True])
def test_what_is_no_file_is_not_replaced_by_one(through_a_link: bool, tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    given = link if through_a_link else pipe
    with pytest.raises(OSError, match="a device or a pipe") as caught:
        write_whole(given, b"1")
    assert caught.value.filename == str(given)
    assert pipe.is_fifo()
    assert {*tmp_path.iterdir()} == {pipe, link}


def test_the_longest_name_is_written_too(tmp_path: Path) -> None:
    write_whole(tmp_path / ("n" * 255), b"1")
    assert [len(path.name) for path in tmp_path.iterdir()] == [255]
