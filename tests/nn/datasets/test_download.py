"""The downloader against mirrors on this machine: what they send is kept only if it is the published file, and then whole."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import mirrors
import pytest
from mirrors import CONTENT, SMALL_MNIST, Manner, mirror

from nn.datasets.download import _reason, fill, found
from nn.datasets.mnist import TEST, TRAIN

TIMEOUT = 60.0  # longer than any machine takes for a few bytes: it never runs out but where a test says so

#: What a mirror does to all files, and what is said of it.
BAD: dict[Manner, str] = {
    mirrors.not_there: "404 Client Error: Not Found",
    mirrors.truncated: "is truncated: its compressed data breaks off",
    mirrors.truncated_and_unpacked: "is truncated: of the 3,920 bytes that its header promises",
    mirrors.breaks_off: "gz: Connection broken: IncompleteRead",
    mirrors.says_too_little: "is truncated: its compressed data breaks off",
    mirrors.says_nonsense: "many",
    mirrors.page: "is a web page, it begins with '<!DOCTYPE html>'",
    mirrors.other_data: "it is not the published file: its SHA-256 is another",
    mirrors.other_size: "it is not the published file: its SHA-256 is another",
    mirrors.bomb: "it is not the published file: its SHA-256 is another",
    mirrors.endless: "it goes on after 1,052,512 bytes, more than the published file can have",
    mirrors.in_circles: "redirects",
    mirrors.no_http: "gz: Connection aborted. 220 smtp",
}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def assert_filled(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{name}.gz" for name in CONTENT)
    for name, content in CONTENT.items():
        assert gzip.decompress((folder / f"{name}.gz").read_bytes()) == content


def test_a_good_mirror(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folders"
    with mirror(mirrors.whole) as good, mirror(mirrors.whole) as second:
        assert fill(folder, SMALL_MNIST, [good.url, second.url], TIMEOUT) == {}
    assert_filled(folder)
    assert good.asked == list(CONTENT)
    assert second.asked == []


@pytest.mark.parametrize("manner", BAD, ids=lambda manner: manner.__name__)
def test_a_bad_mirror_leaves_nothing_and_says_why(manner: Manner, tmp_path: Path) -> None:
    with mirror(manner) as bad:
        failures = fill(tmp_path, SMALL_MNIST, [bad.url], TIMEOUT)
    assert list(failures) == [bad.url]
    assert failures[bad.url].startswith("train-images-idx3-ubyte.gz: ")
    assert BAD[manner] in failures[bad.url]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("manner", BAD, ids=lambda manner: manner.__name__)
def test_after_a_bad_mirror_comes_the_next(manner: Manner, tmp_path: Path) -> None:
    with mirror(manner) as bad, mirror(mirrors.whole) as good:
        assert list(fill(tmp_path, SMALL_MNIST, [bad.url, good.url], TIMEOUT)) == [bad.url]
    assert_filled(tmp_path)


def test_one_bad_file_is_had_from_the_next_mirror_and_so_are_those_after_it(tmp_path: Path) -> None:
    with mirror(mirrors.whole, t10k_images_idx3_ubyte=mirrors.page) as bad, mirror(mirrors.whole) as good:
        assert list(fill(tmp_path, SMALL_MNIST, [bad.url, good.url], TIMEOUT)) == [bad.url]
    assert bad.asked == [*TRAIN, TEST[0]]
    assert good.asked == list(TEST)
    assert_filled(tmp_path)


@pytest.mark.parametrize("manner", [mirrors.unpacked, mirrors.unpacked_on_the_way], ids=lambda manner: manner.__name__)
def test_what_arrives_unpacked_is_kept_without_the_ending(manner: Manner, tmp_path: Path) -> None:
    with mirror(manner) as good:
        assert fill(tmp_path, SMALL_MNIST, [good.url], TIMEOUT) == {}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == CONTENT


def test_only_what_is_missing_is_fetched(tmp_path: Path) -> None:
    (tmp_path / TRAIN[0]).write_bytes(CONTENT[TRAIN[0]])
    (tmp_path / f"{TRAIN[1]}.gz").write_bytes(gzip.compress(CONTENT[TRAIN[1]]))
    with mirror(mirrors.whole) as good:
        fill(tmp_path, SMALL_MNIST, [good.url], TIMEOUT)
        fill(tmp_path, SMALL_MNIST, [good.url], TIMEOUT)
    assert good.asked == list(TEST)
    assert found(tmp_path, TRAIN[0]) == tmp_path / TRAIN[0]


SILENT: dict[Manner, str] = {mirrors.silent: "Read timed out. (read timeout=0.1)", mirrors.stalls: "Read timed out."}


@pytest.mark.parametrize("manner", SILENT, ids=lambda manner: manner.__name__)
def test_a_mirror_that_falls_silent_is_given_up(manner: Manner, tmp_path: Path) -> None:
    with mirror(manner) as bad:
        failures = fill(tmp_path, SMALL_MNIST, [bad.url], timeout=0.1)
    assert failures[bad.url].endswith(SILENT[manner])
    assert list(tmp_path.iterdir()) == []


def test_after_a_mirror_that_stalls_comes_the_next(tmp_path: Path) -> None:
    with mirror(mirrors.stalls) as bad, mirror(mirrors.whole) as good:
        assert list(fill(tmp_path, SMALL_MNIST, [bad.url, good.url], timeout=2.0)) == [bad.url]
    assert_filled(tmp_path)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with mirror(mirrors.bomb) as bad:
        tracemalloc.start()
        try:
            fill(tmp_path, SMALL_MNIST, [bad.url], TIMEOUT)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < mirrors.BOMB / 4


def test_nobody_there(tmp_path: Path) -> None:
    with socket.socket() as taken:  # bound, but not listening: nothing else can take the port, and it refuses
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        failures = fill(tmp_path, SMALL_MNIST, [url], TIMEOUT)
    assert failures[url].startswith(f"{TRAIN[0]}.gz: Failed to establish a new connection: ")


def test_a_proxy_that_is_not_there_is_named_as_what_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{taken.getsockname()[1]}")
        failures = fill(tmp_path, SMALL_MNIST, ["http://mnist.example/"], TIMEOUT)
    [failure] = failures.values()
    assert failure.startswith(f"{TRAIN[0]}.gz: Unable to connect to proxy: Failed to establish a new connection: ")


KILLED = """
import sys
from pathlib import Path
from nn.datasets.download import fill
from nn.datasets.mnist import FILES
fill(Path(sys.argv[1]), FILES, [sys.argv[2]], 60)
"""


def test_a_killed_download_leaves_nothing_half_written(tmp_path: Path) -> None:
    with mirror(mirrors.stalls) as slow:
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path / "folder"), slow.url], stderr=subprocess.DEVNULL)
        assert slow.reached.wait(60)  # half of the first file is sent
        process.kill()
        process.wait()
    assert list(tmp_path.rglob("*")) == []


def test_ctrl_c_leaves_nothing_half_written_and_is_passed_on(tmp_path: Path) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with mirror(mirrors.whole) as good, pytest.MonkeyPatch.context() as patch:
        patch.setattr("nn.datasets.download._Limited.write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fill(tmp_path, SMALL_MNIST, [good.url], TIMEOUT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(28, "No space left on device"), "No space left on device"), (ConnectionResetError(104, "Reset by peer"), "Reset by peer"),
        (TimeoutError(), "TimeoutError"), (ValueError("it is another file"), "it is another file"),
    ],
)  # fmt: skip
def test_a_reason_is_in_words(error: Exception, reason: str) -> None:
    assert _reason(error) == reason


def test_several_may_fill_one_folder_at_once(tmp_path: Path) -> None:
    together = threading.Barrier(8, timeout=60)

    def meet(exchange: mirrors.Exchange, content: bytes) -> None:
        together.wait()  # none is answered before all have asked
        mirrors.whole(exchange, content)

    results: list[dict[str, str]] = []
    with mirror(mirrors.whole, train_images_idx3_ubyte=meet) as good:
        fillers = [threading.Thread(target=lambda: results.append(fill(tmp_path, SMALL_MNIST, [good.url], TIMEOUT))) for _ in range(8)]
        for filler in fillers:
            filler.start()
        for filler in fillers:
            filler.join()
    assert results == [{}] * 8
    assert_filled(tmp_path)


def test_a_folder_that_cannot_be_made_is_the_systems_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with mirror(mirrors.whole) as good, pytest.raises(OSError, match="file"):
        fill(tmp_path / "file" / "folder", SMALL_MNIST, [good.url], TIMEOUT)


def test_no_bar_where_stderr_is_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with mirror(mirrors.whole) as good:
        fill(tmp_path, SMALL_MNIST, [good.url], TIMEOUT)
    assert capsys.readouterr() == ("", "")


def test_a_bar_on_a_terminal_names_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with mirror(mirrors.whole) as good:
        fill(tmp_path, SMALL_MNIST, [good.url], TIMEOUT)
    out, err = capsys.readouterr()
    assert out == ""
    assert all(f"{name}.gz: 100%" in err for name in CONTENT)
