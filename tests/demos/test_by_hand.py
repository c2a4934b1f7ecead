"""The lesson by_hand has the numbers of course 003, and its pie is cut without a crumb left over, whatever the weights."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import as_typed, of_the_course, told

import autograd_mini as ag
from demos import by_hand
from demos.blocks import Figure

TRIAL = "w31 0.3 → 0.35, w11′ 0.7 → 0.78, w21′ 0.8 → 0.83"
SLIPPED_TRIAL = "w22 0.3 → 0.35, w11′ 0.7 → 0.78, w21′ 0.8 → 0.83"

COURSE = {"a1′": "2.2", "a2′": "1.8", "ŷ": "2.98", "y − ŷ": "0.22", SLIPPED_TRIAL: "3.293"}
#: The course prints 3.293 for this one.
SLIPPED = {TRIAL: "3.327"}
OURS = {
    f"{TRIAL}: a1′": "2.35", f"{TRIAL}: a2′": "1.8", f"{TRIAL}: y − ŷ": "-0.127",
    f"{SLIPPED_TRIAL}: a1′": "2.2", f"{SLIPPED_TRIAL}: a2′": "1.9", f"{SLIPPED_TRIAL}: y − ŷ": "-0.093",
    "forward passes (10⁸)": "100000000",
    "slice of w11": "-0.0770",
    "slice of w21": "-0.1232",
    "slice of w31": "-0.1386",
    "slice of w12": "-0.1056",
    "slice of w22": "-0.1056",
    "slice of w32": "-0.1056",
    "slice of all of layer 1": "-0.6556",
    "slice of w11′": "-0.3388",
    "slice of w21′": "-0.3168",
    "slice of all of layer 2": "-0.6556",
    "L = ŷ − y": "-0.22",
    "L = ŷ − y, with w21′ = −100": "-181.66",
    "L = ½(ŷ − y)²": "0.0242",
    "∂L/∂ŷ": "-0.22",
    "∂L/∂ŷ without the ½": "-0.44",
    "∂L/∂w11′": "-0.484",
    "∂L/∂w21′": "-0.396",
    "∂L/∂w11": "-0.154",
    "∂L/∂w21": "-0.308",
    "∂L/∂w31": "-0.462",
    "∂L/∂w12": "-0.176",
    "∂L/∂w22": "-0.352",
    "∂L/∂w32": "-0.528",
    "L with all weights 0": "5.12",
    "its largest derivative": "0",
    "L with all weights 0.1": "4.7432",
    "L with −0.1 in the first layer, 0.1 in the second": "5.5112",
    "L, w11′ = 0.8": "0.0000",
    "L, w22 = 0.4375": "0.0000",
    "ŷ after update 1, η = 0.01": "3.032782",
    "ŷ after update 2, η = 0.01": "3.073482",
    "ŷ after update 3, η = 0.01": "3.104616",
    "ŷ after update 1, η = 0.04": "3.193551",
    "ŷ after update 2, η = 0.04": "3.200105",
    "ŷ after update 3, η = 0.04": "3.199998",
    "ŷ after update 1, η = 0.5": "6.113812",
    "ŷ after update 2, η = 0.5": "120.329461",
    "ŷ after update 3, η = 0.5": "5723965.245857",
    "updates until ŷ is within 1e-9 of 3.2, η = 0.01": "66",
    "2 / Σ(∂ŷ/∂w)², at the start": "0.084",
    "ŷ − y after 300 updates, η = 0.08": "-0.000485",
    "ŷ − y after 300 updates, η = 0.09": "-0.950413",
}  # fmt: skip


@pytest.fixture
def found() -> dict[str, Figure]:
    return told(by_hand.tell())


def test_every_number_of_the_course_and_ours_is_told(found: dict[str, Figure]) -> None:
    assert as_typed(found, COURSE | SLIPPED | OURS) == COURSE | SLIPPED | OURS
    assert of_the_course(found) == COURSE | {TRIAL: "3.293"}


def test_only_the_known_slip_disagrees_with_the_course(found: dict[str, Figure]) -> None:
    assert {what: figure.difference for what, figure in found.items() if figure.course and not figure.agrees} == {TRIAL: "+0.034"}


def test_quick_leaves_nothing_out(found: dict[str, Figure]) -> None:
    assert told(by_hand.tell(quick=True)) == found


def test_other_weights_reach_the_target_too() -> None:
    net = by_hand.build()
    for at in ({net.w["w11′"]: 0.8}, {net.w["w22"]: 0.4375}):
        loss, predicted, *weights = ag.replay([net.loss, net.predicted, *net.w.values()], at)
        assert predicted.data == pytest.approx(3.2, abs=1e-15)
        assert ag.grad(loss, weights) == pytest.approx([0.0] * 8, abs=1e-14)


def test_at_zero_it_is_a_saddle() -> None:
    def loss(*w: ag.Value) -> ag.Value:
        hidden = [ag.dot((1.0, 2.0, 3.0), w[:3]), ag.dot((1.0, 2.0, 3.0), w[3:6])]
        error: ag.Value = ag.dot(hidden, w[6:]) - 3.2
        return 0.5 * error**2

    # Nothing bends along one weight alone; first and second layer together bend up one way, and down the other.
    hessian = ag.hessian(loss)(*[0.0] * 8)
    assert [hessian[i][i] for i in range(8)] == [0.0] * 8
    assert hessian[0][6] == pytest.approx(-3.2)


def plain_descent(learning_rate: float) -> list[float]:
    """The same updates in plain arithmetic: the δ rule by hand."""
    x, first, second = (1.0, 2.0, 3.0), [[0.5, 0.4, 0.3], [0.6, 0.3, 0.2]], [0.7, 0.8]
    outputs = []
    for _n in range(20):
        hidden = [sum(w * a for w, a in zip(row, x, strict=True)) for row in first]
        error = sum(w * a for w, a in zip(second, hidden, strict=True)) - 3.2
        first = [[w - learning_rate * error * v * a for w, a in zip(row, x, strict=True)] for row, v in zip(first, second, strict=True)]
        second = [v - learning_rate * error * a for v, a in zip(second, hidden, strict=True)]
        hidden = [sum(w * a for w, a in zip(row, x, strict=True)) for row in first]
        outputs.append(sum(w * a for w, a in zip(second, hidden, strict=True)))
    return outputs


@given(st.floats(0.001, 0.08))
def test_descent_is_the_update_done_by_hand(learning_rate: float) -> None:
    net = by_hand.build()
    assert list(islice(by_hand.descend(net, learning_rate), 20)) == pytest.approx(plain_descent(learning_rate), rel=1e-10)
    assert [w.data for w in net.w.values()] == list(by_hand.WEIGHTS.values())


@given(st.lists(st.floats(-10.0, 10.0), min_size=8, max_size=8))
def test_each_layer_cuts_the_same_pie(weights: list[float]) -> None:
    net = by_hand.build()
    loss, predicted, *leaves = ag.replay([net.loss, net.predicted, *net.w.values()], dict(zip(net.w.values(), weights, strict=True)))
    slices = [w.data * gradient for w, gradient in zip(leaves, ag.grad(loss, leaves), strict=True)]
    pie = (predicted.data - 3.2) * predicted.data
    crumb = 1e-13 * (sum(map(abs, slices)) + abs(pie)) + 1e-300  # rounding; the last for products that underflow
    assert sum(slices[:6]) == pytest.approx(pie, rel=0, abs=crumb)
    assert sum(slices[6:]) == pytest.approx(pie, rel=0, abs=crumb)


def test_the_neurons_carry_the_weights_of_the_graph() -> None:
    net = by_hand.build()
    drawn = by_hand.as_neurons(net)
    assert [[name for name, _value in layer] for layer in drawn.layers] == [["a1", "a2", "a3"], ["a1′", "a2′"], ["ŷ"]]
    assert {weight.label: ends for ends, weight in drawn.weights.items()} == {
        "w11": ("a1", "a1′"), "w21": ("a2", "a1′"), "w31": ("a3", "a1′"),
        "w12": ("a1", "a2′"), "w22": ("a2", "a2′"), "w32": ("a3", "a2′"),
        "w11′": ("a1′", "ŷ"), "w21′": ("a2′", "ŷ"),
    }  # fmt: skip
