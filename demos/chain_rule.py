"""The chain rule on a curve: z = t², t = x + y, where derivative and what-if part.

What you can do with this file: `python -m demos chain_rule` tells the lesson, `--step` steps through it; `python -i -m
demos.chain_rule` leaves its Values in the REPL: try `ag.formula(curve.z, wrt=curve.x)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.backward import steps
from autograd_mini.number import show
from demos.blocks import Block, Figure, Figures, Heading, Picture, Say, Table
from demos.report import alone, change, derivatives, forward_lines
from demos.words import N_, _

__all__ = ["SLIDES", "STEPS", "TITLE", "Curve", "build", "step", "tell"]

TITLE = N_("The chain rule: z = t², t = x + y")
SLIDES = "001 反向传播计算 · 链式求导法则"

#: By how much x rises in the what-ifs.
STEPS = (1.0, 0.1, 0.01, 0.001)


class Curve(NamedTuple):
    """The Values of the lesson."""

    x: Value
    y: Value
    t: Value
    z: Value


def build() -> Curve:
    """The two functions, one inside the other, computed but not yet differentiated."""
    x, y = Value(1.0, "x"), Value(2.0, "y")
    t = x + y
    z = t**2
    t.label, z.label = "t", "z"
    return Curve(x, y, t, z)


def step() -> ag.Walk:
    """The walk through this lesson's graph."""
    return ag.walk(build().z)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson: compute, ask, try ever smaller steps, go backward; then the chain rule and the nodes, by name."""
    curve = build()
    yield from _forward_and_question(curve)
    yield from _what_ifs(curve)
    curve.z.backward()
    yield from _backward(curve)
    yield from _nodes(curve)
    yield Heading(_("Notes on the course"))
    yield Say(
        _("The slides give the formula and no numbers: x = 1 and y = 2 are ours."),
        _("The multiply node's slide says “x, y” (偏导为 x, y); it is y for x, and x for y: the values change places (翻转值)."),
    )


def _forward_and_question(curve: Curve) -> Iterator[Block]:
    yield Say(_("z = t², and t = x + y: one function inside another. (Ours: x = 1, y = 2.)"))
    yield Heading(_("Forward: compute"))
    yield Say(*forward_lines([curve.t]), f"  t**2 = {show(curve.t.data)}**2 = z {show(curve.z.data)}")
    yield Figures(Figure("t", curve.t.data), Figure("z", curve.z.data))
    yield Picture("chain_rule_forward", ag.draw(curve.z, gradients=False))
    yield Heading(_("The question"))
    yield Say(_("If x rises a little, how many times as much does z rise? x reaches z only through t."))


def _what_ifs(curve: Curve) -> Iterator[Block]:
    x, _y, t, z = curve
    yield Heading(_("Try it: with ever smaller steps"))
    rows = []
    for dx in STEPS:
        numbers = ag.evaluate(z, {x: x.data + dx})
        dz = numbers[z] - z.data
        moved = change(t.data, numbers[t]), change(z.data, numbers[z])
        rows.append((show(dx), *moved, Figure(f"Δx = {show(dx)}: Δz", dz), Figure(f"Δx = {show(dx)}: Δz/Δx", dz / dx, decimals=3)))
    yield Table(("Δx", "t", "z", "Δz", "Δz/Δx"), rows)
    yield Say(
        _("On the bill of the apples every step gave the same rate. On a curve the rate depends on the step:"),
        _("the smaller the step, the nearer Δz/Δx comes to 6. For Δz is 6·Δx and, on top, the step squared."),
    )
    yield Picture("chain_rule_what_if", ag.draw(z, at={x: x.data + 1.0}, gradients=False, legend=True))


def _backward(curve: Curve) -> Iterator[Block]:
    yield Heading(_("Backward: no step at all"))
    yield derivatives(curve.z, dict.fromkeys((curve.z, curve.t, curve.x, curve.y), ""))
    yield Picture("chain_rule", ag.draw(curve.z, legend=True))
    yield Heading(_("The chain rule"))
    yield Say(
        _("∂z/∂x = ∂z/∂t × ∂t/∂x = 2t × 1 = 6: the rates along the way are multiplied."),
        _("written out by the graph itself: {formula}", formula=f"∂z/∂x = {ag.formula(curve.z, wrt=curve.x)}"),
    )


def _nodes(curve: Curve) -> Iterator[Block]:
    t = Value(curve.t.data, "t")
    product = t * t
    product.label = "z"
    sent = [step.contribution for step in steps({product: 1.0})]
    yield Heading(_("The nodes, by name"))
    yield Say(
        _("  general node y = f(x): sends E × ∂y/∂x. Here: f is the square, E = 1, it sends 1 × 2t = 6"),
        _("  add node:              sends E as it is. Here: 6 arrives, 6 goes to x and 6 to y"),
        _("  multiply node:         sends E times the other input, the values change places (翻转值)"),
        _("A power is one circle, **2, with one edge. Written as t × t it is a multiply node with two edges:"),
        _("(ours) each sends 1 × the other factor, and where they meet at t, the two are added."),
    )
    yield Figures(
        Figure(_("t × t: sent along the first edge"), sent[0]),
        Figure(_("t × t: sent along the second edge"), sent[1]),
        Figure(_("t × t: together, at t"), ag.grad(product, [t])[0]),
    )
    yield Picture("chain_rule_product", ag.draw(product, gradients=True))


if __name__ == "__main__":
    alone(_(TITLE), tell)
    curve = build()
    x, y, t, z = curve
    z.backward()
