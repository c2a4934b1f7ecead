"""The graph as text."""

from __future__ import annotations

import pytest

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.errors import GraphTooLarge
from autograd_mini.listing import names_of


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


def test_what_other_passes_left_is_said() -> None:
    x = Value(3.0, "x")
    y = x * x
    y.backward()
    y.backward()
    assert ag.text(y).splitlines()[-1] == "x.grad holds 12: other backward passes too, or what was set since."


def test_what_is_out_of_date_is_said() -> None:
    x = Value(3.0, "x")
    y = x * x
    x.data = 4.0
    assert "v1 no longer follows from its operands" in ag.text(y)


def test_an_output_inside_another_is_no_second_start() -> None:
    a = Value(2.0, "a")
    b = a * a
    c = b * 3
    c.backward()
    assert [line.split()[-1] for line in ag.text([c, b]).splitlines()] == ["gradient", "12", "3", "1"]


def test_labels_are_told_apart_and_fit_on_a_line() -> None:
    p, q = Value(2.0, "x"), Value(3.0, "x")
    assert "x × x (2)" in ag.text(p * q)
    assert len(ag.text(Value(1.0, "x\ny\x1b[31m") * 1).splitlines()) == 3


def test_only_values_are_listed() -> None:
    with pytest.raises(TypeError, match=r"text\(\) takes a Value or a list of Values, got 5"):
        ag.text(5)  # type: ignore[arg-type]


def test_many_nodes_of_one_label_are_told_apart_in_order() -> None:
    t = Value(1.0, "t")
    for _ in range(20_000):
        t = t + 1
        t.label = "t"
    names = list(names_of([t * Value(1.0, "t (3)")]).values())
    assert names[:6] == ["t", "1", "t (2)", "1", "t (4)", "1"]
    assert len(set(names) - {"1"}) == 20_003
