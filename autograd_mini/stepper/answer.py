"""The answer to a what-if: old → new of each node that changes, and what the derivatives foretold beside the true change.

What you can do with this file: `answer(walk, nodes, asked)` for the whole of it, `aside(walk, asked)` for the node of this step.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType

from autograd_mini.language import N_, _, ngettext
from autograd_mini.lesson import LIMIT, Walk
from autograd_mini.listing import made_by
from autograd_mini.moments import Forward
from autograd_mini.number import in_brackets, show, signed
from autograd_mini.stepper.overview import nodes_of
from autograd_mini.stepper.parting import parting
from autograd_mini.stepper.said import Said, heading, hint, listed
from autograd_mini.stepper.what_if import WhatIf, shares
from autograd_mini.typesetting import table_of
from autograd_mini.value import Value

__all__ = ["answer", "aside"]

PARTINGS: Mapping[str, str] = MappingProxyType({
    "not_finite": N_("A number that is not finite foretells nothing."),
    "rounding": N_("They part by no more than rounding: with numbers of this size, a change is known to about ± {bound} only."),
    "turn_here": N_("They part because {written} has {turn} right at the old numbers: no step is so small that a derivative foretells it."),
    "turn_on_the_way": N_("They part because {written} has {turn} on the way: a derivative knows nothing of what lies behind it."),
    "curve": N_("They part because a derivative goes straight on; the smaller the steps, the better it foretells."),
})  # fmt: skip
TURNS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("relu", "abs", "maximum", "minimum"), N_("a kink")) | dict.fromkeys(("gt", "ge"), N_("a jump"))
)


def answer(walk: Walk, nodes: Mapping[str, Value], asked: WhatIf) -> Said:
    """The question, the table of what changes, and what was foretold."""
    steps = [f"{walk.names[node]} {_shown(walk, asked.old[node])} → {_shown(walk, x)}" for node, x in asked.at.items()]
    said: Said = [heading(_("What if {steps}?", steps=listed(steps)))]
    if not asked.changed:
        return [*said, _("Then nothing changes: these are the numbers that there are.")]
    return [*said, *_changes(walk, nodes, asked), *_foretold(walk, asked)]


def aside(walk: Walk, asked: WhatIf) -> Said:
    """What would be computed in this step, if that is another number."""
    now = walk.current
    if not isinstance(now, Forward) or now.node not in asked.changed:
        return []
    old, new = _shown(walk, asked.old[now.node]), _shown(walk, asked.new[now.node])
    return [_("  what if: {node} {old} → {new}", node=walk.names[now.node], old=old, new=new)]


def _changes(walk: Walk, nodes: Mapping[str, Value], asked: WhatIf) -> Said:
    """The table of what changes; of very many nodes, those that are set, those of this step, and the outputs."""
    changed = {name: node for name, node in nodes.items() if node in asked.changed}
    told = changed
    if len(changed) > LIMIT:
        near = {*asked.at, *nodes_of([walk.current] if walk.current else [], walk.outputs)}
        told = {name: node for name, node in changed.items() if node in near}
    rows = []
    for name, node in told.items():
        old, new = asked.old[node], asked.new[node]
        rows.append((name, _shown(walk, old), "→", _shown(walk, new), signed(new - old, walk.digits)))
    bold = [i for i, node in enumerate(told.values()) if node in asked.at]
    table = table_of({_("node"): "left", _("old"): "right", "": "left", _("new"): "right", _("difference"): "right"}, rows, bold)
    more = len(changed) - len(told)
    return [table, hint(ngettext("{count} more node changes.", "{count} more nodes change.", more, count=f"{more:,}"))] if more else [table]


def _foretold(walk: Walk, asked: WhatIf) -> Said:
    of, change = " + ".join(walk.names[output] for output in walk.outputs), _shown(walk, asked.change)
    parts = shares(walk.current_pass, asked.at)
    if not parts:
        return [_("A constant has no derivative, so nothing was foretold. {of} changes by {change}.", of=of, change=change)]
    terms = " + ".join(f"{_shown(walk, share.derivative)} × {in_brackets(_shown(walk, share.step))}" for share in parts)
    foretold = sum(share.product for share in parts)
    compared = ngettext(
        "The derivative foretold {terms} = {foretold}; the true change of {of} is {change}.",
        "The derivatives foretold {terms} = {foretold}; the true change of {of} is {change}.",
        len(parts), terms=terms, foretold=_shown(walk, foretold), of=of, change=change,
    )  # fmt: skip
    return [compared, *_apart(walk, asked, foretold, of)]


def _apart(walk: Walk, asked: WhatIf, foretold: float, of: str) -> Said:
    """Why what was foretold and the true change part, if they do."""
    if not isfinite(asked.change):
        return [_("With these numbers {of} is no finite number.", of=of)]
    constants = [walk.names[node] for node in asked.at if node.is_constant and node in asked.changed]
    if constants:
        return [_("A constant has no derivative: what {constants} brings about is not in what was foretold.", constants=listed(constants))]
    if _shown(walk, foretold) == _shown(walk, asked.change):
        return []
    found = parting(walk.current_pass, asked, foretold)
    fields = {"of": of, "bound": show(found.bound, 2)}
    if found.node is not None:
        turn = TURNS.get(found.node.op.name if found.node.op else "", N_("a kink or a jump"))
        fields |= {"turn": _(turn), "written": f"{walk.names[found.node]} = {made_by(found.node, walk.names)}"}
    return [_(PARTINGS[found.reason], **fields)]


def _shown(walk: Walk, x: float) -> str:
    return show(x, walk.digits)
