"""What became of a graph: the arrays that were found in it, line by line, as formulas.

What you can do with this file: `print(program.explain())`; in Jupyter it is a table. `program.explain(batch_size=100).lines` is the same
as data: formula, shapes, nodes, operations, bytes.

Each line stands for one or several array instructions, forward first. At the end: why so many numbers became elements of arrays, instead
of going into the sum that reads them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from autograd_mini.compiler.array_program import Apply, ArrayProgram, is_batched
from autograd_mini.compiler.explaining.absorption import alone, kept
from autograd_mini.compiler.explaining.equations import Equation, Equations
from autograd_mini.compiler.explaining.work import flops, shapes_of, traffic
from autograd_mini.language import N_, _, ngettext
from autograd_mini.listing import lines_of
from autograd_mini.number import show
from autograd_mini.typesetting import table_of

if TYPE_CHECKING:
    from autograd_mini.compiler.program import Program

__all__ = ["Explanation", "Line"]

SHOWN = 40  # lines; more are counted
COMPARED = 3  # names of nodes that Python compared


@dataclass(frozen=True)
class Line:
    """One line: its formula, and what is computed for a batch.

    `shapes` are those of the arrays, B being the size of the batch. `nodes`: how many nodes of the graph it stands for; of a gradient,
    which the graph has no nodes for, 0. `flops` and `bytes` (read and written) are for the whole batch, in float64. `equations`: which of
    the four equations of backpropagation it is, 1 to 4. `scaled`: here the factor `rate` comes in; `summed`: it is added up over the batch;
    `computed_as`: the shapes of the matrix product that does it, where biases or borders of zeros make it a larger one. `instructions`:
    how many array instructions it is made of.
    """

    formula: str
    shapes: str
    nodes: int
    flops: int
    bytes: int
    backward: bool
    equations: tuple[int, ...]
    scaled: bool
    summed: bool
    computed_as: str
    instructions: int

    @property
    def remarks(self) -> str:
        """What is to be said of it in a few words."""
        numbers = ", ".join(f"({number})" for number in sorted(self.equations))
        said = [numbers, _("× rate") if self.scaled else "", _("Σ over the batch") if self.summed else ""]
        said.append(_("computed as {shapes}", shapes=self.computed_as) if self.computed_as else "")
        return _("; ").join(filter(None, said))


@dataclass(frozen=True, repr=False)
class Explanation:
    """What `program.explain()` found; print it to read it. `text in explanation` looks into its text."""

    batch_size: int
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    kinds: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, program: Program, batch_size: int = 1) -> Explanation:
        """Explain a program, for batches of this size."""
        if type(batch_size) is not int or batch_size < 1:
            raise ValueError(f"explain(batch_size={batch_size!r}): a whole number from 1 on")
        equations = Equations(program.array_program)
        lines = tuple([_line(equation, batch_size) for equation in equations.lines])
        left_out = [equation.instructions[-1] for equation in equations.lines[SHOWN:]]
        kinds = Counter(each.op.name if isinstance(each, Apply) else "Σ" for each in left_out)
        return cls(batch_size, lines, tuple(_notes(program, lines, batch_size, equations)), tuple(kinds.most_common()))

    def __contains__(self, text: str) -> bool:
        return text in str(self)

    def __str__(self) -> str:
        table = table_of(dict(zip(_columns(), SIDES, strict=True)), list(self._rows()))
        return "\n".join([*lines_of(table), *self._left_out(), "", *self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The table that Jupyter shows."""
        head = "".join(f"<th>{escape(column)}</th>" for column in _columns())
        body = "".join(_html_row(row) for row in self._rows())
        notes = "".join(f"<p>{escape(note)}</p>" for note in [*self._left_out(), *self.notes])
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"

    def _rows(self) -> Iterator[Sequence[str]]:
        for line in self.lines[:SHOWN]:
            nodes = _("gradient") if line.backward else f"{line.nodes:,}"
            yield line.formula, line.shapes, nodes, f"{line.flops:,}", f"{line.bytes:,}", line.remarks
        totals = (sum(getattr(line, column) for line in self.lines) for column in ("nodes", "flops", "bytes"))
        yield _("all"), "", *(f"{total:,}" for total in totals), ""

    def _left_out(self) -> list[str]:
        if not self.kinds:
            return []
        n = len(self.lines) - SHOWN
        listed = ", ".join(f"{count} {kind}" for kind, count in self.kinds)
        return [ngettext("… and {n} more line: {listed}", "… and {n} more lines: {listed}", n, listed=listed)]


def _html_row(row: Sequence[str]) -> str:
    cells = [f'<td style="text-align:{side}">{escape(cell)}</td>' for cell, side in zip(row, SIDES, strict=True)]
    return f"<tr>{''.join(cells)}</tr>"


SIDES: tuple[Any, ...] = ("left", "left", "right", "right", "right", "left")


def _columns() -> tuple[str, ...]:
    return _("formula"), _("arrays"), _("nodes"), _("operations"), _("bytes"), _("remarks")


def _line(equation: Equation, batch_size: int) -> Line:
    plain, members = equation.plain, equation.instructions
    found, computed = shapes_of(plain), shapes_of(members)
    return Line(
        equation.text, found, sum(each.nodes for each in members),
        sum(flops(each, batch_size) for each in plain), sum(traffic(each, batch_size) for each in plain),
        equation.backward, equation.numbers, equation.scaled, equation.summed, computed if computed != found else "", len(members),
    )  # fmt: skip


# --- what is said below the table -----------------------------------------------------------------------------------


def _notes(program: Program, lines: Sequence[Line], batch_size: int, equations: Equations) -> Iterator[str]:
    yield from _counts(program, lines)
    yield from _reading(lines, equations)
    yield from _running(program, batch_size)
    yield from _why(program.array_program, equations)
    yield from _frozen(program.compared)


def _counts(program: Program, lines: Sequence[Line]) -> Iterator[str]:
    forward, backward = (sum(line.instructions for line in lines if line.backward is way) for way in (False, True))
    yield _(
        "{nodes} nodes of the graph: {forward} array instructions forward, {backward} more for the gradients.",
        nodes=f"{program.nodes:,}", forward=f"{forward:,}", backward=f"{backward:,}",
    )  # fmt: skip
    computed = sum(line.nodes for line in lines)
    yield _(
        "{computed} of the nodes are computed in these lines; the other {others} are inputs, parameters, and what is constant.",
        computed=f"{computed:,}", others=f"{program.nodes - computed:,}",
    )  # fmt: skip


def _reading(lines: Sequence[Line], equations: Equations) -> Iterator[str]:
    """How to read the formulas: the layers, the four equations, the factor of the gradient."""
    layers = [layer.z.layer for layer in equations.roles.layers if layer.z.layer is not None]
    counted = bool(layers) and min(layers) == 1
    if counted and any(line.equations for line in lines):
        yield _("Layer 1 is the first layer of weights; the book, which counts the inputs as layer 1, calls it ℓ = 2, and so on.")
    if any(line.equations for line in lines):
        yield _("(1) to (4) are the four equations of backpropagation; ⊙ multiplies element by element, ᵀ changes rows and columns over.")
    if any(line.scaled for line in lines):
        yield _(
            "× rate: from here on gradients have the factor rate, 1/B for the mean over a batch of B samples; "
            "a step of program.bind is told its own."
        )


def _running(program: Program, batch_size: int) -> Iterator[str]:
    sizes = program.array_program.sizes
    numbers = sum(size * (batch_size if is_batched(buffer) else 1) for buffer, size in sizes.items() if buffer[0] != "x")
    cost = program.cost
    estimates = {backend: _microseconds(cost.microseconds(backend, batch_size)) for backend in ("numpy", "floats")}
    chosen = program.backend or cost.cheaper(batch_size)
    yield ngettext(
        "Operations, bytes and memory are for a batch of {n} sample, in float64; its arrays take {memory} bytes.",
        "Operations, bytes and memory are for a batch of {n} samples, in float64; its arrays take {memory} bytes.",
        batch_size, memory=f"{8 * numbers:,}",
    )  # fmt: skip
    yield _(
        "Estimated for this batch: {numpy} µs on arrays (numpy), {floats} µs number by number (floats); {chosen} runs.",
        chosen=chosen, **estimates,
    )  # fmt: skip


def _microseconds(x: float) -> str:
    return show(x, 2) if x < 10 else f"{x:,.0f}"


def _why(program: ArrayProgram, equations: Equations) -> Iterator[str]:
    """Why numbers are elements of arrays."""
    yield _("Why numbers did not go into the sum that reads them:")
    for reason, places in kept(program).items():
        yield "  " + _("{n}: {reason} ({example})", n=f"{len(places):,}", reason=_(reason), example=equations.called(*places[0]))
    if places := alone(program):
        yield "  " + ngettext(
            "{n} array of a single number: nothing else at its level is computed in the same way ({example})",
            "{n} arrays of a single number: nothing else at their level is computed in the same way ({example}, …)",
            len(places), example=equations.called(*places[0]),
        )  # fmt: skip


def _frozen(compared: Sequence[str]) -> Iterator[str]:
    if compared:
        names = ", ".join(compared[:COMPARED])
        names += _(", … {n} nodes", n=len(compared)) if len(compared) > COMPARED else ""
        said = N_("Compared by Python while the graph was recorded, and frozen so: {names}; ag.where keeps the choice in the graph.")
        yield _(said, names=names)
