"""What if, and why: the old numbers stay, the new ones stand beside them, and what the derivatives foretold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talk import WHAT_IF_THE_PRICE_ROSE, answer, answers

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.stepper.what_if import shares
from demos import apples


def test_what_if_keeps_the_old_picture() -> None:
    first, second, shown, third, fourth, now = answers("set price 11", "n", "s", "set", "n", "s")
    assert first == third == WHAT_IF_THE_PRICE_ROSE
    assert second.endswith("  10 × 2 = 20\n  what if: subtotal 20 → 22")
    assert "→  subtotal  price × count      20       22" in shown
    assert "   payment   subtotal × tax      ?        ?" in shown
    assert fourth.endswith("  20 × 1.1 = 22\n  what if: payment 22 → 24.2")
    assert now.splitlines()[-1].split() == ["→", "payment", "subtotal", "×", "tax", "22", "24.2", "1"]


@pytest.mark.parametrize(
    ("line", "output", "sentence"),
    [
        ("set price 11", "24.2", "2.2 × 1 = 2.2"),
        ("set subtotal 21", "23.1", "1.1 × 1 = 1.1"),
        ("set count 3", "33", "11 × 1 = 11"),
        ("set tax 2.1", "42", "20 × 1 = 20"),
        ("set tax 0.1", "2", "20 × (-1) = -20"),
    ],
)
def test_the_courses_what_ifs(line: str, output: str, sentence: str) -> None:
    told = answer(line)
    assert re.search(rf"^payment +22  → +{output} ", told, re.MULTILINE)
    assert f"The derivative foretold {sentence}; the true change" in told
    assert "They part" not in told


def test_two_at_once_part() -> None:
    told = answer("set price 11", "set count 3")
    assert "payment    22  →  36.3       +14.3" in told
    assert "The derivatives foretold 2.2 × 1 + 11 × 1 = 13.2; the true change of payment is 14.3." in told
    assert "They part because" in told


def test_a_number_that_is_held_does_not_follow_from_its_operands() -> None:
    told = answer("set price 11", "set subtotal 21")
    assert "0 × 1 + 1.1 × 1 = 1.1; the true change of payment is 1.1." in told


def test_set_takes_back() -> None:
    assert answer("set price 11", "set count 3", "set count") == WHAT_IF_THE_PRICE_ROSE
    assert answer("set price 11", "set price") == answer("set") == "No what-if is in force: set price 11 asks one."
    assert answer("set price 11", "reset", "set") == answer("set")
    assert answer("set price") == "There is no what-if for price to take back."


def test_set_to_what_it_is_changes_nothing() -> None:
    assert answer("set price 10") == "What if price 10 → 10?\nThen nothing changes: these are the numbers that there are."


def test_a_constant_foretells_nothing() -> None:
    rate = ag.constant(2.0, label="rate")
    told = answer("set rate 3", walk=ag.walk(Value(5.0, "x") * rate))
    assert told.endswith("A constant has no derivative, so nothing was foretold. v1 changes by 5.")


def test_beside_a_constant_the_variables_foretell_their_part() -> None:
    rate = ag.constant(2.0, label="rate")
    told = answer("set rate 3", "set x 4", walk=ag.walk(Value(3.0, "x") * rate))
    compared, remark = told.splitlines()[-2:]
    assert compared == "The derivative foretold 2 × 1 = 2; the true change of v1 is 6."
    assert remark == "A constant has no derivative: what rate brings about is not in what was foretold."
    same = answer("set rate 2", "set x 4", walk=ag.walk(Value(3.0, "x") * rate))
    assert same.endswith("the true change of v1 is 2.")


def test_of_very_many_changes_the_table_shows_a_few() -> None:
    x = Value(1.0, "x")
    product = x
    for _ in range(899):
        product = product * x
    _what_if, _columns, *rows, more, _compared, _why = answer("n", "set x 1.01", walk=ag.walk(product)).splitlines()
    assert [row.split()[0] for row in rows] == ["x", "v1", "v899"]
    assert more == "897 more nodes change."


def test_a_what_if_that_leaves_the_domain_shows_nan() -> None:
    told = answer("set x -1", walk=ag.walk(Value(1.0, "x").log()))
    assert re.search(r"^v1 +0  → +nan +nan$", told, re.MULTILINE)
    assert told.endswith("the true change of v1 is nan.\nWith these numbers v1 is no finite number.")


def test_in_a_later_iteration_the_what_if_is_about_its_numbers() -> None:
    w = Value(3.0, "w")
    walk = ag.walk(w * w, parameters=[w], learning_rate=0.25)
    assert "w      1.5  →   2.5" in answer(f"g {len(walk) // 2 + 1}", "set w 2.5", walk=walk)


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-1e-6, 1e-6))
def test_shares_are_derivatives_times_steps(x: float, y: float, moved: float) -> None:
    a, b = Value(x, "a"), Value(y, "b")
    product = a * b
    walk = ag.walk((product + a).sin())
    [inside, leaf] = shares(walk.current_pass, {product: product.data + moved, a: x + moved})
    cosine = ag.grad(product + a, [product])[0] * ag.grad(walk.outputs[0], [walk.outputs[0].operands[0]])[0]
    assert (inside.derivative, leaf.derivative) == (cosine, cosine)  # a counts without its way through the product
    assert (inside.step, leaf.step) == (product.data + moved - product.data, x + moved - x)


def test_why_gives_the_reason() -> None:
    bill = apples.build()
    reason = str(ag.why(bill.payment, bill.price))
    assert answer("w price") == answer("r price", "why") == f"{reason}\nw price all: three ways to this number."
    x = Value(-2.0, "x")
    y = x.relu() * 3
    told = answer("w x", walk=ag.walk(y))
    assert told.startswith(str(ag.why(y, x)))
    assert "relu is flat" in told


def test_why_lists_the_largest_of_several_paths() -> None:
    x = Value(3.0, "x")
    assert answer("w x", walk=ag.walk(x * x + x)) == """\
∂v2/∂x = 7 is the sum of the products along 3 paths:
  x →₁ v1 → v2: 3 × 1 = 3
  x →₂ v1 → v2: 3 × 1 = 3
  x → v2: 1
(→₁, →₂: enters as the first, as the second operand.)
w x all: three ways to this number."""
    first, *largest, _legend, _hint = answer("w x", walk=ag.walk(x * x * x * x)).splitlines()
    assert first == "∂v3/∂x = 108 is the sum of the products along 4 paths, of which these are the largest:"
    assert [path.rpartition(" = ")[2] for path in largest] == ["27"] * 3
    first, *cancelled, _legend, _hint = answer("w x", walk=ag.walk(x - x)).splitlines()
    assert "cancel" in first
    assert [path.rpartition(": ")[2] for path in cancelled] == ["1", "-1"]


def test_why_all_explains() -> None:
    bill = apples.build()
    expected = f"{ag.why(bill.payment, bill.price)}\n\n{ag.explain(bill.payment, bill.price)}"
    assert answer("w price all") == answer("why 'price' ａｌｌ") == expected
    assert answer("w price always") == "Only a node is written here: what is always after price?"
    both = Value(2.0, "all")
    assert answer("w all", walk=ag.walk(both * 3)).startswith("∂v1/∂all = 3")
    assert answer("w all all", walk=ag.walk(both * 3)) == f"{ag.why(y := both * 3, both)}\n\n{ag.explain(y, both)}"


def test_why_of_nothing_asks_back() -> None:
    assert answer("why") == "Of which node? For example: w price"
