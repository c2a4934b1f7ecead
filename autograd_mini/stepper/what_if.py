"""What if? The numbers of a graph when some nodes are set to others, beside the old ones, and what the derivatives foretold.

What you can do with this file: `what_if(pass, {price: 11.0})` for an iteration of a walk, `shares(pass, {price: 11.0})` for what
the derivatives foretell. The graph stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan

from autograd_mini.derivatives import grad
from autograd_mini.moments import Pass
from autograd_mini.replay import evaluate, replay
from autograd_mini.value import Value

__all__ = ["Share", "WhatIf", "held", "shares", "what_if"]


@dataclass(frozen=True)
class Share:
    """What one node that is set foretells: derivative × step."""

    derivative: float
    step: float

    @property
    def product(self) -> float:
        """By how much the outputs would move if they were straight lines."""
        return self.derivative * self.step


@dataclass(frozen=True)
class WhatIf:
    """Every node's number, `old` and `new`, with the nodes in `at` set; `change` is that of the sum of the outputs."""

    at: Mapping[Value, float]
    old: Mapping[Value, float]
    new: Mapping[Value, float]
    change: float

    @cached_property
    def changed(self) -> frozenset[Value]:
        """The nodes that have another number now."""
        pairs = ((node, old, self.new[node]) for node, old in self.old.items())
        return frozenset(node for node, old, new in pairs if new != old and not (isnan(old) and isnan(new)))


def what_if(this: Pass, at: Mapping[Value, float]) -> WhatIf:
    """The what-if of an iteration; `at` maps nodes, as the user knows them, to their new numbers.

    >>> import autograd_mini as ag
    >>> price, count = Value(10.0, label="price"), Value(2.0, label="count")
    >>> asked = what_if(ag.walk(price * count).current_pass, {price: 11.0})
    >>> asked.change, sorted(asked.new.values())
    (2.0, [2.0, 11.0, 22.0])
    """
    numbers = evaluate(this.outputs, {this.current[node]: x for node, x in at.items()})
    old = {original: node.data for node, original in this.original.items()}
    new = {original: numbers[node] for node, original in this.original.items()}
    return WhatIf(at, old, new, sum(numbers[output] - output.data for output in this.outputs))


def shares(this: Pass, at: Mapping[Value, float]) -> tuple[Share, ...]:
    """What each variable in `at` foretells of the change; with respect to constants nothing is differentiated.

    Raises NonFiniteError where an output is inf or nan.

    >>> import autograd_mini as ag
    >>> price, count = Value(10.0, label="price"), Value(2.0, label="count")
    >>> shares(ag.walk(price * count).current_pass, {price: 11.0})
    (Share(derivative=2.0, step=1.0),)
    """
    old = {node: this.current[node].data for node in at if not node.is_constant}
    graph = held(this, {node: this.current[node].data for node in at})
    outputs, leaves = [graph[this.original[output]] for output in this.outputs], [graph[node] for node in old]
    slopes = zip(*[grad(output, leaves) for output in outputs], strict=True)
    return tuple([Share(sum(slope), at[node] - x) for slope, (node, x) in zip(slopes, old.items(), strict=True)])


def held(this: Pass, numbers: Mapping[Value, float]) -> dict[Value, Value]:
    """The graph with nodes held at these numbers: they do not follow from their operands, so they are leaves. By the nodes that the
    user knows."""
    again = replay(list(this.original), {this.current[node]: x for node, x in numbers.items()})
    return dict(zip(this.original.values(), again, strict=True))
