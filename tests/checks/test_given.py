"""given_gradients: the body is the function; what agrees passes, what is wrong shrinks, what checks nothing fails."""

from __future__ import annotations

import math
import unittest
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import example, seed, settings
from hypothesis.strategies import floats, integers, just, text, tuples

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.checks import collecting, given_gradients
from autograd_mini.errors import GradientMismatch

softplus_with_a_slip = ag.operation("my_softplus", lambda x: math.log1p(math.exp(x)), lambda x, out: -ag.sigmoid(x))


@given_gradients(x=floats(0.1, 10), y=floats(-5, 5), order=2)
def test_two_inputs_to_second_order(x: Value, y: Value) -> Value:
    return x.log() * y.sin()


@given_gradients()
def test_without_strategies_points_come_from_the_domain(x: Value, y: Value) -> Value:
    return (x - y).sqrt() * y.relu()


@given_gradients(gradient=lambda x, y: (y, x), x=floats(-9, 9), y=floats(-9, 9))
def test_a_gradient_derived_by_hand(x: float, y: float) -> float:
    assert type(x) is float
    return x * y


@settings(max_examples=7)
@given_gradients(x=floats(-1, 1))
def test_settings_above(x: Value) -> Value:
    return x.exp()


@given_gradients(x=floats(-1, 1))
@settings(max_examples=7)
@example(x=0.25)
def test_settings_below(x: Value) -> Value:
    return x.exp()


class TestMethods(unittest.TestCase):
    scale = 3.0

    @given_gradients(x=floats(-1, 1))
    def test_of_a_class(self, x: Value) -> Value:
        return x.tanh() * self.scale


def counted(test: Callable[[], None]) -> int:
    with collecting() as tally:
        test()
    return tally.total


def test_settings_count() -> None:
    assert counted(test_settings_above) == 7
    assert counted(test_settings_below) == 8  # and the example
    assert counted(test_two_inputs_to_second_order) == settings.default.max_examples  # type: ignore[union-attr]


def test_an_example_above_is_checked_first() -> None:
    seen: list[float] = []

    @example(x=0.125)
    @seed(1)
    @settings(max_examples=1)
    @given_gradients(x=floats(-1, 1))
    def look(x: Value) -> Value:
        seen.append(x.data)
        return x * 1.0

    look()
    assert seen[0] == 0.125


def test_a_slip_is_caught_shrunk_and_named() -> None:
    @settings(database=None)
    @given_gradients(x=floats(-5, 5), y=floats(-5, 5))
    def look(x: Value, y: Value) -> Value:
        result: Value = softplus_with_a_slip(x * 2) + y * y
        return result

    with pytest.raises(GradientMismatch) as caught:
        look()
    message = str(caught.value)
    assert "∂f/∂x is wrong at x = 0, y = 0" in message
    assert "claimed -1, but difference quotients: 1" in message
    assert "The slip is in the row 'my_softplus': at x = 0 its rule gives ∂my_softplus/∂x = -0.5, and the slope is 0.5" in message
    assert "v1    my_softplus(x)  0.693147         1" in message.splitlines()
    assert caught.value.graph is not None
    assert caught.value.graph.op is softplus_with_a_slip
    assert any("look(" in note for note in getattr(caught.value, "__notes__", []))


def test_what_can_never_be_told_fails() -> None:
    @settings(max_examples=20, database=None)
    @given_gradients(x=floats(-5, -1))
    def outside(x: Value) -> Value:
        return x.log()

    with pytest.raises(GradientMismatch, match=r"^outside checks too little: at 20 of 20 points nobody could tell, mostly because the fun"):
        outside()


def product(x: Value, y: Value) -> Value:
    return x * y


def nothing() -> float:
    return 1.0


def anything(*xs: Value) -> Any:
    return ag.sum(xs)


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        (lambda: given_gradients(order=3)(product), ValueError, "order=3; it is 1, or"),
        (lambda: given_gradients(gradient=lambda x, y: [1, 1], order=2)(product), ValueError, "order=2"),
        (lambda: given_gradients(x=floats())(product), TypeError, "got strategies for x; the parameters of product are x, y"),
        (lambda: given_gradients(gradient=lambda x, y: [1, 1])(product), TypeError, "needs a strategy for each parameter of product: x="),
        (partial(given_gradients(), nothing), TypeError, "has no parameter"),
        (partial(given_gradients(), anything), TypeError, r"such as \(x, y\)"),
        (given_gradients(x=text(), y=floats())(product), TypeError, r"given_gradients\(x=…\): the strategy gave ''"),  # type: ignore[arg-type]
        (given_gradients(x=tuples(floats()), y=floats())(product), TypeError, "must give one number"),  # type: ignore[arg-type]
    ],
)
def test_what_does_not_fit_is_said(asked: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        asked()


def test_whole_numbers_are_points_too() -> None:
    @given_gradients(x=integers(-3, 3), y=just(2))
    def look(x: Value, y: Value) -> Value:
        return x * y + x * x

    assert counted(look) == 7
