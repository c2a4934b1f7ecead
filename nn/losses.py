"""Losses: one number that says how far the outputs are from what was wanted.

What you can do with this file: `quadratic_cost(net(x), target)`, then `.backward()` on it.
"""

from __future__ import annotations

from collections.abc import Iterable

import autograd_mini as ag
from autograd_mini import Value
from nn.arguments import listed

__all__ = ["quadratic_cost"]


def quadratic_cost(outputs: Iterable[Value], targets: Iterable[Value | float]) -> Value:
    """C = ½ Σ (a − y)², the quadratic cost of *one* sample; over a batch, take the mean of it.

    `outputs` are the network's activations a, `targets` as many wanted numbers y. The ½ makes ∂C/∂a = a − y. (M. Nielsen,
    *Neural Networks and Deep Learning*, chapter 1, eq. 6, for one input. A library's "mean squared error" has no ½ and divides
    by the number of outputs m too: it is 2/m times this one.) Raises ValueError when the lengths differ or are 0.

    >>> a = Value(0.8, label="a")
    >>> cost = quadratic_cost([a, Value(0.0)], [1.0, 0.0])
    >>> cost.backward()
    >>> round(cost.data, 12), round(a.grad, 12)
    (0.02, -0.2)
    """
    outputs, targets = listed(outputs, "the outputs"), listed(targets, "the targets")
    if len(outputs) != len(targets) or not outputs:
        raise ValueError(f"the cost compares outputs and targets one by one, got {len(outputs)} outputs and {len(targets)} targets")
    with ag.scope("cost"):
        cost: Value = 0.5 * ag.sum([(a - y) ** 2 for a, y in zip(outputs, targets, strict=True)])
    return cost
