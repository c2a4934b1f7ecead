"""Play a recorded graph again at other numbers: what would happen if the apples cost 11?

What you can do with this file: `evaluate(y, {x: 11.0})` tells the number that every node would have, and leaves the
graph as it is; `replay(y, {x: 11.0})` makes a new graph of the same shape, labels and scopes.

Any node may be set, interior ones too: then its own operands are not consulted. Leaves that are not set keep
the number they hold *now*, so a leaf whose `.data` was changed since the recording is replayed with the new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, overload

from autograd_mini.graph import outputs_of, topological_order
from autograd_mini.number import number
from autograd_mini.number_like import require_values
from autograd_mini.value import Constant, Detached, Value, make, node_from

__all__ = ["evaluate", "replay"]


def evaluate(outputs: Value | list[Value] | tuple[Value, ...], at: Mapping[Value, float] | None = None) -> dict[Value, float]:
    """Return the number of every node of the graph when the nodes in `at` are given other numbers.

    Raises ValueError for a node that is not in the graph, TypeError for keys or numbers of the wrong kind.

    >>> price, count = Value(10.0, label="price"), Value(2.0, label="count")
    >>> payment = price * count
    >>> evaluate(payment, {price: 11.0})[payment], payment.data
    (22.0, 20.0)
    """
    order = _order(outputs, "evaluate(outputs, {x: 11.0})")
    numbers = _checked(order, {} if at is None else at)
    for node in order:
        if node not in numbers:
            numbers[node] = node.op.kernel(*[numbers[operand] for operand in node.operands]) if node.op else node.data
    return numbers


@overload
def replay(outputs: Value, at: Mapping[Value, float] | None = None) -> Value: ...
@overload
def replay(outputs: list[Value] | tuple[Value, ...], at: Mapping[Value, float] | None = None) -> list[Value]: ...
def replay(outputs: Any, at: Mapping[Value, float] | None = None) -> Any:
    """Record the graph anew at other numbers and return its output (for several outputs, the list of them).

    The new graph shares no node with the old one. A node that is set becomes a leaf. To get at new leaves too, ask for
    them: `new_y, new_x = replay([y, x], {x: 11.0})`. What `detach` made keeps its number, as any constant, and is cut from the
    new node where its source is replayed too. Raises as `evaluate` does.

    >>> x = Value(3.0, label="x")
    >>> y, x_again = replay([x * x, x], {x: 5.0})
    >>> y.backward()
    >>> y.data, x_again.grad, x.grad
    (25.0, 10.0, 0.0)
    """
    wanted = outputs_of(outputs)
    order = _order(wanted, "replay(outputs, {x: 11.0})")
    numbers = _checked(order, {} if at is None else at)
    new: dict[Value, Value] = {}
    known, cut = set(order), list[tuple[Detached, Value]]()
    for node in order:
        if node.op and node not in numbers:
            new[node] = node_from(node.op, tuple([new[operand] for operand in node.operands]), node.scope, node.label)
        elif isinstance(node, Detached) and node not in numbers and (source := node.source) in known:
            new[node] = again = make(Detached, node.data, node.label, scope=node.scope)
            cut.append((again, source))
        else:
            kind = Constant if node.is_constant else Value
            new[node] = make(kind, numbers.get(node, node.data), node.label, scope=node.scope)
    for again, source in cut:
        again.cut_from(new[source])
    return [new[output] for output in wanted] if isinstance(outputs, (list, tuple)) else new[outputs]


def changed_since(order: list[Value]) -> Iterator[Value]:
    """The nodes whose number no longer follows from their operands: a leaf's `.data` was set after the recording."""
    for node in order:
        if node.op:
            now = node.op.kernel(*[operand.data for operand in node.operands])
            if now != node.data and not (now != now and node.data != node.data):
                yield node


def _order(outputs: Any, call: str) -> list[Value]:
    wanted = outputs_of(outputs)
    require_values(wanted, call)
    return topological_order(wanted)


def _checked(order: list[Value], at: Mapping[Value, float]) -> dict[Value, float]:
    if not isinstance(at, Mapping):
        raise TypeError(f"the new numbers are given as a dict from node to number, for example {{x: 11.0}}; got {at!r:.80}")
    known = set(order)
    for node in at:
        if not isinstance(node, Value):
            raise TypeError(f"the keys are nodes of the graph, for example {{x: 11.0}}; got the key {node!r}")
        if node not in known:
            raise ValueError(f"{node!r} is not in this graph, so setting it would change nothing; use a node that the output was made from")
    return {node: number(x, f"the new number of {node.label or 'a node'}") for node, x in at.items()}
