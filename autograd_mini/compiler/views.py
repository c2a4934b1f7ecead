"""Strided views: where an array of row numbers is so regular that NumPy can read those rows in place, without gathering them.

What you can do with this file: `view(index)`, where such a view starts, its shape and its strides; `axes(index)`, the same for each axis
apart; `common(indices)`, one shape for all operands of an instruction; `overlaps(view)`; `rows(view)`, the way back; `radices(steps)`.

Row numbers are regular when they count in digits: 0 1 2 10 11 12 is a digit of 2 with stride 10, and within it a digit of 3 with stride 1.
C order counts in digits too, one for each axis, so all of this looks at the row numbers in one line. There a digit has a *place*: after
how many positions it moves on (tens have the place 10). Its stride is row[place] − row[0]. Two ways of counting go together when their
places form a chain, each a multiple of the next: then both can be written with all these places.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, pairwise
from operator import mul
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Axis", "View", "axes", "common", "overlaps", "radices", "rows", "view"]

#: The digits of an axis, slowest first: (count, stride) each, strides in rows of the buffer; () for an axis of length 1.
Axis: TypeAlias = tuple[tuple[int, int], ...]

#: Row numbers of a buffer, of any shape, not empty.
Index: TypeAlias = NDArray[np.integer[Any]]


class View(NamedTuple):
    """Where a strided view starts, its shape and its strides, in rows of the buffer.

    >>> View(start=5, shape=(2, 3), strides=(10, 1)).shape
    (2, 3)
    """

    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def radices(steps: Index) -> Axis | None:
    """The digits in which a line of numbers counts, as few as can be; None if it does not. Only the differences of the numbers matter.

    >>> radices(np.array([5, 6, 7, 15, 16, 17]))
    ((2, 10), (3, 1))
    >>> radices(np.array([4, 2, 0])), radices(np.array([7])), radices(np.array([0, 1, 3]))
    (((3, -2),), (), None)
    """
    digits: list[tuple[int, int]] = []
    steps = np.asarray(steps, np.intp)  # differences of unsigned numbers would wrap around
    while (size := len(steps)) > 1:
        differences = steps[1:] - steps[:-1]
        stride = differences.item(0)
        breaks = differences != stride
        count = int(breaks.argmax()) + 1
        if count == 1:  # the first difference is no break, so there is none
            count = size
        elif size % count or np.count_nonzero(breaks) > np.count_nonzero(breaks[count - 1 :: count]):
            return None
        digits.append((count, stride))
        steps = steps[::count]
    return tuple(reversed(digits))


def axes(index: Index) -> tuple[int, tuple[Axis, ...]] | None:
    """The first row, and the digits of each axis: index[i, j] = first row + f(i) + g(j). None if the axes do not count so.

    >>> axes(np.array([[5, 6, 7], [15, 16, 17]]))
    (5, (((2, 10),), ((3, 1),)))
    >>> axes(np.array([[0, 1], [2, 4]])) is None
    True
    """
    places = _places_with_axes(index)
    if places is None:
        return None
    start, digits = index.item(0), list(zip(places[1:], _digits(index.ravel(), places), strict=True))
    bounds = pairwise(_places(index.shape))
    return start, tuple(tuple(digit for place, digit in digits if low <= place < high) for high, low in bounds)


def view(index: Index) -> View | None:
    """The view that reads these rows: the digits of all axes in a row, or None. A single row has the shape (1,) and the stride 0.

    >>> view(np.array([[5, 6, 7], [15, 16, 17]]))
    View(start=5, shape=(2, 3), strides=(10, 1))
    >>> view(np.array(7))
    View(start=7, shape=(1,), strides=(0,))
    """
    if index.size == 1:
        return View(index.item(0), (1,), (0,))
    places = _places_with_axes(index)
    return None if places is None else _view(index.ravel(), places)


def common(indices: Sequence[Index]) -> tuple[tuple[int, ...], list[View | None]]:
    """One shape, as short as can be, and the views of that shape that read the operands of one frame, in its C order.

    None stands for an operand that has no `view`, or whose digits do not go together with those of the operands before it. Raises
    ValueError if the operands differ in shape.

    >>> common([np.array([[0, 1, 2], [3, 4, 5]]), np.array([[6, 7, 8], [9, 10, 11]])])
    ((6,), [View(start=0, shape=(6,), strides=(1,)), View(start=6, shape=(6,), strides=(1,))])
    >>> common([np.array([[0, 1, 2], [3, 4, 5]]), np.array([[6, 6, 6], [7, 7, 7]])])
    ((2, 3), [View(start=0, shape=(2, 3), strides=(3, 1)), View(start=6, shape=(2, 3), strides=(1, 0))])
    """
    shapes = {index.shape for index in indices}
    if len(shapes) != 1:
        raise ValueError(f"operands of one instruction have one shape; got {sorted(shapes)}")
    if indices[0].size == 1:
        return (1,), [view(index) for index in indices]
    lines = [index.ravel() for index in indices]
    frame = _places(indices[0].shape)
    places, fitting = [frame[0], 1], set()
    for i, line in enumerate(lines):
        together = _chain(places, _own_places(line))
        if together and _chain(together, frame):
            places = together
            fitting.add(i)
    shape = tuple(high // low for high, low in pairwise(places))
    return shape, [_view(line, places) if i in fitting else None for i, line in enumerate(lines)]


def overlaps(view: View) -> bool:
    """Whether two positions of a view read the same row.

    >>> overlaps(View(0, (2, 3), (3, 1))), overlaps(View(0, (2, 3), (2, 1)))
    (False, True)
    """
    size, reach, apart = 1, 0, True
    for stride, count in sorted((abs(stride), count) for count, stride in zip(view.shape, view.strides, strict=True) if count > 1):
        apart = apart and stride > reach  # one step leads beyond all that the smaller strides reach together
        reach += stride * (count - 1)
        size *= count
    return not apart and (size > reach + 1 or len(np.unique(rows(view))) < size)


def rows(view: View) -> NDArray[np.intp]:
    """The row numbers that a view reads, in its shape: the way back from `view`.

    >>> rows(View(start=5, shape=(2, 3), strides=(10, 1)))
    array([[ 5,  6,  7],
           [15, 16, 17]])
    """
    offsets = [np.arange(count) * stride for count, stride in zip(view.shape, view.strides, strict=True)]
    return np.asarray(view.start + reduce(np.add.outer, offsets))


def _places(counts: Sequence[int]) -> list[int]:
    """The places of digits with these counts, slowest first, after the size of the whole: 2, 3, 4 → 24, 12, 4, 1."""
    return list(accumulate(reversed(counts), mul, initial=1))[::-1]


def _own_places(line: Index) -> list[int] | None:
    """The places of the digits in which a line of rows counts, as few as can be."""
    digits = radices(line)
    return None if digits is None else _places([count for count, _ in digits])


def _places_with_axes(index: Index) -> list[int] | None:
    """The places of an array's own digits, cut where its axes meet: an axis takes whole digits."""
    return _chain(_places(index.shape), _own_places(index.ravel()))


def _chain(some: list[int], others: list[int] | None) -> list[int] | None:
    """The places of both ways of counting; None if there are no others, or if they do not go together."""
    if others is None or some == others:
        return others
    places = sorted({*some, *others}, reverse=True)
    return places if all(high % low == 0 for high, low in pairwise(places)) else None


def _digits(line: Index, places: list[int]) -> Axis:
    """The digits of a line at these places, its own among them."""
    return tuple((high // low, line.item(low) - line.item(0)) for high, low in pairwise(places))


def _view(line: Index, places: list[int]) -> View:
    """The view that reads a line, in the digits at these places."""
    counts, strides = zip(*_digits(line, places), strict=True)
    return View(line.item(0), counts, strides)
