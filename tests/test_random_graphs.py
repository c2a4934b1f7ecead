"""Random expressions that share nodes, against mpmath and sympy, within a bound computed from the graph itself."""

from __future__ import annotations

from math import isfinite
from random import Random
from typing import Any

import mpmath
import pytest
import sympy
from hypothesis import given
from rows import DIGITS, ORACLE, ROWS, exact_partial

import autograd_mini as ag
from autograd_mini import ops
from autograd_mini.checks import Expression, expressions, gradient_rounding, random_expression, rounding
from autograd_mini.checks.expressions import SMOOTH
from autograd_mini.row import Operation


def exactly(expression: Expression) -> Any:
    """The recipe as a function of mpmath numbers; nothing of the engine takes part but the names of the rows."""
    return lambda *xs: expression.run(xs, lambda op, operands: op.exact(mpmath.mp, *operands), mpmath.mpf)  # type: ignore[misc]


def check(expression: Expression) -> int:
    """Hold value and gradient against mpmath; return how many partials were finite, and so compared."""
    leaves, y = expression.record()
    point = [mpmath.mpf(x) for x in expression.point]
    with mpmath.workdps(DIGITS):
        f = exactly(expression)
        assert not abs(y.data - f(*point)) > rounding(y), expression  # nan is no bound: see below
        claims = list(zip(ag.grad(y, leaves), gradient_rounding(y, leaves), strict=True))
        for i, (claimed, bound) in enumerate(claims):
            # A negative base has no slope along its exponent: nan, and no number of mpmath's to compare with.
            assert not isfinite(claimed) or not abs(claimed - exact_partial(f, point, i)) > bound + ORACLE, (expression, i)
    return sum(isfinite(claimed) and isfinite(bound) for claimed, bound in claims)


def sharpness(expression: Expression) -> list[float]:
    """The bounds, relative to the derivatives that they are for."""
    leaves, y = expression.record()
    pairs = zip(ag.grad(y, leaves), gradient_rounding(y, leaves), strict=True)
    return [bound / abs(claimed) for claimed, bound in pairs if claimed]


@given(expressions())
def test_against_mpmath(expression: Expression) -> None:
    check(expression)


def test_against_mpmath_in_a_row() -> None:
    random = Random(2026)
    partials = compared = 0
    for _ in range(400):
        expression = random_expression(random)
        compared += check(expression)
        partials += len(expression.point)
    assert compared >= 0.99 * partials


def test_long_expressions() -> None:
    random = Random(99)
    for _ in range(10):
        assert check(random_expression(random, max_leaves=5, max_steps=150)) > 0


def test_the_bound_bites() -> None:
    random = Random(4)
    bounds = sorted(bound for _ in range(300) for bound in sharpness(random_expression(random)))
    assert bounds[len(bounds) // 2] < 1e-13
    assert bounds[int(0.97 * len(bounds))] < 1e-10


def test_smooth_rows_are_those_without_a_side() -> None:
    assert {op.name for op in ROWS} - {op.name for op in SMOOTH} == {"relu", "abs", "maximum", "minimum", "gt", "ge", "where"}


# --- sympy derives symbols, not numbers ---------------------------------------------------------------------------

CLOSED = [op for op in SMOOTH if op is not ops.pow]  # sympy's powers of negative numbers are complex
SYMPY: dict[str, Any] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
    "exp": sympy.exp,
    "log": sympy.log,
    "sqrt": sympy.sqrt,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tanh": sympy.tanh,
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "sum": lambda *xs: sum(xs),
    "logsumexp": lambda *xs: sympy.log(sum(sympy.exp(x) for x in xs)),
}


def test_every_smooth_row_has_its_sympy_function() -> None:
    assert set(SYMPY) == {op.name for op in CLOSED}


@pytest.mark.parametrize("seed", range(12))
def test_against_sympy(seed: int) -> None:
    random = Random(seed)
    expression = random_expression(random, CLOSED, max_leaves=2, max_steps=5)
    while len(expression.steps) < 3:
        expression = random_expression(random, CLOSED, max_leaves=2, max_steps=5)
    symbols = sympy.symbols(f"x0:{len(expression.point)}")

    def apply(op: Operation, operands: list[Any]) -> Any:
        return SYMPY[op.name](*operands)

    formula = expression.run(symbols, apply, sympy.Float)
    leaves, y = expression.record()
    at = {symbol: sympy.Rational(x) for symbol, x in zip(symbols, expression.point, strict=True)}
    bounds = gradient_rounding(y, leaves)
    for symbol, claimed, bound in zip(symbols, ag.grad(y, leaves), bounds, strict=True):
        true = sympy.diff(formula, symbol).subs(at).evalf(40)
        assert abs(claimed - true) <= bound + 1e-14 * abs(claimed), expression
