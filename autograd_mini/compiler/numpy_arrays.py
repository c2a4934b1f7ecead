"""The arrays that NumPy calls read and write: names for them, and how each is made.

What you can do with this file: ask `Arrays` for the name of an operand as a call wants it: `elements` (place by place), `whole` (with all
axes of its frame), `matrix` and `table` (for a matrix product). The lines that make the arrays stand in `making`; they run once for a
batch size and a type. Lines that have to run with each batch, to gather rows, are handed to `run`.

Rows in even steps are read where they stand, through a strided view. Others are gathered, once for all calls that read them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite, prod
from typing import Any

import numpy as np

from autograd_mini.compiler.array_program import Numbers, Operand, Rows
from autograd_mini.compiler.views import View, axes, common

__all__ = ["Arrays", "in_place"]


def even(rows: Any) -> View | None:
    """The view with one even step for each axis of an array of row numbers, if it has one."""
    found = axes(rows)
    if found is None or any(len(digits) > 1 for digits in found[1]):
        return None
    return View(found[0], rows.shape, tuple([digits[0][1] if digits else 0 for digits in found[1]]))


def in_place(target: Rows) -> bool:
    """Whether calls can write to these rows where they are: to a range of them, or a matrix that BLAS can write."""
    view = even(target.rows)
    return view is not None and (target.rows.ndim < 2 or target.batched or _for_blas(view))


class Arrays:
    """Names of arrays. `sizes` says how many rows each buffer has; `run` takes a line that runs with each batch."""

    def __init__(self, sizes: Any, run: Callable[[str], None]) -> None:
        self.sizes = dict(sizes)
        self.run = run
        self.making: list[str] = []
        self.rows: list[Any] = []
        self.numbers: list[Any] = []
        self.transposed: dict[str, str] = {}
        self.contiguous: set[str] = set()  # what np.dot reads and writes in place
        self._names: dict[Any, str] = {}
        self._taken: set[str] = set()

    def made(self, key: Any, name: str, expression: str, contiguous: bool = True) -> str:
        """The name of what an expression makes; it is made once."""
        if key not in self._names:
            unique, count = name, 1
            while unique in self._taken:
                count += 1
                unique = f"{name}_{count}"
            self._taken.add(unique)
            self._names[key] = unique
            self.making.append(f"{unique} = {expression}")
            if contiguous:
                self.contiguous.add(unique)
        return self._names[key]

    def number(self, x: float) -> str:
        """A constant, as an array of no axis: NumPy need not look up its type with each call."""
        text = repr(float(x)) if isfinite(x) else f'"{float(x)}"'
        return self.made(("number", text), f"c{len(self._names)}", f"make.number({text})")

    def index(self, rows: Any) -> str:
        """Row numbers, to gather by."""
        key = "index", rows.tobytes()
        if key not in self._names:
            self.rows.append(rows.ravel())
        return self.made(key, f"i{len(self.rows) - 1}", f"make.rows[{len(self.rows) - 1}]")

    def room(self, frame: tuple[int, ...], batched: bool, use: str) -> Rows:
        """A buffer of its own with as many rows as a frame has places."""
        size = prod(frame)
        name = f"{'v' if batched else ''}{use}{size}"
        self.made(("room", name), name, f"make.room(({size},), {batched})")
        return Rows(name, np.arange(size).reshape(frame))

    def read(self, operand: Rows) -> str:
        """The buffer of an operand; inputs come sample by sample and are copied to lie row by row."""
        buffer = operand.buffer
        if buffer[0] != "x":
            return buffer
        self.transposed[buffer] = name = f"{buffer}_rows"
        return self.made(("rows", buffer), name, f"make.room(({self.sizes[buffer]},), True)")

    # --- as a call wants them ---------------------------------------------------------------------------------------

    def elements(self, operands: Sequence[Operand], axis: bool) -> list[str]:
        """Operands of one frame, place by place, as arrays of one shape; `axis`: with an axis for the batch, if only of length 1."""
        read = [operand for operand in operands if isinstance(operand, Rows)]
        shape, views = common([operand.rows.ravel() for operand in read])
        waiting = iter(views)
        names = []
        for operand in operands:
            if isinstance(operand, Numbers):
                names.append(self._constants(operand, shape, axis))
            else:
                view = next(waiting)
                names.append(self._gathered(operand, shape, axis) if view is None else self._view(operand, view, axis))
        return names

    def whole(self, operand: Operand) -> str:
        """An operand with all axes of its row numbers, and that of the batch if it has one."""
        if isinstance(operand, Numbers):
            return self._constants(operand, operand.values.shape, False)
        view = even(operand.rows)
        if view is None:
            return self._gathered(operand, operand.rows.shape, False)
        return self._view(operand, view, False, contiguous=view.strides == _full_strides(view.shape))

    def matrix(self, operand: Operand) -> str:
        """A matrix of numbers that all samples share."""
        view = even(operand.rows) if isinstance(operand, Rows) else None
        if view is None or not _for_blas(view):
            return self.whole(operand) if isinstance(operand, Numbers) else self._gathered(operand, operand.rows.shape, False)
        assert isinstance(operand, Rows)  # it has a view
        return self._view(operand, view, False, contiguous=_is_full(view))

    def table(self, operand: Rows) -> str:
        """Rows [r, c] of a batch as a matrix with r rows: in each, the samples of c rows one after another."""
        height, width = operand.rows.shape
        columns = self._columns(operand, operand.rows[:, 0]) if width == 1 else None
        if columns is not None:
            return self._turned(columns)
        view = even(operand.rows)
        if view is None or (width > 1 and view.strides[1] != 1) or (height > 1 and view.strides[0] <= 0):
            flat = self._gathered(operand, (height * width,), False)
            return self.made(("table", flat, height), f"{flat}_by_{height}", f"make.shaped({flat}, ({height}, -1))")
        step = view.strides[0] if height > 1 else width
        if width == 1:
            return self._view(operand, View(view.start, (height,), (step,)), False, contiguous=step == 1)
        buffer = self.read(operand)
        name = f"{buffer}{view.start}_{view.start + height * width}_table"
        expression = f"make.table({buffer}, {view.start}, ({height}, {width}), {step})"
        return self.made(("table", buffer, view.start, height, width, step), name, expression, contiguous=step == width)

    def ones(self) -> str:
        """A one for each sample: a product with it adds up a batch."""
        return self.made(("ones",), "ones", "make.ones()")

    def turned_table(self, operand: Rows) -> str:
        """Rows [k, q] as a matrix with q columns: in each, the samples of k rows one after another."""
        if len(operand.rows) == 1:
            columns = self._columns(operand, operand.rows[0])
            if columns is not None:
                return columns
        return self._turned(self.table(Rows(operand.buffer, operand.rows.T)))

    # --- how they are made ------------------------------------------------------------------------------------------

    def _turned(self, name: str) -> str:
        if name[0] == "x" and name not in self._taken:  # the inputs of this very call
            turned = f"{name}.T"
            self.contiguous |= {turned} if name in self.contiguous else set()
            return turned
        return self.made(("turned", name), f"{name}_turned", f"{name}.T", contiguous=name in self.contiguous)

    def _columns(self, operand: Rows, rows: Any) -> str | None:
        """Inputs as they come, where they are all columns of a block or some that stand together."""
        if operand.buffer[0] != "x" or (np.diff(rows) != 1).any():
            return None
        start, stop = int(rows[0]), int(rows[-1]) + 1
        if stop - start == self.sizes[operand.buffer]:
            self.contiguous.add(operand.buffer)
            return operand.buffer
        return f"{operand.buffer}[:, {start}:{stop}]"

    def _view(self, operand: Rows, view: View, axis: bool, contiguous: bool = True) -> str:
        buffer = self.read(operand)
        if axis and not operand.batched and not any(view.strides):
            return self.made(("one", buffer, view.start), f"{buffer}{view.start}", f"make.one({buffer}, {view.start})")
        axis = axis and not operand.batched
        name = f"{buffer}{view.start}_{view.start + prod(view.shape)}"
        expression = f"make.view({buffer}, {view.start}, {view.shape}, {view.strides}{', axis=True' * axis})"
        return self.made(("view", buffer, view, axis), name, expression, contiguous)

    def _gathered(self, operand: Rows, shape: Sequence[int], axis: bool) -> str:
        buffer = self.read(operand)
        key = "gathered", buffer, operand.rows.tobytes()
        known = key in self._names
        flat = self.made(key, f"{buffer}_taken{len(self._names)}", f"make.room(({operand.rows.size},), {operand.batched})")
        if not known:
            self.run(f'{buffer}.take({self.index(operand.rows)}, 0, {flat}, "clip")')
        places = (*shape, 1) if axis and not operand.batched else tuple(shape)
        if places == (operand.rows.size,):
            return flat
        batch = ", -1" * operand.batched
        return self.made(("shaped", flat, places), f"{flat}_shaped", f"make.shaped({flat}, ({', '.join(map(str, places))}{batch or ','}))")

    def _constants(self, operand: Numbers, shape: Sequence[int], axis: bool) -> str:
        if not operand.values.ndim:
            return self.number(float(operand.values))
        self.numbers.append(np.ascontiguousarray(operand.values.reshape((*shape, 1) if axis else tuple(shape))))
        return self.made(("numbers", len(self.numbers)), f"k{len(self.numbers) - 1}", f"make.numbers[{len(self.numbers) - 1}]")


def _full_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """The strides of rows that stand one after another."""
    return tuple([prod(shape[axis + 1 :]) for axis in range(len(shape))])


def _for_blas(view: View) -> bool:
    """Whether a matrix is contiguous in one direction and goes forward in the other."""
    steps = [stride for count, stride in zip(view.shape, view.strides, strict=True) if count > 1]
    return (len(steps) < 2 and all(step > 0 for step in steps)) or (len(steps) == 2 and 1 in steps and min(steps) > 0)


def _is_full(view: View) -> bool:
    """Whether a matrix takes up all rows from its first to its last, one after another in one of the two orders."""
    (rows, columns), (down, across) = view.shape, view.strides
    by_rows = (across == 1 or columns == 1) and (down == columns or rows == 1)
    by_columns = (down == 1 or rows == 1) and (across == rows or columns == 1)
    return by_rows or by_columns
