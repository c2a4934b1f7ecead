"""Modules: which parameters they have, under which names; their state as numbers, and that it is loaded whole or not at all."""

from __future__ import annotations

import copy
import json
import math
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
import nn
from autograd_mini import Value

FINITE = st.floats(allow_nan=False, allow_infinity=False)


class Mine(nn.Module):
    def __init__(self) -> None:
        self.scale = Value(2.0)
        self.again = self.scale
        self.fixed = ag.constant(3.0)
        self.computed = self.scale * 2
        self.parts = {"first": nn.Neuron(1), "more": (Value(1.0), [Value(2.0)])}
        self.me = self
        self.name = "mine"


def test_a_module_of_ones_own() -> None:
    mine = Mine()
    assert list(mine.state_dict()) == ["scale", "parts.first.weights.0", "parts.first.bias", "parts.more.0", "parts.more.1.0"]
    assert list(mine.state_dict().values()) == [parameter.data for parameter in mine.parameters()]
    assert all(type(x) is float for x in mine.state_dict().values())


def test_zero_grad_forgets() -> None:
    net = nn.MLP(2, [2, 1], rng=0)
    net([1.0, 1.0])[0].backward()
    assert all(parameter.grad is not ag.NOT_YET for parameter in net.parameters())
    net.zero_grad()
    assert all(parameter.grad is ag.NOT_YET for parameter in net.parameters())


@given(st.lists(FINITE, min_size=13, max_size=13), st.randoms(use_true_random=False))
def test_a_state_makes_another_network_the_same(numbers: list[float], rng: Any) -> None:
    net, twin = nn.MLP(2, [3, 1], rng=0), nn.MLP(2, [3, 1], rng=1)
    net.load_state_dict(dict(zip(net.state_dict(), numbers, strict=True)))
    saved = list(json.loads(json.dumps(net.state_dict())).items())
    rng.shuffle(saved)  # names say where a number belongs, their order does not matter
    twin.load_state_dict(dict(saved))
    assert [parameter.data for parameter in twin.parameters()] == numbers
    assert list(twin.state_dict()) == list(net.state_dict())


def test_loading_sets_the_values_that_are_there() -> None:
    line = nn.Neuron(1)
    weight = line.weights[0]
    line(np.array([1.0])).backward()
    before = weight.grad
    line.load_state_dict({"weights.0": np.float32(0.5), "bias": Fraction(1, 4)})  # type: ignore[dict-item]
    assert line.weights[0] is weight
    assert (weight.data, line.bias.data, weight.grad) == (0.5, 0.25, before)


GOOD = {"weights.0": 1.0, "weights.1": 2.0, "bias": 3.0}
FOR_OTHERS = r"for the 3 of this Neuron\); was it saved from another one\? Nothing was changed$"
REFUSED: list[tuple[Any, type[Exception], str]] = [
    ({}, ValueError, r"the state has no 'weights\.0' \(0 names " + FOR_OTHERS),
    ({"weights.0": 1.0, "bias": 3.0}, ValueError, r"the state has no 'weights\.1' \(2 names " + FOR_OTHERS),
    ({"weights.0": 1.0}, ValueError, r"the state has no 'weights\.1' \(1 name " + FOR_OTHERS),
    (GOOD | {"weights.2": 1.0}, ValueError, r"the state has a 'weights\.2', which is unknown \(4 names " + FOR_OTHERS),
    (GOOD | {"bias": math.nan}, ValueError, "the number saved for 'bias' is nan; only finite numbers are allowed"),
    (GOOD | {"weights.1": -math.inf}, ValueError, r"the number saved for 'weights\.1' is -inf"),
    (GOOD | {"bias": "3"}, TypeError, "the number saved for 'bias' should be a real number.*got str '3'"),
    (GOOD | {"bias": None}, TypeError, "the number saved for 'bias' should be a real number.*got None"),
    (GOOD | {"bias": Value(1.0)}, TypeError, "the number saved for 'bias' should be a real number.*got Value"),
    (GOOD | {"bias": np.ones(1)}, TypeError, "the number saved for 'bias' should be a real number.*an array"),
    ([1.0, 2.0, 3.0], TypeError, r"load_state_dict\(\) takes what state_dict\(\) gives, names and numbers; got list"),
]


@pytest.mark.parametrize(("state", "error", "message"), REFUSED)
def test_a_foreign_state_is_refused_and_nothing_is_set(state: Any, error: type[Exception], message: str) -> None:
    neuron = nn.Neuron(2, rng=0)
    before = neuron.state_dict()
    with pytest.raises(error, match=message):
        neuron.load_state_dict(state)
    assert neuron.state_dict() == before


def samples() -> nn.datasets.Samples:
    return nn.datasets.Samples([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])


COPIES: dict[str, Callable[[nn.MLP], nn.MLP]] = {"deepcopy": copy.deepcopy, "pickle": lambda net: pickle.loads(pickle.dumps(net))}


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_of_a_trained_network_learns_on_by_itself(way: str) -> None:
    # The network keeps the program that it was trained by, and that holds its Values and a cost that no pickle takes.
    net = nn.MLP(2, [4, 2], rng=0)
    cost = lambda outputs, target: 2 * nn.quadratic_cost(outputs, target)
    nn.fit(net, samples(), epochs=2, cost=cost)
    twin, state = COPIES[way](net), net.state_dict()
    assert twin.state_dict() == state
    nn.fit(twin, samples(), epochs=2, cost=cost, rng=1)
    assert net.state_dict() == state != twin.state_dict()
    nn.fit(net, samples(), epochs=2, cost=cost, rng=1)
    assert net.state_dict() == twin.state_dict()


def test_a_copy_keeps_what_is_ones_own() -> None:
    mine = Mine()
    mine._secret = [1, 2]  # type: ignore[attr-defined]
    twin = copy.deepcopy(mine)
    assert vars(twin).keys() == vars(mine).keys()
    assert twin.me is twin
    assert twin.again is twin.scale is not mine.scale
    assert twin._secret == [1, 2]  # type: ignore[attr-defined]
