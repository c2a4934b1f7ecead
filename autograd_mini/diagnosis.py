"""What went wrong in a graph, in words: the first node that turned inf or nan, its operands, and the mend.

What you can do with this file: name a node for an error message (`described`), stop a derivative that would start
from inf or nan (`require_finite`).
"""

from __future__ import annotations

import re
from math import isfinite, isinf
from typing import TYPE_CHECKING

from autograd_mini.errors import NonFiniteError
from autograd_mini.graph import topological_order
from autograd_mini.number import show

if TYPE_CHECKING:
    from autograd_mini.value import Value

__all__ = ["require_finite", "require_number_gradients"]


def require_finite(output: Value, caller: str) -> None:
    """Raise NonFiniteError if `output` is inf or nan, naming the first node that is, and why."""
    if isfinite(output.data):
        return
    first = next(node for node in topological_order([output]) if not isfinite(node.data))
    raise NonFiniteError(f"{caller} started from {show(output.data)}. It went wrong first at {_story(first)}")


def require_number_gradients(output: Value) -> None:
    """Raise TypeError if the `.grad` of a node was set to something that nothing can be added to, such as None."""
    for node in topological_order([output]):
        if not isinstance(node.grad, (float, int)):
            name = repr(node.label) if node.label is not None else "a node"
            raise TypeError(
                f"backward() adds to .grad, and that of {name} was set to {node.grad!r}. Gradients start anew with "
                "ag.zero_grad([x, w, …]); call it now for all leaves, since this pass ended halfway."
            ) from None


def _story(node: Value) -> str:
    if node.op is None:
        name = f"the leaf {node.label!r}" if node.label is not None else "a leaf without a label"
        return f"{name}, which holds {show(node.data)}: give it a finite number."
    shown = node.operands[:3]
    names = _operand_names(node, len(shown))
    unknown = [f"{name} = {show(operand.data)}" for name, operand in zip(names, shown, strict=True) if not _is_plain(operand)]
    where = f", where {', '.join(dict.fromkeys(unknown))}" if unknown else ""
    more = f", … {len(node.operands)} operands" if len(node.operands) > len(shown) else ""
    own_name = f" (labelled {node.label!r})" if node.label is not None else ""
    return f"{node.op.name}({', '.join(names)}{more}) = {show(node.data)}{own_name}{where}: {_mend(node, names)}"


def _operand_names(node: Value, count: int) -> list[str]:
    """Labels; plain numbers as they are; x, y, z for the rest, where no label says so already."""
    labels = {operand.label for operand in node.operands[:count]}
    free = (name for name in "xyzuvw" if name not in labels)
    return [
        operand.label if operand.label is not None else show(operand.data) if _is_plain(operand) else next(free)
        for operand in node.operands[:count]
    ]


def _is_plain(node: Value) -> bool:
    return node.is_constant and node.label is None


def _mend(node: Value, names: list[str]) -> str:
    op = node.op
    assert op is not None  # the caller has a leaf's story of its own
    numbers = [operand.data for operand in node.operands]
    if not op.domain.contains(*numbers):
        # To blame is the operand without which all would be well.
        blamed = next((i for i in range(len(names)) if op.domain.contains(*numbers[:i], 1.0, *numbers[i + 1 :])), 0)
        call = op.name if op.arity == 1 else f"{op.name}({', '.join(names)})"
        # The row's own words, with the names of these operands in place of x, y, z.
        domain = re.sub(r"\b[xyz]\b", lambda formal: dict(zip("xyz", names, strict=False)).get(formal[0], formal[0]), op.domain.text)
        return f"{call} is defined for {domain}. Keep {names[blamed]} there (ag.maximum or ag.where can guard it)."
    if isinf(node.data):
        return (
            "the result is beyond the largest double, about 1.8e308. "
            "Bring the operands to a moderate size (ag.logsumexp and ag.softplus avoid large exponentials)."
        )
    return f"{op.name} of these numbers is not a number."
