"""The array program: what a graph comes to when its numbers are taken together.

What you can do with this file: read a program (`print(array_program)`), or write an interpreter of one, as `reference.py` does in a page.

Numbers live in *buffers*, one in each row: `x0`, `x1`, … the blocks of inputs; `p` the parameters and `g` their gradients, row by row the
same; `v` what is computed for each sample, `n` what is computed once for all of them (its first two rows are given: the rate that the
gradient is multiplied by, and the number of samples). The rows of `x` and `v` hold a number for every sample of a batch.

An instruction computes some rows of one buffer, a *frame* of them: `target.rows` is an array of row numbers, of one axis or two. It says
where each number comes from by arrays of row numbers too. Two kinds are enough:

    Apply   target[i] = op(operands[0][i], operands[1][i], …)
    Sum     target[i] = Σ over the terms of coefficient × what the term says

    term "each"     a[i], or a[i] × b[i]
    term "rows"     Σ_k a[i, k], or Σ_k a[i, k] × b[i, k]          one axis more than the frame
    term "matrix"   Σ_k a[i, k] × b[k, j]                          for a frame of two axes: a matrix product

Where the target is one number for all samples and a term has one for each, the term is added up over the batch too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd_mini.number import show
from autograd_mini.ops import TABLE
from autograd_mini.row import Operation

__all__ = ["Apply", "ArrayProgram", "Instruction", "Numbers", "Operand", "Rows", "Sum", "Term", "is_batched"]


def is_batched(buffer: str) -> bool:
    """Whether the rows of a buffer hold a number for each sample.

    >>> is_batched("v"), is_batched("x0"), is_batched("p")
    (True, True, False)
    """
    return buffer[0] in "xv"


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of a buffer: their numbers, in an array."""

    buffer: str
    rows: Any

    @property
    def batched(self) -> bool:
        """Whether there is a number for each sample."""
        return is_batched(self.buffer)

    @property
    def shape(self) -> tuple[int, ...]:
        """The axes of the row numbers."""
        shape: tuple[int, ...] = self.rows.shape
        return shape

    def __str__(self) -> str:
        return f"{self.buffer}[{_ranges(self.rows)}]"


@dataclass(frozen=True, eq=False)
class Numbers:
    """Constants: an array of them, or a single one (of no axis) for every place."""

    values: Any
    batched = False

    @property
    def shape(self) -> tuple[int, ...]:
        """The axes of the array; () for a single number."""
        shape: tuple[int, ...] = self.values.shape
        return shape

    def __str__(self) -> str:
        values = np.ravel(self.values)
        return show(float(values[0])) if values.size == 1 else f"constants({len(values)})"


Operand = Rows | Numbers


@dataclass(frozen=True, eq=False)
class Term:
    """A part of a sum: coefficient × a, or × a·b, added up as its `form` says: "each", "rows" or "matrix"."""

    coefficient: float
    a: Operand
    b: Operand | None = None
    form: str = "each"

    @property
    def batched(self) -> bool:
        """Whether there is a number for each sample."""
        return self.a.batched or (self.b is not None and self.b.batched)

    @property
    def inner(self) -> int:
        """How many products it adds up at each place, over the batch counted once."""
        return 1 if self.form == "each" else self.a.shape[-1]

    def operands(self) -> Iterator[Operand]:
        """Its factors."""
        yield self.a
        if self.b is not None:
            yield self.b

    def __str__(self) -> str:
        product = str(self.a) if self.b is None else f"{self.a} {'@' if self.form == 'matrix' else '·'} {self.b}"
        product = f"Σ_k {product}" if self.form == "rows" else product
        return product if self.coefficient == 1 else f"{show(self.coefficient)}·{product}"


@dataclass(frozen=True, eq=False)
class Apply:
    """A row of the op table, for every place of the target. It stands for so many nodes of the graph."""

    target: Rows
    op: Operation
    arguments: tuple[Operand, ...]
    nodes: int = 0

    def operands(self) -> Iterator[Operand]:
        """What it reads."""
        yield from self.arguments

    def __str__(self) -> str:
        return f"{self.target} = {self.op.name}({', '.join(map(str, self.arguments))})"


@dataclass(frozen=True, eq=False)
class Sum:
    """A sum of products, for every place of the target. It stands for so many nodes of the graph."""

    target: Rows
    terms: tuple[Term, ...]
    nodes: int = 0

    def operands(self) -> Iterator[Operand]:
        """What it reads."""
        for term in self.terms:
            yield from term.operands()

    def over_batch(self, term: Term) -> bool:
        """Whether a term is added up over the samples."""
        return term.batched and not self.target.batched

    def __str__(self) -> str:
        terms = [f"Σ_batch {term}" if self.over_batch(term) else str(term) for term in self.terms]
        return f"{self.target} = {' + '.join(terms)}"


Instruction = Apply | Sum


@dataclass(frozen=True, eq=False)
class ArrayProgram:
    """A loss with its outputs and its gradient, as instructions on arrays.

    `sizes`: how many rows each buffer has. `order[i]` is the row of parameter i, in `p` and in `g`. `loss` is one row, `outputs` as many as
    were asked for; constants among them are Numbers. `fixed[buffer]` are rows that hold a number from the first, the same for every
    sample: those of a block of inputs stand behind its columns. `labels[buffer][row]` is the scope and the label of the Value that lives
    there, the label last, or () for none.
    """

    sizes: Mapping[str, int]
    order: Any
    instructions: tuple[Instruction, ...]
    loss: Operand
    outputs: tuple[Operand, ...]
    fixed: Mapping[str, Sequence[tuple[int, float]]]
    labels: Mapping[str, Sequence[tuple[str, ...]]]

    def needed(self, *, loss: bool, gradients: bool, outputs: bool | None = None) -> ArrayProgram:
        """The instructions that loss, outputs (if not said otherwise: with the loss) and gradients need, those that are asked for."""
        needed = {buffer: np.zeros(size, bool) for buffer, size in self.sizes.items()}
        for wanted in [self.loss] * loss + [*self.outputs] * (loss if outputs is None else outputs):
            _mark(needed, wanted)
        kept = []
        for instruction in reversed(self.instructions):
            target = instruction.target
            if gradients if target.buffer == "g" else needed[target.buffer][target.rows].any():
                kept.append(instruction)
                for operand in instruction.operands():
                    _mark(needed, operand)
        return replace(self, instructions=tuple(kept[::-1]))

    def __str__(self) -> str:
        outputs = ", ".join(map(str, self.outputs)) or "none"
        sizes = ", ".join(f"{name}: {size}" for name, size in self.sizes.items())
        return "\n".join([f"rows {sizes}", *map(str, self.instructions), f"loss {self.loss}; outputs {outputs}"])

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle rows of the op table by their names."""
        own = sorted({i.op.name for i in self.instructions if isinstance(i, Apply) and i.op is not TABLE.get(i.op.name)})
        if own:
            listed = ", ".join(own)
            raise TypeError(f"this program has rows of its own, {listed}, and functions do not pickle; compile it anew instead")
        lines = [(i.target, i.op.name, i.arguments, i.nodes) if isinstance(i, Apply) else i for i in self.instructions]
        return _unpickled, (lines, dict(self.sizes), self.order, self.loss, self.outputs, self.fixed, self.labels)


def _unpickled(lines: Sequence[Any], sizes: Mapping[str, int], order: Any, *results: Any) -> ArrayProgram:
    instructions = [Apply(line[0], TABLE[line[1]], *line[2:]) if isinstance(line, tuple) else line for line in lines]
    return ArrayProgram(sizes, order, tuple(instructions), *results)


def _mark(needed: dict[str, Any], operand: Operand) -> None:
    if isinstance(operand, Rows):
        needed[operand.buffer][operand.rows] = True


def _ranges(rows: Any) -> str:
    """Row numbers, in short: 3, 0:30, or by axes, (0:30)×(5)."""
    flat = np.ravel(rows)
    if flat.size == 1:
        return str(flat[0])
    if (np.diff(flat) == 1).all():
        shape = "×".join(map(str, np.shape(rows)))
        return f"{flat[0]}:{flat[-1] + 1}" + (f" as {shape}" if np.ndim(rows) > 1 else "")
    shape = "×".join(map(str, np.shape(rows)))
    return f"{flat[0]}, {flat[1]}, … {flat[-1]}" + (f" as {shape}" if np.ndim(rows) > 1 else "")
