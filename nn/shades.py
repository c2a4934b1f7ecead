"""Shades: an image of a handwritten digit in characters, for the terminal.

What you can do with this file: `print(*in_characters(image), sep="\\n")`, for a row of MNIST's pixels or of scikit-learn's digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

__all__ = ["framed", "in_characters"]

SHADES = " ░▒▓█"
WIDE = 16  # pixels: from here on, a character stands for two of them, one above the other


def in_characters(image: Sequence[float]) -> list[str]:
    """The lines of a square image, its pixels given row by row; the larger a number, the darker, and the largest is full ink.

    A character is about twice as high as it is wide. So in small images each pixel takes two of them; in large ones, two pixels one.

    >>> in_characters([0.0, 1.0, 0.5, 0.25])
    ['  ██', '▒▒░░']
    """
    pixels, side = [float(pixel) for pixel in image], isqrt(len(image))
    rows = [pixels[start : start + side] for start in range(0, len(pixels), side)]
    if side < WIDE:
        rows = [[pixel for pixel in row for _twice in range(2)] for row in rows]
    else:
        rows = [[(above + below) / 2 for above, below in zip(*pair, strict=True)] for pair in zip(rows[::2], rows[1::2], strict=True)]
    full = max(map(max, rows)) or 1.0
    return ["".join(SHADES[round(pixel / full * (len(SHADES) - 1))] for pixel in row) for row in rows]


def framed(lines: Sequence[str]) -> str:
    """These lines, all of one width, with a frame around them."""
    edge = f"+{'-' * len(lines[0])}+"
    return "\n".join([edge, *(f"|{line}|" for line in lines), edge])
