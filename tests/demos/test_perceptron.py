"""The lesson perceptron: 0 at the threshold, one small change that flips the answer, and a backward pass in which nothing comes back."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from told import as_typed, of_the_course, told

import autograd_mini as ag
from demos import perceptron

#: name → (before, after). All are ours: the course gives no numbers.
ONE = {"go, on 0 0": 0, "go, on 0 1": 0, "go, on 1 0": 0, "go, on 1 1": 1}
FLIPS = {"comfortable": (0, 1), "affordable": (1, 1), "cheerful": (1, 1), "worth it": (0, 1), "possible": (1, 1), "go": (0, 1)}
DAYS = {
    "go, on 1 1 1": (1, 1),
    "go, on 1 1 0": (0, 1),
    "go, on 1 0 1": (0, 0),
    "go, on 1 0 0": (0, 0),
    "go, on 0 1 1": (0, 0),
    "go, on 0 1 0": (0, 0),
    "go, on 0 0 1": (0, 0),
    "go, on 0 0 0": (0, 0),
}
LEARNING = {
    "C": "0.5",
    "∂C/∂answer": "-1",
    "weights and biases": "23",
    "of these, with a derivative of 0": "23",
    "C after an update with η = 1": "0.5",
}

#: The net again, in plain Python: rows of weights and the bias, layer by layer.
ROWS = [
    [([0.48, 0.5, 0.2], -1.0), ([0.1, 0.9, 0.3], -0.7), ([0.6, 0.1, 0.7], -0.5)],
    [([1.0, 0.5, 0.5], -1.5), ([0.5, 1.0, 0.5], -1.0)],
    [([1.0, 1.0], -1.5)],
]


def test_every_number_is_told() -> None:
    found = told(perceptron.tell())
    assert set(found) == {*ONE, *FLIPS, *DAYS, *LEARNING}
    assert {what: found[what].value for what in ONE} == ONE
    assert {what: (found[what].before, found[what].value) for what in FLIPS | DAYS} == FLIPS | DAYS
    assert as_typed({what: found[what] for what in LEARNING}, LEARNING) == LEARNING
    assert of_the_course(found) == {}


def by_hand(day: tuple[float, ...]) -> float:
    outputs = list(day)
    for layer in ROWS:
        outputs = [float(sum(w * x for w, x in zip(row, outputs, strict=True)) + bias > 0) for row, bias in layer]
    return outputs[0]


def test_the_graph_decides_as_plain_python_does() -> None:
    net = perceptron.build()
    for day in product((0.0, 1.0), repeat=3):
        assert ag.evaluate(net.answer, dict(zip(net.inputs, day, strict=True)))[net.answer] == by_hand(day)


@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(-20, 20))
def test_a_bias_is_a_threshold_with_the_other_sign_and_at_the_threshold_it_says_0(w1: int, w2: int, threshold: int) -> None:
    net = perceptron.build_one()
    at = dict(zip(net.parameters, (w1, w2, -threshold), strict=True))
    assert ag.evaluate(net.answer, at)[net.answer] == (1.0 if w1 + w2 > threshold else 0.0)


@given(st.lists(st.floats(-5.0, 5.0), min_size=23, max_size=23))
def test_descent_learns_nothing_whatever_the_weights(numbers: list[float]) -> None:
    net = perceptron.build()
    c, *parameters = ag.replay([perceptron.cost(net), *net.parameters], dict(zip(net.parameters, numbers, strict=True)))
    assert ag.grad(c, parameters) == [0.0] * 23


def test_the_picture_has_each_weight_and_bias_once() -> None:
    net = perceptron.build()
    drawn = perceptron.as_neurons(net)
    assert [len(layer) for layer in drawn.layers] == [3, 3, 2, 1]
    assert {*drawn.weights.values(), *drawn.biases.values()} == set(net.parameters)
    assert drawn.weights["sunny", "comfortable"] is net.first.weights[0]
    assert drawn.weights["cheerful", "worth it"].data == 0.5
