"""Where we are: each node with the number that it has so far, what would be, and the derivative that has come back so far.

What you can do with this file: `overview(walk, nodes, asked)` makes the table.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from autograd_mini.language import _
from autograd_mini.lesson import Walk
from autograd_mini.listing import made_by
from autograd_mini.moments import Backward, Forward, Moment, Update, ZeroGrad
from autograd_mini.number import corrected, show
from autograd_mini.stepper.what_if import WhatIf
from autograd_mini.symbols import spell
from autograd_mini.typesetting import table_of
from autograd_mini.value import Value

__all__ = ["about", "nodes_of", "overview"]

LONGEST = 6  # operands written out
TO_COME = "?"


def nodes_of(moments: Sequence[Moment], outputs: Sequence[Value]) -> set[Value]:
    """The nodes that these moments speak of, and the outputs."""
    found = set(outputs)
    for moment in moments:
        if isinstance(moment, (Forward, Backward)):
            found |= {moment.node, *moment.operands}
        elif isinstance(moment, Update):
            found.add(moment.node)
    return found


def about(moment: Moment | None) -> Value | None:
    """The node that a moment is about: the one that is computed, receives, or takes its step."""
    if isinstance(moment, Backward):
        return moment.operand
    return moment.node if isinstance(moment, (Forward, Update)) else None


def overview(walk: Walk, nodes: Sequence[Value], asked: WhatIf | None) -> Table:
    """The table of these nodes where the walk stands: → is the one that the moment is about, ? is still to come."""
    here = _Here(walk)
    columns = ["", _("node"), _("made by"), _("value")]
    rows = [[here.marker(node), walk.names[node], here.made_by(node), here.value(node)] for node in nodes]
    if asked and asked.changed:
        columns.append(_("what if"))
        for row, node in zip(rows, nodes, strict=True):
            row.append(here.new(node, asked))
    if here.all_computed:
        columns.append(_("derivative"))
        for row, node in zip(rows, nodes, strict=True):
            row.append(here.derivative(node))
    current = [i for i, node in enumerate(nodes) if node is here.now]
    return table_of({name: "left" if i < 3 else "right" for i, name in enumerate(columns)}, rows, current)


class _Here:
    """What the moments of this iteration have told so far."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        this = walk.current_pass
        self.now = about(walk.current)
        self.numbers = {original: node.data for node, original in this.original.items()}
        self.made = {moment.node: moment for moment in this.moments if isinstance(moment, Forward)}
        done = [moment for moment in walk[: walk.position] if walk.current and moment.iteration == walk.current.iteration]
        computed = {moment.node for moment in done if isinstance(moment, Forward)}
        self.all_computed = len(computed) == len(self.made)
        self.to_come = self.made.keys() - computed
        self.steps = {moment.node: moment for moment in done if isinstance(moment, Update)}
        self.derivatives = dict(self._derivatives(done))

    def marker(self, node: Value) -> str:
        return "→" if node is self.now else " "

    def made_by(self, node: Value) -> str:
        moment = self.made.get(node)
        if moment is None:
            return ""
        if len(moment.operands) > LONGEST:
            return made_by(node, self.walk.names)
        return spell(node, {operand: self.walk.names[operand] for operand in moment.operands})

    def value(self, node: Value) -> str:
        if node in self.to_come:
            return TO_COME
        if node in self.steps:
            return f"{self._show(self.steps[node].old)} → {self._show(self.steps[node].new)}"
        return self._show(self.numbers[node])

    def new(self, node: Value, asked: WhatIf) -> str:
        if node not in asked.changed:
            return ""
        return TO_COME if node in self.to_come else self._show(asked.new[node])

    def derivative(self, node: Value) -> str:
        return _("constant") if node.is_constant else self.derivatives.get(node, TO_COME)

    def _derivatives(self, done: Sequence[Moment]) -> dict[Value, str]:
        told = dict.fromkeys(self.walk.outputs, "1")
        for moment in done:
            if isinstance(moment, Backward):
                told[moment.operand] = self._received(moment)
            elif isinstance(moment, Update):
                told[moment.node] = self._corrected(moment.gradient, moment.gradient - moment.left_over)
            elif isinstance(moment, ZeroGrad):
                told |= dict.fromkeys(moment.gradients, "0")
        return told

    def _received(self, moment: Backward) -> str:
        if moment.arrival < moment.branches:
            return f"{self._show(moment.total)} + …"
        return self._corrected(moment.total, moment.derivative)

    def _corrected(self, found: float, right: float) -> str:
        """A number; where a slip led to another one, with the right one beside it."""
        return corrected(self._show(found), self._show(right))

    def _show(self, x: float) -> str:
        return show(x, self.walk.digits)
