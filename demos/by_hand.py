"""Eight weights by hand: first by trial and error, then from back to front. What the gradient is for, and who walks along it.

What you can do with this file: `python -m demos by_hand` tells the lesson, `--step` steps through its graph and one update;
`python -i -m demos.by_hand` leaves the net in the REPL: try `ag.evaluate(net.loss, {w["w11′"]: 0.8})[net.loss]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.number import show
from autograd_mini.symbols import spell
from demos.blocks import Block, Figure, Figures, Heading, Picture, Row, Say, Table
from demos.report import alone, changes, derivatives
from demos.words import N_, _
from nn.neurons import Neurons, fully_connected

__all__ = ["SLIDES", "TITLE", "WEIGHTS", "Net", "as_neurons", "build", "descend", "step", "tell"]

TITLE = N_("By hand: what gradient descent and backpropagation have to do with each other")
SLIDES = "003 神经网络如何计算结果~如何做反向传播"

#: The course's weights; w31 leads from input 3 to hidden neuron 1, w21′ from hidden neuron 2 to output 1.
WEIGHTS = {"w11": 0.5, "w21": 0.4, "w31": 0.3, "w12": 0.6, "w22": 0.3, "w32": 0.2, "w11′": 0.7, "w21′": 0.8}
LEARNING_RATE = 0.01
NEAR = 1e-9


class Net(NamedTuple):
    """The Values of the lesson. `w` has the eight weights by name, in the course's order."""

    inputs: tuple[Value, ...]
    w: dict[str, Value]
    hidden: tuple[Value, Value]
    predicted: Value
    target: Value
    error: Value
    loss: Value


def build() -> Net:
    """The 3-2-1 net without biases and activations, and its loss; not yet differentiated."""
    inputs = tuple(ag.constant(x, f"a{i}") for i, x in enumerate((1.0, 2.0, 3.0), 1))
    w = {name: Value(x, name) for name, x in WEIGHTS.items()}
    first: Value = ag.dot(inputs, [w["w11"], w["w21"], w["w31"]])
    second: Value = ag.dot(inputs, [w["w12"], w["w22"], w["w32"]])
    predicted: Value = ag.dot([first, second], [w["w11′"], w["w21′"]])
    target = ag.constant(3.2, "y")
    error = predicted - target
    loss = 0.5 * error**2
    first.label, second.label, predicted.label, error.label, loss.label = "a1′", "a2′", "ŷ", "ŷ−y", "L"
    return Net(inputs, w, (first, second), predicted, target, error, loss)


def as_neurons(net: Net) -> Neurons:
    """The net as the course draws it: neurons in columns, a weight on each edge."""
    w = list(net.w.values())
    return fully_connected([net.inputs, net.hidden, [net.predicted]], [[w[:3], w[3:6]], [w[6:]]])


def descend(net: Net, learning_rate: float) -> Iterator[float]:
    """Gradient descent without end: after each update, what the net predicts. The net itself stays as it is."""
    loss, predicted, weights = net.loss, net.predicted, list(net.w.values())
    while True:
        gradients = ag.grad(loss, weights)
        moved = {w: w.data - learning_rate * gradient for w, gradient in zip(weights, gradients, strict=True)}
        loss, predicted, *weights = ag.replay([loss, predicted, *weights], moved)
        yield predicted.data


def step() -> ag.Walk:
    """The walk through this lesson's graph, there, back, and on to the update."""
    net = build()
    return ag.walk(net.loss, parameters=list(net.w.values()), learning_rate=LEARNING_RATE)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson, in the course's order: compute, try, fail, count the cost; Go and the pie; only then the formulas."""
    net = build()
    yield from _forward(net)
    yield from _trial(net)
    yield from _pie(net)
    yield from _formulas(net)
    net.loss.backward()
    yield from _backward(net)
    yield from _solving(net)
    yield from _descent(net)
    yield from _notes()


def _forward(net: Net) -> Iterator[Block]:
    yield Heading(_("How a network computes"))
    yield Say(
        _("Three inputs, 1, 2 and 3, two hidden neurons, one output; eight weights. To keep it simple: no biases, no activations."),
        _("w31 leads from input 3 to hidden neuron 1: (source, target). Course 002 writes its indices the other way round."),
        *(f"  {node.label} = {_arithmetic(node, ag.evaluate(node))}" for node in (*net.hidden, net.predicted)),
    )
    computed = zip((*net.hidden, net.predicted), ("2.2", "1.8", "2.98"), strict=True)
    yield Figures(*(Figure(str(node.label), node.data, course) for node, course in computed))
    yield Say(_("ŷ (the course's a1″ at first) is what the network predicts."))
    yield Picture("by_hand_neurons", ag.draw(as_neurons(net)), _("the net as neurons"))
    yield Picture("by_hand_forward", ag.draw(net.predicted, gradients=False), _("the same, operation by operation"))


def _trial(net: Net) -> Iterator[Block]:
    yield Heading(_("The target"))
    yield Say(_("For these inputs the answer should have been y = 3.2. The prediction falls short by:"))
    yield Figures(Figure("y − ŷ", net.target.data - net.predicted.data, "0.22"))
    yield Say(_("The inputs and the target are given: only the eight weights can be adjusted. There are two ways to go about it."))
    yield Heading(_("From front to back: try"))
    yield Say(_("Adjust some weights a little, and compute again:"))
    trials = [{net.w[raised]: 0.35, net.w["w11′"]: 0.78, net.w["w21′"]: 0.83} for raised in ("w31", "w22")]
    tried = [ag.evaluate(net.predicted, trial) for trial in trials]
    yield Table((_("what if"), "a1′", "a2′", "ŷ", "y − ŷ"), (_trial_row(net, *row) for row in zip(trials, tried, strict=True)))
    yield Say(
        *(f"  {_arithmetic(net.predicted, numbers)}" for numbers in tried),
        _("The first line is the course's trial, and the course prints 3.293 for it. That is what the second line gives:"),
        _("w22 (0.3 as well) was raised in place of w31. Either way: closer, but not there, and which weight is next?"),
        _("(Ours.) To try ten values of each weight, in all combinations, takes so many forward passes:"),
    )
    yield Figures(Figure(_("forward passes (10⁸)"), 10.0 ** len(net.w), decimals=0))
    yield Say(_("Each further weight makes it ten times as many, and a large model has hundreds of billions of weights."))


def _trial_row(net: Net, at: Mapping[Value, float], numbers: Mapping[Value, float]) -> Row:
    what, predicted = changes(at), numbers[net.predicted]
    return (
        what,
        *(Figure(f"{what}: {node.label}", numbers[node], before=node.data) for node in net.hidden),
        Figure(what, predicted, "3.293"),
        Figure(f"{what}: y − ŷ", net.target.data - predicted),
    )


def _pie(net: Net) -> Iterator[Block]:
    yield Heading(_("From back to front: whose doing is it?"))
    yield Say(
        _("After a game of Go, won or lost, we ask which moves decided it. To tell what each of them contributed is hard:"),
        _("it is called credit assignment. The course's image: the error is a pie, cut from the output back to the inputs,"),
        _("until nothing is left of it. (Ours: the numbers.) An edge that carries more of ŷ gets the larger slice:"),
        _("slice = what the edge carries of ŷ × the error ŷ − y (below 0: ŷ is too small). The last layer first, then the one before:"),
    )
    for total, layer in ((_("all of layer 2"), list(net.w)[6:]), (_("all of layer 1"), list(net.w)[:6])):
        carried, slices = _parts(net, net.predicted, layer), _parts(net, net.loss, layer)
        rows = zip((*layer, total), (*carried, sum(carried)), (*slices, sum(slices)), strict=True)
        columns = (_("edge"), _("carries of ŷ"), _("slice"))
        yield Table(columns, ((name, show(part, 6), Figure(_("slice of {name}", name=name), x, decimals=4)) for name, part, x in rows))
    yield Say(_("Both layers share out the same pie, (ŷ − y)·ŷ. Nothing is lost on the way, since nothing is added (no bias) or bent."))


def _parts(net: Net, output: Value, names: Sequence[str]) -> list[float]:
    """w·∂output/∂w of each of these weights: of ŷ, what its edge carries; of L, its slice of the pie."""
    weights = [net.w[name] for name in names]
    return [w.data * gradient for w, gradient in zip(weights, ag.grad(output, weights), strict=True)]


def _formulas(net: Net) -> Iterator[Block]:
    yield Heading(_("Now the formulas: 1. forward"))
    yield Say(
        _("hidden layer: z1 = W1·x + b1, a1 = f(z1)      output layer: z2 = W2·a1 + b2, ŷ = f(z2)"),
        _("In this net b1 = b2 = 0 and f(z) = z. W1 holds six of the weights, W2 the two with a prime."),
    )
    yield Heading(_("2. The loss"))
    far = ag.evaluate(net.error, {net.w["w21′"]: -100.0})[net.error]
    yield Say(_("(Ours.) L = ŷ − y is nothing to be made small: it is below 0 already, and has no bottom. The worse w21′, the “better” L:"))
    yield Figures(Figure("L = ŷ − y", net.error.data, decimals=2), Figure(_("L = ŷ − y, with w21′ = −100"), far, decimals=2))
    yield Say(_("L = ½(ŷ − y)² has a bottom: 0, where ŷ = y and only there."))
    [slope] = ag.grad(net.loss, [net.predicted])
    [without_half] = ag.grad(net.error**2, [net.predicted])
    yield Figures(
        Figure("L = ½(ŷ − y)²", net.loss.data, decimals=4),
        Figure("∂L/∂ŷ", slope, decimals=2),
        Figure(_("∂L/∂ŷ without the ½"), without_half, decimals=2),
    )
    yield Say(
        _("Why a ½, asks the course. The exponent 2 comes down as a factor, and the ½ cancels it: ∂L/∂ŷ is the error itself."),
        _("Written out, L is a function of the eight weights; everything else in it is given:"),
        f"  L = {spell(net.loss, {value: value.label or show(x) for value, x in ag.evaluate(net.loss).items() if value.op is None})}",
    )


def _backward(net: Net) -> Iterator[Block]:
    yield Heading(_("3. Backward"))
    w, (first, _second) = net.w, net.hidden
    yield Say(
        _("(Ours; the course stops before the first derivative.) The chain rule, from the output back, one factor for each edge:"),
        _product("∂L/∂w11′ = ∂L/∂ŷ × ∂ŷ/∂w11′", [net.predicted.grad, *ag.grad(net.predicted, [w["w11′"]])], w["w11′"].grad),
        _product(
            "∂L/∂w31 = ∂L/∂ŷ × ∂ŷ/∂a1′ × ∂a1′/∂w31",
            [net.predicted.grad, *ag.grad(net.predicted, [first]), *ag.grad(first, [w["w31"]])],
            w["w31"].grad,
        ),
    )
    yield derivatives(net.loss, dict.fromkeys([*list(w.values())[6:], *list(w.values())[:6]], ""))
    yield Picture("by_hand_neurons_backward", ag.draw(as_neurons(net)), _("∂L/∂w below each weight"))
    yield Picture("by_hand", ag.draw(net.loss, legend=True), _("the same, operation by operation"))
    yield Say(
        _("All eight are below 0: raise any of the weights, and L falls; it falls fastest with w32."),
        _("And the slices of the pie? Each was w × ∂L/∂w: the weight, times how much L depends on it."),
    )


def _product(formula: str, factors: list[float], result: float) -> str:
    return f"  {formula} = {' × '.join(show(factor) for factor in factors)} = {show(result)}"


def _solving(net: Net) -> Iterator[Block]:
    yield Heading(_("Set the derivatives to 0 and solve?"))
    yield Say(_("With this the course ends. (Ours.) It is not enough, for two reasons. First, all eight derivatives are 0 here too:"))
    at_zero, *weights = ag.replay([net.loss, *net.w.values()], dict.fromkeys(net.w.values(), 0.0))
    steepest = max(map(abs, ag.grad(at_zero, weights)))
    yield Figures(
        Figure(_("L with all weights 0"), at_zero.data, decimals=2),
        Figure(_("its largest derivative"), steepest),
        Figure(_("L with all weights 0.1"), _loss(net, dict.fromkeys(net.w, 0.1)), decimals=4),
        Figure(_("L with −0.1 in the first layer, 0.1 in the second"), _loss(net, _opposed(net)), decimals=4),
    )
    yield Say(
        _("One way leads down from there, another up: a saddle, neither a lowest point nor a highest."),
        _("Second, there is not one solution but infinitely many. Change one weight only, this or that:"),
    )
    solutions = ({"w11′": 0.8}, {"w22": 0.4375})
    yield Figures(*(Figure(f"L, {name} = {show(x)}", _loss(net, {name: x}), decimals=4) for at in solutions for name, x in at.items()))


def _loss(net: Net, at: Mapping[str, float]) -> float:
    return ag.evaluate(net.loss, {net.w[name]: x for name, x in at.items()})[net.loss]


def _opposed(net: Net) -> dict[str, float]:
    return {name: 0.1 if name.endswith("′") else -0.1 for name in net.w}


def _descent(net: Net) -> Iterator[Block]:
    yield Heading(_("Walk downhill"))
    yield Say(_("(Ours.) No solving, then: one small step, w ← w − η·∂L/∂w for all eight weights at once. And again, from where we are:"))
    columns = ("η", *(_("ŷ after update {n}", n=n) for n in (1, 2, 3)))
    yield Table(columns, ((show(rate), *_first_updates(net, rate)) for rate in (0.01, 0.04, 0.5)))
    updates = next(n for n, predicted in enumerate(descend(net, LEARNING_RATE), 1) if abs(predicted - net.target.data) < NEAR)
    yield Figures(Figure(_("updates until ŷ is within 1e-9 of 3.2, η = 0.01"), updates, decimals=0))
    yield Say(
        _("So many forward and backward passes, in place of 100,000,000 trials. With η = 0.5 each step leaps farther across the valley."),
        _("Near the bottom an update multiplies the error by about 1 − η·Σ(∂ŷ/∂w)²: it settles while η is below 2 / Σ(∂ŷ/∂w)²."),
    )
    limit = 2 / sum(slope * slope for slope in ag.grad(net.predicted, list(net.w.values())))
    late = {rate: next(islice(descend(net, rate), 299, None)) - net.target.data for rate in (0.08, 0.09)}
    yield Figures(
        Figure(_("2 / Σ(∂ŷ/∂w)², at the start"), limit, decimals=3),
        *(Figure(_("ŷ − y after 300 updates, η = {rate}", rate=rate), error, decimals=6) for rate, error in late.items()),
    )
    yield Heading(_("So, what have they to do with each other?"))
    yield Say(_("Backpropagation finds the gradient. Gradient descent walks along it: downhill, against it. Then the next round."))


def _first_updates(net: Net, rate: float) -> Iterator[Figure]:
    for n, predicted in enumerate(islice(descend(net, rate), 3), 1):
        yield Figure(_("ŷ after update {n}", n=n) + f", η = {show(rate)}", predicted, decimals=6)


def _notes() -> Iterator[Block]:
    yield Heading(_("Notes on the course"))
    yield Say(
        _("3.293: with the weights as printed it is 3.327, see the trial above."),
        _("“A function of higher order: partial derivatives” (高阶函数就是求偏导): a function of several variables is meant."),
        _("“Solve the equations, and W and b are known”: infinitely many W solve them, and saddles solve them too."),
        _("a1 is an input in one place (a1 = 1), the hidden layer in another (a1 = f(z1)): here a1 and a1′."),
    )


def _arithmetic(node: Value, numbers: Mapping[Value, float]) -> str:
    """What a neuron computes, with the numbers that go in: 1 × 0.5 + 2 × 0.4 + 3 × 0.3 = 2.2."""
    texts = {value: show(x) for value, x in numbers.items() if value.label and value is not node}
    return f"{spell(node, texts)} = {show(numbers[node])}"


if __name__ == "__main__":
    alone(_(TITLE), tell)
    net = build()
    w = net.w
    net.loss.backward()
