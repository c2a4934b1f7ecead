"""The dense net in JAX: a step that is compiled and called for each batch, or a compiled loop over all batches.

What you can do with this file: `Steps(case, "float32")`, `Scan(case, "float32")`: peers.
"""

# ruff: noqa: D102 (the methods of a Peer are documented there)

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from peers.graphs import Case
from peers.peer import BATCH, LEARNING_RATE, Array, flat

jax.config.update("jax_enable_x64", True)  # without it, JAX turns every float64 into float32


def cost(parameters: Any, x: Any, y: Any) -> Any:
    """The mean of ½Σ(a − y)² over the batch."""
    a = x
    for weights, biases in parameters:
        a = jax.nn.sigmoid(a @ weights.T + biases)
    return 0.5 * jnp.sum((a - y) ** 2) / len(x)


def stepped(parameters: Any, x: Any, y: Any) -> Any:
    gradients = jax.grad(cost)(parameters, x, y)
    return jax.tree.map(lambda p, g: p - LEARNING_RATE * g, parameters, gradients)


def scanned(parameters: Any, xs: Any, ys: Any) -> Any:
    return jax.lax.scan(lambda state, batch: (stepped(state, *batch), None), parameters, (xs, ys))[0]


gradients_of = jax.jit(jax.grad(cost))
step = jax.jit(stepped, donate_argnums=0)
scan = jax.jit(scanned)


class Scan:
    """One call for all batches."""

    def __init__(self, case: Case, dtype: str) -> None:
        self.case, self.dtype = case, dtype

    def load(self) -> None:
        parts = [(layer[:, :-1], layer[:, -1]) for layer in self.case.layers]
        self.parameters = [tuple(jnp.asarray(part, self.dtype) for part in pair) for pair in parts]

    def prepare(self, xs: Array, ys: Array) -> tuple[Any, Any]:
        xs, ys = (jnp.asarray(array, self.dtype).reshape(-1, BATCH, array.shape[1]) for array in (xs, ys))
        return xs, ys

    def backward(self, xs: Any, ys: Any) -> Any:
        return jax.block_until_ready(gradients_of(self.parameters, xs[0], ys[0]))

    def gradient(self, xs: Any, ys: Any) -> Array:
        return flat(np.column_stack(pair) for pair in self.backward(xs, ys))

    def train(self, xs: Any, ys: Any) -> None:
        self.parameters = jax.block_until_ready(scan(self.parameters, xs, ys))


class Steps(Scan):
    """One call for each batch; the batches are cut beforehand."""

    def prepare(self, xs: Array, ys: Array) -> tuple[Any, Any]:
        xs, ys = super().prepare(xs, ys)
        return list(xs), list(ys)

    def train(self, xs: Any, ys: Any) -> None:
        parameters = self.parameters
        for x, y in zip(xs, ys, strict=True):
            parameters = step(parameters, x, y)
        self.parameters = jax.block_until_ready(parameters)
