"""The graph as text: one line per node, operands first, like a program that computes it.

What you can do with this file: `print(ag.text(y))`, in any terminal, without any picture.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from math import isfinite

from autograd_mini.backward import steps
from autograd_mini.errors import GraphTooLarge
from autograd_mini.graph import outputs_of, topological_order
from autograd_mini.number import show
from autograd_mini.row import Notation
from autograd_mini.value import NOT_YET, Value

__all__ = ["text"]

LONGEST_CALL = 6  # operands written out; more are counted


def text(outputs: Value | Sequence[Value], digits: int = 6, limit: int = 2000) -> str:
    """List the graph: each node's name, how it was made, its value, and its gradient once `backward()` has run.

    Nodes without a label are called v1, v2, … in the order of computation; plain numbers stand where they are used.
    Raises GraphTooLarge beyond `limit` lines.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + 1
    >>> y.backward()
    >>> print(text(y))
    node  made by  value  gradient
    x                  3         6
    v1    x × x        9         1
    v2    v1 + 1      10         1
    """
    from rich.console import Console
    from rich.table import Table

    wanted = outputs_of(outputs)
    order = topological_order(wanted)
    plain = {node for node in order if node.op is None and node.is_constant and node.label is None and node not in wanted}
    listed = [node for node in order if node not in plain]
    if len(listed) > limit:
        raise GraphTooLarge(
            f"this list would have {len(listed):,} lines, and the limit is {limit:,}: list a part, text(node), or text(y, limit=…)."
        )
    seeds = {y: y.grad if y.operands else 1.0 for y in wanted if not y.is_constant and y.grad is not NOT_YET}
    table = Table(box=None, pad_edge=False, header_style="")
    for column, side in (("node", "left"), ("made by", "left"), ("value", "right"), ("gradient", "right")):
        table.add_column(column, justify=side, no_wrap=True)  # type: ignore[arg-type]
    names = _names(listed)
    names.update((node, show(node.data, digits)) for node in plain)
    gradients, trouble = _gradients(seeds, names)
    for node in listed:
        gradient = "constant" if node.is_constant else show(gradients.get(node, 0.0), digits) if seeds else "not computed yet"
        table.add_row(names[node], _made_by(node, names), show(node.data, digits), gradient)
    console = Console(file=io.StringIO(), width=10_000, color_system=None, markup=False, highlight=False, emoji=False)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
    return "\n".join([*lines, *trouble])


def _names(listed: list[Value]) -> dict[Value, str]:
    taken = {node.label for node in listed if node.label is not None}
    fresh = (name for name in (f"v{i}" for i in range(1, 2 * len(listed) + 2)) if name not in taken)
    return {node: node.label if node.label is not None else next(fresh) for node in listed}


def _made_by(node: Value, names: dict[Value, str]) -> str:
    if node.op is None:
        return ""
    operands = [names[operand] for operand in node.operands]
    style: Notation = node.op.text
    if len(operands) == 2 and not style.before:
        symbol = node.op.symbol
        return symbol.join(operands) if symbol == "**" else f" {symbol} ".join(operands)
    if len(operands) > LONGEST_CALL:
        return f"{node.op.name} of {len(operands):,}: {operands[0]}, {operands[1]}, … {operands[-1]}"
    return style.before + style.between.join(operands) + style.after


def _gradients(seeds: dict[Value, float], names: dict[Value, str]) -> tuple[dict[Value, float], list[str]]:
    """The gradient of each node, and a line for each edge on which a gradient stopped being finite."""
    totals = dict(seeds)
    trouble = []
    for step in steps(seeds):
        totals[step.operand] = step.total
        if isfinite(step.upstream) and not isfinite(step.contribution):
            trouble.append(
                f"The gradient turns {show(step.contribution)} on the edge from {names[step.node]} to {names[step.operand]}: "
                f"upstream {show(step.upstream)} × local derivative {show(step.local_derivative)}."
            )
    return totals, trouble
