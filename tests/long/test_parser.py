"""200,000 random texts to the parser of expressions: each is a value, or an error that points into it. `make long` runs it."""

from __future__ import annotations

import os
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from time import perf_counter

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))
from test_parse import outcome  # the same demands as in the short run
from texts import mutated, thrown_together

TEXTS = 100_000  # of each kind
WEIGHED = 2_000  # more of each kind, with an eye on memory, which makes everything slower


@pytest.mark.skipif(os.environ.get("AUTOGRAD_MINI_LONG") != "1", reason="takes minutes: set AUTOGRAD_MINI_LONG=1, or run `make long`")
@pytest.mark.parametrize("make", [thrown_together, mutated], ids=["tokens", "mutated"])
def test_a_hundred_thousand_texts(make: Callable[[Random], str], capsys: pytest.CaptureFixture[str]) -> None:
    random = Random(20260727)
    outcomes, slowest, whole = timed(make(random) for _ in range(TEXTS))
    tracemalloc.start()
    try:
        more, _, _ = timed(make(random) for _ in range(WEIGHED))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    with capsys.disabled():
        print(f"\n{TEXTS + WEIGHED:,} texts: {dict(outcomes + more)}")
        print(f"{whole:.0f} s; the slowest took {slowest * 1e3:.0f} ms; at most {peak / 2**20:.1f} MiB at a time")
    assert min(outcomes.values()) > TEXTS // 100  # neither kind is the exception
    assert set(outcomes) == {"value", "error"}


def timed(texts: Iterable[str]) -> tuple[Counter[str], float, float]:
    """How many texts were values and errors, the seconds of the slowest one, and of all."""
    outcomes: Counter[str] = Counter()
    slowest = whole = 0.0
    for text in texts:
        start = perf_counter()
        outcomes[outcome(text)] += 1
        seconds = perf_counter() - start
        slowest, whole = max(slowest, seconds), whole + seconds
    return outcomes, slowest, whole
