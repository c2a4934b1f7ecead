"""Matrices in brackets, as text.

What you can do with this file: `Say(*beside(bracketed(rows), "·", bracketed(column)))` in a lesson.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["beside", "bracketed"]


def bracketed(rows: Sequence[Sequence[str]]) -> list[str]:
    """A matrix of at least two rows, line by line, its columns set flush right.

    >>> print(*bracketed([["1", "20"], ["-3", "4"]]), sep="\\n")
    ⎡ 1  20⎤
    ⎣-3   4⎦
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    first, *between, last = lines
    return [f"⎡{first}⎤", *(f"⎢{line}⎥" for line in between), f"⎣{last}⎦"]


def beside(*parts: list[str] | str) -> list[str]:
    """Matrices beside one another, with the signs between them, each at half the height of the highest.

    >>> print(*beside(bracketed([["1"], ["2"]]), "=", "x"), sep="\\n")
      ⎡1⎤ = x
      ⎣2⎦
    """
    blocks = [[part] if isinstance(part, str) else part for part in parts]
    height = max(map(len, blocks))
    lines = zip(*(_centred(block, height) for block in blocks), strict=True)
    return [("  " + " ".join(line)).rstrip() for line in lines]


def _centred(block: list[str], height: int) -> list[str]:
    """The block with empty lines above and below, one more below where they are uneven."""
    empty = " " * len(block[0])
    above = (height - len(block)) // 2
    return [empty] * above + block + [empty] * (height - len(block) - above)
