"""Apples and oranges: the first add node, and nine boxes to fill in.

What you can do with this file: `python -m demos oranges` tells the lesson, `--step` steps through it; `python -i -m demos.oranges`
leaves its Values in the REPL: try `ag.evaluate(bill.payment, {bill.orange_count: 4.0})`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import autograd_mini as ag
from autograd_mini import Value
from demos.blocks import Block, Figure, Figures, Heading, Picture, Say, Table
from demos.report import WhatIf, alone, derivative, derivatives, forward_lines, what_ifs
from demos.words import N_, _

__all__ = ["SLIDES", "TITLE", "Bill", "build", "step", "tell"]

TITLE = N_("Apples and oranges: nine boxes to fill in")
SLIDES = "001 图解反向传播(续1) · 案例1"


class Bill(NamedTuple):
    """The Values of the lesson."""

    apple_price: Value
    apple_count: Value
    orange_price: Value
    orange_count: Value
    tax: Value
    apples: Value
    oranges: Value
    total: Value
    payment: Value


def build() -> Bill:
    """The bill for two kinds of fruit, computed but not yet differentiated."""
    apple_price, apple_count = Value(10.0, _("apple price")), Value(2.0, _("apple count"))
    orange_price, orange_count = Value(15.0, _("orange price")), Value(3.0, _("orange count"))
    tax = Value(1.1, _("tax"))
    apples = apple_price * apple_count
    oranges = orange_price * orange_count
    total = apples + oranges
    payment = total * tax
    apples.label, oranges.label, total.label, payment.label = _("apple subtotal"), _("orange subtotal"), _("sum"), _("payment")
    return Bill(apple_price, apple_count, orange_price, orange_count, tax, apples, oranges, total, payment)


def step() -> ag.Walk:
    """The walk through this lesson's graph."""
    return ag.walk(build().payment)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson, in the order of the slides: compute, the empty boxes, the answers; then the rule of the add node, and what-ifs."""
    bill = build()
    yield from _forward(bill)
    yield from _boxes(bill)
    bill.payment.backward()
    yield from _answers(bill)
    yield from _what_ifs(bill)
    yield Heading(_("Notes on the course"))
    yield Say(
        _("All nine answers of the slide come out here, to the last digit."),
        _("It says that a node passes on what comes from upstream (上游). Upstream is here the side of the output: the numbers run back."),
    )


def _forward(bill: Bill) -> Iterator[Block]:
    yield Say(_("Tom buys 2 apples at 10 yuan and 3 oranges at 15 yuan each; the consumption tax is 10 %. What does he pay?"))
    yield Heading(_("Forward: compute"))
    nodes = [bill.apples, bill.oranges, bill.total, bill.payment]
    yield Say(*forward_lines(nodes))
    yield Figures(*(Figure(node.label or "", node.data, course) for node, course in zip(nodes, ("20", "45", "65", "71.5"), strict=True)))


def _boxes(bill: Bill) -> Iterator[Block]:
    yield Heading(_("Case 1: your turn"))
    yield Say(
        _("If the price of an apple rises a little, by how much does the payment rise? And for the other numbers?"),
        _("Go back from the payment, one arrow after another, and fill in the nine boxes before you read on:"),
    )
    yield Table((_("derivative"), _("box")), ((derivative(bill.payment, node), "▢") for node in _answer_key(bill)))
    yield Picture("oranges_boxes", ag.walk(bill.payment).run_to(bill.payment).draw())


def _answers(bill: Bill) -> Iterator[Block]:
    yield Heading(_("The answers"))
    yield derivatives(bill.payment, _answer_key(bill))
    yield Picture("oranges", ag.draw(bill.payment, legend=True))
    yield Heading(_("The new node: addition"))
    yield Say(
        _("1.1 arrives at the add node, and 1.1 goes on to the apples and 1.1 to the oranges: it sends on what it receives, unchanged."),
        _("One yuan more for the apples or one yuan more for the oranges: the sum rises by one yuan either way."),
    )


def _what_ifs(bill: Bill) -> Iterator[Block]:
    yield Heading(_("Try it: raise each number by 1"))
    yield Say(_("(Ours; the course asks for the nine boxes only.)"))
    leaves = [bill.apple_price, bill.apple_count, bill.orange_price, bill.orange_count, bill.tax]
    yield what_ifs(bill.payment, [WhatIf({leaf: leaf.data + 1.0}) for leaf in leaves], watch=[bill.total])
    yield Picture("oranges_what_if", ag.draw(bill.payment, at={bill.apple_price: 11.0}, legend=True))
    yield Say(_("Each agrees exactly with its derivative, because the bill is linear in each number alone."))


def _answer_key(bill: Bill) -> dict[Value, str]:
    """The nine boxes of the slide, from the payment back, with the slide's answers."""
    return {
        bill.payment: "1", bill.total: "1.1", bill.tax: "65", bill.apples: "1.1", bill.oranges: "1.1",
        bill.orange_count: "16.5", bill.apple_count: "11", bill.apple_price: "2.2", bill.orange_price: "3.3",
    }  # fmt: skip


if __name__ == "__main__":
    alone(_(TITLE), tell)
    bill = build()
    apple_price, apple_count, orange_price, orange_count, tax, apples, oranges, total, payment = bill
    payment.backward()
