"""The rows on arrays: NumPy's functions where they are the same as our kernels to the last digits, and total as they are.

What you can do with this file: `on_arrays(op)` is the row's kernel for arrays [B]; for a row of one's own it runs number by number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np

from autograd_mini.row import Operation

__all__ = ["on_arrays"]


def _sigmoid(x: Any) -> Any:
    return np.reciprocal(1.0 + np.exp(-x))  # exp may overflow to inf: then it is 0


def _relu(x: Any) -> Any:
    return np.where(x > 0, x, np.where(np.isnan(x), x, 0.0))


def _softplus(x: Any) -> Any:
    return np.logaddexp(0.0, x)


def _logsumexp(*terms: Any) -> Any:
    largest = reduce(np.maximum, terms)
    shift = np.where(np.isfinite(largest), largest, 0.0)
    return np.log(sum(np.exp(term - shift) for term in terms)) + shift


ON_ARRAYS: Mapping[str, Callable[..., Any]] = {
    "div": np.true_divide, "pow": np.power, "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tanh": np.tanh,
    "sigmoid": _sigmoid, "relu": _relu, "softplus": _softplus, "abs": np.abs, "maximum": np.maximum, "minimum": np.minimum,
    "gt": lambda x, y: np.greater(x, y) * 1.0, "ge": lambda x, y: np.greater_equal(x, y) * 1.0,
    "where": lambda condition, x, y: np.where(np.not_equal(condition, 0.0), x, y), "sum": lambda *terms: sum(terms),
    "logsumexp": _logsumexp,
}  # fmt: skip


def on_arrays(op: Operation) -> Callable[..., Any]:
    """The kernel of a row for arrays and numbers of one shape, or that fit together. Warnings of overflow are the caller's to silence."""
    return ON_ARRAYS.get(op.name) or np.vectorize(op.kernel, otypes=[float])
