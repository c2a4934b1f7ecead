"""Checks of gradients that neither cry wolf nor sleep.

What you can do with this file: hold a gradient against witnesses that know nothing of the derivative rules
(`gradcheck`); draw random expressions for tests of your own (`expressions`, a Hypothesis strategy).

How it works: `witnesses.py` measures slopes by difference quotients; `bounds.py` says, from the graph, how much rounding
blurs such a quotient, and how far the claimed derivative may be off for the same reason. The measurement is made twice:
on floats, with steps around 1e-5, and where that cannot tell on 60 digits (mpmath, through the rows' own `exact`
functions), with a step of 1e-20.

So there are three verdicts: *agree*, *disagree* (beyond all of these bounds), *cannot tell* (with the reason).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import fabs, isfinite, nan
from typing import Any

from autograd_mini.backward import steps
from autograd_mini.bounds import EPSILON, ULPS, Weight, claim_rounding, gradient_rounding, rounding, weights
from autograd_mini.derivatives import grad
from autograd_mini.errors import GradientMismatch, MissingExtra
from autograd_mini.expressions import Expression, expressions, random_expression
from autograd_mini.graph import between, topological_order
from autograd_mini.number import number, show
from autograd_mini.replay import evaluate
from autograd_mini.value import Value, constant
from autograd_mini.witnesses import (
    AGREE,
    CANNOT_TELL,
    DISAGREE,
    STEP,
    Claim,
    Finding,
    Measurement,
    Probe,
    float_steps,
    judge_by_quotients,
    probed,
)

__all__ = [
    "AGREE", "CANNOT_TELL", "DISAGREE", "Expression", "Finding", "Measurement", "Report",
    "expressions", "gradcheck", "gradient_rounding", "random_expression", "rounding",
]  # fmt: skip

QUOTIENTS = "difference quotients"
DIGITS = 60
FORMULA = "|D(h) - D(2h)| + noise of f / h + rounding of the claimed value"


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

    `f` takes Values. With `gradient=`, `f` is any function of floats, and gradient(*point) returns its claimed
    derivatives. The report is true if all agree, and false where a witness cannot tell: print it to see why.

    Raises GradientMismatch if a derivative is wrong beyond doubt, MissingExtra where only mpmath could tell and it is
    not installed, ValueError for an `order` other than 1 or 2, or a `gradient` of the wrong length.

    >>> bool(gradcheck(lambda x, y: x * y.exp(), 2.0, 0.5, order=2))
    True
    >>> gradcheck(lambda x: x * x, 3.0, gradient=lambda x: [x])
    Traceback (most recent call last):
        ...
    autograd_mini.errors.GradientMismatch: the derivative ∂f/∂x is wrong at x = 3: claimed 3, but difference quotients: 6 ± 8.8e-10. \
The error is 3, the tolerance 8.8e-10 = |D(h) - D(2h)| + noise of f / h + rounding of the claimed value.
    """
    if order not in (1, 2) or (order == 2 and gradient is not None):
        raise ValueError(f"gradcheck() got order={order!r}; it is 1, or, for a function of Values, 2")
    at = tuple(number(x, "gradcheck(f, …)") for x in point)
    names = _names(f, len(at))
    if gradient is not None:
        claims = [number(claim, "the result of gradient()") for claim in gradient(*at)]
        if len(claims) != len(at):
            raise ValueError(f"gradient() returned {len(claims)} derivatives at a point of {len(at)} numbers; it owes one for each")
        findings = [_opaque_finding(f, at, i, claim, f"∂f/∂{names[i]}") for i, claim in enumerate(claims)]
    else:
        findings = _graph_findings(f, at, [f"∂f/∂{name}" for name in names])
        for i, first in enumerate(names if order == 2 else ()):
            findings += _graph_findings(_partial(f, i), at, [f"∂²f/∂{first}∂{second}" for second in names])
    for finding in findings:
        if finding.verdict == DISAGREE:
            where = ", ".join(f"{name} = {show(x, 17)}" for name, x in zip(names, at, strict=True))
            raise GradientMismatch(
                f"the derivative {finding.name} is wrong at {where}: claimed {show(finding.claimed)}, but "
                f"{'; '.join(map(str, finding.witnesses))}. The error is {show(finding.error, 2)}, "
                f"the tolerance {show(finding.tolerance, 2)} = {FORMULA}."
            )
    return Report(at, tuple(findings))


# --- opaque functions of floats -----------------------------------------------------------------------------------


def _opaque_finding(f: Callable[..., Any], at: tuple[float, ...], i: int, claimed: float, name: str) -> Finding:
    def probe(x: float) -> Probe:
        try:
            value = float(f(*at[:i], x, *at[i + 1 :]))
        except ArithmeticError:
            value = nan
        except ValueError:  # math.log(-1)
            value = nan
        return Probe(x, value, None, isfinite(value))

    value = float(f(*at))
    # Nothing knows how large the contributions are; for a claim of 0 the function itself gives the scale.
    size = fabs(claimed) or max(1.0, fabs(value)) / max(1.0, fabs(at[i]))
    claim = Claim(name, claimed, 8 * EPSILON * fabs(claimed), size)
    return judge_by_quotients(claim, QUOTIENTS, probe, at[i], float_steps(at[i]), 8 * EPSILON * fabs(value))


# --- functions of Values ------------------------------------------------------------------------------------------


def _graph_findings(f: Callable[..., Any], at: tuple[float, ...], names: list[str]) -> list[Finding]:
    xs, y = _record(f, at)
    if not isfinite(y.data):
        return [Finding(name, nan, CANNOT_TELL, f"the function itself is {show(y.data)}") for name in names]
    graphs = grad(y, xs, create_graph=True)
    weighed = weights(y)
    findings = []
    for i, (x, claimed, name) in enumerate(zip(xs, grad(y, xs), names, strict=True)):
        if not isfinite(claimed):
            findings.append(Finding(name, claimed, CANNOT_TELL, f"the claimed derivative is {show(claimed)}: {_first_edge(y)}"))
            continue
        weight = weighed.get(x, Weight())
        bound = claim_rounding(weight, graphs[i])
        floor = 1e-20 * max(1.0, fabs(y.data))  # smaller than any derivative that floats could tell from 0 here
        findings.append(_graph_finding(f, Claim(name, claimed, bound, floor), weight, at, i, x, y))
    return findings


def _graph_finding(f: Callable[..., Any], claim: Claim, weight: Weight, at: tuple[float, ...], i: int, x: Value, y: Value) -> Finding:
    """First f itself at nearby floats; unless that agrees, the recorded graph at 60 digits."""

    def afresh(number: float) -> Probe:
        node = _record(f, (*at[:i], number, *at[i + 1 :]))[1]
        return _recorded(number, node, topological_order([node], leaves=False))

    touched = between(x, y)
    second_opinion = all(node.op and node.op.exact for node in touched)
    noise = max(rounding(y, touched), ULPS * EPSILON * fabs(y.data))
    # Where there is a sharper witness, floats have to know the slope itself, not only the contributions that cancel in it.
    first_claim = claim if second_opinion else claim._replace(size=max(claim.size, weight.direct))
    first = judge_by_quotients(first_claim, QUOTIENTS, afresh, at[i], float_steps(at[i]), noise)
    if not second_opinion or (first.verdict == AGREE and not any(seen.kinks for seen in first.witnesses)):
        return first
    mp = _needs("mpmath").mp.clone()
    mp.dps = DIGITS
    exactly = _exact_probe(mp, x, y, touched)
    here = mp.mpf(x.data)
    short = [mp.mpf(10) ** -20 * size for size in (max(1.0, fabs(x.data)), fabs(x.data)) if size]
    if exactly(here).inside and exactly(here).sides != _recorded(x.data, y, touched).sides:
        # Where the kink exactly is, floats cannot say; between the one-sided slopes is the most to ask for.
        straddles = first.verdict == AGREE and first.witnesses[0].kinks
        return first if straddles else replace(first, verdict=CANNOT_TELL, reason="within rounding of a kink")
    last = claim._replace(size=max(claim.size, weight.paths))
    second = judge_by_quotients(last, "mpmath", exactly, here, short, noise * mp.eps / EPSILON)
    second = replace(second, witnesses=first.witnesses + second.witnesses)
    if first.verdict == DISAGREE and second.verdict != DISAGREE:
        near = at[i] + STEP * max(1.0, fabs(at[i]))
        if evaluate([y, x], {x: near})[y] != afresh(near).value:
            return replace(first, reason="f does what its graph does not see")
    return second


def _recorded(at: float, y: Value, nodes: Iterable[Value]) -> Probe:
    return probed(at, y.data, [(node.op, [o.data for o in node.operands]) for node in nodes if node.op])


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


def _record(f: Callable[..., Any], at: Iterable[float]) -> tuple[list[Value], Value]:
    xs = [Value(x) for x in at]
    return xs, _output(f(*xs))


def _output(y: Any) -> Value:
    return y if isinstance(y, Value) else constant(number(y, "the result of f"))


def _partial(f: Callable[..., Any], i: int) -> Callable[..., Value]:
    def partial(*xs: Value) -> Value:
        y = _output(f(*xs))
        return grad(y, xs, create_graph=True)[i] if isfinite(y.data) else constant(nan)

    return partial


def _first_edge(y: Value) -> str:
    for step in steps({y: 1.0}):
        if not isfinite(step.contribution):
            name = step.node.op.name if step.node.op else ""
            return f"{show(step.upstream)} × {show(step.local_derivative)} at operand {step.position} of {name}"
    return "a sum of contributions beyond the largest double"


def _names(f: Callable[..., Any], count: int) -> list[str]:
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        parameters = {}.values()
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return names if len(names) == count else [f"x{i}" for i in range(count)]


def _needs(package: str) -> Any:
    try:
        return __import__(package)
    except ImportError:
        raise MissingExtra(f'this check needs {package}; get it with pip install "autograd-mini[checks]".') from None
