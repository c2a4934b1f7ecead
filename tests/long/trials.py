"""Many things put to one demand: how often each outcome came, how long it took, how much memory.

What you can do with this file: `tried(things, outcome)` counts and times; `peak_of(things, outcome)` counts with an eye on memory, which
makes everything slower.
"""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")


def tried(things: Iterable[T], outcome: Callable[[T], str]) -> tuple[Counter[str], float, float]:
    """How many of each outcome there were, the seconds of the slowest one, and of all; making the things is not timed."""
    outcomes: Counter[str] = Counter()
    slowest = whole = 0.0
    for thing in things:
        start = perf_counter()
        outcomes[outcome(thing)] += 1
        seconds = perf_counter() - start
        slowest, whole = max(slowest, seconds), whole + seconds
    return outcomes, slowest, whole


def peak_of(things: Iterable[T], outcome: Callable[[T], str]) -> tuple[Counter[str], int]:
    """How many of each outcome there were, and the most bytes that were taken at a time."""
    tracemalloc.start()
    try:
        outcomes, _, _ = tried(things, outcome)
        return outcomes, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
