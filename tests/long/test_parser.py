"""200,000 random texts to the parser of expressions: each is a value, or an error that points into it. `make long` runs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))
from test_parse import outcome  # the same demands as in the short run
from texts import mutated, thrown_together
from trials import peak_of, tried

TEXTS = 100_000  # of each kind
WEIGHED = 2_000  # more of each kind, with an eye on memory


@pytest.mark.skipif(os.environ.get("AUTOGRAD_MINI_LONG") != "1", reason="takes minutes: set AUTOGRAD_MINI_LONG=1, or run `make long`")
@pytest.mark.parametrize("make", [thrown_together, mutated], ids=["tokens", "mutated"])
def test_a_hundred_thousand_texts(make: Callable[[Random], str], capsys: pytest.CaptureFixture[str]) -> None:
    random = Random(20260727)
    outcomes, slowest, whole = tried((make(random) for _ in range(TEXTS)), outcome)
    more, peak = peak_of((make(random) for _ in range(WEIGHED)), outcome)
    with capsys.disabled():
        print(f"\n{TEXTS + WEIGHED:,} texts: {dict(outcomes + more)}")
        print(f"{whole:.0f} s; the slowest took {slowest * 1e3:.0f} ms; at most {peak / 2**20:.1f} MiB at a time")
    assert min(outcomes.values()) > TEXTS // 100  # neither kind is the exception
    assert set(outcomes) == {"value", "error"}
