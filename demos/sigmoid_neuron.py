"""The S-shaped neuron: the same weights, the same small change as in the lesson perceptron, and now the change stays small.

What you can do with this file: `python -m demos sigmoid_neuron` tells the lesson, `--step` steps through one neuron;
`python -i -m demos.sigmoid_neuron` leaves the net in the REPL: try `net.first.weights[0].grad`, which was 0 in the lesson perceptron.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.number import show
from demos.blocks import Block, Figure, Figures, Heading, Picture, Row, Say, Table
from demos.perceptron import CHANGED, Net, as_neurons, cost
from demos.perceptron import build as net_of
from demos.perceptron import build_one as one_of
from demos.plot import Plot
from demos.report import alone, change
from demos.words import N_, _

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["SLIDES", "TITLE", "build", "build_one", "step", "tell"]

TITLE = N_("The S-shaped neuron: small changes stay small")
SLIDES = "002 S 型神经元~σ 函数"

#: What the one neuron is asked (ours): sunny and friends, between 0 and 1.
DAYS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (0.5, 0.8), (0.9, 0.5))
#: How its two weights and its bias are changed (ours); then a tenth of that, then a hundredth.
MOVE = (0.1, -0.05, 0.1)
SIZES = (1.0, 0.1, 0.01)


def build() -> Net:
    """The net of the lesson perceptron, with σ in place of the step."""
    return net_of(ag.sigmoid)


def build_one() -> Net:
    """The one neuron of the lesson perceptron, with σ in place of the step."""
    return one_of(ag.sigmoid)


def step() -> ag.Walk:
    """The walk through one neuron."""
    return ag.walk(build_one().answer)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson, in the order of the slides: σ; far out it is the perceptron; small changes; the decision; and learning (ours)."""
    yield from _one()
    yield from _far_out()
    yield from _small_change()
    yield from _steeper()
    yield from _foretold()
    yield from _decision()
    yield from _learning()
    yield from _notes()


def _one() -> Iterator[Block]:
    one = build_one()
    yield Say(
        _("A perceptron's answer jumps. The S-shaped neuron has weights and a bias as well, but its output is smooth:"),
        _("  output = σ(w·x + b),   σ(z) = 1 / (1 + e^−z)"),
        _("Its inputs may be anything between 0 and 1: half sunny, friends who will probably come. (Ours, from the lesson perceptron.)"),
    )
    rows: list[Row] = []
    for day in DAYS:
        numbers = ag.evaluate(one.answer, dict(zip(one.inputs, day, strict=True)))
        z = numbers[one.first.z]
        name = _("σ on {day}", day=" ".join(map(show, day)))
        rows.append((*map(show, day), show(z), show(ag.gt(z, 0.0)), Figure(name, numbers[one.answer], decimals=4)))
    columns = (*(str(x.label) for x in one.inputs), "z = w·x + b", _("perceptron"), "σ(z)")
    yield Table(columns, rows)
    yield Picture("sigmoid_neuron_one", ag.draw(one.answer, gradients=False))


def _far_out() -> Iterator[Block]:
    yield Heading(_("Far out it is the perceptron again"))
    yield Say(_("For a large positive z, e^−z is almost 0, and σ(z) almost 1; for a large negative z, σ(z) is almost 0. (Numbers: ours.)"))
    places = {5.0: 4, -5.0: 4, 10.0: 5, -10.0: 6}
    yield Figures(*(Figure(f"σ({show(z)})", ag.sigmoid(z), decimals=decimals) for z, decimals in places.items()))
    yield Picture("sigmoid_neuron_curve", Plot(_paint, (8.0, 4.0)), _("σ, and the perceptron's step"))


def _paint(figure: matplotlib.figure.Figure) -> None:
    """σ(z) as a curve, the step as a dashed line."""
    z = [n / 10 for n in range(-100, 101)]
    axes = figure.subplots()
    axes.plot(z, [ag.gt(x, 0.0) for x in z], "--", color="grey", drawstyle="steps-pre", label="[z > 0]")
    axes.plot(z, [ag.sigmoid(x) for x in z], color="tab:blue", label="σ(z)")
    axes.set(xlabel="z", ylabel="a")
    axes.legend()


def _small_change() -> Iterator[Block]:
    yield Heading(_("The same weights, the same small change"))
    was = build().first.weights[0].data
    yield Say(_("(Ours.) The net of the lesson perceptron; the same weight of its first neuron, {change}:", change=change(was, CHANGED)))
    rows = (_changed(net_of(), _("perceptrons"), 0), _changed(build(), _("S-shaped neurons"), 6))
    yield Table(("", _("first neuron"), _("the net's answer"), _("change of the answer")), rows)
    yield Say(_("There the whole answer flipped. Here a small change of a weight makes a small change of the output."))
    yield Picture("sigmoid_neuron", ag.draw(as_neurons(build())), _("the net with σ in place of the step"))


def _changed(net: Net, kind: str, decimals: int, steepness: float = 1.0) -> Row:
    """One row: before → after the small change, of a net whose weights and biases are all multiplied by `steepness`."""
    before_at = {parameter: steepness * parameter.data for parameter in net.parameters}
    before = ag.evaluate(net.answer, before_at)
    after = ag.evaluate(net.answer, {**before_at, net.first.weights[0]: steepness * CHANGED})
    first, answer = net.first.output, net.answer
    return (
        kind,
        f"{before[first]:.{decimals}f} → {after[first]:.{decimals}f}",
        f"{before[answer]:.{decimals}f} → {after[answer]:.{decimals}f}",
        Figure(_("change of the answer, {kind}", kind=kind), after[answer] - before[answer], decimals=decimals),
    )


def _steeper() -> Iterator[Block]:
    yield Say(_("(Ours.) Multiply all weights and biases by 10, by 100 (and so the small change too), and each z moves far out:"))
    rows = (_changed(build(), _("S-shaped neurons, × {n}", n=n), 6, n) for n in (10, 100))
    yield Table(("", _("first neuron"), _("the net's answer"), _("change of the answer")), rows)
    yield Say(_("The steeper, the more the small change is a jump again."))


def _foretold() -> Iterator[Block]:
    yield Heading(_("How small? The derivatives foretell it"))
    yield Say(
        _("σ is smooth: small changes Δw of the weights and Δb of the bias change the output by"),
        _("  Δoutput ≈ Σ ∂output/∂w·Δw + ∂output/∂b·Δb"),
        _("That one neuron again, sunny and with friends: z = 1. (Ours: Δw = 0.1 and −0.05, Δb = 0.1; a tenth of that; a hundredth.)"),
    )
    one = build_one()
    rows = (_foretold_row(one.answer, one.parameters, size) for size in SIZES)
    yield Table((_("size"), _("foretold"), _("true Δoutput"), _("difference")), rows)
    yield Say(_("A tenth of the step leaves a hundredth of the difference: it shrinks with the square of the step."))


def _foretold_row(output: Value, parameters: list[Value], size: float) -> Row:
    moves = {parameter: size * move for parameter, move in zip(parameters, MOVE, strict=True)}
    foretold = sum(slope * move for slope, move in zip(ag.grad(output, parameters), moves.values(), strict=True))
    true = ag.evaluate(output, {parameter: parameter.data + move for parameter, move in moves.items()})[output] - output.data
    named = {_("foretold"): foretold, _("true Δoutput"): true, _("difference"): true - foretold}
    return show(size), *(Figure(f"{name}, {show(size)}", number, decimals=9) for name, number in named.items())


def _decision() -> Iterator[Block]:
    yield Heading(_("The decision"))
    net = build()
    answers = [ag.evaluate(net.answer, dict(zip(net.inputs, day, strict=True)))[net.answer] for day in product((0.0, 1.0), repeat=3)]
    yield Say(
        _("In the end a yes or no is wanted: say 1 where the output is greater than 0.5, else 0. σ(z) > 0.5 just where z > 0:"),
        _("so one neuron decides as the perceptron does; with z = 0, where σ is 0.5, it says 0 as well."),
        _("(Ours.) A net need not: its neurons pass numbers on, not decisions. Of its answers on the eight possible days the greatest is"),
    )
    yield Figures(Figure(_("greatest answer"), max(answers), decimals=4))
    yield Say(_("so it always says no. Its weights were chosen for perceptrons; these neurons can learn better ones:"))


def _learning() -> Iterator[Block]:
    yield Heading(_("And now there is something to learn from"))
    net = build()
    c = cost(net)
    c.backward()
    gradients = [parameter.grad for parameter in net.parameters]
    moved = {parameter: parameter.data - 1.0 * parameter.grad for parameter in net.parameters}
    yield Say(_("(Ours.) The cost of the lesson perceptron, C = ½(1 − answer)², backward() once more:"))
    yield Figures(
        Figure("C", c.data, decimals=6),
        Figure(_("weights and biases"), len(gradients)),
        Figure(_("of these, with a derivative of 0"), gradients.count(0.0)),
        Figure(_("C after an update with η = 1"), ag.evaluate(c, moved)[c], decimals=6),
    )
    yield Picture("sigmoid_neuron_backward", ag.draw(as_neurons(net)), _("every weight hears how it should change"))
    yield Say(
        _("Where all 23 were 0, only 3 are: the weights of “friends”, an input that is 0 today and so has no effect."),
        _("The cost falls with the first step. How far to go, and how often: see gradient_descent."),
    )


def _notes() -> Iterator[Block]:
    yield Heading(_("Notes on the course"))
    yield Say(
        _("“Δoutput is a linear function of Δw and Δb”: its approximation is. The rest is the difference in the table."),
        _("Inputs between 0 and 1 are the course's wish, for pixels; σ(w·x + b) takes any numbers."),
    )


if __name__ == "__main__":
    alone(_(TITLE), tell)
    net = build()
    cost(net).backward()
