"""Pictures of a digit, made like the images that a network was trained on.

What you can do with this file: `net(prepared("four.png", 28).inputs)`, for a network that takes 784 inputs. The picture is made as MNIST
was: dark ink becomes 1 and paper 0, the digit is cut out, scaled to 20 × 20 without changing its shape, and put so that its centre of
mass is in the middle of 28 × 28. `prepared("four.png", 8)` is for scikit-learn's set: the digit fills 32 × 32, and each pixel is the
mean of a block of 4 × 4.

MNIST: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, *Gradient-based learning applied to document recognition*, 1998, section III.A.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograd_mini.refusal import Refusal
from nn.image_files import greys_of
from nn.ink import ink_of, thickened
from nn.words import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Prepared", "prepared"]

MNIST_SIDE, MNIST_BOX = 28, 20
BLOCK = 4  # the small set was made of 32 × 32 pixels, each block of 4 × 4 counted


@dataclass(frozen=True)
class Prepared:
    """What a network sees of a picture, and what was done to it.

    `pixels` [side, side] are 0 (paper) to 1 (ink). `size` is the picture's width and height, `box` the left, top, right and bottom of the
    digit in it; `scaled` its width and height on the canvas, whose middle its centre of mass is in; `block` is the side of the blocks of
    the canvas that are one pixel each. `inverted`: it was dark on light; `evened`: the light was uneven; `thickened`: its
    lines were thin.
    """

    pixels: NDArray[Any]
    size: tuple[int, int]
    box: tuple[int, int, int, int]
    scaled: tuple[int, int]
    block: int
    inverted: bool
    evened: bool
    thickened: bool

    @property
    def inputs(self) -> list[float]:
        """The pixels as a network takes them, side × side numbers: one row after the other."""
        return [float(pixel) for pixel in self.pixels.flat]

    @property
    def edges(self) -> int:
        """How many sides of the picture the ink reaches: of a digit alone hardly any."""
        left, top, right, bottom = self.box
        return (left == 0) + (top == 0) + (right == self.size[0]) + (bottom == self.size[1])


def prepared(path: str | os.PathLike[str], side: int) -> Prepared:
    """Read a picture of one digit for a network that takes side × side pixels: 28 for MNIST's, 8 for scikit-learn's.

    Raises Refusal for a picture with nothing on it, and what `greys_of` raises.

    >>> import tempfile
    >>> from PIL import Image
    >>> path, drawing = os.path.join(tempfile.mkdtemp(), "one.png"), Image.new("L", (60, 90), "white")
    >>> drawing.paste("black", (25, 10, 35, 80))
    >>> drawing.save(path)
    >>> picture = prepared(path, 28)
    >>> picture.pixels.shape, len(picture.inputs), picture.inverted
    ((28, 28), 784, True)
    """
    greys, size = greys_of(path)
    ink = ink_of(greys)
    if ink is None:
        raise Refusal(_("{path}: nothing is written on this picture: all of it is about the same grey.", path=os.fspath(path)))
    canvas, box, block = (side, round(side * MNIST_BOX / MNIST_SIDE), 1) if side >= MNIST_BOX else (side * BLOCK, side * BLOCK, BLOCK)
    left, top, right, bottom = ink.box
    written = ink.amount[top:bottom, left:right]
    broad = thickened(written)
    digit = _scaled(broad, box)
    pixels = _placed(digit, canvas).reshape(side, block, side, block).mean((1, 3))
    wide, high = size[0] / greys.shape[1], size[1] / greys.shape[0]
    cut = (round(left * wide), round(top * high), round(right * wide), round(bottom * high))
    rows, columns = digit.shape
    pixels /= pixels.max()  # ink is ink, however thin
    return Prepared(pixels, size, cut, (columns, rows), block, ink.dark, ink.uneven, broad is not written)


def _scaled(ink: NDArray[Any], longest: int) -> NDArray[Any]:
    """The ink, its longer side so long; each pixel a mean of those that it covers."""
    import numpy as np
    from PIL import Image

    height, width = ink.shape
    scale = longest / max(width, height)
    size = (max(1, round(scale * width)), max(1, round(scale * height)))
    smooth = Image.Resampling.BOX if scale <= 1 else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(ink.astype("float32")).resize(size, smooth), float)


def _placed(digit: NDArray[Any], side: int) -> NDArray[Any]:
    """The digit on side × side pixels of paper, its mass in the middle, as near as whole pixels allow; all of it is on them."""
    import numpy as np

    pixels = np.zeros((side, side))
    corner = []
    for axis, length in enumerate(digit.shape):
        mass = float(np.average(np.arange(length), weights=digit.sum(1 - axis)))
        corner.append(min(max(round(side / 2 - mass), 0), side - length))
    pixels[corner[0] : corner[0] + digit.shape[0], corner[1] : corner[1] + digit.shape[1]] = digit
    return pixels
