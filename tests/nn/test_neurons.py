"""A network drawn as neurons shows the same numbers as the graph it is made of."""

from __future__ import annotations

from math import hypot
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.drawing.texts import FONT, LINE, node_lines, outline
from autograd_mini.drawing.widths import text_width
from nn.neurons import Neurons, fully_connected, neurons

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def described(net: nn.MLP) -> tuple[Neurons, list[Value]]:
    """The neurons of a network of `nn`, with the inputs 1, 2, …, and its outputs."""
    layers = [[(f"x{i}", Value(float(i))) for i in range(1, net.nin + 1)]]
    weights: dict[tuple[str, str], Value] = {}
    biases: dict[str, Value] = {}
    for number, layer in enumerate(net.layers, 1):
        before = layers[-1]
        layers.append([(f"{number}.{i}", a) for i, a in enumerate(layer([value for _name, value in before]), 1)])
        for (name, _a), neuron in zip(layers[-1], layer.neurons, strict=True):
            weights |= {(tail, name): weight for (tail, _x), weight in zip(before, neuron.weights, strict=True)}
            biases[name] = neuron.bias
    return neurons(layers, weights, biases), [value for _name, value in layers[-1]]


networks = st.builds(
    lambda inputs, sizes, seed: nn.MLP(inputs, sizes, rng=seed),
    st.integers(1, 4), st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(0, 99),
)  # fmt: skip


@given(networks)
def test_edges_are_the_weights_with_their_numbers(net: nn.MLP) -> None:
    thing, outputs = described(net)
    assert all(edge.gradients == () for edge in thing.__picture__().edges)
    ag.sum(outputs).backward()
    picture = thing.__picture__()
    expected = {
        (weight.data, weight.grad, picture.nodes[place].text)
        for place, neuron in zip(range(net.nin, len(picture.nodes)), (n for layer in net.layers for n in layer.neurons), strict=True)
        for weight in neuron.weights
    }
    assert {(*edge.values, *edge.gradients, picture.nodes[edge.head].text) for edge in picture.edges} == expected
    assert len(picture.edges) == sum(len(neuron.weights) for layer in net.layers for neuron in layer.neurons)


@given(networks)
def test_each_layer_is_a_column_in_its_order(net: nn.MLP) -> None:
    picture = described(net)[0].__picture__()
    columns = [[picture.nodes[i].text.partition(" ")[0] for i in column] for column in picture.columns]
    later = [[f"{number}.{i}" for i in range(1, size + 1)] for number, size in enumerate(net.nouts, 1)]
    assert columns == [[f"x{i}" for i in range(1, net.nin + 1)], *later]


@settings(max_examples=20)
@given(networks, st.sampled_from(["LR", "RL", "TB", "BT"]))
def test_every_number_is_to_be_read_once_in_the_picture(net: nn.MLP, direction: str) -> None:
    thing, outputs = described(net)
    ag.sum(outputs).backward()
    picture = thing.__picture__()
    drawn = texts(ag.draw(thing, direction=direction).svg())
    lines = [line for node in picture.nodes for line in node_lines(node)]
    assert all(drawn.count(line) >= lines.count(line) for line in lines)
    assert len(drawn) == len(lines) + 2 * len(picture.edges)


@given(networks)
def test_a_circle_holds_its_lines(net: nn.MLP) -> None:
    for node in described(net)[0].__picture__().nodes[net.nin :]:
        lines, (width, height) = node_lines(node), outline(node)
        assert width == height
        for i, line in enumerate(lines):
            farther = max(abs(i - len(lines) / 2), abs(i + 1 - len(lines) / 2)) * LINE
            assert hypot(text_width(line, FONT) / 2, farther) < width / 2


@given(networks)
def test_fully_connected_is_the_same_network_given_as_matrices(net: nn.MLP) -> None:
    thing, _outputs = described(net)
    columns = [[value for _name, value in layer] for layer in thing.layers]
    names = {value: name for layer in thing.layers for name, value in layer}
    matrices = [[neuron.weights for neuron in layer.neurons] for layer in net.layers]
    biases = [[neuron.bias for neuron in layer.neurons] for layer in net.layers]
    assert fully_connected(columns, matrices, biases, name=names.__getitem__) == thing
    assert fully_connected(columns, matrices, name=names.__getitem__) == neurons(thing.layers, thing.weights)


@pytest.mark.parametrize(
    ("matrices", "biases", "message"),
    [
        ([], [], r"layers of \[2, 2\] neurons take matrices with rows of \[\[2, 2\]\] weights, got rows of \[\]"),
        ([[2]], [], r"got rows of \[\[2\]\]"),
        ([[2, 1]], [], r"got rows of \[\[2, 1\]\]"),
        ([[2, 2], [2]], [], r"got rows of \[\[2, 2\], \[2\]\]"),
        ([[2, 2]], [1], r"layers of \[2, 2\] neurons take \[2\] biases, got \[1\]"),
        ([[2, 2]], [2, 2], r"take \[2\] biases, got \[2, 2\]"),
    ],
)
def test_matrices_that_do_not_fit_the_layers_are_refused(matrices: list[list[int]], biases: list[int], message: str) -> None:
    columns = [[Value(1.0, "x1"), Value(1.0, "x2")], [Value(1.0, "h1"), Value(1.0, "h2")]]
    weights = [[[Value(0.0) for _k in range(length)] for length in matrix] for matrix in matrices]
    with pytest.raises(ValueError, match=message):
        fully_connected(columns, weights, [[Value(0.0) for _k in range(length)] for length in biases])


def line() -> tuple[Neurons, Value]:
    x, w, b = Value(2.0, "x"), Value(0.5, "layer 1 · neuron 1 · w"), Value(-1.0)
    a = (w * x + b).sigmoid()
    return neurons([[("x", x)], [("h", a)]], {("x", "h"): w}, {"h": b}), a


def test_numbers_stand_where_they_belong() -> None:
    net, a = line()
    before = net.__picture__()
    assert [node_lines(node) for node in before.nodes] == [["x = 2"], ["h", "0.5", "b = -1"]]
    assert before.edges[0].name == "w"
    a.backward()
    assert node_lines(net.__picture__().nodes[1]) == ["h", "0.5", "b = -1", "∂ 1", "∂b 0.25"]
    assert net.__picture__().edges[0].gradients == (0.5,)


def test_constants_have_no_derivative() -> None:
    x, w, b = ag.constant(2.0, "x"), Value(0.5, "w"), ag.constant(-1.0, "b1")
    a = (w * x + b).sigmoid()
    a.backward()
    picture = neurons([[("x", x)], [("h", a)]], {("x", "h"): w}, {"h": b}).__picture__()
    assert node_lines(picture.nodes[1]) == ["h", "0.5", "b1 = -1", "∂ 1"]


def test_the_picture_in_words() -> None:
    net, a = line()
    a.backward()
    picture = net.__picture__()
    assert picture.title == "x → h"
    assert picture.description == "x = 2\nh, 0.5, b = -1, ∂ 1, ∂b 0.25 ← w x"


def test_a_large_network_folds() -> None:
    drawing = ag.draw(described(nn.MLP(5, [30, 2], rng=0))[0], limit=10)
    assert [node.count for node in drawing.picture.nodes if node.kind == "neuron"] == [30, 2]
    assert "1.1, 1.2, … × 30" in texts(drawing.svg())


def test_one_value_may_stand_twice() -> None:
    # A shared bias belongs to several neurons.
    x, w, b = Value(1.0), Value(2.0), Value(3.0, "b1")
    a, c = (w * x + b).sigmoid(), (w * x - b).sigmoid()
    net = neurons([[("x", x)], [("h1", a), ("h2", c)]], {("x", "h1"): w, ("x", "h2"): w}, {"h1": b, "h2": b})
    assert [node.numbers[1] for node in net.__picture__().nodes[1:]] == ["b1 = 3", "b1 = 3"]


@pytest.mark.parametrize(
    ("names", "weights", "biases", "message"),
    [
        ([], [], [], "a network has layers"),
        ([["x"], []], [], [], "has a neuron at least"),
        ([["x"], ["x"]], [], [], "'x' is the name of two neurons"),
        ([["x"], ["h"]], [("x", "o")], [], "no neuron 'o' in the layers; there are 'x', 'h'"),
        ([["x"], ["h"]], [], ["o"], "no neuron 'o'"),
        ([["x"], ["h"]], [("h", "x")], [], "'x' is not in the layer after that of 'h'"),
        ([["x"], ["h"], ["o"]], [("x", "o")], [], "from a layer to the next"),
    ],
)
def test_what_is_no_network_is_refused(names: list[list[str]], weights: list[tuple[str, str]], biases: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        neurons(
            [[(name, Value(1.0)) for name in layer] for layer in names],
            {ends: Value(1.0) for ends in weights},
            {name: Value(1.0) for name in biases},
        )
