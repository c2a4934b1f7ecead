"""A 2 that a network is shown, as a graph: through the whole network, or through the one output neuron that should know it.

What you can do with this file: `two = first_two(handwriting())`; `shown(net, two)` → activations, answers and cost as Values;
`one_neuron(net, two)` → a small graph, with three of its weights.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import autograd_mini as ag
import nn
from autograd_mini import Value
from demos.handwriting import Handwriting
from demos.words import _
from nn.answers import target

__all__ = ["DIGIT", "STRONGEST", "OneNeuron", "Shown", "first_two", "one_neuron", "shown"]

DIGIT = 2
STRONGEST = 3  # inputs of the one neuron that are shown


class Shown(NamedTuple):
    """A network that is shown a 2: the activations of its hidden neurons, its ten answers, their cost ½ Σ (y − a)²."""

    hidden: list[Value]
    answers: list[Value]
    cost: Value


class OneNeuron(NamedTuple):
    """The output neuron for the 2: the weights that matter most here, the bias; its answer, and the cost of that."""

    weights: list[Value]
    bias: Value
    answer: Value
    cost: Value


def first_two(images: Handwriting) -> Any:
    """The first 2 among the test images."""
    test = images.data.test
    return test.x[test.y.tolist().index(DIGIT)]


def shown(net: nn.MLP, two: Any) -> Shown:
    """The whole graph, not yet differentiated."""
    hidden = net.layers[0](two)
    answers = net.layers[1](hidden)
    return Shown(hidden, answers, nn.quadratic_cost(answers, target(net, DIGIT)))


def one_neuron(net: nn.MLP, two: Any) -> OneNeuron:
    """The neuron's answer as a function of three weights and its bias; what it adds up besides is held as it is now."""
    neuron, hidden = net.layers[1].neurons[DIGIT], [a.data for a in net.layers[0](two)]
    products = [w.data * a for w, a in zip(neuron.weights, hidden, strict=True)]
    strongest = sorted(range(len(hidden)), key=lambda k: -abs(products[k]))[:STRONGEST]
    weights = [Value(neuron.weights[k].data, f"w_{k + 1}") for k in strongest]
    inputs = [ag.constant(hidden[k], f"a_{k + 1}") for k in strongest]
    rest = ag.constant(sum(products) - sum(products[k] for k in strongest), _("rest"))
    bias = Value(neuron.bias.data, "b")
    answer = ag.sigmoid(ag.dot(weights, inputs) + rest + bias)
    cost = 0.5 * (answer - 1.0) ** 2
    answer.label, cost.label = _("is it a {digit}?", digit=DIGIT), "C"
    return OneNeuron(weights, bias, answer, cost)
