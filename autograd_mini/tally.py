"""The tally of many checks: how many points agreed, at how many a kink was met, where nobody could tell, and who decided.

What you can do with this file: `with collecting() as tally:` counts every `gradcheck` inside; `print(tally)` is one line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograd_mini.number import show
from autograd_mini.witnesses import AGREE, CANNOT_TELL, DISAGREE

if TYPE_CHECKING:
    from autograd_mini.checks.gradcheck import Report

__all__ = ["Tally", "collecting", "current"]


@dataclass
class Tally:
    """What the checks of many points came to.

    `points` counts them by verdict: "agree", "kink" (agree, between the slopes of two sides), "disagree", "cannot tell"; `reasons` those
    that could not be told; `witnesses` the derivatives by who decided. `worst` is the largest error of a derivative that agrees,
    relative to the contributions that came together in it, and `worst_at` its point.
    """

    points: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    witnesses: Counter[str] = field(default_factory=Counter)
    worst: float = 0.0
    worst_at: str = ""
    undecided_at: str = ""

    def add(self, report: Report, names: Sequence[str]) -> None:
        """Count one report; of one with a wrong derivative, that it has one."""
        if any(finding.verdict == DISAGREE for finding in report.findings):
            self.points[DISAGREE] += 1
            return
        at = ", ".join(f"{name}={show(x)}" for name, x in zip(names, report.point, strict=True))
        kink = any(seen.kinks for finding in report.findings for seen in finding.witnesses)
        self.points[CANNOT_TELL if not report else "kink" if kink else AGREE] += 1
        for finding in report.findings:
            if finding.verdict == CANNOT_TELL:
                self.reasons[NUMBER.sub("…", finding.reason)] += 1
                self.undecided_at = self.undecided_at or at
            elif finding.witnesses:
                self.witnesses[finding.witnesses[-1].witness.partition(",")[0]] += 1
            if finding.verdict == AGREE and finding.relative_error > self.worst:
                self.worst, self.worst_at = finding.relative_error, at

    def merge(self, other: Tally) -> None:
        """Count what the other one counted."""
        self.points += other.points
        self.reasons += other.reasons
        self.witnesses += other.witnesses
        if other.worst > self.worst:
            self.worst, self.worst_at = other.worst, other.worst_at
        self.undecided_at = self.undecided_at or other.undecided_at

    @property
    def total(self) -> int:
        """All points."""
        return sum(self.points.values())

    def __str__(self) -> str:
        parts = [f"{self.total} point{'s' * (self.total != 1)}", f"agree {self.points[AGREE]}"]
        if self.points["kink"]:
            parts.append(f"kink {self.points['kink']} (all within one-sided slopes)")
        if self.points[DISAGREE]:
            parts.append(f"disagree {self.points[DISAGREE]}")
        if self.points[CANNOT_TELL]:
            parts.append(f"cannot tell {self.points[CANNOT_TELL]} ({self.reasons.most_common(1)[0][0]})")
        if self.worst:
            parts.append(f"worst {show(self.worst, 2)} at {self.worst_at}")
        parts.append(", ".join(f"{witness} {count}" for witness, count in self.witnesses.most_common()))
        return " · ".join(filter(None, parts))


NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?")

_CURRENT: ContextVar[Tally | None] = ContextVar("tally", default=None)


def current() -> Tally | None:
    """The tally that counts at the moment, if any."""
    return _CURRENT.get()


@contextmanager
def collecting() -> Iterator[Tally]:
    """Count every `gradcheck` inside; a tally around this one counts them too.

    >>> from autograd_mini.checks import gradcheck
    >>> with collecting() as tally:
    ...     _ = gradcheck(lambda x, y: x * y, 3.0, 2.0), gradcheck(lambda x: x.relu(), 0.0)
    >>> tally.points["agree"], tally.points["kink"], tally.witnesses.total()
    (1, 1, 3)
    """
    outer, tally = _CURRENT.get(), Tally()
    token = _CURRENT.set(tally)
    try:
        yield tally
    finally:
        _CURRENT.reset(token)
        if outer is not None:
            outer.merge(tally)
