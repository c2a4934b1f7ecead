"""History: what happened while a network was trained.

What you can do with this file: `print(history)` is a table, an epoch a line; `history.to_csv("run.csv")`; `history.plot()` is a figure
of matplotlib's.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, NamedTuple

from autograd_mini.whole import write_whole
from nn.words import N_, _

__all__ = ["COLUMNS", "Column", "History", "as_loss"]


def as_loss(x: float) -> str:
    """A loss as a table has it.

    >>> as_loss(0.13921), as_loss(1.7e63)
    ('0.1392', '1.700e+63')
    """
    return f"{x:.4f}" if x < 1e5 else f"{x:.3e}"


#: What is told of each epoch: the attribute, its heading in one line or two, how its numbers are written.
COLUMNS: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("loss", N_("loss"), as_loss),
    ("train_accuracy", N_("training\naccuracy"), "{:.2%}".format),
    ("validation_accuracy", N_("validation\naccuracy"), "{:.2%}".format),
    ("test_accuracy", N_("test\naccuracy"), "{:.2%}".format),
    ("epoch_seconds", N_("seconds"), "{:.2f}".format),
)

#: Why training ended.
ENDS = (N_("all epochs"), N_("no improvement"), N_("callback"), N_("Ctrl-C"))


class Column(NamedTuple):
    """A column of the table: the attribute it comes from, its heading, how its numbers are written, the numbers."""

    name: str
    heading: str
    form: Callable[[float], str]
    numbers: list[float]

    @property
    def headings(self) -> list[str]:
        """The heading, line by line."""
        return self.heading.split("\n")


@dataclass
class History:
    """What happened in `fit`: lists with one entry an epoch.

    `loss` and `train_accuracy` are means over the epoch's training samples, each taken as it was met, just before the step it
    led to; `validation_accuracy` and `test_accuracy` are measured after the epoch, and empty where no such samples were given.
    `epoch_seconds` is the time for training alone, without measuring. Accuracies are in [0, 1].

    `samples` counts all samples trained on, those of an epoch broken off too, and `seconds` is their time. `ended` says why training
    ended: "all epochs", "no improvement" (early stop), "callback" or "Ctrl-C"; it is "" while it goes on.

    >>> print(History(loss=[0.5, 0.25], train_accuracy=[0.5, 1.0], epoch_seconds=[0.25, 0.25], ended="callback"))
                   training
    epoch    loss  accuracy  seconds
        1  0.5000    50.00%     0.25
        2  0.2500   100.00%     0.25
    ended: callback
    """

    loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    test_accuracy: list[float] = field(default_factory=list)
    epoch_seconds: list[float] = field(default_factory=list)
    samples: int = 0
    seconds: float = 0.0
    ended: str = ""

    @property
    def samples_per_second(self) -> float:
        """How many samples went forward and backward in a second."""
        return self.samples / self.seconds if self.seconds else 0.0

    def columns(self) -> list[Column]:
        """What there is to tell of each epoch, a column each."""
        return [Column(name, _(heading), form, numbers) for name, heading, form in COLUMNS if (numbers := getattr(self, name))]

    def lines(self, told: int = 0) -> list[str]:
        """The table: an epoch a line, under the headings; if its first `told` epochs stand there already, the lines that follow."""
        from rich.cells import cell_len

        columns = [Column("epoch", _("epoch"), str, [*range(1, len(self.loss) + 1)]), *self.columns()]
        height = max(len(column.headings) for column in columns)
        padded = [[""] * (height - len(column.headings)) + column.headings for column in columns]
        texts = [[column.form(x) for x in column.numbers] for column in columns]
        widths = [max(map(cell_len, [*above, *below, column.form(1)])) for column, above, below in zip(columns, padded, texts, strict=True)]
        rows = [*([] if told else zip(*padded, strict=True)), *zip(*(below[told:] for below in texts), strict=True)]
        return ["  ".join(" " * (width - cell_len(cell)) + cell for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]

    def __str__(self) -> str:
        return "\n".join([*self.lines(), *([_("ended: {why}", why=_(self.ended))] if self.ended else [])])

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write a line an epoch, under the names of the attributes, every digit kept; the file appears whole or not at all."""
        text = StringIO(newline="")
        columns = self.columns()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["epoch", *(column.name for column in columns)])
        writer.writerows(zip(range(1, len(self.loss) + 1), *(column.numbers for column in columns), strict=True))
        write_whole(path, text.getvalue().encode())

    def plot(self) -> Any:
        """Draw loss and accuracies, a matplotlib `Figure`. Raises MissingExtra without matplotlib."""
        from nn.plots.curves import curves

        return curves(self)
