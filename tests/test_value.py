"""What a Value is: leaves and constants, comparisons, plain numbers, NumPy, copies, names, and the errors for bad input."""

from __future__ import annotations

import math
import operator
import pickle
import re
from copy import copy, deepcopy
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import NOT_YET, Value, constant
from autograd_mini.errors import ConstantError
from autograd_mini.graph import topological_order

# --- leaves and constants -----------------------------------------------------------------------------------------


def test_a_leaf() -> None:
    x = Value(2, label="x")
    assert (x.data, x.grad, x.label, x.op, x.operands, x.local_derivatives, x.is_constant) == (2.0, 0.0, "x", None, (), (), False)
    assert x.grad is NOT_YET
    assert type(x.data) is float


def test_plain_numbers_become_constants() -> None:
    x = Value(3.0)
    y = x * 2
    two = y.operands[1]
    assert (two.data, two.is_constant, y.local_derivatives) == (2.0, True, (2.0, None))
    y.backward()
    assert two.grad is NOT_YET


def test_a_square_at_a_negative_number_takes_no_logarithm() -> None:
    x = Value(-1.0)
    y = x**2
    y.backward()
    assert (y.data, x.grad, y.local_derivatives[1]) == (1.0, -2.0, None)


def test_a_power_with_a_variable_exponent() -> None:
    x, y = Value(2.0), Value(3.0)
    (x**y).backward()
    assert (x.grad, y.grad) == (12.0, 8 * math.log(2))
    base, exponent = Value(-2.0), Value(3.0)
    assert math.isnan(ag.grad(base**exponent, [exponent])[0])


def test_nodes_of_constants_are_constant() -> None:
    y = constant(2.0) * 3.0 + 1
    assert y.is_constant
    assert y.data == 7
    with pytest.raises(ConstantError, match="made of plain numbers only"):
        y.backward()


def test_every_operator_takes_a_number_on_either_side() -> None:
    x = Value(2.0)
    results = [x + 1, 1 + x, x - 1, 1 - x, x * 3, 3 * x, x / 4, 4 / x, x**3, 3**x, -x, +x, abs(x)]
    assert [y.data for y in results] == [3, 3, 1, -1, 6, 6, 0.5, 2, 8, 9, -2, 2, 2]
    assert [(ag.grad(y, [x])[0]) for y in results[:8]] == [1, 1, 1, -1, 3, 3, 0.25, -1]


def test_every_unary_row_is_a_method_and_a_function() -> None:
    x = Value(0.7)
    for name in ("exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu", "softplus", "abs"):
        assert getattr(x, name)().data == getattr(ag, name)(x).data == getattr(ag, name)(0.7), name
        assert getattr(Value, name).__name__ == name
    y = Value(0.2)
    for name in ("maximum", "minimum", "gt", "ge"):
        assert getattr(x, name)(y).data == getattr(ag, name)(x, y).data == getattr(ag, name)(0.7, 0.2), name
    assert x.gt(0.5).where(x, y).data == ag.where(ag.gt(x, 0.5), x, y).data == 0.7


def test_the_gradient_starts_as_not_yet() -> None:
    x = Value(2.0)
    assert repr(x) == "Value(data=2, grad=not computed yet)"
    (x * 0.0).backward()
    assert x.grad is not NOT_YET
    assert repr(x) == "Value(data=2, grad=0)"
    ag.zero_grad([x])
    assert x.grad is NOT_YET


@pytest.mark.parametrize(
    ("call", "shown"),
    [(ag.sum, "sum([x, y, …])"), (ag.mean, "mean([x, y, …])"), (ag.logsumexp, "logsumexp([x, y, …])"), (ag.softmax, "softmax([x, y, …])"),
     (ag.zero_grad, "zero_grad([x, w, …])"), (lambda x: ag.dot([x], x), "dot(xs, ys)")],
)  # fmt: skip
def test_a_single_value_is_no_list(call: Any, shown: str) -> None:
    with pytest.raises(TypeError, match=re.escape(f"{shown} takes a list, for a single one too ([x]); got Value(data=2")):
        call(Value(2.0))


@pytest.mark.parametrize("call", [ag.mean, ag.logsumexp, ag.softmax])
def test_nothing_is_refused_under_the_name_that_was_called(call: Any) -> None:
    with pytest.raises(ValueError, match=rf"^{call.__name__}\(\) of nothing"):
        call([])


def test_only_values_forget_gradients() -> None:
    with pytest.raises(TypeError, match=r"zero_grad.* takes Values, got float 1\.0"):
        ag.zero_grad([Value(1.0), 1.0])  # type: ignore[list-item]


# --- comparisons --------------------------------------------------------------------------------------------------


def test_comparisons_are_bools_and_are_remembered() -> None:
    x, y, untouched = Value(1.0), Value(2.0), Value(3.0)
    assert [x < y, x <= 1, x > 0, x >= y, x > 0] == [True, True, True, False, True]
    assert type(x < y) is bool
    assert x.was_compared
    assert y.was_compared
    assert not untouched.was_compared
    assert bool(untouched)
    assert untouched.was_compared
    assert not Value(0.0)


def test_equality_is_identity() -> None:
    x, twin = Value(2.0), Value(2.0)
    assert x == x
    assert x != twin
    assert x != "2"
    assert {x: 1, twin: 2}[x] == 1
    numbers: list[Any] = [2, 2.0, True, np.float64(2), Fraction(2), Decimal(2), 2j]
    for number in numbers:
        for compare in (operator.eq, operator.ne):
            for operands in ((x, number), (number, x)):
                with pytest.raises(TypeError, match=r"y\.data == 22"):
                    compare(*operands)


def test_comparing_with_text_is_pythons_type_error() -> None:
    with pytest.raises(TypeError):
        assert Value(1.0) < "2"


# --- plain numbers and NumPy --------------------------------------------------------------------------------------


def test_leaving_the_graph() -> None:
    x = Value(0.5)
    assert float(x) == 0.5
    assert math.exp(x) == math.exp(0.5)
    assert round(Value(2.345), 1) == 2.3
    assert f"{x:.3f}" == "0.500"
    assert f"{x}" == repr(x)


@pytest.mark.parametrize("number", [2, 2.0, True, Fraction(1, 2), np.float64(2), np.float32(2), np.int8(2), np.bool_(True)])
def test_numbers_that_are_accepted(number: Any) -> None:
    assert Value(number).data == float(number)
    assert (Value(3.0) * number).data == 3.0 * float(number)
    left = number * Value(3.0)
    assert type(left) is Value
    assert left.data == 3.0 * float(number)


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        ("a", "got str 'a'.*convert it first"),
        (None, "got None. Did a function forget its return"),
        (1j, "complex 1j. Write its real and imaginary parts as two Values"),
        ([1.0], "got list"),
        (np.array([1.0, 2.0]), r"an array \(numpy ndarray\).*one number with array.item\(\)"),
    ],
)
def test_bad_input_says_what_was_given_and_what_is_accepted(thing: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message) as caught:
        Value(thing)
    assert "a real number (int, float, bool, Fraction or a NumPy scalar)" in str(caught.value)


def test_more_bad_input() -> None:
    with pytest.raises(TypeError, match="got a Value; use it as it is"):
        Value(Value(1.0))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="the label of a Value is text"):
        Value(1.0, label=3)  # type: ignore[arg-type]
    with pytest.raises(OverflowError, match="too large for a double"):
        Value(10**400)
    with pytest.raises(TypeError, match="unsupported operand"):
        Value(1.0) + "a"
    with pytest.raises(TypeError):
        Value(1.0) + None


@pytest.mark.parametrize(
    "operate", [operator.add, operator.mul, operator.truediv, operator.pow, operator.lt, operator.eq, operator.ne]
)
def test_arrays_are_refused_by_name_from_both_sides(operate: Any) -> None:
    array, x = np.array([1.0, 2.0]), Value(3.0)
    for operands in ((x, array), (array, x)):
        with pytest.raises(TypeError, match="an array"):
            operate(*operands)
    with pytest.raises(TypeError, match="NumPy cannot take a Value"):
        np.array([x])


def test_pythons_sum_leaves_no_zero() -> None:
    xs = [Value(1.0), Value(2.0), Value(3.0)]
    total = sum(xs)
    assert isinstance(total, Value)
    assert total.data == 6
    assert [node for node in topological_order([total]) if node.is_constant] == []
    assert (0.0 + xs[0]).operands[0].is_constant  # a 0.0 that was written stays


# --- names --------------------------------------------------------------------------------------------------------


def test_labels_and_scopes() -> None:
    a, b = Value(1.0), Value(2.0)
    ag.label(apple=a, tax=b, note="no Value")
    assert (a.label, b.label) == ("apple", "tax")
    with ag.scope("layer"):
        with ag.scope("neuron"):
            inner = a * b
        outer = a + 1
    assert (inner.scope, outer.scope, outer.operands[1].scope, (a * b).scope) == (("layer", "neuron"), ("layer",), ("layer",), ())


def test_a_scope_ends_even_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), ag.scope("gone"):
        1 / 0
    assert Value(1.0).scope == ()


def test_detach_cuts_the_graph() -> None:
    x = Value(3.0, label="x")
    y = x * x
    cut = y.detach()
    assert (cut.data, cut.is_constant, cut.operands) == (9.0, True, ())
    assert cut.source is y  # type: ignore[attr-defined]
    z = x * cut
    assert ag.grad(z, [x]) == [9.0]
    del y
    assert cut.source is None  # type: ignore[attr-defined]


def test_setting_data() -> None:
    x = Value(2.0)
    y = x * x
    x.data = 5
    assert (x.data, y.data, ag.evaluate(y)[y]) == (5.0, 4.0, 25.0)
    with pytest.raises(AttributeError, match="was computed from its operands"):
        y.data = 3.0
    with pytest.raises(TypeError, match=r"setting \.data"):
        x.data = "5"  # type: ignore[assignment]


# --- copies -------------------------------------------------------------------------------------------------------


def test_a_deep_copy_keeps_together_what_belongs_together() -> None:
    x = Value(3.0, label="x")
    y = x * x + 2
    copied: Any = deepcopy({"y": y, "leaves": (x, [x])})
    new_y, (new_x, [same_x]) = copied["y"], copied["leaves"]
    assert new_x is same_x
    assert new_x is not x
    assert new_x in topological_order([new_y])
    new_y.backward()
    assert (new_x.grad, x.grad, new_x.label) == (6.0, 0.0, "x")
    assert x.grad is NOT_YET


def test_a_copy_keeps_gradients_and_marks() -> None:
    x = Value(3.0)
    y = x * 2
    y.backward()
    assert y > 0
    twin = copy(y)
    assert (twin.grad, twin.was_compared, twin.operands) == (1.0, True, y.operands)
    assert deepcopy(x.detach()).source is x  # type: ignore[attr-defined]


@pytest.mark.parametrize("leaf", [Value(-0.0, label="x"), constant(math.inf), Value(2.5)])
def test_leaves_pickle(leaf: Value) -> None:
    again = pickle.loads(pickle.dumps(leaf))
    assert (again.data, again.label, again.is_constant, again.grad is NOT_YET) == (leaf.data, leaf.label, leaf.is_constant, True)
    assert math.copysign(1, again.data) == math.copysign(1, leaf.data)


def test_a_pickled_leaf_keeps_its_gradient_and_an_interior_node_refuses() -> None:
    x = Value(2.0)
    y = x * x
    y.backward()
    assert pickle.loads(pickle.dumps(x)).grad == 4.0
    with pytest.raises(TypeError, match=r"ag\.save.*ag\.load"):
        pickle.dumps(y)


def test_a_copied_cut_edge_comes_from_the_copied_source() -> None:
    t = Value(3.0) * 2
    copied: Any = deepcopy((t, t.detach() * 1.0))
    new_t, new_y = copied
    assert new_y.operands[0].source is new_t
    together = deepcopy(t.detach() * t)
    assert together.operands[0].source is together.operands[1]  # type: ignore[attr-defined]
    alone: Any = deepcopy(t.detach())
    assert alone.source is t


def test_a_value_is_not_subclassed() -> None:
    with pytest.raises(TypeError, match=r"class Mine\(Value\).*attribute of your class"):
        type("Mine", (Value,), {})
