"""Why backpropagation: a hidden neuron has no error of its own, until the error is sent back to it.

What you can do with this file: `python -m demos why` tells the lesson, `--step` steps through it; `python -i -m demos.why`
leaves its Values in the REPL: try `net.h1.grad`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import NamedTuple

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.number import show
from demos.blocks import Block, Figure, Figures, Heading, Picture, Say, Table
from demos.report import alone, derivatives, forward_lines
from demos.words import N_, _

__all__ = ["SLIDES", "TITLE", "Net", "Passes", "build", "measured", "step", "tell"]

TITLE = N_("Why backpropagation: a hidden neuron has no error of its own")
SLIDES = "001 为什么需要反向传播 · 反向传播算法极简史"

#: By how much a weight is raised when it is tried.
TRIAL = 0.001

ROUNDS = 3  # each pass is timed so many times, and the quickest counts: nothing disturbed it


class Net(NamedTuple):
    """The Values of the lesson: one input, two hidden neurons, one output, its target."""

    x: Value
    w1: Value
    w2: Value
    w3: Value
    w4: Value
    h1: Value
    h2: Value
    o: Value
    loss: Value

    @property
    def weights(self) -> tuple[Value, ...]:
        """What training may change."""
        return self.w1, self.w2, self.w3, self.w4


class Passes(NamedTuple):
    """How long one pass through a network takes, in seconds."""

    forward: float
    backward: float


def build() -> Net:
    """A net without bias and activation, computed but not yet differentiated."""
    x = ag.constant(1.0, "x")
    w1, w2, w3, w4 = (Value(w, f"w{number}") for number, w in enumerate((0.5, 0.25, 2.0, 4.0), 1))
    h1, h2 = w1 * x, x * w2  # in this order the picture needs no crossing
    o = w3 * h1 + w4 * h2
    loss = 0.5 * (o - ag.constant(1.0, "t")) ** 2
    h1.label, h2.label, o.label, loss.label = "h1", "h2", "o", _("loss")
    return Net(x, w1, w2, w3, w4, h1, h2, o, loss)


def step() -> ag.Walk:
    """The walk through this lesson's graph."""
    return ag.walk(build().loss)


def measured(net: nn.MLP) -> Passes:
    """Time one forward and one backward pass through the graph of `net` on this machine; recording the graph does not count."""
    cost = nn.quadratic_cost(net([0.5] * net.nin), [0.0] * net.nouts[-1])
    return Passes(_quickest(lambda: ag.evaluate(cost)), _quickest(cost.backward))


def _quickest(run: Callable[[], object]) -> float:
    """How long `run` takes at best, in seconds."""
    times = []
    for _round in range(ROUNDS):
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return min(times)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson: an output has an error and a hidden neuron has none; trying works, at a price; sending the error back is cheap."""
    net = build()
    yield from _question(net)
    yield from _trying(net)
    net.loss.backward()
    yield from _sending_back(net)
    yield from _price()
    yield from _history_and_notes()


def _question(net: Net) -> Iterator[Block]:
    yield Say(_("One input x, two hidden neurons h1 and h2, one output o; the output should be t = 1. (Ours; the slides give no numbers.)"))
    yield Heading(_("Forward: compute"))
    yield Say(*forward_lines([net.h1, net.h2]), _("  o = w3 × h1 + w4 × h2 = {o}", o=show(net.o.data)))
    yield Figures(Figure(_("error of the output, o − t"), net.o.data - 1.0), Figure(_("loss ½(o − t)²"), net.loss.data))
    yield Picture("why_forward", ag.draw(net.loss, gradients=False))
    yield Heading(_("The question"))
    yield Say(
        _("The output has a target, so it has an error: it is 1 too high. And h1? Nobody has written down what h1 ought to be."),
        _("A hidden neuron has no target, so it has no error of its own. Which way, then, are w1 and w2 to be moved?"),
    )


def _trying(net: Net) -> Iterator[Block]:
    yield Heading(_("Could we simply try?"))
    rows = []
    for weight in net.weights:
        tried = ag.evaluate(net.loss, {weight: weight.data + TRIAL})[net.loss]
        rate = Figure(_("tried: loss per unit of {weight}", weight=weight.label), (tried - net.loss.data) / TRIAL, decimals=3)
        rows.append((str(weight.label), f"{show(net.loss.data)} → {show(tried)}", rate))
    yield Say(_("Raise one weight by {step}, compute everything again, see how much the loss rises for that:", step=TRIAL))
    yield Table((_("weight"), _("loss"), _("rise / step")), rows)
    yield Say(_("It works. But every weight has cost one more forward pass."))


def _sending_back(net: Net) -> Iterator[Block]:
    yield Heading(_("First send the error back, then descend"))
    yield Say(
        _("The course's answer: send the error of the output back to the hidden layer; then each neuron there has one, too."),
        _("It arrives multiplied by the weight that it came along: h1 gets 1 × w3, h2 gets 1 × w4."),
    )
    yield derivatives(net.loss, dict.fromkeys((net.o, net.h1, net.h2), ""))
    yield Say(_("And from there it is one step to the weights, for all of them in one single backward pass:"))
    yield derivatives(net.loss, dict.fromkeys(net.weights, ""))
    yield Picture("why", ag.draw(net.loss, legend=True))


def _price() -> Iterator[Block]:
    net, same_neurons = nn.MLP(784, [30, 10]), nn.MLP(30, [30, 10])
    parameters = len(net.parameters())
    forward, backward = measured(net)
    yield Heading(_("What it saves"))
    yield Say(
        _("(Ours, measured here and now.) The network 784-30-10, which reads handwritten digits:"),
        _("to try each of its weights and biases once takes one forward pass for each, and one to compare with."),
        _("Timed on one graph, recorded before: compute all its numbers anew (forward), and send the derivatives back (backward)."),
    )
    yield Figures(
        Figure(_("weights and biases of 784-30-10"), parameters),
        Figure(_("forward passes to try each of them once"), parameters + 1),
        Figure(_("one forward and one backward pass, in forward passes"), (forward + backward) / forward, decimals=1),
        Figure(_("trying takes so many times as long"), (parameters + 1) * forward / (forward + backward), decimals=0),
    )
    yield Say(_("The last two numbers differ from run to run and from engine to engine. The trying is not run: it is multiplied."))
    yield Say(_("What does a pass cost? Two networks with 40 neurons each, the inputs not counted:"))
    yield Figures(
        Figure(_("connections of 784-30-10"), _connections(net)),
        Figure(_("connections of 30-30-10"), _connections(same_neurons)),
    )


def _history_and_notes() -> Iterator[Block]:
    yield Heading(_("A very short history"))
    yield Say(
        _("1974  Paul Werbos, in his thesis at Harvard: train a network by sending the error back. Hardly anybody took notice."),
        _("1986  Rumelhart, Hinton and Williams, in Nature: “Learning representations by back-propagating errors”."),
    )
    yield Heading(_("Notes on the course"))
    yield Say(
        _("“The cost grows only with the number of neurons”: with the number of connections, as the two networks above show;"),
        _("each connection is one multiplication forward and at most two back: one for its weight, one for the neuron before it."),
    )


def _connections(net: nn.MLP) -> int:
    return sum(layer.nin * layer.nout for layer in net.layers)


if __name__ == "__main__":
    alone(_(TITLE), tell)
    net = build()
    net.loss.backward()
