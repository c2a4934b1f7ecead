"""read_idx: what is written comes back; anything else is an IdxError that says what it is, in no more memory than its data."""

from __future__ import annotations

import gzip
import struct
import sys
import tracemalloc
import zlib
from math import prod
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from idx_files import TYPES, again, header, idx, mutated, outcome

from autograd_mini.errors import MissingExtra
from nn.datasets import IdxError, read_idx

NUMBERS = {
    "B": st.integers(0, 255),
    "b": st.integers(-128, 127),
    "h": st.integers(-(2**15), 2**15 - 1),
    "i": st.integers(-(2**31), 2**31 - 1),
}
SMALL = 1 << 20  # bytes that reading a small file may take
IMAGES = idx([*range(24)], [2, 3, 4])


@given(st.data(), st.sampled_from([0x08, 0x09, 0x0B, 0x0C]), st.lists(st.integers(0, 4), min_size=1, max_size=5), st.booleans())
def test_what_is_written_comes_back(data: st.DataObject, kind: int, shape: list[int], packed: bool) -> None:
    size = int(np.prod(shape))
    numbers = data.draw(st.lists(NUMBERS[TYPES[kind]], min_size=size, max_size=size))
    content = idx(numbers, shape, kind)
    array = read_idx(gzip.compress(content) if packed else content)
    assert array.shape == tuple(shape)
    assert array.dtype == TYPES[kind]
    assert array.dtype.isnative
    assert array.ravel().tolist() == numbers


#: Shapes of up to 32 dimensions and 1 GiB of doubles, an empty side counting as 1.
ANY_SHAPES = arrays.array_shapes(min_dims=1, max_dims=32, min_side=0, max_side=3)
SHAPES = ANY_SHAPES.filter(lambda shape: prod(side or 1 for side in shape) <= 2**27)


@given(arrays.arrays(st.sampled_from(list(TYPES.values())), SHAPES))
@example(np.zeros((0, *[3] * 16, *[1] * 15)))
def test_any_array_of_the_six_types_comes_back_bit_for_bit(array: np.ndarray) -> None:
    read = read_idx(again(array))
    assert (read.shape, read.dtype) == (array.shape, array.dtype)
    assert read.tobytes() == array.tobytes()
    read[...] = 0  # it is the caller's own: it can be written to


def test_paths_and_names(tmp_path: Path) -> None:
    # Whether a file is compressed is in its bytes: some servers and browsers unpack what they keep the name .gz of.
    for name, content in {"a.gz": IMAGES, "b": gzip.compress(IMAGES), "c.gz": gzip.compress(IMAGES), "d": IMAGES}.items():
        (tmp_path / name).write_bytes(content)
        assert read_idx(tmp_path / name).tolist() == read_idx(str(tmp_path / name)).tolist() == np.arange(24).reshape(2, 3, 4).tolist()


PACKED = gzip.compress(IMAGES, mtime=0)
PAGE = b"\xef\xbb\xbf\n <!DOCTYPE html>\n<title>Sign in</title>"

#: What is wrong: the bytes, and what the message says of them.
WRONG = {
    "empty": (b"", "is empty"),
    "nothing compressed": (gzip.compress(b""), "is empty"),
    "one number missing": (IMAGES[:-1], r"is truncated: of the 24 bytes that its header promises \(2 × 3 × 4 numbers\), it holds 23"),
    "truncated in the magic": (IMAGES[:3], "is truncated: it ends within its header"),
    "truncated after the first zero": (IMAGES[:1], "is truncated: it ends within its header"),
    "truncated in the dimensions": (IMAGES[:15], "is truncated: it ends within its header"),
    "truncated before compressing": (gzip.compress(IMAGES[:20]), "is truncated: of the 24 bytes .* it holds 4"),
    "compressed, truncated": (PACKED[:-9], "is truncated: its compressed data breaks off"),
    "compressed, truncated in its header": (PACKED[:5], "is truncated: its compressed data breaks off"),
    "compressed, damaged at the end": (PACKED[:-8] + bytes(8), r"is damaged: its compressed data cannot be unpacked \(CRC check failed"),
    "compressed, damaged inside": (PACKED[:12] + bytes([PACKED[12] ^ 255]) + PACKED[13:], "is damaged: its compressed data"),
    "trailing byte": (IMAGES + b"\0", r"goes on after the 24 bytes that its header promises \(2 × 3 × 4 numbers\)"),
    "trailing byte, compressed": (gzip.compress(IMAGES + b"\0"), "goes on after the 24 bytes"),
    "trailing garbage after the compressed data": (PACKED + b"garbage", "is damaged: its compressed data"),
    "a page": (b"<html></html>", "is a web page, it begins with '<html></html>': the server answered with a page"),
    "a page after a mark and blanks": (PAGE, "is a web page, it begins with '<!DOCTYPE html>'"),
    "a page, compressed": (gzip.compress(PAGE), "is a web page, it begins with '<!DOCTYPE html>'"),
    "compressed twice": (gzip.compress(PACKED), "is compressed twice"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + IMAGES, "is no IDX file: it begins with the bytes 89 50 4e 47"),
    "text": (b"5,0,4", "is no IDX file: it begins with the bytes 35 2c 30 2c"),
    "blanks": (b"   ", "is no IDX file: it begins with the bytes 20 20 20"),
    "unknown type": (header([1], 0x0A) + b"\0", r"has numbers of type 0x0a; an IDX file has one of 0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e"),
    "little-endian magic": (bytes([3, 8, 0, 0]), "is no IDX file: it begins with the bytes 03 08 00 00"),
    "no dimensions": (header([]) + b"\0", "has 0 dimensions; 1 to 32 can be read"),
    "33 dimensions": (header([1] * 33) + b"\0", "has 33 dimensions; 1 to 32 can be read"),
    "more than 1 GiB": (header([2**30 + 1]), "promises 1,073,741,825 numbers; arrays of at most 1,073,741,824 bytes are read"),
    "more than 1 GiB of doubles": (header([2**27 + 1], 0x0E), "promises 134,217,729 numbers; arrays of at most"),
    "a product beyond 64 bits": (header([2**32 - 1] * 4), r"promises 4,294,967,295 × 4,294,967,295 × .* numbers; arrays of at most"),
    "empty, but with sides that no array has": (header([0, 2**32 - 1, 2**32 - 1, 2**32 - 1]), "promises 0 × 4,294,967,295 × .* numbers"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said(case: str, tmp_path: Path) -> None:
    content, message = WRONG[case]
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(content)
    with pytest.raises(IdxError, match=message) as caught:
        read_idx(content)
    with pytest.raises(IdxError, match=message) as from_file:
        read_idx(path)
    assert str(from_file.value) == str(caught.value).replace("the data given", str(path), 1)


@given(st.integers(0, 2**32 - 1))
def test_mutated_files_are_a_value_or_the_error(seed: int) -> None:
    rng = Random(seed)
    outcome(mutated(rng))


@given(st.binary(max_size=200), st.booleans())
@example(b"\0\0\x08\x01\0\0\0\0", False)
def test_any_bytes_are_a_value_or_the_error(content: bytes, plausible: bool) -> None:
    outcome(b"\0\0\x08" + content if plausible else content)


def peak(content: bytes) -> int:
    """The bytes that reading takes at the worst moment."""
    tracemalloc.start()
    try:
        outcome_of_reading(content)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def outcome_of_reading(content: bytes) -> None:
    try:
        read_idx(content)
    except IdxError:
        return


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("shape", [[2**30], [60_000, 28, 28], [2**15, 2**15], [0, 2**30]])
def test_a_promise_takes_no_memory(shape: list[int], packed: bool) -> None:
    content = header(shape) + b"few"
    assert peak(gzip.compress(content) if packed else content) < SMALL


def test_a_gzip_bomb_is_unpacked_no_further_than_its_promise() -> None:
    # 256 MiB of zeros in 256 KiB, behind a header that promises 1,000 numbers.
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join([packer.compress(header([1_000])), *(packer.compress(bytes(1 << 20)) for _ in range(256)), packer.flush()])
    with pytest.raises(IdxError, match="goes on after the 1,000 bytes"):
        read_idx(bomb)
    assert peak(bomb) < SMALL


def test_a_bomb_in_the_header_is_not_unpacked_either() -> None:
    bomb = gzip.compress(bytes(1 << 26))
    with pytest.raises(IdxError, match="has numbers of type 0x00"):
        read_idx(bomb)
    assert peak(bomb) < SMALL


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_mutated_files_take_little_memory(seed: int) -> None:
    assert peak(mutated(Random(seed))) < SMALL


def test_a_large_array_is_held_once() -> None:
    content = header([1 << 24]) + bytes(1 << 24)
    assert peak(content) < 1.2 * (1 << 24)


def test_other_sources_are_refused() -> None:
    for source in (5, None, [1, 2]):
        with pytest.raises(TypeError, match=r"expected str, bytes or os\.PathLike object"):
            read_idx(source)  # type: ignore[arg-type]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing"):
        read_idx(tmp_path / "nothing")


def test_without_numpy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(MissingExtra, match=r'read_idx needs numpy: pip install "autograd-mini\[mnist\]"'):
        read_idx(IMAGES)


def test_the_description_of_the_format() -> None:
    # http://yann.lecun.com/exdb/mnist: magic 2049 for labels, 2051 for images, as big-endian integers.
    assert struct.unpack(">I", header([1])[:4]) == (2049,)
    assert struct.unpack(">I", header([1, 1, 1])[:4]) == (2051,)
