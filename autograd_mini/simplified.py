"""A recorded graph as an expression, simplified: 0·x, 1·x, x + 0, x**1 and the like go, plain numbers are folded.

What you can do with this file: `simplified(y)`; `symbols.py` writes what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd_mini import ops
from autograd_mini.graph import topological_order
from autograd_mini.row import Operation
from autograd_mini.value import Value

__all__ = ["Expression", "simplified"]


@dataclass(eq=False)
class Expression:
    """A node of a formula: a number, a leaf with its label, or an operation on expressions."""

    op: Operation | None = None
    operands: tuple[Expression, ...] = ()
    number: float | None = None
    label: str | None = None


def simplified(y: Value, guards_pass: bool = False) -> Expression:
    """The graph of y as an expression, with equal parts made one; `guards_pass` takes `gt(abs(x), …)` for 1."""
    known: dict[tuple[object, ...], Expression] = {}
    made: dict[Value, Expression] = {}
    for node in topological_order([y]):
        if node.op is None:
            plain = node.is_constant and node.label is None
            made[node] = _number(node.data, known) if plain else Expression(label=node.label)
        elif guards_pass and node.op is ops.gt and node.operands[0].op is ops.abs:
            made[node] = _number(1.0, known)
        else:
            made[node] = _rebuilt(node.op, tuple([made[operand] for operand in node.operands]), known)
            if node.label is not None and made[node].op is not None and made[node].label is None:
                made[node].label = node.label
    return made[y]


def _rebuilt(op: Operation, operands: tuple[Expression, ...], known: dict[tuple[object, ...], Expression]) -> Expression:
    """One operation on simplified operands, simplified itself."""
    numbers = [operand.number for operand in operands]
    if all(number is not None for number in numbers):
        return _number(op.kernel(*numbers), known)
    x, y = (*operands, *operands)[:2]
    match op.name, (*numbers, None)[:2]:
        case "mul", (0.0, _) | (_, 0.0):
            return _number(0.0, known)
        case ("mul", (1.0, _)) | ("add", (0.0, _)):
            return y
        case ("mul" | "div" | "pow", (_, 1.0)) | ("add" | "sub", (_, 0.0)):
            return x
        case ("mul", (-1.0, _)) | ("sub", (0.0, _)):
            return _rebuilt(ops.neg, (y,), known)
        case "mul", (_, -1.0):
            return _rebuilt(ops.neg, (x,), known)
        case "div", (0.0, _):
            return x
        case "pow", (_, 0.0):
            return _number(1.0, known)
        case "where", (float() as condition, _):
            return operands[1] if condition else operands[2]
    if op is ops.neg and x.op is ops.neg:
        return x.operands[0]
    if op in (ops.mul, ops.div) and x.op is ops.neg:
        return _rebuilt(ops.neg, (_rebuilt(op, (x.operands[0], y), known),), known)
    if op in (ops.add, ops.sub) and (positive := _negated(y, known)) is not None:
        return _rebuilt(ops.sub if op is ops.add else ops.add, (x, positive), known)
    if op is ops.sum and 0.0 in numbers:
        rest = tuple([operand for operand in operands if operand.number != 0.0])
        return _rebuilt(op, rest, known) if len(rest) > 1 else rest[0]
    return known.setdefault((op, *map(id, operands)), Expression(op, operands))


def _negated(x: Expression, known: dict[tuple[object, ...], Expression]) -> Expression | None:
    """What stands behind a minus sign, or None if there is none."""
    if x.number is not None:
        return _number(-x.number, known) if x.number < 0 else None
    return x.operands[0] if x.op is ops.neg else None


def _number(x: float, known: dict[tuple[object, ...], Expression]) -> Expression:
    # By repr: -0.0 is another number than 0.0, and nan is the same as nan.
    return known.setdefault(("number", repr(x)), Expression(number=x))
