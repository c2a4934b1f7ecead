"""What the commands print: sentences, folded where there is a terminal; and tables.

What you can do with this file: `say("…")`; `say_table(columns, rows)`; `epochs = Epochs()`, a callback for `nn.fit` that prints a line
an epoch, as it ends.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from rich.cells import cell_len
from rich.console import Console

from autograd_mini.typesetting import folded, show_table, table_of
from nn.history import History
from nn.run import Epoch
from nn.words import _

__all__ = ["Epochs", "percent", "say", "say_table"]


def say(*lines: str) -> None:
    """Print sentences to stdout."""
    console = Console()
    for line in lines:
        print(folded(line, console.width) if console.is_terminal else line, flush=True)


def say_table(columns: Mapping[str, Literal["left", "right"]], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; `columns` maps the heading of each to its side."""
    show_table(Console(), table_of(columns, rows))


def percent(share: float) -> str:
    """A share as people read it.

    >>> percent(0.95416)
    '95.42%'
    """
    return f"{share:.2%}"


class Epochs:
    """A callback that prints the history's table, each line as soon as its epoch has ended, above the progress bar if there is one."""

    def __init__(self) -> None:
        self.told = 0

    def __call__(self, epoch: Epoch) -> None:
        """Print the epochs that have ended."""
        self.tell(epoch.history)

    def tell(self, history: History) -> None:
        """Print what of this history was not printed yet: of a run that goes on, the epochs from before too."""
        columns = history.columns()
        headings = [_("epoch"), *(column.heading for column in columns)]
        least = [0, *(len(column.form(1)) for column in columns)]
        widths = [max(cell_len(heading), digits) for heading, digits in zip(headings, least, strict=True)]
        if not self.told and history.loss:
            _write(_row(headings, widths))
        for epoch in range(self.told, len(history.loss)):
            _write(_row([str(epoch + 1), *(column.form(column.numbers[epoch]) for column in columns)], widths))
        self.told = len(history.loss)


def _row(cells: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(" " * (width - cell_len(cell)) + cell for cell, width in zip(cells, widths, strict=True)).rstrip()


def _write(line: str) -> None:
    from tqdm import tqdm  # the help needs no package

    tqdm.write(line, file=sys.stdout)
    sys.stdout.flush()
