"""What a net comes to when it is compiled, in numbers: instructions and matrix products forward and back, and calls.

What you can do with this file: `structure(net)` → `Structure`, to be compared with what is expected of such a net.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from net import Net

import autograd_mini as ag
from autograd_mini.compiler import numpy_source
from autograd_mini.compiler.array_program import ArrayProgram, Instruction, Sum


class Structure(NamedTuple):
    """Instructions and matrix products that the loss needs, and those that the gradient needs besides."""

    forward: int
    backward: int
    matrices_forward: int
    matrices_backward: int


def compiled(net: Net, outputs: bool = False, backend: str | None = None) -> ag.Program:
    """The program of a net, with its outputs or without."""
    return ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters, outputs=net.outputs if outputs else (), backend=backend)


def structure(program: ArrayProgram) -> Structure:
    """The counts of a program."""
    forward = program.needed(loss=True, gradients=False).instructions
    backward = [instruction for instruction in program.instructions if instruction not in forward]
    return Structure(len(forward), len(backward), matrices(forward), matrices(backward))


def matrices(instructions: Sequence[Instruction]) -> int:
    """How many matrix products these compute."""
    sums = [instruction for instruction in instructions if isinstance(instruction, Sum)]
    return sum(term.form == "matrix" for instruction in sums for term in instruction.terms)


def step(program: ArrayProgram) -> list[str]:
    """The NumPy calls of a gradient step, one a line."""
    return [line for _, line in numpy_source.written(program.needed(loss=False, gradients=True)).lines]


def gathers(lines: Sequence[str]) -> int:
    """How many of these calls gather or scatter rows that no view reads in place."""
    return sum(".take(" in line or "[i" in line for line in lines)


def einsums(lines: Sequence[str]) -> int:
    """How many of these calls are sums of products that are no matrix product."""
    return sum(line.startswith("einsum(") for line in lines)
