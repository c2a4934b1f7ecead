"""A small convolutional net: 4 filters of 3×3 over 12×12 pixels, relu, 10 sigmoids; written with Values, and in NumPy.

What you can do with this file: `Convolution()(pixels)` writes it scalar by scalar; `Im2col(case, "float64")` is the peer.
"""

# ruff: noqa: D102 (the methods of a Peer are documented there)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import nn
from autograd_mini import Value
from peers.peer import Array, flat

if TYPE_CHECKING:
    from peers.graphs import Case

SIDE, FILTER, FILTERS, OUTPUTS = 12, 3, 4, 10
PLACES = SIDE - FILTER + 1


class Convolution(nn.Module):
    """The net as Values. A filter is a neuron with 9 inputs that reads every patch of the picture."""

    def __init__(self) -> None:
        self.filters = nn.Layer(FILTER * FILTER, FILTERS, activation="relu", rng=0)
        self.last = nn.Layer(FILTERS * PLACES * PLACES, OUTPUTS, rng=1)

    def __call__(self, pixels: list[Value]) -> list[Value]:
        """The 10 outputs for 144 pixels."""
        corners = [SIDE * row + column for row in range(PLACES) for column in range(PLACES)]
        reach = [SIDE * row + column for row in range(FILTER) for column in range(FILTER)]
        patches = [[pixels[corner + offset] for offset in reach] for corner in corners]
        return self.last([neuron(patch) for neuron in self.filters.neurons for patch in patches])


class Im2col:
    """The same in NumPy, by hand: the patches as the columns of a matrix, for every picture of the batch."""

    def __init__(self, case: Case, dtype: str) -> None:
        self.case, self.dtype = case, dtype

    def load(self) -> None:
        self.filters, self.last = (layer[:, :-1].astype(self.dtype) for layer in self.case.layers)
        self.filters_b, self.last_b = (layer[:, -1].astype(self.dtype) for layer in self.case.layers)

    def prepare(self, xs: Array, ys: Array) -> tuple[Array, Array]:
        return xs.astype(self.dtype).reshape(-1, SIDE, SIDE), ys.astype(self.dtype)

    def backward(self, images: Array, targets: Array) -> tuple[Any, list[Array]]:
        """The mean cost and its gradients: by the weights and by the biases of each layer."""
        count = len(images)
        windows = sliding_window_view(images, (FILTER, FILTER), axis=(1, 2))  # [B, row, column, y, x]
        columns = windows.transpose(0, 3, 4, 1, 2).reshape(count, FILTER * FILTER, -1)
        z = self.filters @ columns + self.filters_b[:, None]  # [B, filter, place]
        features = np.maximum(z, 0.0).reshape(count, -1)
        a = 1.0 / (1.0 + np.exp(-(features @ self.last.T + self.last_b)))
        off = a - targets
        delta = off * a * (1 - a) / count
        delta_z = (delta @ self.last).reshape(z.shape) * (z > 0)
        by_filters = (delta_z @ columns.transpose(0, 2, 1)).sum(axis=0)
        return 0.5 * np.vdot(off, off) / count, [by_filters, delta_z.sum(axis=(0, 2)), delta.T @ features, delta.sum(axis=0)]

    def gradient(self, images: Array, targets: Array) -> Array:
        _, (by_filters, by_filters_b, by_last, by_last_b) = self.backward(images, targets)
        return flat([np.column_stack([by_filters, by_filters_b]), np.column_stack([by_last, by_last_b])])
