"""What a lesson is made of: headings, sentences, numbers beside the course's, tables, pictures. Data, no printing.

What you can do with this file: `yield Heading(…)`, `Say(…)`, `Figures(…)`, `Table(…)`, `Picture(…)` from a lesson's `tell()`;
collect a lesson's numbers (`figures(blocks)`) to hold them against the course's. `report.py` prints the blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Protocol

from autograd_mini.number import show

__all__ = ["Block", "Figure", "Figures", "Heading", "Picture", "Row", "Savable", "Say", "Table", "figures"]

ROUNDED = 9  # decimals of the figures that a course has rounded; those with fewer are exact


@dataclass(frozen=True)
class Figure:
    """A number of a lesson. `course` is what the course prints, digit for digit; empty where the number is ours.

    It is shown rounded as the course's is; ours, to `decimals` places or `significant` digits,
    or in full (12 significant digits).

    >>> Figure("E", 0.29837110876, "0.298371109").shown, Figure("E", 3.51018770e-5, "3.510188e-5").shown
    ('0.298371109', '3.510188e-5')
    >>> Figure("a trial", 3.327, "3.293").difference
    '+0.034'
    >>> Figure("change of the payment", 2.2, "+2.2", signed=True).shown
    '+2.2'
    """

    what: str
    value: float
    course: str = ""
    decimals: int | None = None
    significant: int = 12
    before: float | None = None  # in a what-if: the number before the change
    signed: bool = False  # shown with its sign, + too, as a change is

    @property
    def shown(self) -> str:
        """The number as text, to the digits of the course's."""
        text = self._digits()
        return f"+{text}" if self.signed and not text.startswith("-") else text

    def _digits(self) -> str:
        places = _decimals(self.course) if self.course else self.decimals
        if places is None:
            return show(self.value, self.significant)
        if "e" not in self.course:
            return f"{round(self.value, places) + 0.0:.{places}f}"  # + 0.0: nobody writes -0
        mantissa, _, exponent = f"{self.value:.{places}e}".partition("e")
        return f"{mantissa}e{int(exponent)}"

    @property
    def agrees(self) -> bool:
        """True where the two are one number: to the course's digits if it has rounded (to nine decimals), else up to rounding errors."""
        if not self.course:
            return False
        if _decimals(self.course) >= ROUNDED:
            return float(self.shown) == float(self.course)
        return isclose(self.value, float(self.course), rel_tol=1e-12)

    @property
    def difference(self) -> str:
        """Ours minus the course's, as text: "0" where they agree; empty where the course has none."""
        if not self.course:
            return ""
        return "0" if self.agrees else f"{float(show(self.value - float(self.course), 6)):+.6g}"


def _decimals(text: str) -> int:
    """How many digits stand behind the point."""
    return len(text.partition("e")[0].partition(".")[2])


@dataclass(frozen=True)
class Heading:
    """A heading inside a lesson."""

    text: str


@dataclass(frozen=True, init=False)
class Say:
    """Sentences, one a line, as they stand."""

    lines: tuple[str, ...]

    def __init__(self, *lines: str) -> None:
        object.__setattr__(self, "lines", lines)


@dataclass(frozen=True, init=False)
class Figures:
    """Numbers, one a line: ours, the course's, the difference."""

    figures: tuple[Figure, ...]

    def __init__(self, *figures: Figure) -> None:
        object.__setattr__(self, "figures", figures)


#: The cells of a table's row, from left to right.
Row = Sequence[str | Figure]


@dataclass(frozen=True, init=False)
class Table:
    """A table; a cell is a text or a Figure, which is marked ✓ where it is the course's number."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | Figure, ...], ...]

    def __init__(self, columns: Iterable[str], rows: Iterable[Row]) -> None:
        object.__setattr__(self, "columns", tuple(columns))
        object.__setattr__(self, "rows", tuple(map(tuple, rows)))


class Savable(Protocol):
    """What a picture needs: an `ag.Drawing` has it, a plot too. Its `str()` stands in where it cannot be made."""

    def save(self, path: Path) -> Path:
        """Write the picture and return the path. Raises MissingExtra where the package that makes it is not installed."""


@dataclass(frozen=True)
class Picture:
    """A drawing (or plot) and the name of its file, without an ending; `says` what is to be seen there."""

    name: str
    drawing: Savable
    says: str = ""


Block = Heading | Say | Figures | Table | Picture


def figures(blocks: Iterable[Block]) -> Iterator[Figure]:
    """All numbers of a lesson that have a name, in order."""
    for block in blocks:
        if isinstance(block, Figures):
            yield from block.figures
        elif isinstance(block, Table):
            yield from (cell for row in block.rows for cell in row if isinstance(cell, Figure))
