"""Profiles: every statement is there once, and the step with a clock computes what the step computes."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from conv_nets import convolution
from dense_nets import classifier, dense
from net import Net

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.compiler.profiling import timed_step


def compiled(net: Net) -> ag.Program:
    return ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters, outputs=net.outputs)


def batch(net: Net, count: int) -> list[Any]:
    rng = np.random.default_rng(0)
    return [rng.uniform(-1.0, 1.0, (count, len(block))) for block in net.inputs]


@pytest.mark.parametrize("make", [dense, classifier, convolution])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_step_with_a_clock_computes_the_same(make: Any, dtype: str) -> None:
    net = make(Random(0))
    program, blocks = compiled(net), batch(net, 4)
    step, (timed, laps) = program.bind(4, dtype), timed_step(program, 4, dtype)
    for each in (step, timed):
        each.gradients(*each.checked(*blocks), scale=0.25)
    assert (timed.grad == step.grad).all()
    assert step.grad.any()
    [times] = laps
    assert list(times) == sorted(times)


@pytest.mark.parametrize("make", [dense, classifier, convolution])
def test_every_statement_is_listed_once(make: Any) -> None:
    net = make(Random(0))
    program = compiled(net)
    profile = program.profile(*batch(net, 6), repeat=3)
    lines = [line.strip() for line in program._kernels["gradients"].source.text.splitlines()]
    run = lines[next(i for i, line in enumerate(lines) if line.startswith("def run")) + 1 :]
    assert [statement.text for statement in profile.statements] == run
    assert profile.batch_size == 6
    assert sum(profile.shares) == pytest.approx(1.0, rel=1e-12)
    assert all(share >= 0.0 for share in profile.shares)
    assert 0.0 < profile.products < 1.0
    assert profile.microseconds == pytest.approx(sum(statement.microseconds for statement in profile.statements))
    assert profile.step > 0.0


def test_the_table() -> None:
    net = dense(Random(0))
    program = compiled(net)
    profile = program.profile(*batch(net, 20), batch_size=10, repeat=2)
    assert profile.batch_size == 10
    formulas = {statement.formula for statement in profile.statements}
    assert {"z¹ = W¹·x + b¹", "δ¹ = (W²ᵀ δ²) ⊙ σ′(z¹)", "∂C/∂W¹ = δ¹ xᵀ, ∂C/∂b¹ = δ¹"} <= formulas
    products = {statement.formula for statement in profile.statements if statement.is_product}
    assert products == {"z¹ = W¹·x + b¹", "z² = W²·a¹ + b²", "W²ᵀ δ²", "∂C/∂W¹ = δ¹ xᵀ, ∂C/∂b¹ = δ¹", "∂C/∂W² = δ² a¹ᵀ, ∂C/∂b² = δ²"}
    text, html = str(profile), profile._repr_html_()
    assert all(statement.text in text for statement in profile.statements)
    assert text.count("a¹ = σ(z¹)") == 1  # once for its four statements
    assert html.count("<tr>") == len(profile.statements) + 1
    assert "for a batch of 10 samples" in text


def test_where_nothing_moves_there_is_nothing_to_list() -> None:
    x = Value(1.0, "x")
    profile = ag.compile(x * 2.0, inputs=[x]).profile([[1.0], [2.0]], repeat=2)
    assert (profile.statements, profile.shares, profile.products) == ((), (), 0)
    assert "Statements: 0.0 µs" in str(profile)


def test_a_batch_in_parts_is_added_up() -> None:
    net = dense(Random(0), (40, 30, 10))
    program, blocks = compiled(net), batch(net, 5000)
    step, (timed, laps) = program.bind(5000), timed_step(program, 5000)
    for each in (step, timed):
        each.gradients(*each.checked(*blocks), scale=1.0)
    assert len(laps) > 1
    assert (timed.grad == step.grad).all()
    profile = program.profile(*blocks, repeat=1)
    assert len(profile.statements) == len(laps[0]) - 1


def test_what_is_asked_wrongly() -> None:
    net = dense(Random(0))
    program, blocks = compiled(net), batch(net, 4)
    with pytest.raises(ValueError, match=r"^profile\(repeat=0\): a whole number from 1 on$"):
        program.profile(*blocks, repeat=0)
    with pytest.raises(ValueError, match=r"^profile\(batch_size=5\): the blocks have 4 samples only$"):
        program.profile(*blocks, batch_size=5)
    with pytest.raises(ValueError, match="a whole number from 1 on"):
        program.profile(*blocks, batch_size=0)
    with pytest.raises(TypeError, match="takes 2 blocks of inputs, and got 1"):
        program.profile(blocks[0])
