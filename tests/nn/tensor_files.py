"""Tensor files for tests: written by the format's description, mutated, and read by a second reader."""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from wounds import wounded

from nn.checkpoint import FILE, training_of
from nn.datasets import xor
from nn.loading import restored
from nn.modules import MLP
from nn.optim import Adam
from nn.saving import described
from nn.tensors import KEY, TensorFileError, parsed, read_tensors
from nn.training import fit

TYPES = {"float32": "F32", "float64": "F64"}
EXPECTED = "Expected is a file that autograd-mini wrote: a network saved with net.save(path), or a checkpoint."


def file_of(header: Any, numbers: bytes = b"") -> bytes:
    """A file with this header, which may be anything that JSON can say, or bytes."""
    content = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(content)) + content + numbers


def header_of(arrays: dict[str, NDArray[Any]], data: Any) -> dict[str, Any]:
    """The header that these arrays have, one after the other."""
    header: dict[str, Any] = {"__metadata__": {KEY: json.dumps(data)}}
    place = 0
    for name, array in arrays.items():
        header[name] = {
            "dtype": TYPES.get(array.dtype.name, array.dtype.name),
            "shape": list(array.shape),
            "data_offsets": [place, place := place + array.nbytes],
        }
    return header


def numbers_of(arrays: dict[str, NDArray[Any]]) -> bytes:
    return b"".join(array.tobytes() for array in arrays.values())


def network(rng: Random) -> MLP:
    """A small one, with notes."""
    net = MLP(rng.randint(1, 3), [rng.randint(1, 3) for _ in range(rng.randint(1, 2))], rng.choice(["sigmoid", "relu"]), rng=rng)
    net.notes = {"data": "xor", "epochs": rng.randint(0, 9), "rates": [0.5, 1e-300]}
    return net


@cache
def checkpoint(patience: int | None) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """What the file of a short run holds."""
    net, samples = MLP(2, [2, 1], rng=0), xor()
    with tempfile.TemporaryDirectory() as folder:
        held_out = None if patience is None else samples
        fit(net, samples, epochs=2, optimizer=Adam(net.parameters(), 0.5), validation=held_out, patience=patience, checkpoint=folder)
        return read_tensors(Path(folder) / FILE)


def mutated(rng: Random) -> bytes:
    """The file of a network, or of a run, with a few changes: to its description, to its header, to its bytes; one in ten unharmed."""
    arrays, data = deepcopy(checkpoint(rng.choice([None, 1]))) if rng.random() < 0.2 else described(network(rng))
    wounds = rng.randint(1, 3) if rng.random() < 0.9 else 0
    in_header = rng.randint(0, wounds)
    in_data = rng.randint(0, in_header)
    for _ in range(in_data):
        hurt(data, rng)
    header = header_of(arrays, data)
    for _ in range(in_header - in_data):
        hurt(header, rng)
    return bytes(wounded(bytearray(file_of(header, numbers_of(arrays))), wounds - in_header, rng, place_of(rng), MARKS))


#: What JSON can say in place of what is there.
THINGS: list[Callable[[Random], Any]] = [
    lambda rng: rng.choice([None, True, False, "", "sigmoid", "F32", "F64", "I64", "training.", [], {}, 0.5, float("nan"), float("inf")]),
    lambda rng: rng.randint(-2, 40),
    lambda rng: 2 ** rng.randint(30, 70) - rng.randint(0, 1),
    lambda rng: 10 ** rng.randint(300, 4000),
    lambda rng: [rng.randint(0, 3) for _ in range(rng.choice([1, 2, 3, 40, 80]))],
    lambda rng: chr(rng.randrange(0x110000)) * rng.choice([1, 1000]),
]


def hurt(thing: dict[str, Any], rng: Random) -> None:
    """Change a JSON object in one place, at any depth."""
    owner: Any = thing
    key: Any = None
    while isinstance(owner, dict | list) and owner:
        key = rng.choice(list(owner)) if isinstance(owner, dict) else rng.randrange(len(owner))
        if not isinstance(owner[key], dict | list) or not owner[key] or rng.random() < 0.3:
            break
        owner = owner[key]
    if key is None:  # nothing is left
        return
    match rng.randrange(3):
        case 0:
            del owner[key]
        case 1:
            owner[key] = rng.choice(THINGS)(rng)
        case 2 if isinstance(owner, dict):
            owner[rng.choice(["layers.1.weights", "layers.2.biases", "training.x", KEY, "shape", "x"])] = owner[key]
        case _:
            owner[key] = owner[key] + 1 if isinstance(owner[key], int) else [owner[key]]


#: What hurts a header more than any byte.
MARKS = [b'"', b"{", b"[", b"]", b"}", b",", b":", b"\\", b"9", b"-", b"e9", b"NaN"]


def place_of(rng: Random) -> Callable[[int], int]:
    """Where a file is hit: the length of the header, where a byte matters most, as often as the header, and that as often as the rest."""
    return lambda length: rng.randrange(min(length, rng.choice([8, 400, 10_000])))


def outcome(content: bytes) -> str:
    """What loading it came to; another error than ours is a failure, a wrong number too.

    "run" (a network in training), "network" (that alone, or what is said of its training cannot be), "tensors" (no network), or "error".
    """
    try:
        arrays, data = parsed(content)
    except TensorFileError as error:
        said = str(error)
        assert said.startswith("the data given ")
        assert said.endswith(EXPECTED)
        assert len(said) < 1000
        return "error"
    assert {name: (array.shape, array.tobytes()) for name, array in arrays.items()} == read_again(content)
    assert all(np.isfinite(array).all() and array.dtype.isnative for array in arrays.values())
    try:
        net = restored(arrays, data, "the data given")
    except TensorFileError as error:
        said = str(error)
        assert said.startswith("the data given ")
        assert said.endswith(". Nothing was loaded.")
        assert len(said) < 1000
        return "tensors"
    again, described_again = described(net)
    assert {name: array.tolist() for name, array in again.items()} == {
        name: array.tolist() for name, array in arrays.items() if not name.startswith("training.")
    }
    assert described_again == {**described_again, **{key: data[key] for key in ("nin", "nouts", "activation", "output", "notes")}}
    return "run" if is_run(arrays, data, net) else "network"


def is_run(arrays: dict[str, NDArray[Any]], data: dict[str, Any], net: MLP) -> bool:
    """Does the file hold a training, too, that can go on?"""
    try:
        found = training_of(arrays, data, net, "the data given")
    except TensorFileError as error:
        said = str(error)
        assert said.startswith("the data given is damaged: what it says of the training cannot be (")
        assert len(said) < 1000
        return False
    if found is None:
        return False
    standing, numbers = found.standing, [parameter.data for parameter in net.parameters()]
    assert len(found.parameters) == len(numbers)
    assert all(isinstance(x, float) for x in found.parameters)
    assert (standing.best or found.parameters) == numbers  # the network is the best one, or the last
    assert 0 <= standing.best_epoch <= len(standing.history.loss)
    return True


def read_again(content: bytes) -> dict[str, tuple[tuple[int, ...], bytes]]:
    """The arrays of a file that is whole, by the format's description."""
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    header.pop("__metadata__")
    places = {name: [start + place for place in found["data_offsets"]] for name, found in header.items()}
    return {name: (tuple(header[name]["shape"]), content[first:last]) for name, (first, last) in places.items()}
