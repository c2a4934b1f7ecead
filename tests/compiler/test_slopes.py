"""Slopes: the derivative of an activation is known by its numbers, however it is computed; nothing else is taken for it."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_mini import ops
from autograd_mini.compiler.array_program import Apply, Instruction, Numbers, Rows, Sum, Term
from autograd_mini.compiler.explaining.naming import Array
from autograd_mini.compiler.explaining.slopes import depending, is_slope

ROWS = [np.arange(3 * i, 3 * i + 3) for i in range(4)]
Z, A, FIRST, SECOND = ARRAYS = [Array("v", rows) for rows in ROWS]
z, a, first, second = (Rows("v", rows) for rows in ROWS)
ONE = Numbers(np.array(1.0))


def whole(operand: object) -> Array | None:
    return next((array for array in ARRAYS if isinstance(operand, Rows) and np.array_equal(operand.rows, array.rows)), None)


#: 1 − a and a(1 − a); a − a²; (1 − a)·a·2; 1 − a².
CASES: list[tuple[str, list[Instruction], bool]] = [
    ("sigmoid", [Sum(first, (Term(-1.0, a), Term(1.0, ONE))), Sum(second, (Term(1.0, a, first),))], True),
    ("sigmoid", [Sum(second, (Term(1.0, a), Term(-1.0, a, a)))], True),
    ("sigmoid", [Sum(second, (Term(2.0, a), Term(-2.0, a, a)))], False),
    ("sigmoid", [Sum(second, (Term(-1.0, a, a), Term(1.0, ONE)))], False),
    ("tanh", [Sum(second, (Term(-1.0, a, a), Term(1.0, ONE)))], True),
    ("relu", [Apply(second, ops.gt, (z, Numbers(np.array(0.0))))], True),
    ("sin", [Apply(second, ops.cos, (z,))], True),
    ("exp", [Apply(second, ops.sin, (z,))], False),
    ("tanh", [Sum(second, (Term(-1.0, a, Rows("v", ROWS[1][::-1])), Term(1.0, ONE)))], False),
    ("tanh", [Sum(second, (Term(-1.0, a, a), Term(1.0, Numbers(np.ones(3)))))], False),
    ("tanh", [Sum(second, (Term(1.0, Rows("p", ROWS[0])),))], False),
]


@pytest.mark.parametrize(("name", "instructions", "found"), CASES)
def test_a_slope_is_known_by_its_numbers(name: str, instructions: list[Instruction], found: bool) -> None:
    op = ops.TABLE[name]
    program = [Apply(a, op, (z,)), *instructions]
    made = [whole(each.target) for each in program]
    held = depending(program, made, whole, [Z])
    assert is_slope(held.get(SECOND), Z, op) is found
    assert not is_slope(held.get(SECOND), A, op)
    assert held[A].numbers == tuple(op.kernel(x) for x in (-0.7, 0.3, 1.9))
