"""Images side by side, each with a caption.

What you can do with this file: `side_of(net)` is the side of the square image that a network reads; `size_of(40, columns)` the size of
a sheet for so many, `paint(axes, images, captions, columns)` paints them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, isqrt
from typing import TYPE_CHECKING, Any

from nn.modules import MLP

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

__all__ = ["paint", "side_of", "size_of"]

ACROSS, DOWN = 1.3, 1.55  # from one image to the next, in sides of an image
ABOVE = 0.06  # between an image and its caption


def side_of(net: MLP) -> int:
    """The side, in pixels, of the square image that a network takes. Raises ValueError where its inputs form none.

    >>> side_of(MLP(784, [10]))
    28
    >>> side_of(MLP(2, [1]))
    Traceback (most recent call last):
        ...
    ValueError: this picture shows images, so the network's inputs should form a square, such as 8 × 8 = 64; this network takes 2
    """
    side = isqrt(net.nin)
    if side * side != net.nin:
        raise ValueError(
            f"this picture shows images, so the network's inputs should form a square, such as 8 × 8 = 64; this network takes {net.nin}"
        )
    return side


def size_of(count: int, columns: int) -> tuple[float, float]:
    """The width and height in inches of a sheet for so many images in so many columns, and a line of text above them."""
    return columns * ACROSS * 0.8, ceil(count / columns) * DOWN * 0.8 + 0.5


def paint(axes: Axes, images: Iterable[Any], captions: Sequence[str], columns: int, **look: Any) -> list[AxesImage]:
    """Paint square images [side, side], row by row, each below its caption; `look` goes to `axes.imshow` (cmap, vmin, vmax).

    An image has the side 1; the one in row r, column c has its upper left corner at (c·ACROSS, r·DOWN).
    """
    painted = []
    for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
        row, column = divmod(number, columns)
        left, top = column * ACROSS, row * DOWN
        painted.append(axes.imshow(image, extent=(left, left + 1, top + 1, top), interpolation="none", **look))
        axes.text(left + 0.5, top - ABOVE, caption, ha="center", va="bottom", fontsize=8, linespacing=1.1)
    axes.axis("off")
    axes.set(xlim=(-0.15, columns * ACROSS - 0.15), ylim=(ceil(len(painted) / columns) * DOWN - 0.5, -0.45))
    return painted
