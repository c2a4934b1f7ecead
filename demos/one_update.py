"""One update by a mini-batch, of one weight and one bias of a network: by hand, sample by sample, and by others.

What you can do with this file: `update = OneUpdate(net, samples, learning_rate=1.5)`; `update.asked()` is what each sample says,
`update.by_hand(update.asked())`, `update.by_sgd()`, `update.by_fit()` are the new w and b; `update.as_graph()` is the batch as one graph.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import autograd_mini as ag
import nn
from autograd_mini import Value
from demos.words import _
from nn.answers import target

__all__ = ["Asked", "Batch", "OneUpdate"]

#: The hidden neuron that the weight comes from: on the first images its activations are neither all 0 nor all 1.
HIDDEN = 16


class Asked(NamedTuple):
    """What one sample says: its label, the neuron's output a, the wanted y, and the derivatives of the sample's cost."""

    label: int
    a: float
    y: float
    by_w: float
    by_b: float


class Batch(NamedTuple):
    """w, b, and the mean cost of the samples in which nothing else varies."""

    w: Value
    b: Value
    c: Value


class OneUpdate:
    """w leads from one hidden neuron to the output neuron for the first sample's digit; b is that neuron's bias.

    `samples` are the batch. The network is always left as it was.
    """

    def __init__(self, net: nn.MLP, samples: nn.datasets.Samples, learning_rate: float) -> None:
        self.net, self.samples, self.learning_rate = net, samples, learning_rate
        self.digit = int(samples.y[0])
        self.neuron = net.layers[1].neurons[self.digit]
        self.w, self.b = self.neuron.weights[HIDDEN - 1], self.neuron.bias

    def asked(self) -> list[Asked]:
        """Each sample through the whole network and back, a graph of its own."""
        found = []
        for x, label in zip(self.samples.x, self.samples.y.tolist(), strict=True):
            outputs, wanted = self.net(x), target(self.net, label)
            slopes = ag.grad(nn.quadratic_cost(outputs, wanted), [self.w, self.b])
            found.append(Asked(label, outputs[self.digit].data, wanted[self.digit], *slopes))
        return found

    def by_hand(self, asked: list[Asked]) -> tuple[float, float]:
        """The rule of the slide: w − η/m Σ ∂C_x/∂w and b − η/m Σ ∂C_x/∂b."""
        share = self.learning_rate / len(asked)
        return self.w.data - share * sum(one.by_w for one in asked), self.b.data - share * sum(one.by_b for one in asked)

    def by_sgd(self) -> tuple[float, float]:
        """backward() from the cost of each sample, with 1/m to begin with, so that the gradients add up to their mean; then `nn.SGD`."""

        def step() -> None:
            optimizer = nn.SGD(self.net.parameters(), self.learning_rate)
            optimizer.zero_grad()
            for x, label in zip(self.samples.x, self.samples.y.tolist(), strict=True):
                nn.quadratic_cost(self.net(x), target(self.net, label)).backward(gradient=1 / len(self.samples))
            optimizer.step()

        return self._after(step)

    def by_fit(self) -> tuple[float, float]:
        """An epoch of one batch."""
        return self._after(lambda: nn.fit(self.net, self.samples, epochs=1, batch_size=len(self.samples), learning_rate=self.learning_rate))

    def _after(self, step: Callable[[], object]) -> tuple[float, float]:
        before = self.net.state_dict()
        step()
        numbers = self.w.data, self.b.data
        self.net.load_state_dict(before)
        return numbers

    def as_graph(self) -> Batch:
        """The mean cost of the samples as a function of w and b; all else in the network is held as it is now.

        The other outputs know neither of the two, so the cost is ½(a − y)² of this one.
        """
        w, b = Value(self.w.data, "w"), Value(self.b.data, "b")
        labels = self.samples.y.tolist()
        c: Value = ag.mean([self._cost(w, b, *one) for one in zip(range(1, len(labels) + 1), self.samples.x, labels, strict=True)])
        c.label = "C"
        return Batch(w, b, c)

    def _cost(self, w: Value, b: Value, number: int, image: list[float], label: int) -> Value:
        hidden = self.net.layers[0](image)
        z = self.neuron(hidden).operands[0].data
        with ag.scope(_("image {number}", number=number)):
            x = ag.constant(hidden[HIDDEN - 1].data, f"x_{number}")
            rest = ag.constant(z - w.data * x.data - b.data, _("rest {number}", number=number))
            a = ag.sigmoid(w * x + b + rest)
            cost: Value = 0.5 * (a - target(self.net, label)[self.digit]) ** 2
        a.label, cost.label = f"a_{number}", f"C_{number}"
        return cost
