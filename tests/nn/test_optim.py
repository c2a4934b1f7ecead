"""SGD: the formula p − η·∂C/∂p, once for each parameter, and its errors."""

from __future__ import annotations

import math
from typing import Any

import pytest

import autograd_mini as ag
import nn
from autograd_mini import Value


def test_one_step_is_the_formula() -> None:
    p, q = Value(1.0), Value(-2.0)
    optimizer = nn.SGD([p, q], learning_rate=0.25)
    (p * p + 3 * q).backward()
    optimizer.step()
    assert (p.data, q.data) == (1.0 - 0.25 * 2.0, -2.0 - 0.25 * 3.0)


def test_zero_grad_separates_batches() -> None:
    p = Value(3.0)
    optimizer = nn.SGD([p], learning_rate=1.0)
    for _ in range(2):
        optimizer.zero_grad()
        (2 * p).backward()
    assert p.grad == 2.0
    optimizer.zero_grad()
    assert p.grad is ag.NOT_YET
    optimizer.step()
    assert p.data == 3.0


def test_a_parameter_given_twice_moves_once() -> None:
    p = Value(1.0)
    optimizer = nn.SGD([p, p], learning_rate=0.5)
    (1 * p).backward()
    optimizer.step()
    assert p.data == 0.5


def test_descends_a_bowl() -> None:
    """C = v₁² + v₂² from (2, 1), η = 0.1: each step shortens v by the factor 1 − 2η."""
    v = [Value(2.0), Value(1.0)]
    optimizer = nn.SGD(v, learning_rate=0.1)
    for _ in range(10):
        optimizer.zero_grad()
        (v[0] ** 2 + v[1] ** 2).backward()
        optimizer.step()
    assert [x.data for x in v] == pytest.approx([2.0 * 0.8**10, 1.0 * 0.8**10], rel=1e-12)


@pytest.mark.parametrize("wrong", [1.0, ag.constant(1.0), Value(1.0) * 2, "w"])
def test_only_leaves_are_moved(wrong: Any) -> None:
    with pytest.raises(TypeError, match="leaves only"):
        nn.SGD([Value(1.0), wrong], learning_rate=0.1)


@pytest.mark.parametrize("rate", [0.0, -1.0, math.inf, math.nan])
def test_learning_rates_out_of_range(rate: float) -> None:
    with pytest.raises(ValueError, match="learning_rate"):
        nn.SGD([Value(1.0)], learning_rate=rate)


def test_what_is_no_list_and_no_number() -> None:
    p: Any = Value(1.0)
    wrong: list[Any] = [p, nn.MLP(2, [1]), 5]
    for parameters in wrong:
        with pytest.raises(TypeError, match="the parameters of SGD come as a list"):
            nn.SGD(parameters, learning_rate=0.1)
    with pytest.raises(TypeError, match="leaves only"):
        nn.SGD([[p]], learning_rate=0.1)  # type: ignore[list-item]
    rates: list[Any] = ["a", None, 1j]
    for rate in rates:
        with pytest.raises(TypeError, match="learning_rate= takes a real number"):
            nn.SGD([p], learning_rate=rate)


def test_no_parameters() -> None:
    with pytest.raises(ValueError, match="no parameters"):
        nn.SGD([], learning_rate=0.1)


def test_repr() -> None:
    assert repr(nn.SGD(nn.MLP(64, [16, 10]).parameters(), learning_rate=3.0)) == "SGD(1,210 parameters, learning_rate=3.0)"
