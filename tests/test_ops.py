"""Every row of the op table, in every interpretation, at ordinary, far and edge values."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import pytest
from rows import DIGITS, EPSILON, FAR, ORACLE, POINTS, ROWS, edge_points, exact_partial, in_mpmath, many, same

import autograd_mini as ag
from autograd_mini import Value, constant, ops
from autograd_mini.checks import gradcheck, rounding
from autograd_mini.row import Operation

ALL_POINTS = [(op, point) for op in ROWS for point in POINTS[op.name] + FAR.get(op.name, [])]
by_row = pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
by_point = pytest.mark.parametrize(("op", "point"), ALL_POINTS, ids=lambda x: getattr(x, "name", str(x)))


def number_of(x: Any) -> float:
    return x.data if isinstance(x, Value) else x


def test_every_row_has_points_and_a_witness() -> None:
    assert set(POINTS) == set(ops.TABLE)
    assert [op.name for op in ROWS if op.exact is None] == []


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        ops.TABLE["add"] = ops.sub  # type: ignore[index]


@by_point
def test_value_and_first_derivatives_against_mpmath(op: Operation, point: tuple[float, ...]) -> None:
    out = op.kernel(*point)
    losses = op.loss(*point, out) if op.loss else (0.0,) * (1 + len(point))
    with mpmath.workdps(DIGITS):
        true = in_mpmath(op)(*many(point))
        assert abs(out - true) <= 4 * EPSILON * abs(true) + losses[0] + 5e-324
        for i, claimed in enumerate(op.local(*point, out)):
            true = exact_partial(in_mpmath(op), many(point), i)
            assert abs(claimed - true) <= 8 * EPSILON * abs(true) + losses[1 + i] + ORACLE * max(1, abs(true)), f"operand {i}"


@by_point
def test_second_derivatives_against_mpmath(op: Operation, point: tuple[float, ...]) -> None:
    xs = [Value(x) for x in point]
    for i, row in enumerate(ag.grad(op(*xs), xs, create_graph=True)):
        for j, second in enumerate(ag.grad(row, xs, create_graph=True)):
            with mpmath.workdps(DIGITS):
                true = exact_partial(in_mpmath(op), many(point), i, j)
                bound = rounding(second) + 8 * EPSILON * abs(second.data) + ORACLE * max(1, abs(true))
                assert abs(second.data - true) <= bound, f"operands {i}, {j}"


@by_row
def test_derivatives_against_finite_differences(op: Operation) -> None:
    # Without its own `exact`, the row has only the difference quotients of its kernel to answer to.
    alone = replace(op, exact=None)
    for point in POINTS[op.name]:
        report = gradcheck(alone, *point)
        assert all(finding.verdict == "agree" or finding.claimed == 0 for finding in report.findings), report


@by_row
def test_second_derivatives_agree_with_every_witness(op: Operation) -> None:
    for point in POINTS[op.name]:
        assert gradcheck(op, *point, order=2), gradcheck(op, *point, order=2)


@by_row
def test_the_kernel_is_total(op: Operation) -> None:
    for point in edge_points(op):
        assert type(op.kernel(*point)) is float


@by_row
def test_every_domain_answers_for_any_number(op: Operation) -> None:
    for point in edge_points(op):
        assert type(op.domain.contains(*point)) is bool
    assert not ops.pow.domain.contains(-2.0, math.inf)


@by_row
def test_all_interpretations_give_the_same_value(op: Operation) -> None:
    for point in edge_points(op):
        expected = op.kernel(*point)
        xs = [Value(x) for x in point]
        y = op(*xs)
        wrong_leaves = [Value(0.25) for _ in point]
        elsewhere = op(*wrong_leaves)
        at = dict(zip(wrong_leaves, point, strict=True))
        assert same(op(*point), expected)
        assert same(y.data, expected)
        assert same(op(*map(constant, point)).data, expected)
        assert same(ag.evaluate(elsewhere, at)[elsewhere], expected)
        assert same(ag.replay(elsewhere, at).data, expected)


@by_row
def test_all_interpretations_give_the_same_local_derivatives(op: Operation) -> None:
    for point in edge_points(op):
        out = op.kernel(*point)
        expected = op.local(*point, out)
        xs = [Value(x) for x in point]
        y = op(*xs)
        assert all(map(same, y.local_derivatives, expected)), point
        # Derivatives of derivatives: the same rule, now on Values. `where` and friends may leave plain floats.
        on_values = [number_of(d) for d in op.local(*xs, y)]
        assert all(map(same, on_values, expected)), (point, on_values, expected)
        if op.partials is not None:
            # Another rule for one operand alone may give a zero another sign.
            alone = [rule(*point, out) for rule in op.partials]
            assert all(same(a + 0.0, d + 0.0) for a, d in zip(alone, expected, strict=True)), (point, alone, expected)


@by_row
def test_a_gradient_that_is_a_graph_has_the_same_number(op: Operation) -> None:
    for point in POINTS[op.name] + FAR.get(op.name, []):
        xs = [Value(x) for x in point]
        y = op(*xs)
        as_values = ag.grad(y, xs, create_graph=True)
        assert [g.data for g in as_values] == ag.grad(y, xs)


@by_row
def test_constants_get_no_derivative_and_change_no_other(op: Operation) -> None:
    for point in POINTS[op.name]:
        full = op.local(*point, op.kernel(*point))
        for i in range(len(point)):
            mixed = [Value(x) if i == j else constant(x) for j, x in enumerate(point)]
            recorded = op(*mixed).local_derivatives
            assert [d is None for d in recorded] == [i != j for j in range(len(point))]
            kept = recorded[i]
            assert kept is not None
            assert same(kept, full[i])


@by_row
def test_a_wrong_number_of_operands_is_refused(op: Operation) -> None:
    too_many = [1.0] * ((op.arity or 0) + 1) if op.arity else []
    with pytest.raises(TypeError, match=rf"{op.name}\(\) takes .* operand"):
        op(*too_many)
    if op.arity:
        with pytest.raises(TypeError, match=rf"{op.name}\(\) takes .* operand"):
            op(*map(Value, too_many))


def test_kinks_follow_their_convention() -> None:
    assert ops.relu.local(0.0, 0.0) == (0.0,)
    assert ops.abs.local(0.0, 0.0) == (0.0,)
    assert ops.maximum.local(2.0, 2.0, 2.0) == ops.minimum.local(2.0, 2.0, 2.0) == (0.5, 0.5)
    assert ops.maximum.local(-0.0, 0.0, 0.0) == (0.5, 0.5)


def test_where_takes_the_other_branch_at_0() -> None:
    assert ops.where.local(0.0, 2.0, -0.7, -0.7) == (0.0, 0.0, 1.0)
    assert ops.where(0.0, 2.0, -0.7) == -0.7


def test_a_guarded_argument_stays_right_at_second_order() -> None:
    # Guarding the result instead of the argument gives 0 × inf = nan here.
    assert ag.derivative(lambda x: x**2, order=2)(0.0) == 2.0
    assert ag.derivative(lambda x: x**1, order=2)(0.0) == 0.0
    assert ag.derivative(lambda x: x**0, order=2)(0.0) == 0.0
    assert ag.derivative(lambda x: x**3, order=3)(-1.0) == 6.0


def test_a_row_of_ones_own_needs_names_and_rules() -> None:
    with pytest.raises(TypeError, match="needs a name that is an identifier"):
        ag.operation("my row", abs, lambda x, out: 1.0)
    with pytest.raises(TypeError, match="one derivative rule for each operand"):
        ag.operation("mine", abs)
    with pytest.raises(TypeError, match="all callable"):
        ag.operation("mine", abs, 3.0)  # type: ignore[arg-type]
    mute = ag.operation("mute", lambda x: None, lambda x, out: 0.0)  # type: ignore[arg-type, return-value]
    with pytest.raises(TypeError, match="the kernel of mute"):
        mute(1.0)


@pytest.mark.parametrize("leave", [math.exp, lambda x: ag.exp(float(x))])
def test_a_rule_of_ones_own_that_leaves_the_graph_says_so_instead_of_losing_the_second_derivative(leave: Any) -> None:
    leaky = ag.operation("leaky", math.exp, lambda x, out: leave(x))
    assert ag.derivative(leaky)(1.0) == math.exp(1.0)
    x = Value(1.0)
    with pytest.raises(TypeError, match=r"the derivative rule of leaky left the graph.*ag\.exp"):
        ag.derivative(leaky, order=2)(1.0)
    with pytest.raises(TypeError, match="left the graph"):
        ag.grad(leaky(x), [x], create_graph=True)
    assert float(x) == 1.0  # outside a rule that is everybody's right
    scaled = ag.operation("scaled", lambda x, k: k * x, lambda x, k, out: float(k), lambda x, k, out: x)
    assert ag.derivative(lambda x: scaled(x, 3.0) * x, order=2)(1.0) == 6.0  # a constant loses nothing


@pytest.mark.parametrize("wrong", [None, "2", 1j, np.ones(2)])
def test_what_a_rule_of_ones_own_returns_is_checked(wrong: Any) -> None:
    first = ag.operation("first", lambda x, y: x + y, lambda x, y, out: wrong, lambda x, y, out: 1)
    second = ag.operation("second", lambda x, y: x + y, lambda x, y, out: 1, lambda x, y, out: wrong if isinstance(x, Value) else 1)
    x = Value(1.0)
    with pytest.raises(TypeError, match="the derivative rule of first for operand 1 must return a real number"):
        first(x, 2.0)
    assert first(2.0, x).local_derivatives == (None, 1.0)
    with pytest.raises(TypeError, match="the derivative rule of second for operand 2 must return a real number"):
        ag.grad(second(x, x), [x], create_graph=True)
    other = ag.operation("other", lambda x: x, lambda x, out: 2 * Value(3.0, label="w"))
    with pytest.raises(TypeError, match=r"got plain numbers and returned Value\(data=6.*pass it as one"):
        other(x)


def test_the_names_of_the_table_are_taken() -> None:
    for name in ops.TABLE:
        with pytest.raises(ValueError, match=rf"'{name}', which is a row of the op table.*'my_{name}'"):
            ag.operation(name, math.exp, lambda x, out: out)
    wrong: Any = 5
    with pytest.raises(TypeError, match="needs a name that is an identifier, such as 'cube'; got 5"):
        ag.operation(wrong, math.exp, lambda x, out: out)
