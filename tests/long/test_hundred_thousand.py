"""100,000 random expressions against mpmath: values, gradients, and gradcheck's verdict on each. `make long` runs it."""

from __future__ import annotations

import os
import sys
from collections import Counter
from math import isfinite
from pathlib import Path
from random import Random

import pytest

from autograd_mini.checks import DISAGREE, gradcheck, random_expression

sys.path.insert(0, str(Path(__file__).parent.parent))
from test_random_graphs import check  # the same oracle and the same bound as in the short run

EXPRESSIONS = 100_000


@pytest.mark.skipif(os.environ.get("AUTOGRAD_MINI_LONG") != "1", reason="takes minutes: set AUTOGRAD_MINI_LONG=1, or run `make long`")
def test_a_hundred_thousand_expressions_stay_within_the_bound(capsys: pytest.CaptureFixture[str]) -> None:
    random = Random(20260726)
    compared = partials = nodes = 0
    verdicts: Counter[str] = Counter()
    for _ in range(EXPRESSIONS):
        expression = random_expression(random, max_leaves=4, max_steps=20)
        compared += check(expression)  # fails on the first number beyond its bound
        partials += len(expression.point)
        nodes += len(expression.steps)
        report = gradcheck(expression, *expression.point)
        verdicts.update(finding.verdict for finding in report.findings if isfinite(finding.claimed))
    with capsys.disabled():
        print(f"\n{EXPRESSIONS:,} expressions, {nodes:,} nodes; {compared:,} of {partials:,} partials compared")
        print(f"gradcheck: {dict(verdicts)}")
    assert verdicts[DISAGREE] == 0
    assert compared >= 0.99 * partials
