"""How far floats may be from the numbers that they stand for: bounds from the graph itself.

What you can do with this file: bound the rounding error of a result (`rounding`) and of a gradient
(`gradient_rounding`); weigh what came together in the gradient of each node (`weights`).

The idea: a node's own rounding error moves the output by that error × |∂output/∂node|, and one backward pass gives all
of these. A gradient recorded with `create_graph=True` is a graph too, so the same sum bounds its rounding.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from math import fabs, inf, isfinite
from operator import attrgetter
from typing import NamedTuple

from autograd_mini.backward import gradients, steps
from autograd_mini.derivatives import grad
from autograd_mini.graph import topological_order
from autograd_mini.value import Value

__all__ = ["EPSILON", "ULPS", "Weight", "claim_rounding", "gradient_rounding", "rounding", "weights"]

EPSILON = sys.float_info.epsilon
SMALLEST = 5e-324
ULPS = 4.0  # no kernel is further off than this, apart from the losses that its row states


def rounding(output: Value, nodes: Iterable[Value] | None = None, reactions: Mapping[Value, float] | None = None) -> float:
    """How far rounding may have moved `output`: the sum over its nodes of their own rounding error × |∂output/∂node|.

    `nodes`: only what these have done. `reactions`: the ∂output/∂node, where they are known already.

    >>> x = Value(3.0)
    >>> rounding((x + 1e8) - 1e8) > 1e7 * rounding(x + 3.0)
    True
    """
    reactions = gradients({output: 1.0}) if reactions is None else reactions
    total = own_errors = 0.0
    for node in topological_order([output]) if nodes is None else nodes:
        if node.op and node in reactions:
            losses = _losses(node)
            own = ULPS * EPSILON * fabs(node.data) + SMALLEST + (losses[0] if losses else 0.0)
            own_errors += own
            total += fabs(reactions[node]) * own
    # Where all reactions are 0, as at the bottom of x*x, what is left is of second order.
    return total + own_errors * ULPS * EPSILON


def gradient_rounding(y: Value, xs: Sequence[Value]) -> list[float]:
    """How far each derivative in `grad(y, xs)` may be from the true one, because floats round and rows lose what they say.

    >>> x = Value(3.0)
    >>> [bound] = gradient_rounding(x * x, [x])
    >>> 1e-16 < bound < 1e-13
    True
    """
    weighed = weights(y)
    return [claim_rounding(weighed.get(x, Weight()), g) for x, g in zip(xs, grad(y, xs, create_graph=True), strict=True)]


def claim_rounding(weight: Weight, graph: Value) -> float:
    """The bound for one derivative, from its node's weight and from its graph."""
    return weight.slack + (rounding(graph) if isfinite(graph.data) else inf)


class Weight(NamedTuple):
    """What came together in the gradient of a node."""

    direct: float = 0.0  # Σ |contribution| over its own edges
    paths: float = 0.0  # the same over all paths from the output: also sees what cancelled on the way
    slack: float = 0.0  # what the walk and the rows' known losses may have cost


def weights(y: Value) -> dict[Value, Weight]:
    """The weight of every node that the backward pass from y reaches."""
    found = {y: Weight(1.0, 1.0)}
    for node, edges in groupby(steps({y: 1.0}), key=attrgetter("node")):
        above = found[node]
        losses = _losses(node)
        for _node, position, operand, upstream, local, contribution, _total in edges:
            sofar = found.get(operand, Weight())
            lost = fabs(upstream) * losses[1 + position] if losses else 0.0
            found[operand] = Weight(
                sofar.direct + fabs(contribution),
                sofar.paths + above.paths * fabs(local),
                sofar.slack + above.slack * fabs(local) + lost + ULPS * EPSILON * fabs(contribution) + SMALLEST,
            )
    return found


def _losses(node: Value) -> tuple[float, ...] | None:
    """The known errors of a node beyond rounding, its value's and then each local derivative's; None where its row knows none."""
    return node.op.loss(*(operand.data for operand in node.operands), node.data) if node.op and node.op.loss else None
