"""Three ways to the derivatives of one small net: its graph of single numbers, a program on arrays, the matrices of course 002 by hand.

What you can do with this file: `recorded(4, x, y)` makes a net and its graph; `example.in_graph(samples)`, `example.compiled()`,
`example.five_steps(samples)` are the three ways, all in the order of `example.net.parameters()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import autograd_mini as ag
import nn
from autograd_mini import Value
from demos.matrix_form import FiveSteps, Layer, Vector, five_steps, symbol

__all__ = ["Example", "Sample", "largest_difference", "recorded"]

Sample = tuple[Vector, Vector]


class Example(NamedTuple):
    """A network, the leaves that hold one sample, its layers, and the cost C of this sample: a graph of single numbers."""

    net: nn.MLP
    xs: list[Value]
    ys: list[Value]
    layers: list[Layer]
    cost: Value

    def mean_cost(self, samples: Sequence[Sample]) -> Value:
        """The mean cost of these samples, each computed by nodes of its own."""
        cost: Value = ag.mean([nn.quadratic_cost(self.net(x), y) for x, y in samples])
        return cost

    def in_graph(self, samples: Sequence[Sample]) -> list[float]:
        """The derivatives of the mean cost, as `backward()` finds them, number by number."""
        return ag.grad(self.mean_cost(samples), self.net.parameters())

    def compiled(self) -> ag.Program:
        """The graph as a program on arrays (a net as small as 3-4-2 would be quicker on floats)."""
        return ag.compile(self.cost, inputs=[self.xs, self.ys], parameters=self.net.parameters(), backend="numpy")

    def five_steps(self, samples: Sequence[Sample]) -> list[float]:
        """The derivatives of the mean cost, by the algorithm of course 002."""
        w = [[[weight.data for weight in row] for row in layer.w] for layer in self.layers]
        b = [[bias.data for bias in layer.b] for layer in self.layers]
        each = [_listed(five_steps(x, w, b, y)) for x, y in samples]
        return [sum(column) / len(samples) for column in zip(*each, strict=True)]


def _listed(found: FiveSteps) -> Iterable[float]:
    """The derivatives neuron by neuron: by its weights, by its bias."""
    for by_w, by_b in zip(found.by_w, found.by_b, strict=True):
        for row, bias in zip(by_w, by_b, strict=True):
            yield from (*row, bias)


def recorded(hidden: int, x: Vector, y: Vector) -> Example:
    """A network of sigmoid neurons with one hidden layer, its weights random, and the graph of its cost for one sample.

    >>> example = recorded(2, [1.0, 0.5], [1.0])
    >>> largest_difference(example.in_graph([([1.0, 0.5], [1.0])]), example.five_steps([([1.0, 0.5], [1.0])])) < 1e-15
    True
    """
    net = nn.MLP(len(x), [hidden, len(y)], rng=0)
    xs, ys = ([Value(number, f"{name}_{k}") for k, number in enumerate(block, 1)] for name, block in (("x", x), ("y", y)))
    layers, a = [], xs
    for number, layer in enumerate(net.layers, 1):
        with ag.scope(f"layer {number}"):
            a = layer(a)
        z = [activation.operands[0] for activation in a]
        layers.append(Layer([neuron.weights for neuron in layer.neurons], [neuron.bias for neuron in layer.neurons], z, a))
        _label(number, layers[-1])
    cost = nn.quadratic_cost(a, ys)
    cost.label = "C"
    return Example(net, xs, ys, layers, cost)


def _label(number: int, layer: Layer) -> None:
    """Short names: w¹_12, b¹_1, z¹_1, a¹_1. As in course 002, but that layers of weights count from 1."""
    for j, (row, b, z, a) in enumerate(zip(*layer, strict=True), 1):
        b.label, z.label, a.label = (symbol(name, number, j) for name in "bza")
        for k, weight in enumerate(row, 1):
            weight.label = symbol("w", number, j, k)


def largest_difference(one: Iterable[float], other: Iterable[float]) -> float:
    """How far two lists of numbers are apart, at most."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
