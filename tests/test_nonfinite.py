"""inf and nan: a value that is not finite has no derivative, and the error names the first node that went wrong, and the mend."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from rows import INF, NAN, ROWS, edge_points

import autograd_mini as ag
from autograd_mini import NOT_YET, Value
from autograd_mini.backward import steps
from autograd_mini.checks import Expression, expressions
from autograd_mini.errors import NonFiniteError
from autograd_mini.row import Operation


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda x: x.log() * 2, r"started from nan. It went wrong first at log\(x\) = nan, where x = -1: log is defined for x > 0. Keep x"),
        (lambda x: (x + 1).log(), r"log\(x\) = -inf, where x = 0: log is defined for x > 0"),
        (lambda x: 1 / (x + 1), r"div\(1, x\) = inf, where x = 0: div\(1, x\) is defined for x ≠ 0. Keep x there"),
        (lambda x: (x * -1000).exp() + 1, r"exp\(x\) = inf, where x = 1000: the result is beyond the largest double.*ag.logsumexp"),
        (lambda x: x**0.5, r"pow\(x, 0.5\) = nan, where x = -1: pow\(x, 0.5\) is defined for x > 0, or 0.5 a whole number.*Keep x there"),
        (lambda x: x + INF, r"a leaf without a label, which holds inf: give it a finite number"),
        (lambda x: ag.sum([x, x, x, 1e308, 1e308]), r"sum\(x, x, x, … 5 operands\) = inf, where x = -1: the result is beyond"),
    ],
)
def test_the_error_names_the_first_node_its_operands_and_the_mend(make: Callable[[Value], Value], message: str) -> None:
    x = Value(-1.0, label="x")
    y = make(x)
    with pytest.raises(NonFiniteError, match=message):
        y.backward()
    with pytest.raises(NonFiniteError, match=r"grad\(\) started from"):
        ag.grad(y, [x])
    assert x.grad is NOT_YET


def test_labels_stand_in_the_message() -> None:
    loss = Value(0.0, label="p").log()
    loss.label = "loss"
    with pytest.raises(NonFiniteError, match=r"log\(p\) = -inf \(labelled 'loss'\), where p = 0"):
        loss.backward()
    with pytest.raises(NonFiniteError, match="the leaf 'x', which holds nan: give it a finite number"):
        (Value(NAN, label="x") * 2).backward()


def test_it_is_an_arithmetic_error() -> None:
    with pytest.raises(ArithmeticError):
        Value(INF).backward()


def test_a_finite_value_with_an_infinite_gradient_is_no_error() -> None:
    x = Value(0.0)
    y = x.sqrt() + 1
    y.backward()
    assert (y.data, x.grad) == (1.0, INF)


def test_zero_times_infinity_is_nan_and_nobody_skips_a_zero() -> None:
    x = Value(0.0)
    y = x.sqrt() * 0.0
    assert [(s.upstream, s.local_derivative, math.isnan(s.contribution)) for s in steps({y: 1.0})][-1] == (0.0, INF, True)
    y.backward()
    assert math.isnan(x.grad)
    assert math.isnan(ag.grad(y, [x])[0])
    assert math.isnan(ag.grad(y, [x], create_graph=True)[0].data)
    assert math.isnan(ag.jvp(lambda x: x.sqrt() * 0.0)(0.0, 1.0))


def test_a_bad_branch_that_is_not_taken_does_harm_unless_its_argument_is_guarded() -> None:
    x = Value(-1.0)
    careless = ag.where(ag.gt(x, 0.0), x.sqrt(), 0.0)
    guarded = ag.where(ag.gt(x, 0.0), ag.where(ag.gt(x, 0.0), x, 1.0).sqrt(), 0.0)
    assert (careless.data, guarded.data) == (0.0, 0.0)
    assert math.isnan(ag.grad(careless, [x])[0])
    assert ag.grad(guarded, [x]) == [0.0]


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_no_edge_value_raises_anything_but_nonfinite(op: Operation) -> None:
    for point in edge_points(op):
        xs = [Value(x) for x in point]
        y = op(*xs)
        if math.isfinite(y.data):
            y.backward()
            assert [x.grad for x in xs] == pytest.approx(ag.grad(y, xs), nan_ok=True)
        else:
            with pytest.raises(NonFiniteError):
                y.backward()


@given(expressions(rows=ROWS))
def test_a_poisoned_expression_names_a_culprit(expression: Expression) -> None:
    _, y = expression.record()
    poisoned = y * NAN
    with pytest.raises(NonFiniteError, match="which holds nan"):
        poisoned.backward()
