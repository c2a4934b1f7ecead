"""What the commands print: sentences, folded where there is a terminal; and tables.

What you can do with this file: `say("…")`; `say_table(columns, rows)`; `epochs = Epochs()`, a callback for `nn.fit` that prints a line
an epoch, as it ends.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from rich.console import Console

from autograd_mini.typesetting import folded, show_table, table_of
from nn.history import History
from nn.run import Epoch

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
        from tqdm import tqdm  # the help needs no package

        if len(history.loss) > self.told:
            tqdm.write("\n".join(history.lines(self.told)), file=sys.stdout)
            sys.stdout.flush()
            self.told = len(history.loss)
