"""The answer to a what-if: old → new of each node that changes, and what the derivatives foretold beside the true change.

What you can do with this file: `answer(walk, nodes, asked)` for the whole of it, `aside(walk, asked)` for the node of this step.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from rich.table import Table

from autograd_mini.language import _, ngettext
from autograd_mini.lesson import Walk
from autograd_mini.moments import Forward
from autograd_mini.number import show
from autograd_mini.stepper.said import Said, heading, listed, table_of
from autograd_mini.stepper.what_if import WhatIf, shares
from autograd_mini.value import Value

__all__ = ["answer", "aside"]


def answer(walk: Walk, nodes: Mapping[str, Value], asked: WhatIf) -> Said:
    """The question, the table of what changes, and what was foretold."""
    steps = [f"{walk.names[node]} {_shown(walk, asked.old[node])} → {_shown(walk, x)}" for node, x in asked.at.items()]
    said: Said = [heading(_("What if {steps}?", steps=listed(steps)))]
    if not asked.changed:
        return [*said, _("Then nothing changes: these are the numbers that there are.")]
    return [*said, _changes(walk, nodes, asked), *_foretold(walk, asked)]


def aside(walk: Walk, asked: WhatIf) -> Said:
    """What would be computed in this step, if that is another number."""
    now = walk.current
    if not isinstance(now, Forward) or now.node not in asked.changed:
        return []
    old, new = _shown(walk, asked.old[now.node]), _shown(walk, asked.new[now.node])
    return [_("  what if: {node} {old} → {new}", node=walk.names[now.node], old=old, new=new)]


def _changes(walk: Walk, nodes: Mapping[str, Value], asked: WhatIf) -> Table:
    changed = [(name, node) for name, node in nodes.items() if node in asked.changed]
    rows = []
    for name, node in changed:
        old, new = asked.old[node], asked.new[node]
        rows.append((name, _shown(walk, old), "→", _shown(walk, new), _signed(walk, new - old)))
    bold = [i for i, (_name, node) in enumerate(changed) if node in asked.at]
    return table_of({_("node"): "left", _("old"): "right", "": "left", _("new"): "right", _("difference"): "right"}, rows, bold)


def _foretold(walk: Walk, asked: WhatIf) -> Said:
    of, change = " + ".join(walk.names[output] for output in walk.outputs), _shown(walk, asked.change)
    parts = shares(walk.current_pass, asked.at)
    if not parts:
        return [_("A constant has no derivative, so nothing was foretold. {of} changes by {change}.", of=of, change=change)]
    terms = " + ".join(f"{_shown(walk, share.derivative)} × {_bracketed(walk, share.step)}" for share in parts)
    foretold = _shown(walk, sum(share.product for share in parts))
    compared = ngettext(
        "The derivative foretold {terms} = {foretold}; the true change of {of} is {change}.",
        "The derivatives foretold {terms} = {foretold}; the true change of {of} is {change}.",
        len(parts), terms=terms, foretold=foretold, of=of, change=change,
    )  # fmt: skip
    if not isfinite(asked.change):
        return [compared, _("With these numbers {of} is no finite number.", of=of)]
    if foretold == change:
        return [compared]
    return [compared, _("They part because a derivative goes straight on; the smaller the steps, the better it foretells.")]


def _shown(walk: Walk, x: float) -> str:
    return show(x, walk.digits)


def _signed(walk: Walk, x: float) -> str:
    shown = _shown(walk, x)
    return f"+{shown}" if x >= 0 else shown


def _bracketed(walk: Walk, x: float) -> str:
    return f"({_shown(walk, x)})" if x < 0 else _shown(walk, x)
