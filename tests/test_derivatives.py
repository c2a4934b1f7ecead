"""grad, gradient, derivative, hessian, jacobian, jvp: their numbers, how they nest, and threads on one graph."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from math import cos, exp, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import NOT_YET, Value, constant
from autograd_mini.errors import ConstantError, NonFiniteError
from autograd_mini.graph import topological_order

reals = st.floats(-3, 3)


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)


def test_micrograds_readme_runs_with_only_the_import_changed() -> None:
    a = Value(-4.0)
    b = Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    assert f"{g.data:.4f}" == "24.7041"
    g.backward()
    assert f"{a.grad:.4f}" == "138.8338"
    assert f"{b.grad:.4f}" == "645.5773"


@given(reals, reals)
def test_first_and_second_derivatives_by_hand(x: float, y: float) -> None:
    def f(x: Value, y: Value) -> Value:
        return x.sin() * y.exp() + x * x * y

    assert all(map(close, ag.gradient(f)(x, y), [cos(x) * exp(y) + 2 * x * y, sin(x) * exp(y) + x * x]))
    [[xx, xy], [yx, yy]] = ag.hessian(f)(x, y)
    assert close(xx, -sin(x) * exp(y) + 2 * y)
    assert close(xy, cos(x) * exp(y) + 2 * x)
    assert close(yx, xy)
    assert close(yy, sin(x) * exp(y))


@given(reals, st.integers(1, 6))
def test_derivatives_of_any_order(x: float, order: int) -> None:
    assert close(ag.derivative(lambda x: (2 * x).sin(), order)(x), 2**order * sin(2 * x + order * math.pi / 2))
    assert close(ag.derivative(lambda x: x**3, order)(x), [3 * x * x, 6 * x, 6.0, 0.0, 0.0, 0.0][order - 1])


@given(reals, reals)
def test_derivatives_nest(x: float, y: float) -> None:
    inner = ag.derivative(lambda y: x * y * y * y)
    assert close(ag.derivative(lambda y: inner(y) * y)(y), 9 * x * y * y)
    # The inner derivative is with respect to Values, so it sees the outer variable: ∂/∂x ∂/∂y x²y = 2x.
    assert close(ag.derivative(lambda x: ag.derivative(lambda y: x * x * y)(Value(y)))(x), 2 * x)


def test_perturbations_do_not_get_confused() -> None:
    # d/dx [x · d/dy (x + y)] is 1; a confusion of the two variables gives 2.
    assert ag.derivative(lambda x: x * ag.derivative(lambda y: x + y)(Value(1.0)))(1.0) == 1.0
    assert ag.derivative(lambda x: x * ag.derivative(lambda y: x * y)(x))(3.0) == 6.0


def test_grad_writes_nothing() -> None:
    x = Value(3.0)
    y = x * x
    assert ag.grad(y, [x, y]) == [6.0, 1.0]
    assert x.grad is NOT_YET
    assert y.grad is NOT_YET
    ag.grad(y, [x], create_graph=True)
    assert x.grad is NOT_YET


def test_a_gradient_that_is_a_graph() -> None:
    x, w = Value(2.0), Value(5.0)
    [dx] = ag.grad(w * x**3, [x], create_graph=True)
    assert isinstance(dx, Value)
    assert dx.data == 60.0
    assert ag.grad(dx, [x, w]) == [60.0, 12.0]
    dx.backward()
    assert (x.grad, w.grad) == (60.0, 12.0)
    assert x in topological_order([dx])


def test_results_are_nodes_of_their_own() -> None:
    # The derivative of x·w with respect to x is the node w; a caller who labels the result must not rename the leaf.
    x, w = Value(2.0, label="x"), Value(5.0, label="w")
    [dx] = ag.grad(x * w, [x], create_graph=True)
    dx.label = "dz/dx"
    assert (w.label, dx.data, dx.scope, ag.grad(dx, [w])) == ("w", 5.0, ("∂",), [1.0])
    [dx] = ag.grad(x * ag.constant(3.0, label="three"), [x], create_graph=True)
    assert (dx.data, dx.is_constant, dx.label) == (3.0, True, None)
    da, db = ag.grad((x + w).sin(), [x, w], create_graph=True)
    assert da is not db
    assert ag.grad(db, [x]) == [-sin(7.0)]
    v = Value(3.0)
    first, second = ag.gradient(lambda a, b: a * b)(v, v)
    assert v not in (first, second)
    assert ag.grad(first + second, [v]) == [2.0]
    assert str(ag.formula(x * w, wrt=x)) == "w"


def test_constants_and_what_is_not_connected() -> None:
    x, other = Value(2.0, label="x"), Value(1.0)
    assert ag.grad(x * x, [other, x]) == [0.0, 4.0]
    [zero] = ag.grad(x * x, [other], create_graph=True)
    assert (zero.data, zero.is_constant) == (0.0, True)
    with pytest.raises(ConstantError, match=r"'three' is a constant.*Value\(3, label='three'\)"):
        ag.grad(x * 3, [constant(3.0, label="three")])
    with pytest.raises(ConstantError, match=r"3 \(without a label\)"):
        ag.grad(x * 3, [constant(3.0)])


def test_functions_that_ignore_their_input() -> None:
    assert ag.gradient(lambda x, y: x * 2)(1.0, 5.0) == [2.0, 0.0]
    assert ag.gradient(lambda x: 3.0)(1.0) == [0.0]
    assert ag.derivative(lambda x: x, order=2)(1.0) == 0.0
    assert ag.hessian(lambda x, y: x + y)(1.0, 2.0) == [[0.0, 0.0], [0.0, 0.0]]


def test_jacobian() -> None:
    assert ag.jacobian(lambda x, y: [x * y, x + y, x**2])(3.0, 2.0) == [[2.0, 3.0], [1.0, 1.0], [6.0, 0.0]]
    with pytest.raises(TypeError, match=r"use ag\.gradient"):
        ag.jacobian(lambda x: x)(1.0)


@given(reals, reals, reals, reals)
def test_jvp_is_the_gradient_along_a_direction(x: float, y: float, dx: float, dy: float) -> None:
    def f(x: Value, y: Value) -> Value:
        return (x * y).tanh() + x.softplus() * y

    gx, gy = ag.gradient(f)(x, y)
    assert close(ag.jvp(f)((x, y), (dx, dy)), gx * dx + gy * dy)
    assert ag.jvp(lambda x, y: [x, y, 1.0])((x, y), (dx, dy)) == [dx, dy, 0.0]


def test_forward_mode_leaves_alone_what_it_does_not_move() -> None:
    elsewhere = Value(0.0)  # where the square root's slope is infinite
    assert ag.jvp(lambda x: elsewhere.sqrt() + 3 * x)(1.0, 1.0) == 3.0


def test_jvp_of_what_is_not_finite_has_no_rate() -> None:
    with pytest.raises(NonFiniteError, match=r"jvp\(\) started from nan.*log"):
        ag.jvp(lambda a: a.log())(-3.0, 1.0)
    with pytest.raises(NonFiniteError, match=r"jvp\(\) started from inf"):
        ag.jvp(lambda a: [a, a * 1e308])(1e3, 1.0)
    assert ag.jvp(lambda a: 5.0)(1.0, 1.0) == 0.0


def test_bad_calls() -> None:
    x = Value(1.0)
    with pytest.raises(TypeError, match="takes a list of Values"):
        ag.grad(x * x, x)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match=r"grad\(y, wrt\) takes Values, got float 5\.0\. A plain number has no graph"):
        ag.grad(5.0, [x])  # type: ignore[call-overload]
    with pytest.raises(TypeError, match=r"grad\(y, wrt\) takes Values, got list.*one by one"):
        ag.grad([x * x], [x])  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="order=0"):
        ag.derivative(lambda x: x, order=0)
    with pytest.raises(ValueError, match="order=True"):
        ag.derivative(lambda x: x, order=True)
    with pytest.raises(ValueError, match="the point has 2 numbers, the direction 1"):
        ag.jvp(lambda x, y: x)((1.0, 2.0), (1.0,))
    with pytest.raises(TypeError, match="the result of the differentiated function"):
        ag.gradient(lambda x: "x")(1.0)


def test_threads_share_a_graph() -> None:
    xs = [Value(0.1 * i) for i in range(50)]
    y = ag.sum([(a * b).sin() for a, b in pairwise(xs)])
    expected = ag.grad(y, xs)
    expected_second = [g.data for g in ag.grad(y, xs, create_graph=True)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: ag.grad(y, xs), range(64)))
        second = list(pool.map(lambda _: [g.data for g in ag.grad(y, xs, create_graph=True)], range(16)))
    assert results == [expected] * 64
    assert second == [expected_second] * 16


def test_scopes_belong_to_their_thread() -> None:
    def name(i: int) -> tuple[str, ...]:
        with ag.scope(f"thread {i}"):
            return (Value(1.0) + Value(2.0)).scope

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(name, range(20))) == [(f"thread {i}",) for i in range(20)]


def test_the_mixed_derivative_of_a_power_at_exponent_zero() -> None:
    # ∂²(x^y)/∂x∂y = x^(y-1)·(1 + y·ln x): 1/2 at (2, 0). A guard that replaces x there would give 1.
    assert ag.hessian(lambda x, y: x**y)(2.0, 0.0) == [[0.0, 0.5], [0.5, math.log(2.0) ** 2]]


def test_the_derivative_of_a_power_with_a_constant_exponent_is_recorded_as_people_write_it() -> None:
    x = Value(2.0, label="x")
    assert ag.formula(x**3, wrt=x).text == "3*x**2"
    [slope] = ag.grad(x**3, [x], create_graph=True)
    assert [node.text for node in ag.draw(slope).picture.nodes] == ["3", "x", "**2", "×", "output"]
