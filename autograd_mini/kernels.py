"""The forward kernels: floats in, a float out, and never an exception.

What you can do with this file: see how each operation is computed where Python's own arithmetic would raise
or lose digits. The kernels are *total* and follow IEEE 754: 1/0 is inf, log(-1) is nan, exp(1000) is inf,
(-8)**(1/3) is nan (Python's `**` would turn complex). Where NumPy and Python differ, NumPy's result holds.
`+`, `-` and `*` of floats are total already, so the op table uses Python's `operator` module for those.
"""

from __future__ import annotations

import math
import operator
from functools import reduce
from math import copysign, inf, nan


def div(x: float, y: float) -> float:
    """x / y, where Python raises: 1/0 is inf, -1/0 and 1/-0.0 are -inf, 0/0 is nan."""
    if y:
        return x / y
    return nan if not x or x != x else copysign(inf, x) * copysign(1.0, y)


def pow(x: float, y: float) -> float:
    """x ** y as C's pow: 0**0 = 1, 0**-1 = inf, 1**nan = 1, a negative base with a fractional exponent gives nan."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return -inf if x < 0 and y % 2 == 1 else inf
    except ValueError:  # 0 to a negative power, or a negative base with a fractional exponent
        if x:
            return nan
        return copysign(inf, x) if y % 2 == 1 else inf


def exp(x: float) -> float:
    """e ** x; inf beyond x ≈ 709.78."""
    try:
        return math.exp(x)
    except OverflowError:
        return inf


def log(x: float) -> float:
    """The natural logarithm; log(0) is -inf, nan below."""
    if x > 0:
        return math.log(x)
    return -inf if x == 0 else nan


def sqrt(x: float) -> float:
    """The square root; nan below 0."""
    return math.sqrt(x) if x >= 0 else nan


def sin(x: float) -> float:
    """The sine of x in radians; nan at ±inf."""
    return math.sin(x) if math.isfinite(x) else nan


def cos(x: float) -> float:
    """The cosine of x in radians; nan at ±inf."""
    return math.cos(x) if math.isfinite(x) else nan


def sigmoid(x: float) -> float:
    """1 / (1 + e^-x), written so that the exponential never overflows."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    small = math.exp(x)
    return small / (1.0 + small)


def softplus(x: float) -> float:
    """log(1 + e^x), written so that the exponential never overflows."""
    return (x if x > 0 else 0.0) + math.log1p(math.exp(-abs(x)))


def relu(x: float) -> float:
    """x above 0, else 0; nan stays nan."""
    return 0.0 if x <= 0 else x


def maximum(x: float, y: float) -> float:
    """The larger one; nan if either is nan. Zeros are equal whatever their sign."""
    return x if x >= y or x != x else y


def minimum(x: float, y: float) -> float:
    """The smaller one; nan if either is nan. Zeros are equal whatever their sign."""
    return x if x <= y or x != x else y


def where(condition: float, x: float, y: float) -> float:
    """x where the condition is not 0 (nan is not 0), else y."""
    return x if condition else y


def gt(x: float, y: float) -> float:
    """1 if x > y, else 0 (also where either is nan)."""
    return 1.0 if x > y else 0.0


def ge(x: float, y: float) -> float:
    """1 if x >= y, else 0 (also where either is nan)."""
    return 1.0 if x >= y else 0.0


def sum(*terms: float) -> float:
    """The terms added from left to right: bit for bit what a chain of `+` gives (math.fsum would round otherwise)."""
    return reduce(operator.add, terms)


def logsumexp(*terms: float) -> float:
    """log(Σ e^x), shifted by the largest term so that the exponentials never overflow."""
    largest = reduce(maximum, terms)
    if not math.isfinite(largest):
        return largest
    return largest + math.log(math.fsum(math.exp(term - largest) for term in terms))
