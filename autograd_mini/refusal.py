"""What cannot be done, in one sentence of the learner's language: for programs, whose users know no Python.

What you can do with this file: `raise Refusal(_("…"))`; `not_finite([y])`, the sentence on the first number that went wrong;
`told(error)`, what is said of any error; `picture_path("bill.svg")`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite, isinf
from pathlib import Path

from autograd_mini.errors import GraphTooLarge
from autograd_mini.graph import topological_order
from autograd_mini.language import _
from autograd_mini.listing import made_by, names_of
from autograd_mini.number import show
from autograd_mini.row import Operation
from autograd_mini.symbols import formula
from autograd_mini.value import Value

__all__ = ["Refusal", "not_finite", "picture_path", "told"]

LONGEST = 40  # characters of a formula in a sentence
SHOWN = 3  # operands in a sentence
FORMAL = re.compile(r"\b[xyz]\b", re.ASCII)  # how the domain of a row calls its operands


class Refusal(ValueError):
    """What was asked for cannot be done; the message is one sentence in the learner's language. Nothing has changed."""


def told(error: Exception) -> str:
    """What an error says to a learner.

    >>> told(FileNotFoundError(2, "No such file or directory", "bill.svg"))
    'bill.svg: No such file or directory'
    """
    if isinstance(error, GraphTooLarge):
        return _("This graph is too large for a picture that anyone could read. As text it has no limit.")
    if isinstance(error, OSError):
        return ": ".join(str(part) for part in (error.filename, error.strerror) if part) or str(error)
    return str(error)


def picture_path(text: str) -> Path:
    """The path of a picture. Raises Refusal unless its ending names a format."""
    from autograd_mini.drawing.drawing import FORMATS  # programs that draw nothing start without it

    path = Path(text.strip()).expanduser()
    if path.suffix.lower() not in FORMATS:
        raise Refusal(_("{path}: the ending says the format, and the formats are {formats}", path=path, formats=", ".join(FORMATS)))
    return path


def not_finite(outputs: Sequence[Value], numbers: Mapping[Value, float] | None = None) -> str | None:
    """The sentence on the first node that is inf or nan, and why; None if all are finite. `numbers` are those of a what-if.

    >>> x = Value(0.0, label="x")
    >>> not_finite([3 / (x * x)])
    '3/(x*x) is inf where x*x = 0: it is defined for x*x ≠ 0.'
    """
    held = {node: node.data for node in topological_order(outputs)} | dict(numbers or {})
    first = next((node for node in topological_order(outputs) if not isfinite(held[node])), None)
    if first is None:
        return None
    if first.op is None or not all(isfinite(held[operand]) for operand in first.operands):
        name = first.label or _("a number in the expression")
        return _("{name} is {value}: give it a finite number.", name=name, value=show(held[first]))
    return _of_operation(first, first.op, outputs, held)


def _of_operation(node: Value, op: Operation, outputs: Sequence[Value], held: Mapping[Value, float]) -> str:
    listed = names_of(outputs)
    names = [operand.label or _short(operand) or listed[operand] for operand in node.operands]
    plain, numbers = [_is_number(operand) for operand in node.operands], [held[operand] for operand in node.operands]
    written = made_by(node, dict(zip(node.operands, names, strict=True))) if _is_number(node) else _short(node) or made_by(node, listed)
    operands = [f"{name} = {show(x)}" for name, x, is_plain in zip(names, numbers, plain, strict=True) if not is_plain]
    what = _what(written, held[node], operands)
    if not op.domain.contains(*numbers):
        return _outside(what, op, dict(zip("xyz", zip(names, plain, strict=True), strict=False)))
    if isinf(held[node]):
        return _("{what}: that is beyond the largest number there is here, about 1.8e308.", what=what)
    return _("{what}: that is no number.", what=what)


def _what(written: str, value: float, operands: Iterable[str]) -> str:
    operands = list(dict.fromkeys(operands))
    if not operands:
        return _("{written} is {value}", written=written, value=show(value))
    where = _(", ").join([*operands[:SHOWN], *(["…"] if len(operands) > SHOWN else [])])
    return _("{written} is {value} where {operands}", written=written, value=show(value), operands=where)


def _outside(what: str, op: Operation, operands: Mapping[str, tuple[str, bool]]) -> str:
    """The domain of a row, said of these operands (for x, y, z: the name, and whether it is a plain number).

    In x and y themselves where it would say something of a plain number.
    """
    domain = _(op.domain.text)
    if any(operands[letter][1] for letter in FORMAL.findall(domain)):
        call = formula(op(*(Value(1.0, label=letter) for letter in operands))).text
        return _("{what}: {call} is defined for {domain}.", what=what, call=call, domain=domain)
    return _("{what}: it is defined for {domain}.", what=what, domain=FORMAL.sub(lambda letter: operands[letter[0]][0], domain))


def _is_number(node: Value) -> bool:
    """What was computed from plain numbers only is one too."""
    return node.is_constant and node.label is None


def _short(node: Value) -> str:
    """The formula of a node where that is short; of plain numbers, what they come to."""
    text = show(node.data) if _is_number(node) else formula(node).text
    return text if "\n" not in text and len(text) <= LONGEST else ""
