"""Image files as people have them: drawn, scanned, photographed; as one array of greys.

What you can do with this file: `greys, size = greys_of("four.png")`. It takes what Pillow reads (PNG, JPEG, GIF, WebP, BMP,
TIFF, …), colour, transparency, palettes, the rotation that a camera notes, and any size up to 50 megapixels.

Pillow comes with the extra `plots`.
"""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any, BinaryIO

from autograd_mini.refusal import Refusal
from nn.needs import needed
from nn.words import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["greys_of"]

LARGEST = 50_000_000  # pixels of a picture that is read
SIDE = 400  # a larger picture is made smaller: its longer side is this long then


def greys_of(path: str | os.PathLike[str]) -> tuple[NDArray[Any], tuple[int, int]]:
    """Return how light a picture is, an array [rows, columns] from 0 (black) to 255, at most 400 × 400; and its own width and height.

    What is transparent becomes paper: that of the picture's opaque part, or, of lines alone, what they stand out from.

    Raises Refusal for a file that is no picture, a damaged one, one of more than 50 megapixels; OSError if it cannot be opened;
    MissingExtra without Pillow or NumPy.

    >>> import tempfile
    >>> from PIL import Image
    >>> path = os.path.join(tempfile.mkdtemp(), "red.png")
    >>> Image.new("RGB", (800, 2), "red").save(path)
    >>> greys, size = greys_of(path)
    >>> greys.shape, float(greys[0, 0]), size
    ((1, 400), 76.0, (800, 2))
    """
    needed("numpy", "reading a picture", "nn")
    pillow, name = needed("PIL.Image", "reading a picture", "plots"), os.fspath(path)
    too_large = _("{path}: the picture is too large; at most {most:,} pixels are read. Make it smaller.", path=name, most=LARGEST)
    with open(path, "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow's words on what it reads, only one means that it should not
        warnings.simplefilter("error", pillow.DecompressionBombWarning)
        try:
            with pillow.open(file) as image:
                if image.width * image.height > LARGEST:
                    raise Refusal(too_large)
                return _read(image)
        except (pillow.DecompressionBombError, pillow.DecompressionBombWarning):
            raise Refusal(too_large) from None
        except pillow.UnidentifiedImageError:
            raise Refusal(_("{path}: {what}", path=name, what=_what_else(file))) from None
        except Refusal:
            raise
        except Exception as error:  # a decoder raises whatever it stumbles over
            raise Refusal(_("{path}: the picture is damaged ({error}).", path=name, error=f"{error!s:.100}")) from None


def _what_else(file: BinaryIO) -> str:
    file.seek(0)
    start = file.read(64)
    if not start:
        return _("the file is empty.")
    return _("this file is no picture that can be read; PNG and JPEG can.")


def _read(image: Any) -> tuple[NDArray[Any], tuple[int, int]]:
    import numpy as np
    from PIL import ExifTags, Image, ImageOps

    width, height = image.size
    size = (height, width) if image.getexif().get(ExifTags.Base.Orientation, 1) > 4 else (width, height)  # 5 to 8: it lies on its side
    image.draft("RGB", (SIDE, SIDE))  # a JPEG is decoded smaller at once
    deep = image.mode.startswith(("I", "F"))  # 16 bits and more: only differences matter
    clear = "A" in image.getbands() or "transparency" in image.info
    image = ImageOps.exif_transpose(image)
    if deep:
        greys = np.nan_to_num(np.asarray(image, "float32"))
        greys = 255.0 * (greys - greys.min()) / max(float(np.ptp(greys)), 256.0)
        image = Image.fromarray(greys)
    else:
        image = image.convert("RGBA" if clear else "RGB")
    image.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    if deep:
        return np.asarray(image, float), size
    greys = np.asarray(image.convert("L"), float)
    return (_on_paper(greys, np.asarray(image.getchannel("A"), float) / 255.0) if clear else greys), size


def _on_paper(greys: NDArray[Any], opacity: NDArray[Any]) -> NDArray[Any]:
    """What shows where the picture lies on paper of one grey."""
    import numpy as np

    if not opacity.any():
        return np.full_like(greys, 255.0)
    paper_is_in_it = opacity.mean() > 0.5
    lines = np.average(greys, weights=opacity)
    paper = float(np.median(greys[opacity >= 0.5])) if paper_is_in_it else 255.0 * (lines < 128)
    shown: NDArray[Any] = opacity * greys + (1 - opacity) * paper
    return shown
