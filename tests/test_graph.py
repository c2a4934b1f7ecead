"""Walks over graphs: order, depth. A chain of a million nodes works in every way."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from weakref import ref

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.graph import between, outputs_of, topological_order, uses
from autograd_mini.value import Constant

MILLION = 1_000_000


def test_a_chain_of_a_million_nodes(tmp_path: Path) -> None:
    # One test, so that the chain is made once.
    x = Value(0.5, label="x")
    one = ag.constant(1.0)
    y = x
    for _ in range(MILLION):
        y = y + one
    y.backward()
    assert (y.data, x.grad) == (MILLION + 0.5, 1.0)
    assert ag.evaluate(y, {x: 1.5})[y] == MILLION + 1.5

    twin, twin_x = deepcopy((y, x))
    assert ag.grad(twin, [twin_x]) == [1.0]
    gone = ref(twin_x)
    del twin, twin_x
    assert gone() is None

    ag.save(tmp_path / "chain.json", y=y, x=x)
    del y
    again = ag.load(tmp_path / "chain.json")
    assert again["y"].data == MILLION + 0.5
    assert ag.grad(again["y"], [again["x"]]) == [1.0]


def test_a_derivative_of_a_derivative_of_a_long_chain() -> None:
    def f(x: Value) -> Value:
        y = x
        for _ in range(20_000):
            y = y.sin()
        return y

    assert 0 < ag.derivative(f)(0.5) < 1
    assert ag.derivative(f, order=2)(0.5) < 0


def test_operands_keep_their_order() -> None:
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    assert (a - b).operands == (a, b)
    assert (b - a).operands == (b, a)
    assert (a * a).operands == (a, a)
    assert [node.data for node in (2 / a).operands] == [2.0, 1.0]
    assert [node.data for node in ag.sum([a, 5.0, b]).operands] == [1.0, 5.0, 2.0]


def test_the_topological_order_goes_left_to_right() -> None:
    a, b, c = (Value(float(i), label=name) for i, name in enumerate("abc"))
    y = (a * b) + (c - a)
    assert [node.label or node.op.name for node in topological_order([y])] == ["a", "b", "mul", "c", "sub", "add"]  # type: ignore[union-attr]
    assert [node.op.name for node in topological_order([y], leaves=False)] == ["mul", "sub", "add"]  # type: ignore[union-attr]


def test_every_operand_comes_before_its_users_and_each_node_once() -> None:
    nodes = [Value(1.0), Value(2.0)]
    for i in range(300):
        nodes.append(nodes[(i * 7) % len(nodes)] + nodes[(i * 13 + 5) % len(nodes)])
    order = topological_order(nodes[-20:])
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order)
    assert all(place[operand] < place[node] for node in order for operand in node.operands)


def test_between_is_what_x_went_into_and_y_is_made_of() -> None:
    x, w = Value(1.0), Value(2.0)
    aside, inner, after = w.exp(), x * w, x * 3
    y = inner * inner + aside
    assert between(x, y) == [inner, y.operands[0], y]
    assert between(inner, y) == [y.operands[0], y]
    assert between(after, y) == between(y, y) == between(y, x) == []


def test_several_outputs_one_of_them_inside_another() -> None:
    x = Value(2.0)
    inner = x * 3
    outer = inner + 1
    assert topological_order([outer, inner]) == topological_order([outer])
    assert topological_order([inner, outer])[:3] == topological_order([inner])


def test_leaves_as_outputs() -> None:
    x = Value(1.0)
    assert topological_order([x]) == [x]
    assert topological_order([x], leaves=False) == []


def test_uses_counts_edges() -> None:
    x = Value(3.0)
    square = x * x
    y = square + x
    assert uses(topological_order([y])) == {x: 3, square: 1, y: 0}


def test_outputs_of() -> None:
    x = Value(1.0)
    assert outputs_of(x) == outputs_of([x]) == outputs_of((x,)) == [x]


def test_constants_are_nodes_too() -> None:
    y = Value(1.0) * 2
    assert [type(node) for node in topological_order([y])] == [Value, Constant, Value]
