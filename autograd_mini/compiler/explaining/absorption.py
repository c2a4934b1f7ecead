"""Absorption: which numbers of a program are numbers of their own, and why they did not go into the sum that reads them.

What you can do with this file: `kept(program)` → reasons, each with the places (buffer, row) that have it; `alone(program)`, the arrays of
a single number.

A sum takes in the sums and products that only it reads. What is left are the elements of the arrays, for one of six reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd_mini.compiler.array_program import Apply, ArrayProgram, Instruction, Operand, Rows, Term
from autograd_mini.compiler.explaining.plain import is_square
from autograd_mini.language import N_

__all__ = ["alone", "kept"]

Place = tuple[str, int]
Counts = Mapping[str, Any]  # for each buffer, a number for each of its rows

RESULT = N_("asked for: the loss or an output")
ROW = N_("a row of the op table, which is no sum of products")
MANY = N_("read more than once")
BY_ROW = N_("read by a row of the op table, which takes in no sums")
SHARED = N_("the same for all samples, in a sum that is not")
FACTOR = N_("a factor of a product, which takes in no sums")
REASONS = (RESULT, ROW, MANY, BY_ROW, SHARED, FACTOR)


def kept(program: ArrayProgram) -> dict[str, list[Place]]:
    """For each reason the numbers on the way forward that have it, in the order in which they are computed."""
    forward = program.needed(loss=True, gradients=False)
    results = {(o.buffer, int(o.rows.flat[0])) for o in (program.loss, *program.outputs) if isinstance(o, Rows)}
    uses, by_rows, by_batch = _readers(forward)
    found: dict[str, list[Place]] = {reason: [] for reason in REASONS}
    for instruction in forward.instructions:
        buffer = instruction.target.buffer
        for row in instruction.target.rows.ravel().tolist():
            if (buffer, row) in results:
                reason = RESULT
            elif isinstance(instruction, Apply):
                reason = ROW
            elif uses[buffer][row] > 1:
                reason = MANY
            elif by_rows[buffer][row]:
                reason = BY_ROW
            else:
                reason = SHARED if by_batch[buffer][row] and buffer == "n" else FACTOR
            found[reason].append((buffer, row))
    return {reason: places for reason, places in found.items() if places}


def alone(program: ArrayProgram) -> list[Place]:
    """The arrays on the way forward that have a single number."""
    targets = [instruction.target for instruction in program.needed(loss=True, gradients=False).instructions]
    return [(target.buffer, int(target.rows.flat[0])) for target in targets if target.rows.size == 1]


def _readers(forward: ArrayProgram) -> tuple[Counts, Counts, Counts]:
    """How often each row is read: at all, by rows of the op table, by what every sample has for itself."""
    uses, by_rows, by_batch = ({buffer: np.zeros(size, int) for buffer, size in forward.sizes.items()} for _ in range(3))
    for instruction in forward.instructions:
        counted = [uses, *([by_rows] if isinstance(instruction, Apply) else []), *([by_batch] if instruction.target.batched else [])]
        for operand, times in _read(instruction):
            if isinstance(operand, Rows):
                for counts in counted:
                    np.add.at(counts[operand.buffer], operand.rows.ravel(), times)
    return uses, by_rows, by_batch


def _read(instruction: Instruction) -> Iterator[tuple[Operand, int]]:
    """Each operand, and how often a number of it is read for each time that it stands there."""
    if isinstance(instruction, Apply):
        yield from ((argument, 1) for argument in instruction.arguments)
        return
    for term in instruction.terms:
        across = _across(term)
        yield term.a, across[0]
        if term.b is not None and not is_square(term):
            yield term.b, across[1]


def _across(term: Term) -> tuple[int, int]:
    """In a matrix product, a row on the left meets all columns, and a column on the right all rows."""
    return (term.b.shape[1], term.a.shape[0]) if term.form == "matrix" and term.b is not None else (1, 1)
