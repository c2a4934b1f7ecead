"""Adjust: the slide's gradients, what each weight does to C, and the wishes of ten outputs added up."""

from __future__ import annotations

import pytest
from told import as_typed, of_the_course, told

from demos import adjust

COURSE = {"∂C/∂w1": "3.6", "∂C/∂w2": "0.1"}
WISHES = ["-0.5", "-0.8", "0.8", "-1.0", "-0.4", "-0.6", "-1.0", "0.0", "-0.2", "-0.1"]
ASKED = ["0.10", "-0.24", "1.20", "0.50", "-0.04", "0.18", "-0.20", "0.00", "0.12", "-0.01"]
OURS = {
    "w1 lowered by 0.01: change of C": "-0.0359", "w2 lowered by 0.01: change of C": "-0.0010",
    "∂y/∂w1": "0.9", "∂y/∂w2": "0.025", "∂y/∂x1": "2", "∂y/∂x2": "-4", "all ten together": "1.61",
    **{f"wish of output {digit}": wish for digit, wish in enumerate(WISHES)},
    **{f"output {digit} asks of h": asked for digit, asked in enumerate(ASKED)},
}  # fmt: skip


def test_the_numbers() -> None:
    found = told(adjust.tell())
    assert as_typed(found, COURSE | OURS) == COURSE | OURS
    assert of_the_course(found) == COURSE


def test_the_cost_is_that_of_a_neuron_two_above_its_target() -> None:
    neuron = adjust.build()
    assert (neuron.x1.data, neuron.x2.data) == (0.9, 0.025)
    assert neuron.y.data == pytest.approx(2.0, abs=1e-15)
    assert neuron.cost.data == pytest.approx(4.0, abs=1e-14)


def test_an_output_wishes_for_its_distance_and_not_for_its_value() -> None:
    found = told(adjust.tell())
    outputs = adjust.untrained().outputs
    assert outputs[2].data == pytest.approx(outputs[8].data, abs=1e-15)
    assert found["wish of output 2"].value == pytest.approx(-4 * found["wish of output 8"].value)


def test_what_all_outputs_ask_adds_up_to_the_derivative() -> None:
    found = told(adjust.tell())
    asked = sum(figure.value for name, figure in found.items() if name.endswith("asks of h"))
    ten = adjust.untrained()
    ten.cost.backward()
    assert asked == pytest.approx(-ten.h.grad, rel=1e-12)
    wishes = [float(digit == 2) - a for digit, a in enumerate(adjust.ANSWERS)]
    assert asked == pytest.approx(sum(w * wish for w, wish in zip(adjust.WEIGHTS, wishes, strict=True)), rel=1e-12)
