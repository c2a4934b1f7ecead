"""10,000 drawn graphs, random ones of up to 20,000 steps (30,000 nodes) among them, compiled and held against the eager engine.

`make long` runs it; alone: `AUTOGRAD_MINI_LONG=1 .venv/bin/python -m pytest -q tests/long/test_compiler.py`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "compiler"))
from nets import Drawn, drawn, random_net
from test_nets import BACKENDS, TOLERANCE, worst

GRAPHS = 10_000
LARGE = 40  # one graph in so many is a large one,
SMALLEST, LARGEST = 1_000, 20_000  # of so many steps


@pytest.mark.skipif(os.environ.get("AUTOGRAD_MINI_LONG") != "1", reason="takes minutes: set AUTOGRAD_MINI_LONG=1, or run `make long`")
def test_ten_thousand_graphs(capsys: pytest.CaptureFixture[str]) -> None:
    rng = Random(20260728)
    furthest, nodes, largest = (0.0, ""), 0, 0
    for i in range(GRAPHS):
        found = large(rng) if i % LARGE == 0 else random_net(rng)
        size, seed, backend = rng.randint(1, 5), rng.randrange(1000), rng.choice(BACKENDS)
        disagreement = worst(found.net, size, seed, backend)
        furthest = max(furthest, (disagreement, f"{found} on {backend}, batch {size}, seed {seed}"))
        nodes, largest = nodes + found.net.nodes, max(largest, found.net.nodes)
        assert disagreement <= TOLERANCE, furthest
    with capsys.disabled():
        print(f"\n{GRAPHS:,} graphs, {nodes:,} nodes, the largest {largest:,}: none disagrees")
        print(f"the furthest: {furthest[0]:.2g} of the largest gradient or number, {furthest[1]}")
    assert largest >= LARGEST


def large(rng: Random) -> Drawn:
    """A random graph, as likely of 1,000 to 2,000 steps as of 10,000 to 20,000."""
    nodes = int(SMALLEST * (LARGEST / SMALLEST) ** rng.random())
    return drawn("random graph", rng.randrange(2**32), nodes=nodes, leaves=40, reach=rng.choice([None, 5, 60]))
