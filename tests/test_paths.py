"""Paths from x to y, against their enumeration: how many there are, and which are the largest."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import fsum, inf, isfinite, isnan, nan, prod

import pytest
from graphs import graphs_of_any_slopes
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.checks import Expression, expressions, gradient_rounding
from autograd_mini.paths import Path, paths, product

Edges = tuple[tuple[Value, int], ...]  # (node, which operand of it), from x to y


def enumerated(y: Value, x: Value) -> Iterator[Edges]:
    """Every path, by going back from y along every edge."""
    waiting: list[tuple[Value, Edges]] = [(y, ())]
    while waiting:
        node, edges = waiting.pop()
        if node is x:
            yield edges
        else:
            waiting += [(operand, ((node, i), *edges)) for i, operand in enumerate(node.operands) if not operand.is_constant]


def factors(edges: Edges) -> list[float]:
    return [node.local_derivatives[i] for node, i in edges]  # type: ignore[misc]


def edges_of(path: Path) -> Edges:
    return tuple(zip(path.nodes[1:], path.positions, strict=True))


def stated_order(edges: Edges) -> tuple[object, ...]:
    """The order that `paths` promises, in exact arithmetic: largest first, then by operand, from y back."""
    numbers = factors(edges)
    regular = prod((abs(Fraction(f)) for f in numbers if isfinite(f) and f), start=Fraction(1))
    beyond = sum(not isfinite(f) for f in numbers)
    return -beyond, numbers.count(0.0), -regular, [position for _, position in reversed(edges)]


# --- any graph, any local derivatives -----------------------------------------------------------------------------

POWERS_OF_TWO = [1.0, -1.0, 0.5, -2.0, 4.0, 2.0**-600, -(2.0**600)]  # their products are exact, and so is the order


@given(graphs_of_any_slopes([*POWERS_OF_TWO, 0.0, -0.0, inf, -inf, nan]), st.integers(1, 6))
def test_the_largest_paths_are_those_of_the_enumeration(graph: tuple[Value, Value], k: int) -> None:
    y, x = graph
    everything = sorted(enumerated(y, x), key=stated_order)
    found = paths(y, x, k)
    assert found.count == len(everything)
    assert [edges_of(path) for path in found.largest] == everything[:k]
    for path in found.largest:
        assert path.nodes[0] is x
        assert path.nodes[-1] is y
        assert all(node.operands[i] is before for (node, i), before in zip(edges_of(path), path.nodes, strict=False))
        assert list(map(repr, path.local_derivatives)) == list(map(repr, factors(edges_of(path))))


@given(expressions(ops.TABLE.values(), max_steps=8))
def test_the_products_of_all_paths_add_up_to_the_derivative(expression: Expression) -> None:
    xs, y = expression.record()
    for x, derivative, bound in zip(xs, ag.grad(y, xs), gradient_rounding(y, xs), strict=True):
        found = paths(y, x, k=10_000)
        everything = list(enumerated(y, x))
        assert found.count == len(everything)
        assert {edges_of(path) for path in found.largest} == set(everything)
        exact = [prod(map(Fraction, factors(edges)), start=Fraction(1)) for edges in everything]
        for path, size in zip(found.largest, sorted(map(abs, exact), reverse=True), strict=True):
            assert abs(abs(Fraction(path.product)) - size) <= Fraction(1e-14) * size
        assert abs(fsum(path.product for path in found.largest) - derivative) <= 2 * bound


# --- products -----------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=8))
def test_a_product_neither_overflows_nor_underflows_on_its_way(numbers: list[float]) -> None:
    exact = prod(map(Fraction, numbers), start=Fraction(1))
    if abs(exact) > 2**1024:
        assert product(numbers) == (inf if exact > 0 else -inf)
    elif abs(exact) < 2**1023:
        assert abs(Fraction(product(numbers)) - exact) <= abs(exact) * Fraction(1e-14) + Fraction(5e-324)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([], 1.0), ([inf, -2.0], -inf), ([1e200, 1e200, 0.0], 0.0), ([inf, 1e-200, 1e-200], inf), ([-1e200, 1e200], -inf)],
)
def test_products_with_zeros_and_infinities(numbers: Sequence[float], expected: float) -> None:
    assert product(numbers) == expected


@pytest.mark.parametrize("numbers", [[0.0, inf], [inf, 3.0, 0.0], [nan, 1.0]])
def test_products_that_are_no_number(numbers: Sequence[float]) -> None:
    assert isnan(product(numbers))


# --- large graphs -------------------------------------------------------------------------------------------------


def test_newton_steps_of_a_square_root() -> None:
    a, start = Value(2.0), Value(1.0)
    x = start
    for _ in range(20):
        x = 0.5 * (x + a / x)
    assert paths(x, start).count == 2**20
    assert paths(x, a).count == 2**20 - 1
    assert len(paths(x, a).largest) == 5


def test_doublings() -> None:
    x = Value(1.0)
    y = x
    for _ in range(200):
        y = y + y
    found = paths(y, x, k=3)
    assert found.count == 2**200
    assert [path.product for path in found.largest] == [1.0, 1.0, 1.0]
    # Equal ones come in the order of operands, the edge next to y first.
    assert [path.positions[0:1] for path in found.largest] == [(0,), (1,), (0,)]
    assert {len(path.nodes) for path in found.largest} == {201}


def test_what_is_no_longer_needed_is_forgotten() -> None:
    # Each count has up to 30,001 bits: kept for all nodes they would fill 56 MB.
    x = Value(1.0)
    y = x
    for _ in range(30_000):
        y = y + y
    tracemalloc.start()
    try:
        found = paths(y, x, k=2)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.count == 2**30_000
    assert peak < 25e6


# --- edges --------------------------------------------------------------------------------------------------------


def test_what_is_not_connected_has_no_paths() -> None:
    x, c = Value(2.0), ag.constant(3.0)
    y = x * c
    assert paths(y, Value(2.0)).count == 0
    assert paths(y, c).count == paths(c, c).count == 0
    assert paths(y.detach() * x, y).largest == ()


def test_from_y_to_itself_leads_one_path_without_edges() -> None:
    y = Value(2.0) * 3
    assert paths(y, y).largest == (Path((y,), (), (), 1.0),)


def test_interior_nodes_have_paths_too() -> None:
    x = Value(3.0)
    square = x * x
    found = paths(square * square + x, square)
    assert found.count == 2
    assert [path.product for path in found.largest] == [9.0, 9.0]


@pytest.mark.parametrize("k", [0, -1, True, 2.0, "5"])
def test_k_is_a_whole_number_from_one(k: int) -> None:
    x = Value(2.0)
    with pytest.raises(ValueError, match=r"it is a whole number from 1"):
        paths(x * x, x, k)
