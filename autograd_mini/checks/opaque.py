"""Functions of floats, and a gradient that somebody claims for them: nothing is known but the numbers that come out.

What you can do with this file: `findings(f, gradient, at, names)`, one for each derivative.

How it works. A float function rounds inside, where nobody sees it: `(x*y + 1e8) - 1e8` looks harmless and has lost eight digits.
So the noise is *measured*: values of f across a short step lie on a smooth curve, whose third differences vanish; what is left of
them is noise (J. J. Moré, S. M. Wild: Estimating Computational Noise, 2011, do so with equal steps). Where short steps
drown in it, the Taylor remainder f(x+h) − f(x) − h·claim is followed over long ones: it shrinks like h² if the claim is right,
and like h if it is wrong. That is no use where f bends or breaks within the shortest step: then nobody can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import combinations
from math import fabs, fsum, hypot, isfinite, log2, nan, prod
from typing import Any, NamedTuple

from autograd_mini.bounds import EPSILON
from autograd_mini.checks.called import called, plain, same_again
from autograd_mini.language import _
from autograd_mini.number import show
from autograd_mini.witnesses import (
    AGREE,
    CANNOT_TELL,
    DISAGREE,
    STEP,
    Claim,
    Finding,
    Measurement,
    float_steps,
    judge,
    no_value,
    not_finite,
    overlap,
    resolved,
)

__all__ = ["findings"]

QUOTIENTS, TAYLOR = "difference quotients", "Taylor remainder"
ULPS = 2.0  # of the result: less noise than this nobody has
SIGMAS = 8.0  # few samples give a rough measure of noise
COARSEST = 1e-4  # of the result: more than this is no noise, f turns within the step
BLUNT = 1e-3  # of the slope

#: Where f is looked at, in steps. Irregular, since equal steps of a straight line are often rounded alike, and look free of noise.
SPACED = (0.0, 0.27, 0.61, 1.0, 1.43, 2.0)
ONE = SPACED.index(1.0)


def _third(nodes: Sequence[float]) -> list[float]:
    """The weights of the third divided difference, scaled so that independent errors of size σ give it a size of σ."""
    weights = [1.0 / prod(t - other for other in nodes if other != t) for t in nodes]
    return [weight / hypot(*weights) for weight in weights]


THIRDS = [_third(SPACED[i : i + 4]) for i in range(len(SPACED) - 3)]

Along = Callable[[float], float]  # f along one input


def findings(f: Callable[..., Any], gradient: Callable[..., Sequence[float]], at: Sequence[float], names: Sequence[str]) -> list[Finding]:
    """The verdict on each derivative that `gradient(*at)` claims."""
    value = plain(called(f, at), "f")
    same_again(value, plain(called(f, at), "f"))
    claims = _claims(called(gradient, at, "gradient"), len(at))
    if not isfinite(value):
        return no_value([f"∂f/∂{name}" for name in names], value)
    return [_finding(f, at, i, claimed, f"∂f/∂{names[i]}", value) for i, claimed in enumerate(claims)]


def _claims(claimed: Any, count: int) -> list[float]:
    if isinstance(claimed, (str, Mapping, Set)) or not hasattr(type(claimed), "__iter__"):
        raise TypeError(f"gradient() must return one derivative for each number of the point, as a list; got {claimed!r:.80}")
    try:
        claims = [plain(claim, "gradient()") for claim in claimed]
    except TypeError as error:  # an array of no dimension has no elements to go through
        raise TypeError(f"gradient() must return one number for each number of the point, as a list; got {claimed!r:.80}") from error
    if len(claims) != count:
        raise ValueError(f"gradient() returned {len(claims)} derivatives at a point of {count} numbers; it owes one for each")
    return claims


def _finding(f: Callable[..., Any], at: Sequence[float], i: int, claimed: float, name: str, value: float) -> Finding:
    def along(x: float) -> float:
        if x == at[i]:
            return value
        try:
            return float(f(*at[:i], x, *at[i + 1 :]))
        except (ArithmeticError, ValueError):  # beyond the domain: math.log(-1)
            return nan

    around = [_Around.of(along, at[i], h) for h in float_steps(at[i])]
    # Nothing knows how large the contributions are; for a claim of 0 the function itself gives the scale.
    scale = max(fabs(v) for v in around[0].left + around[0].right if isfinite(v)) / max(1.0, fabs(at[i]))
    size = (fabs(claimed) if isfinite(claimed) else 0.0) or scale
    claim = Claim(name, claimed, 8 * EPSILON * size, size)
    first, may_be_longer = _by_quotients(claim, around)
    if not isfinite(claimed):
        return not_finite(claim, first.witnesses, _("the claimed derivative is {number}", number=show(claimed)))
    if first.verdict == AGREE or not may_be_longer:
        return first
    second = judge(claim, _taylor(along, at[i], claimed, max(values.noise for values in around)))
    both = replace(second, witnesses=first.witnesses + second.witnesses)
    apart = any(not overlap(seen, other) for seen in first.witnesses for other in second.witnesses)
    if apart and DISAGREE in (first.verdict, second.verdict) != (DISAGREE, DISAGREE):
        return replace(both, verdict=CANNOT_TELL, reason=_("the difference quotients and the Taylor remainder contradict one another"))
    return first if first.verdict == DISAGREE or second.verdict == CANNOT_TELL else both


# --- difference quotients -----------------------------------------------------------------------------------------


class _Around(NamedTuple):
    """Values of f from x on to the left and to the right, at SPACED · h; and the noise in them."""

    h: float
    left: list[float]
    right: list[float]
    noise: float

    @classmethod
    def of(cls, along: Along, x: float, h: float) -> _Around:
        left, right = ([along(x + side * t * h) for t in SPACED] for side in (-1, 1))
        return cls(h, left, right, _noise([values for values in (left, right) if all(map(isfinite, values))]))


def _by_quotients(claim: Claim, around: Sequence[_Around]) -> tuple[Finding, bool]:
    """Quotients at several steps. One that is sharp and agrees is enough; to disagree, all must be consistent.

    Also says whether longer steps may tell more: not where f bends or breaks within the shortest.
    """
    smooth, flat, rough, turning = list[Measurement](), list[Measurement](), list[Measurement](), list[Measurement]()
    jumps = False
    for i, values in enumerate(around):
        levels = len(set(values.left + values.right))
        if 1 < levels < len(SPACED):  # a staircase: its treads are wider than the step
            jumps = True
            continue
        noise = max(shorter.noise for shorter in around[i:])
        if (seen := _measured(values, noise)) is not None:
            edge, is_noise = seen.kinks or seen.one_sided, values.noise <= COARSEST * max(map(fabs, values.left + values.right))
            kind = flat if levels == 1 else turning if not (is_noise and resolved(seen, noise / values.h)) else rough if edge else smooth
            kind.append(seen)
    pool = smooth or rough or turning
    verdicts = [judge(claim, seen) for seen in sorted(pool, key=lambda seen: seen.uncertainty)]
    if flat and not smooth:  # f itself, or a tread of its rounding: longer steps tell
        told = _("f does not move over so short a way")
        return Finding(claim.name, claim.value, CANNOT_TELL, told, (flat[-1],)), True
    if not verdicts:
        finding = judge(claim, None)
        return replace(finding, reason=_("f moves in jumps around the point")) if jumps else finding, jumps
    if pool is turning:
        return replace(verdicts[0], verdict=CANNOT_TELL, reason=_("f turns faster than the steps")), False
    agreeing = next((finding for finding in verdicts if finding.verdict == AGREE), None)
    sharpest = verdicts[0].witnesses[0]
    # A single or blunt quotient rules nothing out that a kink seen by longer steps would allow.
    is_blunt = sharpest.uncertainty > BLUNT * max(fabs(sharpest.low), fabs(sharpest.high))
    others = rough if is_blunt or len(smooth) == 1 else []
    allowed = any(judge(claim, seen).verdict != DISAGREE for seen in others)
    if verdicts[0].verdict == DISAGREE and not agreeing and (allowed or not all(overlap(a, b) for a, b in combinations(pool, 2))):
        contrary = replace(verdicts[0], verdict=CANNOT_TELL, reason=_("the quotients at different steps contradict one another"))
        return contrary, pool is smooth
    return agreeing or verdicts[0], pool is smooth


def _measured(values: _Around, noise: float) -> Measurement | None:
    """The slope in the middle; None where f is defined on neither side."""
    h, left, right = values.h, values.left, values.right
    sides = [(side, step) for side, step in ((left, -h), (right, h)) if all(map(isfinite, side))]
    if not sides:
        return None
    slopes = [_one_sided(side, step, noise / h) for side, step in sides]
    if len(slopes) < 2:
        return Measurement(QUOTIENTS, slopes[0][0], *slopes[0], one_sided=True)
    (slope_left, u_left), (slope_right, u_right) = slopes
    if fabs(slope_left - slope_right) > 2 * (u_left + u_right):
        low, high = sorted((slope_left, slope_right))
        return Measurement(QUOTIENTS, low, high, max(u_left, u_right), kinks=1)
    central, coarse = (right[ONE] - left[ONE]) / (2 * h), (right[-1] - left[-1]) / (4 * h)
    return Measurement(QUOTIENTS, central, central, fabs(central - coarse) + noise / h)


def _noise(sides: list[list[float]]) -> float:
    """What rounding does to f: what is left of third differences, which a smooth f hardly has over so short a way."""
    thirds = [fsum(w * v for w, v in zip(weights, side[i:], strict=False)) for side in sides for i, weights in enumerate(THIRDS)]
    measured = hypot(*thirds) / len(thirds) ** 0.5 if thirds else 0.0
    return SIGMAS * measured + ULPS * EPSILON * max((fabs(value) for side in sides for value in side), default=0.0)


def _one_sided(values: list[float], h: float, noise: float) -> tuple[float, float]:
    fine, coarse = (values[ONE] - values[0]) / h, (values[-1] - values[0]) / (2 * h)
    return 2 * fine - coarse, fabs(fine - coarse) + 5 * noise


# --- the Taylor remainder -----------------------------------------------------------------------------------------


class _Remainder(NamedTuple):
    """What the remainder says at one length of step: `error` is that of the claim, seen from both sides; and how its size shrinks."""

    error: float
    spread: float
    noise: float
    order: str


def _taylor(along: Along, x: float, claimed: float, noise: float) -> Measurement | None:
    """Follow the remainder over steps that halve; return the slope that it leaves room for, from the step where that is sharpest.

    How far an estimate is off, its neighbours tell, at half and at twice the step.
    """
    seen: list[_Remainder] = []
    for h in reversed(list(_long_steps(x))):
        values = _Around.of(along, x, h)
        noise = max(noise, values.noise)
        seen.append(_remainder(values, claimed, noise / h))
    best = None
    for before, here, after in zip(seen, seen[1:], seen[2:], strict=False):
        u = max(here.spread, fabs(here.error - before.error), fabs(here.error - after.error)) + 5 * here.noise
        if isfinite(u) and (best is None or u < best.uncertainty):
            best = Measurement(f"{TAYLOR}{here.order}", claimed + here.error, claimed + here.error, u)
    return best


def _remainder(values: _Around, claimed: float, noise: float) -> _Remainder:
    errors, sizes = [], []
    for side, h in ((values.left, -values.h), (values.right, values.h)):
        single, double = (side[k] - side[0] - t * h * claimed for k, t in ((ONE, 1.0), (-1, 2.0)))
        # R(h) = a·h + b·h² + …: the part in h is the error of the claim, and 4·R(h) − R(2h) = 2·a·h.
        errors.append((4 * single - double) / (2 * h))
        sizes.append((fabs(single), fabs(double)))
    single, double = max(sizes)
    visible = min(single, double) > 8 * noise * values.h and isfinite(double)
    order = f", of order {log2(double) - log2(single):.1f} in h," if visible else ""
    return _Remainder((errors[0] + errors[1]) / 2, fabs(errors[0] - errors[1]), noise, order)


def _long_steps(x: float) -> Iterator[float]:
    h = 0.5 * max(1.0, fabs(x))
    while h > STEP * max(1.0, fabs(x)):
        yield h
        h /= 2
