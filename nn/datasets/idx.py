"""IDX, the format of MNIST's files: an array of numbers behind a header that says its type and its size.

What you can do with this file: `read_idx("t10k-images-idx3-ubyte.gz")` gives the array, or an IdxError that says what the file
is instead. A compressed file is told by its bytes, not by its name.

The header is two zero bytes, one for the type, one for the number of dimensions, and four for the length of each (big-endian);
the numbers follow, the last dimension running fastest. A header may promise anything, so memory grows only with the numbers
that are really there, up to the promise and never beyond `LARGEST` bytes.
"""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from math import prod
from typing import TYPE_CHECKING, Any, BinaryIO

from nn.needs import needed

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["IdxError", "read_idx", "taken", "unpacked"]

#: The types by their byte in the header, as NumPy writes them: big-endian.
TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
#: The most dimensions that every NumPy takes.
MOST_DIMENSIONS = 32
#: Arrays of more bytes than this are refused.
LARGEST = 1 << 30
CHUNK = 1 << 16  # bytes read at a time

Source = str | os.PathLike[str] | bytes


class IdxError(ValueError):
    """The data is no IDX file, or a damaged one; the message says what it is instead and how to mend it.

    >>> read_idx(b"<!DOCTYPE html><title>404</title>")
    Traceback (most recent call last):
        ...
    nn.datasets.idx.IdxError: the data given is a web page, it begins with '<!DOCTYPE html><title>404</title>': the server answered \
with a page in place of the file. Get the file itself.
    """


def read_idx(source: Source) -> NDArray[Any]:
    """Return the array in an IDX file, in the machine's own byte order. `source` is a path, or the file's content as bytes.

    Raises IdxError if it is not one whole IDX array of 1 to 32 dimensions and at most 1 GiB; OSError if the file cannot be
    read; TypeError for another source; MissingExtra without NumPy.

    >>> read_idx(b"\\0\\0" + b"\\x08" + b"\\x01" + b"\\0\\0\\0\\3" + b"\\5\\0\\4")  # uint8, one dimension, three labels
    array([5, 0, 4], dtype=uint8)
    """
    np = needed("numpy", "nn.datasets.read_idx")
    name = _name(source)
    with unpacked(source) as file:
        dtype, shape = _header(file, name)
        size = _promised(dtype, shape, name)
        content = taken(file, size + 1)
    promise = f"the {size:,} bytes that its header promises ({_times(shape)} numbers)"
    if len(content) < size:
        raise IdxError(f"{name} is truncated: of {promise}, it holds {len(content):,}. Get the file again.")
    if len(content) > size:
        raise IdxError(f"{name} goes on after {promise}: its header or its end is damaged. Get the file again.")
    numbers = np.ndarray(shape, dtype, buffer=content)
    return numbers.astype(numbers.dtype.newbyteorder("="), copy=False)  # type: ignore[no-any-return]


@contextmanager
def unpacked(source: Source) -> Iterator[BinaryIO]:
    """The content of a file as a stream, decompressed if it begins as gzip does; read it inside the `with`.

    Raises IdxError where the compressed data turns out truncated or damaged.

    >>> with unpacked(gzip.compress(b"abc")) as file:
    ...     file.read()
    b'abc'
    """
    with BytesIO(source) if isinstance(source, bytes) else open(source, "rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        try:
            yield gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[misc]
        except EOFError:
            raise IdxError(f"{_name(source)} is truncated: its compressed data breaks off. Get the file again.") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise IdxError(f"{_name(source)} is damaged: its compressed data cannot be unpacked ({error}). Get the file again.") from None


def taken(file: BinaryIO, most: int) -> bytearray:
    """The next `most` bytes of a stream, or what is left of it; memory grows with what is there, whatever `most` says.

    >>> taken(BytesIO(b"abc"), 10**12)
    bytearray(b'abc')
    """
    content = bytearray()
    while len(content) < most and (chunk := file.read(min(CHUNK, most - len(content)))):
        content += chunk
    return content


def _header(file: BinaryIO, name: str) -> tuple[str, tuple[int, ...]]:
    """The type and the shape, if they are ones that can be read."""
    magic = taken(file, 4)
    if not magic:
        raise IdxError(f"{name} is empty. Get the file again.")
    if magic[:2] != bytes(2)[: len(magic)]:
        raise IdxError(f"{name} {_what_else(bytes(magic + taken(file, 60)))}")
    if len(magic) < 4:
        raise IdxError(f"{name} is truncated: it ends within its header. Get the file again.")
    kind, dimensions = magic[2:]
    if kind not in TYPES:
        raise IdxError(f"{name} has numbers of type 0x{kind:02x}; an IDX file has one of {', '.join(f'0x{t:02x}' for t in TYPES)}.")
    if not 1 <= dimensions <= MOST_DIMENSIONS:
        raise IdxError(f"{name} has {dimensions} dimensions; 1 to {MOST_DIMENSIONS} can be read.")
    lengths = taken(file, 4 * dimensions)
    if len(lengths) < 4 * dimensions:
        raise IdxError(f"{name} is truncated: it ends within its header. Get the file again.")
    return TYPES[kind], struct.unpack(f">{dimensions}I", lengths)


def _promised(dtype: str, shape: tuple[int, ...], name: str) -> int:
    """The bytes that an array of this type and shape takes, if it may be read at all."""
    each = int(dtype[-1])
    if each * prod(length or 1 for length in shape) > LARGEST:  # a 0 does not excuse the others: NumPy has its limits there too
        raise IdxError(f"{name} promises {_times(shape)} numbers; arrays of at most {LARGEST:,} bytes are read.")
    return each * prod(shape)


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{length:,}" for length in shape)


def _what_else(start: bytes) -> str:
    """What a file is that begins like this, and is no IDX file."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        page = text.decode("ascii", "replace").splitlines()[0]
        return f"is a web page, it begins with {page!r}: the server answered with a page in place of the file. Get the file itself."
    if start.startswith(b"\x1f\x8b"):
        return "is compressed twice: unpack it once (gunzip)."
    return f"is no IDX file: it begins with the bytes {start[:4].hex(' ')}, an IDX file with 00 00, its type and its dimensions."


def _name(source: Source) -> str:
    return "the data given" if isinstance(source, bytes) else os.fspath(source)
