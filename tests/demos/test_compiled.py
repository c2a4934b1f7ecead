"""The lesson compiled: what it counts, that the three ways to the derivatives agree, and matrices as text."""

from __future__ import annotations

from fractions import Fraction
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import as_typed, of_the_course, told

from demos import compiled
from demos.blocks import Block, Figure, Say, Table
from demos.brackets import beside, bracketed
from demos.matrix_form import Layer
from demos.three_ways import Example, Sample, largest_difference, recorded

NUMBERS = {
    "inputs x, wanted outputs y": "5",
    "weights, biases": "26",
    "constants: ½, and twice the exponent 2": "3",
    "products ×": "21",
    "sums + and Σ": "13",
    "σ": "6",
    "differences − and squares": "4",
    "all together": "78",
    "z¹ = W¹·x + b¹": "20",
    "a¹ = σ(z¹)": "4",
    "z² = W²·a¹ + b²": "12",
    "a² = σ(z²)": "2",
    "a² − y": "2",
    "C = ½ Σ (a² − y)²": "4",
    "nodes in all lines": "44",
    "lines, 3-4-2": "12",
    "lines, 784-30-10": "12",
    "array instructions, 3-4-2": "16",
    "array instructions, 784-30-10": "16",
    "calls in a training step, 3-4-2": "22",
    "calls in a training step, 784-30-10": "22",
}
ROUNDING = {
    "one sample, program", "one sample, five steps", "a batch of three, program", "a batch of three, five steps",
    "largest difference from backward(), 23860 derivatives",
}  # fmt: skip

number = st.floats(-3, 3)


@pytest.fixture(scope="module")
def blocks() -> list[Block]:
    return list(compiled.tell())


@pytest.fixture(scope="module")
def found(blocks: list[Block]) -> dict[str, Figure]:
    return told(blocks)


def table(blocks: list[Block], *columns: str) -> Table:
    [one] = [block for block in blocks if isinstance(block, Table) and block.columns == columns]
    return one


# --- the numbers


def test_what_was_counted(found: dict[str, Figure]) -> None:
    assert as_typed({name: found[name] for name in NUMBERS}, NUMBERS) == NUMBERS
    assert of_the_course(found) == {}


@pytest.mark.parametrize(("name", "sizes"), [("3-4-2", (3, 4, 2)), ("784-30-10", (784, 30, 10))])
def test_the_nodes_are_those_that_the_sizes_ask_for(found: dict[str, Figure], name: str, sizes: tuple[int, int, int]) -> None:
    inputs, hidden, outputs = sizes
    layers = sum((n + 1) * neurons + (n + 3) * neurons for n, neurons in ((inputs, hidden), (hidden, outputs)))  # w, b; n ×, Σ, +, σ
    cost = 3 * outputs + 3  # −, the square and its 2; then Σ, ½, ×
    assert found[f"nodes of the graph, {name}"].value == inputs + outputs + layers + cost


def test_z_is_the_sum_of_products_that_is_shown(found: dict[str, Figure]) -> None:
    example = compiled.build()
    for j, (row, bias) in enumerate(zip(example.layers[0].w, example.layers[0].b, strict=True), 1):
        exact = sum(Fraction(w.data) * Fraction(x.data) for w, x in zip(row, example.xs, strict=True)) + Fraction(bias.data)
        assert found[f"z_{j}"].value == pytest.approx(float(exact), rel=1e-14)


def test_the_derivatives_shown_are_those_of_the_five_steps(found: dict[str, Figure]) -> None:
    example = compiled.build()
    for ending, samples in (("", compiled.SAMPLES[:1]), (", batch, graph", compiled.SAMPLES), (", batch, program", compiled.SAMPLES)):
        places = [f"{j}{k}" for j in range(1, 5) for k in (1, 2, 3, "b")]
        for place, derivative in zip(places, example.five_steps(samples), strict=False):  # then come those of layer 2
            if not place.endswith("b"):
                assert found[f"∂C/∂w_{place}{ending}"].value == pytest.approx(derivative, rel=1e-12)


def test_what_comes_back_to_a_hidden_neuron_is_what_a_trial_says(found: dict[str, Figure]) -> None:
    example = compiled.build()
    a, y = [value.data for value in example.layers[0].a], [value.data for value in example.ys]
    for k in range(4):
        up, down = (_cost([x + h * (i == k) for i, x in enumerate(a)], example.layers[1], y) for h in (1e-4, -1e-4))
        assert found[f"∂C/∂a_{k + 1}"].value == pytest.approx((up - down) / 2e-4, abs=1e-8)


def _cost(a: list[float], layer: Layer, y: list[float]) -> float:
    """What a layer and the cost make of these inputs, written out."""
    sums = [sum(w.data * x for w, x in zip(row, a, strict=True)) + bias.data for row, bias in zip(layer.w, layer.b, strict=True)]
    return sum((1 / (1 + exp(-z)) - wanted) ** 2 for z, wanted in zip(sums, y, strict=True)) / 2


def test_the_ways_differ_by_rounding_only(found: dict[str, Figure]) -> None:
    assert set(found) >= ROUNDING
    assert all(0 <= found[name].value <= 1e-15 for name in ROUNDING)


# --- the lines


def test_the_four_equations_stand_beside_their_lines(blocks: list[Block]) -> None:
    said = {str(line): str(course) for line, _nodes, course in table(blocks, "line", "nodes", "in course 002").rows}
    assert said["δ² = (a² − y) ⊙ σ′(z²)"].startswith("(1) δᴸ = ")
    assert said["δ¹ = (W²ᵀ δ²) ⊙ σ′(z¹)"].startswith("(2) δˡ = ")
    assert said["∂C/∂W¹ = δ¹ xᵀ, ∂C/∂b¹ = δ¹"] == said["∂C/∂W² = δ² a¹ᵀ, ∂C/∂b² = δ²"] == "(3) ∂C/∂b = δ  (4) ∂C/∂w = a_in δ_out"
    assert said["z¹ = W¹·x + b¹"] == said["z² = W²·a¹ + b²"] == "zˡ = wˡaˡ⁻¹ + bˡ"
    assert said["a¹ = σ(z¹)"] == said["a² = σ(z²)"] == "aˡ = σ(zˡ)"
    assert sum("(" in course and course[1].isdigit() for course in said.values()) == 4


def test_the_lines_do_not_depend_on_the_sizes() -> None:
    small, large = compiled.build().compiled().explain(), recorded(5, [1.0] * 7, [0.0] * 3).compiled().explain()
    assert [line.formula for line in small.lines] == [line.formula for line in large.lines]


def test_the_calls_shown_are_in_the_source(blocks: list[Block]) -> None:
    source = compiled.build().compiled().source
    calls = [str(call) for call, _line in table(blocks, "call", "line").rows]
    assert len(calls) == 9  # five products, four calls for σ
    assert all(f"    {call}\n" in source for call in calls)


def test_no_time_is_told(blocks: list[Block]) -> None:
    again = list(compiled.tell(quick=True))
    assert [block for block in blocks if isinstance(block, Say | Table)] == [block for block in again if isinstance(block, Say | Table)]


# --- three ways


@st.composite
def nets(draw: st.DrawFn) -> tuple[Example, list[Sample]]:
    inputs, hidden, outputs = (draw(st.integers(1, 4)) for _layer in range(3))
    sample = st.tuples(st.lists(number, min_size=inputs, max_size=inputs), st.lists(number, min_size=outputs, max_size=outputs))
    samples = draw(st.lists(sample, min_size=1, max_size=3))
    return recorded(hidden, *samples[0]), samples


@given(nets())
def test_three_ways_to_the_same_derivatives(net: tuple[Example, list[Sample]]) -> None:
    example, samples = net
    graph, result = example.in_graph(samples), example.compiled()(*zip(*samples, strict=True))
    scale = max(1.0, *map(abs, graph))
    assert largest_difference(graph, result.gradients) <= 1e-13 * scale
    assert largest_difference(graph, example.five_steps(samples)) <= 1e-13 * scale


# --- matrices as text


cells = st.text("0123456789.-", min_size=1, max_size=6)
matrices = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=2, max_size=5))


@given(matrices)
def test_a_matrix_as_text_has_all_cells_and_straight_edges(rows: list[list[str]]) -> None:
    lines = bracketed(rows)
    assert [line[1:-1].split() for line in lines] == rows
    assert len({len(line) for line in lines}) == 1
    assert "".join(line[0] for line in lines) == "⎡" + "⎢" * (len(rows) - 2) + "⎣"
    assert "".join(line[-1] for line in lines) == "⎤" + "⎥" * (len(rows) - 2) + "⎦"


@given(matrices, matrices)
def test_beside_one_another_each_keeps_its_lines(left: list[list[str]], right: list[list[str]]) -> None:
    one, other = bracketed(left), bracketed(right)
    lines = beside(one, "·", other)
    assert len(lines) == max(len(one), len(other))
    width = len(one[0])
    assert [line[2 : 2 + width] for line in lines if line[2 : 2 + width].strip()] == one
    assert [line[2 + width + 3 :] for line in lines if line[2 + width + 3 :].strip()] == other
    assert [line[2 + width : 5 + width].strip() for line in lines].count("·") == 1
