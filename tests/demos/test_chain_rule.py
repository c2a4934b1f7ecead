"""The chain rule: derivative and what-if part by the step squared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import as_typed, of_the_course, told

import autograd_mini as ag
from demos import chain_rule

OURS = {
    "t": "3", "z": "9", "∂z/∂z": "1", "∂z/∂t": "6", "∂z/∂x": "6", "∂z/∂y": "6",
    "Δx = 1: Δz": "7", "Δx = 0.1: Δz": "0.61", "Δx = 0.01: Δz": "0.0601", "Δx = 0.001: Δz": "0.006001",
    "Δx = 1: Δz/Δx": "7", "Δx = 0.1: Δz/Δx": "6.1", "Δx = 0.01: Δz/Δx": "6.01", "Δx = 0.001: Δz/Δx": "6.001",
    "t × t: sent along the first edge": "3", "t × t: sent along the second edge": "3", "t × t: together, at t": "6",
}  # fmt: skip


def test_the_numbers_all_of_them_ours() -> None:
    found = told(chain_rule.tell())
    assert as_typed(found, OURS) == OURS
    assert of_the_course(found) == {}


def test_a_power_is_one_circle_with_one_edge_that_counts() -> None:
    z = chain_rule.build().z
    assert z.op is not None
    assert z.op.name == "pow"
    assert [local is None for local in z.local_derivatives] == [False, True]  # the exponent is constant: nothing goes back to it


@given(st.floats(-100, 100))
def test_what_the_derivative_leaves_over_is_the_step_squared(step: float) -> None:
    x, _y, _t, z = chain_rule.build()
    change = ag.evaluate(z, {x: x.data + step})[z] - z.data
    assert change - ag.grad(z, [x])[0] * step == pytest.approx(step * step, rel=1e-9, abs=1e-11)
