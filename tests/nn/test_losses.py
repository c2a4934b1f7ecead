"""Costs: their closed forms, their derivatives by formula and by gradcheck, what they have to do with each other, their errors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.checks import given_gradients
from nn import answers
from nn.activations import OF_A_LAYER, OF_A_NEURON
from nn.losses import require_fitting

NUMBERS = st.floats(-20.0, 20.0)
TINY = 1e-300  # squares of numbers below 1e-154 lose digits
SIZES = st.integers(1, 6)
#: Outputs and a target for each.
PAIRS = SIZES.flatmap(lambda m: st.tuples(*[st.lists(NUMBERS, min_size=m, max_size=m)] * 2))
#: Outputs and a label.
LABELLED = SIZES.flatmap(lambda m: st.tuples(st.lists(NUMBERS, min_size=m, max_size=m), st.integers(0, m - 1)))
COSTS = [nn.quadratic_cost, nn.mean_squared_error, nn.cross_entropy, nn.hinge]

Cost = Callable[[Sequence[Value], Sequence[Any]], Value]


def one_hot(label: int, outputs: int) -> list[float]:
    return [float(place == label) for place in range(outputs)]


def number_and_gradient(cost: Cost, outputs: Sequence[float], targets: Sequence[float]) -> tuple[float, list[float]]:
    values = [Value(x) for x in outputs]
    result = cost(values, targets)
    return result.data, ag.grad(result, values)


def softmax(z: Sequence[float]) -> list[float]:
    powers = [math.exp(x - max(z)) for x in z]
    return [power / math.fsum(powers) for power in powers]


@given(PAIRS)
def test_quadratic(pair: tuple[list[float], list[float]]) -> None:
    number, gradient = number_and_gradient(nn.quadratic_cost, *pair)
    assert number == pytest.approx(0.5 * math.fsum((a - y) ** 2 for a, y in zip(*pair, strict=True)), rel=1e-14, abs=TINY)
    assert gradient == [a - y for a, y in zip(*pair, strict=True)]  # ∂C/∂a = a − y


@given(PAIRS)
def test_mean_squared_error_is_the_quadratic_cost_times_two_over_m(pair: tuple[list[float], list[float]]) -> None:
    number, gradient = number_and_gradient(nn.mean_squared_error, *pair)
    quadratic, its_gradient = number_and_gradient(nn.quadratic_cost, *pair)
    m = len(pair[0])
    assert number == pytest.approx(2.0 / m * quadratic, rel=1e-14, abs=TINY)
    assert gradient == pytest.approx([2.0 / m * d for d in its_gradient], rel=1e-14, abs=TINY)


@given(LABELLED)
def test_cross_entropy_of_a_label(pair: tuple[list[float], int]) -> None:
    logits, label = pair
    number, gradient = number_and_gradient(nn.cross_entropy, logits, one_hot(label, len(logits)))
    p = softmax(logits)
    assert number == pytest.approx(-math.log(p[label]), rel=1e-12, abs=1e-12)
    assert gradient == pytest.approx([q - y for q, y in zip(p, one_hot(label, len(p)), strict=True)], rel=1e-12, abs=1e-13)  # p − y


@given(PAIRS)
def test_cross_entropy_of_soft_targets(pair: tuple[list[float], list[float]]) -> None:
    logits, targets = pair[0], softmax(pair[1])
    number, gradient = number_and_gradient(nn.cross_entropy, logits, targets)
    p = softmax(logits)
    assert number == pytest.approx(-math.fsum(y * math.log(q) for y, q in zip(targets, p, strict=True)), rel=1e-12, abs=1e-12)
    assert gradient == pytest.approx([q - y for q, y in zip(p, targets, strict=True)], rel=1e-12, abs=1e-13)
    # Gibbs: nothing is as cheap as the targets themselves.
    assert number >= number_and_gradient(nn.cross_entropy, pair[1], targets)[0] - 1e-12


def test_cross_entropy_of_targets_that_do_not_add_up_to_one_is_still_the_sum() -> None:
    number, gradient = number_and_gradient(nn.cross_entropy, [math.log(3.0), 0.0], [0.5, 2.0])  # p = ¾, ¼
    assert number == pytest.approx(-0.5 * math.log(0.75) - 2.0 * math.log(0.25), rel=1e-15)
    assert gradient == pytest.approx([2.5 * 0.75 - 0.5, 2.5 * 0.25 - 2.0], rel=1e-14)


def test_cross_entropy_does_not_overflow_and_does_not_saturate() -> None:
    assert number_and_gradient(nn.cross_entropy, [1000.0, -1000.0], [0.0, 1.0]) == (2000.0, [1.0, -1.0])
    assert number_and_gradient(nn.cross_entropy, [1000.0, -1000.0], [1.0, 0.0]) == (0.0, [0.0, 0.0])


@given(NUMBERS, st.sampled_from([-1.0, 1.0]))
def test_hinge_of_one_output(score: float, target: float) -> None:
    number, [derivative] = number_and_gradient(nn.hinge, [score], [target])
    assert number == max(0.0, 1.0 - target * score)
    assert derivative == (-target if number > 0 else 0.0)


@given(LABELLED.filter(lambda pair: len(pair[0]) > 1))
def test_hinge_of_several_outputs(pair: tuple[list[float], int]) -> None:
    scores, label = pair
    number, gradient = number_and_gradient(nn.hinge, scores, one_hot(label, len(scores)))
    others = [place for place in range(len(scores)) if place != label]
    too_near = [place for place in others if (scores[place] - scores[label]) + 1.0 > 0]
    assert number == pytest.approx(math.fsum(max(0.0, 1.0 + scores[j] - scores[label]) for j in others), rel=1e-13, abs=1e-13)
    assert gradient == [-float(len(too_near)) if place == label else float(place in too_near) for place in range(len(scores))]


def test_hinge_of_two_outputs_is_that_of_their_difference() -> None:
    for scores in ([0.25, 0.5], [3.0, 0.5], [0.5, 3.0]):
        difference = scores[1] - scores[0]
        assert nn.hinge([Value(s) for s in scores], [0.0, 1.0]).data == nn.hinge([Value(difference)], [1.0]).data


@given(st.lists(NUMBERS, min_size=1, max_size=6), st.floats(1e-3, 10.0))
def test_l2(numbers: list[float], strength: float) -> None:
    parameters = [Value(x) for x in numbers]
    penalty = nn.l2(parameters, strength)
    penalty.backward()
    assert penalty.data == pytest.approx(strength / 2 * math.fsum(x * x for x in numbers), rel=1e-13, abs=TINY)
    assert [p.grad for p in parameters] == pytest.approx([strength * x for x in numbers], rel=1e-14, abs=TINY)
    assert penalty.scope == ("penalty",)


def test_l2_shrinks_weights_by_the_books_factor() -> None:
    # M. Nielsen, eq. 93: w → (1 − ηλ/n) w − η ∂C₀/∂w; here without C₀, η = ½, λ = 5, n = 20.
    net = nn.MLP(2, [2, 1], rng=0)
    before, biases = [w.data for w in net.weights], [neuron.bias for layer in net.layers for neuron in layer.neurons]
    nn.l2(net.weights, 5 / 20).backward()
    nn.SGD(net.parameters(), learning_rate=0.5).step()
    assert [w.data for w in net.weights] == pytest.approx([(1 - 0.5 * 5 / 20) * w for w in before], rel=1e-14, abs=TINY)
    assert all(bias.grad is ag.NOT_YET for bias in biases)


X = st.floats(-3.0, 3.0)


@given_gradients(x=X, y=X, order=2)
def test_gradients_of_the_squares(x: Value, y: Value) -> Value:
    return nn.quadratic_cost([x, x * y], [0.5, y]) + nn.mean_squared_error([x, x * y, y], [1.0, -1.0, x])


@given_gradients(x=X, y=X, z=X, order=2)
def test_gradients_of_cross_entropy(x: Value, y: Value, z: Value) -> Value:
    return nn.cross_entropy([x, y, z], [0.0, 1.0, 0.0]) + nn.cross_entropy([x * y, z], [0.25, 0.75])


@given_gradients(x=X, y=X, z=X)
def test_gradients_of_hinge_and_l2(x: Value, y: Value, z: Value) -> Value:
    return nn.hinge([x, y, z], [0.0, 0.0, 1.0]) + nn.hinge([x], [-1.0]) + nn.l2([y, z], 0.5)


@pytest.mark.parametrize("cost", COSTS)
def test_costs_compile(cost: Cost) -> None:
    """On arrays, with targets that each sample feeds, they are what they are sample by sample."""
    net = nn.MLP(2, [4, 3], activation="tanh", output="linear", rng=0)
    x, y = [Value(0.0), Value(0.0)], [Value(0.0) for _ in range(3)]
    loss = cost(net(x), y) + nn.l2(net.weights, 0.1)
    program = ag.compile(loss, inputs=[x, y], parameters=net.parameters(), backend="numpy")
    batch, targets = [[0.5, -1.0], [1.5, 0.25]], [one_hot(0, 3), one_hot(2, 3)]
    for pixels, target in zip(batch, targets, strict=True):
        (cost(net(pixels), target) + nn.l2(net.weights, 0.1)).backward(gradient=0.5)
    assert program(batch, targets).gradients == pytest.approx([p.grad for p in net.parameters()], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("cost", COSTS)
def test_targets_may_be_values(cost: Cost) -> None:
    targets = [Value(0.25), Value(0.75)]
    cost([Value(0.75), Value(-0.5)], targets).backward()
    assert all(y.grad is not ag.NOT_YET and y.grad != 0.0 for y in targets)


@pytest.mark.parametrize("cost", COSTS)
def test_costs_are_in_a_scope(cost: Cost) -> None:
    assert cost([Value(0.75)], [1.0]).scope == ("cost",)
    assert cost([Value(0.75), Value(2.0)], [1.0, 0.0]).scope == ("cost",)


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize(("outputs", "targets"), [(2, 1), (1, 2), (0, 0)])
def test_lengths_must_agree(cost: Cost, outputs: int, targets: int) -> None:
    with pytest.raises(ValueError, match=f"got {outputs} outputs and {targets} targets"):
        cost([Value(0.5)] * outputs, [1.0] * targets)


@pytest.mark.parametrize("cost", COSTS)
def test_what_is_no_list_is_named(cost: Cost) -> None:
    with pytest.raises(TypeError, match=r"the outputs come as a list.*got Value"):
        cost(Value(0.5), [1.0])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"the targets come as a list.*got float 1\.0"):
        cost([Value(0.5)], 1.0)  # type: ignore[arg-type]


def test_l2_of_nothing_and_of_what_is_no_value() -> None:
    with pytest.raises(ValueError, match=r"l2 got no parameters; pass net\.weights"):
        nn.l2([], 0.1)
    with pytest.raises(TypeError, match=r"l2\(parameters, strength\) takes Values, got float 1\.0"):
        nn.l2([1.0], 0.1)  # type: ignore[list-item]
    with pytest.raises(TypeError, match="the parameters of l2 come as a list"):
        nn.l2(nn.MLP(2, [1]), 0.1)  # type: ignore[arg-type]
    for strength in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="strength is a finite number above 0"):
            nn.l2([Value(1.0)], strength)


def learns(cost: Cost, outputs: int, activation: str) -> bool:
    """Is there a gradient for each of the labels, from some network at least?"""
    for label in range(max(2, outputs)):
        for seed in range(5):
            net = nn.MLP(2, [outputs], activation, rng=seed)
            cost(net([0.5, -0.25]), answers.target(net, label)).backward()
            if any(parameter.grad for parameter in net.parameters()):
                break
        else:
            return False
    return True


@pytest.mark.parametrize("outputs", [1, 2, 3])
@pytest.mark.parametrize("activation", [*OF_A_NEURON, *OF_A_LAYER])
@pytest.mark.parametrize("cost", COSTS)
def test_costs_are_refused_where_they_would_learn_nothing(cost: Cost, activation: str, outputs: int) -> None:
    logits_only = cost is nn.cross_entropy and activation != "linear"  # it would learn, from the softmax of what is no logit
    if logits_only or not learns(cost, outputs, activation):
        with pytest.raises(ValueError, match=r'make the network with (output="|an output for each label)'):
            require_fitting(cost, outputs, activation)
    else:
        require_fitting(cost, outputs, activation)


def test_what_is_refused_says_what_to_do() -> None:
    with pytest.raises(ValueError, match=r'nn\.hinge tells two labels by the sign .*output="linear", not \'relu\''):
        nn.fit(nn.MLP(2, [16, 16, 1], activation="relu"), nn.datasets.moons(20), cost=nn.hinge)
    for output in ("linear", "sigmoid"):
        with pytest.raises(ValueError, match=r"nn\.cross_entropy weighs .*two at least.*nn\.quadratic_cost or nn\.hinge"):
            nn.fit(nn.MLP(2, [1], output=output), nn.datasets.moons(20), cost=nn.cross_entropy)
