"""The same nets in PyTorch, eager, as its tutorials write them.

What you can do with this file: `Dense(case, "float32")`, `Convolutional(case, "float64")`: peers.
"""

# ruff: noqa: D102 (the methods of a Peer are documented there)

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from peers.graphs import Case
from peers.peer import BATCH, LEARNING_RATE, Array, flat

torch.set_num_threads(1)


class Dense:
    """Linear and Sigmoid, twice, with `torch.optim.SGD`."""

    def __init__(self, case: Case, dtype: str) -> None:
        self.layers, self.dtype = case.layers, getattr(torch, dtype)
        self.cost = torch.nn.MSELoss(reduction="sum")

    def modules(self) -> list[Any]:
        """What the net consists of; its parameters are, in pairs, the weights and the biases of the layers."""
        (hidden, inputs), (outputs, _) = (layer.shape for layer in self.layers)
        linear, sigmoid = torch.nn.Linear, torch.nn.Sigmoid
        return [linear(inputs - 1, hidden), sigmoid(), linear(hidden, outputs), sigmoid()]

    def load(self) -> None:
        self.net = torch.nn.Sequential(*self.modules()).to(self.dtype)
        with torch.no_grad():
            for i, layer in enumerate(self.layers):
                weights, biases = list(self.net.parameters())[2 * i : 2 * i + 2]
                weights[:] = torch.as_tensor(layer[:, :-1]).reshape(weights.shape)
                biases[:] = torch.as_tensor(layer[:, -1])
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=LEARNING_RATE)

    def prepare(self, xs: Array, ys: Array) -> tuple[Any, Any]:
        return torch.as_tensor(xs).to(self.dtype), torch.as_tensor(ys).to(self.dtype)

    def backward(self, xs: Any, ys: Any) -> Any:
        """Loss and gradients of one batch."""
        self.optimizer.zero_grad()
        loss = self.cost(self.net(xs), ys) * (0.5 / len(xs))
        loss.backward()
        return loss

    def gradient(self, xs: Any, ys: Any) -> Array:
        self.backward(xs, ys)
        grads = [parameter.grad.numpy() for parameter in self.net.parameters()]
        return flat(np.column_stack([w.reshape(len(w), -1), b]) for w, b in zip(grads[::2], grads[1::2], strict=True))

    def train(self, xs: Any, ys: Any) -> None:
        for start in range(0, len(xs), BATCH):
            self.backward(xs[start : start + BATCH], ys[start : start + BATCH])
            self.optimizer.step()


class Convolutional(Dense):
    """Conv2d, ReLU, Linear, Sigmoid over square pictures of one channel."""

    def modules(self) -> list[Any]:
        (filters, patch), (outputs, inputs) = (layer.shape for layer in self.layers)
        side = round((patch - 1) ** 0.5)
        last = torch.nn.Linear(inputs - 1, outputs)
        return [torch.nn.Conv2d(1, filters, side), torch.nn.ReLU(), torch.nn.Flatten(), last, torch.nn.Sigmoid()]

    def prepare(self, xs: Array, ys: Array) -> tuple[Any, Any]:
        side = round(xs.shape[1] ** 0.5)
        xs, ys = super().prepare(xs, ys)
        return xs.reshape(-1, 1, side, side), ys
