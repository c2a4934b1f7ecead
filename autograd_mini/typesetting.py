"""Text and tables for a terminal of any width: lines end between words, numbers stay whole, no line ends in spaces.

What you can do with this file: `folded("a long sentence", 40)`; `table_of({"name": "left", "value": "right"}, rows)`, printed by
`show_table(console, table)`.

Chinese has no spaces: a line may end after any of its characters, but not before a closing mark nor after an opening one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len, chop_cells
from rich.measure import Measurement
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

__all__ = ["folded", "show_table", "table_of"]

HAN, OPENING, CLOSING = "\u3400-\u9fff", "（“《", "，。；：！？、）”》"
#: Where a line may end: after spaces, and at Chinese characters.
BREAK = re.compile(rf"(?<= )(?! )|(?<=[{HAN}{CLOSING}])(?![] ){CLOSING}.,;:!?…])|(?<=[^] [({OPENING}])(?=[{HAN}{OPENING}])")
WIDEST = 10_000  # of a table that is not for a terminal


def folded(text: str, width: int, names: Iterable[str] = ()) -> str:
    """The text in lines of at most so many cells, each ending between words.

    Chinese `names` are not taken apart, nor is a command with one of them: `w 小计 all`.

    >>> print(folded("Compute v1: price × count.", 15))
    Compute v1:
    price × count.
    >>> print(folded("按导数预计：输出实际变化了 2.2。", 14, ["输出"]))
    按导数预计：
    输出实际变化了
    2.2。
    """
    return "\n".join(line for given in text.split("\n") for line in _lines(_units(given, names), width))


def _units(line: str, names: Iterable[str] = ()) -> list[str]:
    """The line in pieces that stay in one line."""
    chinese = [re.escape(name) for name in sorted(names, key=len, reverse=True) if name in line and re.search(f"[{HAN}]", name)]
    command = rf"(?:[a-z]+ )?(?:{'|'.join(chinese)})(?: [a-z0-9.]+)?"
    held = [range(found.start() + 1, found.end()) for found in re.finditer(command, line)] if chinese else []
    indent = len(line) - len(line.lstrip())
    ends = [found.start() for found in BREAK.finditer(line) if not any(found.start() in piece for piece in held)]
    return [line[start:end] for start, end in pairwise([0, *(end for end in ends if end > indent), len(line)])]


def _lines(units: Iterable[str], width: int) -> list[str]:
    lines = [""]
    for unit in units:
        if lines[-1] and cell_len(lines[-1] + unit.rstrip()) > width:
            lines.append("")
        lines[-1] += unit
        if cell_len(lines[-1].rstrip()) > width:  # a piece that is longer than a line
            lines[-1:] = chop_cells(lines[-1].rstrip(), width)
    return [line.rstrip() for line in lines]


@dataclass(frozen=True)
class _Words:
    """A text of a table that may take several lines."""

    text: str
    style: str = ""

    def __rich_measure__(self, _console: Console, _options: ConsoleOptions) -> Measurement:
        return Measurement(max(cell_len(unit.rstrip()) for unit in _units(self.text)), cell_len(self.text))

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(folded(self.text, options.max_width), self.style)


def table_of(columns: Mapping[str, Literal["left", "right"]], rows: Iterable[Sequence[str]], highlighted: Iterable[int] = ()) -> Table:
    """A table of these rows; `columns` maps the heading of each to its side: on the left is text, on the right are numbers.

    Where there is little room, text takes several lines, and numbers stay as they are. The rows with the numbers in `highlighted`
    stand out.
    """
    table, bold, given = Table(box=None, pad_edge=False), set(highlighted), [list(row) for row in rows]
    for i, (name, side) in enumerate(columns.items()):
        cells = [name, *(row[i] for row in given)]
        least = max(cell_len(piece.rstrip()) for cell in cells for piece in (_units(cell) if side == "left" else [cell]))
        table.add_column(_cell(name, side, "bold"), justify=side, no_wrap=side == "right", min_width=least)
    for i, row in enumerate(given):
        style = "bold" if i in bold else ""
        table.add_row(*(_cell(cell, side, style) for cell, side in zip(row, columns.values(), strict=True)))
    return table


def _cell(text: str, side: str, style: str) -> _Words | Text:
    return _Words(text, style) if side == "left" else Text(text, style)


def show_table(console: Console, table: Table) -> None:
    """Print a table: as wide as the terminal, if its words and numbers fit in there; in a file, each row is one line."""
    width = console.width if console.is_terminal else WIDEST
    lines = Segment.split_lines(console.render(table, console.options.update(width=width)))
    console.print(Segments(segment for line in lines for segment in [*_without_the_end(line), Segment.line()]), crop=False)


def _without_the_end(line: list[Segment]) -> list[Segment]:
    """The line without the spaces at its end."""
    while line and not line[-1].text.strip():
        line = line[:-1]
    return [*line[:-1], Segment(line[-1].text.rstrip(), line[-1].style)] if line else []
