"""Explanations of one derivative: the courses' numbers, three ways that agree within their bounds, and the text."""

from __future__ import annotations

from math import fsum, inf, isfinite, isnan, nan

import pytest
from graphs import graphs_of_any_slopes, hostile_graphs
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.checks import Expression, expressions
from autograd_mini.errors import NonFiniteError


def test_the_price_of_an_apple() -> None:
    price, count, tax = Value(10.0, "price"), Value(2.0, "count"), Value(1.1, "tax")
    payment = price * count * tax
    found = ag.explain(payment, price)
    [path] = found.paths
    assert found.count == 1
    assert path.nodes == (price, payment.operands[0], payment)
    assert path.local_derivatives == (2.0, 1.1)
    assert (path.product, found.backward, found.forward, found.share) == (2.2, 2.2, 2.2, 1.0)
    assert "price → v1 → v2" in str(found)
    assert "2 × 1.1" in str(found)


def test_newton_steps_of_a_square_root() -> None:
    a, start = Value(2.0, "a"), Value(1.0, "start")
    root = start
    for _ in range(20):
        root = 0.5 * (root + a / root)
    found = ag.explain(root, start, k=3)
    assert found.count == 2**20
    assert "lead 1,048,576 paths." in str(found)
    assert len(found.paths) == 3
    by_a = ag.explain(root, a)
    assert abs(by_a.backward - 0.5 / 2**0.5) <= by_a.bound
    assert 0.1 < by_a.share < 0.2


def test_two_hundred_doublings() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(200):
        y = y + y
    found = ag.explain(y, x)
    assert found.count == found.all_paths == found.backward == 2**200
    assert found.share == 5 / 2**200
    assert "From x to v200 lead about 1.61e60 paths." in str(found)
    assert "x →₁ v1 →₁ v2 … (195 more) … →₁ v198 →₁ v199 →₁ v200  1 × 1 × 1 × … (194 more) … × 1 × 1 × 1" in str(found)


def test_numbered_arrows_are_explained_where_there_are_some() -> None:
    note = "(→₁, →₂: enters as the first, as the second operand.)"
    x = Value(3.0, "x₁")
    assert note in str(ag.explain(x * x, x))
    assert note not in str(ag.explain(x * 2.0, x))
    # In the middle of a long path, where nothing is written out, no arrow needs an explanation.
    middle = chain(x)
    assert note not in str(ag.explain(chain(middle + middle), x))
    assert note in str(ag.explain(middle + middle, x))


def chain(x: Value) -> Value:
    for _ in range(8):
        x = x * 2.0
    return x


@given(expressions(ops.TABLE.values()), st.integers(1, 4))
def test_the_three_ways_agree_within_their_bounds(expression: Expression, k: int) -> None:
    xs, y = expression.record()
    for x in xs:
        found = ag.explain(y, x, k)
        assert [found.backward] == ag.grad(y, [x])
        assert abs(found.forward - found.backward) <= 2 * found.bound
        assert len(found.paths) == min(k, found.count)
        assert found.all_paths >= abs(found.backward) - found.bound
        if found.count == len(found.paths):
            assert abs(fsum(path.product for path in found.paths) - found.backward) <= 2 * found.bound
        assert isnan(found.share) or 0.0 <= found.share <= 1.0
        assert str(found).startswith("∂")


@given(hostile_graphs())
def test_any_graph_is_explained(graph: tuple[Value, Value]) -> None:
    y, x = graph
    if isfinite(y.data):
        found = ag.explain(y, x)
        assert repr(found.backward) == repr(ag.grad(y, [x])[0])
        assert str(found)
    else:
        with pytest.raises(NonFiniteError):
            ag.explain(y, x)


@given(graphs_of_any_slopes())
def test_any_local_derivatives_are_explained(graph: tuple[Value, Value]) -> None:
    y, x = graph
    assert str(ag.explain(y, x)).startswith("∂")


def test_one_mode_may_overflow_where_the_other_does_not() -> None:
    x = Value(1e-200, "x")
    found = ag.explain(x * 1e200 * 1e200 * 0.0, x)
    assert found.backward == 0.0
    assert isnan(found.forward)
    assert "On its way forward mode met numbers too large or too small for a double" in str(found)


def test_backward_and_forward_round_in_another_order() -> None:
    x = Value(2.0, "x")
    found = ag.explain(x * x + x.sin(), x)
    assert found.backward != found.forward
    assert abs(found.backward - found.forward) < found.bound < 1e-12
    assert "Every step rounds, so the last digits differ." in str(found)


def test_a_share_that_is_a_sum_of_zeros_is_not_defined() -> None:
    x = Value(-1.0, "x")
    y = x.relu() + x.relu()
    assert isnan(ag.explain(y, x, k=1).share)
    assert ag.explain(y, x).share == 1.0
    assert "Their share of the sum of all |products|: not defined." in str(ag.explain(y, x, k=1))


def test_what_is_not_connected_points_to_why() -> None:
    x, y, c = Value(1.0, "x"), Value(2.0, "y") * 3, ag.constant(3.0)
    y.label = "z"
    for nowhere in (x, c, c * 2):
        found = ag.explain(y, nowhere)
        assert (found.count, found.paths, found.backward, found.forward, found.quotient) == (0, (), 0.0, 0.0, None)
        assert isnan(found.share)
    assert str(ag.explain(y, x)) == "∂z/∂x = 0\nNo path leads from x to z; ag.why(z, x) says why."


def test_of_itself() -> None:
    x = Value(2.0, "x")
    found = ag.explain(x, x)
    assert (found.count, found.backward, found.forward) == (1, 1.0, 1.0)
    assert "From x to x leads 1 path." in str(found)


def test_an_infinite_derivative() -> None:
    x = Value(0.0, "x")
    found = ag.explain(x.sqrt() * 3, x)
    assert found.backward == found.forward == found.bound == inf
    assert "inf × 3" in str(found)
    assert "ag.why(v2, x) says where the derivative stopped being a finite number." in str(found)


def test_a_derivative_that_is_no_number() -> None:
    x = Value(0.0, "x")
    found = ag.explain(x.sqrt() * 0, x)
    assert isnan(found.backward)
    assert isnan(found.paths[0].product)
    assert "nan" in str(found)


def test_at_a_kink_both_slopes_are_shown() -> None:
    text = str(ag.explain(abs(Value(0.0, "x")), Value(0.0)))
    assert "No path" in text
    x = Value(0.0, "x")
    text = str(ag.explain(abs(x), x))
    assert "-1 … 1" in text
    assert "sees a kink or a jump at x = 0" in text


def test_where_there_is_no_finite_difference_it_says_why() -> None:
    x, w = Value(2.0, "x"), Value(-2.0, "w")
    dot = ag.operation("dot_at_2", lambda x: 0.0 if x == 2.0 else nan, lambda x, out: 0.0)
    assert "There is no finite difference: v1 is not defined around x = 2." in str(ag.explain(dot(x), x))
    y = x * w
    w.data = 4.0
    assert "There is no finite difference: v1 no longer follows from its leaves" in str(ag.explain(y, x))


def test_on_one_side() -> None:
    x = Value(0.0, "x")
    assert "to one side; on the other, v1 is not defined." in str(ag.explain(x**2.5, x))


def test_the_very_same_number() -> None:
    x = Value(0.0, "x")
    assert str(ag.explain(x * 2, x)).endswith("It comes to the very same number.")


def test_nothing_is_written_to_the_graph() -> None:
    x = Value(3.0)
    y = x * x
    y.backward()
    ag.explain(y, x)
    assert (x.grad, y.grad, x.data, y.data) == (6.0, 1.0, 3.0, 9.0)


def test_interior_nodes_are_explained_too() -> None:
    x = Value(3.0)
    square = x * x
    found = ag.explain(square * square, square)
    assert (found.count, found.backward, found.forward) == (2, 18.0, 18.0)
    assert found.quotient is not None
    assert isfinite(found.quotient.low)


def test_wrong_arguments() -> None:
    x = Value(3.0)
    with pytest.raises(TypeError, match=r"explain\(y, x\) takes Values, got float 9.0"):
        ag.explain(9.0, x)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"k=0 says how many"):
        ag.explain(x * x, x, k=0)
    with pytest.raises(NonFiniteError, match=r"explain\(\) started from nan"):
        ag.explain(x * nan, x)


def test_a_zero_is_shown_without_its_sign() -> None:
    x = Value(0.0, "x")
    assert x.cos().local_derivatives == (-0.0,)
    assert "x → v1 → v2  0 × 2                    0" in str(ag.explain(x.cos() * 2, x))
    assert "-0" not in str(ag.why(x.cos() * 2, x))
