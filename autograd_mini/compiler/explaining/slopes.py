"""Slopes: which arrays hold the derivative of an activation, σ′(z), known by their numbers.

What you can do with this file: `depending(…)` finds the arrays that depend, place by place, on one weighted sum z only, and what they
hold where z is one of POINTS; `is_slope(held, z, op)` compares that with the row's own derivative.

However it was computed, a(1 − a) or otherwise: what has the numbers of σ′ at a few points, and comes from z alone, is σ′(z).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isclose, prod
from typing import NamedTuple

from autograd_mini.compiler.array_program import Apply, Instruction, Operand, Rows
from autograd_mini.compiler.explaining.naming import Array
from autograd_mini.row import Operation

__all__ = ["Held", "depending", "is_slope"]

POINTS = (-0.7, 0.3, 1.9)


class Held(NamedTuple):
    """The weighted sum that an array depends on, None for a constant, and its numbers where that sum is one of POINTS."""

    z: Array | None
    numbers: tuple[float, ...]


def depending(
    instructions: Sequence[Instruction], made: Sequence[Array | None], whole: Callable[[Operand], Array | None], sums: Sequence[Array]
) -> dict[Array, Held]:
    """What arrays hold that depend on one of these sums only; `made` are the arrays of the instructions, `whole` that of an operand."""
    known = {z: Held(z, POINTS) for z in sums}
    for instruction, array in zip(instructions, made, strict=True):
        if array is None or array in known or not _is_by_places(instruction):
            continue
        held = {operand: _held(operand, known, whole) for operand in instruction.operands()}
        numbers = {operand: each.numbers for operand, each in held.items() if each}
        behind = {each.z for each in held.values() if each} - {None}
        if len(numbers) == len(held) and len(behind) == 1:
            known[array] = Held(behind.pop(), tuple([_computed(instruction, numbers, i) for i in range(len(POINTS))]))
    return known


def is_slope(held: Held | None, z: Array, op: Operation) -> bool:
    """Whether an array holds the derivative of a row at z."""
    if held is None or held.z is not z:
        return False
    slopes = [op.local(x, op.kernel(x))[0] for x in POINTS]
    return all(isclose(found, float(slope), rel_tol=1e-12, abs_tol=1e-15) for found, slope in zip(held.numbers, slopes, strict=True))


def _is_by_places(instruction: Instruction) -> bool:
    return isinstance(instruction, Apply) or all(term.form == "each" for term in instruction.terms)


def _held(operand: Operand, known: Mapping[Array, Held], whole: Callable[[Operand], Array | None]) -> Held | None:
    if isinstance(operand, Rows):
        array = whole(operand)
        return known.get(array) if array else None
    return None if operand.values.ndim else Held(None, (float(operand.values),) * len(POINTS))


def _computed(instruction: Instruction, numbers: Mapping[Operand, tuple[float, ...]], i: int) -> float:
    """What an instruction computes, place by place, from the i-th numbers of its operands."""
    if isinstance(instruction, Apply):
        return instruction.op.kernel(*[numbers[argument][i] for argument in instruction.arguments])
    return sum([term.coefficient * prod([numbers[operand][i] for operand in term.operands()]) for term in instruction.terms])
