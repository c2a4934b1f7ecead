"""Tensor files: named arrays and plain JSON data in one safetensors file.

What you can do with this file: `write_tensors(path, arrays, data)`; `arrays, data = read_tensors(path)`, or a TensorFileError that says
what the file is instead.

The format (huggingface.co/docs/safetensors) is data only, nothing in it is ever run: eight bytes for the length of the header; the
header, JSON that gives each array's type, shape and place; then the numbers. The library `safetensors` writes the files and checks them
(every place within the file, no gap, no overlap). Our own data is JSON text in the header's `__metadata__`, under the key
`autograd_mini`. Any program that reads safetensors reads the arrays: `safetensors.numpy.load_file(path)`.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from autograd_mini.whole import write_whole
from nn.datasets.idx import taken
from nn.needs import needed

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["TensorFileError", "Tensors", "parsed", "read_tensors", "write_tensors"]

#: Under this key of `__metadata__` stands our own data.
KEY = "autograd_mini"
#: The types that are read and written, as NumPy calls what the format calls F32 and F64.
TYPES = {"F32": "<f4", "F64": "<f8"}
#: Headers of more bytes are refused unread: each array that a header names takes time, however small the file.
LARGEST_HEADER = 1 << 22
#: Files of more bytes are refused.
LARGEST = 1 << 28

EXPECTED = "Expected is a file that autograd-mini wrote: a network saved with net.save(path), or a checkpoint."
FOREIGN = "is a safetensors file of another program: its header has no data from autograd-mini"
#: What else people have at hand, by how it begins.
OTHERS = {
    b"PK": "is a zip file, as torch.save and numpy.savez write them",
    b"\x80": "looks like a pickle, which runs code when it is loaded and so is not read",
    b"\x1f\x8b": "is compressed; unpack it first (gunzip)",
    b"\x93NUMPY": "is an array of NumPy's (.npy)",
    b"\x89HDF": "is an HDF5 file, as Keras writes them",
    b"<": "is a web page: a server answered with a page in place of the file",
    b"{": "is JSON text, such as a graph for ag.load",
}


class TensorFileError(ValueError):
    """A file is no tensor file of autograd-mini, or a damaged one; the message says what it is instead. Nothing is loaded.

    >>> parsed(b"PK and so on")
    Traceback (most recent call last):
        ...
    nn.tensors.TensorFileError: the data given is a zip file, as torch.save and numpy.savez write them. \
Expected is a file that autograd-mini wrote: a network saved with net.save(path), or a checkpoint.
    """


class Tensors(NamedTuple):
    """What a tensor file holds."""

    arrays: dict[str, NDArray[Any]]
    data: dict[str, Any]


def write_tensors(path: str | os.PathLike[str], arrays: Mapping[str, NDArray[Any]], data: Mapping[str, Any]) -> None:
    """Write arrays of float32 or float64, and plain JSON data, whole or not at all; the same things give the same bytes.

    `data` has texts as keys and holds dicts like itself, lists, texts, ints, floats, bools, None. It goes into the header, which has at
    most 4 MiB; longer lists of numbers belong into arrays.

    Raises TypeError for arrays of other numbers and for other data, ValueError for inf or nan in an array and for more than can be read
    again; the OSError of the system if the path cannot be written; MissingExtra without safetensors or NumPy.
    """
    np, library = needed("numpy", "saving a network", "nn"), needed("safetensors.numpy", "saving a network", "nn")
    whole = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    for name, array in whole.items():
        if array.dtype.name not in ("float32", "float64"):
            raise TypeError(f"arrays of float32 or float64 are written, and {name!r} has {array.dtype}; try array.astype('float64')")
        if not np.isfinite(array).all():
            raise ValueError(f"the array {name!r} holds inf or nan; only finite numbers are written")
    content: bytes = library.save(whole, {KEY: _text(data)})
    header = int.from_bytes(content[:8], "little")
    if header > LARGEST_HEADER or len(content) > LARGEST:
        raise ValueError(
            f"this would make a file of {len(content):,} bytes with a header of {header:,}; at most {LARGEST:,} and {LARGEST_HEADER:,} "
            "can be read again. The header holds the data: put long lists of numbers into arrays"
        )
    write_whole(path, content)


def read_tensors(path: str | os.PathLike[str]) -> Tensors:
    """Return what `write_tensors` wrote; the arrays are yours to change.

    Raises TensorFileError for any other file, for a damaged one and for one of more than 256 MiB, with nothing loaded; OSError if it
    cannot be opened; MissingExtra without safetensors or NumPy.

    >>> import tempfile, numpy as np
    >>> path = os.path.join(tempfile.mkdtemp(), "line.safetensors")
    >>> write_tensors(path, {"slopes": np.array([0.5, -2.0])}, {"name": "lines"})
    >>> read_tensors(path)
    Tensors(arrays={'slopes': array([ 0.5, -2. ])}, data={'name': 'lines'})
    """
    with open(path, "rb") as file:
        return _read(file, os.fsdecode(path))


def parsed(content: bytes) -> Tensors:
    """Return what the content of a tensor file holds; errors are those of `read_tensors`."""
    return _read(BytesIO(content), "the data given")


def _read(file: BinaryIO, name: str) -> Tensors:
    library, np = needed("safetensors", "reading a network", "nn"), needed("numpy", "reading a network", "nn")
    try:
        header, content = _taken(file)
        try:
            found = sorted(library.deserialize(content), key=lambda pair: pair[0])
        except library.SafetensorError as error:
            raise TensorFileError(f"is damaged or cut short: {str(error).removeprefix('Error while deserializing: '):.200}") from None
        data = _data(header)
        return Tensors({name: _array(np, name, array) for name, array in found}, data)
    except TensorFileError as error:
        raise TensorFileError(f"{name} {error}. {EXPECTED}") from None


def _taken(file: BinaryIO) -> tuple[bytes, bytes]:
    """The header, and the whole content. What is no file of ours is refused before the rest is read, be it a film."""
    start = taken(file, 8)
    if not start:
        raise TensorFileError("is empty")
    length = int.from_bytes(start, "little")
    header = taken(file, length if len(start) == 8 and length <= LARGEST_HEADER else 64)
    if length > LARGEST_HEADER or header[:1] != b"{":
        raise TensorFileError(_what_else(bytes(start + header[:64])))
    if len(header) < length:
        raise TensorFileError(f"is cut short: it ends within its header, after {len(header):,} of {length:,} bytes")
    if KEY.encode() not in header:
        raise TensorFileError(FOREIGN)
    content = start + header + taken(file, LARGEST + 1 - len(start) - len(header))
    if len(content) > LARGEST:
        raise TensorFileError(f"has more than {LARGEST:,} bytes, and is not read")
    return bytes(header), bytes(content)


def _what_else(start: bytes) -> str:
    """What a file is that begins like this, and is no tensor file."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    for beginning, what in OTHERS.items():
        if (text if beginning in b"<{" else start).startswith(beginning):
            return what
    return f"is no safetensors file: it begins with the bytes {start[:8].hex(' ')}"


def _data(header: bytes) -> dict[str, Any]:
    """Our own data in a header that the library has accepted."""
    try:
        metadata = _json(header.decode()).get("__metadata__") or {}
        data = _json(metadata[KEY]) if KEY in metadata else None
    except (ValueError, RecursionError) as error:
        raise TensorFileError(f"is damaged: its header cannot be read ({error!s:.200})") from None
    if not isinstance(data, dict):
        raise TensorFileError(FOREIGN)
    return data


def _array(np: Any, name: str, found: Mapping[str, Any]) -> NDArray[Any]:
    """An array of its own, if it is one that is written."""
    if found["dtype"] not in TYPES:
        raise TensorFileError(f"has numbers of type {found['dtype']} in {name!r:.80}; {' and '.join(TYPES)} are read")
    try:
        array = np.ndarray(found["shape"], TYPES[found["dtype"]], buffer=found["data"])
    except (ValueError, OverflowError) as error:
        raise TensorFileError(f"is damaged: the shape of {name!r:.80} cannot be ({error!s:.80})") from None
    if not np.isfinite(array).all():
        raise TensorFileError(f"is damaged: {name!r:.80} holds inf or nan")
    return array.astype(array.dtype.newbyteorder("="), copy=False)  # type: ignore[no-any-return]


def _text(data: Mapping[str, Any]) -> str:
    """Data as JSON text, if it comes back as it is."""
    allowed = "beside the arrays, plain JSON data is written: dicts with texts as keys, lists, texts, finite numbers, bools, None"
    try:
        text = json.dumps(data, allow_nan=False)
        same = isinstance(data, dict) and _json(text) == data
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"{allowed}; got something else ({error!s:.200})") from None
    if not same:
        raise TypeError(f"{allowed}; got something else (a tuple would come back as a list, a key that is a number as a text)")
    return text


def _json(text: str) -> Any:
    """JSON as the standard has it: Python's own reader takes NaN, and lets the last of equal keys win."""
    return json.loads(text, parse_float=_finite, parse_constant=_finite, object_pairs_hook=_without_repeats)


def _finite(text: str) -> float:
    x = float(text)
    if not math.isfinite(x):
        raise ValueError(f"{text:.40} is no finite number")
    return x


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it has a name twice")
    return found
