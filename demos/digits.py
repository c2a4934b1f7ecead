"""Handwritten digits: train a small network of Values on real images, on one core, in under a minute.

What you can do with this file: `python -m demos.digits` trains, reports and draws one trained neuron; `python -i -m demos.digits`
leaves `data`, `net` and `history` to play with.

The numbers below were chosen on 20 seeds: 64-16-10 with η = 1.5, one image a step, 5 epochs reads 90.6 % to 95.3 % of the held-out
images, 93.5 % on average (fewer epochs or larger steps leave some seeds with a digit not learned yet).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

import nn
from autograd_mini import Value
from autograd_mini.graph import topological_order
from demos.report import alone, heading, pictures, say, title

__all__ = ["TITLE", "Trained", "one_neuron", "report", "run", "tell", "train"]

TITLE = "Handwritten digits: a network of Values learns to read"

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
        data = nn.datasets.Dataset(data.train[:200], data.test[:50])
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


def report(trained: Trained) -> None:
    """Print what was trained, on what, how it went, and what it cost."""
    data, net, history = trained
    outputs = net(data.test.x[0])
    cost = nn.quadratic_cost(outputs, [0.0] * len(outputs))
    heading("The network")
    say(
        f"{net}, weights drawn from N(0, 1), seed {SEED}",
        f"One image is a graph of {len(topological_order([cost])):,} Values, its 64 pixels and the cost included.",
        f"{len(data.train):,} real 8×8 images to learn from, {len(data.test):,} held out; "
        f"η = {LEARNING_RATE}, {BATCH_SIZE} image{'s' * (BATCH_SIZE > 1)} a step.",
    )
    heading("Epoch by epoch")
    table = Table("epoch", "loss ½Σ(a−y)²", "right while training", "right on held-out images", box=None, pad_edge=False)
    rows = zip(history.loss, history.train_accuracy, history.test_accuracy, strict=True)
    for epoch, (loss, train_accuracy, test_accuracy) in enumerate(rows, 1):
        table.add_row(str(epoch), f"{loss:.4f}", f"{train_accuracy:.1%}", f"{test_accuracy:.1%}")
    Console().print(table)
    right = round(history.test_accuracy[-1] * len(data.test))
    say(
        f"{history.samples:,} images forward and backward in {history.seconds:.1f} s: {history.samples_per_second:.0f} a second.",
        f"The network reads {right} of the {len(data.test)} held-out images: {history.test_accuracy[-1]:.1%}.",
    )


def one_neuron(trained: Trained) -> Value:
    """The output neuron of one held-out image's own digit, as a function of the hidden neurons' activations, differentiated."""
    data, net, _ = trained
    image, digit = data.test.x[0], int(data.test.y[0])
    # Leaves with the hidden layer's numbers: the graph ends there, and its gradient says which hidden neuron the output asks for.
    hidden = [Value(a.data, label=f"hidden {number}") for number, a in enumerate(net.layers[0](image), 1)]
    output = net.layers[1].neurons[digit](hidden)
    output.label = f"is it a {digit}?"
    net.zero_grad()
    output.backward()
    return output


def run(out: Path, quick: bool = False) -> None:
    """Train, report, and write `digits_neuron.svg` into the folder `out`; the quick form sees 200 images once."""
    title(TITLE)
    tell(train(quick), out)


def tell(trained: Trained, out: Path) -> None:
    """Report on what was trained and draw one neuron of it."""
    report(trained)
    output = one_neuron(trained)
    heading("One trained neuron")
    say(f"The neuron that answers “{output.label}” (neurons count from 1, digits from 0) says {output.data:.3f} to a held-out image of it.")
    pictures(out, "digits_neuron", output, {}, {})


if __name__ == "__main__":
    title(TITLE)
    data, net, history = trained = train()
    alone(partial(tell, trained))
