"""MNIST: where it is looked for, what is checked, and what the real files hold (where AUTOGRAD_MINI_DATA names their folder)."""

from __future__ import annotations

import gzip
import os
import pickle
import socket
import sys
import tracemalloc
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import mirrors
import numpy as np
import pytest
from idx_files import file_of, idx
from mirrors import CONTENT, IMAGES, LABELS, SMALL_MNIST, mirror

import nn
from autograd_mini.errors import MissingExtra
from nn.datasets import Dataset, DatasetNotFound, IdxError, read_idx
from nn.datasets.download import found
from nn.datasets.idx import unpacked
from nn.datasets.mnist import FILES, MIRRORS, TEST, TRAIN

DATA = os.environ.get("AUTOGRAD_MINI_DATA")
with_mnist = pytest.mark.skipif(not DATA, reason="NO MNIST HERE: set AUTOGRAD_MINI_DATA to the folder with its four files")


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache, no folder named, and no mirror: no test reaches beyond this machine."""
    cache = tmp_path / "cache"
    monkeypatch.setattr("pooch.os_cache", lambda project: cache / project)
    monkeypatch.delenv("AUTOGRAD_MINI_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(sys.modules["nn.datasets.mnist"], "FILES", SMALL_MNIST)
    monkeypatch.setattr(sys.modules["nn.datasets.mnist"], "MIRRORS", ())
    return cache / "autograd-mini" / "mnist"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[mirrors.Mirror]:
    """A good mirror, in place of the public ones."""
    with mirror(mirrors.whole) as good:
        monkeypatch.setattr(sys.modules["nn.datasets.mnist"], "MIRRORS", (good.url,))
        yield good


def put(folder: Path, **others: bytes) -> Path:
    """The small MNIST in a folder, compressed; `others` in place of the named file, with _ for -."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**CONTENT, **{name.replace("_", "-"): other for name, other in others.items()}}.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
    return folder


def assert_small_mnist(data: Dataset) -> None:
    for samples, part in ((data.train, TRAIN), (data.test, TEST)):
        np.testing.assert_array_equal(samples.x, IMAGES[part].reshape(-1, 784) / 255.0)
        np.testing.assert_array_equal(samples.y, LABELS[part])
        assert (samples.x.dtype, samples.y.dtype) == (np.float64, np.int64)
    assert data.test.x.min() == 1.0  # the ink of its pictures is full


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    assert_small_mnist(nn.datasets.mnist(put(tmp_path / "mine")))
    assert_small_mnist(nn.datasets.mnist(str(tmp_path / "mine"), download=False))


def test_files_that_are_not_compressed(tmp_path: Path) -> None:
    for name, content in CONTENT.items():
        (tmp_path / name).write_bytes(content)
    assert_small_mnist(nn.datasets.mnist(tmp_path))


def test_the_folder_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "home" / "data")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.setenv("AUTOGRAD_MINI_DATA", "~/data")
    assert_small_mnist(nn.datasets.mnist())


def test_root_comes_before_the_environment_and_that_before_the_cache(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(cache, t10k_labels_idx1_ubyte=idx([1, 1, 1], [3]))
    put(tmp_path / "named", t10k_labels_idx1_ubyte=idx([2, 2, 2], [3]))
    put(tmp_path / "root", t10k_labels_idx1_ubyte=idx([3, 3, 3], [3]))
    assert nn.datasets.mnist().test.y.tolist() == [1, 1, 1]
    monkeypatch.setenv("AUTOGRAD_MINI_DATA", str(tmp_path / "named"))
    assert nn.datasets.mnist().test.y.tolist() == [2, 2, 2]
    assert nn.datasets.mnist(tmp_path / "root").test.y.tolist() == [3, 3, 3]


def test_what_is_nowhere_is_downloaded_into_the_cache_once(served: mirrors.Mirror, cache: Path) -> None:
    assert_small_mnist(nn.datasets.mnist())
    assert_small_mnist(nn.datasets.mnist())
    assert served.asked == list(CONTENT)
    assert sorted(path.name for path in cache.iterdir()) == sorted(f"{name}.gz" for name in CONTENT)


def test_a_named_folder_is_never_written_to(served: mirrors.Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError, match="MNIST is not in"):
        nn.datasets.mnist(tmp_path)
    monkeypatch.setenv("AUTOGRAD_MINI_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="MNIST is not in"):
        nn.datasets.mnist()
    assert served.asked == []
    assert list(tmp_path.iterdir()) == []


def test_without_leave_nothing_is_downloaded(served: mirrors.Mirror, cache: Path) -> None:
    with pytest.raises(FileNotFoundError, match="MNIST is not in"):
        nn.datasets.mnist(download=False)
    assert served.asked == []


def test_no_network_is_one_message_with_every_way_out(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:  # bound, but not listening: it refuses
        taken.bind(("127.0.0.1", 0))
        urls = [f"http://127.0.0.1:{taken.getsockname()[1]}/{mirror}/" for mirror in "ab"]
        monkeypatch.setattr(sys.modules["nn.datasets.mnist"], "MIRRORS", urls)
        with pytest.raises(DatasetNotFound) as caught:
            nn.datasets.mnist()
    assert caught.value.folder == cache
    assert list(caught.value.failures) == urls
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.folder, again.failures) == (str(caught.value), cache, caught.value.failures)
    message = str(caught.value)
    for part in (f"MNIST is not in {cache}.\n", *urls, *FILES, "root=", "AUTOGRAD_MINI_DATA", "nn.datasets.digits()"):
        assert message.count(part) == 1 + (part == TRAIN[0]) * len(urls), part  # each mirror was asked for the first file


def test_what_lacks_is_named(tmp_path: Path) -> None:
    (put(tmp_path) / f"{TEST[1]}.gz").unlink()
    with pytest.raises(FileNotFoundError, match=rf"MNIST is not in .*; of its files, {TEST[1]} lack\."):
        nn.datasets.mnist(tmp_path)


IMAGE = np.zeros((3, 28, 28), "uint8")
WRONG = {
    "labels in place of images": (
        {"t10k_images_idx3_ubyte": idx([1, 2, 3], [3])},
        r"t10k-images-idx3-ubyte.gz holds labels where images belong \(1 dimensions of uint8, not 3 of uint8\). Are two files swapped",
    ),
    "images in place of labels": ({"t10k_labels_idx1_ubyte": file_of(IMAGE)}, "t10k-labels-idx1-ubyte.gz holds images where labels belong"),
    "a matrix": ({"t10k_labels_idx1_ubyte": idx([1, 2, 3], [3, 1])}, "holds something else where labels belong"),
    "numbers of another type": ({"t10k_labels_idx1_ubyte": idx([1, 2, 3], [3], 0x0C)}, "1 dimensions of int32, not 1 of uint8"),
    "fewer labels than images": ({"t10k_labels_idx1_ubyte": idx([1, 2], [2])}, "idx3-ubyte has 3 images, but .*idx1-ubyte has 2 labels"),
    "the labels of the other part": ({"t10k_labels_idx1_ubyte": CONTENT[TRAIN[1]]}, "has 3 images, but .* has 5 labels"),
    "images of another size": ({"t10k_images_idx3_ubyte": idx([0] * 12, [3, 2, 2])}, "has images of 2 × 2; MNIST's are 28 × 28"),
    "labels beyond 9": ({"t10k_labels_idx1_ubyte": idx([1, 10, 3], [3])}, "has the label 10; MNIST's are 0 to 9"),
    "a damaged file": ({"t10k_images_idx3_ubyte": CONTENT[TEST[0]][:-1]}, "t10k-images-idx3-ubyte.gz is truncated"),
}


@pytest.mark.parametrize("case", WRONG)
def test_files_that_are_not_mnists(case: str, tmp_path: Path) -> None:
    others, message = WRONG[case]
    with pytest.raises(IdxError, match=message):
        nn.datasets.mnist(put(tmp_path, **others))


def test_float32(tmp_path: Path) -> None:
    data = nn.datasets.mnist(put(tmp_path), dtype="float32")
    assert data.train.x.dtype == np.float32
    np.testing.assert_array_equal(data.train.x, (IMAGES[TRAIN].reshape(-1, 784) / 255.0).astype("float32"))


def test_bad_dtype(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dtype is one of 'float64', 'float32', got 'uint8'"):
        nn.datasets.mnist(put(tmp_path), dtype="uint8")


def test_without_pooch_a_named_folder_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    assert_small_mnist(nn.datasets.mnist(put(tmp_path)))
    with pytest.raises(MissingExtra, match=r'needs pooch: pip install "autograd-mini\[mnist\]"'):
        nn.datasets.mnist()


def test_the_public_mirrors() -> None:
    assert MIRRORS == ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/")


@with_mnist
def test_the_real_files_are_the_published_ones() -> None:
    for name, published in FILES.items():
        path = found(Path(DATA or ""), name)
        assert path is not None
        with unpacked(path.read_bytes()) as file:
            content = file.read()
        assert (len(content), sha256(content).hexdigest()) == published


@with_mnist
def test_the_real_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRAD_MINI_DATA", DATA or "")
    tracemalloc.start()
    try:
        data = nn.datasets.mnist(dtype="float32")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (data.train.x.shape, data.test.x.shape) == ((60_000, 784), (10_000, 784))
    # Counts of the digits, and the mean and deviation of the ink that everyone's transforms subtract and divide by.
    assert np.bincount(data.train.y).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(data.test.y).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert data.train.y[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert data.test.y[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert round(float(data.train.x.mean(dtype="float64")), 4) == 0.1307
    assert round(float(data.train.x.std(dtype="float64")), 4) == 0.3081
    whole = data.train.x.nbytes + data.test.x.nbytes
    assert peak < whole + 1.3 * FILES[TRAIN[0]].size  # beside the result, the training images as they are in the file


@with_mnist
def test_the_real_images_unpacked() -> None:
    path = found(Path(DATA or ""), TEST[0])
    assert path is not None
    images = read_idx(path)
    assert images.shape == (10_000, 28, 28)
    assert images.dtype == "uint8"
    assert (images.min(), images.max()) == (0, 255)
