"""The lesson four_equations has the numbers of courses 002 and 004."""

from __future__ import annotations

import pytest
from told import as_typed, of_the_course, told

from autograd_mini.moments import Backward
from demos import four_equations
from demos.blocks import Figure

#: name → number of the course.
COURSE = {
    **{f"y(3), {digit}": "1" if digit == 3 else "0" for digit in range(10)},
    "1 × 3": "3",
    "2 × 4": "8",
    "δ³_1": "0.138498562",
    "δ³_2": "-0.038098237",
    "δ²_1": "0.008771355",
    "δ²_2": "0.009954255",
    "δ³_1 by the equation": "0.138498562",
    "δ³_2 by the equation": "-0.038098237",
    "δ²_1 by the equation": "0.008771355",
    "δ²_2 by the equation": "0.009954255",
    "((w³)ᵀδ³)_1": "0.036350306",
    "((w³)ᵀδ³)_2": "0.041370323",
    "∂C/∂w²_11": "0.000438568",
    "∂C/∂w²_12": "0.000877135",
    "∂C/∂w²_21": "0.000497713",
    "∂C/∂w²_22": "0.000995425",
    "∂C/∂w³_11": "0.082167041",
    "∂C/∂w³_12": "0.082667628",
    "∂C/∂w³_21": "-0.022602540",
    "∂C/∂w³_22": "-0.022740242",
}
OURS = {
    "mean squared error ÷ C, for m = 10": "0.2",
    "δ³_1, tried": "0.138481",
    "δ³_2, tried": "-0.038072",
    "δ²_1, tried": "0.008771",
    "δ²_2, tried": "0.009954",
    "(w³δ³)_1": "0.038255",
    "(w³δ³)_2": "0.048295",
    "∂C/∂b²_1": "0.008771355",
    "∂C/∂b²_2": "0.009954255",
    "∂C/∂b³_1": "0.138498562",
    "∂C/∂b³_2": "-0.038098237",
}
ROUNDING = {
    "gradient of the mean − mean of the gradients",
    "largest difference from backward(), 12 derivatives",
    "largest difference from backward(), 17 derivatives",
}


@pytest.fixture(scope="module")
def found() -> dict[str, Figure]:
    return told(four_equations.tell())


def test_every_number(found: dict[str, Figure]) -> None:
    numbers = {name: figure for name, figure in found.items() if name not in ROUNDING}
    assert as_typed(numbers, COURSE | OURS) == COURSE | OURS
    assert of_the_course(found) == COURSE
    assert all(found[name].agrees for name in COURSE)


def test_the_equations_and_the_graph_differ_by_rounding_only(found: dict[str, Figure]) -> None:
    assert all(0 <= found[name].value <= 1e-12 for name in ROUNDING)


def test_the_quick_form_is_the_whole_lesson(found: dict[str, Figure]) -> None:
    assert told(four_equations.tell(quick=True)) == found


def test_the_walk_meets_every_delta() -> None:
    received = {m.operand.label: m.total for m in four_equations.step() if isinstance(m, Backward) and m.arrival == m.branches}
    deltas = {name.replace("δ", "z"): number for name, number in COURSE.items() if name.startswith("δ") and "by" not in name}
    assert {name: f"{received[name]:.9f}" for name in deltas} == deltas
