"""NumPy source: an array program as a straight line of NumPy calls, each writing into an array that is there already.

What you can do with this file: `written(program)` → the `Source`; `bound.py` runs it.

The text makes the arrays, once for a batch size and a type, and then defines the function that runs a batch:

    v0_30 = make.view(v, 0, (30,), (1,))        names say which rows of a buffer an array shows
    …

    def run(x0, x1):
        p0_24000_dot(x0.T, v0_30)
        …

Matrix products go to `dot`, which asks for contiguous arrays and is quickest, or to `matmul`. All names in the text are ours; labels
stand in its comments only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_mini.compiler.array_program import Apply, ArrayProgram, Numbers, Rows, Sum, Term
from autograd_mini.compiler.numpy_arrays import Arrays, in_place
from autograd_mini.row import Operation

__all__ = ["Source", "written"]

BY_NAME = ("maximum", "minimum")  # NumPy takes `out` of these by its name only


@dataclass(frozen=True)
class Source:
    """The text, and what it refers to: arrays of row numbers (`make.rows[3]`), constants (`make.numbers[2]`), rows of the table that
    have no calls of their own (`make.own[0]`). `lines` are those of `run`, each with the instruction that it belongs to (-1: none).
    """

    text: str
    rows: tuple[Any, ...]
    numbers: tuple[Any, ...]
    own: tuple[Operation, ...]
    lines: tuple[tuple[int, str], ...]


def written(program: ArrayProgram, comments: Sequence[str] = ()) -> Source:
    """Write an array program as NumPy calls; `comments[i]` stands above the calls of instruction i."""
    writer = _Writer(program)
    for instruction in program.instructions:
        writer.add(instruction)
    lines = [(-1, f"copyto({name}, {block}.T)") for block, name in writer.arrays.transposed.items()] + writer.lines
    inputs = ", ".join([name for name in program.sizes if name[0] == "x"])
    running = _commented(lines, comments) or ["pass"]
    text = "\n".join([*writer.arrays.making, "", f"def run({inputs}):", *(f"    {line}" for line in running), ""])
    return Source(text, tuple(writer.arrays.rows), tuple(writer.arrays.numbers), tuple(writer.own), tuple(lines))


def _commented(lines: Sequence[tuple[int, str]], comments: Sequence[str]) -> list[str]:
    text, last = [], -1
    for position, line in lines:
        if position != last and position < len(comments):
            text.append(f"# {comments[position]}")
        last = position
        text.append(line)
    return text


class _Writer:
    """The calls written so far, each with the number of its instruction."""

    def __init__(self, program: ArrayProgram) -> None:
        self.arrays = Arrays(program.sizes, self.run)
        self.lines: list[tuple[int, str]] = []
        self.own: list[Operation] = []
        self.position = -1

    def run(self, line: str) -> None:
        self.lines.append((self.position, line))

    def call(self, function: str, *arguments: str) -> None:
        self.run(f"{function}({', '.join(arguments)})")

    def add(self, instruction: Apply | Sum) -> None:
        """Write the calls of one instruction."""
        self.position += 1
        target = instruction.target
        into = target if in_place(target) else self.arrays.room(target.rows.shape, target.batched, "s")
        if isinstance(instruction, Apply):
            self._apply(instruction, into)
        else:
            self._sum(instruction, into)
        if into is not target:  # rows of a gradient that follow no pattern
            self.run(f"{target.buffer}[{self.arrays.index(target.rows)}] = {into.buffer}")

    # --- rows of the op table ---------------------------------------------------------------------------------------

    def _apply(self, instruction: Apply, into: Rows) -> None:
        op = instruction.op
        if op.arity is None and isinstance(op.arrays, tuple) and op.arrays:
            terms, out = self._side_by_side(instruction), self.arrays.elements([into], into.batched)[0]
            self._calls(op.arrays, {"terms": terms, "out": out})
            return
        out, *arguments = self.arrays.elements([into, *instruction.arguments], into.batched)
        if isinstance(op.arrays, tuple) and op.arrays:
            self._calls(op.arrays, {"out": out} | dict(zip("xyz", arguments, strict=False)))
            return
        self.own.append(op)
        self.run(f"copyto({out}, make.own[{len(self.own) - 1}]({', '.join(arguments)}))")

    def _calls(self, calls: tuple[tuple[str | float, ...], ...], places: dict[str, str]) -> None:
        for function, *arguments in calls:
            names = [places[each] if isinstance(each, str) else self.arrays.number(each) for each in arguments]
            if function in BY_NAME:
                names[-1] = f"out={names[-1]}"
            self.call(str(function), *names)

    def _side_by_side(self, instruction: Apply) -> str:
        """The operands of a row that takes any number of them, [J, K]."""
        arguments, target = instruction.arguments, instruction.target
        buffers = {argument.buffer if isinstance(argument, Rows) else "" for argument in arguments}
        if len(buffers) == 1 and "" not in buffers:
            rows = np.stack([argument.rows for argument in arguments if isinstance(argument, Rows)], 1)
            return self.arrays.whole(Rows(buffers.pop(), rows))
        terms = self.arrays.room((len(target.rows), len(arguments)), target.batched, "side")
        for k, argument in enumerate(arguments):
            place = Rows(terms.buffer, terms.rows[:, k])
            self.call("copyto", *self.arrays.elements([place, argument], target.batched))
        return self.arrays.whole(terms)

    # --- sums of products -------------------------------------------------------------------------------------------

    def _sum(self, instruction: Sum, into: Rows) -> None:
        """The products first, the first one written where it belongs; then what is added to them as it is."""
        plain = [term for term in instruction.terms if term.b is None and term.form == "each" and not instruction.over_batch(term)]
        products = [term for term in instruction.terms if term not in plain]
        for i, term in enumerate(products):
            place = into if i == 0 else self.arrays.room(into.rows.shape, into.batched, "t")
            self._product(term, place, instruction.over_batch(term))
            if i:
                self._plus(into, place, term.coefficient)
            else:
                self._scale(into, term.coefficient)
        if not products:
            plain = self._first_two(plain, into)
        for term in plain:
            self._plus(into, term.a, term.coefficient)

    def _first_two(self, plain: list[Term], into: Rows) -> list[Term]:
        """Write the first terms of a sum that has no products; return the others."""
        first, *others = sorted(plain, key=lambda term: term.coefficient != 1.0)
        if others and first.coefficient == 1.0 and others[0].coefficient in (1.0, -1.0):
            out, x, y = self.arrays.elements([into, first.a, others[0].a], into.batched)
            self.call("add" if others[0].coefficient == 1.0 else "subtract", x, y, out)
            return others[1:]
        out, x = self.arrays.elements([into, first.a], into.batched)
        if first.coefficient in (1.0, -1.0):
            self.call("negative" if first.coefficient == -1.0 else "positive", x, out)
        else:
            self.call("multiply", x, self.arrays.number(first.coefficient), out)
        return others

    def _scale(self, into: Rows, coefficient: float) -> None:
        if coefficient != 1.0:
            [out] = self.arrays.elements([into], into.batched)
            self.call("multiply", out, self.arrays.number(coefficient), out)

    def _plus(self, into: Rows, operand: Rows | Numbers, coefficient: float) -> None:
        """Add coefficient × an operand."""
        if coefficient not in (1.0, -1.0):
            scaled = self.arrays.room(into.rows.shape, into.batched, "t")
            out, x = self.arrays.elements([scaled, operand], into.batched)
            self.call("multiply", x, self.arrays.number(coefficient), out)
            operand = scaled
        out, x = self.arrays.elements([into, operand], into.batched)
        self.call("subtract" if coefficient == -1.0 else "add", out, x, out)

    def _product(self, term: Term, into: Rows, over_batch: bool) -> None:
        """Write a term, without its coefficient, into its place."""
        if term.form == "matrix":
            self._matrix(term, into, over_batch)
        elif term.form == "each" and not over_batch:
            out, *factors = self.arrays.elements([into, *term.operands()], into.batched)
            self.call("multiply", *factors, out)
        elif term.form == "each" and isinstance(term.a, Rows) and term.b is None:
            self._totals(term.a, into)
        else:
            self._added(term, into, over_batch)

    def _totals(self, operand: Rows, into: Rows) -> None:
        """Rows of a batch, each added up over its samples."""
        table = self.arrays.table(Rows(operand.buffer, operand.rows.reshape(-1, 1)))
        out = self.arrays.whole(Rows(into.buffer, into.rows.ravel()))
        self._multiply(table, self.arrays.ones(), out)

    def _added(self, term: Term, into: Rows, over_batch: bool) -> None:
        """Products added up over k, over the batch, or over both."""
        letters = "ij"[: into.rows.ndim]
        sides = letters + "k" * (term.form == "rows")
        texts = [sides + "b" * operand.batched for operand in term.operands()]
        names = [self.arrays.whole(operand) for operand in term.operands()]
        out = self.arrays.whole(into)
        if term.b is None and not over_batch:
            self.call("add.reduce", names[0], str(len(letters)), "None", out)
        else:
            self.run(f'einsum("{",".join(texts)}->{letters}{"b" * into.batched}", {", ".join(names)}, out={out})')

    def _matrix(self, term: Term, into: Rows, over_batch: bool) -> None:
        """A matrix product. The batch stands behind the columns; where it is added up, it goes with the products."""
        a, b = term.a, term.b
        if into.batched:
            assert isinstance(b, Rows)  # constants and parameters stand on the left
            self._multiply(self.arrays.matrix(a), self.arrays.table(b), self.arrays.table(into))
        elif a.batched and b is not None and b.batched:
            assert isinstance(a, Rows)
            assert isinstance(b, Rows)
            self._multiply(self.arrays.table(a), self.arrays.turned_table(b), self.arrays.matrix(into))
        else:
            sides = [self._without_batch(side, use) for side, use in ((a, "left"), (b, "right"))]
            self._multiply(self.arrays.matrix(sides[0]), self.arrays.matrix(sides[1]), self.arrays.matrix(into))

    def _without_batch(self, operand: Any, use: str) -> Any:
        """An operand that is added up over the batch first, if it has one."""
        if not operand.batched:
            return operand
        room = self.arrays.room(operand.rows.shape, False, use)
        self._totals(operand, room)
        return room

    def _multiply(self, left: str, right: str, out: str) -> None:
        if not {left, right, out} <= self.arrays.contiguous:
            self.call("matmul", left, right, out)
        elif left.isidentifier():  # a method bound beforehand saves a third of a microsecond
            self.call(self.arrays.made(("dot", left), f"{left}_dot", f"{left}.dot"), right, out)
        else:
            self.call("dot", left, right, out)
