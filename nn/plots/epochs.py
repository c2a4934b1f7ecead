"""Lines over the epochs, each with its name and a note at its end, in place of a legend.

What you can do with this file: `paint(axes, [Line("test", [1, 2, 3], [0.8, 0.9, 0.95], "95%")])`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from nn.plots.sheet import COLOURS, INK, MARKERS
from nn.words import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Line", "paint"]

STROKES = ("-", "--", ":", "-.")
FEW = 40  # epochs that are few enough for a sign at each
ROOM = 0.075  # that a line of text takes beside the axes, as a share of their height


class Line(NamedTuple):
    """Values over epochs; `note` is what stands at the end of the line, and `ringed` the place of a value with a ring around it."""

    epochs: Sequence[int]
    values: Sequence[float]
    note: str
    ringed: int | None = None


def paint(axes: Axes, lines: Sequence[Line]) -> None:
    """Paint the lines; the axis of the epochs has whole numbers only. The other axis should be as it is to stay: notes stand by it."""
    from matplotlib.ticker import MaxNLocator

    axes.grid(axis="y", color="#dddddd", linewidth=0.7)
    for number, line in enumerate(lines):
        sign = MARKERS[number % len(MARKERS)] if len(line.epochs) <= FEW else ""
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(line.epochs, line.values, STROKES[number % len(STROKES)], color=colour, marker=sign, markersize=4)
        if line.ringed is not None:
            place = [line.epochs[line.ringed]], [line.values[line.ringed]]
            axes.plot(*place, "o", markersize=10, markerfacecolor="none", markeredgecolor=colour, clip_on=False)
    first, last = (pick(pick(line.epochs) for line in lines) for pick in (min, max))
    room = 0.04 * (last - first) or 0.5
    axes.set(xlabel=_("epoch"), xlim=(first - min(room, 0.9), last + room))  # no epoch 0
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    _write_notes(axes, lines)


def _write_notes(axes: Axes, lines: Sequence[Line]) -> None:
    """Write each note right of the axes, as high as its line ends; where two would meet, one moves up."""
    to_share = axes.transData + axes.transAxes.inverted()
    ends = [(line.epochs[-1], line.values[-1]) for line in lines]
    heights = [float(to_share.transform(end)[1]) if math.isfinite(end[1]) else 0.0 for end in ends]
    for number, height in enumerate(_apart(heights, [ROOM * (1 + line.note.count("\n")) for line in lines])):
        colour = COLOURS[number % len(COLOURS)]
        axes.annotate(
            lines[number].note, ends[number], (1.05, height), textcoords="axes fraction", va="center", color=INK, fontsize=9,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 2, "shrinkB": 5}, annotation_clip=False,
        )  # fmt: skip


def _apart(heights: Sequence[float], rooms: Sequence[float]) -> list[float]:
    """The heights, moved up as far as needed so that each has its room; all down again if the topmost left the axes.

    >>> _apart([0.5, 0.5, 0.0], [0.25, 0.25, 0.25])
    [0.5, 0.75, 0.0]
    """
    moved = list(heights)
    order = sorted(range(len(moved)), key=moved.__getitem__)
    for below, above in pairwise(order):
        moved[above] = max(moved[above], moved[below] + (rooms[below] + rooms[above]) / 2)
    too_high = max(0.0, max(moved, default=0.0) - 1.0)
    return [height - too_high for height in moved]
