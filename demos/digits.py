"""Handwritten digits: train a small network of Values on real images, in a second or two.

What you can do with this file: `python -m demos digits` trains, reports and draws one trained neuron, `--step` steps through it;
`python -i -m demos.digits` leaves `data`, `net` and `history` to play with.

The numbers below were chosen on 20 seeds: 64-16-10 with η = 1.5, one image a step, 5 epochs reads 90.6 % to 95.3 % of the test
images, 93.5 % on average (fewer epochs or larger steps leave some seeds with a digit not learned yet).
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from typing import NamedTuple

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.graph import topological_order
from demos.blocks import Block, Figure, Figures, Heading, Picture, Say, Table
from demos.report import alone
from demos.words import N_, _

__all__ = ["SLIDES", "TITLE", "Trained", "one_neuron", "report", "step", "tell", "train"]

TITLE = N_("Handwritten digits: a network of Values learns to read")
SLIDES = ""

HIDDEN, EPOCHS, BATCH_SIZE, LEARNING_RATE, SEED = 16, 5, 1, 1.5, 0


class Trained(NamedTuple):
    """What training leaves: the images, the network, and how it went."""

    data: nn.datasets.Dataset
    net: nn.MLP
    history: nn.History


def train(quick: bool = False) -> Trained:
    """Train on scikit-learn's 8×8 digits; the quick form takes a few images once, too few to learn much."""
    data = nn.datasets.digits()
    if quick:
        data = nn.datasets.Dataset(data.train[:100], data.test[:50])
    net = nn.MLP(64, [HIDDEN, 10], activation="sigmoid", init="normal", rng=SEED)
    history = nn.fit(
        net,
        data.train,
        data.test,
        epochs=1 if quick else EPOCHS,
        batch_size=BATCH_SIZE,
        learning_rate=LEARNING_RATE,
        rng=SEED,
    )
    return Trained(data, net, history)


def one_neuron(trained: Trained) -> Value:
    """The output neuron of one test image's own digit, as a function of the hidden neurons' activations; not yet differentiated."""
    data, net, _history = trained
    image, digit = data.test.x[0], int(data.test.y[0])
    # Leaves with the hidden layer's numbers: the graph ends there, and its gradient says which hidden neuron the output asks for.
    hidden = [Value(a.data, _("hidden {number}", number=number)) for number, a in enumerate(net.layers[0](image), 1)]
    neuron = deepcopy(net.layers[1].neurons[digit])  # under short names, and without the gradients of the training
    neuron.zero_grad()
    ag.label(b=neuron.bias, **{f"w{number}": weight for number, weight in enumerate(neuron.weights, 1)})
    output = neuron(hidden)
    output.label = _("is it a {digit}?", digit=digit)
    return output


def step() -> ag.Walk:
    """The walk through one neuron of a network that has seen a few images."""
    return ag.walk(one_neuron(train(quick=True)))


def tell(quick: bool = False) -> Iterator[Block]:
    """Train, then report; the quick form sees 100 images once."""
    yield from report(train(quick))


def report(trained: Trained) -> Iterator[Block]:
    """What was trained, on what, how it went, what it cost; and one neuron of it."""
    yield from _network(trained)
    yield from _epochs(trained)
    output = one_neuron(trained)
    output.backward()
    yield Heading(_("One trained neuron"))
    yield Say(_("The neuron that answers “{question}” sees a test image of that digit:", question=output.label))
    yield Figures(Figure(str(output.label), output.data, decimals=3))
    yield Picture("digits_neuron", ag.draw(output, legend=True))


def _network(trained: Trained) -> Iterator[Block]:
    data, net, _history = trained
    outputs = net(data.test.x[0])
    cost = nn.quadratic_cost(outputs, [0.0] * len(outputs))
    yield Heading(_("The network"))
    yield Say(
        _("64-{hidden}-10: 8×8 images in, ten digits out; weights and biases drawn from N(0, 1), seed {seed}.", hidden=HIDDEN, seed=SEED),
        _("{train:,} real training images, {test:,} test images; η = {rate}, images a step: {batch}.",
          train=len(data.train), test=len(data.test), rate=LEARNING_RATE, batch=BATCH_SIZE),
    )  # fmt: skip
    yield Figures(
        Figure(_("weights and biases"), len(net.parameters())),
        Figure(_("Values in the graph of one image, its 64 pixels and the cost included"), len(topological_order([cost]))),
    )


def _epochs(trained: Trained) -> Iterator[Block]:
    data, _net, history = trained
    runs = enumerate(zip(history.loss, history.train_accuracy, history.test_accuracy, strict=True), 1)
    rows = (
        (
            str(epoch),
            Figure(_("epoch {n}: loss", n=epoch), loss, decimals=4),
            Figure(_("epoch {n}: training accuracy, %", n=epoch), 100 * train_accuracy, decimals=1),
            Figure(_("epoch {n}: test accuracy, %", n=epoch), 100 * test_accuracy, decimals=1),
        )
        for epoch, (loss, train_accuracy, test_accuracy) in runs
    )
    yield Heading(_("Epoch by epoch"))
    yield Table((_("epoch"), _("loss ½Σ(a−y)²"), _("training accuracy, %"), _("test accuracy, %")), rows)
    yield Say(
        _("{samples:,} images forward and backward in {seconds:.2g} s: {speed:,.0f} a second.",
          samples=history.samples, seconds=history.seconds, speed=history.samples_per_second),
        _("The network reads {right} of the {test} test images.",
          right=round(history.test_accuracy[-1] * len(data.test)), test=len(data.test)),
    )  # fmt: skip


if __name__ == "__main__":
    trained = data, net, history = train()
    alone(_(TITLE), partial(report, trained))
