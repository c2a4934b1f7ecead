"""Functions of floats, and a gradient that somebody claims for them: nothing is known but the numbers that come out.

What you can do with this file: `findings(f, gradient, at, names)`, one for each derivative.

How it works. A float function rounds inside, where nobody sees it: `(x*y + 1e8) - 1e8` looks harmless and has lost eight digits.
So the noise is *measured*: values of f across a short step lie on a smooth curve, whose third differences vanish; what is left of
them is noise (J. J. Moré, S. M. Wild: Estimating Computational Noise, 2011, do so with equal steps). Where short steps
drown in it, the Taylor remainder f(x+h) − f(x) − h·claim is followed over long ones: it shrinks like h² if the claim is right,
and like h if it is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from math import fabs, hypot, isfinite, log2, nan, prod
from typing import Any, NamedTuple

from autograd_mini.bounds import EPSILON
from autograd_mini.checks.called import called, same_again
from autograd_mini.language import _
from autograd_mini.number import number, show
from autograd_mini.witnesses import AGREE, CANNOT_TELL, DISAGREE, STEP, Claim, Finding, Measurement, float_steps, judge

__all__ = ["findings"]

QUOTIENTS, TAYLOR = "difference quotients", "Taylor remainder"
ULPS = 2.0  # of the result: less noise than this nobody has
SIGMAS = 8.0  # few samples give a rough measure of noise

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
    value = number(called(f, at), "f", "must return")
    same_again(value, number(called(f, at), "f", "must return"))
    claims = _claims(gradient, at)
    if not isfinite(value):
        return [Finding(f"∂f/∂{name}", nan, CANNOT_TELL, _("the function itself is {number}", number=show(value))) for name in names]
    return [_finding(f, at, i, claimed, f"∂f/∂{names[i]}", value) for i, claimed in enumerate(claims)]


def _claims(gradient: Callable[..., Sequence[float]], at: Sequence[float]) -> list[float]:
    claimed = gradient(*at)
    try:
        claims = [number(claim, "the result of gradient()") for claim in claimed]
    except TypeError as error:
        if hasattr(type(claimed), "__iter__"):
            raise
        raise TypeError(f"gradient() must return one derivative for each number of the point, as a list; got {claimed!r:.80}") from error
    if len(claims) != len(at):
        raise ValueError(f"gradient() returned {len(claims)} derivatives at a point of {len(at)} numbers; it owes one for each")
    return claims


def _finding(f: Callable[..., Any], at: Sequence[float], i: int, claimed: float, name: str, value: float) -> Finding:
    def along(x: float) -> float:
        if x == at[i]:
            return value
        try:
            return float(f(*at[:i], x, *at[i + 1 :]))
        except (ArithmeticError, ValueError):  # beyond the domain: math.log(-1)
            return nan

    if not isfinite(claimed):
        return Finding(name, claimed, CANNOT_TELL, _("the claimed derivative is {number}", number=show(claimed)))
    # Nothing knows how large the contributions are; for a claim of 0 the function itself gives the scale.
    size = fabs(claimed) or max(1.0, fabs(value)) / max(1.0, fabs(at[i]))
    claim = Claim(name, claimed, 8 * EPSILON * fabs(claimed), size)
    around = [_Around.of(along, at[i], h) for h in float_steps(at[i])]
    first = _by_quotients(claim, around)
    if first.verdict == AGREE:
        return first
    second = judge(claim, _taylor(along, at[i], claimed, max(values.noise for values in around)))
    both = replace(second, witnesses=first.witnesses + second.witnesses)
    apart = any(not _overlap(seen, other) for seen in first.witnesses for other in second.witnesses)
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


def _by_quotients(claim: Claim, around: Sequence[_Around]) -> Finding:
    """Quotients at several steps. One that is sharp and agrees is enough; to disagree, all must be consistent."""
    smooth, flat, rough = list[Measurement](), list[Measurement](), list[Measurement]()
    jumps = False
    for i, values in enumerate(around):
        levels = len(set(values.left + values.right))
        if 1 < levels < len(SPACED):  # a staircase: its treads are wider than the step
            jumps = True
            continue
        seen = _measured(values, max(shorter.noise for shorter in around[i:]))
        if seen is not None:
            (flat if levels == 1 else rough if seen.kinks or seen.one_sided else smooth).append(seen)
    # Flat may be f itself, or a tread of its rounding: then longer steps see no slope of 0.
    is_flat = all(seen.low - seen.uncertainty <= 0 <= seen.high + seen.uncertainty for seen in rough)
    pool = smooth or (flat if flat and is_flat else rough)
    verdicts = [judge(claim, seen) for seen in sorted(pool, key=lambda seen: seen.uncertainty)]
    if not verdicts:
        finding = judge(claim, None)
        return replace(finding, reason=_("f moves in jumps around the point")) if jumps else finding
    if pool is flat and verdicts[0].verdict == DISAGREE:
        return replace(verdicts[0], verdict=CANNOT_TELL, reason=_("f does not move over so short a way"))
    agreeing = next((finding for finding in verdicts if finding.verdict == AGREE), None)
    if verdicts[0].verdict == DISAGREE and not agreeing and not all(_overlap(a, b) for a, b in combinations(pool, 2)):
        return replace(verdicts[0], verdict=CANNOT_TELL, reason=_("the quotients at different steps contradict one another"))
    return agreeing or verdicts[0]


def _measured(values: _Around, noise: float) -> Measurement | None:
    """The slope in the middle; None where f is defined on neither side."""
    h, left, right, _ = values
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
    thirds = [sum(w * v for w, v in zip(weights, side[i:], strict=False)) for side in sides for i, weights in enumerate(THIRDS)]
    measured = hypot(*thirds) / len(thirds) ** 0.5 if thirds else 0.0
    return SIGMAS * measured + ULPS * EPSILON * max((fabs(value) for side in sides for value in side), default=0.0)


def _one_sided(values: list[float], h: float, noise: float) -> tuple[float, float]:
    fine, coarse = (values[ONE] - values[0]) / h, (values[-1] - values[0]) / (2 * h)
    return 2 * fine - coarse, fabs(fine - coarse) + 5 * noise


def _overlap(a: Measurement, b: Measurement) -> bool:
    u = a.uncertainty + b.uncertainty
    return not (a.low > b.high + u or b.low > a.high + u)


# --- the Taylor remainder -----------------------------------------------------------------------------------------


def _taylor(along: Along, x: float, claimed: float, noise: float) -> Measurement | None:
    """Follow the remainder over steps that halve; return the slope that it leaves room for, from the step where that is sharpest."""
    best = None
    for h in _long_steps(x):
        values = [along(x + k * h / 4) for k in range(5)]
        if not all(map(isfinite, values)):
            continue
        whole, half, quarter = (values[k] - values[0] - k * h / 4 * claimed for k in (4, 2, 1))
        # R(h) = a·h + b·h² + …: the part in h is the error of the claim, and 4·R(h/2) − R(h) = a·h.
        coarse, error = (4 * half - whole) / h, 2 * (4 * quarter - half) / h
        rounded = max(noise, ULPS * EPSILON * max(map(fabs, values)))
        u = fabs(error - coarse) + 20 * rounded / fabs(h)
        if best is None or u < best.uncertainty:
            best = Measurement(f"{TAYLOR}{_order(whole, half, 8 * rounded)}", claimed + error, claimed + error, u)
    return best


def _order(whole: float, half: float, noise: float) -> str:
    """The power of h with which the remainder shrinks, where it can be seen."""
    return f", of order {log2(fabs(whole / half)):.1f} in h," if min(fabs(whole), fabs(half)) > noise else ""


def _long_steps(x: float) -> Iterator[float]:
    h = 0.5 * max(1.0, fabs(x))
    while h > STEP * max(1.0, fabs(x)):
        yield from (h, -h)
        h /= 2
