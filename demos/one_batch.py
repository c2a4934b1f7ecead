"""One batch through backward: a graph for each image, their gradients added up, and what a step along them does.

What you can do with this file: `batch = OneBatch(net, samples)`; `batch.cost`, `batch.by_layer`; `batch.step(3.0)` → what that step
would do to the cost, and what the gradient foretells.
"""

from __future__ import annotations

from typing import NamedTuple

import nn
from nn.answers import target, targets
from nn.compiled import outputs_of

__all__ = ["OneBatch", "Stepped"]


class Stepped(NamedTuple):
    """The cost of the batch after a step, its change, and the change that was foretold: −η‖∇C‖²."""

    cost: float
    change: float
    foretold: float


class OneBatch:
    """The mean cost of some samples, and its gradient, layer by layer. The network is always left as it was, without gradients."""

    def __init__(self, net: nn.MLP, samples: nn.datasets.Samples) -> None:
        self.net, self.samples, self.cost = net, samples, _cost(net, samples)
        net.zero_grad()
        for x, label in zip(samples.x, samples.y.tolist(), strict=True):
            nn.quadratic_cost(net(x), target(net, label)).backward(gradient=1 / len(samples))
        self.by_layer = [[parameter.grad for parameter in layer.parameters()] for layer in net.layers]
        net.zero_grad()

    def step(self, learning_rate: float) -> Stepped:
        """Move every parameter by −η times its derivative, look, and go back."""
        before, slopes = self.net.state_dict(), [slope for layer in self.by_layer for slope in layer]
        for parameter, slope in zip(self.net.parameters(), slopes, strict=True):
            parameter.data -= learning_rate * slope
        after = _cost(self.net, self.samples)
        self.net.load_state_dict(before)
        return Stepped(after, after - self.cost, -learning_rate * sum(slope**2 for slope in slopes))


def _cost(net: nn.MLP, samples: nn.datasets.Samples) -> float:
    """The mean of ½‖y − a‖² over the samples."""
    return float(((targets(net, samples.y) - outputs_of(net, samples.x)) ** 2).sum() / 2 / len(samples))
