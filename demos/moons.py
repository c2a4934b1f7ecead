"""Two moons: a network of 337 parameters learns a boundary that is no straight line, as in micrograd's own example.

What you can do with this file: `python -m demos moons` trains, reports and draws the boundary, `--step` steps through the output neuron's
update by one point; `python -i -m demos.moons` leaves `data`, `net` and `history` in the REPL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.graph import topological_order
from autograd_mini.number import show
from demos.blocks import Block, Figure, Figures, Heading, Picture, Row, Say, Table
from demos.painted import Painted
from demos.report import alone
from demos.words import N_, _
from nn.answers import target

__all__ = ["SLIDES", "TITLE", "Trained", "build", "cost_of", "network", "points", "step", "tell", "train"]

TITLE = N_("Two moons: a small network learns a curved boundary")
SLIDES = ""

#: Of micrograd's example: as many steps, each with all the points; its alpha, which there stands before Σp² without a ½.
STEPS, ALPHA = 100, 1e-4
STRENGTH = 2 * ALPHA

SIDE_BY_SIDE = 5  # steps taken with both engines
SHOWN = (0, 1, 2, 5, 10, 20, 50)  # and the one that reaches 100 %, and the last
SEEDS, QUICK_SEEDS = 10, 3

#: Scores of a point of label 1.
SCORES = (-1.0, 0.0, 0.5, 1.0, 2.0)


class Trained(NamedTuple):
    """What training leaves: the points, the network, how it went."""

    data: nn.datasets.Samples
    net: nn.MLP
    history: nn.History

    @property
    def reached(self) -> int | None:
        """After how many steps all points are classified correctly for the first time."""
        right = self.history.train_accuracy
        return right.index(1.0) if 1.0 in right else None


def points() -> nn.datasets.Samples:
    """The 100 points of the lesson."""
    return nn.datasets.moons(100, noise=0.1, rng=1)


def network(seed: int = 0) -> nn.MLP:
    """The untrained 2-16-16-1 network."""
    return nn.MLP(2, [16, 16, 1], activation="relu", output="linear", init="he", rng=seed)


def train(seed: int = 0, steps: int = STEPS, callbacks: tuple[Callable[[nn.Epoch], Any], ...] = (), **options: Any) -> Trained:
    """Train on all points in every step, so that an epoch is one step; the learning rate falls from 1 towards 0.1."""

    def slower(epoch: nn.Epoch) -> None:
        epoch.optimizer.learning_rate = 1.0 - 0.9 * epoch.number / steps

    data, net = points(), network(seed)
    settings = {"epochs": steps, "batch_size": len(data), "learning_rate": 1.0, "cost": nn.hinge, "l2": STRENGTH, **options}
    return Trained(data, net, nn.fit(net, data, callbacks=[slower, *callbacks], **settings))


def cost_of(net: nn.MLP, data: nn.datasets.Samples) -> float:
    """The mean hinge cost of the points, without L2, from a graph for each."""
    costs = [nn.hinge(net(x), target(net, label)).data for x, label in zip(data.x, data.y, strict=True)]
    return sum(costs) / len(costs)


def build() -> tuple[Value, Value]:
    """The score of the first point in the untrained network, and what it costs; not yet differentiated."""
    data, net = points(), network()
    s = Value(net(data.x[0])[0].data, "s")
    cost = nn.hinge([s], [ag.constant(target(net, data.y[0])[0], "y")])
    cost.label = "C"
    return s, cost


def step() -> ag.Walk:
    """The walk through the output neuron on the first point, and on through its updates; what feeds it is held as it is."""
    data, net = points(), network()
    activations = net.layers[1](net.layers[0](data.x[0]))
    hidden = [ag.constant(a.data, _("hidden {number}", number=number)) for number, a in enumerate(activations, 1)]
    neuron = deepcopy(net.layers[2].neurons[0])
    ag.label(b=neuron.bias, **{f"w{number}": weight for number, weight in enumerate(neuron.weights, 1)})
    score = neuron(hidden)
    score.label = "s"
    cost = nn.hinge([score], target(net, data.y[0]))
    cost.label = "C"
    return ag.walk(cost, parameters=neuron.parameters(), learning_rate=0.1)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson: the points, the network, what a score costs; untrained; two engines; a hundred steps; other beginnings."""
    data, net = points(), network()
    yield from _task(net)
    yield from _hinge()
    yield from _untrained(net, data)
    yield from _engines(net, data)
    yield from _steps()
    yield from _beginnings(QUICK_SEEDS if quick else SEEDS)


def _task(net: nn.MLP) -> Iterator[Block]:
    yield Say(
        _("100 points on two half moons that reach into each other; the label says which."),
        _("No straight line parts them. (Ours, and well known: micrograd's example has the"),
        _("same network, cost and steps, other points, and other weights to begin with.)"),
    )
    yield Heading(_("The network"))
    yield Say(
        _("2-16-16-1: two coordinates in, twice 16 neurons with relu, one linear output,"),
        _("the score s. Above 0 it says label 1, else label 0."),
    )
    yield Figures(Figure(_("weights and biases"), len(net.parameters())), Figure(_("of these, weights"), len(net.weights)))


def _hinge() -> Iterator[Block]:
    yield Heading(_("What does a score cost?"))
    yield Say(_("Take a point of label 1. Its score should be above 0. Well above? Try some:"))
    yield Table(("s", _("cost C"), "∂C/∂s"), map(_scored, SCORES))
    s, cost = build()
    cost.backward()
    yield Say(
        _("C = max(0, 1 − y·s) with y = +1 for label 1 and y = −1 for label 0, the hinge:"),
        _("below y·s = 1 every score is pushed with the same force, from there on none is."),
        _("The first of our points, in the untrained network:"),
    )
    yield Figures(Figure("s", s.data, decimals=4), Figure("C", cost.data, decimals=4), Figure("∂C/∂s", s.grad))
    yield Picture("moons_hinge", ag.draw(cost), _("the hinge of the first point"))
    yield Say(
        _("And large weights cost something, too: L2 adds {strength}/2 · Σw² over all weights.", strength=show(STRENGTH)),
        _("(micrograd's alpha = {alpha} stands before Σp², without the ½, biases included.)", alpha=show(ALPHA)),
    )


def _scored(score: float) -> Row:
    s = Value(score)
    cost = nn.hinge([s], [1.0])
    cost.backward()
    return show(score), Figure(f"s = {show(score)}: C", cost.data), Figure(f"s = {show(score)}: ∂C/∂s", s.grad)


def _untrained(net: nn.MLP, data: nn.datasets.Samples) -> Iterator[Block]:
    hinge, penalty = cost_of(net, data), nn.l2(net.weights, STRENGTH).data
    yield Heading(_("Untrained"))
    yield Figures(
        Figure(_("mean hinge cost"), hinge, decimals=4),
        Figure(_("L2 of the weights"), penalty, decimals=4),
        Figure(_("loss, both together"), hinge + penalty, decimals=4),
        Figure(_("accuracy, %"), 100 * nn.evaluate(net, data)),
    )


def _engines(net: nn.MLP, data: nn.datasets.Samples) -> Iterator[Block]:
    values = len(topological_order([nn.hinge(net(data.x[0]), [1.0]) + nn.l2(net.weights, STRENGTH)]))
    scalar, compiled = (train(epochs=SIDE_BY_SIDE, engine=engine).history.loss for engine in ("scalar", "compiled"))
    yield Heading(_("Number by number, or compiled: the same steps"))
    yield Say(
        _('engine="scalar" records a graph of {values:,} Values for each point and step;', values=values),
        _('engine="compiled", the default, makes arrays of it once. The loss at each step:'),
    )
    rows = enumerate(zip(scalar, compiled, strict=True), 1)
    yield Table((_("step"), "scalar", "compiled", _("difference")), (_both(number, *losses) for number, losses in rows))
    yield Say(_("Sums are added in another order; that is all that differs."))


def _both(number: int, scalar: float, compiled: float) -> Row:
    name = _("step {number}", number=number)
    return (
        str(number),
        Figure(_("{name}, scalar", name=name), scalar, decimals=12),
        Figure(_("{name}, compiled", name=name), compiled, decimals=12),
        Figure(_("{name}, difference", name=name), scalar - compiled, significant=2),
    )


def _steps() -> Iterator[Block]:
    kept = nn.plots.Boundaries(points(), every=10)
    trained = train(callbacks=(kept,))
    data, net, history = trained
    taken = sorted({*SHOWN, trained.reached or 0})
    rows = [_step(str(n), history.loss[n], history.train_accuracy[n]) for n in taken]
    rows.append(_step(str(STEPS), cost_of(net, data) + nn.l2(net.weights, STRENGTH).data, nn.evaluate(net, data)))
    yield Heading(_("A hundred steps"))
    yield Say(
        _("Each step asks all points: batch_size=100, so an epoch is one step. The learning"),
        _("rate falls from 1 to 0.1, by a callback that nn.fit calls after each epoch:"),
        "  def slower(epoch):",
        "      epoch.optimizer.learning_rate = 1.0 - 0.9 * epoch.number / 100",
    )
    yield Table((_("steps"), _("loss"), _("accuracy, %")), rows)
    if trained.reached is not None:
        yield Figures(Figure(_("steps until all points are classified correctly"), trained.reached))
    yield Say(_("(micrograd's own run: loss 0.896 at first and 0.011 at last, from 50 to 100 %.)"))
    yield Picture("moons_boundaries", Painted(kept.plot), _("the boundary after each tenth epoch"))
    yield Picture("moons", Painted(lambda: nn.plots.boundary(net, data)), _("the boundary at the end"))
    yield Say(_("relu has two straight pieces, and so the boundary is made of straight pieces."))


def _step(taken: str, loss: float, right: float) -> Row:
    name = _("after {n} steps", n=taken)
    return (
        taken,
        Figure(_("{name}: loss", name=name), loss, decimals=4),
        Figure(_("{name}: accuracy, %", name=name), 100 * right, decimals=0),
    )


def _beginnings(seeds: int) -> Iterator[Block]:
    runs = [(train(seed), train(seed, 2 * STEPS)) for seed in range(seeds)]
    yield Heading(_("Was it luck?"))
    yield Say(_("{many} networks, the same points; and each once more, with twice as many steps:", many=seeds))
    columns = (_("seed"), _("all correct after"), _("{n} steps: accuracy, %", n=STEPS), _("{n} steps: accuracy, %", n=2 * STEPS))
    yield Table(columns, (_seed(str(seed), *both) for seed, both in enumerate(runs)))
    several = {STEPS: [run for run, _longer in runs], 2 * STEPS: [longer for _run, longer in runs]}
    yield Figures(
        *(
            Figure(
                _("networks with all points correct after {n} steps", n=steps), sum(nn.evaluate(run.net, run.data) == 1.0 for run in those)
            )
            for steps, those in several.items()
        )
    )
    yield Say(
        _("A network that fails has a point or two between the moons left; more steps bring"),
        _("them over. What it says of new points is another question: it has seen only 100."),
    )


def _seed(seed: str, run: Trained, longer: Trained) -> Row:
    name = _("seed {seed}", seed=seed)
    reached = "—" if run.reached is None else Figure(_("{name}: all correct after", name=name), run.reached)
    right = (
        Figure(_("{name}: accuracy after {n} steps, %", name=name, n=steps), 100 * nn.evaluate(one.net, one.data), decimals=0)
        for steps, one in ((STEPS, run), (2 * STEPS, longer))
    )
    return (seed, reached, *right)


if __name__ == "__main__":
    alone(_(TITLE), tell)
    data, net, history = train()
