"""The perceptron: it weighs its inputs and says 0 or 1. Why nothing can be learned from that, step by step.

What you can do with this file: `python -m demos perceptron` tells the lesson, `--step` steps through one perceptron;
`python -i -m demos.perceptron` leaves a net of six in the REPL: try `ag.evaluate(net.answer, {net.inputs[2]: 1.0})[net.answer]`.
The lesson sigmoid_neuron builds the same net of other neurons: `build(ag.sigmoid)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.number import show
from autograd_mini.symbols import spell
from demos.blocks import Block, Figure, Figures, Heading, Picture, Row, Say, Table
from demos.report import alone, change
from demos.words import N_, _
from nn.neurons import Neurons, fully_connected

__all__ = ["CHANGED", "SLIDES", "TITLE", "Net", "Neuron", "as_neurons", "build", "build_one", "cost", "fires", "step", "tell"]

TITLE = N_("The perceptron: a neuron that answers yes or no")
SLIDES = "002 神经网络的雏形 — 感知器~感知器的问题"

#: One perceptron (ours): the weights of sunny and friends, and the threshold.
ONE = ((2.0, 1.0), 2.0)
DAYS_OF_ONE = tuple(product((0.0, 1.0), repeat=2))
#: Three layers (ours): for each neuron its name, a weight for each neuron of the layer before, and its bias.
INPUTS = (N_("sunny"), N_("near"), N_("friends"))
LAYERS = (
    (
        (N_("comfortable"), (0.48, 0.5, 0.2), -1.0),
        (N_("affordable"), (0.1, 0.9, 0.3), -0.7),
        (N_("cheerful"), (0.6, 0.1, 0.7), -0.5),
    ),
    ((N_("worth it"), (1.0, 0.5, 0.5), -1.5), (N_("possible"), (0.5, 1.0, 0.5), -1.0)),
    ((N_("go"), (1.0, 1.0), -1.5),),
)
TODAY = (1.0, 1.0, 0.0)
#: The small change (ours): the weight from the first input to the first neuron.
CHANGED = 0.53

Activation = Callable[[Value], Value]


class Neuron(NamedTuple):
    """One neuron: what it weighs, z = w·x + b, and its output."""

    weights: tuple[Value, ...]
    bias: Value
    z: Value
    output: Value


class Net(NamedTuple):
    """The inputs and the layers of neurons."""

    inputs: tuple[Value, ...]
    layers: tuple[tuple[Neuron, ...], ...]

    @property
    def answer(self) -> Value:
        """The output of the last neuron."""
        return self.layers[-1][0].output

    @property
    def first(self) -> Neuron:
        """The first neuron of the first layer: the one whose weight is changed."""
        return self.layers[0][0]

    @property
    def parameters(self) -> list[Value]:
        """All weights and biases."""
        return [parameter for layer in self.layers for neuron in layer for parameter in (*neuron.weights, neuron.bias)]


def fires(z: Value) -> Value:
    """The perceptron's step: 1 if z > 0, else 0, also for z = 0; as a node of the graph."""
    return ag.gt(z, 0.0)


def build(activation: Activation = fires) -> Net:
    """The net that decides whether to go on an outing, on a day that is sunny, to a place that is near, without friends."""
    inputs = tuple(ag.constant(x, _(name)) for name, x in zip(INPUTS, TODAY, strict=True))
    layers: list[tuple[Neuron, ...]] = []
    incoming = inputs
    for layer in LAYERS:
        layers.append(tuple(_neuron(_(name), incoming, w, b, activation, place=f"{_(name)} · ") for name, w, b in layer))
        incoming = tuple(neuron.output for neuron in layers[-1])
    return Net(inputs, tuple(layers))


def build_one(activation: Activation = fires) -> Net:
    """A net of one neuron with two inputs, both 1; its bias is minus the threshold."""
    inputs = tuple(ag.constant(1.0, _(name)) for name in (INPUTS[0], INPUTS[2]))
    weights, threshold = ONE
    return Net(inputs, ((_neuron(_("go"), inputs, weights, -threshold, activation),),))


def _neuron(name: str, inputs: Sequence[Value], weights: Sequence[float], bias: float, activation: Activation, place: str = "") -> Neuron:
    w = tuple(Value(weight, f"{place}w{k}") for k, weight in enumerate(weights, 1))
    b = Value(bias, f"{place}b")
    z: Value = ag.dot(w, inputs) + b
    output = activation(z)
    z.label, output.label = f"{place}z", name
    return Neuron(w, b, z, output)


def as_neurons(net: Net) -> Neurons:
    """The net as circles in columns."""
    return fully_connected(
        [net.inputs, *([neuron.output for neuron in layer] for layer in net.layers)],
        [[neuron.weights for neuron in layer] for layer in net.layers],
        [[neuron.bias for neuron in layer] for layer in net.layers],
    )


def cost(net: Net) -> Value:
    """½(1 − answer)²: how far the answer is from the 1 that we would like to hear."""
    c = 0.5 * (1.0 - net.answer) ** 2
    c.label = "C"
    return c


def step() -> ag.Walk:
    """The walk through one perceptron."""
    return ag.walk(build_one().answer)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson, in the order of the slides: weights and threshold; layers; bias; one small change flips everything; no slope."""
    net = build()
    yield from _one()
    yield from _three_layers(net)
    yield from _bias()
    yield from _small_change(net)
    yield from _no_slope(net)
    yield from _notes()


def _one() -> Iterator[Block]:
    one, (weights, threshold) = build_one(), ONE
    yield Say(
        _("Frank Rosenblatt's perceptron takes some inputs that are 0 or 1, and gives one output, 0 or 1. Each input has a weight:"),
        _("a number that says how much it matters to the output. The weighted sum of the inputs decides:"),
        _("  output = 0 if Σ w·x ≤ threshold,   1 if Σ w·x > threshold"),
        _("(Ours, as the course gives no numbers.) Shall we go on an outing? Sun matters more to us than friends do:"),
        _("  sunny × {w1}, friends × {w2}, threshold {threshold}", w1=show(weights[0]), w2=show(weights[1]), threshold=show(threshold)),
    )
    columns = (*(str(x.label) for x in one.inputs), "Σ w·x", _("> threshold?"))
    yield Table(columns, (_weighed(one, day) for day in DAYS_OF_ONE))
    yield Say(_("Sun alone gives just the threshold, and at the threshold the answer is 0."))


def _weighed(one: Net, day: tuple[float, ...]) -> Row:
    numbers = _answers(one, day)
    return *map(show, day), show(numbers[one.first.z.operands[0]]), Figure(_on(day), numbers[one.answer], decimals=0)


def _three_layers(net: Net) -> Iterator[Block]:
    yield Heading(_("Perceptrons in layers"))
    yield Say(
        _("The perceptrons of the first layer weigh the inputs: simple decisions. Those of the second weigh the decisions of the first:"),
        _("more complex, more abstract ones. The third weighs those. So many layers together make subtle decisions."),
        _("(Ours.) Three first decisions, two from these, and the answer; today is sunny and the place is near, but no friends come:"),
    )
    yield Say(*(_decision(neuron) for layer in net.layers for neuron in layer))
    yield Picture("perceptron", ag.draw(as_neurons(net)), _("the three layers, with the numbers of today"))


def _decision(neuron: Neuron) -> str:
    """`comfortable: 0.48 × 1 + 0.5 × 1 + 0.2 × 0 = 0.98, threshold 1 → 0`."""
    total, bias = neuron.z.operands
    weighed = spell(total, {value: show(x) for value, x in ag.evaluate(total).items() if value.label})
    return _(
        "  {name}: {weighed} = {total}, threshold {threshold} → {output}",
        name=neuron.output.label, weighed=weighed, total=show(total.data), threshold=show(-bias.data), output=show(neuron.output.data),
    )  # fmt: skip


def _bias() -> Iterator[Block]:
    one = build_one()
    yield Heading(_("The same, rewritten: the bias"))
    yield Say(
        _("Write w·x for Σ w·x, and b = −threshold for the bias; bring it to the other side:"),
        _("  output = 0 if w·x + b ≤ 0,   1 if w·x + b > 0"),
        _("The larger the bias, the easier it is for the perceptron to say 1. Our first one has b = {b}:", b=show(one.first.bias.data)),
    )
    rows = []
    for day in DAYS_OF_ONE:
        numbers = _answers(one, day)
        rows.append((*map(show, day), show(numbers[one.first.z]), show(numbers[one.answer])))
    yield Table((*(str(x.label) for x in one.inputs), "w·x + b", _("> 0?")), rows)
    drawing = ag.draw(one.answer, gradients=False, constants="inline")
    yield Picture("perceptron_one", drawing, _("the first perceptron: the circle >0 is the step"))


def _small_change(net: Net) -> Iterator[Block]:
    yield Heading(_("The trouble: one small change, and everything flips"))
    weight = net.first.weights[0]
    yield Say(_("(Ours.) Sun matters a little more to “{name}”, {change}:", name=_name(net.first), change=change(weight.data, CHANGED)))
    before, after = _answers(net, TODAY), _answers(net, TODAY, {weight: CHANGED})
    neurons = [neuron for layer in net.layers for neuron in layer]
    yield Table(
        (_("neuron"), "w·x + b", _("output")),
        ((_name(neuron), change(before[neuron.z], after[neuron.z]), _flip(neuron, before, after)) for neuron in neurons),
    )
    yield Say(
        _("One weight changed by 0.05: one perceptron flips, that flips another, and in the end the whole answer."),
        _("Of the eight possible days one flips, the others do not. In a large net nobody foresees which:"),
    )
    days = product((1.0, 0.0), repeat=len(INPUTS))
    yield Table((*(str(x.label) for x in net.inputs), _name(net.layers[-1][0])), (_day(net, day, weight) for day in days))


def _flip(neuron: Neuron, before: Mapping[Value, float], after: Mapping[Value, float]) -> Figure:
    return Figure(_name(neuron), after[neuron.output], decimals=0, before=before[neuron.output])


def _day(net: Net, day: tuple[float, ...], weight: Value) -> Row:
    before, after = _answers(net, day)[net.answer], _answers(net, day, {weight: CHANGED})[net.answer]
    return *map(show, day), Figure(_on(day), after, decimals=0, before=before)


def _no_slope(net: Net) -> Iterator[Block]:
    yield Heading(_("Nothing to learn from"))
    yield Say(
        _("Today we would have liked the answer 1. (Ours.) The cost C = ½(1 − answer)² says how far off it is. Which weight to change?"),
        _("Ask backward():"),
    )
    c = cost(net)
    c.backward()
    gradients = [parameter.grad for parameter in net.parameters]
    moved = {parameter: parameter.data - 1.0 * parameter.grad for parameter in net.parameters}
    yield Figures(
        Figure("C", c.data),
        Figure(_("∂C/∂answer"), net.answer.grad),
        Figure(_("weights and biases"), len(gradients)),
        Figure(_("of these, with a derivative of 0"), gradients.count(0.0)),
        Figure(_("C after an update with η = 1"), ag.evaluate(c, moved)[c]),
    )
    yield Picture("perceptron_backward", ag.draw(as_neurons(net)), _("nothing comes through the first step that it meets"))
    yield Say(
        _("−1 arrives at the answer: up with it! But the step is flat left and right of its jump: its slope is 0. Times 0 is 0, and"),
        _("the neurons before it hear nothing. (In the jump itself there is no slope; we count it as 0 as well.) Descent stands still."),
        _("To learn, we need neurons where a small change of a weight makes a small change of the output: see sigmoid_neuron."),
    )


def _notes() -> Iterator[Block]:
    yield Heading(_("Notes on the course"))
    yield Say(
        _("“First layer” (第一层) here means the first column of perceptrons. From the example of the digits on, the inputs are layer 1."),
        _("The slides give no numbers for their net: all weights here are ours."),
    )


def _answers(net: Net, day: Sequence[float], changes: Mapping[Value, float] | None = None) -> dict[Value, float]:
    """The numbers of the net on this day, with some weights changed."""
    return ag.evaluate(net.answer, {**dict(zip(net.inputs, day, strict=True)), **(changes or {})})


def _name(neuron: Neuron) -> str:
    return str(neuron.output.label)


def _on(day: Sequence[float]) -> str:
    """The name of a day's answer: `go, on 1 1 0`."""
    return _("go, on {day}", day=" ".join(map(show, day)))


if __name__ == "__main__":
    alone(_(TITLE), tell)
    net = build()
    cost(net).backward()
