"""The tally: points by verdict, derivatives by witness, the worst error and its place."""

from __future__ import annotations

import math

import pytest

import autograd_mini as ag
from autograd_mini.checks import collecting, gradcheck
from autograd_mini.errors import GradientMismatch


def test_it_counts_points_kinks_and_witnesses() -> None:
    with collecting() as tally:
        gradcheck(lambda x, y: x * y, 3.0, 2.0)
        gradcheck(ag.relu, 0.0)
        gradcheck(ag.log, -1.0)
        gradcheck(lambda x: x + 1e9, 1.0)
        gradcheck(lambda x: 1e8 + x * x, 1.0, gradient=lambda x: [2 * x])
    assert tally.points == {"agree": 3, "kink": 1, "cannot tell": 1}
    assert tally.witnesses == {"difference quotients": 2, "mpmath": 2, "Taylor remainder": 1}
    assert tally.reasons == {"the function itself is nan": 1}
    assert str(tally).startswith(
        "5 points · agree 3 · kink 1 (all within one-sided slopes) · cannot tell 1 (the function itself is nan) · worst "
    )


def test_the_worst_is_where_it_was() -> None:
    def about(x: float) -> list[float]:
        return [math.exp(x) * (1 + (3e-10 if x == 1.0 else 0.0))]

    with collecting() as tally:
        reports = [gradcheck(math.exp, x, gradient=about) for x in (0.25, 1.0, 3.5)]
    assert all(reports)
    assert tally.worst == max(finding.relative_error for report in reports for finding in report.findings) > 2e-10
    assert tally.worst_at == "x=1"


def test_tallies_within_one_another_and_what_raises() -> None:
    with collecting() as outer:
        with collecting() as inner:
            gradcheck(ag.exp, 1.0)
        gradcheck(ag.exp, 2.0)
        with pytest.raises(GradientMismatch):
            gradcheck(math.exp, 1.0, gradient=lambda x: [0.0])
    gradcheck(ag.exp, 3.0)
    assert (inner.total, outer.total) == (1, 3)
    assert outer.points == {"agree": 2, "disagree": 1}
    assert "· disagree 1 ·" in str(outer)
    assert str(inner).startswith("1 point · agree 1 · ")
