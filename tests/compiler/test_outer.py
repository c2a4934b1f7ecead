"""Outer products: what is a matrix product is found, and what is found is exact, product by product."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini.compiler.outer import Outer, distinct, outer, parts

IDS = st.integers(0, 30)  # numbers of factors
FEW = st.integers(0, 2)  # so few of them that rows come again and again
SIZES = st.integers(1, 4)
BOTH = st.booleans()


class Family(NamedTuple):
    """J sums of K products each, as `outer` takes them."""

    a: Any
    b: Any

    def taken(self, chosen: Sequence[int]) -> Family:
        return Family(self.a[chosen], self.b[chosen])


def sums(family: Family) -> list[list[tuple[int, int]]]:
    """Each sum as the pairs that it adds up, in one order."""
    return [sorted(zip(a, b, strict=True)) for a, b in zip(family.a.tolist(), family.b.tolist(), strict=True)]


def is_exact(found: Outer, family: Family) -> bool:
    """Whether the sides of a matrix product make all sums, each of them once."""
    (p, k), (k_, q) = found.a.shape, found.b.shape
    if found.order.shape != (p, q) or k != k_ or sorted(found.order.ravel().tolist()) != list(range(len(family.a))):
        return False
    made = Family(np.repeat(found.a, q, axis=0), np.tile(found.b.T, (p, 1)))  # the product, entry by entry
    return sums(made) == sums(family.taken(found.order.ravel()))


def product(left: Sequence[Sequence[int]], right: Sequence[Sequence[int]], random: Random) -> Family:
    """Every row on the left meets every row on the right; the sums in any order, and the products in each of them."""
    made = []
    for xs in left:
        for ys in right:
            pairs = list(zip(xs, ys, strict=True))
            random.shuffle(pairs)
            made.append(pairs)
    random.shuffle(made)
    both = np.array(made)
    return Family(both[:, :, 0], both[:, :, 1])


def rows(elements: st.SearchStrategy[int], width: int, ascending: bool) -> st.SearchStrategy[list[list[int]]]:
    """Different rows, each of as many numbers; ascending ones, as the weights of a layer and the pixels of a patch do."""
    row = st.lists(elements, min_size=width, max_size=width, unique=ascending)
    return st.lists(row.map(sorted) if ascending else row, min_size=1, max_size=4, unique_by=tuple)


@st.composite
def families(draw: st.DrawFn, widths: st.SearchStrategy[int] = SIZES, turned: st.SearchStrategy[bool] = BOTH) -> Family:
    """Matrix products, as networks have them: on the right (or, turned, on the left) the factors of each row ascend, each of them once."""
    width = draw(widths)
    any_order, ascending = draw(rows(IDS, width, False)), draw(rows(IDS, width, True))
    left, right = (ascending, any_order) if draw(turned) else (any_order, ascending)
    return product(left, right, Random(draw(st.integers(0, 99))))


@st.composite
def any_sums(draw: st.DrawFn) -> Family:
    """Sums that may be a matrix product or not."""
    shape = draw(SIZES.flatmap(lambda j: SIZES.map(lambda k: (2 * j, k))))
    a, b = (np.array(draw(st.lists(FEW, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))).reshape(shape) for _ in range(2))
    return Family(a, b)


# --- outer --------------------------------------------------------------------------------------------------------


@given(families())
def test_a_matrix_product_is_found_however_it_is_written(family: Family) -> None:
    found = outer(*family)
    assert found is not None
    assert is_exact(found, family)


@given(families() | any_sums())
def test_what_is_found_is_exact(family: Family) -> None:
    found = outer(*family)
    assert found is None or is_exact(found, family)


@given(families())
def test_both_sides_are_as_small_as_can_be(family: Family) -> None:
    found = outer(*family)
    assert found is not None
    for side in (found.a, found.b.T):
        assert len({tuple(row) for row in side.tolist()}) == len(side)


@given(families(), st.data())
def test_a_pair_that_is_missing(family: Family, data: st.DataObject) -> None:
    j = data.draw(st.integers(0, len(family.a) - 1))
    rest = family.taken([i for i in range(len(family.a)) if i != j])
    if len(rest.a):
        found = outer(*rest)
        assert found is None or is_exact(found, rest)


@given(st.integers(2, 4), st.integers(2, 4), st.integers(1, 4), st.data())
def test_a_pair_that_is_missing_among_others_is_missed(p: int, q: int, k: int, data: st.DataObject) -> None:
    left, right = (np.arange(n * k).reshape(n, k).tolist() for n in (p, q))  # no factor stands in two rows
    whole = product(left, right, data.draw(st.randoms(use_true_random=False)))
    j = data.draw(st.integers(0, p * q - 1))
    assert outer(*whole.taken([i for i in range(p * q) if i != j])) is None


@given(families(), st.data())
def test_a_pair_that_meets_twice_is_no_matrix_product(family: Family, data: st.DataObject) -> None:
    again = data.draw(st.integers(0, len(family.a) - 1))
    assert outer(*family.taken([*range(len(family.a)), again])) is None
    if len(family.a) > 1:  # also where the number of sums is right
        instead = (again + 1) % len(family.a)
        assert outer(*family.taken([again if i == instead else i for i in range(len(family.a))])) is None


# --- distinct -----------------------------------------------------------------------------------------------------


@given(SIZES.flatmap(lambda k: st.lists(st.lists(FEW, min_size=k, max_size=k), min_size=1, max_size=12)))
def test_distinct_rows_in_the_order_in_which_they_appear(listed: list[list[int]]) -> None:
    numbers: dict[tuple[int, ...], int] = {}
    first = []
    for i, row in enumerate(listed):
        if tuple(row) not in numbers:
            numbers[tuple(row)] = len(numbers)
            first.append(i)
    which, where = distinct(np.array(listed))
    assert which.tolist() == [numbers[tuple(row)] for row in listed]
    assert where.tolist() == first


# --- parts --------------------------------------------------------------------------------------------------------


def sides(family: Family) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The row of factors on the left and on the right of each sum, its products in the order of those on the right."""
    ordered = [sorted((b, a) for a, b in pairs) for pairs in sums(family)]
    return [(tuple(a for _, a in pairs), tuple(b for b, _ in pairs)) for pairs in ordered]


def linked(family: Family) -> list[list[int]]:
    """The sums in sets that hang together by their rows, each set grown until nothing joins it."""
    found, left = [], dict(enumerate(sides(family)))
    while left:
        start = min(left)
        grown, edges = [start], [left.pop(start)]
        while joining := [i for i, (x, y) in left.items() if any(x == x_ or y == y_ for x_, y_ in edges)]:
            grown += joining
            edges += [left.pop(i) for i in joining]
        found.append(sorted(grown))
    return found


@given(any_sums() | families())
def test_parts_share_no_row_of_factors_and_hang_together(family: Family) -> None:
    assert [part.tolist() for part in parts(*family)] == linked(family)


@given(st.lists(families(st.just(3), st.just(False)), min_size=1, max_size=3), st.integers(0, 99))
def test_blocks_along_a_diagonal_come_apart_and_each_is_a_matrix_product(blocks: list[Family], seed: int) -> None:
    apart = [Family(block.a + 100 * i, block.b + 100 * i) for i, block in enumerate(blocks)]
    whole = Family(*(np.concatenate(side) for side in zip(*apart, strict=True)))
    order = list(range(len(whole.a)))
    Random(seed).shuffle(order)
    whole = whole.taken(order)
    found = parts(*whole)
    assert len(found) == len(blocks)
    for part in found:
        product = outer(*whole.taken(part))
        assert product is not None
        assert is_exact(product, whole.taken(part))
