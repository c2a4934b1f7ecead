"""The apples: one price, one count, one tax; the whole of backpropagation in three nodes.

Course 001 (图解反向传播). Try it by hand afterwards: `python -i -m demos.apples`, then `ag.evaluate(payment, {price: 12.0})`.
"""

from __future__ import annotations

from pathlib import Path

import autograd_mini as ag
from autograd_mini import Value
from demos.report import alone, backward_numbers, forward_numbers, heading, pictures, say, title, what_ifs

TITLE = "Apples: what a price rise does to the bill (course 001, 图解反向传播)"

price = Value(10.0, label="price")
count = Value(2.0, label="count")
tax = Value(1.1, label="tax")
subtotal = price * count
payment = subtotal * tax
ag.label(subtotal=subtotal, payment=payment)
payment.backward()

CHINESE = {price: "苹果价格", count: "苹果个数", tax: "消费税", payment: "支付金额"}


def run(out: Path, quick: bool = False) -> None:
    """Tell the lesson and save its pictures in the folder `out`; the quick form is the same, it is short enough."""
    title(TITLE)
    say("Tom buys 2 apples at 10 each; the consumption tax is 10 %, so the price is multiplied by 1.1. What does he pay?")
    heading("Forward: compute")
    forward_numbers([subtotal, payment])
    heading("The question")
    say("If the price of an apple rises a little, by how much does the payment rise?")
    say("That rate is the derivative of the payment with respect to the price, ∂payment/∂price.")
    heading("Backward: from the payment to the price")
    backward_numbers(payment, [payment, subtotal, price])
    say("and, on the other arrows,")
    backward_numbers(payment, [count, tax])
    heading("Try it: raise each number by 1")
    what_ifs(payment, [{price: 11.0}, {subtotal: 21.0}, {count: 3.0}, {tax: 2.1}], watch=[subtotal])
    heading("What the numbers mean")
    say("Raised by the same amount, the price, the count and the tax move the payment 2.2, 11 and 20 times as much.")
    say("The same amount is not the same effort: +1 on the tax factor turns 10 % into 110 %. One point more (1.11):")
    what_ifs(payment, [{tax: 1.11}])
    heading("Why derivative and what-if agree exactly here, and where they part")
    say("The bill is linear in each number alone: a straight line rises equally fast everywhere.")
    say("When two numbers change at once it is no line any more, the product of the two steps comes on top:")
    what_ifs(payment, [{price: 11.0, count: 3.0}])
    say("On curves they part even for one number: see the demo chain_rule.")
    heading("The rules, by name")
    say("A node takes what comes back to it, E, and sends to each operand E × its local derivative.")
    say("  multiply node: E × the other operand (the values change places): 1.1 × 2 to the price, 1.1 × 10 to the count")
    say("  add node:      E as it is (see the demo oranges)")
    heading("The chain rule")
    say("∂payment/∂price = ∂payment/∂subtotal × ∂subtotal/∂price = tax × count = 1.1 × 2 = 2.2")
    say(f"written out by the graph itself: ∂payment/∂price = {ag.formula(payment, wrt=price)}")
    heading("Notes on the course")
    say('A slide says that the local derivatives of the multiply node are "x, y": ∂(xy)/∂x is y, and ∂(xy)/∂y is x.')
    say("The text says 消费税 10 %, the figure 1.1: the bill is multiplied by 1 + 0.1. The figure's +1 raises that factor.")
    say('The cost of a backward pass grows with the number of connections, not "with the number of neurons";')
    say('and backpropagation finds derivatives, it does not make training "converge faster".')
    changes = {"price": {price: 11.0}, "subtotal": {subtotal: 21.0}, "count": {count: 3.0}, "tax": {tax: 2.1}}
    pictures(out, "apples", payment, {} if quick else changes, CHINESE)


if __name__ == "__main__":
    alone(run)
