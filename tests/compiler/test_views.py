"""Strided views: what a view reads is the array it was made from, and no regular array is missed."""

from __future__ import annotations

from itertools import pairwise, product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import as_strided

from autograd_mini.compiler.views import Axis, View, axes, common, overlaps, radices, rows, view

STRIDES = st.integers(-7, 7)


def counts(largest: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(2, 4), max_size=largest)


@st.composite
def axis(draw: st.DrawFn) -> Axis:
    return tuple((count, draw(STRIDES)) for count in draw(counts(2)))


FRAMES = st.lists(axis(), max_size=3)
STARTS = st.integers(-9, 9)

#: Row numbers of which few are regular, and few are far from it.
ANY = st.tuples(st.integers(1, 3), st.integers(1, 4)).flatmap(
    lambda shape: st.lists(st.integers(0, 2), min_size=prod(shape), max_size=prod(shape)).map(lambda line: np.array(line).reshape(shape))
)


# --- oracles: the definitions, tried one by one -------------------------------------------------------------------


def counted(start: int, digits: Axis) -> list[int]:
    """What these digits count."""
    return [
        start + sum(digit * stride for digit, (_, stride) in zip(position, digits, strict=True))
        for position in product(*(range(count) for count, _ in digits))
    ]


def made(start: int, frame: list[Axis]) -> np.ndarray[Any, Any]:
    """The array of row numbers with these digits, one axis for each."""
    digits = tuple(digit for axis in frame for digit in axis)
    return np.array(counted(start, digits)).reshape([prod(count for count, _ in axis) for axis in frame])


def factorings(size: int) -> list[tuple[int, ...]]:
    """All ways of writing a size as a product of counts from 2 on, in any order."""
    if size == 1:
        return [()]
    return [(first, *rest) for first in range(2, size + 1) if size % first == 0 for rest in factorings(size // first)]


def digits_with(line: list[int], shape: tuple[int, ...]) -> Axis | None:
    """The digits with these counts that count the line, if they do."""
    strides = [line[prod(shape[i + 1 :])] - line[0] for i in range(len(shape))]
    digits = tuple(zip(shape, strides, strict=True))
    return digits if counted(line[0], digits) == line else None


def readings(lines: list[list[int]]) -> list[tuple[int, ...]]:
    """All shapes in which each of these lines can be counted, the shortest first."""
    return sorted((shape for shape in factorings(len(lines[0])) if all(digits_with(line, shape) is not None for line in lines)), key=len)


def is_regular(index: np.ndarray[Any, Any]) -> bool:
    """Whether an array of two axes is a sum of a regular line down and a regular line across."""
    down, across = index[:, 0], index[0]
    separable = (index == down[:, None] + across - index[0, 0]).all()
    return bool(separable and readings([down.tolist()]) and readings([across.tolist()]))


# --- one line: radices --------------------------------------------------------------------------------------------


@given(STARTS, axis())
def test_what_digits_count_is_found_as_digits(start: int, digits: Axis) -> None:
    line = counted(start, digits)
    found = radices(np.array(line))
    assert found is not None
    assert counted(start, found) == line


@pytest.mark.parametrize(("size", "numbers"), [(1, 3), (2, 3), (3, 4), (4, 5), (5, 3), (6, 4), (8, 3), (9, 2), (12, 2)])
def test_every_short_line_has_its_shortest_digits_or_none(size: int, numbers: int) -> None:
    for line in map(list, product(range(numbers), repeat=size)):
        shortest = [shape for shape in readings([line]) if len(shape) == len(readings([line])[0])]
        assert len(shortest) <= 1
        assert radices(np.array(line)) == (digits_with(line, shortest[0]) if shortest else None)


@given(axis(), STARTS, st.sampled_from([1, -1]))
def test_digits_follow_the_differences_only(digits: Axis, shift: int, sign: int) -> None:
    line = np.array(counted(0, digits))
    found = radices(line)
    assert found is not None
    assert radices(sign * line + shift) == tuple((count, sign * stride) for count, stride in found)


@given(axis())
def test_digits_have_no_neighbours_that_are_one(digits: Axis) -> None:
    found = radices(np.array(counted(0, digits)))
    assert found is not None
    assert all(slow != count * fast for (_, slow), (count, fast) in pairwise(found))
    assert all(count > 1 for count, _ in found)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint64, np.int32])
def test_the_kind_of_integer_does_not_matter(dtype: type[np.integer[Any]]) -> None:
    assert radices(np.array([4, 2, 0, 5, 3, 1], dtype)) == ((2, 1), (3, -2))
    assert view(np.array([4, 2, 0], dtype)) == View(4, (3,), (-2,))


# --- one array: axes, view, rows ----------------------------------------------------------------------------------


@given(STARTS, FRAMES)
def test_an_array_made_of_digits_is_found_again(start: int, frame: list[Axis]) -> None:
    index = made(start, frame)
    assert axes(index) == (start, tuple(radices(np.array(counted(0, axis))) for axis in frame))


@given(ANY)
def test_axes_are_found_where_there_are_some(index: np.ndarray[Any, Any]) -> None:
    found = axes(index)
    assert (found is not None) == is_regular(index)
    if found is not None:
        assert (made(found[0], list(found[1])) == index).all()


@given(ANY)
def test_a_view_has_the_digits_of_all_axes(index: np.ndarray[Any, Any]) -> None:
    found, seen = axes(index), view(index)
    assert (found is None) == (seen is None)
    if found is not None and seen is not None and index.size > 1:
        digits = [digit for axis in found[1] for digit in axis]
        assert seen == (found[0], tuple(count for count, _ in digits), tuple(stride for _, stride in digits))


@given(STARTS, FRAMES)
def test_a_view_reads_the_rows_it_was_made_from(start: int, frame: list[Axis]) -> None:
    index = made(start, frame)
    seen = view(index)
    assert seen is not None
    assert rows(seen).shape == seen.shape
    assert (rows(seen).reshape(index.shape) == index).all()


@given(STARTS, FRAMES, st.integers(-3, 3).filter(bool), st.data())
def test_one_other_row_is_never_overlooked(start: int, frame: list[Axis], change: int, data: st.DataObject) -> None:
    index = made(start, [((3, 1),), *frame])
    index[tuple(data.draw(st.integers(0, length - 1)) for length in index.shape)] += change
    seen = view(index)
    assert seen is None or (rows(seen).reshape(index.shape) == index).all()


def test_one_other_row_of_a_plain_range_leaves_no_view() -> None:
    for i in range(7):
        index = np.arange(7)
        index[i] += 1
        assert view(index) is None


@given(STARTS, FRAMES, st.data())
def test_the_order_in_memory_does_not_matter(start: int, frame: list[Axis], data: st.DataObject) -> None:
    index = made(start, frame)
    turned = index.transpose(data.draw(st.permutations(range(index.ndim))))
    assert axes(turned) == axes(turned.copy())
    assert common([turned, index.reshape(turned.shape)]) == common([turned.copy(), index.reshape(turned.shape)])


@given(STARTS, FRAMES)
def test_numpy_reads_a_view_in_place(start: int, frame: list[Axis]) -> None:
    index = made(start, frame)
    index -= index.min()
    buffer = np.random.default_rng(0).standard_normal((int(index.max()) + 1, 2))
    seen = view(index)
    assert seen is not None
    row, column = buffer.strides
    read = as_strided(buffer[seen.start :], (*seen.shape, 2), (*(row * stride for stride in seen.strides), column))
    assert np.shares_memory(read, buffer)
    assert (read.reshape(*index.shape, 2) == buffer[index]).all()


@pytest.mark.parametrize("shape", [(), (1,), (1, 1, 1)])
def test_a_single_row(shape: tuple[int, ...]) -> None:
    index = np.full(shape, 7)
    assert axes(index) == (7, ((),) * len(shape))
    assert view(index) == View(7, (1,), (0,))
    assert rows(View(7, (1,), (0,))).tolist() == [7]
    assert common([index, index + 2]) == ((1,), [View(7, (1,), (0,)), View(9, (1,), (0,))])


def test_the_arrays_of_a_network() -> None:
    weights = np.arange(100, 100 + 30 * 784).reshape(30, 784)
    assert view(weights) == View(100, (30, 784), (784, 1))
    assert axes(weights.T) == (100, (((784, 1),), ((30, 784),)))  # tied weights, transposed
    pixels = np.arange(28 * 28).reshape(28, 28)
    patches = np.lib.stride_tricks.sliding_window_view(pixels, (5, 5)).reshape(24 * 24, 25)
    assert axes(patches) == (0, (((24, 28), (24, 1)), ((5, 28), (5, 1))))  # a convolution: positions, and places in a patch
    bias = np.repeat(np.arange(4), 100)
    assert common([np.arange(400), bias]) == ((4, 100), [View(0, (4, 100), (100, 1)), View(0, (4, 100), (1, 0))])


# --- several operands: common -------------------------------------------------------------------------------------


@st.composite
def operands(draw: st.DrawFn, largest: int = 4) -> list[np.ndarray[Any, Any]]:
    """Operands of one frame of two axes: regular in ways that fit or not, or not regular."""
    size = draw(st.sampled_from([1, 4, 6, 8, 12]))
    length = draw(st.sampled_from([n for n in range(1, size + 1) if size % n == 0]))

    def operand() -> list[int]:
        line = counted(draw(STARTS), tuple((count, draw(st.integers(-2, 12))) for count in draw(st.sampled_from(factorings(size)))))
        line[draw(st.integers(0, size - 1))] += draw(st.sampled_from([0, 0, 0, 1]))
        return line

    return [np.array(operand()).reshape(length, -1) for _ in range(draw(st.integers(1, largest)))]


@given(operands())
def test_common_views_read_their_operands(indices: list[np.ndarray[Any, Any]]) -> None:
    shape, views = common(indices)
    assert prod(shape) == indices[0].size
    for index, seen in zip(indices, views, strict=True):
        assert seen is None or seen.shape == shape
        assert seen is None or (rows(seen).reshape(index.shape) == index).all()


@given(operands())
def test_common_takes_the_operands_that_fit_with_those_before_in_the_shortest_shape(indices: list[np.ndarray[Any, Any]]) -> None:
    taken: list[list[int]] = []
    fits = []
    for index in indices:
        line = index.ravel().tolist()
        fits.append(is_regular(index) and bool(readings([*taken, line])))
        taken += [line] * fits[-1]
    shape, views = common(indices)
    assert [seen is not None for seen in views] == fits
    if indices[0].size > 1:
        assert shape == (readings(taken)[0] if taken else (indices[0].size,))


@given(operands())
def test_common_axes_that_all_operands_allow_to_merge_are_merged(indices: list[np.ndarray[Any, Any]]) -> None:
    shape, views = common(indices)
    for i in range(1, len(shape)):
        assert any(seen is not None and seen.strides[i - 1] != shape[i] * seen.strides[i] for seen in views)


@given(counts(4), st.lists(st.lists(STRIDES, min_size=4, max_size=4), min_size=1, max_size=4))
def test_operands_that_count_alike_all_have_views(shape: list[int], strides: list[list[int]]) -> None:
    indices = [made(0, [((count, stride),) for count, stride in zip(shape, each, strict=False)]) for each in strides]
    assert None not in common(indices)[1]


@given(operands())
def test_operands_without_a_view_change_nothing(indices: list[np.ndarray[Any, Any]]) -> None:
    shape, views = common(indices)
    kept = [i for i, seen in enumerate(views) if seen is not None]
    if kept:
        assert common([indices[i] for i in kept]) == (shape, [views[i] for i in kept])


@given(operands(largest=1))
def test_a_single_operand_has_a_common_view_if_it_has_a_view(indices: list[np.ndarray[Any, Any]]) -> None:
    assert (common(indices)[1] == [None]) == (view(indices[0]) is None)


def test_contiguous_operands_are_one_long_axis() -> None:
    first, second = np.arange(24).reshape(2, 3, 4), np.full((2, 3, 4), 5)
    assert common([first, second]) == ((24,), [View(0, (24,), (1,)), View(5, (24,), (0,))])


def test_the_first_operand_has_precedence() -> None:
    twos, threes = np.array([0, 1, 5, 6, 10, 11]), np.array([0, 1, 2, 5, 6, 7])
    assert common([twos, threes]) == ((3, 2), [View(0, (3, 2), (5, 1)), None])
    assert common([threes, twos]) == ((2, 3), [View(0, (2, 3), (5, 1)), None])


@pytest.mark.parametrize("indices", [[], [np.arange(6), np.arange(6).reshape(2, 3)]])
def test_operands_of_different_frames_are_refused(indices: list[np.ndarray[Any, Any]]) -> None:
    with pytest.raises(ValueError, match="have one shape; got"):
        common(indices)


# --- overlaps -----------------------------------------------------------------------------------------------------


@given(STARTS, st.lists(st.tuples(st.integers(1, 4), STRIDES | st.sampled_from([12, 16, -64])), min_size=1, max_size=4))
def test_a_view_overlaps_where_a_row_is_read_twice(start: int, digits: list[tuple[int, int]]) -> None:
    read = counted(start, tuple(digits))
    seen = View(start, tuple(count for count, _ in digits), tuple(stride for _, stride in digits))
    assert overlaps(seen) is (len(set(read)) < len(read))


@pytest.mark.parametrize(
    ("shape", "strides", "expected"),
    [((5,), (0,), True), ((1,), (0,), False), ((2, 2), (2, 3), False), ((3, 3), (2, 3), False), ((4, 3), (2, 3), True)],
)
def test_overlaps_that_strides_alone_do_not_tell(shape: tuple[int, ...], strides: tuple[int, ...], expected: bool) -> None:
    assert overlaps(View(0, shape, strides)) is expected
