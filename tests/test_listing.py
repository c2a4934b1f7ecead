"""The graph as text."""

from __future__ import annotations

import pytest

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.errors import GraphTooLarge


def test_the_supermarket() -> None:
    price, count, tax = Value(10.0, "苹果价格"), Value(2.0, "count"), Value(1.1, "tax")
    payment = price * count * tax
    payment.label = "payment"
    assert "not computed yet" in ag.text(payment)
    payment.backward()
    # Chinese characters are two columns wide in a terminal.
    assert ag.text(payment) == (
        "node      made by           value  gradient\n"
        "苹果价格                       10       2.2\n"
        "count                           2        11\n"
        "v1        苹果价格 × count     20       1.1\n"
        "tax                           1.1        20\n"
        "payment   v1 × tax             22         1"
    )


def test_the_edge_on_which_a_gradient_turns_infinite_is_named() -> None:
    x = Value(0.0, "x")
    y = x.sqrt() * 3
    y.backward()
    assert "The gradient turns inf on the edge from v1 to x: upstream 3 × local derivative inf." in ag.text(y)


def test_names_do_not_collide_with_labels() -> None:
    v1 = Value(1.0, "v1")
    assert [line.split()[0] for line in ag.text(v1.sin().cos()).splitlines()] == ["node", "v1", "v2", "v3"]


def test_long_sums_are_counted_and_long_lists_refused() -> None:
    assert "sum of 1,000: x0, x1, … x999" in ag.text(ag.sum([Value(1.0, f"x{i}") for i in range(1000)]))
    y = Value(0.5)
    for _ in range(3000):
        y = y.sin()
    with pytest.raises(GraphTooLarge, match=r"3,001 lines, and the limit is 2,000"):
        ag.text(y)


def test_several_outputs_share_their_nodes() -> None:
    x = Value(1.0, "x")
    lines = ag.text([x + 1, x * 2]).splitlines()
    assert [line.split()[0] for line in lines] == ["node", "x", "v1", "v2"]
