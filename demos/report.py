"""Printing a lesson: its blocks one after another in the terminal, its pictures into a folder.

What you can do with this file: `tell(title, blocks, out)`; in a lesson, what many share: `forward_lines`, `derivatives`,
`what_ifs`, and how numbers are written (`change`, `changes`, `vector`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import singledispatchmethod
from pathlib import Path
from typing import NamedTuple

from rich import table as rich_table
from rich.console import Console
from rich.text import Text

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.errors import MissingExtra
from autograd_mini.number import show
from autograd_mini.program import run
from demos.blocks import Block, Figure, Figures, Heading, Picture, Row, Say, Table
from demos.words import _

__all__ = ["WhatIf", "alone", "change", "changes", "console", "derivative", "derivatives", "forward_lines", "tell", "vector", "what_ifs"]

WIDEST = 200


def tell(title: str, blocks: Iterable[Block], out: Path) -> None:
    """Print a lesson, and save its pictures in the folder `out`. Where the package that makes one is missing, it is printed as text."""
    terminal = console()
    terminal.print(Text(f"\n{title}\n{'=' * Text(title).cell_len}", style="bold"))
    teller = _Teller(terminal, out)
    for block in blocks:
        teller.tell(block)


class _Teller:
    """One method for each kind of block."""

    def __init__(self, console: Console, out: Path) -> None:
        self.console = console
        self.out = out

    @singledispatchmethod
    def tell(self, block: Block) -> None:
        raise TypeError(f"a lesson yields blocks, got {block!r:.80}")

    @tell.register
    def heading(self, block: Heading) -> None:
        self.console.print(Text(f"\n{block.text}", style="bold"))

    @tell.register
    def say(self, block: Say) -> None:
        for line in block.lines:
            self.console.print(Text(line))

    @tell.register
    def figures(self, block: Figures) -> None:
        table = _table(["", _("here"), _("course"), _("difference")], right=True)
        for figure in block.figures:
            table.add_row(f"  {figure.what}", figure.shown, figure.course or _("(ours)"), figure.difference)
        self.console.print(table)

    @tell.register
    def table(self, block: Table) -> None:
        table = _table(block.columns)
        for row in block.rows:
            table.add_row(*(_cell(cell) for cell in row))
        self.console.print(table)
        if any(isinstance(cell, Figure) and cell.course for row in block.rows for cell in row):
            self.console.print(Text(_("  ✓ the course's number"), style="dim"))

    @tell.register
    def picture(self, block: Picture) -> None:
        try:
            where = block.drawing.save(self.out / f"{block.name}.svg")
        except MissingExtra:  # then it says so itself, and what it can show as text
            self.console.print(Text(f"{block.says}\n{block.drawing}"))
        else:
            self.console.print(Text("  ".join(filter(None, ("→", str(where), block.says)))))


def forward_lines(nodes: Sequence[Value]) -> list[str]:
    """One line for each operation: what goes in, what comes out, for example `price 10 × count 2 = subtotal 20`."""
    lines = []
    for node in nodes:
        assert node.op is not None  # the lessons pass operations
        operands = [" ".join(filter(None, (operand.label, show(operand.data)))) for operand in node.operands]
        lines.append(f"  {f' {node.op.symbol} '.join(operands)} = {node.label} {show(node.data)}")
    return lines


def derivatives(output: Value, course: Mapping[Value, str]) -> Figures:
    """∂output/∂node for each of these nodes, beside what the course prints for it ("" where it is ours), after `output.backward()`."""
    return Figures(*(Figure(derivative(output, node), node.grad, text) for node, text in course.items()))


def derivative(output: Value, node: Value) -> str:
    """The name of a derivative: `∂payment/∂price`."""
    return f"∂{output.label}/∂{node.label}"


class WhatIf(NamedTuple):
    """Numbers to be set, and what the course prints for that (nothing where the what-if is ours): new numbers, change of the output."""

    at: Mapping[Value, float]
    course: Mapping[Value, str] = {}
    change: str = ""


def what_ifs(output: Value, changes: Iterable[WhatIf], watch: Sequence[Value] = ()) -> Table:
    """Each change with old → new of the watched nodes and of the output, beside what the derivatives foretell.

    `output.backward()` must have run.
    """
    columns = (_("what if"), *(str(node.label) for node in (*watch, output)), _("change"), _("derivative × step"))
    return Table(columns, (_what_if(output, what_if, watch) for what_if in changes))


def _what_if(output: Value, what_if: WhatIf, watch: Sequence[Value]) -> Row:
    numbers = ag.evaluate(output, what_if.at)
    foretold = sum(node.grad * (new - node.data) for node, new in what_if.at.items())
    what = changes(what_if.at)
    return (
        what,
        *(Figure(f"{what}: {node.label}", numbers[node], what_if.course.get(node, ""), before=node.data) for node in (*watch, output)),
        Figure(_("{what}: change", what=what), numbers[output] - output.data, what_if.change, signed=True),
        Figure(_("{what}: derivative × step", what=what), foretold, signed=True),
    )


def changes(at: Mapping[Value, float]) -> str:
    """Which numbers a what-if sets: `price 10 → 11, count 2 → 3`."""
    return _(", ").join(f"{node.label} {change(node.data, new)}" for node, new in at.items())


def change(old: float, new: float) -> str:
    """`22 → 24.2`, or one number where nothing changes."""
    return show(old) if old == new else f"{show(old)} → {show(new)}"


def vector(numbers: Iterable[float], digits: int = 6) -> str:
    """`(2, -1)`, to so many significant digits."""
    return f"({', '.join(show(x, digits) for x in numbers)})"


def alone(title: str, blocks: Callable[[], Iterable[Block]], out: Path = Path("out")) -> None:
    """Tell a lesson as `python -m demos.apples` does: its pictures go into the folder `out`; what hinders them is one sentence."""

    def told() -> int:
        out.mkdir(exist_ok=True)
        tell(title, blocks(), out)
        return 0

    if code := run("demos", told):
        sys.exit(code)


def _cell(cell: str | Figure) -> str:
    if isinstance(cell, str):
        return cell
    shown = cell.shown if cell.before is None or cell.before == cell.value else f"{show(cell.before)} → {cell.shown}"
    if not cell.course:
        return shown
    return f"{shown} ✓" if cell.agrees else _("{here}, course {course}", here=shown, course=cell.course)


def _table(columns: Iterable[str], right: bool = False) -> rich_table.Table:
    table = rich_table.Table(box=None, pad_edge=False, header_style="bold")
    for i, column in enumerate(columns):
        table.add_column(column, no_wrap=True, justify="right" if right and i else "left")
    return table


def console() -> Console:
    """The terminal of the moment."""
    # Made for each use: it looks at the terminal of the moment, and at NO_COLOR. Never narrower than the widest table,
    # which would lose its last digits: a narrow terminal folds the line instead.
    return Console(highlight=False, soft_wrap=True, width=max(Console().width, WIDEST))
