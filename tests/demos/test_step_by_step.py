"""The lesson step_by_step has every number of course 004; its updates are those that plain arithmetic gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import agree, told

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.moments import Backward, Update
from demos import step_by_step, two_two_two
from demos.blocks import Figure, figures
from demos.two_two_two import LEARNING_RATE, Net, build, descend

#: What the course prints, in the lesson's order, and in brackets what is ours.
NUMBERS = """
w1 0.15; w2 0.20; w3 0.25; w4 0.30; w5 0.40; w6 0.45; w7 0.50; w8 0.55
b1 0.35; b2 0.60; i1 0.05; i2 0.10; target_o1 0.01; target_o2 0.99
net_h1 0.3775; out_h1 0.593269992; net_h2 0.3925; out_h2 0.596884378
net_o1 1.105905967; out_o1 0.751365070; net_o2 1.224921404; out_o2 0.772928465
E_o1 0.274811083; E_o2 0.023560026; E 0.298371109
what E changes by, per unit of w5 (0.082106)
∂E/∂out_o1 0.741365070; ∂out_o1/∂net_o1 0.186815602; ∂net_o1/∂w5 0.593269992; ∂E/∂w5 0.082167041
∂E_o2/∂out_o1 0
δ_o1 0.138498562; δ_o2 -0.038098237
∂E/∂w5 0.082167041; ∂E/∂w6 0.082667628; ∂E/∂w7 -0.022602540; ∂E/∂w8 -0.022740242
new w5 0.358916480; new w6 0.408666186; new w7 0.511301270; new w8 0.561370121
what E changes by, per unit of w1 (0.000439)
∂E_o1/∂out_h1 0.055399425; ∂E_o2/∂out_h1 -0.019049119; sum: ∂E/∂out_h1 0.036350306
∂E/∂out_h1 0.036350306; ∂out_h1/∂net_h1 0.241300709; ∂net_h1/∂w1 0.05; ∂E/∂w1 0.000438568
∂E_o1/∂out_h2 0.062324353; ∂E_o2/∂out_h2 -0.020954030; sum: ∂E/∂out_h2 0.041370323
δ_h1 0.008771355; δ_h2 0.009954255
∂E/∂w1 0.000438568; ∂E/∂w2 0.000877135; ∂E/∂w3 0.000497713; ∂E/∂w4 0.000995425
new w1 0.149780716; new w2 0.199561432; new w3 0.249751144; new w4 0.299502287
E after one update (0.291027774)
E after one update (0.291027774); E after one update, w5…w8 first 0.291027924
E after 10,000 updates (3.510188e-5); E after 10,000 updates, w5…w8 first 0.000035085
out_o1 after 10,000 updates (0.015913620); out_o1 after 10,000 updates, w5…w8 first 0.015912196
out_o2 after 10,000 updates (0.984064274); out_o2 after 10,000 updates, w5…w8 first 0.984065734
E after one update, four biases (0.280471447); E after 10,000 updates, four biases (2.447562e-6)
E after one update, one bias a layer (0.285750887); E after 10,000 updates, one bias a layer (4.355321e-6)
"""


def expected() -> list[tuple[str, str, bool]]:
    """(name, number, whether it is the course's) for each entry."""
    entries = [entry.strip().rpartition(" ") for entry in NUMBERS.replace("\n", ";").split(";") if entry.strip()]
    return [(name, number.strip("()"), not number.startswith("(")) for name, _space, number in entries]


@pytest.fixture(scope="module")
def found() -> list[Figure]:
    return list(figures(step_by_step.tell()))


def test_every_number_of_the_course_in_its_order(found: list[Figure]) -> None:
    assert [figure.what for figure in found] == [name for name, _number, _course in expected()]
    assert told(step_by_step.tell())  # a name that comes twice is one number
    parted = []
    for figure, (name, number, course) in zip(found, expected(), strict=True):
        assert figure.course == (number if course else "")
        if not agree(figure, number):
            parted.append((name, figure.shown))
    # Half of δ_o2; the course halves the rounded −0.038098237. See the lesson's notes.
    assert parted == [("∂E_o2/∂out_h1", "-0.019049118")]


def test_the_quick_form_leaves_out_the_long_runs_and_nothing_else(found: list[Figure]) -> None:
    quick = list(figures(step_by_step.tell(quick=True)))
    assert quick == [figure for figure in found if "10,000" not in figure.what]


def by_hand(w: Sequence[float], biases: Sequence[float], early: bool = False) -> tuple[list[float], list[float]]:
    """The eight new weights and the gradients of the four biases, in plain arithmetic: the oracle."""

    def out(net: float) -> float:
        return 1 / (1 + exp(-net))

    h = [out(w[0] * 0.05 + w[1] * 0.1 + biases[0]), out(w[2] * 0.05 + w[3] * 0.1 + biases[1])]
    o = [out(w[4] * h[0] + w[5] * h[1] + biases[2]), out(w[6] * h[0] + w[7] * h[1] + biases[3])]
    d_o = [(out - target) * out * (1 - out) for out, target in zip(o, (0.01, 0.99), strict=True)]
    upper = [w[4] - 0.5 * d_o[0] * h[0], w[5] - 0.5 * d_o[0] * h[1], w[6] - 0.5 * d_o[1] * h[0], w[7] - 0.5 * d_o[1] * h[1]]
    v = upper if early else w[4:]
    d_h = [(d_o[0] * v[j] + d_o[1] * v[2 + j]) * h[j] * (1 - h[j]) for j in (0, 1)]
    lower = [w[i] - 0.5 * d_h[i // 2] * (0.05, 0.1)[i % 2] for i in range(4)]
    return [*lower, *upper], [*d_h, *d_o]


weights = st.lists(st.floats(-3, 3), min_size=8, max_size=8)


def near(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(isclose(a, b, rel_tol=1e-12, abs_tol=1e-14) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(("one", "early"), [(two_two_two.update, False), (two_two_two.output_layer_first, True)])
@given(w=weights)
def test_an_update_is_what_plain_arithmetic_gives(one: Callable[[Net], None], early: bool, w: list[float]) -> None:
    net = build([Value(x) for x in w])
    one(net)
    assert near([value.data for value in net.weights], by_hand(w, [0.35, 0.35, 0.6, 0.6], early)[0])


@given(w=weights)
def test_both_orders_agree_on_the_output_layer(w: list[float]) -> None:
    right, early = build([Value(x) for x in w]), build([Value(x) for x in w])
    two_two_two.update(right)
    two_two_two.output_layer_first(early)
    assert [value.data for value in right.weights[4:]] == [value.data for value in early.weights[4:]]


@given(w=weights)
def test_updating_too_early_is_the_slip_of_that_name_bit_for_bit(w: list[float]) -> None:
    net = build([Value(x) for x in w])
    slip = ag.slips.too_early(net.loss, net.weights[4:], LEARNING_RATE)
    slopes = ag.slips.grad(net.loss, net.weights, slip)
    by_the_slip = [weight.data - LEARNING_RATE * slope for weight, slope in zip(net.weights, slopes, strict=True)]
    two_two_two.output_layer_first(net)
    assert [weight.data for weight in net.weights] == by_the_slip


@pytest.mark.parametrize("early", [False, True])
def test_ten_thousand_updates_are_what_plain_arithmetic_gives(early: bool) -> None:
    w = list(two_two_two.WEIGHTS)
    for _turn in range(10_000):
        w = by_hand(w, [0.35, 0.35, 0.6, 0.6], early)[0]
    net = descend(10_000, two_two_two.output_layer_first if early else two_two_two.update)
    assert all(isclose(value.data, x, rel_tol=1e-9) for value, x in zip(net.weights, w, strict=True))


def test_trained_biases_move_against_their_gradients() -> None:
    gradients = by_hand(two_two_two.WEIGHTS, [0.35, 0.35, 0.6, 0.6])[1]
    four, shared = two_two_two.four_biases(), two_two_two.shared_biases()
    descend(1, biases=four)
    descend(1, biases=shared)
    start = [0.35, 0.35, 0.6, 0.6]
    assert near([b.data for b in four], [b - LEARNING_RATE * g for b, g in zip(start, gradients, strict=True)])
    h, o = sum(gradients[:2]), sum(gradients[2:])  # a shared bias gets what comes back from both of its neurons
    assert near([b.data for b in shared], [0.35 - 0.5 * h, 0.35 - 0.5 * h, 0.6 - 0.5 * o, 0.6 - 0.5 * o])


def test_the_walk_asks_the_three_questions_and_ends_with_the_update() -> None:
    first = [moment for moment in step_by_step.step() if moment.iteration == 1]
    back = {(m.node.label, m.operand.label): m.local_derivative for m in first if isinstance(m, Backward)}
    three = [back["E", "out_o1"], back["out_o1", "net_o1"], back["net_o1", "w5"]]
    assert [f"{factor:.9f}" for factor in three] == ["0.741365070", "0.186815602", "0.593269992"]
    new = {m.node.label: f"{m.new:.9f}" for m in first if isinstance(m, Update)}
    assert new == {name.removeprefix("new "): number for name, number, _course in expected() if name.startswith("new ")}


def test_neurons_and_graph_show_the_same_numbers() -> None:
    net = build()
    net.loss.backward()
    picture = two_two_two.as_neurons(net).__picture__()
    assert {edge.name: (*edge.values, *edge.gradients) for edge in picture.edges} == {w.label: (w.data, w.grad) for w in net.weights}
    assert [len(column) for column in picture.columns] == [2, 2, 2]


def test_no_progress_bar_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    descend(3)
    assert capsys.readouterr() == ("", "")
