"""Trainings that are killed and taken up again, for the tests of checkpoints: `trials(folder, 50)`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

from nn.checkpoint import FILE

__all__ = ["trials"]

PROGRAM = """
import json, sys
from pathlib import Path
import nn
folder = Path(sys.argv[1])
net = nn.MLP(2, [16, 2], rng=1)
optimizer = nn.Adam(net.parameters(), 0.01)
print("begin", flush=True)
nn.fit(
    net, nn.datasets.moons(400, rng=2), epochs=12, batch_size=4, optimizer=optimizer, rng=5,
    checkpoint=folder, every=3, resume=folder,
    callbacks=[lambda epoch: print(epoch.number, flush=True)],
)
print(json.dumps([[x.hex() for x in net.state_dict().values()], optimizer.state_dict()]))
"""


def run_to_the_end(folder: Path) -> list[Any]:
    """The training's last word."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=True)
    told: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def killed(folder: Path, rng: Random) -> bool:
    """Start the training and kill it at some moment, if it is not quicker; was it killed?"""
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        # So many lines later, then at whatever point of a step or of a checkpoint the processor happens to be.
        for _ in range(rng.randrange(1, 6)):
            process.stdout.readline()
        for _ in range(rng.randrange(20_000)):
            pass
        process.kill()
        return process.wait() != 0


def trials(folder: Path, times: int) -> int:
    """Kill the training so many times, each time where the last one left it or from the start; how often was it in time?"""
    whole, rng, hits = run_to_the_end(folder / "whole"), Random(0), 0
    for trial in range(times):
        place = folder / str(trial)
        place.mkdir()
        hits += killed(place, rng)
        hits += killed(place, rng)
        assert run_to_the_end(place) == whole
        assert [path.name for path in place.iterdir() if path.suffix == ".safetensors"] == [FILE]
    return hits
