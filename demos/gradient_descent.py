"""Gradient descent: a ball rolls down into the valley C = v1² + v2², if its steps are small enough.

What you can do with this file: `python -m demos gradient_descent` tells the lesson, `--step` steps through the updates;
`python -i -m demos.gradient_descent` leaves its Values in the REPL: try `descend(0.3, 5)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.number import show
from demos.blocks import Block, Figure, Figures, Heading, Picture, Row, Say, Table
from demos.plot import Plot
from demos.report import alone, derivatives, vector
from demos.words import N_, _

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure

__all__ = ["LEARNING_RATES", "SLIDES", "START", "TITLE", "Valley", "build", "descend", "height", "step", "tell"]

TITLE = N_("Gradient descent: a ball rolls into a valley")
SLIDES = "002 使用梯度下降算法进行学习"

START = (2.0, 1.0)

#: The learning rates of the lesson, and what the ball does with each.
LEARNING_RATES = {
    0.01: N_("rolls down, slowly"),
    0.1: N_("rolls down"),
    1.0: N_("jumps to and fro between two points, forever"),
    1.1: N_("climbs, higher with every step"),
}

#: Ways that the ball might take, tried one after the other, and how far it goes on each.
WAYS = {
    N_("along v1"): (-1.0, 0.0),
    N_("along v2"): (0.0, -1.0),
    N_("along both alike"): (-1.0, -1.0),
    N_("straight at the lowest point"): (-START[0], -START[1]),
}
TRIAL = 0.01

REACH = 5.0  # the plot shows the places up to there


class Valley(NamedTuple):
    """The Values of the lesson: where the ball lies, and how high that is."""

    v1: Value
    v2: Value
    c: Value


def height(v1: Any, v2: Any) -> Any:
    """The height of the valley at a place: of Values, of plain numbers, of arrays."""
    return v1**2 + v2**2


def build() -> Valley:
    """The ball at its start; its height is computed but not yet differentiated."""
    v1, v2 = Value(START[0], "v1"), Value(START[1], "v2")
    c = height(v1, v2)
    c.label = "C"
    return Valley(v1, v2, c)


def step() -> ag.Walk:
    """The walk through this lesson's graph, and on through the updates."""
    v1, v2, c = build()
    return ag.walk(c, parameters=[v1, v2], learning_rate=0.1)


def descend(learning_rate: float, updates: int) -> list[tuple[float, float]]:
    """Where the ball lies at the start and after each update, v ← v − η∇C.

    >>> descend(1.0, 2)
    [(2.0, 1.0), (-2.0, -1.0), (2.0, 1.0)]
    """
    v1, v2 = START
    places = [(v1, v2)]
    for _update in range(updates):
        slope1, slope2 = ag.gradient(height)(v1, v2)
        v1, v2 = v1 - learning_rate * slope1, v2 - learning_rate * slope2
        places.append((v1, v2))
    return places


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson, in the order of the slides: a ball is moved a little; which move goes down; how far it may go; again and again."""
    valley = build()
    yield from _question(valley)
    valley.c.backward()
    yield from _which_way(valley)
    yield from _learning_rates(valley)
    yield from _again_and_again()
    yield Heading(_("Notes on the course"))
    yield Say(
        _("On these slides Σ₂ is printed in the cost where Σₓ is meant, the sum over the training inputs x;"),
        _("and what is to fit the wanted y(x) is the network's output a: “the network's output y(x)” (网络的输出 y(x)) is a slip."),
    )


def _question(valley: Valley) -> Iterator[Block]:
    v1, v2, c = valley
    squares = [show(square.data) for square in c.operands]
    yield Say(
        _("We want the place where a cost C is lowest. Think of C as a valley, and of the present place as a ball on its slope."),
        _("C = v1² + v2², and the ball lies at v1 = 2, v2 = 1. (Ours; the slides give no numbers.)"),
    )
    yield Heading(_("Forward: how high is it?"))
    yield Say(f"  C = {show(v1.data)}² + {show(v2.data)}² = {' + '.join(squares)} = {show(c.data)}")
    yield Figures(Figure("C", c.data))
    yield Picture("gradient_descent_forward", ag.draw(c, gradients=False))
    yield Heading(_("The question"))
    yield Say(_("The ball is moved a little, by Δv = (Δv1, Δv2). Which way must it go, so that ΔC is negative: so that it rolls down?"))


def _which_way(valley: Valley) -> Iterator[Block]:
    v1, v2, c = valley
    gradient = (v1.grad, v2.grad)
    rows = []
    for name, way in WAYS.items():
        length = height(*way) ** 0.5
        moved = [TRIAL * part / length for part in way]
        change = ag.evaluate(c, {v1: v1.data + moved[0], v2: v2.data + moved[1]})[c] - c.data
        foretold = sum(slope * part for slope, part in zip(gradient, moved, strict=True))
        rows.append((
            _(name), f"({moved[0]:.4f}, {moved[1]:.4f})",
            Figure(f"{_(name)}: ΔC", change, decimals=5),
            Figure(f"{_(name)}: ∇C·Δv", foretold, decimals=5),
        ))  # fmt: skip
    yield Heading(_("Try it: four ways, each {step} long", step=show(TRIAL)))
    yield Table((_("way"), "Δv", "ΔC", "∂C/∂v1·Δv1 + ∂C/∂v2·Δv2"), rows)
    yield derivatives(c, {v1: "", v2: ""})
    yield Picture("gradient_descent", ag.draw(c, legend=True))
    yield Say(
        _("The two derivatives, together the gradient ∇C, foretell every small move: ΔC ≈ ∂C/∂v1·Δv1 + ∂C/∂v2·Δv2 = ∇C·Δv."),
        _("The steepest way down is the one against the gradient (in this round valley: straight at the lowest point)."),
        _("So: Δv = −η∇C, with a small positive η, the learning rate."),
        _("Then ΔC ≈ −η‖∇C‖², which cannot be positive: the ball rolls down. As long as ≈ holds, that is."),
    )


def _learning_rates(valley: Valley) -> Iterator[Block]:
    v1, v2, c = valley
    squared = height(v1.grad, v2.grad)
    rows = []
    for rate, what_happens in LEARNING_RATES.items():
        _start, (new1, new2) = descend(rate, 1)
        change = ag.evaluate(c, {v1: new1, v2: new2})[c] - c.data
        foretold = -rate * squared
        rows.append((
            show(rate),
            Figure(f"η = {show(rate)}: −η‖∇C‖²", foretold),
            Figure(f"η = {show(rate)}: ΔC", change),
            show(change - foretold),
            _(what_happens),
        ))  # fmt: skip
    yield Heading(_("How small is small? One step"))
    yield Table(("η", _("foretold: −η‖∇C‖²"), _("true: ΔC"), _("difference"), _("the ball")), rows)
    yield Say(_("The difference is that of a curve from its tangent: a step 10 times as small makes it 100 times as small."))


def _again_and_again() -> Iterator[Block]:
    counts = (0, 1, 2, 3, 10)
    rows: list[Row] = []
    for rate in LEARNING_RATES:
        places = descend(rate, counts[-1])
        heights = (Figure(f"η = {show(rate)}, n = {n}: C", height(*places[n]), decimals=4) for n in counts)
        rows.append((show(rate), *heights))
    there, back = descend(1.0, 2)[1:]
    yield Heading(_("Again and again"))
    yield Say(_("Compute the gradient ∇C, move against it, compute it anew: that is gradient descent. C after n updates:"))
    yield Table(("η", *(f"n = {n}" for n in counts)), rows)
    yield Say(_("With η = 1 the ball jumps to {there}, back to {back}, and so on: C never falls.", there=vector(there), back=vector(back)))
    yield Picture("gradient_descent_path", Plot(_paint, (12.0, 6.0)), _("the path of the ball from above and from the side"))


def _paint(figure: matplotlib.figure.Figure) -> None:
    """The paths, one column for each learning rate: above on lines of equal height, below from the side."""
    from_above, from_the_side = figure.subplots(2, len(LEARNING_RATES), sharex=True, sharey="row")
    for above, side, rate in zip(from_above, from_the_side, LEARNING_RATES, strict=True):
        places = [place for place in descend(rate, 10) if max(map(abs, place)) <= REACH]
        above.set(title=f"η = {show(rate)}", aspect="equal", xlim=(-REACH, REACH), ylim=(-REACH, REACH), xlabel="v₁", ylabel="v₂")
        side.set(xlabel="v₁", ylabel="C")
        _paint_valley(above, side)
        _paint_ball(above, places)
        _paint_ball(side, [(v1, height(v1, v2)) for v1, v2 in places])


def _paint_valley(above: matplotlib.axes.Axes, side: matplotlib.axes.Axes) -> None:
    import numpy

    grid = numpy.linspace(-REACH, REACH, 51)
    above.contour(grid, grid, height(*numpy.meshgrid(grid, grid)), levels=range(0, 50, 5), colors="lightgrey", linewidths=0.8)
    side.plot(grid, height(grid, grid * START[1] / START[0]), color="lightgrey")  # along the straight line that all paths follow


def _paint_ball(axes: matplotlib.axes.Axes, path: Sequence[tuple[float, float]]) -> None:
    axes.plot(*zip(*path, strict=True), "o-", color="tab:blue", markersize=4, linewidth=1)
    axes.plot(*path[0], "o", color="tab:red", markersize=7)


if __name__ == "__main__":
    alone(_(TITLE), tell)
    v1, v2, c = build()
    c.backward()
