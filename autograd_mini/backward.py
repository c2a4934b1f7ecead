"""The chain rule, once, as a stream of steps from the output back to the leaves.

What you can do with this file: watch the backward pass step by step (`steps`), or run it for its result
(`gradients`, and `accumulate`, which is `Value.backward`).

The whole method is two lines. Each edge of the graph carries back

    contribution = upstream × local derivative

where upstream is ∂output/∂node, and an operand's own derivative is the sum of what all its users send it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd_mini.graph import topological_order

if TYPE_CHECKING:
    from autograd_mini.value import Value

__all__ = ["Step", "accumulate", "gradients", "steps"]


class Step(NamedTuple):
    """One edge of the backward pass: what `node` sends back to one of its operands.

    Nodes are Values, or whatever else has `operands` and `local_derivatives`: a walk by labels passes groups of them.
    """

    node: Any
    position: int  # which operand it is
    operand: Any
    upstream: Any  # ∂output/∂node
    local_derivative: Any  # ∂node/∂operand
    contribution: Any  # upstream × local_derivative
    total: Any  # what the operand has received so far, this contribution included


def recorded(node: Any) -> tuple[Any, ...]:
    """The local derivatives that the forward pass left in the node."""
    local_derivatives: tuple[Any, ...] = node.local_derivatives
    return local_derivatives


def steps(
    seeds: Mapping[Any, Any],
    local_derivatives: Callable[[Any], Iterable[Any]] = recorded,
    multiply: Callable[[Any, Any], Any] = operator.mul,
) -> Iterator[Step]:
    """Yield the backward pass from the outputs in `seeds` (each with its own gradient, usually 1.0), one edge a step.

    `local_derivatives(node)` and `multiply` say what the numbers are: floats by default; `derivatives.py` passes Values
    through the same lines and so gets gradients that are graphs.
    """
    upstream: dict[Any, Any] = dict(seeds)
    for node in reversed(topological_order(seeds, leaves=False)):
        if node not in upstream:  # reached along constants only
            continue
        for position, (operand, local) in enumerate(zip(node.operands, local_derivatives(node), strict=True)):
            if local is None:  # a constant operand
                continue
            contribution = multiply(upstream[node], local)
            upstream[operand] = total = upstream.get(operand, 0) + contribution
            yield Step(node, position, operand, upstream[node], local, contribution, total)


def gradients(
    seeds: Mapping[Any, Any],
    local_derivatives: Callable[[Any], Iterable[Any]] = recorded,
    multiply: Callable[[Any, Any], Any] = operator.mul,
) -> dict[Any, Any]:
    """Run the steps to their end and return ∂output/∂node for every node that was reached."""
    totals: dict[Any, Any] = dict(seeds)
    for step in steps(seeds, local_derivatives, multiply):
        totals[step.operand] = step.total
    return totals


def accumulate(output: Value, gradient: float) -> None:
    """Add the gradients of `output` into `.grad`: leaves accumulate over passes, interior nodes hold this pass's.

    The same chain rule as `steps`, written out because training spends its time here; a test holds the two equal,
    bit for bit.
    """
    order = topological_order([output], leaves=False)
    for node in order:
        node.grad = 0.0
    output.grad += gradient
    for node in reversed(order):
        upstream = node.grad
        operands = node.operands
        if len(operands) == 2:  # by far the most; naming them takes half the time of a loop over them
            x, y = operands
            by_x, by_y = node.local_derivatives
            if by_x is not None:
                x.grad += upstream * by_x
            if by_y is not None:
                y.grad += upstream * by_y
            continue
        for operand, local in zip(operands, node.local_derivatives, strict=True):
            if local is not None:
                operand.grad += upstream * local
