"""IDX files for tests: written by the format's description, and mutated."""

from __future__ import annotations

import gzip
import struct
import sys
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from wounds import wounded

from nn.datasets import IdxError, read_idx

#: The types of the format, by their byte, as struct writes one number.
TYPES = {0x08: "B", 0x09: "b", 0x0B: "h", 0x0C: "i", 0x0D: "f", 0x0E: "d"}


def idx(numbers: Sequence[float], shape: Sequence[int], kind: int = 0x08) -> bytes:
    """The file of these numbers, given in the order in which they stand in it."""
    return header(shape, kind) + struct.pack(f">{len(numbers)}{TYPES[kind]}", *numbers)


def header(shape: Sequence[int], kind: int = 0x08) -> bytes:
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, kind, len(shape), *shape)


def file_of(array: NDArray[Any]) -> bytes:
    """The file of an array of uint8."""
    return idx(array.ravel().tolist(), array.shape)


def mutated(rng: Random) -> bytes:
    """A small IDX file, compressed or not, with a few of its bytes changed, cut, repeated, inserted; one in ten unharmed."""
    kind = rng.choice(list(TYPES))
    shape = [rng.randint(0, 6) for _ in range(rng.randint(1, 3))]
    numbers = [rng.randint(0, 100) for _ in range(int(np.prod(shape)))]
    content = bytearray(idx(numbers, shape, kind))
    wounds = rng.randint(1, 4) if rng.random() < 0.9 else 0
    if rng.random() < 0.5:  # the wounds may be of the compressed bytes, of the array within, or of both
        inside = rng.randint(0, wounds)
        hurt = bytes(wounded(content, inside, rng, place_of(rng)))
        content = bytearray(gzip.compress(hurt, compresslevel=rng.choice([0, 6]), mtime=0))
        wounds -= inside
    return bytes(wounded(content, wounds, rng, place_of(rng)))


def place_of(rng: Random) -> Callable[[int], int]:
    """Where a file is hit: the header, where a byte matters most, as often as all the rest."""
    return lambda length: rng.randrange(min(length, 12) if rng.random() < 0.5 else length)


def outcome(content: bytes) -> str:
    """What reading it came to, "value" or "error"; any other error than IdxError is a failure, and so is a wrong array."""
    try:
        array = read_idx(content)
    except IdxError as error:
        said = str(error)
    else:
        assert array.dtype.isnative
        assert again(array) == (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content)
        return "value"
    assert said.startswith("the data given ")
    assert said.endswith(".")
    return "error"


def again(array: NDArray[Any]) -> bytes:
    """The file of an array, by NumPy rather than by struct, which would not keep every nan."""
    kind = next(kind for kind, letter in TYPES.items() if np.dtype(letter) == array.dtype)
    numbers = array if sys.byteorder == "big" else array.byteswap()
    return header(array.shape, kind) + numbers.tobytes()
