"""The loop that people write: back-propagation over a mini-batch, in NumPy.

What you can do with this file: read it. It follows M. Nielsen's network.py (one list of weights, one of biases, all activations kept,
δ from the last layer back), with the samples of a batch as the rows of a matrix, as most who write it today do.
"""

# ruff: noqa: D102 (the methods of a Peer are documented there)

from __future__ import annotations

import numpy as np

from peers.graphs import Case
from peers.peer import BATCH, LEARNING_RATE, Array, flat


def sigmoid(z: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-z))


class Textbook:
    """A network: its weights and its biases, each a list with one array for each layer."""

    def __init__(self, case: Case, dtype: str) -> None:
        self.case, self.dtype = case, dtype

    def load(self) -> None:
        self.weights = [layer[:, :-1].astype(self.dtype) for layer in self.case.layers]
        self.biases = [layer[:, -1].astype(self.dtype) for layer in self.case.layers]

    def prepare(self, xs: Array, ys: Array) -> tuple[Array, Array]:
        return xs.astype(self.dtype), ys.astype(self.dtype)

    def backward(self, x: Array, y: Array) -> tuple[list[Array], list[Array]]:
        """The gradients of the cost, summed over the batch: by the weights, by the biases."""
        activation, activations = x, [x]
        for weights, biases in zip(self.weights, self.biases, strict=True):
            activation = sigmoid(activation @ weights.T + biases)
            activations.append(activation)
        delta = (activation - y) * activation * (1 - activation)
        nabla_w, nabla_b = [delta.T @ activations[-2]], [delta.sum(axis=0)]
        for layer in range(len(self.weights) - 1, 0, -1):
            activation = activations[layer]
            delta = delta @ self.weights[layer] * activation * (1 - activation)
            nabla_w.insert(0, delta.T @ activations[layer - 1])
            nabla_b.insert(0, delta.sum(axis=0))
        return nabla_w, nabla_b

    def gradient(self, xs: Array, ys: Array) -> Array:
        return flat(np.column_stack(pair) for pair in zip(*self.backward(xs, ys), strict=True)) / len(xs)

    def train(self, xs: Array, ys: Array) -> None:
        for start in range(0, len(xs), BATCH):
            x, y = xs[start : start + BATCH], ys[start : start + BATCH]
            nabla_w, nabla_b = self.backward(x, y)
            for parameters, nabla in zip(self.weights + self.biases, nabla_w + nabla_b, strict=True):
                parameters -= LEARNING_RATE / len(x) * nabla
