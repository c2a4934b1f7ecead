"""Mini-batches: the gradient of a few random images beside that of all of them, and one update by hand.

What you can do with this file: `python -m demos mini_batch` tells the lesson, with MNIST's 60,000 images where MNIST is on this
machine; `--step` steps through the update of one weight and one bias; `python -i -m demos.mini_batch` leaves them in the REPL as
`w`, `b` and `c`. The gradients of many images
come from `batch_gradients.py`, the update from `one_update.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from random import Random
from typing import TYPE_CHECKING, Any

import autograd_mini as ag
import nn
from autograd_mini.number import show
from demos.batch_gradients import BatchGradients, Drawn, Whole, dot, length
from demos.blocks import Block, Figure, Figures, Heading, Picture, Row, Say, Table
from demos.handwriting import Handwriting, handwriting
from demos.one_update import HIDDEN, Batch, OneUpdate
from demos.plot import Plot
from demos.report import alone
from demos.words import N_, _

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["DRAWS", "SLIDES", "TITLE", "build", "step", "tell"]

TITLE = N_("Mini-batches: a few random images instead of all")
SLIDES = "002 随机梯度下降"

#: The batch sizes m of the lesson, and how many random batches of each are drawn.
DRAWS = {1: 1000, 10: 1000, 100: 200, 1000: 20}

#: How many images the quick form takes, to train and to test.
QUICK = 2000

BATCH, RATE_BY_HAND = 3, 1.5
RATE = 3.0  # of the epochs


def build() -> Batch:
    """The batch of the update by hand as one graph; not yet differentiated."""
    return _update(handwriting()).as_graph()


def _update(images: Handwriting, net: nn.MLP | None = None) -> OneUpdate:
    """The update by the first images."""
    return OneUpdate(net or images.network(), images.data.train[:BATCH], RATE_BY_HAND)


def step() -> ag.Walk:
    """The walk through the batch, and on through the updates of w and b."""
    w, b, c = build()
    return ag.walk(c, parameters=[w, b], learning_rate=RATE_BY_HAND)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson, in the order of the slide: a few samples, their mean, how good it is; the update; and an epoch of updates."""
    images = handwriting().first(QUICK) if quick else handwriting()
    net = images.network()
    gradients = BatchGradients(net, images.data.train)
    whole = gradients.whole()
    yield from _question(images, net, whole)
    yield from _one_image(images, gradients, whole)
    yield from _more(gradients, whole)
    yield from _by_hand(_update(images, net))
    yield from _epoch(images, net)
    yield from _notes()


def _question(images: Handwriting, net: nn.MLP, whole: Whole) -> Iterator[Block]:
    count, sizes = len(images.data.train), "-".join(map(str, [net.nin, *net.nouts]))
    yield Say(
        images.says,
        _("A network {sizes} is to learn them; it is still untrained (N(0, 1), seed 0).", sizes=sizes),
        _("Its cost is a mean over all n = {count:,} training images, and so is the gradient:", count=count),
        "  C = 1/n Σₓ Cₓ    ∇C = 1/n Σₓ ∇Cₓ",
    )
    yield Figures(
        Figure(_("weights and biases"), len(net.parameters())),
        Figure(_("length of the gradient ‖∇C‖"), length(whole.gradient), decimals=4),
    )
    yield Heading(_("The question"))
    yield Say(
        _("One step of gradient descent asks all {count:,} images, forward and back.", count=count),
        _("What if it asks a few of them only?"),
    )


def _one_image(images: Handwriting, gradients: BatchGradients, whole: Whole) -> Iterator[Block]:
    yield Heading(_("Try it: one image"))
    yield Say(_("The gradients ∇Cₓ of the first five images, measured in lengths of ∇C:"))
    labels = images.data.train.y[:5].tolist()
    singles = zip(labels, gradients.of([i] for i in range(5)), strict=True)
    rows = (_single(_("image {number}", number=number), label, gradient, whole) for number, (label, gradient) in enumerate(singles, 1))
    yield Table(("x", _("digit"), "‖∇Cₓ‖ / ‖∇C‖", "‖∇Cₓ − ∇C‖ / ‖∇C‖", "∇Cₓ·∇C / ‖∇C‖²"), rows)
    yield Say(
        _("Each image says something else, and each is far off. But look at the last"),
        _("column, how far ∇Cₓ leads along ∇C: most of them go the right way."),
    )


def _single(name: str, label: int, gradient: Any, whole: Whole) -> Row:
    unit = length(whole.gradient)
    found = {"‖∇Cₓ‖": length(gradient), "‖∇Cₓ − ∇C‖": length(gradient - whole.gradient), "∇Cₓ·∇C": dot(gradient, whole.gradient) / unit}
    return (name, str(label), *(Figure(f"{name}: {what}", x / unit, decimals=2) for what, x in found.items()))


def _more(gradients: BatchGradients, whole: Whole) -> Iterator[Block]:
    rng = Random(0)
    drawn = {size: gradients.drawn(size, draws, whole, rng) for size, draws in DRAWS.items()}
    foretold = {size: whole.spread / length(whole.gradient) / size**0.5 for size in DRAWS}
    yield Heading(_("m images, and the mean of their gradients"))
    yield Say(
        _("Draw m images at random, X_1 to X_m: a mini-batch. Average their gradients."),
        _("Does ∇C ≈ 1/m Σⱼ ∇C_Xⱼ hold?"),
        _("(Ours: the numbers.) The error is the length of the difference, measured in"),
        _("lengths of ∇C; of many draws, the root of its mean square:"),
    )
    columns = ("m", _("draws"), _("error"), _("foretold: s/√m"), _("downhill, %"), _("images of all"))
    yield Table(columns, (_row(size, drawn[size], foretold[size], len(gradients.samples)) for size in DRAWS))
    yield Say(
        _("A hundred times as many images, a tenth of the error: it falls like 1/√m."),
        _("Why? The images are drawn independently, so in a mean of m the single errors"),
        _("partly cancel. With s, the spread of the single gradients around ∇C (the root of"),
        _("the mean of ‖∇Cₓ − ∇C‖²), that of a mean of m is s/√m. From all n images:"),
    )
    yield Figures(Figure(_("spread s of the single gradients, in lengths of ∇C"), foretold[1], decimals=4))
    plot = Plot(lambda figure: _paint(figure, drawn, foretold), (8.0, 5.0))
    yield Picture("mini_batch_error", plot, _("each draw a dot; the line is s/√m"))
    yield Say(
        _("“Downhill” is the share of the draws against whose gradient C falls, if the step"),
        _("is small. Ten images are no good measure of ∇C, and good enough to go down."),
    )


def _row(size: int, drawn: Drawn, foretold: float, count: int) -> Row:
    return (
        show(size),
        show(len(drawn.errors)),
        Figure(_("m = {m}: error", m=size), drawn.error, decimals=3),
        Figure(f"m = {size}: s/√m", foretold, decimals=3),
        Figure(_("m = {m}: downhill, %", m=size), 100 * drawn.downhill, decimals=1),
        f"{size / count:.3%}",
    )


def _paint(figure: matplotlib.figure.Figure, drawn: Mapping[int, Drawn], foretold: Mapping[int, float]) -> None:
    """The errors of all draws over m, both axes logarithmic: 1/√m is a straight line."""
    axes = figure.subplots()
    axes.set(xscale="log", yscale="log", xlabel="m", ylabel="‖1/m Σ ∇Cₓ − ∇C‖ / ‖∇C‖")
    axes.set_xticks(list(drawn), labels=map(str, drawn))
    axes.plot(list(foretold), list(foretold.values()), color="grey", linewidth=1, label="s / √m")
    for size, of_size in drawn.items():
        axes.plot([size] * len(of_size.errors), of_size.errors, "o", color="tab:blue", alpha=0.15, markersize=3, markeredgewidth=0)
    axes.plot(list(drawn), [of_size.error for of_size in drawn.values()], "o", color="tab:red", markersize=6)
    axes.grid(which="both", color="whitesmoke")
    axes.legend(frameon=False)


def _by_hand(update: OneUpdate) -> Iterator[Block]:
    asked = update.asked()
    by_w, by_b = sum(one.by_w for one in asked), sum(one.by_b for one in asked)
    rows = (_asked(_("image {number}", number=number), *one) for number, one in enumerate(asked, 1))
    yield Heading(_("One update, by hand"))
    yield Say(
        _("The first m = {m} images are the batch, η = {rate}. One weight and one bias:", m=BATCH, rate=show(RATE_BY_HAND)),
        _("b of the output neuron for the digit {digit}; w leads to it from hidden neuron {hidden}.", digit=update.digit, hidden=HIDDEN),
        _("Each image in turn goes through the whole network, a graph of its own, and"),
        _("backward() says what it wants; a is that neuron's output, y the wanted one:"),
    )
    total = ("Σ", "", "", "", Figure("Σ ∂C/∂w", by_w, decimals=9), Figure("Σ ∂C/∂b", by_b, decimals=9))
    yield Table(("x", _("digit"), "a", "y", "∂Cₓ/∂w", "∂Cₓ/∂b"), [*rows, total])
    new_w, new_b = update.by_hand(asked)
    yield Say(
        _("The images want different things; what counts is their sum. The slide's rule:"),
        f"  w′ = w − η/m Σⱼ ∂C_Xⱼ/∂w = {_moved(update.w.data, by_w)} = {new_w:.6f}",
        f"  b′ = b − η/m Σⱼ ∂C_Xⱼ/∂b = {_moved(update.b.data, by_b)} = {new_b:.6f}",
        _("The same step by others: backward() from the mean of the three costs, then"),
        _("nn.SGD; and nn.fit, one epoch of one batch, which asks no graph but arrays:"),
    )
    ways = {_("by hand"): (new_w, new_b), "nn.SGD": update.by_sgd(), "nn.fit": update.by_fit()}
    yield Table(("", "w′", "b′"), ((way, *_updated(way, *numbers)) for way, numbers in ways.items()))
    yield from _as_graph(update.as_graph())


def _asked(name: str, label: int, a: float, y: float, by_w: float, by_b: float) -> Row:
    figures = (Figure(f"{name}: ∂C/∂w", by_w, decimals=9), Figure(f"{name}: ∂C/∂b", by_b, decimals=9))
    return (name, str(label), f"{a:.4f}", show(y), *figures)


def _moved(old: float, summed: float) -> str:
    total = f"({summed:.6f})" if summed < 0 else f"{summed:.6f}"
    return f"{old:.6f} − {show(RATE_BY_HAND)}/{BATCH} × {total}"


def _updated(way: str, w: float, b: float) -> Iterator[Figure]:
    for name, number in (("w′", w), ("b′", b)):
        yield Figure(_(", ").join([name, way]), number, decimals=9)


def _as_graph(batch: Batch) -> Iterator[Block]:
    batch.c.backward()
    yield Picture("mini_batch", ag.draw(batch.c, legend=True), _("the batch as one graph: w and b are read by every image"))
    yield Say(
        _("In the picture “rest” is what the other hidden neurons add. Each image sends its"),
        _("part back to w, and w adds them up: that is the Σ; the 1/m comes from the mean."),
    )


def _epoch(images: Handwriting, net: nn.MLP) -> Iterator[Block]:
    count = len(images.data.train)
    yield Heading(_("An epoch"))
    yield Say(
        _("Shuffle the images, cut them into batches of m, make one update with each: when"),
        _("every image has had its turn, that is an epoch. It has n/m updates and asks each"),
        _("image once, whatever m is. MNIST's 60,000 in tens make 6,000 updates."),
        _("(Ours.) One epoch for each m, always from the same start, η = {rate}:", rate=show(RATE)),
    )
    rows: list[Row] = []
    for name, size in {"n": count, "1000": 1000, "100": 100, "10": 10}.items():
        updates, right = Figure(_("m = {m}: updates in an epoch", m=name), ceil(count / size)), 100 * _after_an_epoch(images, net, size)
        rows.append((name, updates, Figure(_("m = {m}: test accuracy after it, %", m=name), right, decimals=1)))
    yield Table(("m", _("updates"), _("test accuracy after it, %")), rows)
    yield Say(
        _("The same work, and the exact gradient makes one step of it; the rough ones make"),
        _("many. That is why one wants mini-batches: not better steps, more of them."),
    )


def _after_an_epoch(images: Handwriting, net: nn.MLP, size: int) -> float:
    """The accuracy after an epoch with batches of this size; the network is left as it was."""
    before, (train, test) = net.state_dict(), images.data
    history = nn.fit(net, train, test, epochs=1, batch_size=size, learning_rate=RATE, dtype="float32")
    net.load_state_dict(before)
    return history.test_accuracy[-1]


def _notes() -> Iterator[Block]:
    yield Heading(_("Notes on the course"))
    yield Say(
        _("How large must m be? The slide says: large enough (足够大). See the table above."),
        _("It draws each batch anew. nn.fit, as is usual, shuffles once an epoch."),
        _("In the slide's Σⱼ, w_k and b_ℓ the indices count samples, weights and biases."),
        _("Elsewhere in the course j and k are neurons, and ℓ is the layer."),
    )


if __name__ == "__main__":
    alone(_(TITLE), tell)
    w, b, c = build()
    c.backward()
