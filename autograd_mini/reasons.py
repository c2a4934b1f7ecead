"""Why one derivative is 0, tiny, huge, infinite or no number: the edge where it became so, and the reason.

What you can do with this file: `print(ag.why(y, x))`; test for `.verdict`, `.reason` and `.edge` in a program.

How it is found: every path from x to y carries back a product, and the backward pass shows where a product went wrong. For
a 0, these are the edges whose upstream is not 0 and whose contribution is, and the nodes at which contributions cancel; for
nan and infinity, the first edge that shows one; for a tiny or huge number, the factor of the largest path that alone makes
it so, if one does.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import fabs, inf, isfinite, isinf, isnan, nan
from typing import Any, NamedTuple

from autograd_mini.backward import Step, steps
from autograd_mini.bounds import weights
from autograd_mini.graph import between, topological_order
from autograd_mini.number_like import require_values
from autograd_mini.paths import Path, paths, product
from autograd_mini.value import Detached, Value

__all__ = ["HUGE", "TINY", "Reason", "why"]

TINY, HUGE = 1e-6, 1e6


@dataclass(frozen=True, repr=False)
class Reason:
    """What `why` found; print it to read it.

    `verdict` is "zero", "tiny", "huge", "infinite", "nan" or "ordinary"; `reason` says why, in one word that does not depend
    on the language (they stand in `reason_words.py`). `edge` is the edge to blame, as (node, operand), or None where it is no
    single one. With it come its numbers (`step`); `others`, further edges at which paths end in a 0; `at`, the node at which
    `contributions` met, or another one to look at; `path`, the largest path, and `count`, how many there are.
    """

    y: Value
    x: Value
    derivative: float
    verdict: str
    reason: str
    edge: tuple[Value, Value] | None = None
    step: Step | None = None
    others: tuple[Step, ...] = ()
    at: Value | None = None
    contributions: tuple[float, ...] = ()
    path: Path | None = None
    count: int = 0

    def __str__(self) -> str:
        from autograd_mini.reason_words import told

        return told(self)

    __repr__ = __str__


def why(y: Value, x: Value) -> Reason:
    """Say why ∂y/∂x is what it is, and name the edge where it became 0, tiny, huge, infinite or nan.

    Tiny is below a millionth, huge above a million, whatever the sizes of x and y: x + 1e9 has the derivative 1, and nothing
    vanished on the way. Where nothing is wrong, the verdict is "ordinary", with the largest path. Nothing is written to the graph.

    Raises TypeError unless both are Values; it answers for every graph, also where `ag.grad` refuses a constant x or a y
    that is inf or nan.

    >>> x = Value(-2.0, label="x")
    >>> y = x.relu() * 3
    >>> found = why(y, x)
    >>> found.verdict, found.reason, found.edge == (y.operands[0], x)
    ('zero', 'dead_relu', True)
    >>> print(found)
    ∂v2/∂x is 0. v1 = relu(x), and x = -2 is not above 0: there relu is flat and passes nothing back (upstream 3 × local 0 = 0).
    """
    require_values([y, x], "why(y, x)")
    if x.is_constant:
        return Reason(y, x, 0.0, "zero", "detached_itself" if isinstance(x, Detached) else "constant")
    if not isfinite(y.data):
        first = next(node for node in topological_order([y]) if not isfinite(node.data))
        return Reason(y, x, nan, "nan", "not_finite", at=first)
    if y is x:
        return Reason(y, x, 1.0, "ordinary", "itself")
    reached = {x, *between(x, y)}
    way_back = [step for step in steps({y: 1.0}) if step.operand in reached]
    if not way_back:
        return _not_connected(y, x)
    [*_, derivative] = [step.total for step in way_back if step.operand is x]
    return _connected(_Case(y, x, derivative, way_back))


class _Case(NamedTuple):
    """A derivative, and the backward steps along the edges that lead to x."""

    y: Value
    x: Value
    derivative: float
    way_back: list[Step]

    def because(self, verdict: str, reason: str, step: Step | None = None, **evidence: Any) -> Reason:
        edge = (step.node, step.operand) if step else None
        return Reason(self.y, self.x, self.derivative, verdict, reason, edge, step, **evidence)

    def met_at(self, node: Value) -> dict[str, Any]:
        """The evidence for what comes together at a node."""
        return {"at": node, "contributions": tuple([step.contribution for step in self.way_back if step.operand is node])}


def _connected(case: _Case) -> Reason:
    if isnan(case.derivative):
        return _nan(case)
    if isinf(case.derivative):
        return _infinite(case)
    if case.derivative == 0.0:
        return _zero(case)
    found = paths(case.y, case.x, k=1)
    largest: dict[str, Any] = {"path": found.largest[0], "count": found.count}
    if fabs(case.derivative) < TINY:
        return _tiny(case, largest)
    if fabs(case.derivative) > HUGE:
        return _huge(case, largest)
    return case.because("ordinary", "single_path" if found.count == 1 else "largest_path", **largest)


# --- no number, infinity ------------------------------------------------------------------------------------------


def _nan(case: _Case) -> Reason:
    first = next(step for step in case.way_back if isnan(step.total))
    if not isnan(first.contribution):
        return case.because("nan", "infinities_meet", **case.met_at(first.operand))
    return case.because("nan", "nan_slope" if isnan(first.local_derivative) else "zero_times_infinity", first)


def _infinite(case: _Case) -> Reason:
    first = next(step for step in case.way_back if isinf(step.total))
    if not isinf(first.contribution):
        return case.because("infinite", "sum_overflow", **case.met_at(first.operand))
    return case.because("infinite", "infinite_slope" if isinf(first.local_derivative) else "overflow", first)


# --- zero ---------------------------------------------------------------------------------------------------------

#: What a local derivative of 0 means, row by row; "flat" for all others.
ZERO_SLOPES = {
    "relu": "dead_relu", "abs": "kink", "gt": "comparison", "ge": "comparison", "maximum": "loser", "minimum": "loser",
    "sigmoid": "saturated", "tanh": "saturated", "exp": "saturated", "softplus": "saturated",
}  # fmt: skip
#: Edges that pass nothing back at any number: they are to blame only where nothing else is.
ALWAYS_ZERO = ("comparison", "condition")


def _zero(case: _Case) -> Reason:
    """Each path ends in an edge that turns what comes back into 0, or at a node where what comes back cancels."""
    ends = [step for step in case.way_back if step.upstream and not step.contribution]
    ends.sort(key=lambda step: zero_at(step) in ALWAYS_ZERO)
    cancelled = _cancelled(case)
    met = case.met_at(cancelled[0]) if cancelled else {}
    if ends and not (met and zero_at(ends[0]) in ALWAYS_ZERO):
        path = paths(case.y, case.x, k=1).largest[0]
        return case.because("zero", zero_at(ends[0]), ends[0], others=tuple(ends[1:]), path=path, **met)
    return case.because("zero", "paths_cancel", others=tuple(ends), **met)


def zero_at(step: Step) -> str:
    """Why an edge turned what came back into 0."""
    node, position = step.node, step.position
    name = node.op.name if node.op else ""
    if step.local_derivative:
        return "underflow"
    if name == "where":
        return "condition" if position == 0 else "untaken_branch"
    if name == "mul" and node.operands[0] is not node.operands[1]:
        return "zero_factor"
    if name == "div" and position == 1 and not node.operands[0].data:
        return "zero_numerator"
    return ZERO_SLOPES.get(name, "flat")


def _cancelled(case: _Case) -> list[Value]:
    """The nodes at which contributions add up to 0, the nearest to y first."""
    last = {step.operand: step.total for step in case.way_back}
    some = {step.operand for step in case.way_back if step.contribution}
    return [node for node, total in last.items() if not total and node in some]


# --- tiny, huge ---------------------------------------------------------------------------------------------------


def _tiny(case: _Case, largest: dict[str, Any]) -> Reason:
    path: Path = largest["path"]
    weighed = weights(case.y)
    if weighed[case.x].paths >= TINY:
        last = {step.operand: step.total for step in case.way_back}
        where = min(last, key=lambda node: fabs(last[node]) / weighed[node].direct if weighed[node].direct else inf)
        return case.because("tiny", "paths_cancel", **case.met_at(where), **largest)
    least = min(range(len(path.positions)), key=lambda i: fabs(path.local_derivatives[i]))
    if fabs(product(_without(path, least))) < TINY:
        return case.because("tiny", "vanishing", **largest)
    step = _step(case, path, least)
    name = step.node.op.name if step.node.op else ""
    reason = {"mul": "small_factor", "sigmoid": "saturated", "tanh": "saturated"}.get(name, "small_slope")
    return case.because("tiny", reason, step, **largest)


def _huge(case: _Case, largest: dict[str, Any]) -> Reason:
    path: Path = largest["path"]
    if largest["count"] > 1 and fabs(path.product) <= HUGE:
        return case.because("huge", "many_paths", **largest)
    most = max(range(len(path.positions)), key=lambda i: fabs(path.local_derivatives[i]))
    if fabs(product(_without(path, most))) > HUGE:
        return case.because("huge", "exploding", **largest)
    step = _step(case, path, most)
    return case.because("huge", "large_factor" if step.node.op and step.node.op.name == "mul" else "steep", step, **largest)


def _without(path: Path, i: int) -> tuple[float, ...]:
    return path.local_derivatives[:i] + path.local_derivatives[i + 1 :]


def _step(case: _Case, path: Path, i: int) -> Step:
    """The backward step along edge i of a path."""
    node, position = path.nodes[i + 1], path.positions[i]
    return next(step for step in case.way_back if step.node is node and step.position == position)


# --- no path ------------------------------------------------------------------------------------------------------


def _not_connected(y: Value, x: Value) -> Reason:
    if isinstance(y, Detached):
        return Reason(y, x, 0.0, "zero", "detached_output")
    order, reached = topological_order([y]), _reached(x, y)
    detached = [(node, operand) for node in order for operand in node.operands if isinstance(operand, Detached)]
    for user, cut in detached:
        if cut in reached:
            return Reason(y, x, 0.0, "zero", "detached", (user, cut), at=cut)
    if between(y, x):
        return Reason(y, x, 0.0, "zero", "other_way_round")
    for node in order:
        if x.label and node.label == x.label:
            return Reason(y, x, 0.0, "zero", "namesake", at=node)
    for user, cut in detached:
        if cut.source is None:
            return Reason(y, x, 0.0, "zero", "perhaps_detached", (user, cut), at=cut)
    return Reason(y, x, 0.0, "zero", "not_connected")


def _reached(x: Value, y: Value) -> set[Value]:
    """What of y would depend on x if nothing had been detached."""
    users = _users(y)
    reached, waiting = {x}, [x]
    while waiting:
        for user in users[waiting.pop()]:
            if user not in reached:
                reached.add(user)
                waiting.append(user)
    return reached


def _users(y: Value) -> dict[Value, list[Value]]:
    """Who uses each node of y's graph; what was detached uses the node that it was cut from."""
    users = defaultdict[Value, list[Value]](list)
    seen, waiting = {y}, [y]
    while waiting:
        node = waiting.pop()
        source = node.source if isinstance(node, Detached) else None
        for operand in node.operands if source is None else (source,):
            users[operand].append(node)
            if operand not in seen:
                seen.add(operand)
                waiting.append(operand)
    return users
