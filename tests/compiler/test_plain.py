"""Plain instructions: they compute what the program computes, and hold no weights of the program's own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nets import Drawn, nets

import autograd_mini as ag
from autograd_mini.compiler.explaining.plain import plainly
from autograd_mini.compiler.reference import state


@given(nets(200), st.integers(1, 2))
def test_they_compute_the_same(drawn: Drawn, count: int) -> None:
    net = drawn.net
    program = ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters, outputs=net.outputs).array_program
    plain = replace(program, instructions=tuple([each for plain in plainly(program) for each in plain]))
    fixed = [[number for _, number in program.fixed.get(f"x{i}", ())] for i in range(len(net.inputs))]
    blocks = [np.array([[*(x.data for x in block), *behind]] * count) for block, behind in zip(net.inputs, fixed, strict=True)]
    numbers = [w.data for w in net.parameters]
    with np.errstate(all="ignore"):
        expected, found = (state(each, blocks, numbers, 0.5) for each in (program, plain))
    for buffer in "vn":
        rows = sorted({row for each in plain.instructions if each.target.buffer == buffer for row in each.target.rows.ravel().tolist()})
        assert found[buffer][rows] == pytest.approx(expected[buffer][rows], rel=1e-12, abs=1e-12, nan_ok=True)
    order = program.order
    assert found["g"][order] == pytest.approx(expected["g"][order], rel=1e-12, abs=1e-12, nan_ok=True)


@given(nets(200))
def test_gradients_are_those_of_parameters(drawn: Drawn) -> None:
    program = ag.compile(drawn.net.loss, inputs=drawn.net.inputs, parameters=drawn.net.parameters, outputs=drawn.net.outputs).array_program
    given_rows = set(program.order.tolist())
    for plain in plainly(program):
        for each in plain:
            if each.target.buffer == "g" and len(plain) > 1:
                assert set(each.target.rows.ravel().tolist()) <= given_rows
