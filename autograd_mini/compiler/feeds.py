"""Feeds: the arrays of a batch, checked, and the leaves that they are for.

What you can do with this file: `Feeds.of(inputs)` from the blocks that a user names, `feeds.blocks(arrays)` → the
arrays [B, n] of a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_mini.compiler.memory import aligned
from autograd_mini.errors import ConstantError
from autograd_mini.number_like import listed, require_values
from autograd_mini.value import Value

__all__ = ["Feeds", "leaves"]


def leaves(values: Sequence[Value], what: str) -> list[Value]:
    """These Values, checked to be variable leaves, none of them twice."""
    given = list(values)
    require_values(given, what)
    for i, leaf in enumerate(given):
        if leaf.operands or leaf.is_constant:
            kind = "a constant" if leaf.is_constant else "computed from others"
            raise ConstantError(f"{what}: number {i}, {leaf!r}, is {kind}; it takes leaves, Values made from numbers")
    seen: dict[Value, int] = {}
    for i, leaf in enumerate(given):
        if leaf in seen:
            raise ValueError(f"{what}: number {i}, {leaf!r}, is number {seen[leaf]} already; give each leaf once")
        seen[leaf] = i
    return given


@dataclass(frozen=True)
class Feeds:
    """The blocks of inputs: how many leaves each has, and what they are called."""

    sizes: tuple[int, ...]
    labels: tuple[str | None, ...]
    behind: tuple[tuple[float, ...], ...] = ()  # fixed numbers that the program wants behind the columns of each block

    @classmethod
    def of(cls, inputs: Sequence[Any]) -> tuple[Feeds, list[Value]]:
        """The blocks of `inputs`, one list of leaves or several, and all leaves in a row."""
        given = listed(inputs, "compile(inputs=…)")
        if not given:
            raise ValueError("compile(inputs=[]): a program needs inputs; give the leaves that each sample feeds")
        blocks = [given] if isinstance(given[0], Value) else [listed(block, "each block of compile(inputs=…)") for block in given]
        flat = leaves([leaf for block in blocks for leaf in block], "compile(inputs=…)")
        return cls(tuple(map(len, blocks)), tuple(leaf.label for leaf in flat)), flat

    def blocks(self, arrays: Sequence[Any], dtype: Any = np.float64) -> list[Any]:
        """The arrays of a batch as a program reads them: checked, with the fixed numbers behind. Raises as `checked` does."""
        return self.completed(self.checked(arrays, dtype))

    def checked(self, arrays: Sequence[Any], dtype: Any = np.float64, some: bool = False) -> list[Any]:
        """The arrays of a batch, [B, n] each; `some`: or of the first blocks only.

        Raises TypeError and ValueError naming the block, the index and the label.
        """
        if len(arrays) != len(self.sizes) and not (some and 0 < len(arrays) < len(self.sizes)):
            raise TypeError(f"the program takes {len(self.sizes)} block{'s' * (len(self.sizes) > 1)} of inputs, and got {len(arrays)}")
        checked = [self._block(i, array, dtype) for i, array in enumerate(arrays)]
        counts = {len(block) for block in checked}
        if len(counts) > 1:
            rows = ", ".join(str(len(block)) for block in checked)
            raise ValueError(f"the blocks of a batch have one row for each sample; got {rows} rows")
        if counts == {0}:
            raise ValueError("the batch is empty: it has no rows")
        for i, block in enumerate(checked):
            if not np.isfinite(block).all():
                row, column = (int(k) for k in np.argwhere(~np.isfinite(block))[0])
                place = self.place(sum(self.sizes[:i]) + column)
                raise ValueError(f"{place} is {block[row, column]} in row {row}; a batch holds finite numbers")
        return checked

    def completed(self, checked: Sequence[Any]) -> list[Any]:
        """Checked arrays, or some of their rows, with the fixed numbers behind."""
        return [self._with_fixed(i, block) for i, block in enumerate(checked)]

    def _with_fixed(self, i: int, block: Any) -> Any:
        numbers = self.behind[i] if self.behind else ()
        if not numbers:
            return block
        whole = aligned((len(block), block.shape[1] + len(numbers)), block.dtype)
        whole[:, : block.shape[1]], whole[:, block.shape[1] :] = block, numbers
        return whole

    def _block(self, i: int, given: Any, dtype: Any) -> Any:
        try:
            array = np.asarray(given)
            if array.dtype.kind not in "fiub":
                raise TypeError(f"its type is {array.dtype}")
        except (TypeError, ValueError) as error:
            raise TypeError(f"block {i} of the batch holds no plain numbers: {error}") from None
        size = self.sizes[i]
        if array.ndim != 2 or array.shape[1] != size:
            raise ValueError(f"block {i} of the batch has the shape {array.shape}; it takes [B, {size}], one row for each sample")
        with np.errstate(over="ignore"):  # what does not fit into float32 is inf, and refused as that
            return np.ascontiguousarray(array, dtype)

    def place(self, column: int) -> str:
        """Where an input stands: its block, its column there, its label."""
        block = 0
        index = column
        while index >= self.sizes[block]:
            index -= self.sizes[block]
            block += 1
        label = self.labels[column]
        return f"block {block}, column {index}" + (f" ({label!r})" if label is not None else "")
