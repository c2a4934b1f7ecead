"""What a net is fed: numbers near those it was recorded at, at which the graph stays inside the domains of its rows.

What you can do with this file: `batch(net, size, rng)` → arrays, one for each block of inputs; `moved(net, arrays, rng)` → other
numbers for the parameters; `tame` is what "inside" means for one row; `decided(net, arrays)`, whether single precision is on the same
side of all kinks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from math import fabs
from random import Random
from typing import Any

import numpy as np
from net import Net, Vector

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.row import Operation

SPREADS = (0.0, 0.01, 0.3, 2.0)  # how far from the recorded numbers a sample may be
HALVINGS = 12  # of the way there, where the graph would leave a domain
MARGIN, LARGEST = 1e-3, 1e6  # a sample stays this far from poles, and all its numbers below this
SATURATED = 1e-3  # the slopes 1 − a² and a(1 − a) lose their digits where a comes closer to 1
CLOSE = 1e-4  # to a kink, relative to the operands: single precision may be on the other side
POLES = {ops.div: 1, ops.log: 0, ops.sqrt: 0}  # which operand has to stay away from 0


def tame(op: Operation, numbers: Sequence[float], margin: float = MARGIN, largest: float = LARGEST) -> bool:
    """Whether a row is inside its domain, not closer to a pole than the margin, not larger than the largest, and not saturated."""
    if not op.domain.contains(*numbers) or not fabs(out := op.kernel(*numbers)) <= largest:
        return False
    if op in (ops.tanh, ops.sigmoid):
        return 1.0 - fabs(out) >= SATURATED
    if op is ops.pow:  # whole exponents have no pole, but a base below 0 has no slope along its exponent
        return numbers[0] >= margin or (numbers[1] % 1 == 0 and numbers[1] >= 0)
    return op not in POLES or fabs(numbers[POLES[op]]) >= margin


def gap(op: Operation, numbers: Sequence[float]) -> float:
    """How far a row with a kink is from it. A condition of 0 is one on purpose: it is as far as one of 1."""
    x, y = (*numbers, 0.0)[:2] if op is not ops.where else (numbers[0] or 1.0, 0.0)
    return fabs(x - y)


def decided(net: Net, arrays: Sequence[Any]) -> bool:
    """Whether each row with a kink is far from it, or exactly there, for all samples."""
    for sample in fed(net, arrays):
        numbers = ag.evaluate([net.loss, *net.outputs, *net.fed, *net.parameters], sample)
        for node in numbers:
            if node.op and node.op.side:
                operands = [numbers[operand] for operand in node.operands]
                if 0.0 < gap(node.op, operands) < CLOSE * max(1.0, *map(fabs, operands)):
                    return False
    return True


def inside(net: Net, at: Mapping[Value, float]) -> bool:
    """Whether every node of the graph is tame there, and has a slope along each operand that may move."""
    numbers = ag.evaluate([net.loss, *net.outputs, *net.fed, *net.parameters], at)
    return all(tame(node.op, [numbers[operand] for operand in node.operands]) and _slopes(node, numbers) for node in numbers if node.op)


def _slopes(node: Value, numbers: Mapping[Value, float]) -> bool:
    """A base below 0 has powers with whole exponents, but no slope along an exponent that is computed, as one by ag.ge."""
    return node.op is not ops.pow or node.operands[1].is_constant or numbers[node.operands[0]] >= MARGIN


def near(net: Net, leaves: Vector, samples: Sequence[Mapping[Value, float]], rng: Random) -> list[float]:
    """Numbers for these leaves, near the recorded ones, with which every sample is inside."""
    spread = rng.choice(SPREADS)
    steps = [spread * rng.uniform(-1.0, 1.0) for _ in leaves]
    for halving in range(HALVINGS):
        at = {leaf: leaf.data + step / 2**halving for leaf, step in zip(leaves, steps, strict=True)}
        if all(inside(net, {**sample, **at}) for sample in samples):
            return list(at.values())
    return [leaf.data for leaf in leaves]


def batch(net: Net, size: int, rng: Random) -> list[Any]:
    """Arrays [size, n], one for each block of inputs."""
    rows = np.array([near(net, net.fed, [{}], rng) for _ in range(size)])
    return [rows[:, start:end] for start, end in pairwise(accumulate(map(len, net.inputs), initial=0))]


def moved(net: Net, arrays: Sequence[Any], rng: Random) -> Any:
    """Other numbers for the parameters, [p], as a step of training might leave them."""
    return np.array(near(net, net.parameters, fed(net, arrays), rng))


def fed(net: Net, arrays: Sequence[Any]) -> list[dict[Value, float]]:
    """The samples of a batch, each as what its leaves are."""
    return [dict(zip(net.fed, row, strict=True)) for row in np.concatenate(arrays, axis=1).tolist()]
