"""Ours: a compiled program, bound to a batch size and a dtype.

What you can do with this file: `Compiled(case, "float32")` is a `Peer`.
"""

# ruff: noqa: D102 (the methods of a Peer are documented there)

from __future__ import annotations

from typing import Any

import numpy as np

from peers.graphs import Case
from peers.peer import BATCH, LEARNING_RATE, Array


class Compiled:
    """The peer. The clock does not run while the graph is compiled and the data are checked."""

    def __init__(self, case: Case, dtype: str) -> None:
        self.step = case.program.bind(batch_size=BATCH, dtype=dtype)
        self.start = self.step.parameters.copy()

    def load(self) -> None:
        self.step.parameters[:] = self.start

    def prepare(self, xs: Array, ys: Array) -> tuple[Any, Any]:
        xs, ys = self.step.checked(xs, ys)
        return xs, ys

    def backward(self, xs: Any, ys: Any) -> None:
        with np.errstate(over="ignore"):
            self.step.gradients(xs, ys, scale=1.0 / BATCH)

    def gradient(self, xs: Any, ys: Any) -> Array:
        self.backward(xs, ys)
        gradient: Array = self.step.grad[self.step.order]  # it keeps the parameters in an order of its own
        return gradient

    def train(self, xs: Any, ys: Any) -> None:
        gradients, parameters, grad, scale = self.step.gradients, self.step.parameters, self.step.grad, LEARNING_RATE / BATCH
        with np.errstate(over="ignore"):
            for start in range(0, len(xs), BATCH):
                gradients(xs[start : start + BATCH], ys[start : start + BATCH], scale=scale)
                np.subtract(parameters, grad, parameters)
