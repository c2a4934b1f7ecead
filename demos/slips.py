"""Slips: six ways to get a gradient wrong, each on the smallest graph that shows it.

What you can do with this file: `python -m demos slips` tells the lesson, `--step` steps through the first slip;
`python -i -m demos.slips` leaves the graphs in the REPL: try `ag.walk(inner_fork.y, steps=inner_fork.slip)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.errors import GradientMismatch
from autograd_mini.moments import Steps, Update
from demos import two_two_two
from demos.blocks import Block, Figure, Figures, Heading, Picture, Row, Say, Table
from demos.report import alone
from demos.words import N_, _

__all__ = ["SLIDES", "TITLE", "Graphs", "Spoiled", "build", "step", "tell", "updated_by_the_slip"]

TITLE = N_("Slips: six ways to get a gradient wrong, and how each looks")
SLIDES = ""

STEP = 2.0**-10  # of the finite differences; x ± a power of two is exact
LEARNING_RATE = 0.1
ITERATIONS = 30


class Spoiled(NamedTuple):
    """A graph, its nodes of interest, and the chain rule with the slip that spoils their derivatives."""

    y: Value
    xs: Sequence[Value]
    slip: Steps


class Graphs(NamedTuple):
    """The graphs of the lesson, in its order; that of the fourth slip needs two iterations, and stands by itself: `loss`, `w`."""

    fork: Spoiled
    inner_fork: Spoiled
    two_passes: Spoiled
    loss: Value
    w: Value
    two_weights: Spoiled
    layer: Spoiled


def build() -> Graphs:
    """The smallest graph for each slip, computed but not yet differentiated."""
    x, a, u, w = Value(3.0, "x"), Value(3.0, "a"), Value(3.0, "u"), Value(1.0, "w")
    b, s = a**2, u**2
    y, c, t, loss = x * x, b + b, s * 1, w**2
    for label, value in {"y": y, "b": b, "c": c, "s": s, "t": t, "L": loss}.items():
        value.label = label
    return Graphs(
        Spoiled(y, [x], ag.slips.overwrite),
        Spoiled(c, [a, b], ag.slips.without_order),
        Spoiled(t, [u, s], ag.slips.stale),
        loss,
        w,
        _two_weights(),
        _layer(),
    )


def _two_weights() -> Spoiled:
    w1, w2 = Value(1.0, "w1"), Value(0.8, "w2")
    y = w1 * w2
    y.label = "y"
    return Spoiled(y, [w1, w2], ag.slips.too_early(y, [w2], learning_rate=0.5))


def _layer() -> Spoiled:
    weights = [[ag.constant(1.0, "w11"), ag.constant(2.0, "w12")], [ag.constant(3.0, "w21"), ag.constant(4.0, "w22")]]
    a = [Value(5.0, "a1"), Value(6.0, "a2")]
    first, second = (row[0] * a[0] + a[1] * row[1] for row in weights)  # in this order no edge of the picture is hidden
    cost = first + second
    first.label, second.label, cost.label = "z1", "z2", "C"
    return Spoiled(cost, a, ag.slips.without_transpose(weights))


def step() -> ag.Walk:
    """The walk through the first graph, with its slip."""
    fork = build().fork
    return ag.walk(fork.y, steps=fork.slip)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson: for each slip what people write, the smallest graph, wrong beside right, how to notice it, and the mend."""
    graphs = build()
    yield from _how_to_read()
    yield from _overwrite(graphs.fork)
    yield from _without_order(graphs.inner_fork)
    yield from _stale(graphs.two_passes)
    yield from _without_zero_grad(graphs.loss, graphs.w)
    yield from _too_early(graphs.two_weights)
    yield from _without_transpose(graphs.layer)
    yield from _notes()


def _how_to_read() -> Iterator[Block]:
    yield Say(
        _("(All of it ours.) Six slips that nearly everyone meets who writes a backward pass. None of them stops the program:"),
        _("the numbers are wrong, that is all. So here is each, on the smallest graph that it spoils."),
        _("In the pictures, 3 ✗ 6 ✓ means: the slip gives 3, and 6 is right."),
        _("The finite difference in the tables needs no rule: compute at x + h and at x − h, subtract, divide by 2h."),
    )


def _overwrite(fork: Spoiled) -> Iterator[Block]:
    yield Heading(_("1. Overwriting where it should add up"))
    yield Say(
        _("What people write: x.grad = upstream * local        It should be: x.grad += upstream * local"),
        _("y = x · x at x = 3. Two edges lead back to x, and each brings 3. Whoever overwrites keeps one of them:"),
    )
    yield _compared(fork)
    yield _picture("slips_overwrite", fork, _("each edge is right, the sum at x is not"))
    yield Say(
        _("How to notice it: as long as every value is used once, all gradients are right. So check a function that uses its x twice."),
        _("A gradient check holds what is claimed against finite differences, and says:"),
        f"  {_refusal(fork)}",
        _("The mend: a value that is used several times gets the sum of what comes back along all its uses."),
    )


def _refusal(fork: Spoiled) -> str:
    """What gradcheck says of the first slip, without its tolerances."""
    try:
        return str(ag.checks.gradcheck(lambda x: x * x, 3.0, gradient=lambda x: ag.slips.grad(fork.y, fork.xs, fork.slip)))
    except GradientMismatch as mismatch:
        return str(mismatch).partition(" The error")[0]


def _without_order(inner_fork: Spoiled) -> Iterator[Block]:
    yield Heading(_("2. Passing on before everything has arrived"))
    yield Say(
        _("What people write: depth first. As soon as something arrives at a node, pass it on, and tick the node off."),
        _("b = a², c = b + b at a = 3. A 1 arrives at b, and b passes 1 × 6 on to a. Then another 1 arrives; but b is ticked off."),
    )
    yield _compared(inner_fork)
    yield _picture("slips_without_order", inner_fork, _("b has 2 in the end, but has passed on 1"))
    a = Value(1.0, "a")
    b = a + a
    [wrong], [right] = ag.slips.grad(b + b, [a], ag.slips.without_order), ag.grad(b + b, [a])
    yield Say(_("The best-known example comes from the discussions of micrograd: a = 1, b = a + a, c = b + b."))
    yield Figures(Figure(_("∂c/∂a of a = 1, depth first"), wrong), Figure(_("∂c/∂a of a = 1"), right))
    yield Say(
        _("How to notice it: as long as only leaves are used twice, all is right. So check with an inner value that is used twice."),
        _("The mend: topological order, from the back. A node passes on only when all its users have passed on to it."),
    )


def _stale(two_passes: Spoiled) -> Iterator[Block]:
    u = two_passes.xs[0]
    yield Heading(_("3. Old gradients inside the graph"))
    yield Say(
        _("What people write: u.grad = 0, and t.backward() once more, on the same graph. The leaf is at 0. And the nodes inside?"),
        _("s = u², t = s · 1 at u = 3. Since the first pass s holds 1. The second pass adds its 1, and s passes on 2:"),
    )
    yield _compared(two_passes)
    yield _picture("slips_stale", two_passes, _("the second pass: s held 1 already"))
    [once], [again] = ag.grad(two_passes.y, [u]), ag.slips.grad(two_passes.y, [u], two_passes.slip)
    two_passes.y.backward()
    two_passes.y.backward()
    yield Say(_("If u is not set to 0 either, it adds up, and that is meant: leaves accumulate. But after two passes it holds"))
    yield Figures(
        Figure(_("gradient of u after two passes, with the slip"), once + again),
        Figure(_("gradient of u after two passes"), u.grad),
    )
    yield Say(
        _("How to notice it: run backward() twice. Every leaf must hold exactly twice its gradient."),
        _("The mend: each pass begins with 0 in every inner node (our backward() does so). Only leaves accumulate over passes."),
    )


def _without_zero_grad(loss: Value, w: Value) -> Iterator[Block]:
    yield Heading(_("4. Forgetting zero_grad"))
    yield Say(
        _("What people write, in a loop: L.backward(), w.data -= η * w.grad. And again."),
        _("L = w² from w = 1 with η = 0.1. The leaf w accumulates, so the second step takes 2 + 1.6 for its gradient, not 1.6."),
    )
    moved = {forget: _trajectory(loss, w, forget) for forget in (True, False)}
    columns = (_("update"), _("w, zero_grad each time"), _("w, forgotten"))
    yield Table(columns, (_after(n, moved[True][n - 1], moved[False][n - 1]) for n in (1, 2, 3, 5, 10, 20, ITERATIONS)))
    forgotten = ag.walk(loss, parameters=[w], learning_rate=LEARNING_RATE, zero_grad=False)
    yield Picture("slips_without_zero_grad", ag.draw(forgotten, legend=True), _("the second update: this pass brings 1.6, w.grad is 3.6"))
    yield Say(
        _("It is a pendulum without friction: w swings through the lowest point, up on the other side, and never comes to rest."),
        _("How to notice it: not by a gradient check, since each pass by itself is right. But the loss goes up and down."),
        _("The mend: zero_grad before each backward(). Leave it out only where a sum is wanted, as over the samples of a mini-batch."),
    )


def _trajectory(loss: Value, w: Value, zero_grad: bool) -> list[float]:
    """w after each update."""
    walk = ag.walk(loss, parameters=[w], learning_rate=LEARNING_RATE, zero_grad=zero_grad, iterations=ITERATIONS)
    return [moment.new for moment in walk if isinstance(moment, Update)]


def _after(n: int, right: float, wrong: float) -> Row:
    what = _("w after update {n}", n=n)
    return str(n), Figure(what, right, decimals=4), Figure(_("{what}, forgotten", what=what), wrong, decimals=4)


def _too_early(two_weights: Spoiled) -> Iterator[Block]:
    yield Heading(_("5. Updating a weight before going back through it"))
    yield Say(
        _("What people write: each weight is updated as soon as its derivative is known; then on to the next."),
        _("y = w1 · w2 with w1 = 1, w2 = 0.8, η = 0.5. First w2: its derivative is 1, so it moves to 0.8 − 0.5 · 1 = 0.3."),
        _("Then w1: its derivative is w2. But which w2, the old or the new?"),
    )
    yield _compared(two_weights)
    yield _picture("slips_too_early", two_weights, _("what goes back to w1 is the new w2"))
    yield Say(_("The same in the net of course 004, where w5…w8 move before the way back goes through them to w1…w4:"))
    yield Figures(Figure(_("E after one update"), updated_by_the_slip().data, "0.291027924"))
    yield Say(
        _("How to notice it: the “derivative” depends on the learning rate. No derivative does."),
        _("The mend: first all derivatives, with the old weights; then all updates. See the lesson step_by_step."),
        _("(In autograd-mini the local derivatives are recorded on the way forward: to set w.data in between spoils nothing.)"),
    )


def updated_by_the_slip() -> Value:
    """The error of course 004's net after one update in which w5…w8 have moved before the hidden layer is differentiated."""
    net = two_two_two.build()
    rate = two_two_two.LEARNING_RATE
    slip = ag.slips.too_early(net.loss, net.weights[4:], rate)
    moved = zip(net.weights, ag.slips.grad(net.loss, net.weights, slip), strict=True)
    return ag.replay(net.loss, {w: w.data - rate * slope for w, slope in moved})


def _without_transpose(layer: Spoiled) -> Iterator[Block]:
    yield Heading(_("6. Forgetting the transpose"))
    yield Say(
        _("What people write: W @ delta        It should be: W.T @ delta"),
        _("Two inputs, two outputs: z1 = 1·a1 + 2·a2, z2 = 3·a1 + 4·a2. And C = z1 + z2, so that both have δ = ∂C/∂z = 1."),
        _("a1 went to z1 by w11 = 1 and to z2 by w21 = 3, a column of W: 1 + 3 comes back. Without the transpose it is a row, 1 + 2."),
    )
    yield _compared(layer)
    yield _picture("slips_without_transpose", layer, _("w12 and w21 have changed places; w11 and w22 look right"))
    net = two_two_two.build()
    w5, w6, w7, w8 = net.weights[4:]
    outs = [neuron.out for neuron in net.hidden]
    wrong = ag.slips.grad(net.loss, outs, ag.slips.without_transpose([[w5, w6], [w7, w8]]))
    yield Say(_("In the net of course 004 nobody would suspect the numbers:"))
    rows = zip(outs, wrong, ag.grad(net.loss, outs), strict=True)
    yield Table(("", "W·δ", "Wᵀ·δ"), (_row(f"∂E/∂{x.label}", slip, right) for x, slip, right in rows))
    yield Say(
        _("How to notice it: between 2 neurons and 3 the shapes do not fit, and the program stops. So never check square layers only."),
        _("The mend: forward, w_jk leads from k to j; back, from j to k. See the lesson four_equations, equation (2)."),
    )


def _notes() -> Iterator[Block]:
    yield Heading(_("Notes on the course"))
    yield Say(
        _("Where these slips lie in wait in the courses:"),
        _("  1, 2: in 000 the wishes of all outputs are added up; in 004 out_h1 feeds both outputs, and passes on their sum."),
        _("  3, 4: in 002 the gradients of a mini-batch add up, and the next mini-batch starts from 0."),
        _("  5: 004 says “use the old weights” (使用旧的权重值), but its last four figures come from the new ones."),
        _("  6: in 002 it is equation (2). And 002 writes w with (target, source), 003 with (source, target):"),
        _("     whoever mixes the two has transposed W without knowing."),
    )


def _compared(graph: Spoiled) -> Table:
    """The derivatives with the slip, as the chain rule gives them, and as a finite difference."""
    wrong, right = ag.slips.grad(graph.y, graph.xs, graph.slip), ag.grad(graph.y, graph.xs)
    rows = []
    for x, slip, derivative in zip(graph.xs, wrong, right, strict=True):
        what = f"∂{graph.y.label}/∂{x.label}"
        difference = Figure(_("{what}, finite difference", what=what), _finite_difference(graph.y, x))
        rows.append((what, Figure(_("{what}, with the slip", what=what), slip), Figure(what, derivative), difference))
    return Table(("", _("with the slip"), _("chain rule"), _("finite difference")), rows)


def _row(what: str, wrong: float, right: float) -> Row:
    return what, Figure(_("{what}, with the slip", what=what), wrong, decimals=6), Figure(what, right, decimals=6)


def _finite_difference(y: Value, x: Value) -> float:
    above, below = (ag.evaluate(y, {x: x.data + h})[y] for h in (STEP, -STEP))
    return (above - below) / (2 * STEP)


def _picture(name: str, graph: Spoiled, says: str) -> Picture:
    return Picture(name, ag.draw(ag.walk(graph.y, steps=graph.slip), legend=True), says)


if __name__ == "__main__":
    alone(_(TITLE), tell)
    fork, inner_fork, two_passes, loss, w, two_weights, layer = build()
