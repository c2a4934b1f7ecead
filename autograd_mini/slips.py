"""Slips: the chain rule with a deliberate bug, to be switched on and seen.

What you can do with this file: walk through a graph as a program with a slip would, each wrong number with the right one beside
it; ask what such a program takes for the gradient (`grad`).

    ag.walk(y, steps=ag.slips.overwrite)          = where += belongs: of a fork's branches, the last one is kept
    ag.walk(y, steps=ag.slips.without_order)      depth first: what arrives late is never passed on
    ag.walk(y, steps=ag.slips.stale)              inner nodes still hold the gradients of an earlier pass

    ag.walk(y, steps=ag.slips.too_early(y, [w], learning_rate=0.5))           w has moved before the way back goes through it
    ag.walk(y, steps=ag.slips.without_transpose([[w11, w12], [w21, w22]]))    W where Wᵀ belongs

    ag.walk(loss, parameters=[w], learning_rate=0.5, zero_grad=False)         forgotten: this one needs nothing from here

Each is a stream of steps like that of `backward.py`, with one thing wrong. None of them touches the graph.
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
from autograd_mini.number_like import require_values
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
    """`=` where `+=` belongs: of all that comes back to a node, it keeps what came last.

    >>> x = Value(3.0)
    >>> grad(x + x, [x], overwrite)
    [1.0]
    """
    upstream = dict(seeds)
    for node in reversed(topological_order(seeds, leaves=False)):
        if node in upstream:
            for position, operand, local in _edges(node):
                upstream[operand] = contribution = upstream[node] * local
                yield Step(node, position, operand, upstream[node], local, contribution, contribution)


def without_order(seeds: Mapping[Any, float]) -> Iterator[Step]:
    """Depth first: as soon as something arrives at a node, it passes on what it has, once. What arrives later stays where it is.

    >>> a = Value(1.0)
    >>> b = a + a
    >>> grad(b + b, [a, b], without_order), derivatives.grad(b + b, [a, b])
    ([2.0, 2.0], [4.0, 2.0])
    """
    upstream = dict(seeds)
    begun = set(seeds)
    passing = [(output, _edges(output)) for output in reversed(list(seeds))]
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
    """The second of two passes. The leaves were set to zero in between; the inner nodes still hold what the first pass left there.

    >>> x = Value(3.0)
    >>> grad((x * x) * 1, [x], stale)
    [12.0]
    """
    held = {node: total for node, total in backward.gradients(seeds).items() if node.operands}
    return backward.steps({**held, **seeds})


def too_early(y: Value, weights: Sequence[Value], learning_rate: float) -> Steps:
    """These weights take their step, w ← w − learning rate · ∂y/∂w, before the way back goes through them to other nodes.

    For walks by operations; of several iterations, the first one has the slip. Raises as `ag.grad` does.

    >>> w1, w2 = Value(1.0), Value(0.75)
    >>> y = w1 * w2
    >>> grad(y, [w1, w2], too_early(y, [w2], learning_rate=0.5)), derivatives.grad(y, [w1, w2])
    ([0.25, 1.0], [0.75, 1.0])
    """
    rate = number(learning_rate, "too_early(learning_rate=…)")
    slopes = derivatives.grad(y, weights)
    return _misread({w: w.data - rate * slope for w, slope in zip(weights, slopes, strict=True)})


def without_transpose(weights: Sequence[Sequence[Value]]) -> Steps:
    """The way back reads W[j][k] where W[k][j] stands.

    For walks by operations; of several iterations, the first one has the slip. Raises ValueError if the matrix is not square:
    then the shapes do not fit, and the slip cannot go unnoticed.

    >>> w = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
    >>> a = [Value(5.0), Value(6.0)]
    >>> y = (w[0][0] * a[0] + w[0][1] * a[1]) + (w[1][0] * a[0] + w[1][1] * a[1])
    >>> grad(y, a, without_transpose(w)), derivatives.grad(y, a)
    ([3.0, 7.0], [4.0, 6.0])
    """
    rows = [list(row) for row in weights]
    lengths = [len(row) for row in rows]
    if set(lengths) != {len(rows)}:
        raise ValueError(f"without_transpose() takes a square matrix, n rows of n weights; got {len(rows)} rows of {lengths} weights")
    for row in rows:
        require_values(row, "without_transpose([[w11, w12], [w21, w22]])")
    return _misread({w: rows[k][j].data for j, row in enumerate(rows) for k, w in enumerate(row)})


def _misread(numbers: Mapping[Value, float]) -> Steps:
    """The chain rule, where these nodes are taken to hold other numbers when it goes back through them."""

    def local_derivatives(part: Part) -> tuple[float | None, ...]:
        if [operand.value for operand in part.operands] != list(part.value.operands):
            raise ValueError("this slip is one of single operations: walk(y, steps=…) shows it, walk(y, by='labels') cannot")
        return _at(part.value, numbers)

    return partial(backward.steps, local_derivatives=local_derivatives)


def _at(node: Value, numbers: Mapping[Value, float]) -> tuple[float | None, ...]:
    """The local derivatives of a node where some of its operands hold other numbers; with respect to these themselves, as recorded."""
    if node.op is None or numbers.keys().isdisjoint(node.operands):
        return node.local_derivatives
    held = [numbers.get(operand, operand.data) for operand in node.operands]
    wrong = node.op.local_derivatives(held, node.data, [local is not None for local in node.local_derivatives])
    return tuple([
        recorded if operand in numbers else misread
        for operand, recorded, misread in zip(node.operands, node.local_derivatives, wrong, strict=True)
    ])  # fmt: skip


def _edges(node: Any) -> Iterator[tuple[int, Any, float]]:
    """The edges along which a node passes something back: which operand, the operand, the local derivative."""
    for position, (operand, local) in enumerate(zip(node.operands, node.local_derivatives, strict=True)):
        if local is not None:
            yield position, operand, local
