"""The ceiling of NumPy: the same step written by hand, with everything known to make NumPy's calls quick.

What you can do with this file: measure a program against it, and against its matrix products (GEMMs) alone; read what makes it quick:

* the parameters are one flat vector, the gradients another; W and b are views, and the whole update is one call;
* a buffer is made once, every call writes into one; a method bound beforehand, `a.dot`, saves a third of a microsecond against `np.dot`;
* hidden activations are [n, B], outputs [B, n] as the ys are: nothing is transposed but by its strides, and every elementwise call
  has contiguous operands of one shape (a broadcast or a strided one costs three times as much);
* b₁ is added as a tile, b₁·(−1 … −1): −z = −b₁ − W₁x, so the minus sign of σ costs nothing. b₂ stands in W₂ as a column, over a row of
  ones below the hidden activations, its gradient with it;
* −a is kept in place of a: −a = 1/(−1 − e⁻ᶻ), and W₂(−a) is the next −z; two minus signs meet in each gradient, the last one is in
  the seed. σ′ = a(1 − a) of both layers is computed at once, over one buffer;
* the seed, −η/B, multiplies the small δ₂; so the gradients are already what is taken off the parameters.

Tried, and no better or hardly: the hidden activations as [B, n] (as quick in float64, a tenth slower in float32 under OpenBLAS's Haswell
kernels); W₁ kept transposed (slower); 1 − a computed first, 1/(1 + eᶻ) (as quick, and a loses digits where it is small); a column of ones
in the xs, rows padded to 64 bytes (0 to 3 % quicker, 5 % at 100 hidden in float32; but the data and the parameters change their shape).
"""

# ruff: noqa: D102 (the methods of a Peer are documented there)

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from peers.graphs import Case
from peers.peer import BATCH, LEARNING_RATE, Array, Layers, flat


def views(vector: Array, *shapes: tuple[int, ...]) -> list[Array]:
    """The vector cut into arrays of these shapes that share its memory."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [vector[end - int(np.prod(shape)) : end].reshape(shape) for shape, end in zip(shapes, ends, strict=True)]


class Buffers:
    """The arrays of a step from `inputs` over `hidden` to `outputs` neurons, each where the step wants it."""

    def __init__(self, layers: Layers, dtype: str) -> None:
        first, second = layers
        hidden, inputs, outputs = len(first), first.shape[1] - 1, len(second)
        shapes = (hidden, inputs), (hidden, 1), (outputs, hidden + 1)
        self.parameters, self.gradients = np.empty((2, first.size + second.size), dtype)
        self.w1, self.b1, self.w2 = views(self.parameters, *shapes)
        self.grad_w1, self.grad_b1, self.grad_w2 = views(self.gradients, *shapes)
        self.w1[:], self.b1[:], self.w2[:] = first[:, :-1], first[:, -1:], second
        self.a, self.slope = np.empty((2, (hidden + 1 + outputs) * BATCH), dtype)
        self.a1, self.a2 = views(self.a, (hidden + 1, BATCH), (BATCH, outputs))
        self.slope1, self.slope2 = views(self.slope, (hidden + 1, BATCH), (BATCH, outputs))
        self.a1[hidden] = -1.0
        self.delta1, self.delta2 = np.empty((hidden + 1, BATCH), dtype), np.empty((BATCH, outputs), dtype)
        self.tile = np.empty((hidden, BATCH), dtype)

    def in_order(self) -> Array:
        """The gradients in the order of `Layers`."""
        return flat([np.column_stack([self.grad_w1, self.grad_b1]), self.grad_w2])


def tuned(buffers: Buffers, scale: float) -> Callable[[Array, Array], None]:
    """The function that fills the gradients, times `scale`, of the cost summed over a batch."""
    a, a2, delta1, delta2, tile = buffers.a, buffers.a2, buffers.delta1, buffers.delta2, buffers.tile
    slope, slope1, slope2 = buffers.slope, buffers.slope1, buffers.slope2
    hidden, delta = buffers.a1[:-1], delta1[:-1]  # without the row of ones
    w2_t, a1_t, delta2_t = buffers.w2.T, buffers.a1.T, delta2.T
    w1_dot, b1_dot, a1_t_dot, w2_t_dot = buffers.w1.dot, buffers.b1.dot, a1_t.dot, w2_t.dot
    delta2_t_dot, delta_dot = delta2_t.dot, delta.dot
    grad_w1, grad_b1, grad_w2 = buffers.grad_w1, buffers.grad_b1[:, 0], buffers.grad_w2
    one, minus_one, seed = (np.array(x, a.dtype) for x in (1.0, -1.0, -scale))
    ones, minus_ones = np.ones(BATCH, a.dtype), np.full((1, BATCH), -1.0, a.dtype)
    add, subtract, multiply, exp, reciprocal = np.add, np.subtract, np.multiply, np.exp, np.reciprocal

    def gradients(x: Array, y: Array) -> None:
        w1_dot(x.T, hidden)
        b1_dot(minus_ones, tile)
        subtract(tile, hidden, hidden)  # -z
        exp(hidden, hidden)
        subtract(minus_one, hidden, hidden)
        reciprocal(hidden, hidden)  # -a
        a1_t_dot(w2_t, a2)  # -z
        exp(a2, a2)
        subtract(minus_one, a2, a2)
        reciprocal(a2, a2)  # -a
        add(one, a, slope)
        multiply(slope, a, slope)  # -σ′(z), of both layers
        add(y, a2, delta2)
        multiply(delta2, slope2, delta2)
        multiply(delta2, seed, delta2)  # -δ
        w2_t_dot(delta2_t, delta1)
        multiply(delta1, slope1, delta1)  # δ
        delta2_t_dot(a1_t, grad_w2)
        delta_dot(x, grad_w1)
        delta_dot(ones, grad_b1)

    return gradients


class HandTuned:
    """The peer."""

    def __init__(self, case: Case, dtype: str) -> None:
        self.case, self.dtype = case, dtype

    def load(self) -> None:
        self.buffers = Buffers(self.case.layers, self.dtype)

    def prepare(self, xs: Array, ys: Array) -> tuple[Array, Array]:
        return np.ascontiguousarray(xs, self.dtype), np.ascontiguousarray(ys, self.dtype)

    def backward(self, xs: Array, ys: Array) -> None:
        with np.errstate(over="ignore"):  # where e⁻ᶻ is inf, a is 0, as it should be
            tuned(self.buffers, 1.0 / BATCH)(xs, ys)

    def gradient(self, xs: Array, ys: Array) -> Array:
        self.backward(xs, ys)
        return self.buffers.in_order()

    def train(self, xs: Array, ys: Array) -> None:
        gradients = tuned(self.buffers, LEARNING_RATE / BATCH)
        parameters, grad, subtract = self.buffers.parameters, self.buffers.gradients, np.subtract
        with np.errstate(over="ignore"):
            for start in range(0, len(xs), BATCH):
                gradients(xs[start : start + BATCH], ys[start : start + BATCH])
                subtract(parameters, grad, parameters)


class Gemms(HandTuned):
    """The five matrix products of that step, and nothing else: what no NumPy step can do without."""

    def train(self, xs: Array, ys: Array) -> None:
        b = self.buffers
        b.delta1[:], b.delta2[:], b.a[:] = 1.0, 1.0, 1.0  # plain numbers, as training has
        hidden, a1_t, a2, w2_t = b.a1[:-1], b.a1.T, b.a2, b.w2.T
        delta, delta1, delta2_t, grad_w1, grad_w2 = b.delta1[:-1], b.delta1, b.delta2.T, b.grad_w1, b.grad_w2
        w1_dot, a1_t_dot, w2_t_dot, delta2_t_dot, delta_dot = b.w1.dot, a1_t.dot, w2_t.dot, delta2_t.dot, delta.dot
        for start in range(0, len(xs), BATCH):
            x = xs[start : start + BATCH]
            w1_dot(x.T, hidden)
            a1_t_dot(w2_t, a2)
            w2_t_dot(delta2_t, delta1)
            delta2_t_dot(a1_t, grad_w2)
            delta_dot(x, grad_w1)
