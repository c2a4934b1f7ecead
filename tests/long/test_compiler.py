"""10,000 drawn graphs, random ones of up to 20,000 steps (30,000 nodes) among them, compiled and held against the eager engine.

`make long` runs it; alone: `AUTOGRAD_MINI_LONG=1 .venv/bin/python -m pytest -q tests/long/test_compiler.py`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "compiler"))
from net import Net
from nets import Drawn, drawn, random_net
from oracle import disagreement, eager, relative
from samples import batch, decided, moved
from structure import compiled
from test_bound import TOLERANCES, exactly, gradients
from test_nets import TOLERANCE

GRAPHS = 10_000
LARGE = 200  # one graph in so many is a large one,
SMALLEST, LARGEST = 1_000, 20_000  # of so many steps
PATIENCE = 2_000  # nodes: for more, the reference is too slow
ALLOWED = {"numpy": TOLERANCE, "floats": TOLERANCE, "reference": TOLERANCE, "float32": TOLERANCES["float32"]}


@pytest.mark.skipif(os.environ.get("AUTOGRAD_MINI_LONG") != "1", reason="takes minutes: set AUTOGRAD_MINI_LONG=1, or run `make long`")
def test_ten_thousand_graphs(capsys: pytest.CaptureFixture[str]) -> None:
    rng = Random(20260728)
    runs, furthest = dict.fromkeys(ALLOWED, 0), dict.fromkeys(ALLOWED, (0.0, ""))
    nodes, largest = 0, 0
    for i in range(GRAPHS):
        found = large(rng) if i % LARGE == 0 else random_net(rng)
        size, seed = rng.randint(1, 5), rng.randrange(1000)
        nodes, largest = nodes + found.net.nodes, max(largest, found.net.nodes)
        for way, distance in disagreements(found.net, size, seed):
            runs[way] += 1
            furthest[way] = max(furthest[way], (distance, f"{found}, batch {size}, seed {seed}"))
            assert distance <= ALLOWED[way], (way, distance, found, size, seed)
    with capsys.disabled():
        print(f"\n{GRAPHS:,} graphs, {nodes:,} nodes, the largest {largest:,}: none disagrees")
        for way, (distance, where) in furthest.items():
            print(f"{way}: {runs[way]:,} runs, the furthest {distance:.2g} of the largest gradient or number: {where}")
    assert largest >= LARGEST


def disagreements(net: Net, size: int, seed: int) -> Iterator[tuple[str, float]]:
    """How far each way of running a net is from the oracle, with the parameters as recorded and with others."""
    rng = Random(seed)
    program = compiled(net, outputs=True)
    arrays = batch(net, size, rng)
    if decided(net, arrays):
        step = program.bind(size, "float32")
        blocks = step.checked(*arrays)
        expected = exactly(net, step, blocks)
        yield "float32", relative(gradients(step, blocks, 1 / size) - expected.gradients, expected.largest_gradient)
    for parameters in (program.parameters.copy(), moved(net, arrays, rng)):
        program.parameters[:] = parameters
        oracle = eager(net, arrays, parameters)
        for backend in ("numpy", "floats", "reference")[: 3 if net.nodes < PATIENCE else 2]:
            program.backend = backend
            yield backend, disagreement(program(*arrays), oracle)


def large(rng: Random) -> Drawn:
    """A random graph, as likely of 1,000 to 2,000 steps as of 10,000 to 20,000."""
    nodes = int(SMALLEST * (LARGEST / SMALLEST) ** rng.random())
    return drawn("random graph", rng.randrange(2**32), nodes=nodes, leaves=40, reach=rng.choice([None, 5, 60]))
