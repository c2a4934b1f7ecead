"""The 2-2-2 net of course 004: its numbers, its graph, and ways to update it.

What you can do with this file: `build()` the net; `descend(100)` gives it after 100 updates; `ag.draw(as_neurons(build()))`.
The lessons step_by_step and four_equations are about it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.progress import track

import autograd_mini as ag
import nn
from autograd_mini import Value
from demos.words import _
from nn.neurons import Neurons, fully_connected

__all__ = [
    "LEARNING_RATE", "Net", "Neuron", "as_neurons", "build", "descend", "four_biases", "output_layer_first", "shared_biases", "update",
]  # fmt: skip

#: w1…w8, and the bias of each layer, as the course has them.
WEIGHTS = (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)
BIASES = {"b1": 0.35, "b2": 0.60}
LEARNING_RATE = 0.5


class Neuron(NamedTuple):
    """One neuron: what comes in, its total input `net`, its output `out`."""

    name: str
    weights: Sequence[Value]
    inputs: Sequence[Value]
    bias: Value
    net: Value
    out: Value


class Net(NamedTuple):
    """The Values of the lesson. `weights` are w1…w8, `errors` E_o1 and E_o2, `loss` their sum, the total error E."""

    inputs: tuple[Value, Value]
    targets: tuple[Value, Value]
    weights: list[Value]
    hidden: tuple[Neuron, Neuron]
    output: tuple[Neuron, Neuron]
    errors: tuple[Value, Value]
    loss: Value


def build(weights: Sequence[Value] | None = None, biases: Sequence[Value] | None = None) -> Net:
    """The net of the course, computed but not yet differentiated; or the same with other w1…w8, or other biases of h1, h2, o1, o2.

    >>> round(build().loss.data, 9)
    0.298371109
    """
    weights = list(weights or (Value(x, f"w{i}") for i, x in enumerate(WEIGHTS, 1)))
    biases = biases or _for_each_neuron(*(ag.constant(x, name) for name, x in BIASES.items()))
    inputs = ag.constant(0.05, "i1"), ag.constant(0.10, "i2")
    targets = ag.constant(0.01, "target_o1"), ag.constant(0.99, "target_o2")
    hidden = _neuron("h1", weights[0:2], inputs, biases[0]), _neuron("h2", weights[2:4], inputs, biases[1])
    outs = hidden[0].out, hidden[1].out
    output = _neuron("o1", weights[4:6], outs, biases[2]), _neuron("o2", weights[6:8], outs, biases[3])
    errors = 0.5 * (targets[0] - output[0].out) ** 2, 0.5 * (targets[1] - output[1].out) ** 2
    loss = errors[0] + errors[1]
    loss.label = "E"
    return Net(inputs, targets, weights, hidden, output, errors, loss)


def _neuron(name: str, weights: Sequence[Value], inputs: Sequence[Value], bias: Value) -> Neuron:
    net = weights[0] * inputs[0] + weights[1] * inputs[1] + bias
    out = net.sigmoid()
    net.label, out.label = f"net_{name}", f"out_{name}"
    return Neuron(name, weights, inputs, bias, net, out)


def update(net: Net) -> None:
    """One update as it should be: differentiate everything with the old weights, then change every weight (and trained bias)."""
    biases = [neuron.bias for neuron in (*net.hidden, *net.output) if not neuron.bias.is_constant]
    optimizer = nn.SGD([*net.weights, *biases], LEARNING_RATE)
    optimizer.zero_grad()
    net.loss.backward()
    optimizer.step()


def output_layer_first(net: Net) -> None:
    """One update as the course's figures have it: w5…w8 are changed before the hidden layer is differentiated.

    >>> round(descend(1, output_layer_first).loss.data, 9)
    0.291027924
    """
    output_layer, hidden_layer = nn.SGD(net.weights[4:], LEARNING_RATE), nn.SGD(net.weights[:4], LEARNING_RATE)
    ag.zero_grad(net.weights)
    net.loss.backward()
    output_layer.step()
    # The errors δ of o1 and o2 are already known; from there back, the way now leads through the new weights.
    deltas = [neuron.net.grad for neuron in net.output]
    late = [_neuron(neuron.name, neuron.weights, neuron.inputs, neuron.bias).net for neuron in net.output]
    hidden_layer.zero_grad()
    (deltas[0] * late[0] + deltas[1] * late[1]).backward()
    hidden_layer.step()


def descend(updates: int, one: Callable[[Net], None] = update, biases: Sequence[Value] | None = None) -> Net:
    """The net after so many updates, each on a graph of its own. A progress bar goes to stderr if that is a terminal.

    >>> round(descend(1).loss.data, 9)
    0.291027774
    """
    net = build(biases=biases)
    terminal = Console(stderr=True)
    for _turn in track(range(updates), _("updates"), console=terminal, transient=True, disable=not terminal.is_terminal):
        one(net)
        net = build(net.weights, biases)
    return net


def four_biases() -> list[Value]:
    """Biases to be trained: one for each neuron."""
    return [Value(BIASES[name], f"{name}_{neuron}") for name, neuron in (("b1", "h1"), ("b1", "h2"), ("b2", "o1"), ("b2", "o2"))]


def shared_biases() -> list[Value]:
    """Biases to be trained: one for the hidden layer, one for the output layer."""
    return _for_each_neuron(*(Value(x, name) for name, x in BIASES.items()))


def _for_each_neuron(b1: Value, b2: Value) -> list[Value]:
    return [b1, b1, b2, b2]


def as_neurons(net: Net) -> Neurons:
    """The net as the course draws it."""
    layers = (net.hidden, net.output)
    return fully_connected(
        [net.inputs, *([neuron.out for neuron in layer] for layer in layers)],
        [[neuron.weights for neuron in layer] for layer in layers],
        [[neuron.bias for neuron in layer] for layer in layers],
        name=lambda value: str(value.label).removeprefix("out_"),
    )
