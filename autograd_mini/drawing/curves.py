"""Bézier curves as lists of points, the way Graphviz gives them: P0, then three points for each cubic piece.

What you can do with this file: cut off what lies inside a shape (`outside`), shift a curve sideways (`shifted`).
Pure functions of points.
"""

from __future__ import annotations

from collections.abc import Callable
from math import hypot

__all__ = ["Curve", "Point", "outside", "shifted", "straight"]

Point = tuple[float, float]
Curve = list[Point]
SAMPLES = 16  # points at which each cubic piece is looked at


def straight(start: Point, end: Point) -> Curve:
    """A straight line as one cubic piece."""
    third = ((end[0] - start[0]) / 3, (end[1] - start[1]) / 3)
    return [start, (start[0] + third[0], start[1] + third[1]), (end[0] - third[0], end[1] - third[1]), end]


def outside(curve: Curve, inside: Callable[[Point], bool]) -> Curve:
    """The curve from where it leaves a shape for good, the shape lying at its start."""
    pieces = [curve[i : i + 4] for i in range(0, len(curve) - 1, 3)]
    last = max(
        ((n, k / SAMPLES) for n, piece in enumerate(pieces) for k in range(SAMPLES) if inside(_split(piece, k / SAMPLES)[0])),
        default=(0, 0.0),
    )
    n, low = last
    high = low + 1 / SAMPLES
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if inside(_split(pieces[n], middle)[0]) else (low, middle)
    rest = [_split(pieces[n], high), *pieces[n + 1 :]]
    return [rest[0][0], *(point for piece in rest for point in piece[1:])]


def shifted(curve: Curve, distance: float) -> Curve:
    """The curve moved sideways: to the right-hand side of its direction on a screen (y grows downwards)."""
    result = []
    for i, (x, y) in enumerate(curve):
        (x0, y0), (x1, y1) = _neighbours(curve, i)
        length = hypot(x1 - x0, y1 - y0) or 1.0
        result.append((x - distance * (y1 - y0) / length, y + distance * (x1 - x0) / length))
    return result


def _neighbours(curve: Curve, i: int) -> tuple[Point, Point]:
    """The nearest different points before and after, so that a repeated point still has a direction."""
    before = next((p for p in reversed(curve[:i]) if hypot(p[0] - curve[i][0], p[1] - curve[i][1]) > 0.5), curve[i])
    after = next((p for p in curve[i + 1 :] if hypot(p[0] - curve[i][0], p[1] - curve[i][1]) > 0.5), curve[i])
    return before, after


def _split(piece: Curve, t: float) -> Curve:
    """The part of one cubic piece from t to its end (de Casteljau)."""

    def mix(a: Point, b: Point) -> Point:
        return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)

    p0, p1, p2, p3 = piece
    a, b, c = mix(p0, p1), mix(p1, p2), mix(p2, p3)
    d, e = mix(a, b), mix(b, c)
    return [mix(d, e), e, c, p3]
