"""The four equations give what backward() gives, on any network of sigmoid neurons."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
import nn
from demos import two_two_two
from demos.matrix_form import Example, five_steps, hadamard, of_course_004, of_network, times, transposed

numbers = st.floats(-5, 5)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    x = draw(st.lists(numbers, min_size=sizes[0], max_size=sizes[0]))
    y = draw(st.lists(st.floats(0, 1), min_size=sizes[-1], max_size=sizes[-1]))
    return of_network(nn.MLP(sizes[0], sizes[1:], rng=draw(st.integers(0, 1000))), x, y)


@given(examples())
def test_five_steps_find_what_backward_finds(example: Example) -> None:
    found = example.five_steps()
    assert example.largest_difference(found) <= 1e-12
    example.cost.backward()
    for layer, z, a, delta, by_w in zip(example.layers, found.z, found.a[1:], found.delta, found.by_w, strict=True):
        assert all(isclose(node.data, number, rel_tol=1e-12, abs_tol=1e-12) for node, number in zip(layer.z, z, strict=True))
        assert all(isclose(node.data, number, rel_tol=1e-12) for node, number in zip(layer.a, a, strict=True))
        assert all(abs(node.grad - number) <= 1e-12 for node, number in zip(layer.z, delta, strict=True))
        assert all(abs(node.grad - number) <= 1e-12 for node, number in zip(layer.b, delta, strict=True))
        assert all(abs(w.grad - x) <= 1e-12 for row, by_row in zip(layer.w, by_w, strict=True) for w, x in zip(row, by_row, strict=True))


@given(examples())
def test_the_difference_sees_a_slip(example: Example) -> None:
    found = example.five_steps()
    found.by_w[0][0][0] += 1e-4
    assert isclose(example.largest_difference(found), 1e-4, rel_tol=1e-6)


@given(examples())
def test_values_are_named_as_in_the_course_and_drawn_as_neurons(example: Example) -> None:
    labels = [parameter.label for parameter in example.parameters()]
    assert len(set(labels)) == len(labels)
    assert [value.label for value in example.layers[0].w[0]] == [f"w²_1{k}" for k in range(1, len(example.inputs) + 1)]
    assert len(example.as_neurons().__picture__().edges) == sum(len(row) for layer in example.layers for row in layer.w)


def test_course_004_in_the_notation_of_002() -> None:
    example, net = of_course_004(), two_two_two.build()
    weights = [weight for layer in example.layers for row in layer.w for weight in row]
    assert [weight.data for weight in weights] == [weight.data for weight in net.weights]
    assert [weight.label for weight in weights[4:]] == ["w³_11", "w³_12", "w³_21", "w³_22"]
    assert example.cost.data == net.loss.data
    assert ag.grad(example.cost, weights) == ag.grad(net.loss, net.weights)


matrices = st.integers(1, 4).flatmap(
    lambda columns: st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=1, max_size=4)
)


@given(matrices, st.data())
def test_the_transpose_leads_back(matrix: list[list[float]], data: st.DataObject) -> None:
    # ⟨w v, u⟩ = ⟨v, wᵀ u⟩: what the transpose is.
    v = data.draw(st.lists(numbers, min_size=len(matrix[0]), max_size=len(matrix[0])))
    u = data.draw(st.lists(numbers, min_size=len(matrix), max_size=len(matrix)))
    forward, back = sum(hadamard(times(matrix, v), u)), sum(hadamard(v, times(transposed(matrix), u)))
    assert isclose(forward, back, rel_tol=1e-9, abs_tol=1e-9)
    assert transposed(transposed(matrix)) == matrix


@pytest.mark.parametrize(
    ("x", "w", "b", "y"),
    [
        ([1.0, 2.0], [[[0.5]]], [[0.0]], [1.0]),
        ([1.0], [[[0.5]]], [[0.0, 0.0]], [1.0]),
        ([1.0], [[[0.5]]], [[0.0]], [1.0, 0.0]),
        ([1.0], [[[0.5]]], [], [1.0]),
    ],
)
def test_sizes_that_do_not_fit_are_refused(x: list[float], w: list[list[list[float]]], b: list[list[float]], y: list[float]) -> None:
    with pytest.raises(ValueError, match=r"matrix takes a vector|zip\(\) argument"):
        five_steps(x, w, b, y)


def test_a_forgotten_transpose_stops_where_layers_differ_in_size() -> None:
    with pytest.raises(ValueError, match="a 2×3 matrix takes a vector of 3, got one of 2"):
        times([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [1.0, 2.0])


def test_vectors_of_different_lengths_have_no_product() -> None:
    with pytest.raises(ValueError, match="got 1 and 2 elements"):
        hadamard([1.0], [1.0, 2.0])
