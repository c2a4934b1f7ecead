"""Points for every row of the op table, an independent derivative in many digits, and how tests compare floats."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import mpmath

from autograd_mini import ops
from autograd_mini.row import Operation

EPSILON = 2.0**-52
DIGITS, ORACLE = 150, 1e-35  # the digits of the oracle below, and an error that it never has
INF, NAN = math.inf, math.nan

# Inside the domain, away from kinks, and where no row loses digits.
Points = list[tuple[float, ...]]
ORDINARY: Points = [(-3.7,), (-1.2,), (-0.4,), (0.3,), (1.0,), (2.9,)]
POSITIVE: Points = [(1e-3,), (0.4,), (1.0,), (7.7,), (123.0,)]
PAIRS: Points = [(-3.7, 2.2), (1.5, -0.3), (0.4, 0.9), (-1.2, -2.6), (5.0, 4.0)]

POINTS: dict[str, Points] = {
    **dict.fromkeys(("neg", "exp", "sin", "cos", "tanh", "sigmoid", "relu", "softplus", "abs"), ORDINARY),
    **dict.fromkeys(("log", "sqrt"), POSITIVE),
    **dict.fromkeys(("add", "sub", "mul", "div", "maximum", "minimum", "gt", "ge"), PAIRS),
    "pow": [(0.4, 2.5), (1.7, -3.3), (3.0, 2.0), (12.0, 0.5)],
    "where": [(1.0, 2.0, -0.7), (-3.0, 0.5, 4.0)],
    "sum": [(1.3,), (1.3, -2.2), (0.5, 1e3, -0.25, 4.0)],
    "logsumexp": [(1.3,), (1.3, -2.2), (0.5, 2.0, -0.25, 4.0)],
}

# Where kernels overflow, cancel or lose digits if they are written carelessly.
FAR: dict[str, Points] = {
    "exp": [(-740.0,), (700.0,)],
    "log": [(1e-150,), (1.0 + 2**-40,), (1e300,)],
    "sqrt": [(1e-100,), (1e300,)],
    "sin": [(1e10,), (1e-8,)],
    "cos": [(1e10,), (1e-8,)],
    "tanh": [(-20.0,), (1e-9,), (20.0,), (1e4,)],
    "sigmoid": [(-700.0,), (-40.0,), (35.0,), (40.0,), (700.0,)],
    "softplus": [(-700.0,), (-40.0,), (40.0,), (700.0,)],
    "div": [(1e-30, 1e30), (3.0, 1e-30)],
    "pow": [(1e-5, 3.0), (1e5, 60.0), (0.999, 1e4), (1.001, -1e4), (2.0, 0.1)],
    "sum": [(1e16, 1.0, -1e16)],
    "logsumexp": [(1000.0, 1000.0), (700.0, -700.0), (-1000.0, -1001.0), (-0.7, -0.7)],
}

EDGES = (-INF, -800.0, -2.0, -0.5, -5e-324, -0.0, 0.0, 5e-324, 0.5, 1.0, 2.0, 3.0, 800.0, 1e308, INF, NAN)
FEW_EDGES = (-INF, -2.0, -0.0, 0.0, 1.0, INF, NAN)

ROWS = list(ops.TABLE.values())


def edge_points(op: Operation) -> Points:
    """All combinations of edge values that fit the row."""
    count = op.arity or 2
    return list(product(EDGES if count < 3 else FEW_EDGES, repeat=count))


def same(a: float, b: float) -> bool:
    """The same number to the bit, nan equal to nan, 0.0 different from -0.0."""
    return (a != a and b != b) or (a == b and math.copysign(1.0, a) == math.copysign(1.0, b))


def exact_partial(f: Callable[..., Any], point: Sequence[Any], *along: int) -> Any:
    """A first or second partial derivative as a central difference; `f` takes and returns mpmath numbers.

    `exact_partial(f, point, 0, 1)` is ∂²f/∂x₀∂x₁. On 150 digits its error is about h² = 1e-50, see ORACLE.
    """
    if not along:
        return f(*point)
    size = mpmath.fabs(point[along[0]])
    h = mpmath.mpf(10) ** -25 * (size if 0 < size < 1e-20 else max(1, size))

    def shifted(by: Any) -> Any:
        moved = list(point)
        moved[along[0]] += by
        return exact_partial(f, moved, *along[1:])

    return (shifted(h) - shifted(-h)) / (2 * h)


def in_mpmath(op: Operation) -> Callable[..., Any]:
    """The row as a function of mpmath numbers."""
    exact = op.exact
    assert exact is not None, f"{op.name} names no function of mpmath's"
    return lambda *operands: exact(mpmath.mp, *operands)


def many(point: Sequence[float]) -> list[Any]:
    """The point in mpmath numbers, exactly."""
    return [mpmath.mpf(x) for x in point]
