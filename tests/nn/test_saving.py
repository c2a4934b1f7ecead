"""Saved networks: what is loaded equals what was saved, bit for bit; a file that is no network makes none."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

import autograd_mini as ag
import nn
from nn.activations import OF_A_LAYER, OF_A_NEURON
from nn.loading import restored
from nn.saving import described
from nn.tensors import read_tensors, write_tensors

FINITE = st.floats(allow_nan=False, allow_infinity=False)
ACTIVATIONS = st.sampled_from([*OF_A_NEURON, *OF_A_LAYER])
EDGES = [-0.0, 5e-324, -2.2250738585072009e-308, 1.7976931348623157e308, 0.1]


@st.composite
def networks(draw: st.DrawFn) -> nn.MLP:
    """Networks of any shape, with any finite parameters."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    net = nn.MLP(draw(st.integers(1, 4)), sizes, draw(ACTIVATIONS), output=draw(st.none() | ACTIVATIONS), rng=draw(st.integers(0, 9)))
    for parameter in net.parameters():
        parameter.data = draw(FINITE | st.sampled_from(EDGES))
    net.notes = draw(st.dictionaries(st.text(max_size=5), st.integers() | FINITE | st.text(max_size=5), max_size=3))
    return net


def bits(net: nn.MLP) -> dict[str, tuple[str, str | None]]:
    """Every parameter's name, its bits (which tell −0.0 from 0.0), its label."""
    return {name: (parameter.data.hex(), parameter.label) for name, parameter in net.named_parameters()}


@given(networks())
def test_what_is_loaded_equals_what_was_saved(tmp_path_factory: pytest.TempPathFactory, net: nn.MLP) -> None:
    path = tmp_path_factory.mktemp("saved") / "net.safetensors"
    net.save(path)
    twin = nn.load(path)
    assert bits(twin) == bits(net)
    assert (repr(twin), twin.notes) == (repr(net), net.notes)
    assert [layer.activation for layer in twin.layers] == [layer.activation for layer in net.layers]
    before = path.read_bytes()
    twin.save(path)
    assert path.read_bytes() == before


def xor() -> nn.datasets.Samples:
    return nn.datasets.Samples([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])


@pytest.mark.parametrize("engine", ["compiled", "scalar"])
def test_what_is_loaded_learns_on_alike(engine: str, tmp_path: Path) -> None:
    net = nn.MLP(2, [4, 2], "tanh", output="softmax", rng=0)
    nn.fit(net, xor(), epochs=3, batch_size=3)
    net.save(tmp_path / "net.safetensors")
    twin = nn.load(tmp_path / "net.safetensors")
    assert [output.data for output in twin([0.5, 0.25])] == [output.data for output in net([0.5, 0.25])]
    for each in (net, twin):
        nn.fit(each, xor(), epochs=3, batch_size=3, engine=engine)
    assert bits(twin) == bits(net)


def test_others_read_the_numbers(tmp_path: Path) -> None:
    net = nn.MLP(3, [4, 2], rng=0)
    net.save(tmp_path / "net.safetensors")
    found = safetensors.numpy.load_file(tmp_path / "net.safetensors")
    x = np.array([0.5, -1.0, 2.0])
    for number in (0, 1):  # a = σ(W·x + b), as file 002 of the courses has it
        x = 1 / (1 + np.exp(-(found[f"layers.{number}.weights"] @ x + found[f"layers.{number}.biases"])))
    assert x.tolist() == pytest.approx([output.data for output in net([0.5, -1.0, 2.0])], rel=1e-14)


def test_others_write_the_numbers() -> None:
    net = nn.MLP(3, [4, 2], rng=0)
    arrays, data = described(net)
    halved = {name: array.astype("f4") for name, array in arrays.items()}  # what most networks are trained in elsewhere
    twin = restored(halved, data, "a file")
    assert [x.data for x in twin.parameters()] == [float(np.float32(x.data)) for x in net.parameters()]


def test_a_file_may_hold_more_than_the_network(tmp_path: Path) -> None:
    net = nn.MLP(2, [3, 1], rng=0)
    arrays, data = described(net)
    write_tensors(tmp_path / "a", {**arrays, "training.mean": np.zeros(13)}, {**data, "training": {"epoch": 3}})
    assert bits(nn.load(tmp_path / "a")) == bits(net)


def test_the_data_beside_the_numbers(tmp_path: Path) -> None:
    net = nn.MLP(2, [3, 1], "relu", output="linear", rng=0)
    net.notes |= {"data": "xor", "epochs": 3}
    net.save(tmp_path / "a")
    arrays, data = read_tensors(tmp_path / "a")
    assert data == {
        "format": "autograd-mini network", "version": 1, "nin": 2, "nouts": [3, 1], "activation": "relu", "output": "linear",
        "package": ag.__version__, "notes": {"data": "xor", "epochs": 3},
    }  # fmt: skip
    assert {name: (array.shape, array.dtype.name) for name, array in arrays.items()} == {
        "layers.0.weights": ((3, 2), "float64"), "layers.0.biases": ((3,), "float64"),
        "layers.1.weights": ((1, 3), "float64"), "layers.1.biases": ((1,), "float64"),
    }  # fmt: skip


class Mine(nn.MLP):
    pass


def rebuilt(change: Callable[[nn.MLP], Any]) -> nn.MLP:
    net = nn.MLP(2, [3, 3, 1], rng=0)
    change(net)
    return net


def tied(net: nn.MLP) -> None:
    net.layers[1].neurons[0].bias = net.layers[0].neurons[0].bias


def fixed(net: nn.MLP) -> None:
    net.layers[1].neurons[0].bias = ag.constant(0.0)


#: What is not saved.
REFUSED: dict[str, tuple[nn.MLP, type[Exception], str]] = {
    "a class of one's own": (Mine(2, [1]), TypeError, r"an nn\.MLP can be saved, and this is Mine; .* state_dict\(\)"),
    "a layer": (nn.Layer(2, 1), TypeError, "this is Layer"),  # type: ignore[dict-item]
    "a layer of another kind": (rebuilt(lambda net: setattr(net.layers[1], "activation", "relu")), ValueError, "was rebuilt by hand"),
    "a neuron less": (rebuilt(lambda net: net.layers[1].neurons.pop()), ValueError, "was rebuilt by hand"),
    "a weight more": (rebuilt(lambda net: net.layers[1].neurons[1].weights.append(ag.Value(0.0))), ValueError, "was rebuilt by hand"),
    "a shared parameter": (rebuilt(tied), ValueError, "was rebuilt by hand"),
    "a fixed parameter": (rebuilt(fixed), ValueError, "was rebuilt by hand"),
    "a parameter that is nan": (rebuilt(lambda net: setattr(net.layers[1].neurons[2].weights[0], "data", math.nan)), ValueError,
                                r"'layers\.1\.weights' holds inf or nan"),
    "notes that are no JSON": (rebuilt(lambda net: net.notes.update(cost=nn.hinge)), TypeError, "plain JSON data is written"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_not_come_back_is_not_saved(case: str, tmp_path: Path) -> None:
    net, error, message = REFUSED[case]
    path = tmp_path / "net.safetensors"
    nn.MLP(1, [1]).save(path)
    before = path.read_bytes()
    with pytest.raises(error, match=message):
        nn.MLP.save(net, path)
    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]


ARRAYS, DATA = described(nn.MLP(2, [3, 1], rng=0))
ONE = np.zeros(1)

#: What is wrong: the change to the arrays, the change to the data (None: taken away), and what the message says.
WRONG: dict[str, tuple[dict[str, NDArray[Any] | None], dict[str, Any], str]] = {
    "another format": ({}, {"format": "autograd-mini graph"}, "holds no network: its format is 'autograd-mini graph', not 'autograd-mini"),
    "no format": ({}, {"format": None}, "holds no network: its format is None"),
    "a newer version": ({}, {"version": 2}, "has version 2 of the format; this program reads version 1. A newer autograd-mini may read it"),
    "a version that is true": ({}, {"version": True}, "has version True"),
    "a huge version": ({}, {"version": 10**4000}, "has version 1000"),
    "no number of inputs": ({}, {"nin": None}, r"the sizes of its network, nin=None and nouts=\[3, 1\], are not whole numbers from 1 on"),
    "no inputs": ({}, {"nin": 0}, "nin=0"),
    "inputs that are true": ({}, {"nin": True}, "nin=True"),
    "half an input": ({}, {"nin": 2.0}, "nin=2.0"),
    "no layers": ({}, {"nouts": []}, r"nouts=\[\]"),
    "layers that are a number": ({}, {"nouts": 3}, "nouts=3"),
    "a layer of none": ({}, {"nouts": [3, 0]}, r"nouts=\[3, 0\]"),
    "a layer of lists": ({}, {"nouts": [[3], 1]}, r"nouts=\[\[3\], 1\]"),
    "another number of inputs": ({}, {"nin": 3}, r"the array 'layers\.0\.weights' has the shape \(3, 2\), not \(3, 3\)"),
    "a huge number of inputs": ({}, {"nin": 10**4000}, r"has the shape \(3, 2\), not \(3, 1000"),
    "a layer more": ({}, {"nouts": [3, 1, 1]}, r"it lacks the array 'layers\.2\.weights'"),
    "a layer less": ({}, {"nouts": [3]}, r"the array 'layers\.1\.biases' has no place in its network"),
    "an unknown activation": ({}, {"activation": "selu"}, "activation='selu', which is not known; known are sigmoid, tanh, relu"),
    "no activation": ({}, {"activation": None}, "activation=None, which is not known"),
    "an activation that is a list": ({}, {"activation": ["relu"]}, r"activation=\['relu'\], which is not known"),
    "an unknown output": ({}, {"output": "x" * 1000}, "output='xxx.*, which is not known"),
    "notes that are a list": ({}, {"notes": []}, r"the notes of its network are \[\], not a JSON object"),
    "no notes": ({}, {"notes": None}, "the notes of its network are None"),
    "no weights": ({"layers.1.weights": None}, {}, r"it lacks the array 'layers\.1\.weights'"),
    "no biases": ({"layers.1.biases": None}, {}, r"it lacks the array 'layers\.1\.biases'"),
    "biases in a column": ({"layers.1.biases": np.zeros((1, 1))}, {}, r"'layers\.1\.biases' has the shape \(1, 1\), not \(1,\)"),
    "weights turned": ({"layers.0.weights": np.zeros((2, 3))}, {}, r"'layers\.0\.weights' has the shape \(2, 3\), not \(3, 2\)"),
    "an array too much": ({"layers.0.slopes": ONE}, {}, r"the array 'layers\.0\.slopes' has no place in its network"),
    "a long name": ({"x" * 1000: ONE}, {}, "the array 'xxx.* has no place in its network"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said(case: str, tmp_path: Path) -> None:
    arrays, data, message = WRONG[case]
    path = tmp_path / "net.safetensors"
    given_arrays = {name: array for name, array in {**ARRAYS, **arrays}.items() if array is not None}
    given_data = {name: thing for name, thing in {**DATA, **data}.items() if thing is not None}
    write_tensors(path, given_arrays, given_data)
    with pytest.raises(nn.TensorFileError, match=message) as caught:
        nn.load(path)
    said = str(caught.value)
    assert said.startswith(str(path))
    assert said.endswith(". Nothing was loaded.")
    assert len(said) < len(str(path)) + 400


@given(st.dictionaries(st.sampled_from([*DATA]), st.recursive(st.none() | st.integers(0, 3) | FINITE | st.text(max_size=3), st.lists)))
@example({"nouts": [2**62], "nin": 2**62})
@example({"nouts": [1] * 100_000})
def test_any_description_is_a_network_or_the_error_in_little_memory(changes: dict[str, Any]) -> None:
    said = "a file "
    tracemalloc.start()
    try:
        restored(ARRAYS, {**DATA, **changes}, "a file")
    except nn.TensorFileError as error:
        said = str(error)
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert said.startswith("a file ")
    assert peak < 1 << 20
