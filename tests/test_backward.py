"""The chain rule: its steps, its sums at forks, what accumulates, and forward mode as the witness of the walk."""

from __future__ import annotations

import math
from copy import deepcopy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rows import ROWS, same

import autograd_mini as ag
from autograd_mini import NOT_YET, Value
from autograd_mini.backward import accumulate, gradients, steps
from autograd_mini.bounds import EPSILON, Weight, weights
from autograd_mini.checks import Expression, expressions
from autograd_mini.graph import topological_order

anything = expressions(rows=ROWS)


@given(anything, st.floats(-3, 3))
def test_the_loop_gives_what_the_steps_give_bit_for_bit(expression: Expression, seed: float) -> None:
    _, y = expression.record()
    from_steps = gradients({y: seed})
    accumulate(y, seed)
    for node, total in from_steps.items():
        assert same(node.grad, total + 0.0)
    for node in topological_order([y]):
        assert node in from_steps or node.grad == 0


@given(anything)
def test_a_step_says_what_it_multiplied_and_added(expression: Expression) -> None:
    _, y = expression.record()
    sums: dict[Value, float] = {}
    upstream_final = gradients({y: 1.0})
    for step in steps({y: 1.0}):
        assert step.node.operands[step.position] is step.operand
        assert step.local_derivative is step.node.local_derivatives[step.position]
        assert same(step.contribution, step.upstream * step.local_derivative)
        assert same(step.upstream, upstream_final[step.node])
        sums[step.operand] = sums.get(step.operand, 0) + step.contribution
        assert same(sums[step.operand], step.total)


@given(anything)
def test_a_power_of_two_as_seed_scales_exactly(expression: Expression) -> None:
    leaves, y = expression.record()
    y.backward()
    once = [leaf.grad for leaf in leaves]
    ag.zero_grad(leaves)
    y.backward(gradient=8.0)
    # Subnormal numbers have no digits to spare.
    assert all(same(leaf.grad, 8.0 * g) for leaf, g in zip(leaves, once, strict=True) if not 0 < abs(g) < 1e-290)


@given(anything)
def test_two_passes_double_the_leaves_and_renew_the_rest(expression: Expression) -> None:
    leaves, y = expression.record()
    y.backward()
    interior = topological_order([y], leaves=False)
    before = [node.grad for node in interior]
    once = [leaf.grad for leaf in leaves]
    y.backward()
    found = weights(y)
    for leaf, g in zip(leaves, once, strict=True):
        # A leaf adds up its contributions one by one, so three of them round differently in the second pass.
        assert abs(leaf.grad - 2 * g) <= 40 * EPSILON * found.get(leaf, Weight()).direct or g != g
    assert all(same(node.grad, g) for node, g in zip(interior, before, strict=True))


@given(anything)
def test_one_leaf_in_several_places_collects_the_sum(expression: Expression) -> None:
    expression = Expression((expression.point[0],) * len(expression.point), expression.steps)
    leaves, y = expression.record()
    assume(math.isfinite(y.data))
    x = Value(expression.point[0])
    shared = expression(*[x] * len(leaves))
    assert same(shared.data, y.data)
    [total] = ag.grad(shared, [x])
    parts = ag.grad(y, leaves)
    assume(all(map(math.isfinite, parts)))
    size = weights(shared).get(x, Weight()).paths
    assert abs(total - math.fsum(parts)) <= 40 * EPSILON * size


@given(anything, st.data())
def test_forward_mode_is_a_witness_of_the_walk(expression: Expression, data: st.DataObject) -> None:
    leaves, y = expression.record()
    direction = [data.draw(st.floats(-2, 2)) for _ in leaves]
    gradient = ag.grad(y, leaves)
    assume(all(map(math.isfinite, gradient)))
    along = ag.jvp(expression)(expression.point, direction)
    found = weights(y)
    size = math.fsum(found.get(leaf, Weight()).paths * abs(d) for leaf, d in zip(leaves, direction, strict=True))
    dot = math.fsum(g * d for g, d in zip(gradient, direction, strict=True))
    assert abs(along - dot) <= 40 * EPSILON * size + 1e-300


@given(anything)
def test_the_order_in_which_nodes_were_made_does_not_matter(expression: Expression) -> None:
    leaves, y = expression.record()
    gradient = ag.grad(y, leaves)
    copied_y, copied_leaves = deepcopy((y, leaves))
    replayed_y, *replayed_leaves = ag.replay([y, *leaves])
    assert all(map(same, ag.grad(copied_y, copied_leaves), gradient))
    assert all(map(same, ag.grad(replayed_y, replayed_leaves), gradient))


def test_operands_made_late_or_early() -> None:
    x, y = Value(0.7), Value(-1.3)
    first, second = x * y, x.sin()
    late_second = first * second + second
    other_second = x.sin()
    other_first = x * y
    late_first = other_first * other_second + other_second
    assert ag.grad(late_second, [x, y]) == ag.grad(late_first, [x, y])


def test_users_come_after_both_contributions() -> None:
    # The counter-example that makes a topological order necessary.
    a = Value(1.0)
    b = a + a
    c = b + b
    c.backward()
    assert (c.grad, b.grad, a.grad) == (1.0, 2.0, 4.0)


def test_a_square_has_two_edges() -> None:
    x = Value(3.0)
    assert [(s.position, s.contribution, s.total) for s in steps({x * x: 1.0})] == [(0, 3.0, 3.0), (1, 3.0, 6.0)]


def test_constants_get_no_step_and_no_gradient() -> None:
    x = Value(2.0)
    y = x * 3.0 + 1.0
    assert [s.operand for s in steps({y: 1.0})] == [y.operands[0], x]
    y.backward()
    assert y.operands[1].grad is NOT_YET


def test_several_outputs_with_seeds_of_their_own() -> None:
    x = Value(2.0)
    assert gradients({x * x: 1.0, x * 5.0: 10.0})[x] == 54.0


def test_a_leaf_is_its_own_output() -> None:
    x = Value(2.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0


@pytest.mark.parametrize("gradient", [math.nan, math.inf, -math.inf])
def test_a_seed_that_is_not_finite_is_refused(gradient: float) -> None:
    x = Value(2.0)
    with pytest.raises(ValueError, match=r"backward\(gradient=…\) takes a finite number, got"):
        (x * x).backward(gradient=gradient)
    assert x.grad is NOT_YET


def test_a_gradient_set_to_none_is_named_with_the_mend() -> None:
    x, w = Value(2.0, label="x"), Value(3.0)
    y = x * w
    x.grad = None  # type: ignore[assignment]
    assert repr(x) == "Value(data=2, grad=None, label='x')"
    with pytest.raises(TypeError, match=r"that of 'x' was set to None.*ag\.zero_grad"):
        y.backward()
    ag.zero_grad([x, w])
    y.backward()
    assert (x.grad, w.grad) == (3.0, 2.0)


def test_random_walks_end() -> None:
    # Many shared nodes: as many paths as 2 to the 200, but each edge is walked once.
    x = Value(1.0)
    y = x
    for _ in range(200):
        y = (y + y) * 0.5
    assert sum(1 for _ in steps({y: 1.0})) == 600
    assert ag.grad(y, [x]) == [1.0]
