"""Witnesses: what difference quotients say about a slope, how surely, and the verdict on a claimed derivative.

What you can do with this file: measure a slope from probes of a function in any arithmetic (`measure`), and judge a
claim by it (`judge`, `judge_by_quotients`). `quotient.py` and `checks/` supply the probes.

A witness knows nothing of derivative rules: it computes f at x ± h and x ± 2h and says "the slope is D(h), give or take u",

    u = |D(h) - D(2h)|  +  noise / h          (what the step is too long for, plus what rounding does to f)

There are three verdicts: *agree*, *disagree* (beyond every bound), *cannot tell* (with the reason). At a kink the claim
has to lie between the slopes of the two sides; at the edge of a domain one side has to do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, fabs, inf, isfinite, log10, nan
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd_mini.language import _
from autograd_mini.number import show

if TYPE_CHECKING:
    from autograd_mini.row import Operation

__all__ = [
    "AGREE", "CANNOT_TELL", "DISAGREE", "SHARP", "STEP",
    "Claim", "Finding", "Measurement", "Probe", "float_steps", "judge", "judge_by_quotients", "measure",
    "no_value", "not_finite", "overlap", "probed", "resolved",
]  # fmt: skip

AGREE, DISAGREE, CANNOT_TELL = "agree", "disagree", "cannot tell"

STEP = sys.float_info.epsilon ** (1 / 3)  # the usual best compromise of a central difference on floats
SHARP = 1e-5  # a witness that knows the slope less sharply than this, relative to the contributions, cannot tell


class Measurement(NamedTuple):
    """What one witness saw: the slope lies in low … high, give or take `uncertainty`. Apart only at a kink."""

    witness: str
    low: float
    high: float
    uncertainty: float
    kinks: int = 0
    one_sided: bool = False

    def __str__(self) -> str:
        low, high = self._certain(self.low), self._certain(self.high)
        slope = low if self.low == self.high else f"between {low} and {high}, a kink,"
        return f"{self.witness}: {slope} ± {show(self.uncertainty, 2)}"

    def _certain(self, slope: float) -> str:
        """Its digits down to the uncertainty; the others mean nothing."""
        if not (slope and self.uncertainty and isfinite(slope) and isfinite(self.uncertainty)):
            return show(slope)
        return show(slope, min(12, max(2, 1 + ceil(log10(fabs(slope)) - log10(self.uncertainty)))))


@dataclass(frozen=True)
class Finding:
    """The verdict on one claimed derivative, and what it rests on."""

    name: str
    claimed: float
    verdict: str
    reason: str
    witnesses: tuple[Measurement, ...] = ()
    error: float = nan
    tolerance: float = nan
    size: float = nan

    @property
    def relative_error(self) -> float:
        """The error relative to the contributions that came together in the derivative; 0 for an error of 0."""
        return self.error / self.size if self.error else 0.0

    def __str__(self) -> str:
        seen = "; ".join(map(str, self.witnesses)) or "no witness"
        why = f" ({self.reason})" if self.reason else ""
        judged = f"error {show(self.error, 2)}, tolerance {show(self.tolerance, 2)}"
        return f"{self.name} = {show(self.claimed)}: {self.verdict}{why} | {seen} | {judged}"


class Probe(NamedTuple):
    """f at one point: the number, the side of each kink, and whether every row was inside its domain."""

    at: Any
    value: Any
    sides: tuple[Any, ...] | None  # None: an opaque function, nobody knows
    inside: bool


def probed(at: Any, value: Any, computed: Iterable[tuple[Operation, Sequence[Any]]]) -> Probe:
    """The probe of a graph at one point, from what was computed there: each row with its operands."""
    sides: list[Any] = []
    inside = True
    for op, operands in computed:
        inside = inside and op.domain.contains(*operands)
        if op.side:
            sides.append(op.side(*operands))
    return Probe(at, value, tuple(sides), bool(inside and abs(value) < inf))


def measure(witness: str, probe: Callable[[Any], Probe], x: Any, h: Any, noise: Any) -> Measurement | None:
    """The slope at x from probes at x ± h and x ± 2h, or None where f is defined on neither side."""
    here, left, right = probe(x), [probe(x - h), probe(x - 2 * h)], [probe(x + h), probe(x + 2 * h)]
    if not here.inside:
        return None
    slopes = [_one_sided(here, near, far, noise) for near, far in (left, right) if near.inside and far.inside]
    if len(slopes) < 2:  # at the edge of a domain
        return Measurement(witness, slopes[0][0], *slopes[0], one_sided=True) if slopes else None
    (slope_left, u_left), (slope_right, u_right) = slopes
    if here.sides is None:
        kinks = int(fabs(slope_left - slope_right) > 2 * (u_left + u_right))
    else:
        kinks = _changes([here.sides, *(near.sides for near in left + right)])
    if kinks:
        low, high = sorted((slope_left, slope_right))
        return Measurement(witness, low, high, max(u_left, u_right), kinks)
    (near_left, far_left), (near_right, far_right) = left, right
    central, coarse = _slope(near_left, near_right), _slope(far_left, far_right)
    return Measurement(witness, float(central), float(central), float(abs(central - coarse) + noise / h))


def _slope(a: Probe, b: Probe) -> Any:
    return (b.value - a.value) / (b.at - a.at)


def _one_sided(here: Probe, near: Probe, far: Probe, noise: Any) -> tuple[float, float]:
    fine, coarse = _slope(here, near), _slope(here, far)
    return float(2 * fine - coarse), float(abs(fine - coarse) + 5 * noise / abs(near.at - here.at))


def _changes(sides: list[Any]) -> int:
    """How many kinks lie between the probes; two if not even the graphs are alike (an `if` in f)."""
    if len({len(taken) for taken in sides}) > 1:
        return 2
    return sum(len(set(taken)) > 1 for taken in zip(*sides, strict=True))


class Claim(NamedTuple):
    """A derivative to judge: the number, its own rounding error, and the size that errors are relative to."""

    name: str
    value: float
    bound: float
    size: float


def judge(claim: Claim, seen: Measurement | None) -> Finding:
    """Hold a claim against one measurement."""
    if seen is None:
        return Finding(claim.name, claim.value, CANNOT_TELL, _("f is not defined around the point"))
    tolerance = seen.uncertainty + claim.bound
    error = max(seen.low - claim.value, claim.value - seen.high, 0.0)
    if not (isfinite(tolerance) and isfinite(error)):
        verdict, reason = CANNOT_TELL, _("the slopes or their bounds are not finite")
    elif error > tolerance and seen.kinks > 1:
        verdict, reason = CANNOT_TELL, _("several kinks meet here, and one convention for each makes no slope of the whole")
    elif error > tolerance:
        verdict, reason = DISAGREE, ""
    elif tolerance > SHARP * max(claim.size, fabs(seen.low), fabs(seen.high)):
        verdict, reason = CANNOT_TELL, _("the slope is known to ± {number} only", number=show(tolerance, 2))
    else:
        verdict, reason = AGREE, _("a kink: between the one-sided slopes") if seen.kinks else ""
    size = max(claim.size, fabs(seen.low), fabs(seen.high))
    return Finding(claim.name, claim.value, verdict, reason, (seen,), error, tolerance, size)


def resolved(seen: Measurement, noise: float) -> bool:
    """True where two steps see the same slope, up to the noise in it: f does not turn within them."""
    size = max(fabs(seen.low), fabs(seen.high))
    return seen.uncertainty - noise <= max(8 * noise, 1e-2 * size)


def no_value(names: Iterable[str], value: float) -> list[Finding]:
    """The verdict on every derivative where the function itself is inf or nan."""
    return [Finding(name, nan, CANNOT_TELL, _("the function itself is {number}", number=show(value))) for name in names]


def not_finite(claim: Claim, seen: Sequence[Measurement], told: str) -> Finding:
    """The verdict on a claim of inf or nan: wrong, where somebody measures a slope; else nobody can tell."""
    sharp = [m for m in seen if not (m.kinks or m.one_sided) and m.uncertainty <= 1e-3 * max(1.0, fabs(m.low)) and isfinite(m.low)]
    if not sharp:
        return Finding(claim.name, claim.value, CANNOT_TELL, told, tuple(seen))
    return Finding(claim.name, claim.value, DISAGREE, told, (sharp[-1],), inf, sharp[-1].uncertainty)


def judge_by_quotients(claim: Claim, witness: str, probe: Callable[[Any], Probe], x: Any, steps: Iterable[Any], noise: Any) -> Finding:
    """Quotients at several steps. One that is sharp and agrees is enough; to disagree, all must be consistent."""
    smooth, rough, turning = [], [], []
    for h in steps:
        measured = measure(witness, probe, x, h, noise)
        if measured and not resolved(measured, float(noise / h)):
            turning.append(measured)
        elif measured and (measured.kinks or measured.one_sided):
            rough.append(measured)
        elif measured:
            smooth.append(measured)
            finding = judge(claim, measured)
            if finding.verdict == AGREE:
                return replace(finding, witnesses=(measured, *rough[-1:]))
    # A kink, or the edge of a domain, counts only if no shorter step gets clear of it.
    pool = smooth or rough or turning
    best = min(pool, key=lambda measured: measured.uncertainty, default=None)
    finding = judge(claim, best)
    if finding.verdict == DISAGREE and best and not all(overlap(best, other) for other in pool):
        return replace(finding, verdict=CANNOT_TELL, reason=_("the quotients at different steps contradict one another"))
    if pool and pool is turning:
        return replace(finding, verdict=CANNOT_TELL, reason=_("f turns faster than the steps"))
    return finding


def float_steps(x: float) -> Iterator[float]:
    """Steps over three decades, and a last one for an x so close to 0 that those jump over whatever is there."""
    for shorter in (1.0, 1e-1, 1e-2, 1e-3):
        yield shorter * STEP * max(1.0, fabs(x))
    if 1e-300 < fabs(x) < 1e-3:
        yield STEP * fabs(x)


def overlap(a: Measurement, b: Measurement) -> bool:
    """True where both may be the same slope."""
    u = a.uncertainty + b.uncertainty
    return not (a.low > b.high + u or b.low > a.high + u)
