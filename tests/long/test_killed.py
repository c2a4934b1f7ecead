"""The long run of checkpoints: 50 trainings, each killed twice at random moments, all of which end as if they never had been."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))
from killing import trials

TIMES = 50


@pytest.mark.skipif(os.environ.get("AUTOGRAD_MINI_LONG") != "1", reason="takes minutes: set AUTOGRAD_MINI_LONG=1, or run `make long`")
def test_fifty_trainings_are_killed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hits = trials(tmp_path, TIMES)
    with capsys.disabled():
        print(f"\n{TIMES} trainings, killed {hits} times, all ended with the same parameters, optimizer state and generator")
    assert hits >= TIMES
