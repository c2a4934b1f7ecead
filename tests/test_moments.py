"""The moments of a walk: the recorded numbers, the steps of `backward.py`, and the training loop that people write."""

from __future__ import annotations

from math import isclose

import pytest
from graphs import graphs_of_any_slopes, hostile_graphs
from hypothesis import assume, example, given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.backward import gradients, steps
from autograd_mini.checks import Expression, expressions
from autograd_mini.errors import ConstantError, NonFiniteError
from autograd_mini.graph import topological_order
from autograd_mini.moments import Backward, Forward, Moment, Update, ZeroGrad
from autograd_mini.value import NOT_YET
from demos import two_two_two

ANY = expressions(rows=ops.TABLE.values())


def of(walk: ag.Walk, kind: type[Moment]) -> list[Moment]:
    return [moment for moment in walk if isinstance(moment, kind)]


def last_totals(walk: ag.Walk) -> dict[Value, float]:
    """What each node has received in the end."""
    return {moment.operand: moment.total for moment in walk if isinstance(moment, Backward)}


# --- forward, backward --------------------------------------------------------------------------------------------


@given(ANY)
def test_forward_every_operation_once_operands_first_with_the_recorded_numbers(expression: Expression) -> None:
    _, y = expression.record()
    computed: list[Value] = []
    for moment in of(ag.walk(y), Forward):
        assert isinstance(moment, Forward)
        assert moment.operands == moment.node.operands
        assert moment.numbers == tuple(operand.data for operand in moment.operands)
        assert moment.result == moment.node.data
        assert all(operand in computed for operand in moment.operands if operand.op)
        computed.append(moment.node)
    assert sorted(map(id, computed)) == sorted(id(node) for node in topological_order([y]) if node.op)


@given(ANY)
def test_backward_moments_are_the_steps_of_the_chain_rule(expression: Expression) -> None:
    _, y = expression.record()
    walk = ag.walk(y)
    told = [
        (m.node, m.position, m.operand, m.upstream, m.local_derivative, m.contribution, m.total)
        for m in walk
        if isinstance(m, Backward)
    ]  # fmt: skip
    assert told == [tuple(step) for step in steps({y: 1.0})]
    assert [moment.phase for moment in walk] == sorted((moment.phase for moment in walk), reverse=True)  # forward first


@given(ANY)
def test_what_arrives_last_is_grad_bit_for_bit_and_the_graph_stays_as_it_was(expression: Expression) -> None:
    xs, y = expression.record()
    walk = ag.walk(y)
    assert all(node.grad is NOT_YET for node in topological_order([y]))
    y.backward()
    held = {node: node.grad for node in topological_order([y])}
    assert last_totals(ag.walk(y)) == last_totals(walk) == {node: held[node] for node in last_totals(walk)}
    assert {node: node.grad for node in topological_order([y])} == held
    assert {x for x in xs if x.grad is not NOT_YET} <= {y, *last_totals(walk)}


@given(hostile_graphs() | graphs_of_any_slopes())
def test_arrivals_count_up_to_the_branches_and_sums_start_from_what_was_held(graph: tuple[Value, Value]) -> None:
    y, _ = graph
    assume(isclose(y.data, y.data) and abs(y.data) < float("inf"))
    seen: dict[Value, tuple[int, float]] = {y: (1, 1.0)}
    for moment in ag.walk(y):
        if isinstance(moment, Backward):
            count, held = seen.get(moment.operand, (0, 0.0))
            assert (moment.arrival, repr(moment.before)) == (count + 1, repr(held))
            assert repr(moment.total) == repr(held + moment.contribution)
            assert moment.arrival <= moment.branches
            seen[moment.operand] = moment.arrival, moment.total
    assert all(seen[m.operand][0] == m.branches for m in ag.walk(y) if isinstance(m, Backward))


@given(ANY, st.data())
def test_several_outputs_go_back_as_their_sum_does(expression: Expression, data: st.DataObject) -> None:
    _, y = expression.record()
    inside = [node for node in topological_order([y]) if not node.is_constant]
    outputs = data.draw(st.lists(st.sampled_from(inside), min_size=1, max_size=3))
    once = list(dict.fromkeys(outputs))
    assert last_totals(ag.walk(outputs)) == {
        node: total for node, total in gradients(dict.fromkeys(once, 1.0)).items() if node in last_totals(ag.walk(outputs))
    }
    summed = ag.grad(ag.sum(once), inside)
    for node, expected in zip(inside, summed, strict=True):
        assert last_totals(ag.walk(outputs)).get(node, expected) == pytest.approx(expected, rel=1e-9, abs=1e-9)


# --- by labels ----------------------------------------------------------------------------------------------------


@given(ANY, st.sets(st.integers(0, 11)))
def test_by_labels_the_named_nodes_get_the_same_derivatives(expression: Expression, labelled: set[int]) -> None:
    _, y = expression.record()
    operations = topological_order([y], leaves=False)
    for i in labelled & set(range(len(operations))):
        operations[i].label = f"part {i}"
    by_labels, whole = last_totals(ag.walk(y, by="labels")), gradients({y: 1.0})
    sizes = {step.operand: abs(step.contribution) for step in steps({y: 1.0})}
    slack = 1e-12 * max([1.0, *sizes.values(), *map(abs, whole.values())])
    for node, total in by_labels.items():
        assert node.label or node is y
        assert total == pytest.approx(whole[node], rel=1e-9, abs=slack)
    assert {node for node in by_labels if not node.op} == {node for node in whole if not node.op and node is not y}


def test_the_three_factors_of_course_004() -> None:
    """∂E/∂w5 as file 004 asks it: how much does E move when out_o1 does, out_o1 when net_o1 does, net_o1 when w5 does?"""
    walk = ag.walk(two_two_two.build().loss, by="labels")
    w5 = next(moment for moment in walk if isinstance(moment, Backward) and moment.operand.label == "w5")
    factors, node = [w5.local_derivative], w5.node
    while node is not walk.outputs[0]:
        edge = next(moment for moment in walk if isinstance(moment, Backward) and moment.operand is node)
        factors.append(edge.local_derivative)
        node = edge.node
    assert [f"{factor:.9f}" for factor in factors[::-1] if factor != 1.0] == ["0.741365070", "0.186815602", "0.593269992"]
    assert f"{w5.total:.9f}" == "0.082167041"


# --- to the end of the update -------------------------------------------------------------------------------------


@given(ANY, st.sampled_from([1e-3, 0.1]), st.booleans(), st.integers(1, 3))
def test_training_is_the_loop_that_people_write(expression: Expression, rate: float, zero_grad: bool, iterations: int) -> None:
    recorded, loss = expression.record()
    try:
        walk = ag.walk(loss, parameters=recorded, learning_rate=rate, zero_grad=zero_grad, iterations=iterations)
    except NonFiniteError:
        assume(False)
    ws, held = [Value(x) for x in expression.point], [0.0] * len(recorded)
    for i in range(1, iterations + 1):
        y = expression(*ws)
        y.backward()
        moments = [moment for moment in walk if moment.iteration == i]
        results = [m.result for m in moments if isinstance(m, Forward)]
        assert results[-1:] == [y.data][: len(results)]
        updates = [moment for moment in moments if isinstance(moment, Update)]
        new = []
        for w, update, before, x in zip(ws, updates, held, recorded, strict=True):
            received = 0.0 if w.grad is NOT_YET else w.grad
            assert (update.node, update.old, update.left_over, update.received) == (x, w.data, before, received)
            assert update.gradient == before + received
            new.append(w.data - rate * update.gradient)
        assert [update.new for update in updates] == new
        assert len([m for m in moments if isinstance(m, ZeroGrad)]) == zero_grad
        held = [0.0 if zero_grad else update.gradient for update in updates]
        ws = [Value(x) for x in new]
    assert [x.data for x in recorded] == list(expression.point)  # the learner's own graph is left as it was


def test_a_parameter_that_the_loss_does_not_need_stays_where_it_is() -> None:
    x, aside = Value(3.0, "x"), Value(7.0, "aside")
    walk = ag.walk(x * x, parameters=[x, aside], learning_rate=0.1)
    assert [(u.node, u.new) for u in walk if isinstance(u, Update)] == [
        (x, 3.0 - 0.1 * 6.0), (aside, 7.0), (x, pytest.approx(1.92)), (aside, 7.0),
    ]  # fmt: skip


def test_a_parameter_given_twice_moves_once() -> None:
    x = Value(3.0, "x")
    assert len(of(ag.walk(x * x, parameters=[x, x], learning_rate=0.1, iterations=1), Update)) == 1


# --- what cannot be walked ----------------------------------------------------------------------------------------


def test_an_iteration_that_explodes_is_named() -> None:
    x = Value(3.0, "x")
    with pytest.raises(NonFiniteError, match=r"^walk\(\), iteration 2, started from inf\. It went wrong first at pow"):
        ag.walk(x**4, parameters=[x], learning_rate=1e100)
    with pytest.raises(NonFiniteError, match=r"^walk\(\) started from nan"):
        ag.walk(Value(-1.0, "x").log())


X, Y = Value(3.0, "x"), ag.constant(2.0)


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        (lambda: ag.walk([]), TypeError, "got an empty list"),
        (lambda: ag.walk(3.0), TypeError, "takes Values, got float 3.0"),  # type: ignore[arg-type]
        (lambda: ag.walk(X * X, by="names"), ValueError, "by operations or by labels"),
        (lambda: ag.walk(X * X, digits=0), ValueError, "a whole number from 1"),
        (lambda: ag.walk(X * X, digits=True), ValueError, "a whole number from 1"),
        (lambda: ag.walk(X * X, parameters=[X]), ValueError, "the update needs both"),
        (lambda: ag.walk(X * X, learning_rate=0.1), ValueError, "the update needs both"),
        (lambda: ag.walk(X * X, iterations=2), ValueError, "there are iterations only with parameters"),
        (lambda: ag.walk(X * X, zero_grad=False), ValueError, "there are iterations only with parameters"),
        (lambda: ag.walk(X * X, parameters=X, learning_rate=0.1), TypeError, "takes a list, for a single one too"),  # type: ignore[arg-type]
        (lambda: ag.walk(X * X, parameters=[X * 2], learning_rate=0.1), ConstantError, "is no variable leaf"),
        (lambda: ag.walk(X * Y, parameters=[Y], learning_rate=0.1), ConstantError, "is no variable leaf"),
        (lambda: ag.walk([X * X, X * 2], parameters=[X], learning_rate=0.1), ValueError, "takes one loss"),
        (lambda: ag.walk(X * X, parameters=[X], learning_rate=0.1, iterations=0), ValueError, "a whole number from 1"),
        (lambda: ag.walk(X * X, parameters=[X], learning_rate=float("nan")), ValueError, "a finite number above 0"),
        (lambda: ag.walk(X * X, parameters=[X], learning_rate="fast"), TypeError, "takes a real number"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_said_in_a_sentence(asked, error, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error, match=message) as told:
        asked()
    assert type(told.value) is error


@example(40)
@given(st.integers(1, 60))
def test_a_graph_of_forks_has_as_many_moments_as_operations_and_edges(forks: int) -> None:
    """2**40 paths, and 40 operations with two edges each."""
    y = Value(1.0, "x")
    for _ in range(forks):
        y = y + y
    assert (len(ag.walk(y)), len(ag.walk(y, by="labels"))) == (3 * forks, 2)
    assert last_totals(ag.walk(y, by="labels")) == {topological_order([y])[0]: 2.0**forks}
