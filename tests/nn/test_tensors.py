"""Tensor files: what is written comes back bit for bit; anything else is one error that says what it is, in bounded memory."""

from __future__ import annotations

import gzip
import io
import json
import math
import pickle
import sys
import tracemalloc
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from tensor_files import EXPECTED, file_of, header_of, mutated, numbers_of, outcome

import nn
from autograd_mini.errors import MissingExtra
from nn.tensors import LARGEST_HEADER, TensorFileError, parsed, read_tensors, write_tensors

FINITE = st.floats(allow_nan=False, allow_infinity=False)
ARRAYS = st.sampled_from(["f8", "f4", ">f8", ">f4"]).flatmap(
    lambda dtype: arrays.arrays(
        dtype, arrays.array_shapes(min_dims=0, min_side=0, max_side=3), elements={"allow_nan": False, "allow_infinity": False}
    )
)
TEXTS = st.text(max_size=10)
DATA = st.dictionaries(
    TEXTS,
    st.recursive(
        st.none() | st.booleans() | st.integers() | FINITE | TEXTS | st.just("\ud800 \0 \u2028 中文"),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=10,
    ),
    max_size=4,
)
#: What a name of an array may be: any text that UTF-8 can say, but the one that the format keeps for itself.
NAMES = st.text(st.characters(codec="utf-8"), max_size=10).filter(lambda name: name != "__metadata__")


@given(st.dictionaries(NAMES, ARRAYS, max_size=4), DATA)
def test_what_is_written_comes_back(tmp_path_factory: pytest.TempPathFactory, given_arrays: dict[str, NDArray[Any]], data: Any) -> None:
    path = tmp_path_factory.mktemp("tensors") / "a.safetensors"
    write_tensors(path, given_arrays, data)
    found, again = read_tensors(path)
    assert json.dumps(again) == json.dumps(data)  # the order too, and 1 is not True
    assert list(found) == sorted(given_arrays)
    for name, array in given_arrays.items():
        assert (found[name].shape, found[name].dtype) == (array.shape, array.dtype.newbyteorder("="))
        assert found[name].tobytes() == array.astype(found[name].dtype).tobytes()
        found[name][...] = 0  # it is the caller's own
    first = path.read_bytes()
    write_tensors(path, dict(reversed(given_arrays.items())), data)
    assert path.read_bytes() == first


def test_views_are_written_as_they_look(tmp_path: Path) -> None:
    numbers = np.arange(24.0).reshape(4, 6)
    views = {"turned": numbers.T, "every other": numbers[:, ::2], "backwards": numbers[::-1]}
    write_tensors(tmp_path / "a", views, {})
    assert {name: array.tolist() for name, array in read_tensors(tmp_path / "a").arrays.items()} == {
        name: view.tolist() for name, view in views.items()
    }
    assert safetensors.numpy.load_file(tmp_path / "a")["turned"].tolist() == numbers.T.tolist()  # others read the same


LOOP: list[Any] = []
LOOP.append(LOOP)
DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]

#: What is not written: the arrays, the data, and what the message says.
REFUSED: dict[str, tuple[dict[str, Any], Any, type[Exception], str]] = {
    "whole numbers": ({"a": np.arange(3)}, {}, TypeError, "'a' has int64; try array.astype"),
    "texts": ({"a": np.array(["x"])}, {}, TypeError, "'a' has <U1"),
    "objects": ({"a": np.array([None])}, {}, TypeError, "'a' has object"),
    "half precision": ({"a": np.ones(3, dtype="f2")}, {}, TypeError, "'a' has float16"),
    "nan": ({"b": np.ones(1), "a": np.array([1.0, math.nan])}, {}, ValueError, "the array 'a' holds inf or nan"),
    "inf": ({"a": np.array(-math.inf, dtype="f4")}, {}, ValueError, "the array 'a' holds inf or nan"),
    "nan in the data": ({}, {"loss": math.nan}, TypeError, "plain JSON data is written.*not JSON compliant"),
    "an array in the data": ({}, {"loss": np.ones(1)}, TypeError, "plain JSON data is written.*ndarray"),
    "a tuple": ({}, {"sizes": (1, 2)}, TypeError, "a tuple would come back as a list"),
    "a number as key": ({}, {"sizes": {1: 2}}, TypeError, "a key that is a number as a text"),
    "no dict": ({}, [1], TypeError, "plain JSON data is written"),
    "a key twice": ({}, {"a": {1: 2, "1": 3}}, TypeError, "it has a name twice"),
    "a loop": ({}, {"a": LOOP}, TypeError, "plain JSON data is written"),
    "too deep": ({}, {"a": DEEP}, TypeError, "plain JSON data is written"),
    "more digits than Python reads": ({}, {"a": 10**5000}, TypeError, "plain JSON data is written"),
    "a long list": ({}, {"a": [0.5] * LARGEST_HEADER}, ValueError, "with a header of .* put long lists of numbers into arrays"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_not_come_back_is_not_written(case: str, tmp_path: Path) -> None:
    given_arrays, data, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        write_tensors(tmp_path / "a.safetensors", given_arrays, data)
    assert not [*tmp_path.iterdir()]


ONE = {"a": np.array([0.5, -2.0])}
HEADER = header_of(ONE, {"name": "lines"})
NUMBERS = numbers_of(ONE)
WHOLE = file_of(HEADER, NUMBERS)


def with_entry(numbers: bytes = NUMBERS, **entry: Any) -> bytes:
    """A file that says other things of its one array."""
    return file_of({**HEADER, "a": {**HEADER["a"], **entry}}, numbers)


def with_data(text: str) -> bytes:
    """A file with this text as its data."""
    return file_of({**HEADER, "__metadata__": {"autograd_mini": text}}, NUMBERS)


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("data.pkl", b"\x80\x02}q\x00.")
    return content.getvalue()


#: What is wrong: the bytes, and what the message says of them.
WRONG: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "a few bytes": (b"abc", "is no safetensors file: it begins with the bytes 61 62 63"),
    "cut short in the length": (WHOLE[:5], "is no safetensors file"),
    "cut short after the length": (WHOLE[:8], "is no safetensors file"),
    "cut short in the header": (WHOLE[:50], r"is cut short: it ends within its header, after 42 of \d+ bytes"),
    "cut short after the header": (WHOLE[:-16], "is damaged or cut short"),
    "one byte missing": (WHOLE[:-1], "is damaged or cut short"),
    "one byte too many": (WHOLE + b"\0", "is damaged or cut short"),
    "a page": (b"<!DOCTYPE html><title>404</title>", "is a web page: a server answered with a page in place of the file"),
    "a page after a mark and blanks": (b"\xef\xbb\xbf\n <html></html>", "is a web page"),
    "torch.save, numpy.savez": (zipped(), "is a zip file, as torch.save and numpy.savez write them"),
    "a pickle": (pickle.dumps({"a": 1.0}), "looks like a pickle, which runs code when it is loaded and so is not read"),
    "compressed": (gzip.compress(WHOLE), r"is compressed; unpack it first \(gunzip\)"),
    "numpy.save": (b"\x93NUMPY\x01\0" + bytes(100), r"is an array of NumPy's \(\.npy\)"),
    "Keras": (b"\x89HDF\r\n\x1a\n" + bytes(100), "is an HDF5 file"),
    "JSON": (b'{"format":"autograd-mini graph"}', "is JSON text, such as a graph for ag.load"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "is no safetensors file: it begins with the bytes 89 50 4e 47 0d 0a 1a 0a"),
    "zeros": (bytes(1000), "is no safetensors file: it begins with the bytes 00 00"),
    "a header of 4 MiB and one byte": (file_of(b"{" + b" " * LARGEST_HEADER), "is no safetensors file"),
    "another program's": (safetensors.numpy.save(ONE), "is a safetensors file of another program"),
    "another program's, with metadata": (safetensors.numpy.save(ONE, {"format": "pt"}), "is a safetensors file of another program"),
    "another program's, with our name": (safetensors.numpy.save({"autograd_mini": ONE["a"]}), "is a safetensors file of another program"),
    "no metadata": (file_of({"__metadata__": None, "autograd_mini": HEADER["a"]}, NUMBERS), "is a safetensors file of another program"),
    "a list as header": (file_of([HEADER], NUMBERS), "is no safetensors file"),
    "a header of deep lists": (file_of(b'{"autograd_mini":' + b"[" * 100_000), "is damaged or cut short"),
    "an array twice": (file_of(f'{json.dumps(HEADER)[:-1]}, "a": {json.dumps(HEADER["a"])}}}'.encode(), NUMBERS), "it has a name twice"),
    "the data twice": (file_of(json.dumps(HEADER).replace('{"auto', '{"autograd_mini": "", "auto').encode(), NUMBERS), "a name twice"),
    "whole numbers": (with_entry(dtype="I64"), "has numbers of type I64 in 'a'; F32 and F64 are read"),
    "an unknown type": (with_entry(dtype="F99"), "is damaged or cut short"),
    "another shape": (with_entry(shape=[3]), "is damaged or cut short"),
    "a shape below 0": (with_entry(shape=[-2]), "is damaged or cut short"),
    "a huge shape": (with_entry(shape=[2**63, 2**63]), "is damaged or cut short"),
    "a huge empty shape": (with_entry(b"", shape=[0, 2**62], data_offsets=[0, 0]), "is damaged: the shape of 'a' cannot be"),
    "too many dimensions": (with_entry(shape=[1] * 100 + [2]), "is damaged: the shape of 'a' cannot be"),
    "a gap": (with_entry(data_offsets=[1, 17]), "is damaged or cut short"),
    "an overlap": (file_of({**HEADER, "b": {**HEADER["a"], "data_offsets": [8, 24]}}, NUMBERS + bytes(8)), "is damaged or cut short"),
    "nan": (with_entry(np.array([0.5, math.nan]).tobytes()), "is damaged: 'a' holds inf or nan"),
    "inf": (with_entry(np.array([0.5, -math.inf]).tobytes()), "is damaged: 'a' holds inf or nan"),
    "data that is no JSON": (with_data("lines"), "is damaged: its header cannot be read"),
    "data that is a number": (with_data("1"), "is a safetensors file of another program"),
    "nan in the data": (with_data('{"a": NaN}'), r"is damaged: its header cannot be read \(NaN is no finite number\)"),
    "-inf in the data": (with_data('{"a": -Infinity}'), r"-Infinity is no finite number"),
    "more than a float holds": (with_data('{"a": 1e999}'), r"1e999 is no finite number"),
    "a huge number": (with_data('{"a": ' + "9" * 100_000 + "}"), "is damaged: its header cannot be read"),
    "deep data": (with_data("[" * 100_000), "is damaged: its header cannot be read"),
    "deep data that is whole": (with_data('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}"), "is damaged: its header cannot be read"),
    "a name twice in the data": (with_data('{"a": 1, "a": 2}'), "it has a name twice"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said(case: str, tmp_path: Path) -> None:
    content, message = WRONG[case]
    path = tmp_path / "net.safetensors"
    path.write_bytes(content)
    with pytest.raises(TensorFileError, match=message) as caught:
        parsed(content)
    assert str(caught.value).endswith(f". {EXPECTED}")
    assert len(str(caught.value)) < 500
    for reader in (read_tensors, nn.load):
        with pytest.raises(TensorFileError) as from_file:
            reader(path)
        assert str(from_file.value) == str(caught.value).replace("the data given", str(path), 1)


def test_the_file_that_the_wrong_ones_are_made_of_is_right() -> None:
    found, data = parsed(WHOLE)
    assert ({name: array.tolist() for name, array in found.items()}, data) == ({"a": [0.5, -2.0]}, {"name": "lines"})


def test_what_cannot_be_opened_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        nn.load(tmp_path / "none.safetensors")
    with pytest.raises(OSError):  # noqa: PT011 (Windows says PermissionError)
        nn.load(tmp_path)


@pytest.mark.parametrize("missing", ["safetensors", "numpy"])
def test_a_missing_package_is_named_with_its_extra(missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setitem(sys.modules, f"{missing}.numpy", None)
    with pytest.raises(MissingExtra, match=rf'reading a network needs {missing}: pip install "autograd-mini\[nn\]"'):
        parsed(WHOLE)
    with pytest.raises(MissingExtra, match=rf'saving a network needs {missing}.*: pip install "autograd-mini\[nn\]"'):
        nn.MLP(1, [1]).save(tmp_path / "a")


def peak(content: bytes) -> int:
    """The bytes that reading takes at the worst moment."""
    tracemalloc.start()
    try:
        outcome(content)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("length", [2**40, 2**63, LARGEST_HEADER])
def test_a_promise_takes_no_memory(length: int) -> None:
    assert peak(length.to_bytes(8, "little") + b"{few") < 1 << 20


def test_a_header_takes_memory_in_proportion() -> None:
    entries = {f"a{i}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for i in range(2_000)}
    for content in (
        with_data('{"a": [' + ",".join(["{}"] * 50_000) + "]}"),  # a dict of 64 bytes for each 3 bytes of the file
        with_data('{"nouts": [' + ",".join(["1"] * 50_000) + "]}"),
        file_of({"__metadata__": {"autograd_mini": "{}"}, **entries}),
    ):
        assert peak(content) < 40 * len(content) < 40 * LARGEST_HEADER


def test_a_long_file_is_refused_after_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.tensors.LARGEST", 1 << 16)
    numbers = {"a": np.zeros(1 << 20)}
    content = file_of(header_of(numbers, {}), numbers_of(numbers))
    with pytest.raises(TensorFileError, match="has more than 65,536 bytes, and is not read"):
        parsed(content)
    assert peak(content) < 1 << 20  # of 8 MiB
    with pytest.raises(ValueError, match="at most 65,536"):
        write_tensors(tmp_path / "a", numbers, {})


@given(st.integers(0, 2**64 - 1))
def test_mutated_files_are_a_network_or_the_error(seed: int) -> None:
    outcome(mutated(Random(seed)))


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_the_error(content: bytes, plausible: bool) -> None:
    assert outcome(file_of(b'{"autograd_mini":' + content) if plausible else content) == "error"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["F32", "F64", "{}", "sigmoid"]) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)
ENTRIES = st.fixed_dictionaries({
    "dtype": st.sampled_from(["F32", "F64", "F16", "I64", "BOOL"]),
    "shape": st.lists(st.integers(0, 3) | st.integers(), max_size=3),
    "data_offsets": st.tuples(st.integers(0, 32), st.integers(0, 32)) | st.lists(st.integers(), max_size=3),
}) | JSON  # fmt: skip
HEADERS = st.fixed_dictionaries(
    {"__metadata__": st.fixed_dictionaries({"autograd_mini": JSON.map(json.dumps) | JSON}) | JSON},
    optional={"a": ENTRIES, "layers.0.weights": ENTRIES, "layers.0.biases": ENTRIES},
)


@settings(max_examples=300)
@given(HEADERS, st.binary(max_size=40))
@example(HEADER, NUMBERS)
def test_any_headers_are_a_value_or_the_error(header: Any, numbers: bytes) -> None:
    outcome(file_of(header, numbers))
