"""Apples and oranges: nine boxes, empty at first."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import as_typed, of_the_course, told

import autograd_mini as ag
from demos import oranges
from demos.blocks import Figure, Figures, Picture, Table

COURSE = {
    "apple subtotal": "20", "orange subtotal": "45", "sum": "65", "payment": "71.5",
    "∂payment/∂payment": "1", "∂payment/∂sum": "1.1", "∂payment/∂tax": "65",
    "∂payment/∂apple subtotal": "1.1", "∂payment/∂orange subtotal": "1.1",
    "∂payment/∂orange count": "16.5", "∂payment/∂apple count": "11",
    "∂payment/∂apple price": "2.2", "∂payment/∂orange price": "3.3",
}  # fmt: skip
WHAT_IFS = {  # sum, payment, change of the payment
    "apple price 10 → 11": ("67", "73.7", "+2.2"), "apple count 2 → 3": ("75", "82.5", "+11"),
    "orange price 15 → 16": ("68", "74.8", "+3.3"), "orange count 3 → 4": ("80", "88", "+16.5"),
    "tax 1.1 → 2.1": ("65", "136.5", "+65"),
}  # fmt: skip
OURS = {
    f"{what}: {column}": text
    for what, (total, payment, change) in WHAT_IFS.items()
    for column, text in {"sum": total, "payment": payment, "change": change, "derivative × step": change}.items()
}


def test_the_numbers() -> None:
    found = told(oranges.tell())
    assert as_typed(found, COURSE | OURS) == COURSE | OURS
    assert of_the_course(found) == COURSE


def test_the_nine_boxes_stand_empty_before_the_answers_are_told() -> None:
    blocks = list(oranges.tell())
    [boxes] = [block for block in blocks if isinstance(block, Table) and block.rows[0][1] == "▢"]
    [answers] = [block for block in blocks if isinstance(block, Figures) and block.figures[0].what == "∂payment/∂payment"]
    assert [row[0] for row in boxes.rows] == [figure.what for figure in answers.figures]
    assert {row[1] for row in boxes.rows} == {"▢"}
    assert len(boxes.rows) == 9
    before = blocks[: blocks.index(boxes)]
    assert not any(isinstance(figure, Figure) and "∂" in figure.what for figure in told(before).values())


def test_the_picture_before_the_answers_has_nine_empty_boxes() -> None:
    [boxes] = [block.drawing for block in oranges.tell() if isinstance(block, Picture) and block.name == "oranges_boxes"]
    assert isinstance(boxes, ag.Drawing)
    svg = boxes.svg()
    assert len(re.findall(r'<rect [^>]*fill="#ffffff" stroke=', svg)) == 9
    assert not re.search(r">(2\.2|3\.3|16\.5|11)<", svg)


LEAVES: list[Callable[[oranges.Bill], ag.Value]] = [
    lambda bill: bill.apple_price, lambda bill: bill.apple_count, lambda bill: bill.orange_price, lambda bill: bill.orange_count,
    lambda bill: bill.tax,
]  # fmt: skip


@given(st.sampled_from(LEAVES), st.floats(-100, 100))
def test_the_bill_is_linear_in_each_number_alone(leaf_of: Callable[[oranges.Bill], ag.Value], step: float) -> None:
    bill = oranges.build()
    leaf = leaf_of(bill)
    new = ag.evaluate(bill.payment, {leaf: leaf.data + step})[bill.payment]
    assert new - bill.payment.data == pytest.approx(ag.grad(bill.payment, [leaf])[0] * step, rel=1e-9, abs=1e-9)
