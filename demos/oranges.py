"""Apples and oranges: the first add node, and nine boxes to fill in.

Course 001 (图解反向传播, 案例1). Try it by hand afterwards: `python -i -m demos.oranges`.
"""

from __future__ import annotations

from pathlib import Path

import autograd_mini as ag
from autograd_mini import Value
from demos.report import alone, backward_numbers, forward_numbers, heading, pictures, say, title, what_ifs

TITLE = "Apples and oranges: nine boxes to fill in (course 001, 案例1)"

apple_price = Value(10.0, label="apple price")
apple_count = Value(2.0, label="apple count")
orange_price = Value(15.0, label="orange price")
orange_count = Value(3.0, label="orange count")
tax = Value(1.1, label="tax")
apples = apple_price * apple_count
oranges = orange_price * orange_count
subtotal = apples + oranges
payment = subtotal * tax
ag.label(apples=apples, oranges=oranges, subtotal=subtotal, payment=payment)
payment.backward()

CHINESE = {
    apple_price: "苹果价格",
    apple_count: "苹果个数",
    orange_price: "橙子价格",
    orange_count: "橙子个数",
    tax: "消费税",
    payment: "支付金额",
}


def run(out: Path, quick: bool = False) -> None:
    """Tell the lesson and save its pictures in the folder `out`."""
    title(TITLE)
    say("Tom buys 2 apples at 10 and 3 oranges at 15; the consumption tax is 10 %. What does he pay?")
    heading("Forward: compute")
    forward_numbers([apples, oranges, subtotal, payment])
    heading("Backward: the nine boxes")
    nodes = [payment, subtotal, tax, apples, oranges, orange_count, apple_count, apple_price, orange_price]
    backward_numbers(payment, nodes)
    say("The add node sends on what it receives, unchanged: 1.1 arrives, 1.1 goes to the apples and 1.1 to the oranges.")
    heading("Try it: raise each number by 1")
    changes = {
        "apple_price": {apple_price: 11.0},
        "apple_count": {apple_count: 3.0},
        "orange_price": {orange_price: 16.0},
        "orange_count": {orange_count: 4.0},
        "tax": {tax: 2.1},
    }
    what_ifs(payment, list(changes.values()), watch=[subtotal])
    say("Each agrees exactly with its derivative, since the bill is linear in each number alone; two at once part (demo apples).")
    say("These what-ifs are ours; the course asks for the nine boxes only.")
    pictures(out, "oranges", payment, {} if quick else changes, CHINESE)


if __name__ == "__main__":
    alone(run)
