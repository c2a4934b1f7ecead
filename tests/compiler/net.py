"""A network or any other graph to compile, and the small parts that the recorders of them share.

What you can do with this file: hold a graph with its feeds as a `Net`; write down leaves, weighted sums (in every way that people
write them), activations and losses, one Value at a time. `dense_nets.py`, `conv_nets.py` and `odd_nets.py` record whole graphs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import autograd_mini as ag
from autograd_mini import Value

Vector = list[Value]
Matrix = list[Vector]


@dataclass(frozen=True)
class Net:
    """A recorded graph: the leaves that samples feed, in blocks, those to differentiate by, and the nodes to show."""

    loss: Value
    inputs: list[Vector]
    parameters: Vector
    outputs: Vector = field(default_factory=list)

    @property
    def fed(self) -> Vector:
        """All inputs in a row."""
        return [leaf for block in self.inputs for leaf in block]

    @property
    def nodes(self) -> int:
        """How many nodes loss and outputs are made of."""
        return len(ag.evaluate([self.loss, *self.outputs]))


def vector(rng: Random, count: int, name: str, low: float = -1.0, high: float = 1.0) -> Vector:
    """Leaves with a name and an index."""
    return [Value(rng.uniform(low, high), label=f"{name}[{i}]") for i in range(count)]


def matrix(rng: Random, rows: int, columns: int, name: str) -> Matrix:
    """Leaves w[to, from], row by row; smaller where many come together, so that no neuron is saturated."""
    size = min(1.0, 2.0 / columns**0.5)
    return [[Value(rng.uniform(-size, size), label=f"{name}[{i},{j}]") for j in range(columns)] for i in range(rows)]


def flat(*rows: Sequence[Value]) -> Vector:
    """The Values of several lists in one."""
    return [value for row in rows for value in row]


# --- weighted sums ------------------------------------------------------------------------------------------------


def chain(terms: Sequence[Any], bias: Any) -> Any:
    total, rest = (terms[0], terms[1:]) if bias is None else (bias, terms)
    for term in rest:
        total = total + term
    return total


def builtin_sum(terms: Sequence[Any], bias: Any) -> Any:
    return sum(terms) if bias is None else sum(terms) + bias


def one_node(terms: Sequence[Any], bias: Any) -> Any:
    return ag.sum(terms) if bias is None else ag.sum(terms) + bias


def bias_among_them(terms: Sequence[Any], bias: Any) -> Any:
    return ag.sum(terms if bias is None else [*terms, bias])


def halves(terms: Sequence[Any], bias: Any) -> Any:
    """Pairs, then pairs of pairs."""
    level = list(terms) if bias is None else [bias, *terms]
    while len(level) > 1:
        level = [level[i] + level[i + 1] if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
    return level[0]


def minus_negative(terms: Sequence[Any], bias: Any) -> Any:
    total = 0.0 if bias is None else bias
    for term in terms:
        total = total - (-term)
    return total


#: z = Σ w·x + b, as people write it; the bias may be missing.
SUMS: Mapping[str, Callable[[Sequence[Any], Any], Any]] = {
    f.__name__: f for f in (chain, builtin_sum, one_node, bias_among_them, halves, minus_negative)
}
STYLES = tuple(SUMS)


@dataclass(frozen=True)
class Hand:
    """How somebody writes: which sum, and whether each neuron's terms (and factors) come in an order of their own."""

    style: str = "chain"
    shuffled: Random | None = None

    def __call__(self, ws: Sequence[Any], xs: Sequence[Any], bias: Any = None) -> Any:
        """The weighted sum of a neuron."""
        pairs = list(zip(ws, xs, strict=True))
        if self.shuffled:
            self.shuffled.shuffle(pairs)
            pairs = [pair[:: self.shuffled.choice([1, -1])] for pair in pairs]
        return SUMS[self.style]([w * x for w, x in pairs], bias)

    def layer(self, weights: Sequence[Sequence[Any]], biases: Sequence[Any], xs: Sequence[Any], activation: str) -> Any:
        """The activations of a layer."""
        return [ACTIVATIONS[activation](self(ws, xs, bias)) for ws, bias in zip(weights, biases, strict=True)]


def hand(rng: Random, style: str, shuffled: bool) -> Hand:
    return Hand(style, rng if shuffled else None)


# --- activations and losses ---------------------------------------------------------------------------------------

ACTIVATIONS: Mapping[str, Callable[[Any], Any]] = {
    "sigmoid": ag.sigmoid,
    "tanh": ag.tanh,
    "relu": ag.relu,
    "softplus": ag.softplus,
    "linear": lambda z: z,
    "sine": ag.sin,
    "swish": lambda z: z * ag.sigmoid(z),
    "leaky": lambda z: ag.where(ag.gt(z, 0.0), z, 0.1 * z),
    "by hand": lambda z: 1 / (1 + (-z).exp()),
}


def quadratic(outputs: Sequence[Any], targets: Sequence[Any]) -> Any:
    """½ Σ (a − y)²"""
    total: Any = 0.0
    for a, y in zip(outputs, targets, strict=True):
        total = total + (a - y) ** 2
    return 0.5 * total


def cross_entropy(logits: Sequence[Any], targets: Sequence[Any]) -> Any:
    """−Σ y log softmax(z), in one logsumexp; the targets need not add up to 1."""
    return ag.sum(targets) * ag.logsumexp(logits) - ag.dot(targets, logits)
