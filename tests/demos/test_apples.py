"""The apples: 22 yuan, 2.2 for the price, and what-ifs that agree exactly with the derivatives."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import as_typed, of_the_course, told

import autograd_mini as ag
from demos import apples
from demos.blocks import Heading, figures

COURSE = {
    "subtotal": "20", "payment": "22",
    "∂payment/∂payment": "1", "∂payment/∂subtotal": "1.1", "∂payment/∂price": "2.2", "∂payment/∂count": "11", "∂payment/∂tax": "20",
    "price 10 → 11: subtotal": "22", "price 10 → 11: payment": "24.2", "price 10 → 11: change": "+2.2",
    "subtotal 20 → 21: subtotal": "21", "subtotal 20 → 21: payment": "23.1", "subtotal 20 → 21: change": "+1.1",
    "count 2 → 3: subtotal": "30", "count 2 → 3: payment": "33", "count 2 → 3: change": "+11",
    "tax 1.1 → 2.1: payment": "42", "tax 1.1 → 2.1: change": "+20",
}  # fmt: skip
OURS = {
    "tax 1.1 → 2.1: subtotal": "20",
    "price 10 → 11: derivative × step": "+2.2", "subtotal 20 → 21: derivative × step": "+1.1",
    "count 2 → 3: derivative × step": "+11", "tax 1.1 → 2.1: derivative × step": "+20",
    "tax 1.1 → 1.11: payment": "22.2", "tax 1.1 → 1.11: change": "+0.2", "tax 1.1 → 1.11: derivative × step": "+0.2",
    "price 10 → 11, count 2 → 3: payment": "36.3",
    "price 10 → 11, count 2 → 3: change": "+14.3", "price 10 → 11, count 2 → 3: derivative × step": "+13.2",
}  # fmt: skip


def test_the_numbers() -> None:
    found = told(apples.tell())
    assert as_typed(found, COURSE | OURS) == COURSE | OURS
    assert {name: figure.shown for name, figure in found.items()} == COURSE | OURS
    assert of_the_course(found) == COURSE
    assert all(found[name].agrees for name in COURSE)


def test_what_ifs_stand_beside_the_old_numbers() -> None:
    before = {name: figure.before for name, figure in told(apples.tell()).items() if "→" in name and figure.before is not None}
    assert before == {name: 20.0 if name.endswith("subtotal") else 22.0 for name in before}
    assert len(before) == 2 * 4 + 2


def test_the_question_and_the_what_ifs_come_before_the_rules() -> None:
    headings = [block.text for block in apples.tell() if isinstance(block, Heading)]
    assert headings == [
        "Forward: compute", "The question", "Backward: from the payment to the price", "Try it: raise each number by 1",
        "What the numbers mean", "The rules, by name", "The chain rule", "Notes on the course",
    ]  # fmt: skip
    first = [figure.what for figure in figures(apples.tell())][:7]
    assert first == list(COURSE)[:7]


NODES: list[Callable[[apples.Bill], ag.Value]] = [
    lambda bill: bill.price, lambda bill: bill.quantity, lambda bill: bill.tax, lambda bill: bill.subtotal
]  # fmt: skip


@given(st.sampled_from(NODES), st.floats(-100, 100))
def test_the_bill_is_linear_in_each_number_alone(node_of: Callable[[apples.Bill], ag.Value], step: float) -> None:
    bill = apples.build()
    node = node_of(bill)
    new = ag.evaluate(bill.payment, {node: node.data + step})[bill.payment]
    assert new - bill.payment.data == pytest.approx(ag.grad(bill.payment, [node])[0] * step, rel=1e-12, abs=1e-11)


@given(st.floats(-100, 100), st.floats(-100, 100))
def test_where_two_change_at_once_the_product_of_the_steps_comes_on_top(more: float, further: float) -> None:
    price, count, tax, _subtotal, payment = apples.build()
    new = ag.evaluate(payment, {price: price.data + more, count: count.data + further})[payment]
    by_price, by_count = ag.grad(payment, [price, count])
    left_over = new - payment.data - (by_price * more + by_count * further)
    assert left_over == pytest.approx(more * further * tax.data, rel=1e-12, abs=1e-10)
