"""500,000 mutated network files to their reader: each is a network, a run, arrays that are neither, or a TensorFileError, in little memory.

`make long` runs it; alone: `AUTOGRAD_MINI_LONG=1 .venv/bin/python -m pytest -q tests/long/test_tensor_files.py`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "nn"))
from tensor_files import mutated, outcome  # the same demands as in the short run
from trials import peak_of, tried

FILES = 500_000
WEIGHED = 20_000  # more, with an eye on memory
MOST = 1 << 20  # bytes; the files themselves have at most a few thousand


@pytest.mark.skipif(os.environ.get("AUTOGRAD_MINI_LONG") != "1", reason="takes minutes: set AUTOGRAD_MINI_LONG=1, or run `make long`")
def test_half_a_million_files(capsys: pytest.CaptureFixture[str]) -> None:
    rng = Random(20260730)
    outcomes, slowest, whole = tried((mutated(rng) for _ in range(FILES)), outcome)
    more, peak = peak_of((mutated(rng) for _ in range(WEIGHED)), outcome)
    with capsys.disabled():
        print(f"\n{FILES + WEIGHED:,} files: {dict(outcomes + more)}")
        print(f"{whole:.0f} s; the slowest took {slowest * 1e3:.0f} ms; at most {peak / 2**20:.1f} MiB at a time")
    assert min(outcomes["network"], outcomes["tensors"], outcomes["error"]) > FILES // 20  # none is the exception
    assert outcomes["run"] > FILES // 50
    assert peak < MOST
