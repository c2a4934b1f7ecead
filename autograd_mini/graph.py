"""Walks over a graph: every operand before the operation that uses it, at any depth, always in the same order.

What you can do with this file: list the nodes of a graph (`topological_order`), or those that lead from one node to
another (`between`); count who uses what (`uses`). Nothing here knows what a node holds: anything with `operands` is a graph.

Every walk is a loop with its own stack, never a recursion: a chain of a million nodes is as welcome as a tree of
three (Python's recursion limit is about 1,000).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

__all__ = ["Node", "between", "outputs_of", "topological_order", "uses"]


class Node(Protocol):
    """What a walk needs of a node."""

    @property
    def operands(self) -> Sequence[Any]:
        """The nodes it was computed from, in order; empty for a leaf."""


N = TypeVar("N", bound=Node)


def topological_order(outputs: Iterable[N], leaves: bool = True, ends: Iterable[N] = ()) -> list[N]:
    """List the nodes that `outputs` are made of, operands before users, first operand first.

    `leaves=False` leaves out leaves; `ends` are nodes at which the walk turns back, left out too.

    Why an order is needed at all: in b = a + a; c = b + b, walking back from c must add up *both* contributions to b
    before b passes anything on to a. Any order in which users come after operands, reversed, does that.

    >>> from autograd_mini import Value
    >>> a, b = Value(1.0, label="a"), Value(2.0, label="b")
    >>> [node.label or node.op.name for node in topological_order([a * b + b])]
    ['a', 'b', 'mul', 'add']
    """
    order: list[N] = []
    seen = set(ends)
    stack: list[N | None] = [node for node in reversed(list(outputs)) if leaves or node.operands]
    pop, push, finish = stack.pop, stack.append, order.append
    while stack:
        node = pop()
        if node is None:  # the mark below: all operands of the node under it are in the order
            finish(pop())  # type: ignore[arg-type]
        elif node not in seen:
            seen.add(node)
            push(node)
            push(None)
            for operand in reversed(node.operands):
                if leaves or operand.operands:
                    push(operand)
    return order


def between(x: N, y: N) -> list[N]:
    """List the nodes that lead from x to y: those of y's graph that x went into, operands first, y last; x itself is left out.

    >>> from autograd_mini import Value
    >>> a, b = Value(1.0, label="a"), Value(2.0, label="b")
    >>> [node.op.name for node in between(a, (a + 1) * b.exp())]
    ['add', 'mul']
    """
    reached = {x}
    order = []
    for node in topological_order([y], leaves=False):
        if not reached.isdisjoint(node.operands):
            reached.add(node)
            order.append(node)
    return order


def uses(order: Iterable[N]) -> dict[N, int]:
    """How many times each node of `order` is an operand of another one there (x in x*x: twice)."""
    count = dict.fromkeys(order, 0)
    for node in count:
        for operand in node.operands:
            count[operand] += 1
    return count


def outputs_of(outputs: Any) -> list[Any]:
    """`draw`, `text`, `save` and others take one output or several (a list or a tuple): return the list."""
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
