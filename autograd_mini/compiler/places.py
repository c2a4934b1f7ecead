"""Places: where every number of a program lives, which buffer and which row of it.

What you can do with this file: `Places(order, count, blocks)` knows the places of inputs and constants; `take(members)` gives rows to what
is computed, `operand(indices)` reads scalars as an operand, and gives rows to parameters where they are first read, in the order that this
reader wants: a layer's weights are then a matrix as it stands.

A buffer may also have rows of a fixed number, the same for every sample: a bias is the weight of an input that is always 1, and a picture
can be padded with pixels that are always 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_mini.compiler.array_program import Numbers, Operand, Rows, is_batched
from autograd_mini.compiler.scalars import CONSTANT, FIXED, INPUT, PARAMETER, RATE, Scalar

__all__ = ["Places"]

LINE = 16  # numbers in a cache line: 64 bytes of float32, half as many of float64
WIDE = 256  # inputs: for so many it is worth while to make them a few more


class Places:
    """Kinds (the buffers) and rows of scalars, by their index."""

    def __init__(self, order: Sequence[Scalar], count: int, blocks: Sequence[int]) -> None:
        self.sizes = {f"x{block}": size for block, size in enumerate(blocks)} | {"p": 0, "n": 2, "v": 0}
        self.fixed: dict[str, list[tuple[int, float]]] = {}
        self.kinds = [""] * count
        self.rows = np.full(count, -1)
        self.values = np.zeros(count)  # of constants
        self._fixed: dict[Any, Scalar] = {}
        block_of = [(f"x{block}", column) for block, size in enumerate(blocks) for column in range(size)]
        for scalar in order:
            i, source = scalar.index, scalar.source
            if source is None:
                self.kinds[i] = "v" if scalar.batched else "n"
            elif source is INPUT:
                self.kinds[i], self.rows[i] = block_of[int(scalar.number)]
            elif source is PARAMETER:
                self.kinds[i] = "p"
            elif source is RATE:
                self.kinds[i], self.rows[i] = "n", scalar.number
            elif source is FIXED:
                continue  # it is settled later
            elif source is CONSTANT:
                self.kinds[i], self.values[i] = "constant", scalar.number

    def indices(self, scalars: Sequence[Scalar]) -> Any:
        """The indices of scalars, as an array."""
        return np.array([scalar.index for scalar in scalars], dtype=np.intp)

    def place(self, indices: Any) -> None:
        """Give rows to the parameters among these that have none, in this order."""
        fresh = indices[self.rows[indices] < 0]
        if fresh.size:
            fresh = np.array(list(dict.fromkeys(fresh.tolist())))
            self.rows[fresh] = self.sizes["p"] + np.arange(len(fresh))
            self.sizes["p"] += len(fresh)

    def operand(self, indices: Any) -> Operand:
        """These scalars, all of one kind, as an operand."""
        kind = self.kinds[indices.flat[0]]
        if kind == "constant":
            values = self.values[indices]
            same = (values == values.flat[0]).all() or np.isnan(values).all()
            return Numbers(np.array(values.flat[0]) if same else values)
        self.place(indices.ravel())
        return Rows(kind, self.rows[indices])

    def take(self, members: Sequence[Scalar]) -> Any:
        """The next rows, for what is computed."""
        kind, indices = self.kinds[members[0].index], self.indices(members)
        self.rows[indices] = self.sizes[kind] + np.arange(len(members))
        self.sizes[kind] += len(members)
        return self.rows[indices]

    def constant(self, kind: str, number: float, after: int | None = None) -> Scalar:
        """The scalar of a row that holds a fixed number for every sample; `after`: the one that stands right behind this row.

        Made where there is none: then it is the buffer's next row.
        """
        key = kind, number, after
        if key not in self._fixed:
            self._fixed[key] = self._new(kind, self.sizes[kind], number=number, source=FIXED, batched=True)
            self.fixed.setdefault(kind, []).append((self.sizes[kind], number))
            self.sizes[kind] += 1
        return self._fixed[key]

    def padding(self, indices: Any) -> list[Scalar]:
        """Rows of zeros behind the one behind these inputs, so many that the rows of a matrix of weights begin where cache lines do."""
        kind, count = self.kinds[indices.flat[0]], indices.shape[1] + 1
        if kind[0] != "x" or count < WIDE:
            return []
        return [self.constant(kind, 0.0, after) for after in range(count, -(-count // LINE) * LINE)]

    def parameter(self) -> Scalar:
        """A weight that no Value has: it stays 0."""
        return self._new("p", source=PARAMETER)

    def fresh(self, like: Any) -> Any:
        """The indices of new numbers, computed, as many as these and batched if they are, with the next rows of their buffer."""
        batched = is_batched(self.kinds[like.flat[0]])
        scalars = [self._new("v" if batched else "n", batched=batched) for _ in range(like.size)]
        self.take(scalars)
        return self.indices(scalars).reshape(like.shape)

    def unread(self) -> Scalar:
        """A number for each sample that nobody reads."""
        return self._new("v", batched=True)

    def gradient(self, of: Scalar, terms: Sequence[tuple[float, tuple[Scalar, ...]]]) -> Scalar:
        """The gradient of a weight that no Value has: it has its row already."""
        scalar = self._new("n", self.rows[of.index])
        scalar.set_terms(terms)
        return scalar

    def _new(self, kind: str, row: int = -1, **parts: Any) -> Scalar:
        """A scalar that no graph has, in this buffer and row (-1: it gets one later)."""
        if len(self.kinds) == len(self.rows):  # twice the room, so that many new ones take little time
            self.rows = np.concatenate([self.rows, np.full_like(self.rows, -1)])
        scalar = Scalar(len(self.kinds), **parts)
        self.rows[scalar.index] = row
        self.kinds.append(kind)
        return scalar

    def one_behind(self, indices: Any) -> Scalar | None:
        """The row of ones right behind these rows, if there is one, or can be."""
        kind, last = self.kinds[indices.flat[0]], int(self.rows[indices].max())
        if kind[0] == "x":
            return self.constant(kind, 1.0)
        key = kind, 1.0, last
        return self._fixed.get(key) or (self.constant(*key) if last == self.sizes[kind] - 1 else None)
