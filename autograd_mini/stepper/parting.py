"""Why what the derivatives foretold and the true change part: rounding, a kink or a jump, or a curve.

What you can do with this file: `parting(pass, asked, foretold)` for a what-if and the change that was foretold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import fabs, isfinite
from typing import NamedTuple

from autograd_mini.backward import gradients
from autograd_mini.bounds import EPSILON, ULPS, gradient_rounding, rounding
from autograd_mini.moments import Pass
from autograd_mini.stepper.what_if import WhatIf, held, what_if
from autograd_mini.value import Value

__all__ = ["Parting", "parting"]

TINY = 2.0**-30  # a part of a step that is as good as none, and yet no rounding

#: By the nodes that the user knows, those of the graph in which some are held.
Graph = Mapping[Value, Value]


class Parting(NamedTuple):
    """Why they part, in one word; `node`: the one with the kink or the jump; `bound`: how far rounding may have moved the change.

    "not_finite"      what was foretold is no finite number
    "rounding"        they part by no more than rounding may have moved them
    "turn_here"       a row that matters leaves its kink or its jump with the smallest step: no step is small enough
    "turn_on_the_way" a row that matters has its kink or its jump between the old and the new numbers
    "curve"           none of these: the graph is no straight line
    """

    reason: str
    node: Value | None = None
    bound: float = 0.0


def parting(this: Pass, asked: WhatIf, foretold: float) -> Parting:
    """Why the true change of a what-if is not what the derivatives foretold. All nodes that are set are variables.

    >>> import autograd_mini as ag
    >>> x = Value(0.0, label="x")
    >>> this = ag.walk(abs(x)).current_pass
    >>> parting(this, what_if(this, {x: 1e-6}), 0.0).reason
    'turn_here'
    """
    if not isfinite(foretold):
        return Parting("not_finite")
    old, new = (held(this, {node: numbers[node] for node in asked.at}) for numbers in (asked.old, asked.new))
    moved = _moved(this, asked.at)
    bound = _rounding(this, asked, (old, new), moved) + ULPS * EPSILON * (fabs(foretold) + fabs(asked.change))
    if fabs(asked.change - foretold) <= bound and isfinite(bound):
        return Parting("rounding", bound=bound)
    matter = _that_matter(this, old) | _that_matter(this, new)
    computed = [node for node in moved if node not in asked.at and node in matter]
    nearby = what_if(this, {node: asked.old[node] + TINY * (x - asked.old[node]) for node, x in asked.at.items()})
    for reason, numbers in (("turn_here", nearby.new), ("turn_on_the_way", asked.new)):
        turned = [node for node in computed if _side(node, numbers) != _side(node, asked.old)]
        if turned:
            return Parting(reason, turned[0])
    return Parting("curve")


def _moved(this: Pass, at: Iterable[Value]) -> list[Value]:
    """What is set and what follows from it, operands first."""
    moved = dict.fromkeys(at)
    for node in this.original.values():
        if any(operand in moved for operand in node.operands):
            moved[node] = None
    return list(moved)


def _outputs(this: Pass, graph: Graph) -> list[Value]:
    """The outputs with a derivative: a constant does not move."""
    return [graph[this.original[output]] for output in this.outputs if not output.is_constant]


def _rounding(this: Pass, asked: WhatIf, graphs: Iterable[Graph], moved: Iterable[Value]) -> float:
    """How far rounding may have moved the true change and what was foretold; what does not move is the same before and after."""
    old, _new = graphs = list(graphs)
    total = sum(rounding(output, [graph[node] for node in moved]) for graph in graphs for output in _outputs(this, graph))
    for output in _outputs(this, old):
        bounds = gradient_rounding(output, [old[node] for node in asked.at])
        total += sum(bound * fabs(x - asked.old[node]) for bound, (node, x) in zip(bounds, asked.at.items(), strict=True))
    return total


def _that_matter(this: Pass, graph: Graph) -> set[Value]:
    """The nodes on which the outputs depend at these numbers."""
    reactions = gradients(dict.fromkeys(_outputs(this, graph), 1.0))
    return {node for node, now in graph.items() if reactions.get(now)}


def _side(node: Value, numbers: Mapping[Value, float]) -> object:
    """On which side of its kink or its jump a row is; None where it has none."""
    return node.op.side(*(numbers[operand] for operand in node.operands)) if node.op and node.op.side else None
