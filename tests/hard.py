"""Functions whose derivatives are hard to check: rounding hides inside them, or they turn fast. Their derivatives are right.

What you can do with this file: `HARD` by name, two numbers or Values each; `alternating`, a sum of 1,000 terms; leave out random
expressions whose derivative is not right (`chooses_for_this_point_alone`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import autograd_mini as ag
from autograd_mini import ops
from autograd_mini.checks import Expression
from autograd_mini.row import Operation

# Fixed tolerances raise false alarms on these (cbrt(eps) steps, rtol 1e-6).
HARD: Mapping[str, Callable[[Any, Any], Any]] = {
    "drowned": lambda x, y: 1e8 + x * y,
    "cancelled": lambda x, y: (x * y + 1e8) - 1e8,
    "a staircase": lambda x, y: ag.log(1 + 1e-9 * x) * y,
    "oscillating": lambda x, y: ag.sin(50 * x) * y,
    "saturated": lambda x, y: ag.sigmoid(x) * ag.sigmoid(y),
    "cubic": lambda x, y: (x * y) ** 3 / (1 + y * y),
    "no x in it": lambda x, y: (x - y) * (x + y) - x * x,
    "softmax": lambda x, y: ag.logsumexp([x, y, 3.0]) * ag.softplus(x),
}


def alternating(x: Any, y: Any = 0.0) -> Any:
    """x · Σ (−1)ᵏ/k, term by term; y has no part in it."""
    total = x * 0.0
    for k in range(1, 1001):
        total = total + x * ((-1.0) ** k / k)
    return total + 0.0 * y


def chooses_for_this_point_alone(expression: Expression) -> bool:
    """Whether a condition of `where` may be 0 at this point only: the derivative is then that of a branch that f leaves at once."""
    conditions = []

    def noted(op: Operation, operands: list[Any]) -> Any:
        if op is ops.where:
            conditions.append(operands[0])
        return op(*operands)

    expression.run(expression.point, noted)
    return 0.0 in conditions
