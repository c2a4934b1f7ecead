"""What is said to a learner: lines, headings and tables; and what cannot be done, in one sentence.

What you can do with this file: `return [heading("…"), "a sentence", table_of(…)]`; `raise Refusal(_("…"))`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from rich.table import Table
from rich.text import Text

from autograd_mini.language import _

__all__ = ["Refusal", "Said", "heading", "hint", "listed", "table_of"]

#: In the order in which it is to be read.
Said = list[str | Text | Table]


class Refusal(ValueError):
    """What was asked for cannot be done; the message is one sentence in the learner's language. Nothing has changed."""


def heading(line: str) -> Text:
    """A line that stands out."""
    return Text(line, style="bold")


def hint(line: str) -> Text:
    """A line that stands back."""
    return Text(line, style="dim")


def listed(names: Iterable[str]) -> str:
    """price, count, tax: as the language puts it."""
    return _(", ").join(names)


def table_of(
    columns: Mapping[str, Literal["left", "right"]], rows: Iterable[Sequence[str]], highlighted: Iterable[int] = ()
) -> Table:
    """A table of these rows; `columns` maps the heading of each to its side; the rows with these numbers stand out."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, side in columns.items():
        table.add_column(name, justify=side, no_wrap=True)
    bold = set(highlighted)
    for i, row in enumerate(rows):
        table.add_row(*map(Text, row), style="bold" if i in bold else None)
    return table
