"""Equations: the four of backpropagation appear by themselves, and what is called δ or σ′ is what the graph says it is."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from conv_nets import convolution
from dense_nets import autoencoder, dense, minibatch, penalised, recurrent
from hypothesis import given
from hypothesis import strategies as st
from nets import Drawn, nets

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.compiler.array_program import ArrayProgram
from autograd_mini.compiler.explaining.equations import Equation, Equations
from autograd_mini.compiler.explaining.formula import plain_ascii
from autograd_mini.compiler.reference import state
from autograd_mini.graph import topological_order


def network(*sizes: int, activation: str = "sigmoid") -> tuple[nn.MLP, list[Value], list[Value], Value]:
    """A network of nn, its inputs and targets, its cost."""
    net = nn.MLP(sizes[0], sizes[1:], activation=activation, rng=0)
    xs, ys = ([Value(0.1 * i - 0.2, f"{name}[{i}]") for i in range(size)] for name, size in (("x", sizes[0]), ("y", sizes[-1])))
    return net, xs, ys, nn.quadratic_cost(net(xs), ys)


def compiled(*sizes: int, activation: str = "sigmoid") -> ArrayProgram:
    net, xs, ys, loss = network(*sizes, activation=activation)
    return ag.compile(loss, inputs=[xs, ys], parameters=net.parameters()).array_program


def by_hand(*sizes: int) -> ArrayProgram:
    """The same, written without nn, in loops, with labels that say no layer; shuffled terms."""
    net = dense(Random(0), sizes, shuffled=True)
    return ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters).array_program


def without_labels(*sizes: int) -> ArrayProgram:
    """The same without any label."""
    program = by_hand(*sizes)
    return replace(program, labels={buffer: [()] * len(rows) for buffer, rows in program.labels.items()})


TWO_LAYERS = [
    "z¹ = W¹·x + b¹", "a¹ = σ(z¹)", "z² = W²·a¹ + b²", "a² = σ(z²)", "a² − y", "C = ½ Σ (a² − y)²",
    "σ′(z¹) = a¹ ⊙ (1 − a¹)", "σ′(z²) = a² ⊙ (1 − a²)", "δ² = (a² − y) ⊙ σ′(z²)", "δ¹ = (W²ᵀ δ²) ⊙ σ′(z¹)",
    "∂C/∂W¹ = δ¹ xᵀ, ∂C/∂b¹ = δ¹", "∂C/∂W² = δ² a¹ᵀ, ∂C/∂b² = δ²",
]  # fmt: skip


@pytest.mark.parametrize("make", [compiled, by_hand, without_labels])
@pytest.mark.parametrize("sizes", [(3, 4, 2), (5, 5, 5), (784, 30, 10)])
def test_a_network_comes_to_the_four_equations(make: Any, sizes: tuple[int, ...]) -> None:
    lines = Equations(make(*sizes)).lines
    assert [line.text for line in lines] == TWO_LAYERS
    assert [line.numbers for line in lines if line.numbers] == [(1,), (2,), (4, 3), (4, 3)]
    assert [line.text for line in lines if line.scaled] == ["δ² = (a² − y) ⊙ σ′(z²)"]
    assert [line.summed for line in lines] == [False] * 10 + [True] * 2
    assert [line.backward for line in lines] == [False] * 6 + [True] * 6


def texts(net: Any) -> list[str]:
    return [line.text for line in Equations(compiled_net(net)).lines]


def compiled_net(net: Any) -> ArrayProgram:
    return ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters, outputs=net.outputs).array_program


def test_other_networks() -> None:
    single = [line.text for line in Equations(compiled(2, 3, 1, activation="tanh")).lines]
    assert "tanh′(z¹) = 1 − (a¹)²" in single
    assert "δ¹ = (W²ᵀ δ²) ⊙ tanh′(z¹)" in single
    linear = [line.text for line in Equations(compiled(4, 2, activation="linear")).lines]
    assert linear == ["v₁ = W¹·x + b¹ − y", "C = ½ Σ v₁²", "δ¹ = v₁", "∂C/∂W¹ = δ¹ xᵀ, ∂C/∂b¹ = δ¹"]
    tied = texts(autoencoder(Random(1)))
    assert "z² = Wᵀ a¹ + c" in tied
    assert "∂C/∂W = a¹ δ²ᵀ + δ¹ xᵀ" in tied
    penalty = penalised(Random(1))
    assert "∂C/∂W¹ = δ¹ xᵀ + 0.1 rate W¹ B" in texts(replace(penalty, outputs=[]))
    assert {"v₁ = Σ (W¹, W²)²", "∂C/∂W¹ = δ¹ xᵀ + 2 W¹ v₂"} <= set(texts(penalty))  # the sum of squares is asked for
    through_time = texts(recurrent(Random(1)))
    assert "z² = U·a¹ + b + W·x₁" in through_time
    assert "∂C/∂W = δ³ x₂ᵀ + δ² x₁ᵀ + δ¹ x₀ᵀ" in through_time
    unrolled = texts(minibatch(Random(1)))
    assert "C = 1/6 Σ (a² − y)²" in unrolled
    assert "∂C/∂W² = δ² a¹ᵀ, ∂C/∂b² = Σ δ²" in unrolled
    for padding in ("valid", "skipped"):
        filtered = texts(convolution(Random(1), size=8, kernel=3, filters=(4,), padding=padding))
        assert "z¹₁ = f¹·patches(x₀) + c¹" in filtered
        assert "∂C/∂f¹ = δ¹₁ patches(x₀)ᵀ, ∂C/∂c¹ = Σ δ¹₁" in filtered


@given(st.lists(st.integers(1, 4), min_size=2, max_size=4), st.sampled_from(["sigmoid", "tanh", "relu"]))
def test_errors_and_slopes_are_those_of_the_graph(sizes: list[int], activation: str) -> None:
    net, xs, ys, loss = network(*sizes, activation=activation)
    program = ag.compile(loss, inputs=[xs, ys], parameters=net.parameters()).array_program
    buffers = state(program, [np.array([[x.data for x in block]]) for block in (xs, ys)], [w.data for w in net.parameters()])
    values = {node.label: node for node in topological_order([loss]) if node.label}
    layers = Equations(program).roles.layers
    assert len(layers) == sum(a > 1 or b > 1 for a, b in pairwise(sizes))  # a single weight is no matrix
    for layer in layers:
        nodes = [values[program.labels["v"][row][-1]] for row in layer.z.rows.ravel()]
        if layer.error is not None:
            assert buffers["v"][layer.error.rows.ravel(), 0] == pytest.approx(ag.grad(loss, nodes), rel=1e-12, abs=1e-15)
        if layer.slope is not None and layer.op is not None:
            slopes = [layer.op.local(z.data, layer.op.kernel(z.data))[0] for z in nodes]
            assert buffers["v"][layer.slope.rows.ravel(), 0] == pytest.approx(slopes, rel=1e-12, abs=1e-15)


# --- any program --------------------------------------------------------------------------------------------------


@given(nets(300))
def test_every_instruction_has_one_line_and_a_formula(drawn: Drawn) -> None:
    program = compiled_net(drawn.net)
    equations = Equations(program)
    listed = [each for line in equations.lines for each in line.instructions]
    assert sorted(map(id, listed)) == sorted(map(id, program.instructions))
    assert all(line.text for line in equations.lines)
    assert all(equations.formula(each) for each in program.instructions)
    backward = [line.backward for line in equations.lines]
    assert backward == sorted(backward)
    names = [made.name for made in equations.roles.arrays if made.name]
    assert len(set(names)) == len(names)


@given(nets(300))
def test_formulas_are_the_same_each_time(drawn: Drawn) -> None:
    def lines() -> list[Equation]:
        return [replace(line, instructions=(), plain=()) for line in Equations(compiled_net(drawn.net)).lines]

    assert lines() == lines()


def test_labels_get_into_no_formula_but_by_their_letters() -> None:
    evil = "w\nimport os; <b>'\"#"
    ws, xs = [Value(0.5, evil) for _ in range(4)], [Value(0.1, evil) for _ in range(4)]
    loss = Value(0.2, "权重[1]") * ag.dot(ws, xs).sigmoid()
    leaf = loss.operands[0]
    program = ag.compile(loss, inputs=xs, parameters=[*ws, leaf])
    assert "import" not in program.source
    assert "import" not in "".join(line.text for line in Equations(program.array_program).lines)
    assert "权重" in "".join(line.text for line in Equations(program.array_program).lines)
    assert program.source.isascii()
    assert "\\u6743\\u91cd" in program.source


def test_source_is_commented_with_the_formulas() -> None:
    net, xs, ys, loss = network(3, 4, 2)
    lines = ag.compile(loss, inputs=[xs, ys], parameters=net.parameters()).source.splitlines()
    comments = [line.strip() for line in lines if line.strip().startswith("#")]
    assert comments[:2] == ["# z1 = W1 @ x + b1", "# a1 = sigma(z1)"]
    assert comments[-3:] == ["# delta1 = (W2.T delta2) * sigma'(z1)", "# dC/dW1 = delta1 x.T, dC/db1 = delta1",
                             "# dC/dW2 = delta2 a1.T, dC/db2 = delta2"]  # fmt: skip
    assert plain_ascii("(v₁ + v₂)² ⊙ ½") == "(v1 + v2)**2 * 0.5"
