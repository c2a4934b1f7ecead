"""Every row of the op table, and rows of one's own, at points that Hypothesis draws: inside the domain, at its edges, near kinks."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.strategies import floats
from rows import ROWS

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.checks import given_gradients
from autograd_mini.row import EVERYWHERE, Domain, Operation


def function(op: Operation) -> Callable[..., Any]:
    """The row with parameters that can be counted."""
    by_arity: list[Callable[..., Any]] = [lambda x: op(x), lambda x, y: op(x, y), lambda x, y, z: op(x, y, z)]  # noqa: PLW0108
    return by_arity[(op.arity or 3) - 1]


softsign = ag.operation(
    "softsign", lambda x: x / (1 + abs(x)), lambda x, out: ag.ops.div(1.0, (1 + ag.abs(x)) * (1 + ag.abs(x))), side=lambda x: x >= 0
)
arcsine = ag.operation(
    "arcsine", lambda x: math.asin(x) if -1 <= x <= 1 else math.nan, lambda x, out: ag.ops.div(1.0, ag.sqrt(1 - x * x)),
    exact=lambda mp, x: mp.asin(x), domain=Domain("-1 < x < 1", lambda x: bool(abs(x) < 1)),
)  # fmt: skip
norm = ag.operation(
    "norm", math.hypot, lambda x, y, out: ag.ops.div(x, out), lambda x, y, out: ag.ops.div(y, out),
    exact=lambda mp, x, y: mp.hypot(x, y), domain=EVERYWHERE._replace(text="not both 0", contains=lambda x, y: bool(abs(x) + abs(y) > 0)),
)  # fmt: skip


#: Rows that most points say nothing of: a negative base has powers at isolated exponents only; at a jump there is no slope.
PARTS: dict[str, Any] = {
    "pow": {"x": floats(1e-3, 10), "y": floats(-5, 5)},
    "gt": {"x": floats(1, 5), "y": floats(-5, 0.5)},
    "ge": {"x": floats(1, 5), "y": floats(-5, 0.5)},
    "where": {"x": floats(0.5, 1), "y": floats(-5, 5), "z": floats(-5, 5)},
}


@pytest.mark.parametrize("op", [*ROWS, softsign, arcsine, norm], ids=lambda op: op.name)
@pytest.mark.parametrize("order", [1, 2])
def test_every_row(op: Operation, order: int) -> None:
    parts = PARTS.get(op.name, {})
    if op.side and order == 2 and not parts:  # at a kink the first derivative jumps
        parts = {"x": floats(0.5, 5), "y": floats(-5, 0.25)} if op.arity == 2 else {"x": floats(-5, -0.5) | floats(0.5, 5)}
    settings(max_examples=60)(given_gradients(order=order, **parts)(function(op)))()


@pytest.mark.parametrize("op", [op for op in ROWS if op.arity == 1], ids=lambda op: op.name)
def test_every_row_inside_a_graph(op: Operation) -> None:
    def f(x: Value, y: Value) -> Value:
        result: Value = op(x * x * 0.25 + 0.5) * y + op(x * x + 1.0)
        return result

    # Further out σ and tanh are flat, and known to lose what is left of their slope.
    settings(max_examples=30)(given_gradients(order=2, x=floats(-2, 2), y=floats(-5, 5))(f))()
