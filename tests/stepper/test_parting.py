"""Why what was foretold and the true change part: each reason with the smallest graph, and what holds for any."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talk import answer

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.stepper.parting import Parting, parting
from autograd_mini.stepper.what_if import shares, what_if

F = Callable[[Value], Value]


def parted(y: Value, at: dict[Value, float]) -> Parting:
    this = ag.walk(y).current_pass
    return parting(this, what_if(this, at), sum(share.product for share in shares(this, at)))


CASES: list[tuple[F, float, float, str, str | None]] = [
    (abs, 0.0, 1e-6, "turn_here", "abs"),
    (abs, 0.0, -5.0, "turn_here", "abs"),
    (abs, -1.0, 1e-6, "turn_on_the_way", "abs"),
    (lambda x: x.relu() * 3 + x, 0.0, 2.0, "turn_here", "relu"),
    (lambda x: abs(x - 1), 1.0, 3.0, "turn_here", "abs"),
    (lambda x: x.gt(0.0), 0.0, 1e-9, "turn_here", "gt"),
    (lambda x: x.gt(0.0), -1.0, 1e-9, "turn_on_the_way", "gt"),
    (lambda x: ag.where(x.gt(0.0), x, 2.0), 0.0, 0.01, "turn_here", "where"),
    (lambda x: ag.where(x, 7.0, 2.0), 0.0, 0.01, "turn_here", "where"),
    (lambda x: ag.maximum(x, 1.0), 1.0, 3.0, "turn_here", "maximum"),
    (lambda x: ag.minimum(x * x, 1.0), 0.5, 3.0, "turn_on_the_way", "minimum"),
    (lambda x: x * x, 1.0, 2.3, "curve", None),
    (lambda x: x * x + ag.where(1.0, 5.0, abs(x)), -1.0, 1.0, "curve", None),  # the kink is in the branch that is not taken
    (lambda x: x + 1e16, 1.0, 2.3, "rounding", None),
    (lambda x: x + 1e16, 1.0, 1.3, "rounding", None),
    (lambda x: (x + 1e16) - 1e16, 1.0, 1.3, "rounding", None),
    (lambda x: x * 1e-200 * 1e-200, 1.0, 1e300, "rounding", None),  # the derivative underflows
    (lambda x: x.sqrt(), 0.0, 0.01, "not_finite", None),
]


@pytest.mark.parametrize(("f", "old", "new", "reason", "row"), CASES)
def test_why_they_part(f: F, old: float, new: float, reason: str, row: str | None) -> None:
    x = Value(old, "x")
    found = parted(f(x), {x: new})
    assert found.reason == reason
    op = None if found.node is None else found.node.op
    assert op is (ag.ops.TABLE[row] if row else None)


def test_a_node_that_is_held_does_not_turn() -> None:
    x = Value(-1.0, "x")
    inner = abs(x)
    assert parted(inner * inner, {x: 1.0, inner: 3.0}).reason == "curve"


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e9, 1e9), st.floats(-3, 3))
def test_straight_lines_part_by_rounding_only(old: float, new: float, shift: float, factor: float) -> None:
    x = Value(old, "x")
    y = (x + shift) * factor
    at = {x: new}
    this = ag.walk(y).current_pass
    asked = what_if(this, at)
    found = parting(this, asked, sum(share.product for share in shares(this, at)))
    assert found.reason == "rounding"
    true = (Fraction(new) - Fraction(old)) * Fraction(factor)
    assert abs(Fraction(asked.change) - true) <= Fraction(found.bound)


@given(st.floats(-3, 3), st.floats(1e-3, 3), st.sampled_from([-1, 1]))
def test_a_parabola_is_curved(old: float, step: float, sign: int) -> None:
    x = Value(old, "x")
    assert parted(x * x, {x: old + sign * step}).reason == "curve"


def told(y: Value, line: str) -> str:
    return answer(line, walk=ag.walk(y)).splitlines()[-1]


def test_in_words() -> None:
    x = Value(0.0, "x")
    assert told(abs(x), "set x 1e-6") == (
        "They part because v1 = abs(x) has a kink right at the old numbers: no step is so small that a derivative foretells it."
    )
    assert told(x.ge(1.0), "set x 2") == (
        "They part because v1 = ge(x, 1) has a jump on the way: a derivative knows nothing of what lies behind it."
    )
    assert "v1 = where(x, 7, 2) has a kink or a jump right at" in told(ag.where(x, 7.0, 2.0), "set x 2")
    assert told(x + 1e16, "set x 1.3") == (
        "They part by no more than rounding: with numbers of this size, a change is known to about ± 18 only."
    )
    assert told(x.sqrt(), "set x 1") == "A number that is not finite foretells nothing."
