"""The reference evaluator: an array program, run place by place and sample by sample. Slow, and plain to see that it is right.

What you can do with this file: `evaluate(program, blocks, parameters)` → (losses, outputs, gradients), which the other interpreters are
tested by; `story`, where a number that is not finite came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from math import prod
from operator import add
from typing import Any

import numpy as np

from autograd_mini.compiler.array_program import Apply, ArrayProgram, Numbers, Operand, Sum, Term, is_batched
from autograd_mini.number import show

__all__ = ["evaluate", "state", "story"]

Place = tuple[int, ...]

SHOWN = 3  # operands, where one is told about


def evaluate(program: ArrayProgram, blocks: Sequence[Any], parameters: Sequence[float], rate: float = 1.0) -> tuple[Any, Any, Any]:
    """Run a batch: one array [B, n] for each block of inputs, the parameters in the order of the user.

    Returns the loss of each sample [B], the outputs [B, m], and rate × the sum over the batch of ∂loss/∂parameter.
    """
    count = len(blocks[0])
    buffers = state(program, blocks, parameters, rate)
    losses, *outputs = [
        [_number(buffers, operand, (0,), sample) for sample in range(count)] for operand in (program.loss, *program.outputs)
    ]
    return np.array(losses), np.array(outputs).reshape(len(outputs), count).T, buffers["g"][program.order]


def state(program: ArrayProgram, blocks: Sequence[Any], parameters: Sequence[float], rate: float = 1.0) -> Mapping[str, Any]:
    """All buffers after the run."""
    count = len(blocks[0])
    buffers = {name: np.zeros((size, count) if is_batched(name) else size) for name, size in program.sizes.items()}
    for i, block in enumerate(blocks):
        buffers[f"x{i}"][: block.shape[1]] = np.transpose(block)
    for name, rows in program.fixed.items():
        for row, number in rows:
            buffers[name][row] = number
    buffers["p"][program.order] = parameters
    buffers["n"][:2] = rate, count
    for instruction in program.instructions:
        target = buffers[instruction.target.buffer]
        for place in np.ndindex(instruction.target.rows.shape):
            row = instruction.target.rows[place]
            if instruction.target.batched:
                for sample in range(count):
                    target[row, sample] = _result(buffers, instruction, place, sample, count)
            else:
                target[row] = _result(buffers, instruction, place, 0, count)
    return buffers


def story(program: ArrayProgram, blocks: Sequence[Any], parameters: Sequence[float]) -> str:
    """Where the first number that is not finite comes from, in a batch of one sample."""
    buffers = state(program, blocks, parameters)
    for instruction in program.instructions:
        target = instruction.target
        found = buffers[target.buffer][target.rows].reshape(target.rows.shape)
        if not np.isfinite(found).all():
            place: Place = tuple([int(i) for i in np.argwhere(~np.isfinite(found))[0]])
            row = int(target.rows[place])
            label = program.labels[target.buffer][row]
            name = f"{_printable(' · '.join(label))} ({target.buffer}[{row}])" if label else f"{target.buffer}[{row}]"
            return f"{name} = {_written(buffers, instruction, place)} = {show(float(found[place]))}"
    return "a parameter that is not finite"


def _printable(text: str) -> str:
    """A label as it may stand in a message: on one line, and nothing that moves a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _written(buffers: Mapping[str, Any], instruction: Apply | Sum, place: Place) -> str:
    """What was computed at one place, in numbers."""
    if isinstance(instruction, Sum):
        return "a sum of products"
    given = [show(_number(buffers, argument, place, 0)) for argument in instruction.arguments]
    return f"{instruction.op.name}({', '.join(given[:SHOWN])}{', …' * (len(given) > SHOWN)})"


def _result(buffers: Mapping[str, Any], instruction: Apply | Sum, place: Place, sample: int, count: int) -> float:
    """What an instruction computes at one place of its frame."""
    if isinstance(instruction, Apply):
        return instruction.op.kernel(*[_number(buffers, argument, place, sample) for argument in instruction.arguments])
    added = [
        term.coefficient * _added(buffers, term, place, each)
        for term in instruction.terms
        for each in (range(count) if instruction.over_batch(term) else [sample])
    ]
    return reduce(add, added)  # not from 0.0 on, which would turn -0.0 into 0.0


def _added(buffers: Mapping[str, Any], term: Term, place: Place, sample: int) -> float:
    """A term without its coefficient."""
    if term.form == "each":
        return prod([_number(buffers, operand, place, sample) for operand in term.operands()])
    inner = term.inner
    if term.form == "rows":
        return sum([prod([_number(buffers, operand, (*place, k), sample) for operand in term.operands()]) for k in range(inner)])
    i, j = place
    assert term.b is not None  # a matrix product has two sides
    return sum([_number(buffers, term.a, (i, k), sample) * _number(buffers, term.b, (k, j), sample) for k in range(inner)])


def _number(buffers: Mapping[str, Any], operand: Operand, place: Place, sample: int) -> float:
    """One number of an operand."""
    if isinstance(operand, Numbers):
        return float(operand.values[place] if operand.values.ndim else operand.values)
    row = operand.rows[place]
    return float(buffers[operand.buffer][row, sample] if operand.batched else buffers[operand.buffer][row])
