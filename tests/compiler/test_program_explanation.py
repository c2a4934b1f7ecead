"""What a program explains: nothing of the graph is lost, the work is counted by formula, no label gets in unescaped."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from dense_nets import dense
from hypothesis import given
from nets import Drawn, nets
from odd_nets import random_graph

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.compiler.explaining.explanation import SHOWN, Line
from autograd_mini.graph import topological_order


def network(*sizes: int) -> tuple[ag.Program, Value]:
    net = nn.MLP(sizes[0], sizes[1:], rng=0)
    xs, ys = ([Value(0.1, f"{name}[{i}]") for i in range(size)] for name, size in (("x", sizes[0]), ("y", sizes[-1])))
    out = net(xs)
    loss = nn.quadratic_cost(out, ys)
    return ag.compile(loss, inputs=[xs, ys], parameters=net.parameters(), outputs=out), loss


def written(*sizes: int) -> tuple[ag.Program, Value]:
    net = dense(Random(0), sizes)
    return ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters), net.loss


# --- a network ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [network, written])
@pytest.mark.parametrize("sizes", [(3, 4, 2), (784, 30, 10)])
def test_every_node_that_is_computed_stands_in_a_line(make: Callable[..., tuple[ag.Program, Value]], sizes: tuple[int, ...]) -> None:
    program, loss = make(*sizes)
    explained = program.explain()
    computed = [node for node in topological_order([loss]) if node.operands]
    assert sum(line.nodes for line in explained.lines) == len(computed)
    assert f"{len(computed):,} of the nodes are computed in these lines" in explained
    by_formula = {line.formula: line for line in explained.lines}
    assert by_formula["a¹ = σ(z¹)"].nodes == sizes[1]
    assert by_formula["z² = W²·a¹ + b²"].nodes == sum(node.operands != () for node in _between(loss, sizes[2], sizes[1]))


def _between(loss: Value, nouts: int, hidden: int) -> list[Value]:
    """The nodes of the last layer's weighted sums: all behind the outputs' σ and before the hidden activations."""
    sigmoids = [node for node in topological_order([loss]) if node.op is not None and node.op.name == "sigmoid"]
    assert len(sigmoids) == nouts + hidden
    outputs = sigmoids[-nouts:]
    ends = set(sigmoids) - set(outputs)
    return [node for node in topological_order([output.operands[0] for output in outputs], ends=ends) if node not in ends]


@pytest.mark.parametrize("b", [1, 10])
def test_the_work_of_a_layer(b: int) -> None:
    program, _loss = network(784, 30, 10)
    lines: dict[str, Line] = {line.formula: line for line in program.explain(batch_size=b).lines}
    z, back = lines["z¹ = W¹·x + b¹"], lines["∂C/∂W¹ = δ¹ xᵀ, ∂C/∂b¹ = δ¹"]
    assert z.shapes == "30×784 @ 784×B"
    assert z.flops == back.flops == 2 * 30 * 784 * b + 30 * b
    assert z.bytes == 8 * (30 * 784 + 784 * b + 30 + 30 * b)
    assert back.shapes == "30×B @ B×784"
    assert lines["a¹ = σ(z¹)"].flops == 30 * b
    assert lines["a¹ = σ(z¹)"].bytes == 8 * 60 * b
    delta = lines["δ¹ = (W²ᵀ δ²) ⊙ σ′(z¹)"]
    assert delta.shapes == "30×10 @ 10×B"
    assert delta.flops == 2 * 30 * 10 * b + 2 * 30 * b  # a product of one factor each counts two: itself and its addition
    assert delta.instructions == 2
    assert lines["C = ½ Σ (a² − y)²"].flops == 2 * 10 * b


def test_the_text() -> None:
    program, _loss = network(3, 4, 2)
    text = str(program.explain(batch_size=10))
    assert text.startswith("formula")
    for formula in ("δ² = (a² − y) ⊙ σ′(z²)", "δ¹ = (W²ᵀ δ²) ⊙ σ′(z¹)", "∂C/∂W¹ = δ¹ xᵀ", "∂C/∂b¹ = δ¹"):
        assert text.count(formula) == 1
    assert "78 nodes of the graph: 6 array instructions forward, 10 more for the gradients." in text
    assert "calls it ℓ = 2" in text
    assert "for a batch of 10 samples" in text
    assert "  3: asked for: the loss or an output (layer 2 · neuron 1 · a)" in text
    assert "  4: a row of the op table, which is no sum of products (layer 1 · neuron 1 · a)" in text
    assert "  6: read by a row of the op table, which takes in no sums (layer 1 · neuron 1 · z)" in text
    assert "1 array of a single number" in text
    with ag.language("zh"):
        chinese = str(program.explain(batch_size=10))
    assert "梯度" in chinese
    assert "δ¹ = (W²ᵀ δ²) ⊙ σ′(z¹)" in chinese


def test_which_backend_runs() -> None:
    program, _loss = network(3, 4, 2)
    assert "; numpy runs." in program.explain(batch_size=1000)
    assert program.explain().batch_size == 1
    program.backend = "floats"
    assert "; floats runs." in program.explain(batch_size=1000)


def test_why_numbers_are_left() -> None:
    w, x = Value(0.5, "w"), Value(2.0, "x")
    both = w * x
    shared = ag.compile((both + 1.0) * (both + 2.0), inputs=[x], parameters=[w]).explain()
    assert "  1: read more than once" in shared
    assert "  2: a factor of a product, which takes in no sums" in shared
    penalty = ag.compile((w * x).sin() + (w * w + w) * 2.0, inputs=[x], parameters=[w]).explain()
    assert ": the same for all samples, in a sum that is not" in penalty
    assert "  1: a row of the op table, which is no sum of products" in penalty


@pytest.mark.parametrize("batch_size", [0, -1, 2.0, None, True])
def test_a_batch_has_a_sample_at_least(batch_size: Any) -> None:
    with pytest.raises(ValueError, match=r"^explain\(batch_size=.*\): a whole number from 1 on$"):
        network(1, 1)[0].explain(batch_size=batch_size)


# --- any program --------------------------------------------------------------------------------------------------


@given(nets(300))
def test_any_program_is_explained_the_same_each_time(drawn: Drawn) -> None:
    def explained() -> ag.Program:
        net = drawn.net
        return ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters, outputs=net.outputs)

    program = explained()
    first = program.explain(3)
    assert str(first) == str(explained().explain(3))
    assert sum(line.nodes for line in first.lines) == sum(each.nodes for each in program.array_program.instructions)
    assert sum(line.instructions for line in first.lines) == len(program.array_program.instructions)
    assert all(line.flops > 0 and line.bytes > 0 for line in first.lines)


def test_of_many_lines_the_first_are_shown() -> None:
    net = random_graph(Random(0), nodes=1000)
    explained = ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters).explain()
    text = str(explained)
    more = len(explained.lines) - SHOWN
    assert f"… and {more} more lines: " in text
    assert sum(count for _kind, count in explained.kinds) == more
    assert explained.lines[SHOWN - 1].formula in text
    assert text.index("… and") < text.index("nodes of the graph")


def test_labels_are_escaped() -> None:
    xs = [Value(0.1, "<script>") for _ in range(2)]
    w, h = Value(0.5, "w"), ag.sum(xs).sigmoid()
    h.label = "<b>a\n&</b>"
    program = ag.compile(h * w, inputs=xs, parameters=[w], outputs=[h])
    html = program.explain()._repr_html_()
    assert "<b>" not in html
    assert "<script>" not in html
    assert "&lt;b&gt;a\\n&amp;&lt;/b&gt;" in html
    assert "<b>a\\n&</b>" in program.explain()
    assert html.count("<tr>") == len(program.explain().lines) + 2
