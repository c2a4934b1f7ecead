"""The eager engine: the graph is recorded anew for each sample, and `backward()` goes through it.

What you can do with this file: `Eager(case, "float64")`, a peer; what the compiler's gradients must be.
"""

# ruff: noqa: D102 (the methods of a Peer are documented there)

from __future__ import annotations

import numpy as np

from peers.graphs import Case
from peers.peer import Array


class Eager:
    """The peer."""

    def __init__(self, case: Case, _dtype: str) -> None:
        self.case = case

    def load(self) -> None:
        """The Values are never changed."""

    def prepare(self, *blocks: Array) -> tuple[Array, ...]:
        return blocks

    def backward(self, *blocks: Array) -> None:
        """Leave the sum over the samples in the parameters' `.grad`."""
        for parameter in self.case.parameters:
            parameter.grad = 0.0
        for sample in zip(*(block.tolist() for block in blocks), strict=True):
            self.case.recorded(*sample).backward()

    def gradient(self, *blocks: Array) -> Array:
        self.backward(*blocks)
        return np.array([parameter.grad for parameter in self.case.parameters]) / len(blocks[0])
