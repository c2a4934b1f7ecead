"""gradcheck: hold the gradient of a function, at one point, against witnesses that know nothing of derivative rules.

What you can do with this file: `gradcheck(f, 1.0, 2.0)`; its `Report` is true if all derivatives agree, and prints what was seen.

There are three verdicts on each derivative: *agree*, *disagree* (beyond every bound; this raises), *cannot tell* (with the reason).
`recorded.py` finds them for functions of Values, `opaque.py` for functions of floats.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import fabs
from typing import Any, NoReturn

from autograd_mini import ops
from autograd_mini.checks import opaque, recorded
from autograd_mini.errors import GradientMismatch
from autograd_mini.graph import topological_order
from autograd_mini.listing import text
from autograd_mini.number import is_array, number, show
from autograd_mini.tally import current
from autograd_mini.value import Value
from autograd_mini.witnesses import AGREE, DISAGREE, STEP, Finding

__all__ = ["Report", "gradcheck", "require_order"]

FORMULA = "|D(h) - D(2h)| + noise of f / h + rounding of the claimed value"
LONGEST = 30  # nodes of a graph that a message shows
DIGITS = 6  # of the two numbers that a person compares


@dataclass(frozen=True)
class Report:
    """What `gradcheck` found: one finding for each derivative. True if all of them agree; `str` prints one line for each."""

    point: tuple[float, ...]
    findings: tuple[Finding, ...]

    def __bool__(self) -> bool:
        return all(finding.verdict == AGREE for finding in self.findings)

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))


def gradcheck(f: Callable[..., Any], *point: float, order: int = 1, gradient: Callable[..., Sequence[float]] | None = None) -> Report:
    """Check the derivatives of `f` at `point`; `order=2` checks the second ones too.

    `f` takes Values, one for each number of the point, and returns one. With `gradient=`, `f` is any function of floats, and
    gradient(*point) returns its claimed derivatives. The report is true if all agree, and false where no witness can tell:
    print it to see why.

    Raises GradientMismatch if a derivative is wrong beyond doubt; ValueError for an `order` other than 1 or 2, for a `gradient` of
    the wrong length, where f has no value or not the same one twice; TypeError for what is no function of numbers; MissingExtra
    where only mpmath could tell and it is not installed.

    >>> bool(gradcheck(lambda x, y: x * y.exp(), 2.0, 0.5, order=2))
    True
    >>> gradcheck(lambda x: x * x, 3.0, gradient=lambda x: [x])
    Traceback (most recent call last):
        ...
    autograd_mini.errors.GradientMismatch: the derivative ∂f/∂x is wrong at x = 3: claimed 3, but difference quotients: 6 ± 8.8e-10. \
The error is 3, the tolerance 8.8e-10 = |D(h) - D(2h)| + noise of f / h + rounding of the claimed value.
    """
    __tracebackhide__ = True  # under pytest: the message is what counts
    require_order(order, gradient, "gradcheck()")
    at = _numbers(point)
    names = _names(f, len(at))
    findings = recorded.findings(f, at, names, order) if gradient is None else opaque.findings(f, gradient, at, names)
    report = Report(at, tuple(findings))
    if (tally := current()) is not None:
        tally.add(report, names)
    for finding in findings:
        if finding.verdict == DISAGREE:
            _raise(finding, f if gradient is None else None, at, names, order)
    return report


def require_order(order: int, gradient: object, caller: str) -> None:
    """Raise ValueError unless `order` is 1, or, without a gradient derived by hand, 2."""
    if type(order) is not int or order not in (1, 2) or (order == 2 and gradient is not None):
        raise ValueError(f"{caller} got order={order!r}; it is 1, or, for a function of Values, 2")


def _numbers(point: Sequence[float]) -> tuple[float, ...]:
    if len(point) == 1 and (is_array(point[0]) or isinstance(point[0], (list, tuple))):
        raise TypeError("gradcheck(f, 1.0, 2.0) takes the numbers of the point one by one: write gradcheck(f, *point)")
    if not point:
        raise ValueError("gradcheck(f, 1.0, 2.0) needs a point: without a number there is nothing to check")
    return tuple([number(x, "gradcheck(f, …)") for x in point])


def _names(f: Callable[..., Any], count: int) -> list[str]:
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):  # built-in functions may have none
        parameters = {}.values()
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return names if len(names) == count else [f"x{i}" for i in range(count)]


# --- what a mismatch says -----------------------------------------------------------------------------------------

ELSEWHERE = "Each row of the graph is right by itself: does f leave the graph somewhere (x.data, float(x), math.sin, NumPy)?"
AT_ONE_POINT = (
    "Each row of the graph is right by itself. But a condition of where() is 0 at this point and not beside it: "
    "f takes one branch here and the other one all around, and the derivative is that of the branch taken here."
)


def _raise(finding: Finding, f: Callable[..., Any] | None, at: tuple[float, ...], names: list[str], order: int) -> NoReturn:
    __tracebackhide__ = True
    where = ", ".join(f"{name} = {show(x, 17)}" for name, x in zip(names, at, strict=True))
    said = (
        f"the derivative {finding.name} is wrong at {where}: claimed {show(finding.claimed)}, but "
        f"{'; '.join(map(str, finding.witnesses))}. The error is {show(finding.error, 2)}, "
        f"the tolerance {show(finding.tolerance, 2)} = {FORMULA}."
    )
    if f is None:
        raise GradientMismatch(said, finding)
    graph, blamed = _blamed(recorded.graph(f, at, names), order)
    blamed = blamed or (AT_ONE_POINT if _chooses_at_one_point(graph, f, at, names) else ELSEWHERE)
    if not graph.is_constant:
        graph.backward()
    listed = f"\n\n{text(graph, limit=LONGEST)}" if len(topological_order([graph])) <= LONGEST else ""
    raise GradientMismatch(f"{said}\n{blamed}{listed}", finding, graph)


def _blamed(graph: Value, order: int) -> tuple[Value, str]:
    """The graph of one row that is wrong by itself, and a sentence about it; else the whole graph, and none."""
    for alone, wrong in recorded.culprits(graph, order):
        where = ", ".join(f"{operand.label} = {show(operand.data)}" for operand in alone.operands)
        seen = wrong.witnesses[-1]
        name = alone.op.name if alone.op else ""
        low, high = show(seen.low, DIGITS), show(seen.high, DIGITS)
        measured = low if low == high else f"between {low} and {high}"
        claim = f"its rule gives {wrong.name.replace('f', name, 1)} = {show(wrong.claimed, DIGITS)}, and the slope is {measured}"
        return alone, f"The slip is in the row {name!r}: at {where} {claim}."
    return graph, ""


def _chooses_at_one_point(graph: Value, f: Callable[..., Any], at: tuple[float, ...], names: list[str]) -> bool:
    """Whether a condition of where() is 0 at the point, and is not on either side of it along one of the inputs."""
    here = _conditions(graph)
    for i, x in enumerate(at):
        step = STEP * max(1.0, fabs(x))
        with suppress(ValueError):  # beyond the domain of f
            left, right = [_conditions(recorded.graph(f, (*at[:i], moved, *at[i + 1 :]), names)) for moved in (x - step, x + step)]
            if any(a and not b and c for a, b, c in zip(left, here, right, strict=False)):
                return True
    return False


def _conditions(graph: Value) -> list[float]:
    return [node.operands[0].data for node in topological_order([graph]) if node.op is ops.where]
