"""Equations: each instruction of an array program as a formula, and the lines that people would write.

What you can do with this file: `Equations(program)`: its `lines`, forward first; `formula(instruction)` for one instruction.

The notation is that of course 002: W·x is a product of matrices, ⊙ goes element by element, xᵀ is transposed. What only the next
instruction reads is written into that one's line, so that `δ¹ = (W²ᵀ δ²) ⊙ σ′(z¹)` is one line of two instructions. The factor `rate`,
which the gradient begins with, is left out of formulas; `scaled` says where it comes in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from autograd_mini.compiler.array_program import Apply, ArrayProgram, Instruction, Numbers, Operand, Rows, Sum, Term
from autograd_mini.compiler.explaining.formula import RATE, Formula, number_text, product, square, times, with_rate
from autograd_mini.compiler.explaining.four_equations import FourEquations
from autograd_mini.compiler.explaining.naming import Array, below
from autograd_mini.compiler.explaining.plain import is_square
from autograd_mini.compiler.explaining.roles import SYMBOLS, Roles, unrepeated
from autograd_mini.row import ATOM, PRODUCT, SIGN, SUM

__all__ = ["Equation", "Equations"]

LONGEST = 40  # characters of a formula that is written into another one


@dataclass(frozen=True)
class Equation:
    """A line: the instructions that it is made of, plainly said too, its text, and what is to be said of it.

    `backward`: it belongs to the gradient. `scaled`: here the factor `rate` comes in. `summed`: it is added up over the batch. `numbers`:
    which of the four equations of backpropagation it is, 1 to 4.
    """

    instructions: tuple[Instruction, ...]
    plain: tuple[Instruction, ...]
    text: str
    backward: bool
    scaled: bool
    summed: bool
    numbers: tuple[int, ...]


class Equations:
    """The formulas of a program."""

    def __init__(self, program: ArrayProgram) -> None:
        self.roles = Roles(program)
        self._inline: dict[Array, Formula] = {}  # arrays without a name, as they are written where they are read
        self._constants: list[Any] = []
        self._taken = {array.name for array in self.roles.arrays}
        self._fresh = (f"v{below(i)}" for i in count(1))
        self._made = dict(zip(program.instructions, self.roles.made, strict=True))
        self._four = FourEquations(self.roles)
        self._shown = {a for o in (program.loss, *program.outputs) if isinstance(o, Rows) for a in self.roles.owners(o)}
        self._readers = self._read()
        self._sides: dict[Instruction, list[tuple[str, Formula, Sum | Apply]]] = {}
        into: dict[Instruction, Instruction] = {}  # an instruction that is written into another one's line
        for instruction, array, plain in zip(program.instructions, self.roles.made, self.roles.plain, strict=True):
            sides = self._sides[instruction] = [(*self._equation(array, each), each) for each in plain]
            if array in self._inline and not sides[0][0] and len(self._readers[array]) == 1:
                into[instruction] = self._readers[array][0]
        self.lines = self._lines(into)

    def formula(self, instruction: Instruction) -> str:
        """One instruction, with the factor `rate` where it comes in."""
        return ", ".join([_with_rate(_joined(name, formula), formula) for name, formula, _ in self._sides[instruction]])

    def called(self, buffer: str, row: int) -> str:
        """What one number is called: as its Value, or as an element of its array."""
        label = self.roles.program.labels[buffer][row]
        if label:
            return label[-1] if label[-1].isprintable() else label[-1].encode("unicode_escape").decode()
        [array] = self.roles.owners(place := Rows(buffer, np.array([row])))
        return self._name(array).text if array and array.size == 1 else self._rows(place).text

    def read(self, line: Equation) -> list[Array]:
        """The arrays that a line reads, without those that it makes for itself."""
        made = self.made(line)
        operands = [operand for plain in line.plain for operand in plain.operands() if isinstance(operand, Rows)]
        return [array for array in dict.fromkeys(a for o in operands for a in self.roles.owners(o)) if array and array not in made]

    def made(self, line: Equation) -> list[Array]:
        """The arrays that a line makes."""
        return [array for each in line.instructions if (array := self._made[each])]

    # --- lines ------------------------------------------------------------------------------------------------------

    def _read(self) -> dict[Array | None, list[Instruction]]:
        """The instructions that read each array; one that reads it in part counts twice."""
        found: dict[Array | None, list[Instruction]] = {}
        program = self.roles.program
        for instruction, plain in zip(program.instructions, self.roles.plain, strict=True):
            for operand in (operand for each in plain for operand in each.operands() if isinstance(operand, Rows)):
                for array in self.roles.owners(operand):
                    readers = found.setdefault(array, [])
                    in_part = array is None or not np.array_equal(np.sort(operand.rows, None), np.sort(array.rows, None))
                    readers += [instruction, instruction] if in_part else [instruction] * (instruction not in readers)
        return found

    def _lines(self, into: dict[Instruction, Instruction]) -> list[Equation]:
        members: dict[Instruction, list[Instruction]] = {}
        for instruction in reversed(list(self._sides)):  # readers first: they know their line
            line = into[instruction] = into.get(into.get(instruction, instruction), into.get(instruction, instruction))
            members.setdefault(line, []).append(instruction)
        lines = [self._line(line, tuple(members[line][::-1])) for line in self._sides if line in members]
        return sorted(lines, key=lambda line: line.backward)

    def _line(self, last: Instruction, members: tuple[Instruction, ...]) -> Equation:
        sides = self._sides[last]
        summed = any(isinstance(plain, Sum) and any(map(plain.over_batch, plain.terms)) for _, _, plain in sides)
        numbers = tuple([number for name, _, plain in sides if (number := self._four.number(self._made[last], plain))])
        text = ", ".join([_joined(name, formula if name else with_rate(formula)) for name, formula, _ in sides])
        plain = tuple([each for member in members for _, _, each in self._sides[member]])
        scaled = any(formula.scaled for name, formula, _ in sides if name)
        return Equation(members, plain, text, last not in self.roles.forward, scaled, summed, numbers)

    # --- one instruction --------------------------------------------------------------------------------------------

    def _equation(self, array: Array | None, plain: Instruction) -> tuple[str, Formula]:
        """Both sides; the left one is empty where the formula is all there is to say."""
        formula = self._apply(plain) if isinstance(plain, Apply) else self._sum(plain)
        if array is None:
            return f"∂{self.roles.cost}/∂{self._rows(Rows('p', plain.target.rows)).text}", formula
        if not array.name:
            if self._is_short(array, plain, formula):
                self._inline[array] = formula
                return "", formula
            array.name = next(name for name in self._fresh if name not in self._taken)
        return array.name, formula

    def _is_short(self, array: Array, plain: Instruction, formula: Formula) -> bool:
        """Whether an array needs no name: only one instruction reads it, or it is hardly more than arrays that have names."""
        if len(formula.text) > LONGEST or array in self._shown:
            return False
        a_name = formula.binds == ATOM and not set("([") & set(formula.text)
        return len(self._readers.get(array, ())) == 1 or a_name or self._is_difference(array, plain)

    def _is_difference(self, array: Array, plain: Instruction) -> bool:
        """Whether an array is the sum or the difference of two that have names."""
        if isinstance(plain, Apply) or len(plain.terms) != 2:
            return False
        owners = [self.roles.owners(operand) if isinstance(operand, Rows) else [] for operand in plain.operands()]
        named = all(len(found) == 1 and found[0] and found[0].stem and found[0].size == array.size for found in owners)
        return named and all(term.b is None and term.form == "each" and abs(term.coefficient) == 1.0 for term in plain.terms)

    def _apply(self, instruction: Apply) -> Formula:
        notation = instruction.op.text
        before = f"{SYMBOLS[instruction.op.name]}(" if instruction.op.name in SYMBOLS else notation.before
        places = [notation.operands[min(i, len(notation.operands) - 1)] for i in range(len(instruction.arguments))]
        texts = [self._operand(o).within(place) for o, place in zip(instruction.arguments, places, strict=True)]
        texts = [*texts[:2], f"… {texts[-1]}"] if len(texts) > 4 else texts
        return Formula(f"{before}{notation.between.join(texts)}{notation.after}", notation.binds)

    def _sum(self, instruction: Sum) -> Formula:
        terms = [self._term(instruction, term) for term in self._gathered(instruction)]
        terms = [pair for pair in terms if pair[0]] or terms[:1]  # not 0 × anything
        scaled = all(formula.scaled for _, formula in terms)
        signed = [(coefficient < 0, times(abs(coefficient), f if scaled else with_rate(f))) for coefficient, f in terms]
        if signed[0][0]:
            signed.sort(key=lambda pair: pair[0])  # 1 − a, not −a + 1
        first, *rest = signed
        if not rest:
            return Formula(f"−{first[1].within(SIGN)}", SIGN, scaled) if first[0] else first[1]._replace(scaled=scaled)
        text = ("−" if first[0] else "") + first[1].within(PRODUCT if first[0] else SUM)
        for negative, formula in rest[:1] + rest[-1:] if len(rest) > 3 else rest:
            dots = " + …" if len(rest) > 3 and formula is rest[-1][1] else ""
            text += f"{dots} {'−' if negative else '+'} {formula.within(PRODUCT)}"
        return Formula(text, SUM, scaled)

    def _gathered(self, instruction: Sum) -> list[Term]:
        """The terms; of a single number, those that go through the same arrays together: ½ Σ (a − y)²."""
        alike: dict[Any, list[Term]] = {}
        for i, term in enumerate(instruction.terms):
            owners = [self.roles.owners(o) if isinstance(o, Rows) else [None] for o in term.operands()]
            together = instruction.target.rows.size == 1 and term.form == "each" and all(len(o) == 1 and o[0] for o in owners)
            alike.setdefault((term.coefficient, *(o[0] for o in owners)) if together else i, []).append(term)
        return [_stacked(terms) if len(terms) > 1 else terms[0] for terms in alike.values()]

    def _term(self, instruction: Sum, term: Term) -> tuple[float, Formula]:
        """A term: its coefficient, and the rest of it."""
        coefficient, formulas, scaled = term.coefficient, list[tuple[Formula, bool]](), False
        for operand in term.operands():
            if isinstance(operand, Numbers) and not operand.values.ndim:
                coefficient *= float(operand.values)
                continue
            formula = self._operand(operand, ordered=term.form == "each")
            scaled |= formula.scaled or formula.text == RATE
            if formula.text != RATE:
                formulas.append((formula, isinstance(operand, Rows) and bool((operand.rows == operand.rows.flat[0]).all())))
        squared = len(formulas) == 2 and is_square(term)
        made = square(formulas[0][0], term.form) if squared else product(formulas, term.form, instruction.over_batch(term))
        return coefficient, made._replace(scaled=scaled)

    # --- operands ---------------------------------------------------------------------------------------------------

    def _operand(self, operand: Operand, ordered: bool = True) -> Formula:
        if isinstance(operand, Rows):
            return self._rows(operand, ordered)
        if not operand.values.ndim:
            number = float(operand.values)
            return Formula(number_text(number), SIGN if number < 0 else ATOM)
        self._constants.append(operand)
        return Formula(f"K{below(len(self._constants))}")

    def _rows(self, operand: Rows, ordered: bool = True) -> Formula:
        owners = self.roles.owners(operand)
        if len(owners) > 1 and (ordered or len(set(owners) - {None}) > 1):
            names = [self._name(array).text if array else self._fixed(operand) for array in owners]
            return Formula(f"({', '.join(names if len(names) < 4 else [*names[:2], f'… {names[-1]}'])})")
        array, rows = next((array for array in owners if array), None), operand.rows
        if array is None:
            return Formula(self._fixed(operand))
        if len(owners) > 1:  # a border of zeros
            return Formula(f"patches({self._name(array).text})")
        column = rows[:, None] if rows.ndim == 1 else rows
        if not operand.batched and not np.array_equal(column, array.rows) and np.array_equal(column.T, array.rows):
            return Formula(f"{self._name(array).within(ATOM)}ᵀ")
        rows = unrepeated(rows)
        if array.size == 1 or np.array_equal(np.sort(rows, None), np.sort(array.rows, None)):
            return self._name(array)
        name = self._name(array).within(ATOM)
        if rows.size > array.size and not ordered:
            return Formula(f"patches({name})")
        return Formula(f"{name}[{_places(array, rows)}]")

    def _fixed(self, operand: Rows) -> str:
        """The numbers of rows that hold the same one for every sample; of weights that only fill up a row, 0."""
        fixed = dict(self.roles.program.fixed.get(operand.buffer, ()))
        numbers = dict.fromkeys([number_text(fixed[row]) for row in operand.rows.ravel().tolist() if row in fixed])
        return ", ".join(numbers) or "0"

    def _name(self, array: Array) -> Formula:
        return self._inline.get(array) or Formula(array.name)


def _joined(name: str, formula: Formula) -> str:
    return f"{name} = {formula.text}" if name else formula.text


def _with_rate(text: str, formula: Formula) -> str:
    return f"{text}, times the {RATE}" if formula.scaled else text


def _stacked(terms: Sequence[Term]) -> Term:
    """Terms of one number as one that runs over their rows."""

    def together(operands: Sequence[Any]) -> Rows:
        return Rows(operands[0].buffer, np.array([[operand.rows.flat[0] for operand in operands]]))

    b = None if terms[0].b is None else together([term.b for term in terms])
    return Term(terms[0].coefficient, together([term.a for term in terms]), b, "rows")


def _places(array: Array, rows: Any) -> str:
    """Which numbers of an array, counted from 1."""
    flat = array.rows.ravel()
    order = np.argsort(flat)
    places = order[np.searchsorted(flat, rows.ravel(), sorter=order)] + 1
    if (places == places[0]).all():
        return str(places[0])
    return f"{places[0]}…{places[-1]}" if (np.diff(places) == 1).all() else "…"
