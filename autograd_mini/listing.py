"""The graph as text: one line per node, operands first, like a program that computes it.

What you can do with this file: `print(ag.text(y))`, in any terminal, without any picture; call nodes in other texts what
they are called there (`names_of`, `made_by`, `is_plain`); print a table of rich's as plain lines (`lines_of`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from math import isfinite
from typing import TYPE_CHECKING

from autograd_mini.backward import steps
from autograd_mini.errors import GraphTooLarge
from autograd_mini.graph import outputs_of, topological_order
from autograd_mini.language import N_, _
from autograd_mini.number import show
from autograd_mini.replay import changed_since
from autograd_mini.symbols import spell
from autograd_mini.value import NOT_YET, Value

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["is_plain", "lines_of", "made_by", "names_of", "seeds_of", "text"]

LONGEST_CALL = 6  # operands written out; more are counted
TURNS = N_("The gradient turns {contribution} on the edge from {node} to {operand}: upstream {upstream} × local derivative {local}.")


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
    from rich.table import Table

    wanted = _values(outputs, "text")
    names = names_of(wanted, digits)
    listed = [node for node in names if not is_plain(node) or node in wanted]
    if len(listed) > limit:
        raise GraphTooLarge(
            f"this list would have {len(listed):,} lines, and the limit is {limit:,}: list a part, text(node), or text(y, limit=…)."
        )
    seeds = seeds_of(wanted)
    table = Table(box=None, pad_edge=False, header_style="")
    for column, side in ((_("node"), "left"), (_("made by"), "left"), (_("value"), "right"), (_("gradient"), "right")):
        table.add_column(column, justify=side, no_wrap=True)  # type: ignore[arg-type]
    gradients, remarks = _gradients(seeds, names)
    for node in listed:
        gradient = _("constant") if node.is_constant else show(gradients.get(node, 0.0), digits) if seeds else _("not computed yet")
        table.add_row(names[node], made_by(node, names), show(node.data, digits), gradient)
        held = show(node.grad, digits) if isinstance(node.grad, (float, int)) else repr(node.grad)
        if seeds and not node.operands and node.grad is not NOT_YET and held != gradient:
            remarks.append(_("{node}.grad holds {held}: other backward passes too, or what was set since.", node=names[node], held=held))
    stale = _("{node} no longer follows from its operands: a leaf's .data was set since.")
    remarks += [stale.format(node=names[node]) for node in changed_since(listed)]
    return "\n".join([*lines_of(table), *remarks])


def lines_of(table: Table) -> list[str]:
    """The lines of a table, without colour and never folded."""
    from rich.console import Console

    paper = io.StringIO()
    Console(file=paper, width=10_000, color_system=None, markup=False, highlight=False, emoji=False).print(table)
    return [line.rstrip() for line in paper.getvalue().splitlines()]


def names_of(outputs: Sequence[Value], digits: int = 6) -> dict[Value, str]:
    """What each node of these outputs is called in text: its label; v1, v2, … in the order of computation; a plain number is itself.

    >>> x = Value(3.0, label="x")
    >>> list(names_of([x * x + 1]).values())
    ['x', 'v1', '1', 'v2']
    """
    order, asked_for = topological_order(outputs), set(outputs)
    names = _names([node for node in order if not is_plain(node) or node in asked_for])
    return {node: names[node] if node in names else show(node.data, digits) for node in order}


def is_plain(node: Value) -> bool:
    """A plain number that was mixed in."""
    return node.op is None and node.is_constant and node.label is None


def seeds_of(outputs: Sequence[Value]) -> dict[Value, float]:
    """Where the backward pass over these outputs starts, and with which gradient: at those that `backward()` ran from.

    An output that another one was made from is no start: its gradient is what arrived from there.
    """
    done = [y for y in outputs if y.operands and not y.is_constant and y.grad is not NOT_YET]
    inside = {operand for node in topological_order(done) for operand in node.operands}
    return {y: y.grad for y in done if y not in inside}


def _values(outputs: Value | Sequence[Value], caller: str) -> list[Value]:
    wanted = outputs_of(outputs)
    if not wanted or not all(isinstance(output, Value) for output in wanted):
        raise TypeError(f"{caller}() takes a Value or a list of Values, got {outputs!r:.80}")
    return wanted


def _names(listed: list[Value]) -> dict[Value, str]:
    """Labels, made different where two nodes share one and fit for one line; v1, v2, … for the rest."""
    labels = {node: node.label.encode("unicode_escape").decode() if not node.label.isprintable() else node.label
              for node in listed if node.label}  # fmt: skip
    taken = set(labels.values())
    unnamed = (name for name in map("v{}".format, count(1)) if name not in taken)
    further: dict[str, Iterator[int]] = {}  # for each label that was given once, the numbers to tell others apart by
    names = {}
    for node in listed:
        name = labels.get(node)
        if name is None:
            name = next(unnamed)
        elif name in further:
            name = next(other for other in (f"{name} ({i})" for i in further[name]) if other not in taken)
        else:
            further[name] = count(2)
        names[node] = name
        taken.add(name)
    return names


def made_by(node: Value, names: Mapping[Value, str]) -> str:
    """How a node was made, in the names of its operands: `v1 × x`, `exp(v2)`; nothing for a leaf."""
    if node.op is None:
        return ""
    if len(node.operands) > LONGEST_CALL:
        first, second, last = (names[node.operands[i]] for i in (0, 1, -1))
        many = f"{len(node.operands):,}"
        return _("{op} of {count}: {first}, {second}, … {last}", op=node.op.name, count=many, first=first, second=second, last=last)
    return spell(node, {operand: names[operand] for operand in node.operands})


def _gradients(seeds: dict[Value, float], names: dict[Value, str]) -> tuple[dict[Value, float], list[str]]:
    """The gradient of each node, and a line for each edge on which a gradient stopped being finite."""
    totals = dict(seeds)
    remarks = []
    for step in steps(seeds):
        totals[step.operand] = step.total
        if isfinite(step.upstream) and not isfinite(step.contribution):
            numbers = {"contribution": step.contribution, "upstream": step.upstream, "local": step.local_derivative}
            ends = {"node": names[step.node], "operand": names[step.operand]}
            remarks.append(_(TURNS, **ends, **{name: show(x) for name, x in numbers.items()}))
    return totals, remarks
