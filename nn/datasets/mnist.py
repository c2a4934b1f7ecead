"""MNIST: 60,000 handwritten digits to learn from, 10,000 of other writers to test on.

What you can do with this file: `data = mnist()` reads it from your folder or the cache, and downloads it where it is in neither.

Data by Y. LeCun, C. Cortes and C. Burges, CC BY-SA 3.0.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nn.datasets.download import Published, fill, found
from nn.datasets.idx import IdxError, read_idx
from nn.datasets.samples import Dataset, Samples
from nn.needs import needed

__all__ = ["FILES", "MIRRORS", "VARIABLE", "DatasetNotFound", "mnist", "usual_folder"]

TRAIN = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
TEST = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")

FILES = {
    TRAIN[0]: Published(47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    TRAIN[1]: Published(60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    TEST[0]: Published(7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    TEST[1]: Published(10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
}

MIRRORS = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/")

#: The environment variable that names a folder with the files.
VARIABLE = "AUTOGRAD_MINI_DATA"

DTYPES = ("float64", "float32")


class DatasetNotFound(FileNotFoundError):
    """A data set is neither in its folder nor to be had from elsewhere; the message says where to put its files.

    `folder` is where they were looked for; `failures` has, for the address of each mirror that was asked, why it failed.
    """

    def __init__(self, message: str = "", folder: Path | None = None, failures: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.folder, self.failures = folder, dict(failures or {})


def mnist(root: str | os.PathLike[str] | None = None, download: bool = True, dtype: str = "float64") -> Dataset:
    """Return MNIST: 60,000 handwritten digits to train, 10,000 of other writers to test.

    `.x` [n, 784] is in 0..1 (0 white, 1 black ink; the 28 rows of the image one after the other), `.y` [n] the digit. Their four
    files are read from `root`; without it, from the folder that AUTOGRAD_MINI_DATA names; without that, from the user's cache,
    into which what is missing is downloaded first (11 MB, once; checked byte for byte), unless `download=False`.

    In float64, `.x` takes 376 MB and 63 MB; with `dtype="float32"` half of that. Reading needs the 47 MB of the training
    images beside it, and no more.

    Raises DatasetNotFound, which says where to put the files, if they are not there and cannot be had; IdxError for a file that
    is damaged or none of MNIST's; ValueError for another dtype; MissingExtra without NumPy or pooch.

    >>> import tempfile
    >>> mnist(tempfile.mkdtemp())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    nn.datasets.mnist.DatasetNotFound: MNIST is not in ...
    Put its four files there, with .gz or unpacked: train-images-idx3-ubyte, train-labels-idx1-ubyte, ...
    """
    if dtype not in DTYPES:
        raise ValueError(f"dtype is one of {', '.join(map(repr, DTYPES))}, got {dtype!r}")
    folder = usual_folder() if root is None else Path(root).expanduser()
    filled = download and root is None and not os.environ.get(VARIABLE)  # a folder of your own stays as it is
    failures = fill(folder, FILES, MIRRORS) if filled else {}
    missing = [name for name in FILES if not found(folder, name)]
    if missing:
        raise DatasetNotFound(_lacks(folder, missing, failures), folder, failures)
    return Dataset(_samples(folder, *TRAIN, dtype), _samples(folder, *TEST, dtype))


def usual_folder() -> Path:
    """Return where the files are looked for if no folder is given: what AUTOGRAD_MINI_DATA names, else the user's cache.

    Raises MissingExtra without pooch, which knows where the cache is.

    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, {VARIABLE: "my/mnist"}):
    ...     usual_folder().as_posix()
    'my/mnist'
    """
    if named := os.environ.get(VARIABLE):
        return Path(named).expanduser()
    return Path(needed("pooch", "nn.datasets.mnist() without root= or AUTOGRAD_MINI_DATA").os_cache("autograd-mini")) / "mnist"


def _lacks(folder: Path, missing: Sequence[str], failures: Mapping[str, str]) -> str:
    lacking = f"; of its files, {', '.join(missing)} lack" if len(missing) < len(FILES) else ""
    tried = "".join(f"\n  could not download {mirror}{failure}" for mirror, failure in failures.items())
    return (
        f"MNIST is not in {folder}{lacking}.{tried}\n"
        f"Put its four files there, with .gz or unpacked: {', '.join(FILES)}. Or name a folder that has them with root= or {VARIABLE}. "
        "nn.datasets.digits() needs no download: digits too, smaller and fewer."
    )


def _samples(folder: Path, images_name: str, labels_name: str, dtype: str) -> Samples:
    images, labels = _read(folder, images_name, "images", 3), _read(folder, labels_name, "labels", 1)
    if len(images) != len(labels):
        raise IdxError(f"{folder}: {images_name} has {len(images):,} images, but {labels_name} has {len(labels):,} labels.")
    if images.shape[1:] != (28, 28):
        raise IdxError(f"{folder}: {images_name} has images of {images.shape[1]} × {images.shape[2]}; MNIST's are 28 × 28.")
    if labels.max(initial=0) > 9:
        raise IdxError(f"{folder}: {labels_name} has the label {labels.max()}; MNIST's are 0 to 9.")
    np = needed("numpy", "nn.datasets.mnist()")
    return Samples(np.divide(images.reshape(-1, 784), 255.0, dtype=dtype), labels.astype("int64"))


def _read(folder: Path, name: str, kind: str, dimensions: int) -> Any:
    path = found(folder, name)
    array = read_idx(path or folder / name)
    if array.dtype != "uint8" or array.ndim != dimensions:
        holds = {1: "labels", 3: "images"}.get(array.ndim, "something else")
        raise IdxError(
            f"{path} holds {holds} where {kind} belong ({array.ndim} dimensions of {array.dtype}, not {dimensions} of uint8). "
            "Are two files swapped?"
        )
    return array
