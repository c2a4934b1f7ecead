"""Strokes: the few SVG elements that pictures are made of, and their colours.

What you can do with this file: an `arrow` along a curve, `written` text, coordinates as text (`n`, `p`).
"""

from __future__ import annotations

from html import escape
from math import hypot

from autograd_mini.drawing.curves import Curve, Point
from autograd_mini.drawing.texts import FONT

__all__ = ["ARROW", "BACK", "FAINT", "GREY", "INK", "NEW", "NOW", "arrow", "clean", "n", "p", "written"]

INK, BACK, GREY, FAINT, NEW = "#222222", "#b3261e", "#6e6e6e", "#a8a8a8", "#0b57d0"
NOW = "#fff0b3"  # behind what is current
ARROW = 8.0
#: What XML forbids, and the marks that would turn the direction of the text around them.
FORBIDDEN = "\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def arrow(curve: Curve, color: str, width: float, dashes: str) -> str:
    """A curve with a head drawn as a triangle (no marker: nothing to share, nothing that converters drop)."""
    tip = curve[-1]
    from_ = next((p for p in reversed(curve) if hypot(p[0] - tip[0], p[1] - tip[1]) > 1), curve[0])
    length = hypot(tip[0] - from_[0], tip[1] - from_[1]) or 1.0
    ux, uy = (tip[0] - from_[0]) / length, (tip[1] - from_[1]) / length
    base = (tip[0] - ARROW * ux, tip[1] - ARROW * uy)
    half = ARROW * 0.45
    wings = ((base[0] - half * uy, base[1] + half * ux), (base[0] + half * uy, base[1] - half * ux))
    line = [*curve[:-1], base]
    pieces = " ".join("C" + " ".join(p(point) for point in line[i : i + 3]) for i in range(1, len(line), 3))
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="M{p(line[0])} {pieces}" fill="none" stroke="{color}" stroke-width="{n(width)}"{dashed}/>'
        f'<path d="M{p(tip)} L{p(wings[0])} L{p(wings[1])} Z" fill="{color}"/>'
    )


def written(words: str, x: float, y: float, color: str, size: float = FONT, anchor: str = "middle") -> str:
    """Text on its baseline at x, y; `anchor` says which end of it stands at x."""
    sized = f' font-size="{n(size)}"' if size != FONT else ""
    return f'<text x="{n(x)}" y="{n(y)}" text-anchor="{anchor}" fill="{color}"{sized}>{clean(words)}</text>'


def clean(text: str) -> str:
    """Escaped for XML, without the control characters that XML forbids."""
    allowed = (c for c in text if not 0xD800 <= ord(c) <= 0xDFFF and c not in FORBIDDEN)
    return escape("".join(c if c >= " " or c in "\t\n" else "\ufffd" for c in allowed), quote=False)


def n(x: float) -> str:
    """A coordinate: one decimal, no -0."""
    return f"{round(x, 1) + 0.0:.1f}".removesuffix(".0")


def p(point: Point) -> str:
    """A point of a path."""
    return f"{n(point[0])} {n(point[1])}"
