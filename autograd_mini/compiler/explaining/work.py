"""Work: what an instruction does for a batch: operations, memory traffic, and the shapes of its arrays.

What you can do with this file: `flops(instruction, batch_size)`, `traffic(instruction, batch_size)`, `shapes(instruction)`, and
`shapes_of` those that are one line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd_mini.compiler.array_program import Apply, Instruction, Operand, Rows, Term

__all__ = ["flops", "shapes", "shapes_of", "size", "traffic"]


def flops(instruction: Instruction, batch_size: int) -> int:
    """Operations for a batch: a row of the op table counts 1 for each number, a product and its addition 2, what is only added 1."""
    places = int(instruction.target.rows.size)
    each = batch_size if instruction.target.batched else 1
    if isinstance(instruction, Apply):
        return places * each
    over = [batch_size if instruction.over_batch(term) else each for term in instruction.terms]
    return sum(places * times * term.inner * (1 if term.b is None else 2) for term, times in zip(instruction.terms, over, strict=True))


def traffic(instruction: Instruction, batch_size: int, itemsize: int = 8) -> int:
    """Bytes read and written for a batch, each number of an operand counted once."""
    return itemsize * sum(_numbers(operand, batch_size) for operand in (instruction.target, *instruction.operands()))


def _numbers(operand: Operand, batch_size: int) -> int:
    if not isinstance(operand, Rows):
        return int(operand.values.size)
    return len(np.unique(operand.rows)) * (batch_size if operand.batched else 1)


def shapes(instruction: Instruction) -> str:
    """The shapes of its arrays, B being the size of the batch: `30×784 @ 784×B`; of what is computed place by place, that of the result."""
    if not isinstance(instruction, Apply):
        products = [term for term in instruction.terms if term.form == "matrix"]
        if products:
            return " + ".join(dict.fromkeys(_of_product(term, instruction.over_batch(term)) for term in products))
    result = size(instruction.target.rows.size, instruction.target.batched)
    reduced = [] if isinstance(instruction, Apply) else [t for t in instruction.terms if t.form == "rows" or instruction.over_batch(t)]
    return f"{size(reduced[0].a.shape[-1] * _rest(reduced[0]), reduced[0].batched)} → {result}" if reduced else result


def shapes_of(instructions: Sequence[Instruction]) -> str:
    """The shapes of several instructions in one line: those of its matrix product, or of its result."""
    return next((found for each in instructions if "@" in (found := shapes(each))), shapes(instructions[-1]))


def _rest(term: Term) -> int:
    """How many numbers there are to each that is added up."""
    return int(np.prod(term.a.shape[:-1], dtype=int)) if term.form == "rows" else 1


def _of_product(term: Term, over_batch: bool) -> str:
    (p, k), q = term.a.shape, term.b.shape[1] if term.b is not None else 1
    if over_batch:
        return f"{p}×{size(k, term.batched, alone=True)} @ {size(k, term.batched, alone=True)}×{q}"
    return f"{p}×{k} @ {k}×{size(q, term.batched, alone=True)}"


def size(count: int, batched: bool, alone: bool = False) -> str:
    """A number of rows and the batch behind them; `alone`: as one axis.

    >>> size(30, True), size(30, False), size(36, True, alone=True)
    ('30×B', '30', '36B')
    """
    if not batched:
        return str(count)
    return (f"{count}B" if count > 1 else "B") if alone else f"{count}×B"
