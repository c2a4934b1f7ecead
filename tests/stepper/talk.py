"""Talking to the stepper: lines in, what is said to each of them out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise

from rich.console import Console

import autograd_mini as ag
from autograd_mini.stepper import step
from demos import apples

WHAT_IF_THE_PRICE_ROSE = """\
What if price 10 → 11?
node      old      new  difference
price      10  →    11          +1
subtotal   20  →    22          +2
payment    22  →  24.2        +2.2
The derivative foretold 2.2 × 1 = 2.2; the true change of payment is 2.2."""


def answers(*lines: str, walk: ag.Walk | None = None) -> list[str]:
    """What is said to each line, after the introduction."""
    said: list[str] = []

    def given() -> Iterator[str]:
        for line in lines:
            said.append(paper.getvalue())
            yield line

    paper = io.StringIO()
    assert step(walk or apples.step(), given(), Console(file=paper, width=200)) == 0
    said.append(paper.getvalue())
    return [after[len(before) :].rstrip() for before, after in pairwise(said)]


def answer(*lines: str, walk: ag.Walk | None = None) -> str:
    """What is said to the last line."""
    return answers(*lines, walk=walk)[-1]
