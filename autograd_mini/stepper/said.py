"""What is said to a learner: lines, headings and tables.

What you can do with this file: `return [heading("…"), "a sentence", table_of(…)]`.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from autograd_mini.language import _

__all__ = ["Said", "heading", "hint", "listed"]

#: In the order in which it is to be read.
Said = list[str | Text | Table]


def heading(line: str) -> Text:
    """A line that stands out."""
    return Text(line, style="bold")


def hint(line: str) -> Text:
    """A line that stands back."""
    return Text(line, style="dim")


def listed(names: Iterable[str], most: int | None = None) -> str:
    """price, count, tax: as the language puts it; … stands for those beyond `most`."""
    names = list(names)
    return _(", ").join(names if most is None or len(names) <= most else [*names[:most], "…"])
