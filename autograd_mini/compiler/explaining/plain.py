"""Plain instructions: what a program computes, without the tricks that make it fast.

What you can do with this file: `plainly(program)` → for each instruction one or several that say the same as people write it, for those
who read: a bias is a bias again where it was the weight of an input that is always 1; weights that only fill up a row, and what nobody
reads, are left out; `is_square(term)`, whether a product is one of numbers with themselves.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

import numpy as np

from autograd_mini.compiler.array_program import Apply, ArrayProgram, Instruction, Numbers, Operand, Rows, Sum, Term

__all__ = ["is_square", "plainly"]

Fixed = Mapping[str, Mapping[int, float]]


def plainly(program: ArrayProgram) -> list[list[Instruction]]:
    """The plain instructions of each instruction."""
    fixed = {buffer: dict(rows) for buffer, rows in program.fixed.items()}
    given = set(program.order.tolist())
    read = np.zeros(program.sizes["v"], bool)
    for operand in [program.loss, *program.outputs, *(operand for each in program.instructions for operand in each.operands())]:
        if isinstance(operand, Rows) and operand.buffer == "v":
            read[operand.rows] = True
    return [_plain(_without_unread(instruction, read), fixed, given) for instruction in program.instructions]


def _without_unread(instruction: Instruction, read: Any) -> Instruction:
    """A matrix product over weights and biases, without what nobody reads: what comes back to the input that is always 1."""
    target = instruction.target
    if isinstance(instruction, Apply) or target.buffer != "v" or len(instruction.terms) > 1 or instruction.terms[0].form != "matrix":
        return instruction
    [term], kept = instruction.terms, read[target.rows].all(axis=1)
    if kept.all() or not kept.any() or not isinstance(term.a, Rows):
        return instruction
    weights = Term(term.coefficient, Rows(term.a.buffer, term.a.rows[kept]), term.b, "matrix")
    return Sum(Rows(target.buffer, target.rows[kept]), (weights,), instruction.nodes)


def _plain(instruction: Instruction, fixed: Fixed, given: Container[int]) -> list[Instruction]:
    if isinstance(instruction, Apply):
        return [instruction]
    if instruction.target.batched:
        terms = [each for term in instruction.terms for each in _without_ones(term, instruction.target.shape, fixed)]
        return [Sum(instruction.target, tuple(terms), instruction.nodes) if len(terms) > len(instruction.terms) else instruction]
    turned = _turned(instruction, fixed)
    ones, rest = _columns(turned, fixed, given)
    if len(rest) == turned.target.shape[-1]:
        return [instruction]
    weighed: list[Instruction] = [_weighed(turned, rest)] if rest else []
    return [*weighed, *(_added_up(turned, column) for column in ones)] or [instruction]


def _turned(instruction: Sum, fixed: Fixed) -> Sum:
    """The transposed gradient, where the ones stand on the left."""
    if not any(term.form == "matrix" and isinstance(term.a, Rows) and (_numbers(term.a, fixed) == 1.0).any() for term in instruction.terms):
        return instruction

    def turned(operand: Operand) -> Operand:
        return Rows(operand.buffer, operand.rows.T) if isinstance(operand, Rows) else Numbers(operand.values.T)

    sides = [(turned(term.a), None if term.b is None else turned(term.b)) for term in instruction.terms]
    terms = [
        Term(term.coefficient, *((b, a) if term.form == "matrix" and b is not None else (a, b)), term.form)
        for term, (a, b) in zip(instruction.terms, sides, strict=True)
    ]
    return Sum(Rows(instruction.target.buffer, instruction.target.rows.T), tuple(terms), instruction.nodes)


def _without_ones(term: Term, frame: tuple[int, ...], fixed: Fixed) -> list[Term]:
    """A matrix product, and apart from it what it multiplies by fixed numbers."""
    if term.form != "matrix" or not isinstance(term.a, Rows) or not isinstance(term.b, Rows):
        return [term]
    numbers = _numbers(term.b, fixed)
    known = [k for k, row in enumerate(numbers) if (row == row[0]).all()]
    if not known or len(known) == len(numbers):
        return [term]
    rest = np.setdiff1d(np.arange(len(numbers)), known)
    weighed = Term(term.coefficient, Rows(term.a.buffer, term.a.rows[:, rest]), Rows(term.b.buffer, term.b.rows[rest]), "matrix")
    added = [(term.coefficient * float(numbers[k, 0]), np.broadcast_to(term.a.rows[:, k : k + 1], frame)) for k in known]
    return [weighed, *(Term(coefficient, Rows(term.a.buffer, rows)) for coefficient, rows in added if coefficient)]


def _numbers(operand: Rows, fixed: Fixed) -> Any:
    """The fixed number of each row, nan where there is none."""
    numbers = np.full(operand.rows.shape, np.nan)
    for row, number in fixed.get(operand.buffer, {}).items():
        numbers[operand.rows == row] = number
    return numbers


def _columns(instruction: Sum, fixed: Fixed, given: Container[int]) -> tuple[list[int], list[int]]:
    """The columns of a gradient in which it is only added up what comes back, and the others; those of no parameter are left out."""
    rows = instruction.target.rows
    numbers = [_numbers(term.b, fixed) for term in instruction.terms if term.form == "matrix" and isinstance(term.b, Rows)]
    if rows.ndim < 2 or not numbers:
        return [], list(range(rows.shape[-1]))
    ones = [j for j in range(rows.shape[1]) if all((each[:, j] == 1.0).all() for each in numbers)]
    return ones, [j for j in range(rows.shape[1]) if j not in ones and int(rows[0, j]) in given]


def _weighed(instruction: Sum, columns: Any) -> Sum:
    """The other columns: the gradient of the weights."""

    def taken(term: Term) -> Term:
        b = None if term.b is None else _taken(term.b, columns)
        return Term(term.coefficient, term.a if term.form == "matrix" else _taken(term.a, columns), b, term.form)

    return Sum(Rows(instruction.target.buffer, instruction.target.rows[:, columns]), tuple(map(taken, instruction.terms)))


def _added_up(instruction: Sum, column: int) -> Sum:
    """That column: the gradient of the bias."""

    def taken(term: Term) -> Term:
        if term.form != "matrix":
            return Term(term.coefficient, _taken(term.a, column), None if term.b is None else _taken(term.b, column), term.form)
        return Term(term.coefficient, _taken(term.a, 0)) if term.a.shape[1] == 1 else Term(term.coefficient, term.a, None, "rows")

    return Sum(Rows(instruction.target.buffer, instruction.target.rows[:, column]), tuple(map(taken, instruction.terms)))


def _taken(operand: Operand, columns: Any) -> Operand:
    """Some columns of an operand; with a single number, one column as a row of places."""
    if isinstance(operand, Rows):
        return Rows(operand.buffer, operand.rows[:, columns])
    return Numbers(operand.values[:, columns]) if operand.values.ndim else operand


def is_square(term: Term) -> bool:
    """Whether a product is one of numbers with themselves, place by place or added up."""
    a, b = term.a, term.b
    same = isinstance(a, Rows) and isinstance(b, Rows) and a.buffer == b.buffer and np.array_equal(a.rows.ravel(), b.rows.ravel())
    return same and (term.form != "matrix" or a.shape[0] == 1)
