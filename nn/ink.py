"""Ink and paper: what of a picture was written, be it dark on light or light on dark, under even light or not.

What you can do with this file: `ink_of(greys)` → how much ink there is in each pixel, and what was done to see it;
`thickened(amount)` → the same with a broader pen, if the lines are too thin to be seen when they are made small.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ink", "ink_of", "thickened"]

CLOSE = 8.0  # greys that are the same to the eye, of 255
FAINTEST = 20.0  # what differs less from its paper is not taken for ink
BLOCKS = 100  # in a row of the coarse picture in which specks are found
SPECK = 0.04  # what has less than this share of the largest stroke's ink is one
THIN, BROAD = 0.045, 0.1  # the width of a line beside the size of the digit: MNIST has 0.047 and more, 0.1 in the middle
TRACE = 0.1  # of full ink: less does not count for where a stroke ends


class Ink(NamedTuple):
    """How much ink is in each pixel, 0 (paper) to 1; whether it was dark on light, and whether the light was uneven."""

    amount: NDArray[Any]
    dark: bool
    uneven: bool

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of what is written: columns and rows, the last two not included."""
        import numpy as np

        inked = self.amount >= TRACE
        columns, rows = np.flatnonzero(inked.any(0)), np.flatnonzero(inked.any(1))
        return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def ink_of(greys: NDArray[Any]) -> Ink | None:
    """Tell the ink from the paper in an array [rows, columns] of greys, 0 to 255; None where nothing is written.

    >>> import numpy as np
    >>> greys = np.full((9, 9), 200.0)
    >>> greys[4, 2:7] = 50.0
    >>> ink = ink_of(greys)
    >>> float(ink.amount.sum()), ink.dark, ink.uneven, ink.box
    (5.0, True, False, (2, 4, 7, 5))
    """
    import numpy as np

    paper, uneven = _paper(greys)
    rest = greys - paper
    if uneven:  # where there is less light, ink differs less from paper
        rest *= paper.mean() / np.maximum(paper, paper.mean() / 4)
    dark = bool((rest**3).sum() < 0)  # ink differs far more from paper than paper does from itself
    above = np.maximum(-rest if dark else rest, 0.0)
    full = float(np.percentile(above[above >= above.max() / 2], 95))
    # The paper's own roughness σ, from the most common small differences: of |N(0, σ²)|, 30 % are below 0.385 σ.
    rough = float(np.percentile(np.abs(rest[above < full / 2]), 30)) / 0.385 if (above < full / 2).any() else 0.0
    if full < max(FAINTEST, 6 * rough):
        return None
    amount = np.clip((above - 3 * rough) / (full - 3 * rough), 0.0, 1.0)
    return Ink(_without_specks(amount), dark, uneven)


def thickened(amount: NDArray[Any]) -> NDArray[Any]:
    """The ink of a digit, cut to its box, with thin lines made broader; an array of the same size or larger. Others stay as they are.

    >>> import numpy as np
    >>> thickened(np.ones((1, 50))).shape, thickened(np.ones((5, 50))).shape
    ((7, 56), (5, 50))
    """
    import numpy as np
    from PIL import Image, ImageFilter

    inked = np.pad(amount >= 0.5, 1).astype(float)  # half of it: noise has no edges then
    edges = np.hypot(np.diff(inked, axis=0)[:, :-1], np.diff(inked, axis=1)[:-1]).sum()
    size, width = max(amount.shape), 2 * inked.sum() / edges  # a line has an edge on either side
    if width >= THIN * size:
        return amount
    reach = ceil((BROAD * size - width) / 2)
    image = Image.fromarray((255 * np.pad(amount, reach)).round().astype("uint8"))
    for _step in range(reach):
        image = image.filter(ImageFilter.MaxFilter(3))
    return np.asarray(image) / 255.0


def _paper(greys: NDArray[Any]) -> tuple[Any, bool]:
    """How light the paper is, one number or one for each pixel; and whether it is the latter."""
    import numpy as np

    rim = np.concatenate([greys[0], greys[-1], greys[:, 0], greys[:, -1]])
    level = float(np.median(rim))
    if np.mean(np.abs(rim - level) <= CLOSE) >= 0.55:
        return level, False
    return _curved(greys), True


def _curved(greys: NDArray[Any]) -> NDArray[Any]:
    """Light that changes slowly over the paper: the curved surface (degree 2) that most pixels are close to, whatever the ink does.

    The sum of |differences| is made smallest, by least squares over and over, each pixel weighted by 1/|its difference before|.
    """
    import numpy as np

    rows, columns = (np.linspace(-1.0, 1.0, size) for size in greys.shape)
    y, x = np.meshgrid(rows, columns, indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)
    step = max(1, max(greys.shape) // 64)
    some, wanted = terms[::step, ::step].reshape(-1, 6), greys[::step, ::step].ravel()
    weights = np.ones_like(wanted)
    for _again in range(30):
        root = np.sqrt(weights)
        surface = np.linalg.lstsq(some * root[:, None], wanted * root, rcond=None)[0]
        weights = 1.0 / np.maximum(np.abs(wanted - some @ surface), 1.0)
    light: NDArray[Any] = terms @ surface
    return light


def _without_specks(amount: NDArray[Any]) -> NDArray[Any]:
    """The ink without what hangs together with too little of it: dust, the paper's grain."""
    import numpy as np

    step = -(-max(amount.shape) // BLOCKS)
    rows, columns = (-(-size // step) for size in amount.shape)
    padded = np.zeros((rows * step, columns * step))
    padded[: amount.shape[0], : amount.shape[1]] = amount
    blocks = padded.reshape(rows, step, columns, step)
    strokes = _connected(blocks.max((1, 3)) >= TRACE)
    weights = np.bincount(strokes.ravel(), blocks.sum((1, 3)).ravel())
    weights[0] = 0.0
    kept = weights[strokes] >= max(SPECK * weights.max(), 1e-12)
    wide = kept.repeat(step, 0).repeat(step, 1)[: amount.shape[0], : amount.shape[1]]
    return np.where(wide | (amount < TRACE), amount, 0.0)


def _connected(inked: NDArray[Any]) -> NDArray[Any]:
    """A number for each place: 0 without ink, else the same for all that hang together, corners included."""
    import numpy as np

    numbers: NDArray[Any] = np.arange(1, inked.size + 1).reshape(inked.shape) * inked
    while True:
        around = np.pad(numbers, 1)
        wide = np.maximum(np.maximum(around[:, :-2], around[:, 1:-1]), around[:, 2:])
        spread = np.maximum(np.maximum(wide[:-2], wide[1:-1]), wide[2:]) * inked
        if (spread == numbers).all():
            return numbers
        numbers = spread
