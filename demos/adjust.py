"""Adjust: outputs cannot be set, only parameters; which knob is to be turned first?

What you can do with this file: `python -m demos adjust` tells the lesson, `--step` steps through it; `python -i -m demos.adjust`
leaves its Values in the REPL: try `ag.grad(neuron.y, [neuron.x1])`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.backward import steps
from autograd_mini.number import show
from demos.blocks import Block, Figure, Figures, Heading, Picture, Say, Table
from demos.report import alone, change, derivatives
from demos.words import N_, _

__all__ = ["SLIDES", "TITLE", "Neuron", "Outputs", "build", "step", "tell", "untrained"]

TITLE = N_("Adjust: which knob first?")
SLIDES = "000 结果比较 · 神经元的参数 · 调整参数 · 调整系数w · 调整输入x"

DIGIT = 2  # what the image shows
#: What an untrained network answers for the digits 0 to 9, and the weights from one activation h before them. Ours.
ANSWERS = (0.5, 0.8, 0.2, 1.0, 0.4, 0.6, 1.0, 0.0, 0.2, 0.1)
WEIGHTS = (-0.2, 0.3, 1.5, -0.5, 0.1, -0.3, 0.2, 0.4, -0.6, 0.1)


class Neuron(NamedTuple):
    """The Values of the lesson: y = w1·x1 + w2·x2 + b, and how far y is from its target."""

    x1: Value
    x2: Value
    w1: Value
    w2: Value
    b: Value
    y: Value
    cost: Value


class Outputs(NamedTuple):
    """Ten outputs that one activation h feeds, and their cost."""

    h: Value
    weights: tuple[Value, ...]
    outputs: tuple[Value, ...]
    cost: Value


def build() -> Neuron:
    """A neuron with the slide's gradients, 3.6 and 0.1; the numbers are ours: y = 2, t = 0."""
    x1, x2 = Value(0.9, "x1"), Value(0.025, "x2")
    w1, w2, b = Value(2.0, "w1"), Value(-4.0, "w2"), Value(0.3, "b")
    y = w1 * x1 + w2 * x2 + b
    cost = (y - ag.constant(0.0, "t")) ** 2
    y.label, cost.label = "y", "C"
    return Neuron(x1, x2, w1, w2, b, y, cost)


def untrained() -> Outputs:
    """The outputs of an untrained network that is shown a 2, as far as they hang on one activation h of the layer before."""
    h = Value(0.5, "h")
    weights = tuple(Value(w, f"w{digit}") for digit, w in enumerate(WEIGHTS))
    outputs = tuple(w * h + Value(a - w.data * h.data) for w, a in zip(weights, ANSWERS, strict=True))
    for digit, output in enumerate(outputs):
        output.label = f"a{digit}"
    return Outputs(h, weights, outputs, nn.quadratic_cost(outputs, [float(digit == DIGIT) for digit in range(10)]))


def step() -> ag.Walk:
    """The walk through this lesson's graph."""
    return ag.walk(build().cost)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson, in the order of the slides: the outputs' wishes, a neuron's parameters, w, x, and the wishes added up."""
    ten = untrained()
    ten.cost.backward()
    neuron = build()
    yield from _wishes(ten)
    yield from _parameters(neuron)
    neuron.cost.backward()
    yield from _gradients(neuron)
    yield from _weights_and_inputs(neuron)
    yield from _added_up(ten)
    yield from _notes()


def _wishes(ten: Outputs) -> Iterator[Block]:
    yield Say(_("A network that has learned nothing yet is shown a 2. (Its ten answers are ours.)"))
    yield Heading(_("Compare the answers"))
    rows = []
    for digit, a in enumerate(ten.outputs):
        wish = Figure(_("wish of output {digit}", digit=digit), -a.grad, decimals=1)
        rows.append((str(digit), show(a.data), str(int(digit == DIGIT)), wish))
    yield Table((_("digit"), _("answer a"), _("wanted y"), _("wish y − a")), rows)
    yield Say(
        _("The neuron of the 2 should say more, all others less. How much? As much as is lacking: its distance to the target, y − a."),
        _("The 2 and the 8 both say 0.2. But the 2 has 0.8 to go and the 8 only 0.2: to raise the 2 matters four times as much."),
        _("An answer cannot be set, though. All that can be set are the parameters of the network."),
    )


def _parameters(neuron: Neuron) -> Iterator[Block]:
    _x1, _x2, w1, w2, _b, y, cost = neuron
    yield Heading(_("The parameters of a neuron"))
    yield Say(
        _("A neuron's input and output are a linear equation: y = w1·x1 + w2·x2 + b."),
        _("(Ours.) x1 = 0.9, x2 = 0.025, w1 = 2, w2 = −4, b = 0.3, so y = {y}; wanted is t = 0, and C = (y − t)² = {cost}.",
          y=show(y.data), cost=show(cost.data)),
    )  # fmt: skip
    yield Picture("adjust_forward", ag.draw(cost, gradients=False))
    yield Heading(_("Which weight first?"))
    yield Say(_("Lower one of the two weights by 0.01: which one brings C down more?"))
    rows = []
    for weight in (w1, w2):
        lower = weight.data - 0.01
        new = ag.evaluate(cost, {weight: lower})[cost]
        dropped = Figure(_("{weight} lowered by 0.01: change of C", weight=weight.label), new - cost.data, decimals=4)
        rows.append((f"{weight.label} {change(weight.data, lower)}", dropped))
    yield Table((_("what if"), _("change of C")), rows)


def _gradients(neuron: Neuron) -> Iterator[Block]:
    yield Say(_("Backward gives both answers at once, without trying:"))
    yield derivatives(neuron.cost, {neuron.w1: "3.6", neuron.w2: "0.1"})
    yield Say(_("3.6: adjusting it does much. 0.1: adjusting it does little. So the first knob is w1."))
    yield Picture("adjust", ag.draw(neuron.cost, legend=True))


def _weights_and_inputs(neuron: Neuron) -> Iterator[Block]:
    x1, x2, w1, w2, _b, y, _cost = neuron
    for_w1, for_w2, for_x1, for_x2 = ag.grad(y, [w1, w2, x1, x2])
    yield Heading(_("Adjust w"))
    yield Figures(Figure("∂y/∂w1", for_w1), Figure("∂y/∂w2", for_w2))
    yield Say(
        _("∂y/∂w is x: the more active the neuron before, the more its weight does."),
        _("An active neuron has “seen” something that belongs to the 2; to adjust its weight matters more than that of a quiet one."),
    )
    yield Heading(_("Adjust x"))
    yield Figures(Figure("∂y/∂x1", for_x1), Figure("∂y/∂x2", for_x2))
    yield Say(
        _("∂y/∂x is w: to raise y, raise x where w is positive and lower it where w is negative, each in proportion to w."),
        _("Here: x2 counts twice as much as x1, and the other way."),
    )


def _added_up(ten: Outputs) -> Iterator[Block]:
    sent = {step.node: step.contribution for step in steps({ten.cost: 1.0}) if step.operand is ten.h}
    asked = {product.operands[0]: -contribution for product, contribution in sent.items()}
    rows = []
    for digit, (w, a) in enumerate(zip(ten.weights, ten.outputs, strict=True)):
        asks = Figure(_("output {digit} asks of h", digit=digit), asked[w], decimals=2)
        rows.append((str(digit), show(w.data), f"{-a.grad + 0.0:.1f}", asks))
    yield Heading(_("Add up what all outputs want"))
    yield Say(
        _("An activation cannot be set either: it comes out of the layer before. But we can note what is wanted of it."),
        _("Take one activation h there. Each output asks of it its own wish times the weight between them. (Ours.)"),
    )
    yield Table((_("digit"), _("weight w"), _("wish y − a"), _("asks of h: w × (y − a)")), rows)
    yield Figures(Figure(_("all ten together"), -ten.h.grad, decimals=2))
    yield Say(
        _("Some want more of h, some less; added up: more. The sum is the wish of h, as y − a is the wish of an output."),
        _("Now h has a wish, and so has every activation of its layer: go on in the same way, layer by layer, down to the first."),
        _("That is backpropagation: in the end we know how each parameter of the whole network is to change."),
    )


def _notes() -> Iterator[Block]:
    yield Heading(_("Notes on the course"))
    yield Say(
        _("A slide says that an answer is to change “in proportion to its present value” (和它现有的值成比例)."),
        _("It is its distance to the target: by present value the 2 and the 8 above, both 0.2, would matter alike."),
        _("The first slide counts the change of the weights as part of backpropagation (反向传播); course 002 does not."),
        _("We say backpropagation for finding the derivatives, and gradient descent for the change."),
        _("The last slide reports that training raises the accuracy from under 10 % to 93 %: see the lesson mnist."),
    )


if __name__ == "__main__":
    alone(_(TITLE), tell)
    neuron = build()
    x1, x2, w1, w2, b, y, cost = neuron
    cost.backward()
