"""Functions of Values: each derivative of the recorded graph against difference quotients of f, and against mpmath.

What you can do with this file: `findings(f, at, names, order)`, one for each derivative; `graph(f, at, names)` records f;
`culprits(y)` looks for the rows that are wrong by themselves.

How it works: `witnesses.py` measures slopes by difference quotients; `bounds.py` says, from the graph, how much rounding
blurs such a quotient, and how far the claimed derivative may be off for the same reason. The measurement is made twice:
on floats, with steps around 1e-5, and where that cannot tell on 60 digits (mpmath, through the rows' own `exact`
functions), with a step of 1e-20.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from math import fabs, isfinite, nan
from typing import Any

from autograd_mini.backward import gradients, steps
from autograd_mini.bounds import EPSILON, ULPS, Weight, claim_rounding, rounding, weights
from autograd_mini.checks.called import called, same_again
from autograd_mini.checks.needs import needs
from autograd_mini.derivatives import grad
from autograd_mini.graph import between, topological_order
from autograd_mini.language import _
from autograd_mini.number import number, show
from autograd_mini.replay import evaluate
from autograd_mini.row import EVERYWHERE
from autograd_mini.value import Value, constant
from autograd_mini.witnesses import (
    AGREE,
    CANNOT_TELL,
    DISAGREE,
    SHARP,
    STEP,
    Claim,
    Finding,
    Probe,
    float_steps,
    judge_by_quotients,
    measure,
    no_value,
    not_finite,
    probed,
)

__all__ = ["culprits", "findings", "graph", "probe_of"]

QUOTIENTS, MPMATH = "difference quotients", "mpmath"
DIGITS = 60

Function = Callable[..., Any]
Point = Sequence[float]


def findings(f: Function, at: Point, names: Sequence[str], order: int = 1) -> list[Finding]:
    """The verdict on each derivative of f, the second ones included if `order` is 2."""
    found = _findings(f, at, [f"∂f/∂{name}" for name in names])
    for i, first in enumerate(names if order == 2 else ()):
        found += _findings(_partial(f, i), at, [f"∂²f/∂{first}∂{second}" for second in names])
    return found


def graph(f: Function, at: Point, names: Sequence[str]) -> Value:
    """f recorded at the point, its inputs with these labels."""
    return _output(called(f, [Value(x, label=name) for x, name in zip(at, names, strict=True)]))


def culprits(y: Value, order: int = 1) -> Iterator[tuple[Value, Finding]]:
    """The rows of a graph that are wrong by themselves where they stand: each as a graph of its own, and what is wrong with it."""
    seen = set()
    for node in topological_order([y], leaves=False):
        op, at = node.op, tuple([operand.data for operand in node.operands])
        if op is None or (op, at) in seen:
            continue
        seen.add((op, at))
        names = "xyz"[: len(at)] if len(at) <= 3 else [f"x{i + 1}" for i in range(len(at))]
        for finding in findings(op, at, names, order):
            if finding.verdict == DISAGREE:
                yield graph(op, at, names), finding


def _findings(f: Function, at: Point, names: list[str]) -> list[Finding]:
    xs, y = _record(f, at)
    here = _probe_afresh(f, at)
    same_again(y.data, here.value)
    if not isfinite(y.data):
        return no_value(names, y.data)
    graphs = grad(y, xs, create_graph=True)
    weighed, reactions = weights(y), gradients({y: 1.0})
    floor = 1e-20 * max(1.0, fabs(y.data))  # smaller than any derivative that floats could tell from 0 here
    found = []
    for i, (x, claimed, name) in enumerate(zip(xs, grad(y, xs), names, strict=True)):
        touched, weight, afresh = between(x, y), weighed.get(x, Weight()), _along(f, at, i, here)
        noise = max(rounding(y, touched, reactions), ULPS * EPSILON * fabs(y.data))
        if isfinite(claimed):
            claim = Claim(name, claimed, claim_rounding(weight, graphs[i]), floor)
            found.append(_finding(afresh, claim, weight, touched, noise, x, y))
        else:
            found.append(_not_finite(afresh, Claim(name, claimed, 0.0, floor), noise, x, y))
    return found


def _along(f: Function, at: Point, i: int, here: Probe) -> Callable[[float], Probe]:
    """f along one input, recorded afresh at each number; `here` is how it was found at the point itself."""

    def afresh(number: float) -> Probe:
        try:
            probe = here if number == at[i] else _probe_afresh(f, (*at[:i], number, *at[i + 1 :]))
        except ValueError:  # beyond the domain of a row that raises there
            return Probe(number, nan, (), False)
        return probe._replace(at=number)

    return afresh


def _not_finite(afresh: Callable[[float], Probe], claim: Claim, noise: float, x: Value, y: Value) -> Finding:
    """A claim of inf or nan, against the difference quotients of f."""

    def anywhere(number: float) -> Probe:
        probe = afresh(number)  # a row may be outside its domain in a branch that is not taken
        return probe._replace(inside=isfinite(probe.value))

    told = _("the claimed derivative is {number}: {edge}", number=show(claim.value), edge=_first_edge(y))
    noise = noise if isfinite(noise) else 8 * EPSILON * fabs(y.data)  # the reactions are as infinite as the claim
    seen = [m for h in float_steps(x.data) if (m := measure(QUOTIENTS, anywhere, x.data, h, noise)) is not None]
    return not_finite(claim, seen, told)


def _finding(
    afresh: Callable[[float], Probe], claim: Claim, weight: Weight, touched: list[Value], noise: float, x: Value, y: Value
) -> Finding:
    """First f itself at nearby floats; unless that agrees, the recorded graph at 60 digits. `touched`: what lies between x and y."""
    second_opinion = all(node.op and node.op.exact for node in touched)
    # Where there is a sharper witness, floats have to know the slope itself, not only the contributions that cancel in it.
    first_claim = claim if second_opinion else claim._replace(size=max(claim.size, weight.direct))
    first = judge_by_quotients(first_claim, QUOTIENTS, afresh, x.data, float_steps(x.data), noise)
    if not second_opinion or (first.verdict == AGREE and not any(seen.kinks for seen in first.witnesses)):
        return first
    mp = _many_digits()
    exactly = _exact_probe(mp, x, y, touched)
    here = mp.mpf(x.data)
    centre = exactly(here)
    # Two lengths, since at the edge of a domain a slope may grow without end: then the two contradict one another.
    sizes = [size for size in (max(1.0, fabs(x.data)), fabs(x.data)) if size]
    short = [mp.mpf(10) ** power * size for size in sizes for power in (-20, -24)]
    if centre.inside and centre.sides != probe_of(x.data, y, touched).sides:
        # Where the kink exactly is, floats cannot say; between the one-sided slopes is the most to ask for.
        straddles = first.verdict == AGREE and first.witnesses[0].kinks
        return first if straddles else replace(first, verdict=CANNOT_TELL, reason=_("within rounding of a kink"))
    # What cancels on the way is allowed for, but not so much that any claim would do.
    most = weight.direct / SHARP if weight.direct else weight.paths
    last = claim._replace(size=max(claim.size, min(weight.paths, most)))
    second = judge_by_quotients(last, MPMATH, exactly, here, short, noise * mp.eps / EPSILON)
    second = replace(second, witnesses=first.witnesses + second.witnesses)
    if second.verdict == DISAGREE or _sees_all(x, y, afresh):
        return second
    verdict = DISAGREE if first.verdict == DISAGREE and not _between(claim, x.data, afresh) else CANNOT_TELL
    return replace(first, verdict=verdict, reason=_("f does what its graph does not see"))


def _between(claim: Claim, x: float, afresh: Callable[[float], Probe]) -> bool:
    """True where f has a kink that its graph does not know, of a Python `if`, and the claim lies between the slopes of the two sides."""
    h = STEP * max(1.0, fabs(x))
    here = afresh(x).value
    low, high = sorted(((here - afresh(x - h).value) / h, (afresh(x + h).value - here) / h))
    slack = 1e-3 * (high - low)
    return bool(low - slack <= claim.value <= high + slack and high - low > 1e-3 * max(fabs(low), fabs(high)))


def _sees_all(x: Value, y: Value, afresh: Callable[[float], Probe]) -> bool:
    """True if the graph, played again nearby, gives what f gives there: nothing has left it, and no `if` takes another way."""
    step = STEP * max(1.0, fabs(x.data))
    for near in (x.data - step, x.data + step):
        anew = afresh(near)
        if anew.inside and anew.value != evaluate([y, x], {x: near})[y]:
            return False
    return True


@cache
def _many_digits() -> Any:
    """mpmath with 60 digits, apart from everybody else's mpmath."""
    mp = needs("mpmath").mp.clone()
    mp.dps = DIGITS
    return mp


def _probe_afresh(f: Function, at: Point) -> Probe:
    y = _record(f, at)[1]
    return probe_of(nan, y, topological_order([y], leaves=False))


def probe_of(at: Any, y: Value, nodes: Iterable[Value]) -> Probe:
    """What a recorded graph says of itself: its number, the sides that these nodes have taken, whether all are in their domains."""
    told = [node for node in nodes if node.op and (node.op.side or node.op.domain is not EVERYWHERE)]  # the others have nothing to tell
    return probed(at, y.data, [(node.op, [operand.data for operand in node.operands]) for node in told if node.op])


def _exact_probe(mp: Any, x: Value, y: Value, touched: list[Value]) -> Callable[[Any], Probe]:
    """The graph at many digits. What does not depend on x keeps the number that was recorded."""

    def probe(at: Any) -> Probe:
        numbers: dict[Value, Any] = {x: at}
        computed = []
        for node in touched:
            operands = [numbers[o] if o in numbers else mp.mpf(o.data) for o in node.operands]
            op: Any = node.op  # an operation with an `exact`: the caller has looked
            if not op.domain.contains(*operands):
                return Probe(at, mp.nan, (), False)
            numbers[node] = op.exact(mp, *operands)
            computed.append((op, operands))
        return probed(at, numbers.get(y, mp.mpf(y.data)), computed)

    return probe


def _record(f: Function, at: Point) -> tuple[list[Value], Value]:
    xs = [Value(x) for x in at]
    return xs, _output(called(f, xs))


def _output(y: Any) -> Value:
    return y if isinstance(y, Value) else constant(number(y, "f", "must return a Value, or"))


def _partial(f: Function, i: int) -> Function:
    def partial(*xs: Value) -> Value:
        y = _output(f(*xs))
        return grad(y, xs, create_graph=True)[i] if isfinite(y.data) else constant(nan)

    return partial


def _first_edge(y: Value) -> str:
    for step in steps({y: 1.0}):
        if not isfinite(step.contribution):
            name = step.node.op.name if step.node.op else ""
            factors = {"upstream": show(step.upstream), "local": show(step.local_derivative)}
            return _("{upstream} × {local} at operand {position} of {name}", position=step.position, name=name, **factors)
    return _("a sum of contributions beyond the largest double")
