"""The lesson sigmoid_neuron: the same weights and the same change as in perceptron; small changes stay small, and are foretold."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import as_typed, of_the_course, told

import autograd_mini as ag
from demos import perceptron, sigmoid_neuron

#: All are ours: the course gives no numbers.
NUMBERS = {
    "σ on 0 0": "0.1192",
    "σ on 0 1": "0.2689",
    "σ on 1 0": "0.5000",
    "σ on 1 1": "0.7311",
    "σ on 0.5 0.8": "0.4502",
    "σ on 0.9 0.5": "0.5744",
    "σ(5)": "0.9933",
    "σ(-5)": "0.0067",
    "σ(10)": "0.99995",
    "σ(-10)": "0.000045",
    "change of the answer, perceptrons": "1",
    "change of the answer, S-shaped neurons": "0.001044",
    "change of the answer, S-shaped neurons, × 10": "0.391455",
    "change of the answer, S-shaped neurons, × 100": "1.000000",
    "foretold, 1": "0.029491790",
    "true Δoutput, 1": "0.028452338",
    "difference, 1": "-0.001039452",
    "foretold, 0.1": "0.002949179",
    "true Δoutput, 0.1": "0.002938938",
    "difference, 0.1": "-0.000010241",
    "foretold, 0.01": "0.000294918",
    "true Δoutput, 0.01": "0.000294816",
    "difference, 0.01": "-0.000000102",
    "greatest answer": "0.3774",
    "C": "0.206184",
    "weights and biases": "23",
    "of these, with a derivative of 0": "3",
    "C after an update with η = 1": "0.169090",
}


def test_every_number_is_told() -> None:
    found = told(sigmoid_neuron.tell())
    assert as_typed(found, NUMBERS) == NUMBERS
    assert of_the_course(found) == {}


def test_the_difference_shrinks_with_the_square_of_the_step() -> None:
    found = told(sigmoid_neuron.tell())
    coarse, middle, fine = (found[f"difference, {size}"].value for size in ("1", "0.1", "0.01"))
    assert coarse / middle == pytest.approx(100, rel=0.02)
    assert middle / fine == pytest.approx(100, rel=0.002)
    # Taylor: ½ σ″(z) Δz², and z = 1, Δz = 0.1 − 0.05 + 0.1.
    a = 1 / (1 + math.exp(-1))
    assert fine == pytest.approx(0.5 * a * (1 - a) * (1 - 2 * a) * 0.0015**2, rel=0.001)


def test_it_is_the_perceptrons_net() -> None:
    steps, smooth = perceptron.build(), sigmoid_neuron.build()
    assert [(w.label, w.data) for w in smooth.parameters] == [(w.label, w.data) for w in steps.parameters]
    assert [x.data for x in smooth.inputs] == [x.data for x in steps.inputs]


@given(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_one_neuron_decides_as_the_perceptron_does(w1: float, w2: float, b: float) -> None:
    smooth, step = sigmoid_neuron.build_one(), perceptron.build_one()
    at = [ag.evaluate(net.answer, dict(zip(net.parameters, (w1, w2, b), strict=True))) for net in (smooth, step)]
    z = at[0][smooth.first.z]
    if abs(z) > 1e-15:  # nearer to 0, σ(z) rounds to 0.5
        assert (at[0][smooth.answer] > 0.5) == (at[1][step.answer] == 1.0)


def plain_answer(parameters: list[float]) -> float:
    """The 3-2-1 net of σ neurons on the day (1, 1, 0), in plain arithmetic."""
    numbers, outputs = iter(parameters), [1.0, 1.0, 0.0]
    for size in (3, 2, 1):
        z = [sum([next(numbers) * x for x in outputs]) + next(numbers) for _neuron in range(size)]
        outputs = [1 / (1 + math.exp(-x)) for x in z]
    return outputs[0]


def test_the_gradients_are_slopes_measured_on_plain_arithmetic() -> None:
    net = sigmoid_neuron.build()
    c = perceptron.cost(net)
    parameters = [parameter.data for parameter in net.parameters]
    assert net.answer.data == pytest.approx(plain_answer(parameters), rel=1e-14)
    for i, gradient in enumerate(ag.grad(c, net.parameters)):
        up, down = (0.5 * (1 - plain_answer([w + h * (i == k) for k, w in enumerate(parameters)])) ** 2 for h in (1e-5, -1e-5))
        assert gradient == pytest.approx((up - down) / 2e-5, abs=1e-9)
