"""The reference evaluator: the tape, run one instruction after another with the rows' own kernels. Slow, and plain to see that it is right.

What you can do with this file: `evaluate(tape, x, p)` → (loss, outputs, gradients) of one sample. The other interpreters are tested by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from autograd_mini.compiler.tape import Instruction, Tape
from autograd_mini.number import show

__all__ = ["evaluate", "story"]

Numbers = tuple[float, ...]


def evaluate(tape: Tape, inputs: Sequence[float], parameters: Sequence[float]) -> tuple[float, Numbers, Numbers]:
    """Run the tape on the numbers of one sample."""
    slots = dict(enumerate((*inputs, *parameters))) | dict(tape.constants)
    for _instruction in _run(tape, slots):
        pass
    return slots[tape.loss], tuple([slots[i] for i in tape.outputs]), tuple([slots[i] for i in tape.gradients])


def story(tape: Tape, inputs: Sequence[float], parameters: Sequence[float]) -> str:
    """Where the first number that is not finite comes from, on one sample."""
    slots = dict(enumerate((*inputs, *parameters))) | dict(tape.constants)
    for target, op, operands in _run(tape, slots):
        if not isfinite(slots[target]):
            given = ", ".join(show(slots[operand]) for operand in operands[:3]) + (", …" if len(operands) > 3 else "")
            return f"{op.name}({given}) = {show(slots[target])}, instruction t{target} of program.source"
    return "a parameter that is not finite"


def _run(tape: Tape, slots: dict[int, float]) -> Iterator[Instruction]:
    for instruction in tape.instructions:
        target, op, operands = instruction
        slots[target] = op.kernel(*[slots[operand] for operand in operands])
        yield instruction
