"""Slips: the chain rule with a deliberate bug, to be switched on and seen.

What you can do with this file: walk through a graph as a program with a slip would, each wrong number with the right one beside
it; or ask what gradient such a program would come to (`grad`).

    ag.walk(y, steps=ag.slips.overwrite)          a fork keeps the last contribution only
    ag.walk(y, steps=ag.slips.without_order)      what arrives late is never passed on
    ag.walk(y, steps=ag.slips.stale)              the gradients of an earlier pass are still in the nodes

    ag.walk(y, steps=ag.slips.too_early(y, [w], learning_rate=0.5))       w has moved before the way back goes through it
    ag.walk(y, steps=ag.slips.without_transpose([[w11, w12], [w21, w22]]))    W where Wᵀ belongs

    ag.walk(loss, parameters=[w], learning_rate=0.5, zero_grad=False)     and this one needs nothing from here

Each slip is a stream of steps like that of `backward.py`, with one thing wrong. None of them touches the graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from autograd_mini import backward, derivatives
from autograd_mini.backward import Step
from autograd_mini.graph import topological_order
from autograd_mini.lesson import walk
from autograd_mini.moments import Backward, Part, Steps
from autograd_mini.number import number
from autograd_mini.value import Value

__all__ = ["grad", "overwrite", "stale", "too_early", "without_order", "without_transpose"]


def grad(y: Value, xs: Sequence[Value], steps: Steps) -> list[float]:
    """What a program with this slip takes for ∂y/∂x, for each x; 0 where nothing arrives. Raises as `ag.walk` does.

    >>> x = Value(3.0)
    >>> grad(x * x, [x], overwrite), derivatives.grad(x * x, [x])
    ([3.0], [6.0])
    """
    received = {moment.operand: moment.total for moment in walk(y, steps=steps) if isinstance(moment, Backward)}
    return [{y: 1.0, **received}.get(x, 0.0) for x in xs]


def overwrite(seeds: Mapping[Any, float]) -> Iterator[Step]:
    """`=` where `+=` belongs: of all that comes back to a node, it keeps what came last."""
    upstream = dict(seeds)
    for node in reversed(topological_order(seeds, leaves=False)):
        if node in upstream:
            for position, operand, local in _edges(node):
                upstream[operand] = contribution = upstream[node] * local
                yield Step(node, position, operand, upstream[node], local, contribution, contribution)


def without_order(seeds: Mapping[Any, float]) -> Iterator[Step]:
    """Depth first: a node passes on what it has as soon as something arrives, once; what arrives later stays where it is."""
    upstream = dict(seeds)
    passing = [(output, _edges(output)) for output in reversed(list(seeds))]
    begun = set(seeds)
    while passing:
        node, edges = passing[-1]
        for position, operand, local in edges:
            contribution = upstream[node] * local
            upstream[operand] = total = upstream.get(operand, 0.0) + contribution
            yield Step(node, position, operand, upstream[node], local, contribution, total)
            if operand not in begun:  # it goes first, and this node waits
                begun.add(operand)
                passing.append((operand, _edges(operand)))
                break
        else:
            passing.pop()


def stale(seeds: Mapping[Any, float]) -> Iterator[Step]:
    """The second of two passes, with only the leaves set to zero in between: the other nodes still hold what the first one left."""
    held = {node: total for node, total in backward.gradients(seeds).items() if node.operands}
    return backward.steps({**held, **seeds})


def too_early(y: Value, weights: Sequence[Value], learning_rate: float) -> Steps:
    """These weights take their step, w ← w − learning rate · ∂y/∂w, before the way back goes through them.

    For walks by operations; of several iterations, the first one has the slip. Raises as `ag.grad` does.

    >>> w1, w2 = Value(1.0), Value(0.8)
    >>> y = w1 * w2
    >>> grad(y, [w1, w2], too_early(y, [w2], learning_rate=0.5))
    [0.30000000000000004, 1.0]
    """
    rate = number(learning_rate, "too_early(learning_rate=…)")
    return _misread({w: w.data - rate * slope for w, slope in zip(weights, derivatives.grad(y, weights), strict=True)})


def without_transpose(weights: Sequence[Sequence[Value]]) -> Steps:
    """The way back takes W[j][k] for W[k][j]. `weights` is a square matrix: where rows and columns differ in number, the slip shows itself.

    For walks by operations; of several iterations, the first one has the slip. Raises ValueError if the matrix is not square.
    """
    rows = [list(row) for row in weights]
    if any(len(row) != len(rows) for row in rows):
        shape = f"{len(rows)} rows of {', '.join(str(len(row)) for row in rows)}"
        raise ValueError(f"without_transpose() takes a square matrix, as many weights in each row as there are rows; got {shape}")
    return _misread({w: rows[k][j].data for j, row in enumerate(rows) for k, w in enumerate(row)})


def _misread(numbers: Mapping[Value, float]) -> Steps:
    """The chain rule, where these nodes are taken to hold other numbers once it goes back through them."""

    def local_derivatives(part: Part) -> tuple[float | None, ...]:
        node = part.value
        if [operand.value for operand in part.operands] != list(node.operands):
            raise ValueError("this slip is one of single operations: walk(y, steps=…) shows it, walk(y, by='labels') cannot")
        return _local_derivatives(node, numbers)

    return partial(backward.steps, local_derivatives=local_derivatives)


def _local_derivatives(node: Value, numbers: Mapping[Value, float]) -> tuple[float | None, ...]:
    """Those of a node whose operands hold other numbers; but the derivative with respect to such an operand itself is known already."""
    if node.op is None or numbers.keys().isdisjoint(node.operands):
        return node.local_derivatives
    held = [numbers.get(operand, operand.data) for operand in node.operands]
    found = node.op.local_derivatives(held, node.data, [local is not None for local in node.local_derivatives])
    right = zip(node.operands, node.local_derivatives, strict=True)
    return tuple([local if operand in numbers else wrong for (operand, local), wrong in zip(right, found, strict=True)])


def _edges(node: Any) -> Iterator[tuple[int, Any, float]]:
    """The edges along which a node passes something back: which operand, the operand, the local derivative."""
    for position, (operand, local) in enumerate(zip(node.operands, node.local_derivatives, strict=True)):
        if local is not None:
            yield position, operand, local
