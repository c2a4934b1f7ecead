"""The apples: one price, one count, one tax; the whole of backpropagation in two nodes.

What you can do with this file: `python -m demos apples` tells the lesson, `--step` steps through it; `python -i -m demos.apples`
leaves its Values in the REPL: try `ag.evaluate(bill.payment, {bill.price: 12.0})`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import autograd_mini as ag
from autograd_mini import Value
from demos.blocks import Block, Figure, Figures, Heading, Picture, Say
from demos.report import WhatIf, alone, derivatives, forward_lines, what_ifs
from demos.words import N_, _

__all__ = ["SLIDES", "TITLE", "Bill", "build", "step", "tell"]

TITLE = N_("Apples: what a price rise does to the bill")
SLIDES = "001 图解反向传播(续2~续5)"


class Bill(NamedTuple):
    """The Values of the lesson."""

    price: Value
    quantity: Value
    tax: Value
    subtotal: Value
    payment: Value


def build() -> Bill:
    """Tom's bill, computed but not yet differentiated."""
    price, count, tax = Value(10.0, _("price")), Value(2.0, _("count")), Value(1.1, _("tax"))
    subtotal = price * count
    payment = subtotal * tax
    subtotal.label, payment.label = _("subtotal"), _("payment")
    return Bill(price, count, tax, subtotal, payment)


def step() -> ag.Walk:
    """The walk through this lesson's graph."""
    return ag.walk(build().payment)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson, in the order of the slides: compute, ask, go backward, try it, say what it means; then name the rules."""
    bill = build()
    price, count, tax, subtotal, payment = bill
    yield from _forward_and_question(bill)
    payment.backward()
    yield from _backward(bill)
    yield Heading(_("Try it: raise each number by 1"))
    raised = {
        "price": WhatIf({price: 11.0}, {subtotal: "22", payment: "24.2"}, "+2.2"),
        "subtotal": WhatIf({subtotal: 21.0}, {subtotal: "21", payment: "23.1"}, "+1.1"),
        "count": WhatIf({count: 3.0}, {subtotal: "30", payment: "33"}, "+11"),
        "tax": WhatIf({tax: 2.1}, {payment: "42"}, "+20"),
    }
    yield what_ifs(payment, raised.values(), watch=[subtotal])
    for name, what_if in raised.items():
        yield Picture(f"apples_what_if_{name}", ag.draw(payment, at=what_if.at, legend=True))
    yield from _meaning(bill)
    yield from _rules(bill)
    yield from _notes()


def _forward_and_question(bill: Bill) -> Iterator[Block]:
    yield Say(_("Tom buys 2 apples at 10 yuan each; the consumption tax is 10 %, so the price is multiplied by 1.1. What does he pay?"))
    yield Heading(_("Forward: compute"))
    yield Say(*forward_lines([bill.subtotal, bill.payment]))
    yield Figures(Figure(_("subtotal"), bill.subtotal.data, "20"), Figure(_("payment"), bill.payment.data, "22"))
    yield Picture("apples_forward", ag.draw(bill.payment, gradients=False))
    yield Heading(_("The question"))
    yield Say(
        _("If the price of an apple rises a little, by how much does the payment rise?"),
        _("That rate is the derivative of the payment with respect to the price, ∂payment/∂price."),
    )


def _backward(bill: Bill) -> Iterator[Block]:
    yield Heading(_("Backward: from the payment to the price"))
    yield Say(_("The numbers now run the other way, from the output to the inputs, on an arrow of their own:"))
    yield derivatives(bill.payment, {bill.payment: "1", bill.subtotal: "1.1", bill.price: "2.2"})
    yield Say(_("2.2: one yuan more on the price, and the payment rises by 2.2 yuan. The other two arrows:"))
    yield derivatives(bill.payment, {bill.quantity: "11", bill.tax: "20"})
    yield Picture("apples", ag.draw(bill.payment, legend=True))


def _meaning(bill: Bill) -> Iterator[Block]:
    price, count, tax, _subtotal, payment = bill
    yield Heading(_("What the numbers mean"))
    yield Say(
        _("Raised by the same amount, the price, the count and the tax move the payment 2.2, 11 and 20 times as much."),
        _("(Ours.) The same amount is not the same effort: +1 on the tax factor raises the tax from 10 to 110 percent."),
        _("One point more, from 10 to 11 percent:"),
    )
    yield what_ifs(payment, [WhatIf({tax: 1.11})])
    yield Say(
        _("(Ours.) Derivative and what-if agree exactly here, because the bill is linear in each number alone: a straight line."),
        _("When two numbers change at once they part: the product of the two steps comes on top."),
    )
    yield what_ifs(payment, [WhatIf({price: 11.0, count: 3.0})])
    yield Say(_("On curves they part even for one number: see the lesson chain_rule."))


def _rules(bill: Bill) -> Iterator[Block]:
    yield Heading(_("The rules, by name"))
    yield Say(
        _("A node takes what comes back to it, E, and sends to each of its inputs E times its local derivative."),
        _("  multiply node: E times the other input (the values change places): 1.1 × 2 to the price, 1.1 × 10 to the count"),
        _("  add node:      E as it is (the lesson oranges has one)"),
    )
    yield Heading(_("The chain rule"))
    yield Say(
        _("∂payment/∂price = ∂payment/∂subtotal × ∂subtotal/∂price = tax × count = 1.1 × 2 = 2.2"),
        _("written out by the graph itself: {formula}", formula=ag.formula(bill.payment, wrt=bill.price)),
    )


def _notes() -> Iterator[Block]:
    yield Heading(_("Notes on the course"))
    yield Say(
        _("A slide says that the local derivatives of the multiply node are “x, y” (偏导为 x, y): ∂(xy)/∂x is y, and ∂(xy)/∂y is x."),
        _("The text says tax 10 %, the figure 1.1: the bill is multiplied by 1 + 0.1. The figure's +1 raises that factor."),
        _("The cost of a backward pass grows with the number of connections, not “with the number of neurons”;"),
        _("and backpropagation finds derivatives: it does not make training “converge faster”."),
    )


if __name__ == "__main__":
    alone(_(TITLE), tell)
    bill = build()
    price, count, tax, subtotal, payment = bill
    payment.backward()
