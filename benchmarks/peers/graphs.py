"""What is differentiated: dense nets, a convolutional net, random graphs without any structure; and data for them.

What you can do with this file: `dense(784, 30, 10)`, `convolutional()`, `irregular(8000, deep=True)` give a `Case`; `pictures(1000)`.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

import autograd_mini as ag
import nn
from autograd_mini import Value
from peers.convolution import OUTPUTS, SIDE, Convolution
from peers.peer import Array, Layers

PIXELS, DIGITS = 784, 10
BINARY: tuple[Callable[..., Any], ...] = (operator.add, operator.mul, operator.sub)
OPERATIONS = (*BINARY, Value.sin, Value.tanh, Value.sigmoid)
Step = tuple[Callable[..., Any], list[int]]  # an operation, and the numbers of its operands


@dataclass
class Case:
    """A graph: how to record it from the Values of its inputs, these in blocks; its parameters, and for a net these as matrices."""

    name: str
    record: Callable[..., Value]
    blocks: list[list[Value]]
    parameters: list[Value]
    layers: Layers = ()

    @cached_property
    def loss(self) -> Value:
        """The graph."""
        return self.record(*self.blocks)

    @cached_property
    def program(self) -> Any:
        """The graph, compiled."""
        return ag.compile(self.loss, inputs=self.blocks, parameters=self.parameters)

    def recorded(self, *numbers: list[float]) -> Value:
        """The graph, recorded anew for these inputs."""
        return self.record(*([Value(x) for x in block] for block in numbers))


def leaves(*sizes: int) -> list[list[Value]]:
    rng = random.Random(0)
    return [[Value(rng.random()) for _ in range(size)] for size in sizes]


def matrices(parameters: list[Value], *shapes: tuple[int, int]) -> Layers:
    """The parameters' numbers, row by row, as one matrix for each shape."""
    numbers, ends = np.array([p.data for p in parameters]), np.cumsum([rows * width for rows, width in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(numbers, ends[:-1]), shapes, strict=True)]


def dense(*sizes: int) -> Case:
    """A net of sigmoids with the quadratic cost."""
    net = nn.MLP(sizes[0], sizes[1:], rng=0)
    layers = matrices(net.parameters(), *((layer.nout, layer.nin + 1) for layer in net.layers))
    name, blocks = "-".join(map(str, sizes)), leaves(sizes[0], sizes[-1])
    return Case(name, lambda xs, ys: nn.quadratic_cost(net(xs), ys), blocks, net.parameters(), layers)


def convolutional() -> Case:
    """The net of `convolution.py` with the quadratic cost."""
    net, blocks = Convolution(), leaves(SIDE * SIDE, OUTPUTS)
    layers = matrices(net.parameters(), *((layer.nout, layer.nin + 1) for layer in (net.filters, net.last)))
    return Case("convolutional", lambda xs, ys: nn.quadratic_cost(net(xs), ys), blocks, net.parameters(), layers)


def planned(nodes: int, deep: bool, leaves: int) -> tuple[list[Step | None], list[int]]:
    """A random graph as steps, each on the numbers of earlier nodes, and what to add up in the end; None where no one reads the node."""
    rng = random.Random(1)
    steps: list[Step | None] = []
    for made in range(leaves, leaves + nodes):
        operation, shares = rng.choice(OPERATIONS), [rng.random(), rng.random()]
        reach = min(made, 60) if deep else made
        operands = [made - 1 - int(share * reach) for share in shares]
        steps.append((operation, operands if operation in BINARY else operands[:1]))
    terms = [*range(leaves), *range(leaves + nodes - 400, leaves + nodes)]
    read = set(terms)
    for i in reversed(range(nodes)):
        step = steps[i]
        if step and leaves + i in read:
            read.update(step[1])
        else:
            steps[i] = None
    return steps, terms


def irregular(nodes: int, deep: bool) -> Case:
    """A random graph: operands anywhere, or (deep) among the last 60 nodes; its loss adds up the leaves and the last 400 nodes."""
    rng = random.Random(0)
    inputs, ws = ([Value(rng.uniform(-1, 1)) for _ in range(20)] for _ in range(2))
    steps, terms = planned(nodes, deep, len(inputs) + len(ws))

    def record(xs: list[Value]) -> Value:
        made: list[Any] = [*xs, *ws]
        for step in steps:
            made.append(step and step[0](*[made[i] for i in step[1]]))
        total: Value = made[0]
        for i in terms[1:]:
            total = total + made[i]
        return total

    return Case(f"random graph, {'deep' if deep else 'any operands'}", record, [inputs], ws)


def pictures(count: int, pixels: int = PIXELS) -> tuple[Array, Array]:
    """A stand-in for MNIST: as much ink as there (a fifth of the pixels); the digits as one-hot ys."""
    rng = np.random.default_rng(0)
    xs = rng.random((count, pixels)) * (rng.random((count, pixels)) < 0.19)
    return xs, np.eye(DIGITS)[rng.integers(0, DIGITS, count)]
