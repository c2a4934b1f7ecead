"""Step by step: every number of one update, as with pen and paper.

What you can do with this file: `python -m demos step_by_step` tells the lesson, `--step` steps through an update;
`python -i -m demos.step_by_step` leaves the net in the REPL: try `descend(100).loss`. The net itself is in `two_two_two.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.number import show
from demos.blocks import Block, Figure, Figures, Heading, Picture, Row, Say, Table
from demos.report import alone, change
from demos.two_two_two import LEARNING_RATE, Net, Neuron, as_neurons, build, descend, four_biases, output_layer_first, shared_biases
from demos.words import N_, _

__all__ = ["SLIDES", "TITLE", "build", "step", "tell"]

TITLE = N_("Step by step: every number of one update")
SLIDES = "004 用笔一步步演示人工神经网络的反向传播算法"

MANY = 10_000


def step() -> ag.Walk:
    """The walk through this lesson's graph, there, back, and on to the update: by named Values, question by question."""
    net = build()
    return ag.walk(net.loss, by="labels", parameters=net.weights, learning_rate=LEARNING_RATE, digits=9)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson, phase by phase; the quick form leaves out what 10,000 updates give."""
    net = build()
    yield from _overview(net)
    yield from _forward(net)
    net.loss.backward()
    yield from _output_layer(net)
    yield from _hidden_layer(net)
    yield from _all_at_once(net)
    yield from _both_orders(quick)
    yield from _biases_too(quick)
    yield from _notes()


def _overview(net: Net) -> Iterator[Block]:
    yield Heading(_("Overview"))
    yield Say(
        _("Two inputs, two hidden neurons h1 and h2, two outputs o1 and o2; the hidden layer and the output layer have a bias each."),
        _("One sample to learn: for the inputs 0.05 and 0.10 the outputs should be 0.01 and 0.99."),
        _("The weights to begin with, as in the article that the course translates (M. Mazur, A Step by Step Backpropagation Example):"),
    )
    yield _given(net.weights, ("0.15", "0.20", "0.25", "0.30", "0.40", "0.45", "0.50", "0.55"))
    yield _given((net.hidden[0].bias, net.output[0].bias, *net.inputs, *net.targets), ("0.35", "0.60", "0.05", "0.10", "0.01", "0.99"))
    yield Picture("step_by_step_neurons_forward", ag.draw(as_neurons(net)), _("the net as neurons"))
    yield Say(
        _("One update goes through five phases:"),
        _("  forward → output layer → hold the new weights → hidden layer → update all"),
    )


def _given(values: Sequence[Value], course: Sequence[str]) -> Table:
    row = [Figure(str(value.label), value.data, text) for value, text in zip(values, course, strict=True)]
    return Table((figure.what for figure in row), [row])


def _forward(net: Net) -> Iterator[Block]:
    yield Heading(_("Phase 1: forward"))
    yield Say(_("Each hidden neuron: its total input net, a weighted sum, and from it, by the sigmoid function, its output out:"))
    yield from _computed(net.hidden, (("0.3775", "0.593269992"), ("0.3925", "0.596884378")))
    yield Say(_("The output layer does the same with the outputs of the hidden layer:"))
    yield from _computed(net.output, (("1.105905967", "0.751365070"), ("1.224921404", "0.772928465")))
    yield Heading(_("The total error"))
    yield Say(_("Each output's error is ½(target − out)²; the total error E is their sum:"))
    yield Figures(
        Figure("E_o1", net.errors[0].data, "0.274811083"),
        Figure("E_o2", net.errors[1].data, "0.023560026"),
        Figure("E", net.loss.data, "0.298371109"),
    )


def _computed(layer: Iterable[Neuron], course: Iterable[tuple[str, str]]) -> Iterator[Block]:
    for neuron, (net, out) in zip(layer, course, strict=True):
        terms = [*zip(neuron.weights, neuron.inputs, strict=True)]
        names = " + ".join([*(f"{w.label}·{x.label}" for w, x in terms), str(neuron.bias.label)])
        numbers = " + ".join([*(f"{show(w.data)}·{show(x.data, 9)}" for w, x in terms), show(neuron.bias.data)])
        yield Say(f"  {neuron.net.label} = {names} = {numbers}", f"  {neuron.out.label} = 1/(1 + e^(−{neuron.net.label}))")
        yield Figures(Figure(str(neuron.net.label), neuron.net.data, net), Figure(str(neuron.out.label), neuron.out.data, out))


def _output_layer(net: Net) -> Iterator[Block]:
    w5, o1, o2 = net.weights[4], net.output[0], net.output[1]
    yield Heading(_("Phase 2: backward through the output layer"))
    yield Say(
        _("Take w5. How much does the total error change when w5 changes? That rate is ∂E/∂w5, the gradient of w5."),
        _("(Ours.) Try it: raise w5 by 0.01. Only o1 feels it: first its total input, then its output, then the error."),
    )
    yield _tried(net, w5, [o1.net, o1.out])
    yield Say(_("Three numbers move one after the other, so the question falls into three:"))
    first, second, third = _rate(net.loss, o1.out), _rate(o1.out, o1.net), _rate(o1.net, w5)
    yield _questions(
        (_("How much does the output of o1 change the total error?"), "∂E/∂out_o1", first, "0.741365070"),
        (_("How much does the total input of o1 change its output?"), "∂out_o1/∂net_o1", second, "0.186815602"),
        (_("How much does w5 change the total input of o1?"), "∂net_o1/∂w5", third, "0.593269992"),
        (_("The three together, multiplied:"), "∂E/∂w5", first * second * third, "0.082167041"),
    )
    yield Say(
        _("That is the chain rule: ∂E/∂w5 = ∂E/∂out_o1 · ∂out_o1/∂net_o1 · ∂net_o1/∂w5."),
        _("In the first question only o1's own error counts. out_o1 has no part in that of o2, so o2's term is 0:"),
    )
    yield Figures(Figure("∂E_o2/∂out_o1", _rate(net.errors[1], o1.out), "0"))
    yield Heading(_("The δ rule"))
    yield Say(
        _("The first two factors belong to the neuron and are the same for each of its weights. Their product is its error, δ = ∂E/∂net:"),
    )
    yield Figures(Figure("δ_o1", o1.net.grad, "0.138498562"), Figure("δ_o2", o2.net.grad, "-0.038098237"))
    yield Say(_("So the gradient of a weight is the δ of the neuron that it leads to × the input that it carries:"))
    yield _delta_rule(net.output, ("0.082167041", "0.082667628", "-0.022602540", "-0.022740242"))
    yield Picture("step_by_step_neurons", ag.draw(as_neurons(net)), _("the net as neurons, with ∂E/∂w below each weight w"))
    yield Picture("step_by_step", ag.draw(net.loss, legend=True), _("the same numbers, operation by operation"))
    yield Heading(_("Phase 3: hold the new weights"))
    yield Say(_("To make the error smaller, go against the gradient: new w = w − η·∂E/∂w, with the learning rate η = 0.5."))
    yield _new_weights(net.weights[4:], ("0.358916480", "0.408666186", "0.511301270", "0.561370121"))
    yield Say(_("Hold these four, but do not put them in yet: the hidden layer is differentiated with the old weights."))


def _hidden_layer(net: Net) -> Iterator[Block]:
    w1, h1, h2 = net.weights[0], *net.hidden
    yield Heading(_("Phase 4: backward through the hidden layer"))
    yield Say(
        _("Take w1. A hidden neuron has no target; but out_h1 goes to both outputs, so it has its part in both errors."),
        _("(Ours.) Try it: raise w1 by 0.01, and both outputs move."),
    )
    yield _tried(net, w1, [h1.net, h1.out, *(neuron.out for neuron in net.output)])
    yield Say(_("The same three questions; the answer to the first is now a sum, one term for each output:"))
    yield _from_both(net, h1, ("0.055399425", "-0.019049119", "0.036350306"))
    first, second, third = _rate(net.loss, h1.out), _rate(h1.out, h1.net), _rate(h1.net, w1)
    yield _questions(
        (_("How much does the output of h1 change the total error?"), "∂E/∂out_h1", first, "0.036350306"),
        (_("How much does the total input of h1 change its output?"), "∂out_h1/∂net_h1", second, "0.241300709"),
        (_("How much does w1 change the total input of h1?"), "∂net_h1/∂w1", third, "0.05"),
        (_("The three together, multiplied:"), "∂E/∂w1", first * second * third, "0.000438568"),
    )
    yield Say(_("For h2 the same:"))
    yield _from_both(net, h2, ("0.062324353", "-0.020954030", "0.041370323"))
    yield Say(_("And again the δ rule, with δ = ∂E/∂net of the hidden neurons:"))
    yield Figures(Figure("δ_h1", h1.net.grad, "0.008771355"), Figure("δ_h2", h2.net.grad, "0.009954255"))
    yield _delta_rule(net.hidden, ("0.000438568", "0.000877135", "0.000497713", "0.000995425"))


def _all_at_once(net: Net) -> Iterator[Block]:
    yield Heading(_("Phase 5: update all"))
    yield _new_weights(net.weights[:4], ("0.149780716", "0.199561432", "0.249751144", "0.299502287"))
    yield Say(_("Now all eight are put in at once, and the net computes again:"))
    yield Figures(Figure(_("E after one update"), descend(1).loss.data, decimals=9))


def _both_orders(quick: bool) -> Iterator[Block]:
    yield Heading(_("The order matters"))
    yield Say(
        _("The course prints other figures after the update. They come out, to every printed digit, when w5…w8 are changed first"),
        _("and the hidden layer is differentiated through the new ones, against the course's own rule. Both orders:"),
    )
    rows = [_order_row(_("E after one update"), [net.loss for net in _in_both_orders(1)], "0.291027924", 9)]
    if not quick:
        right, early = _in_both_orders(MANY)
        rows += [
            _order_row(_("E after 10,000 updates"), [right.loss, early.loss], "0.000035085"),
            _order_row(_("out_o1 after 10,000 updates"), [right.output[0].out, early.output[0].out], "0.015912196", 9),
            _order_row(_("out_o2 after 10,000 updates"), [right.output[1].out, early.output[1].out], "0.984065734", 9),
        ]
    yield Table(("", _("all eight at once"), _("w5…w8 first")), rows)
    if not quick:
        yield Say(_("After 10,000 updates the outputs are close to 0.01 and 0.99: the net has learned its one sample."))
    yield Say(
        _("Here the difference is small; in the end the second is even a little ahead. But only the first follows the gradient:"),
        _("the second mixes the derivatives of two nets, the one before the update and the one after it."),
    )


def _in_both_orders(updates: int) -> tuple[Net, Net]:
    return descend(updates), descend(updates, output_layer_first)


def _order_row(what: str, values: Sequence[Value], course: str, decimals: int | None = None) -> Row:
    right, early = (value.data for value in values)
    return what, Figure(what, right, decimals=decimals, significant=7), Figure(_("{what}, w5…w8 first", what=what), early, course)


def _biases_too(quick: bool) -> Iterator[Block]:
    yield Heading(_("What if the biases are trained too?"))
    yield Say(_("(Ours.) The course leaves b1 and b2 as they are. They can learn as well, each neuron's own, or one shared by a layer:"))
    runs = [(_("E after one update"), 1, 9)] + ([] if quick else [(_("E after 10,000 updates"), MANY, None)])
    trained = {_("four biases"): four_biases, _("one bias a layer"): shared_biases}
    rows: list[Row] = []
    for what, biases in trained.items():
        losses = [(when, decimals, descend(updates, biases=biases()).loss.data) for when, updates, decimals in runs]
        rows.append((what, *(Figure(f"{when}, {what}", loss, decimals=d, significant=7) for when, d, loss in losses)))
    yield Table(("", *(when for when, _updates, _decimals in runs)), rows)


def _notes() -> Iterator[Block]:
    yield Heading(_("Notes on the course"))
    yield Say(
        _("Its last four figures (E after one update and after 10,000, and the two outputs) come from updating w5…w8 too early."),
        _("∂E_o2/∂out_h1 is printed as −0.019049119: half of −0.038098237, which had been rounded before. Unrounded, it ends in 8."),
        _("“Repeat for ω1, ω2 and ω3”: ω1 has just been done; ω2, ω3 and ω4 are left."),
        _("“The change of a weight is the error times the input” leaves out the learning rate and the sign: it is −η·δ·input."),
    )


def _rate(y: Value, x: Value) -> float:
    """∂y/∂x, between any two nodes of the graph."""
    [rate] = ag.grad(y, [x])
    return rate


def _tried(net: Net, weight: Value, watch: Sequence[Value], step: float = 0.01) -> Table:
    at = ag.evaluate(net.loss, {weight: weight.data + step})
    moved = [change(round(node.data, 6), round(at[node], 6)) for node in (*watch, net.loss)]
    slope = Figure(_("what E changes by, per unit of {weight}", weight=weight.label), (at[net.loss] - net.loss.data) / step, decimals=6)
    columns = (_("what if"), *(str(node.label) for node in (*watch, net.loss)), _("change of E ÷ change of {weight}", weight=weight.label))
    return Table(columns, [(f"{weight.label} {change(weight.data, weight.data + step)}", *moved, slope)])


def _questions(*rows: tuple[str, str, float, str]) -> Table:
    answered = ((question, rate, Figure(rate, value, course)) for question, rate, value, course in rows)
    return Table((_("question"), "", _("answer")), answered)


def _from_both(net: Net, neuron: Neuron, course: tuple[str, str, str]) -> Figures:
    """What comes back to a hidden neuron's output from each error, and in all."""
    names = [f"∂E_{output.name}/∂{neuron.out.label}" for output in net.output]
    parts = [_rate(error, neuron.out) for error in net.errors]
    total = Figure(_("sum: {what}", what=f"∂E/∂{neuron.out.label}"), neuron.out.grad, course[2])
    return Figures(*(Figure(name, part, text) for name, part, text in zip(names, parts, course, strict=False)), total)


def _delta_rule(layer: Iterable[Neuron], course: Sequence[str]) -> Table:
    terms = [(neuron, w, x) for neuron in layer for w, x in zip(neuron.weights, neuron.inputs, strict=True)]
    return Table(
        (_("weight"), _("δ × input"), "∂E/∂w"),
        (
            (str(w.label), f"{neuron.net.grad:.9f} × {show(x.data, 9)}", Figure(f"∂E/∂{w.label}", w.grad, text))
            for (neuron, w, x), text in zip(terms, course, strict=True)
        ),
    )


def _new_weights(weights: Sequence[Value], course: Sequence[str]) -> Table:
    return Table(
        (_("weight"), _("old"), "∂E/∂w", _("new")),
        (
            (str(w.label), show(w.data), f"{w.grad:.9f}", Figure(_("new {weight}", weight=w.label), w.data - LEARNING_RATE * w.grad, text))
            for w, text in zip(weights, course, strict=True)
        ),
    )


if __name__ == "__main__":
    alone(_(TITLE), tell)
    net = build()
    net.loss.backward()
