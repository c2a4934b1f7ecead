"""Folding: a large graph becomes a picture that a person can read, and says what it left out."""

from __future__ import annotations

import pytest

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.errors import GraphTooLarge


def described(drawing: object) -> dict[str, int]:
    return {node.text: node.count for node in drawing.picture.nodes}  # type: ignore[attr-defined]


def test_a_thousand_term_sum_folds() -> None:
    total = ag.sum([Value(float(i), f"x{i}") * Value(2.0, f"w{i}") for i in range(1000)])
    total.backward()
    drawing = ag.draw(total)
    assert described(drawing) == {"x": 1000, "w": 1000, "×": 1000, "Σ": 1, "output": 1}
    assert drawing.picture.caption == ('Folded from 3,001 nodes: x × 1,000, w × 1,000, "×" × 1,000.',)
    [edge] = [edge for edge in drawing.picture.edges if drawing.picture.nodes[edge.tail].text == "x"]
    assert (edge.values, edge.gradients) == ((0.0, 999.0), (2.0, 2.0))


def test_a_784_30_10_network_folds_to_its_layers() -> None:
    net = nn.MLP(784, [30, 10], rng=0)
    cost = nn.quadratic_cost(net([0.5] * 784), [0.0] * 9 + [1.0])
    cost.backward()
    drawing = ag.draw(cost)
    found = described(drawing)
    assert found["layer 1 · neuron"] == 30
    assert found["layer 2 · neuron"] == 10
    assert len(drawing.picture.nodes) < 20
    assert "layer 1 · neuron × 30" in drawing.picture.caption[-1]


def test_scopes_fold_innermost_first_the_outermost_last() -> None:
    x = Value(0.5, "x")
    y = x
    for layer in range(3):
        with ag.scope(f"layer {layer}"):
            for block in range(4):
                with ag.scope(f"block {block}"):
                    for _ in range(30):
                        y = y.sin() + x
    inner = described(ag.draw(y, limit=100))
    assert len(inner) == 14
    assert "layer 0 · block 3" in inner
    assert list(described(ag.draw(y, limit=6))) == ["x", "layer 0", "layer 1", "layer 2", "output"]


def test_below_the_limit_nothing_folds() -> None:
    with ag.scope("all"):
        y = Value(1.0, "x").sin()
    assert described(ag.draw(y)) == {"x": 1, "sin": 1, "output": 1}
    assert "Folded" not in "".join(ag.draw(y).picture.caption)


def test_what_does_not_fold_raises_with_the_count_and_the_ways_out() -> None:
    y = x = Value(0.5, "x")
    for _ in range(300):
        y = y.sin() * x
    with pytest.raises(GraphTooLarge, match=r"601 nodes, 601 after folding, and the limit is 200.*focus=.*ag\.scope.*ag\.text.*limit=601"):
        ag.draw(y)


def test_the_names_of_the_outputs_are_no_nodes() -> None:
    xs = [Value(1.0, f"x{i}") for i in range(199)]
    assert len(ag.draw(ag.sum(xs)).picture.nodes) == 201
    folded = ag.draw(ag.sum([*xs, Value(1.0, "z")])).picture
    assert folded.caption[-1].startswith("Folded from 201 nodes")
    assert folded.words == "A computational graph of 201 nodes."


def test_two_edges_between_the_same_single_nodes_stay_two_when_others_fold() -> None:
    x = Value(3.0, "x")
    square = x * x
    y = ag.sum([square, *[Value(1.0, f"a{i}") for i in range(500)]])
    drawing = ag.draw(y)
    texts = [node.text for node in drawing.picture.nodes]
    assert sum(texts[edge.tail] == "x" for edge in drawing.picture.edges) == 2


def test_a_sum_written_with_pythons_sum_folds_as_one_chain() -> None:
    xs = [Value(float(i), f"x{i}") for i in range(1, 1000)]
    found = described(ag.draw(sum(xs, start=Value(0.0, "x0"))))
    assert found["+"] == 999
    assert sum(count for name, count in found.items() if name.startswith("x")) == 1000
    assert len(found) <= 5


def test_focus_does_not_turn_back_at_a_hub() -> None:
    x = Value(1.0, "x")
    terms = [x * Value(float(i), f"w{i}") for i in range(50)]
    drawing = ag.draw(ag.sum(terms), focus=terms[7], hops=2)
    assert sorted(node.text for node in drawing.picture.nodes) == ["output", "w7", "x", "×", "Σ"]


def test_a_what_if_shows_on_folded_edges() -> None:
    xs = [Value(float(i), f"x{i}") for i in range(300)]
    svg = ag.draw(ag.sum(xs), at={xs[0]: -5.0}).svg()
    assert "[0, 299] → [-5, 299]" in svg
