"""What a run costs, estimated: so that a program can choose between arrays and floats.

What you can do with this file: `Cost.of(program)`, then `cost.microseconds("numpy", batch_size)`, `cost.cheaper(batch_size)`.

A NumPy call takes about as long as 20 operations on floats, however small its arrays, and then goes through them quickly. So a graph whose
numbers can be taken together by the hundred is for arrays, one whose numbers have little in common is for floats unless the batch is
large. The constants below are fitted to runs of `benchmarks/compile.py`; the two differ by far more than these are off.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from autograd_mini.compiler.array_program import Apply, ArrayProgram, Operand, Rows, Sum

__all__ = ["Cost", "operations"]

CALL = 0.7  # µs for a NumPy call on arrays that are there
NUMBER = 0.0012  # µs for each number that a call writes
PRODUCT = 0.0001  # µs for each multiplication and addition in a matrix product
FLOAT = 0.045  # µs for an operation on Python's floats

CACHE = 2**17  # numbers in the cache next to a core (1 MB of float64)
SMALLEST = 16  # samples at a time
WORTH_WHILE = 4  # computing takes at least so many times as long as calling


@dataclass(frozen=True)
class Cost:
    """Counts of one run: calls and numbers written by them, products in matrix products, operations on floats."""

    calls: int
    numbers: int  # for each sample
    products: int  # for each sample
    operations: int  # for each sample
    rows: int  # of the arrays that a sample takes: what is computed, and inputs that are read row by row

    @classmethod
    def of(cls, program: ArrayProgram) -> Cost:
        """Count."""
        calls = numbers = products = total = 0
        for instruction in program.instructions:
            places = instruction.target.rows.size
            here = _calls(instruction)
            calls += here
            numbers += here * places if instruction.target.batched else 0
            total += operations(instruction)
            if isinstance(instruction, Sum):
                products += sum([places * term.inner for term in instruction.terms if term.form == "matrix"])
        return cls(calls, numbers, products, total, program.sizes["v"] + sum([program.sizes[block] for block in _by_rows(program)]))

    def samples_at_a_time(self) -> int:
        """How many samples to compute at once: what fits into the cache, but enough to make the calls themselves worth their while."""
        each = NUMBER * self.numbers + PRODUCT * self.products
        return max(SMALLEST, CACHE // max(self.rows, 1), int(WORTH_WHILE * CALL * self.calls / max(each, CALL)))

    def microseconds(self, backend: str, batch_size: int) -> float:
        """The estimate for a batch."""
        if backend == "floats":
            return FLOAT * self.operations * batch_size
        return CALL * self.calls + batch_size * (NUMBER * self.numbers + PRODUCT * self.products)

    def cheaper(self, batch_size: int) -> str:
        """The backend with the smaller estimate."""
        return min(("numpy", "floats"), key=lambda backend: self.microseconds(backend, batch_size))


def _by_rows(program: ArrayProgram) -> set[str]:
    """The blocks of inputs that are read otherwise than as one side of a matrix product."""
    read: list[Operand] = []
    for instruction in program.instructions:
        if isinstance(instruction, Apply):
            read += instruction.arguments
        else:
            read += [x for term in instruction.terms for x in term.operands() if term.form != "matrix" or 1 not in x.shape]
    return {operand.buffer for operand in read if isinstance(operand, Rows) and operand.buffer[0] == "x"}


def _calls(instruction: Apply | Sum) -> int:
    """About how many NumPy calls an instruction takes."""
    if isinstance(instruction, Sum):
        return max(1, 2 * len(instruction.terms) - 1)
    return len(instruction.op.arrays) if isinstance(instruction.op.arrays, tuple) and instruction.op.arrays else 1


def operations(instruction: Apply | Sum) -> int:
    """Operations on numbers for each sample: a row is one, a product and its addition are one each."""
    places = prod(instruction.target.shape)
    if isinstance(instruction, Apply):
        return places
    return places * sum([term.inner * (1 if term.b is None else 2) for term in instruction.terms])
