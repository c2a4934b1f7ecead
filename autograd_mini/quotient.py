"""The finite difference of a recorded graph: what (y(x + h) − y(x − h)) / 2h comes to, and what it loses.

What you can do with this file: measure ∂y/∂x without any derivative rule (`quotient`), with the step that was used, what
the step is too long for (truncation), and what rounding leaves of a difference of nearly equal numbers (cancellation).
"""

from __future__ import annotations

from collections.abc import Callable
from math import fabs, isfinite
from typing import Any, NamedTuple

from autograd_mini.bounds import EPSILON, ULPS, rounding
from autograd_mini.graph import between
from autograd_mini.replay import changed_since
from autograd_mini.row import Operation
from autograd_mini.value import Value
from autograd_mini.witnesses import Measurement, Probe, float_steps, measure, probed

__all__ = ["Quotient", "quotient"]


class Quotient(NamedTuple):
    """The slope that a finite difference sees: `low` and `high` are one number, except at a kink, where the two sides differ.

    `truncation` is about what the step `step` is too long for where y bends; `cancellation` is a bound of what rounding
    does to the difference, divided by the step. `one_sided`: y is defined on one side of x only.
    """

    low: float
    high: float
    step: float
    truncation: float
    cancellation: float
    one_sided: bool = False

    @property
    def is_kink(self) -> bool:
        """True where the slopes of the two sides differ."""
        return self.low != self.high


def quotient(y: Value, x: Value) -> Quotient | None:
    """The central difference of y at x, with y computed anew at x ± h and x ± 2h; the graph stays as it is.

    None where there is nothing to measure: y does not depend on x, is not defined around it, or no longer follows from its
    leaves, whose `.data` was set since. Near a kink the step is shortened to get clear of it.

    >>> x = Value(3.0)
    >>> found = quotient(x ** 3, x)
    >>> found.step < 1e-4, abs(found.low - 27.0) < found.truncation + found.cancellation
    (True, True)
    """
    order = between(x, y)
    if not order or any(changed_since(order)):
        return None
    probe = _probe(y, x, order)
    used = [node for node in order if isfinite(node.data)]  # the others are in branches that are not taken
    noise = max(rounding(y, used), ULPS * EPSILON * fabs(y.data))
    rough = None
    for step in float_steps(x.data):
        seen = measure("", probe, x.data, step, noise)
        if seen and isfinite(seen.low) and isfinite(seen.high):
            rough = _quotient(seen, step, noise)
            if not (seen.kinks or seen.one_sided):
                break
    return rough


def _probe(y: Value, x: Value, order: list[Value]) -> Callable[[float], Probe]:
    """y computed anew with x elsewhere: what x went into, and nothing else."""

    def probe(at: float) -> Probe:
        numbers = {x: at}
        computed = list[tuple[Operation, list[float]]]()
        for node in order:
            op: Any = node.op  # not None: these nodes have operands
            operands = [numbers.get(operand, operand.data) for operand in node.operands]
            numbers[node] = op.kernel(*operands)
            computed.append((op, operands))
        # A row may be outside its domain where nothing of it reaches y: in a branch that is not taken.
        return probed(at, numbers[y], computed)._replace(inside=isfinite(numbers[y]))

    return probe


def _quotient(seen: Measurement, step: float, noise: float) -> Quotient:
    # A measurement's uncertainty is |D(h) − D(2h)| + noise / h; the first part is three times the error of D(h), which grows with h².
    truncation = max(seen.uncertainty - noise / step, 0.0) / 3.0
    return Quotient(seen.low, seen.high, step, truncation, noise / step, seen.one_sided)
