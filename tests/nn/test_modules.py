"""Neurons, layers, networks, perceptrons: shapes, names, scopes, one node an input, and gradients equal to the four equations."""

from __future__ import annotations

import copy
import math
import pickle
import random
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.graph import topological_order, uses
from demos import perceptron


def nodes(outputs: list[Value]) -> list[Value]:
    return topological_order(outputs)


def matrices(net: nn.MLP) -> tuple[list[Any], list[Any]]:
    weights = [np.array([[w.data for w in neuron.weights] for neuron in layer.neurons]) for layer in net.layers]
    biases = [np.array([neuron.bias.data for neuron in layer.neurons]) for layer in net.layers]
    return weights, biases


def sigmoid(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-z))


SLOPES: dict[str, tuple[Any, Any]] = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1.0 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1.0 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0.0), lambda z: (z > 0).astype(float)),
    "linear": (lambda z: z, np.ones_like),
}


@pytest.mark.parametrize("activation", SLOPES)
@pytest.mark.parametrize("shape", [(3, [4, 2]), (2, [3, 3, 1]), (5, [1])])
def test_gradients_are_those_of_the_four_equations(activation: str, shape: tuple[int, list[int]]) -> None:
    nin, nouts = shape
    net = nn.MLP(nin, nouts, activation=activation, rng=3)
    rng = random.Random(4)
    x, target = [rng.gauss(0, 1) for _ in range(nin)], [rng.random() for _ in range(nouts[-1])]
    outputs = net(x)
    nn.quadratic_cost(outputs, target).backward()

    act, slope = SLOPES[activation]
    weights, biases = matrices(net)
    a, zs = [np.array(x)], []
    for w, b in zip(weights, biases, strict=True):
        zs.append(w @ a[-1] + b)
        a.append(act(zs[-1]))
    assert np.array([output.data for output in outputs]) == pytest.approx(a[-1], rel=1e-12, abs=1e-12)
    delta = (a[-1] - np.array(target)) * slope(zs[-1])  # (1) δᴸ = ∇ₐC ⊙ σ′(zᴸ)
    for number in reversed(range(len(net.layers))):
        layer = net.layers[number]
        biases_got = [neuron.bias.grad for neuron in layer.neurons]
        weights_got = [[w.grad for w in neuron.weights] for neuron in layer.neurons]
        assert biases_got == pytest.approx(delta, rel=1e-12, abs=1e-12)  # (3) ∂C/∂b = δ
        assert np.array(weights_got) == pytest.approx(np.outer(delta, a[number]), rel=1e-12, abs=1e-12)  # (4) ∂C/∂w_jk = a_k δ_j
        if number:
            delta = (weights[number].T @ delta) * slope(zs[number - 1])  # (2) δˡ = ((wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ′(zˡ)


def test_outputs_are_always_a_list_of_values() -> None:
    for outputs in (nn.MLP(2, [3, 1])([0.5, 1]), nn.Layer(2, 1)([0.5, 1])):
        assert isinstance(outputs, list)
        assert [type(output) for output in outputs] == [Value]
    assert isinstance(nn.Neuron(2)([0.5, 1]), Value)


def test_each_input_is_one_constant_however_many_neurons_read_it() -> None:
    net = nn.MLP(4, [5, 2], rng=0)
    order = nodes(net([0.0, 0.25, 0.5, 1.0]))
    inputs = [node for node in order if node.is_constant]
    assert [node.label for node in inputs] == ["x1", "x2", "x3", "x4"]
    assert [node.data for node in inputs] == [0.0, 0.25, 0.5, 1.0]
    assert {node.scope for node in inputs} == {("inputs",)}
    assert [uses(order)[node] for node in inputs] == [5, 5, 5, 5]


def test_values_as_inputs_stay_themselves_and_get_their_gradient() -> None:
    x = Value(0.5, label="mine")
    output = nn.MLP(2, [3, 1], rng=0)([x, 2])[0]
    output.backward()
    assert x in nodes([output])
    assert x.grad != 0
    assert x.label == "mine"


@pytest.mark.parametrize("kind", [list, tuple, iter, np.array])
def test_inputs_may_be_any_row_of_numbers(kind: Any) -> None:
    net = nn.MLP(3, [2], rng=0)
    expected = [output.data for output in net([0.0, 1.0, 2.0])]
    assert [output.data for output in net(kind([0.0, 1.0, 2.0]))] == expected


@pytest.mark.parametrize("make", [lambda: nn.MLP(3, [2]), lambda: nn.Layer(3, 2), lambda: nn.Neuron(3)])
@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_a_wrong_number_of_inputs_is_named_and_nothing_is_cut(make: Any, count: int) -> None:
    with pytest.raises(ValueError, match=rf"takes 3 inputs, got {count}"):
        make()([0.5] * count)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError, match="'a'"):
        nn.Neuron(2)([1.0, "a"])  # type: ignore[list-item]


def test_labels_and_scopes_say_where_a_parameter_is() -> None:
    net = nn.MLP(20, [3, 2], rng=0)
    neuron = net.layers[0].neurons[2]
    assert neuron.weights[16].label == "layer 1 · neuron 3 · w[17]"
    assert neuron.bias.label == "layer 1 · neuron 3 · b"
    assert neuron.weights[16].scope == neuron.bias.scope == ("layer 1", "neuron 3")
    outputs = net([0.0] * 20)
    assert outputs[1].label == "layer 2 · neuron 2 · a"
    scopes = {node.scope for node in nodes(outputs)} - {("inputs",)}
    assert scopes == {(f"layer {i}", f"neuron {j}") for i, j in [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)]}


def test_a_network_inside_a_scope_nests() -> None:
    with ag.scope("teacher"):
        net = nn.MLP(1, [1])
        output = net([1.0])[0]
    assert net.parameters()[0].scope == output.scope == ("teacher", "layer 1", "neuron 1")
    assert output.label == "teacher · layer 1 · neuron 1 · a"


def test_a_weighted_sum_is_one_node() -> None:
    order = nodes([nn.Neuron(5, rng=0)([0.1] * 5)])
    assert [node.op.name for node in order if node.op] == ["mul"] * 5 + ["sum", "add", "sigmoid"]


def test_parameters_in_order_under_unique_names() -> None:
    net = nn.MLP(3, [2, 1], rng=0)
    named = dict(net.named_parameters())
    assert list(named.values()) == net.parameters()
    assert len(named) == 2 * (3 + 1) + 1 * (2 + 1)
    assert list(named)[:4] == [f"layers.0.neurons.0.{rest}" for rest in ("weights.0", "weights.1", "weights.2", "bias")]
    assert named["layers.1.neurons.0.bias"] is net.layers[1].neurons[0].bias


def test_the_same_seed_gives_the_same_network_and_global_chance_is_left_alone() -> None:
    def numbers(net: nn.MLP) -> list[float]:
        return [parameter.data for parameter in net.parameters()]

    state = random.getstate()
    assert numbers(nn.MLP(3, [4, 2], rng=7)) == numbers(nn.MLP(3, [4, 2], rng=random.Random(7)))
    assert numbers(nn.MLP(3, [4, 2], rng=7)) != numbers(nn.MLP(3, [4, 2], rng=8))
    assert random.getstate() == state
    shared = random.Random(7)
    assert numbers(nn.MLP(3, [4, 2], rng=shared)) != numbers(nn.MLP(3, [4, 2], rng=shared))


def test_by_default_weights_and_biases_are_drawn_from_a_standard_normal_one_after_the_other() -> None:
    rng = random.Random(7)
    assert [parameter.data for parameter in nn.MLP(3, [4, 2], rng=7).parameters()] == [rng.gauss(0.0, 1.0) for _ in range(4 * 4 + 2 * 5)]


def test_weights_are_all_parameters_but_the_biases() -> None:
    net = nn.MLP(3, [4, 2], rng=0)
    biases = [neuron.bias for layer in net.layers for neuron in layer.neurons]
    assert net.weights == [parameter for parameter in net.parameters() if parameter not in biases]
    assert net.layers[1].weights == net.weights[12:]


def test_the_output_layer_may_have_an_activation_of_its_own() -> None:
    net, twin = nn.MLP(2, [3, 3, 1], activation="relu", output="linear", rng=4), nn.MLP(2, [3, 3, 1], activation="relu", rng=4)
    assert [layer.activation for layer in net.layers] == ["relu", "relu", "linear"]
    assert (net.activation, net.output, twin.output) == ("relu", "linear", "relu")
    assert net.state_dict() == twin.state_dict()
    outputs = [(net([x, y])[0].data, twin([x, y])[0].data) for x in (-1.0, 0.5, 2.0) for y in (-1.0, 0.5, 2.0)]
    assert min(outputs)[0] < 0 < max(outputs)[0]
    assert [of_twin for of_net, of_twin in outputs] == [max(of_net, 0.0) for of_net, of_twin in outputs]


def test_softmax_outputs_are_those_of_numpy_and_add_up_to_one() -> None:
    net, twin = (nn.MLP(3, [4, 5], output=output, rng=2) for output in ("softmax", "linear"))
    z = np.array([output.data for output in twin([0.1, -2.0, 3.0])])
    a = [output.data for output in net([0.1, -2.0, 3.0])]
    assert a == pytest.approx(np.exp(z) / np.exp(z).sum(), rel=1e-14)
    assert sum(a) == pytest.approx(1.0, rel=1e-15)


def test_softmax_of_large_sums_is_finite() -> None:
    layer = nn.Layer(1, 2, activation="softmax")
    for parameter, number in zip(layer.parameters(), (5000.0, 0.0, -5000.0, 0.0), strict=True):
        parameter.data = number
    assert [a.data for a in layer([1.0])] == [1.0, 0.0]


@pytest.mark.parametrize("output", [0, 2])
def test_softmax_gradients(output: int) -> None:
    layer = nn.Layer(2, 3, activation="softmax", rng=5)
    assert ag.checks.gradcheck(lambda x, y: layer([x, y])[output], 0.3, -0.7)


def test_softmax_outputs_are_labelled_as_all_others_are() -> None:
    outputs = nn.MLP(2, [3, 2], output="softmax", rng=0)([0.5, 1.0])
    assert [a.label for a in outputs] == ["layer 2 · neuron 1 · a", "layer 2 · neuron 2 · a"]
    assert {a.scope for a in outputs} == {("layer 2",)}  # all neurons have a share in each


WEIGHTS = st.integers(1, 4).flatmap(lambda n: st.tuples(*[st.lists(st.integers(-3, 3), min_size=n, max_size=n)] * 2))


@given(WEIGHTS, st.integers(-5, 5))
def test_a_perceptron_says_one_above_its_threshold(weights_and_inputs: tuple[list[int], list[int]], threshold: int) -> None:
    weights, inputs = weights_and_inputs
    neuron = nn.Perceptron(len(weights))
    neuron.load_state_dict({**{f"weights.{i}": w for i, w in enumerate(weights)}, "bias": -threshold})
    assert neuron.threshold == threshold
    assert neuron(inputs).data == float(sum(w * x for w, x in zip(weights, inputs, strict=True)) > threshold)


def test_nothing_can_be_learned_from_a_perceptron() -> None:
    net = nn.MLP(2, [3, 1], activation="step", rng=0)
    nn.quadratic_cost(net([1.0, 0.0]), [0.5]).backward()
    assert [parameter.grad for parameter in net.parameters()] == [0.0] * 13


def test_the_courses_perceptrons_are_a_network_of_steps() -> None:
    net = nn.MLP(3, [3, 2, 1], activation="step")
    demo = perceptron.build()
    net.load_state_dict(dict(zip(net.state_dict(), (parameter.data for parameter in demo.parameters), strict=True)))
    for day in product((0.0, 1.0), repeat=3):
        assert net(day)[0].data == ag.evaluate(demo.answer, dict(zip(demo.inputs, day, strict=True)))[demo.answer]


def test_copies_and_pickles_compute_the_same_and_are_independent() -> None:
    net = nn.MLP(2, [3, 1], rng=0)
    expected = net([0.5, -1.0])[0].data
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert twin([0.5, -1.0])[0].data == expected
        assert [p.label for p in twin.parameters()] == [p.label for p in net.parameters()]
        twin.parameters()[0].data = 100.0
    assert net([0.5, -1.0])[0].data == expected


def test_reprs_tell_shape_and_size() -> None:
    assert repr(nn.MLP(784, [30, 10])) == "MLP(784, [30, 10], activation='sigmoid'): 23,860 parameters"
    assert repr(nn.Layer(2, 3, activation="tanh")) == "Layer(2, 3, activation='tanh'): 9 parameters"
    assert repr(nn.Neuron(2, activation="linear")) == "Neuron(2, activation='linear'): 3 parameters"
    assert repr(nn.Perceptron(2)) == "Perceptron(2): 3 parameters"
    assert repr(nn.MLP(2, [2], output="softmax")) == "MLP(2, [2], activation='sigmoid', output='softmax'): 6 parameters"
    assert repr(nn.MLP(2, [2], output="sigmoid")) == "MLP(2, [2], activation='sigmoid'): 6 parameters"


def test_shapes() -> None:
    net = nn.MLP(4, [3, 2])
    assert (net.nin, net.nouts, net.layers[1].nin, net.layers[1].nout, net.layers[0].neurons[0].nin) == (4, [3, 2], 3, 2, 4)
    four, three = np.array([4, 3])  # NumPy's integers
    assert nn.MLP(four, [three]).nouts == [3]
    assert nn.MLP(4, np.array([3, 2])).nouts == nn.MLP(4, iter([3, 2])).nouts == [3, 2]


def test_bad_arguments() -> None:
    known = "'sigmoid', 'tanh', 'relu', 'linear', 'step'"
    with pytest.raises(ValueError, match=rf"activation='selu' is not known; choose one of {known}, 'softmax'$"):
        nn.MLP(2, [2, 2], activation="selu")
    with pytest.raises(ValueError, match=rf"activation='softmax' is not known; choose one of {known}$"):
        nn.Neuron(2, activation="softmax")
    with pytest.raises(ValueError, match=r"activation='selu'"):
        nn.MLP(2, [2, 2], output="selu")
    with pytest.raises(ValueError, match=r"init='zeros' is not known; choose one of 'normal', 'lecun', 'xavier', 'he'$"):
        nn.Perceptron(2, init="zeros")
    for scale in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="scale is a finite number above 0"):
            nn.MLP(2, [2], scale=scale)
    with pytest.raises(TypeError, match="scale= takes a real number"):
        nn.Layer(2, 2, scale="2")  # type: ignore[arg-type]
    for make in (lambda: nn.MLP(0, [2]), lambda: nn.MLP(2, [2, 0]), lambda: nn.Layer(2, -1), lambda: nn.Neuron(1.5)):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="whole number from 1 on"):
            make()
    wrong: list[Any] = [[], 3, np.array([])]
    for nouts in wrong:
        with pytest.raises(ValueError, match="number of neurons of each layer"):
            nn.MLP(2, nouts)
    single: list[Any] = [5, Value(5.0)]
    for takes_a_row in (nn.MLP(2, [1]), nn.Layer(2, 1), nn.Neuron(2)):
        for inputs in single:
            with pytest.raises(TypeError, match=r"the inputs of this \w+ come as a list or an array, a single one too"):
                takes_a_row(inputs)
    for rng in (None, 0.5, "seed", np.random.default_rng(0)):
        with pytest.raises(TypeError, match="rng="):
            nn.MLP(2, [1], rng=rng)  # type: ignore[arg-type]
