"""The functions of the public namespace: rows under their own names, and what is built from rows.

What you can do with this file: `ag.exp(x)`, `ag.maximum(x, 0.0)`, `ag.sum(values)`, `ag.softmax(values)`;
name values (`label`), start gradients anew (`zero_grad`).
Every function takes Values and plain numbers alike; with plain numbers only, a plain number comes out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, overload

from autograd_mini import ops
from autograd_mini.number_like import listed, require_values
from autograd_mini.value import NOT_YET, Value, constant

__all__ = [
    "abs", "cos", "dot", "exp", "ge", "gt", "label", "log", "logsumexp", "maximum", "mean", "minimum", "relu", "sigmoid", "sin",
    "softmax", "softplus", "sqrt", "sum", "tanh", "where", "zero_grad",
]  # fmt: skip


class Unary(Protocol):
    """A row of one operand, as type checkers see it."""

    @overload
    def __call__(self, x: Value, /) -> Value: ...
    @overload
    def __call__(self, x: float, /) -> float: ...


class Binary(Protocol):
    """A row of two operands, as type checkers see it."""

    @overload
    def __call__(self, x: Value, y: Value | float, /) -> Value: ...
    @overload
    def __call__(self, x: float, y: Value, /) -> Value: ...
    @overload
    def __call__(self, x: float, y: float, /) -> float: ...


exp: Unary = ops.exp
log: Unary = ops.log
sqrt: Unary = ops.sqrt
sin: Unary = ops.sin
cos: Unary = ops.cos
tanh: Unary = ops.tanh
sigmoid: Unary = ops.sigmoid
relu: Unary = ops.relu
softplus: Unary = ops.softplus
abs: Unary = ops.abs
maximum: Binary = ops.maximum
minimum: Binary = ops.minimum
gt: Binary = ops.gt
ge: Binary = ops.ge


def where(condition: Value | float, x: Value | float, y: Value | float) -> Any:
    """Return x where `condition` (usually a 0/1 node from `gt` or `ge`) is not 0, else y; the choice stays in the graph.

    >>> x = Value(-2.0)
    >>> where(gt(x, 0.0), x, 0.1 * x).data
    -0.2
    """
    return ops.where(condition, x, y)


def sum(values: Iterable[Value | float]) -> Any:
    """Add up any number of values in *one* node (built-in `sum` makes a chain of `+` nodes); of nothing, the constant 0.

    >>> sum([Value(1.0), Value(2.0), 3.5]).data
    6.5
    """
    terms = listed(values, "sum([x, y, …])")
    return ops.sum(*terms) if terms else constant(0.0)


def mean(values: Iterable[Value | float]) -> Any:
    """The arithmetic mean. Raises ValueError when there is nothing to average.

    >>> mean([Value(1.0), Value(2.0), Value(6.0)]).data
    3.0
    """
    terms = _some(values, "mean")
    return ops.div(ops.sum(*terms), float(len(terms)))


def dot(xs: Iterable[Value | float], ys: Iterable[Value | float]) -> Any:
    """Σ x·y, the weighted sum of a neuron. Raises ValueError when the lengths differ, instead of dropping the rest.

    >>> dot([Value(1.0), Value(2.0)], [3.0, 4.0]).data
    11.0
    """
    xs, ys = listed(xs, "dot(xs, ys)"), listed(ys, "dot(xs, ys)")
    if len(xs) != len(ys):
        raise ValueError(f"dot() needs as many xs as ys, got {len(xs)} and {len(ys)}")
    return sum([x * y for x, y in zip(xs, ys, strict=True)])


def logsumexp(values: Iterable[Value | float]) -> Any:
    """log Σ eˣ in one node, without overflow; its derivatives are the softmax. Raises ValueError for nothing.

    >>> logsumexp([Value(1000.0), Value(1000.0)]).data
    1000.6931471805599
    """
    return ops.logsumexp(*_some(values, "logsumexp"))


def softmax(values: Iterable[Value | float]) -> list[Any]:
    """The values turned into probabilities, eˣ / Σ eˣ, as a list of the same length. Raises ValueError for nothing.

    >>> [round(p, 12) for p in softmax([Value(3.0), Value(3.0)])]
    [0.5, 0.5]
    """
    terms = _some(values, "softmax")
    total = logsumexp(terms)
    return [ops.exp(term - total) for term in terms]


def label(**values: Any) -> None:
    """Name Values from keywords: `label(apple=a, tax=t)`. What is no Value is ignored, so `label(**locals())` works.

    >>> a = Value(10.0)
    >>> label(apple=a, shop="corner")
    >>> a.label
    'apple'
    """
    for name, value in values.items():
        if isinstance(value, Value):
            value.label = name


def zero_grad(values: Iterable[Value]) -> None:
    """Forget the gradients of these Values (usually the parameters), so that the next backward pass starts anew."""
    forgetful = listed(values, "zero_grad([x, w, …])")
    require_values(forgetful, "zero_grad([x, w, …])")
    for value in forgetful:
        value.grad = NOT_YET


def _some(values: Iterable[Value | float], name: str) -> list[Any]:
    terms = listed(values, f"{name}([x, y, …])")
    if not terms:
        raise ValueError(f"{name}() of nothing: it needs at least one value")
    return terms
