"""The finite difference of a graph, against slopes and errors that are known."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.quotient import Quotient, quotient

numbers = st.floats(-100.0, 100.0)


def measured(f: Callable[[Value], Value], at: float) -> Quotient:
    x = Value(at)
    found = quotient(f(x), x)
    assert found is not None
    return found


@given(numbers, numbers, numbers, numbers)
def test_on_a_parabola_rounding_is_all_that_is_lost(a: float, b: float, c: float, x: float) -> None:
    found = measured(lambda t: a * t * t + b * t + c, x)
    rounded = found.cancellation + 1e-14 * (abs(a) + abs(a * x) + abs(b))  # where y itself is 0, its neighbours still round
    assert not found.is_kink
    assert abs(found.low - (2 * a * x + b)) <= rounded
    assert found.truncation <= rounded


@given(st.floats(1.0, 100.0), st.floats(-3.0, 3.0))
def test_on_a_cubic_the_step_is_too_long_by_its_square(a: float, x: float) -> None:
    found = measured(lambda t: a * t**3, x)
    too_long = a * found.step**2
    rounded = found.cancellation + 1e-14 * (abs(a * x * x) + too_long)
    assert abs(found.truncation - too_long) <= rounded
    assert abs(found.low - (3 * a * x * x + too_long)) <= rounded


@given(st.floats(1e-7, 1e-3))
def test_near_a_kink_the_step_gets_shorter(x: float) -> None:
    found = measured(ag.relu, x)
    assert not found.is_kink
    assert not found.one_sided
    assert found.low == pytest.approx(1.0, abs=1e-9)
    assert found.step < x


def test_at_a_kink_there_are_two_slopes() -> None:
    found = measured(abs, 0.0)
    assert found.is_kink
    assert (found.low, found.high) == (-1.0, 1.0)


def test_at_the_edge_of_a_domain_one_side_has_to_do() -> None:
    found = measured(lambda x: x**2.5, 0.0)
    assert found.one_sided
    assert abs(found.low) < 1e-6


def test_beside_the_domain_of_a_branch_that_is_not_taken_all_is_well() -> None:
    found = measured(lambda x: ag.where(x.gt(0.0), x.log(), x * 3), -1.0)
    assert not found.one_sided
    assert abs(found.low - 3.0) <= found.cancellation < 1e-8
    infinite = measured(lambda x: ag.where(x.gt(0.0), Value(-1.0) ** (x * inf), x), -1.0)
    assert infinite.low == pytest.approx(1.0, abs=1e-9)


def test_where_y_is_not_defined_there_is_none() -> None:
    x = Value(2.0)
    assert quotient(Value(-2.0) ** x, x) is None  # (-2)**2 is 4, and beside 2 it is nan


def test_what_y_does_not_depend_on_has_none() -> None:
    x, w = Value(2.0), Value(3.0)
    assert quotient(w * 2, x) is None
    assert quotient(w * 2, ag.constant(2.0)) is None


def test_an_outdated_graph_has_none() -> None:
    x, w = Value(2.0), Value(3.0)
    y = x * w
    w.data = 4.0
    assert quotient(y, x) is None


def test_an_interior_node_moves_what_follows_from_it_only() -> None:
    x = Value(1.0)
    inner = x.exp()
    found = quotient(inner * x, inner)
    assert found is not None
    assert abs(found.low - 1.0) <= found.cancellation
    assert (x.data, inner.data) == (1.0, exp(1.0))


def test_an_overflow_beside_x_leaves_one_side() -> None:
    found = measured(lambda x: x.exp() * 1e-10, 709.782712893384)
    assert found.one_sided


def test_a_value_that_is_no_number_has_no_slope() -> None:
    x = Value(nan)
    assert quotient(x * 2, x) is None
