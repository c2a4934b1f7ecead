"""Kernels are total and follow IEEE 754; where NumPy has the function, NumPy's result holds."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rows import EDGES, EPSILON, INF, NAN, same

from autograd_mini import kernels, ops

NUMPY: dict[str, Callable[..., Any]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "pow": np.power, "neg": np.negative,
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "abs": np.abs,
    "maximum": np.maximum, "minimum": np.minimum, "gt": np.greater, "ge": np.greater_equal,
    "where": lambda condition, x, y: np.where(condition != 0, x, y),
    "logsumexp": lambda *terms: reduce(np.logaddexp, terms),
    "softplus": lambda x: np.logaddexp(0.0, x), "relu": lambda x: np.maximum(x, 0.0),
}  # fmt: skip


def in_numpy(name: str, *operands: float) -> float:
    with np.errstate(all="ignore"):
        return float(NUMPY[name](*map(np.float64, operands)))


def close(a: float, b: float, ulps: float = 4) -> bool:
    # Zeros are equal whatever their sign: NumPy leaves it to the hardware which of two maximum returns.
    return same(a, b) or a == b or abs(a - b) <= ulps * EPSILON * max(abs(a), abs(b)) + 5e-323


# Some versions of NumPy compute x**0.5 as sqrt(x); C, Python and JavaScript say inf, and so do we.
EXCEPTIONS = {("pow", (-INF, 0.5))}


@pytest.mark.parametrize("name", sorted(NUMPY))
def test_edge_values_are_numpys(name: str) -> None:
    op = ops.TABLE[name]
    points = list(product(EDGES if op.arity != 3 else EDGES[::3], repeat=op.arity or 2))
    wrong = [point for point in points if (name, point) not in EXCEPTIONS and not close(op.kernel(*point), in_numpy(name, *point))]
    assert wrong == []


def test_all_but_two_rows_have_a_function_of_numpys() -> None:
    assert set(ops.TABLE) - set(NUMPY) == {"sigmoid", "sum"}


anything = st.floats(allow_nan=True, allow_infinity=True)


@given(st.sampled_from(sorted(set(NUMPY) - {"sin", "cos", "logsumexp", "where"})), anything, anything)
def test_any_floats_are_numpys(name: str, x: float, y: float) -> None:
    operands = (x, y)[: ops.TABLE[name].arity]
    assume((name, operands) not in EXCEPTIONS)
    assert close(ops.TABLE[name].kernel(*operands), in_numpy(name, *operands))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (kernels.div(1, 0.0), INF),
        (kernels.div(1, -0.0), -INF),
        (kernels.div(-1, 0.0), -INF),
        (kernels.div(0.0, 0.0), NAN),
        (kernels.div(NAN, 0.0), NAN),
        (kernels.div(INF, -0.0), -INF),
        (kernels.pow(0.0, 0.0), 1.0),
        (kernels.pow(-0.0, -1.0), -INF),
        (kernels.pow(-0.0, -2.0), INF),
        (kernels.pow(0.0, -0.5), INF),
        (kernels.pow(-8.0, 1 / 3), NAN),
        (kernels.pow(-10.0, 309.0), -INF),
        (kernels.pow(-10.0, 310.0), INF),
        (kernels.pow(1.0, NAN), 1.0),
        (kernels.pow(-1.0, INF), 1.0),
        (kernels.exp(1000.0), INF),
        (kernels.exp(-1000.0), 0.0),
        (kernels.log(0.0), -INF),
        (kernels.log(-0.0), -INF),
        (kernels.log(-1.0), NAN),
        (kernels.sqrt(-0.0), -0.0),
        (kernels.sqrt(-1.0), NAN),
        (kernels.sin(INF), NAN),
        (kernels.cos(-INF), NAN),
        (kernels.sigmoid(1000.0), 1.0),
        (kernels.sigmoid(-1000.0), 0.0),
        (kernels.sigmoid(NAN), NAN),
        (kernels.softplus(1000.0), 1000.0),
        (kernels.softplus(-1000.0), 0.0),
        (kernels.softplus(INF), INF),
        (kernels.softplus(-INF), 0.0),
        (kernels.relu(-0.0), 0.0),
        (kernels.relu(NAN), NAN),
        (kernels.maximum(1.0, NAN), NAN),
        (kernels.minimum(NAN, 1.0), NAN),
        (kernels.where(NAN, 1.0, 2.0), 1.0),
        (kernels.gt(NAN, 1.0), 0.0),
        (kernels.sum(1e16, 1.0, -1e16), 0.0),
        (kernels.logsumexp(-INF, -INF), -INF),
        (kernels.logsumexp(INF, 1.0), INF),
        (kernels.logsumexp(NAN, INF), NAN),
        (kernels.logsumexp(1000.0, 1000.0), 1000.0 + math.log(2)),
    ],
)
def test_named_edge_values(value: float, expected: float) -> None:
    assert same(value, expected)


def test_a_sum_is_bit_for_bit_a_chain_of_additions() -> None:
    terms = [0.1] * 10 + [1e16, 1.0, -1e16]
    chain = terms[0]
    for term in terms[1:]:
        chain = chain + term
    assert kernels.sum(*terms) == chain
    assert kernels.sum(*terms) != math.fsum(terms)


@given(st.floats(-745, 745))
def test_sigmoid_and_softplus_keep_their_digits_far_out(x: float) -> None:
    # log σ(x) = -softplus(-x), and σ(x) + σ(-x) = 1.
    assert math.isclose(math.log(kernels.sigmoid(x)), -kernels.softplus(-x), rel_tol=1e-13, abs_tol=1e-15) or x < -708
    assert abs(kernels.sigmoid(x) + kernels.sigmoid(-x) - 1) <= EPSILON
