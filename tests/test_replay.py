"""What if: the same graph at other numbers, looked at (`evaluate`) or recorded anew (`replay`)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import ROWS, same

import autograd_mini as ag
from autograd_mini import NOT_YET, Value
from autograd_mini.checks import Expression, expressions
from autograd_mini.graph import topological_order
from autograd_mini.replay import changed_since
from autograd_mini.value import Constant, Detached


@given(expressions(rows=ROWS), st.data())
def test_replay_is_recording_afresh(expression: Expression, data: st.DataObject) -> None:
    leaves, y = expression.record()
    new = [data.draw(st.floats(-4, 4)) for _ in leaves]
    at = dict(zip(leaves, new, strict=True))
    fresh = expression(*map(Value, new))
    before = [node.data for node in topological_order([y])]
    present = {leaf: x for leaf, x in at.items() if leaf in topological_order([y])}
    numbers = ag.evaluate(y, present)
    again = ag.replay(y, present)
    assert same(numbers[y], fresh.data)
    assert same(again.data, fresh.data)
    assert all(map(same, [node.data for node in topological_order([y])], before))
    assert all(map(same, [node.data for node in topological_order([again])], [numbers[node] for node in topological_order([y])]))


def test_evaluate_leaves_the_graph_as_it_is() -> None:
    x = Value(3.0, label="x")
    y = x * x + 1
    assert ag.evaluate(y, {x: 5.0})[y] == 26.0
    assert (x.data, y.data, x.grad is NOT_YET) == (3.0, 10.0, True)
    assert ag.evaluate(y) == {node: node.data for node in topological_order([y])}


def test_interior_nodes_may_be_set_and_their_operands_are_not_consulted() -> None:
    x = Value(-1.0)
    bad = x.log()
    y = bad * 2 + x
    assert ag.evaluate(y, {bad: 10.0})[y] == 19.0
    again = ag.replay(y, {bad: 10.0})
    assert again.data == 19.0
    assert [node.op.name for node in topological_order([again], leaves=False)] == ["mul", "add"]  # type: ignore[union-attr]


def test_replay_keeps_shape_labels_scopes_and_constants() -> None:
    x = Value(2.0, label="price")
    with ag.scope("shop"):
        y = x * 3 + x
    y.label = "total"
    again, new_x = ag.replay([y, x], {x: 4.0})
    old_nodes, new_nodes = topological_order([y]), topological_order([again])
    assert [(n.op, n.label, n.scope, n.is_constant) for n in new_nodes] == [(n.op, n.label, n.scope, n.is_constant) for n in old_nodes]
    assert not set(old_nodes) & set(new_nodes)
    assert (again.data, ag.grad(again, [new_x])) == (16.0, [4.0])


def test_a_leaf_that_was_set_is_replayed_with_its_new_number() -> None:
    x = Value(2.0)
    y = x * x
    x.data = 3.0
    assert (ag.evaluate(y)[y], ag.replay(y).data, y.data) == (9.0, 9.0, 4.0)
    assert list(changed_since(topological_order([y]))) == [y]


def test_nan_is_not_a_change() -> None:
    x = Value(-1.0)
    assert list(changed_since(topological_order([x.log() + 1]))) == []


def test_what_was_detached_is_cut_from_the_new_source() -> None:
    x = Value(3.0, label="x")
    t = x * x
    y = t.detach() * x + t
    again, new_t = ag.replay([y, t], {x: 5.0})
    [cut] = [node for node in topological_order([again]) if isinstance(node, Detached)]
    assert (cut.source, cut.data, again.data) == (new_t, 9.0, 70.0)
    cut_again = ag.replay(t.detach() * x).operands[0]
    assert (type(cut_again), cut_again.data) == (Constant, 9.0)  # its source is not part of that graph
    d = t.detach()
    assert type(ag.replay(d + t, {d: 1.0}).operands[0]) is Constant


def test_several_outputs() -> None:
    x = Value(2.0)
    a, b = x + 1, x * 2
    numbers = ag.evaluate([a, b], {x: 5.0})
    assert (numbers[a], numbers[b]) == (6.0, 10.0)
    assert [node.data for node in ag.replay((a, b), {x: 5.0})] == [6.0, 10.0]


def test_bad_keys_and_numbers() -> None:
    x, stranger = Value(2.0), Value(1.0, label="stranger")
    y = x * x
    wrong: list[Any] = [5.0, [y, "y"], None]
    no_dicts: list[Any] = [3, 0, [x]]
    for play in (ag.evaluate, ag.replay):
        with pytest.raises(ValueError, match=r"'stranger'.*is not in this graph"):
            play(y, {stranger: 1.0})
        with pytest.raises(TypeError, match="the keys are nodes"):
            play(y, {"x": 1.0})  # type: ignore[dict-item]
        with pytest.raises(TypeError, match="the new number of"):
            play(y, {x: "1"})  # type: ignore[dict-item]
        for at in no_dicts:
            with pytest.raises(TypeError, match="a dict from node to number, for example"):
                play(y, at)
        for outputs in wrong:
            with pytest.raises(TypeError, match=rf"{play.__name__}\(outputs, {{x: 11.0}}\) takes Values, got"):
                play(outputs)
