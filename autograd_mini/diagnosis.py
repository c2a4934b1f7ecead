"""What went wrong in a graph, in words: the first node that turned inf or nan, its operands, and the mend.

What you can do with this file: name a node for an error message (`described`), stop a derivative that would start
from inf or nan (`require_finite`).
"""

from __future__ import annotations

from math import isfinite, isinf
from typing import TYPE_CHECKING

from autograd_mini.errors import NonFiniteError
from autograd_mini.graph import topological_order
from autograd_mini.number import show

if TYPE_CHECKING:
    from autograd_mini.value import Value

__all__ = ["require_finite"]

OPERAND_NAMES = "xyz"


def require_finite(output: Value, caller: str) -> None:
    """Raise NonFiniteError if `output` is inf or nan, naming the first node that is, and why."""
    if isfinite(output.data):
        return
    first = next(node for node in topological_order([output]) if not isfinite(node.data))
    raise NonFiniteError(f"{caller} started from {show(output.data)}. It went wrong first at {_story(first)}")


def _story(node: Value) -> str:
    if node.op is None:
        name = f"the leaf {node.label!r}" if node.label is not None else "a leaf without a label"
        return f"{name}, which holds {show(node.data)}: give it a finite number."
    shown = node.operands[:3]
    names = [operand.label or OPERAND_NAMES[i] for i, operand in enumerate(shown)]
    where = ", ".join(f"{name} = {show(operand.data)}" for name, operand in zip(names, shown, strict=True))
    more = f", … ({len(node.operands)} operands)" if len(node.operands) > len(shown) else ""
    own_name = f" (labelled {node.label!r})" if node.label is not None else ""
    call = f"{node.op.name}({', '.join(names)}{', …' if more else ''})"
    return f"{call} = {show(node.data)}{own_name}, where {where}{more}: {_mend(node, names)}"


def _mend(node: Value, names: list[str]) -> str:
    op = node.op
    assert op is not None  # the caller has a leaf's story of its own
    if not op.domain.contains(*(operand.data for operand in node.operands)):
        guarded = names[0 if op.arity == 1 else -1]
        return f"{op.name} is defined for {op.domain.text}. Keep {guarded} there (ag.maximum or ag.where can guard it)."
    if isinf(node.data):
        return (
            "the result is beyond the largest double, about 1.8e308. "
            "Make the operands smaller (ag.logsumexp and softplus avoid large exponentials)."
        )
    return f"{op.name} of these numbers is not a number."
