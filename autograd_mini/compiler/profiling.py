"""Profiling: how long each statement of a training step takes.

What you can do with this file: `print(program.profile(xs, ys))`; in Jupyter it is a table; `.statements` are the same as data.

The step is written once more, with a look at the clock between its lines, and runs in turn with the step as it is. Medians are reported:
they shrug off what else the machine does. A look at the clock takes some 0.05 µs, which the lines are charged with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from html import escape
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_mini.compiler.array_program import Instruction, Sum
from autograd_mini.compiler.bound import Kernel, Make, Step
from autograd_mini.compiler.explaining.equations import Equations
from autograd_mini.compiler.numpy_source import Source
from autograd_mini.language import _
from autograd_mini.listing import lines_of
from autograd_mini.typesetting import table_of

if TYPE_CHECKING:
    from autograd_mini.compiler.program import Program

__all__ = ["Profile", "Statement", "profile", "timed_step"]

MATRIX_CALL = re.compile(r"(\w+_)?(dot|matmul)\(")
Lap = tuple[float, ...]


@dataclass(frozen=True)
class Statement:
    """One statement of a step: its text, the formula of the instruction that it is part of ("" for a copy of inputs), its median time.

    `is_product`: it is a matrix product.
    """

    text: str
    formula: str
    microseconds: float
    is_product: bool


@dataclass(frozen=True, repr=False)
class Profile:
    """What `program.profile()` found; print it to read it. `step` is the time of the step as it is, without a clock, in microseconds."""

    batch_size: int
    statements: tuple[Statement, ...]
    step: float

    @property
    def microseconds(self) -> float:
        """The time of all statements together."""
        return sum(statement.microseconds for statement in self.statements)

    @property
    def shares(self) -> tuple[float, ...]:
        """Which part of that time each statement takes; they add up to 1."""
        return tuple(statement.microseconds / self.microseconds for statement in self.statements)

    @property
    def products(self) -> float:
        """Which part of that time the matrix products take."""
        return sum(share for share, statement in zip(self.shares, self.statements, strict=True) if statement.is_product)

    def __str__(self) -> str:
        return "\n".join([*lines_of(table_of(dict(zip(_columns(), SIDES, strict=True)), self._rows())), "", self._summary()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The table that Jupyter shows."""
        head = "".join(f"<th>{escape(column)}</th>" for column in _columns())
        rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in self._rows())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><p>{escape(self._summary())}</p>"

    def _rows(self) -> Iterator[Sequence[str]]:
        last = ""
        for statement, share in zip(self.statements, self.shares, strict=True):
            formula = "" if statement.formula == last else statement.formula
            yield statement.text, f"{statement.microseconds:.2f}", f"{100 * share:.1f} %", formula
            last = statement.formula

    def _summary(self) -> str:
        return _(
            "Statements: {total} µs, {products} of it matrix products; the step as it is: {step} µs, for a batch of {n} samples.",
            total=f"{self.microseconds:.1f}", products=f"{100 * self.products:.0f} %", step=f"{self.step:.1f}", n=self.batch_size,
        )  # fmt: skip


SIDES: tuple[Any, ...] = ("left", "right", "right", "left")


def _columns() -> tuple[str, ...]:
    return _("statement"), "µs", _("share"), _("formula")


def profile(program: Program, blocks: Sequence[Any], batch_size: int | None, dtype: Any, repeat: int) -> Profile:
    """Profile a step on the first samples of these blocks, or on all of them. See `Program.profile`."""
    if type(repeat) is not int or repeat < 1:
        raise ValueError(f"profile(repeat={repeat!r}): a whole number from 1 on")
    count = len(program.feeds.blocks(blocks)[0])
    size = count if batch_size is None else batch_size
    step, (timed, laps) = program.bind(size, dtype), timed_step(program, size, dtype)
    if size > count:
        raise ValueError(f"profile(batch_size={size}): the blocks have {count} samples only")
    batch = [block[:size] for block in step.checked(*blocks)]
    plain = []
    with np.errstate(all="ignore"):
        for _time in range(repeat):
            timed.gradients(*batch, scale=1.0 / size)
            start = perf_counter()
            step.gradients(*batch, scale=1.0 / size)
            plain.append(perf_counter() - start)
    instructions = program.array_program.needed(loss=False, gradients=True).instructions
    seconds = np.diff(laps, axis=1).reshape(repeat, len(laps) // repeat, len(laps[0]) - 1).sum(axis=1)  # of a batch in parts, all of them
    statements = _statements(program, instructions, seconds)
    return Profile(size, tuple(statements), 1e6 * median(plain))


def _statements(program: Program, instructions: Sequence[Instruction], seconds: Any) -> Iterator[Statement]:
    equations = Equations(program.array_program)
    for (position, text), times in zip(_source(program).lines, seconds.T, strict=True):
        instruction = instructions[position] if position >= 0 else None
        formula = equations.formula(instruction) if instruction else ""
        multiplies = isinstance(instruction, Sum) and any(term.form == "matrix" for term in instruction.terms)
        is_product = multiplies and MATRIX_CALL.match(text) is not None
        yield Statement(text, formula, 1e6 * float(np.median(times)), is_product)


# --- a step with a clock ----------------------------------------------------------------------------------------------


def timed_step(program: Program, batch_size: int, dtype: Any = "float64") -> tuple[Step, list[Lap]]:
    """A step that computes the same, and a list that gets the time between all of its lines whenever it runs."""
    laps: list[Lap] = []
    with_clock = copy(program)  # without its kernels: they are made when they are needed
    vars(with_clock)["_kernels"] = {"gradients": _Timed(_with_clock(_source(program)), laps)}
    return with_clock.bind(batch_size, dtype), laps


def _source(program: Program) -> Source:
    return program._kernels["gradients"].source


def _with_clock(source: Source) -> Source:
    """The same source with a look at the clock before and after each line."""
    before, _def, after = source.text.partition("def run(")
    signature = after.partition("\n")[0]
    body = ["lap_0 = clock()"]
    for i, (_position, line) in enumerate(source.lines, 1):
        body += [line, f"lap_{i} = clock()"]
    body.append(f"laps(({', '.join(f'lap_{i}' for i in range(len(source.lines) + 1))},))")
    lines = ["clock, laps = make.clock, make.laps", f"def run({signature}", *(f"    {line}" for line in body), ""]
    return replace(source, text=before + "\n".join(lines))


class _Stopwatch(Make):
    """Makes the arrays, and hands over the clock."""

    clock: Callable[[], float] = staticmethod(perf_counter)

    def __init__(self, source: Source, batch_size: int, dtype: Any, laps: list[Lap]) -> None:
        super().__init__(source, batch_size, dtype)
        self.laps = laps.append


class _Timed(Kernel):
    """A kernel whose functions note the times in `laps`."""

    def __init__(self, source: Source, laps: list[Lap]) -> None:
        super().__init__(source)
        self.laps = laps

    def bind(self, buffers: Mapping[str, Any], batch_size: int, dtype: Any) -> Callable[..., None]:
        return self.run_with(_Stopwatch(self.source, batch_size, dtype, self.laps), buffers)
