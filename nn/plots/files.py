"""Pictures as files: SVG, the same bytes each time, or PNG.

What you can do with this file: `save(figure, "curves.svg")`; `save_all("out", {"curves": figure, "mistakes": another})`.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from autograd_mini.whole import write_whole
from nn.plots.sheet import settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["save", "save_all"]

#: What is left out of a file, by its format: the time and the names of programs would make each one different.
UNSAID: Mapping[str, Mapping[str, Any]] = MappingProxyType({"svg": {"Date": None, "Creator": None}, "png": {"Software": None}})
PIXELS_PER_INCH = 150


def save(figure: Figure, path: str | os.PathLike[str]) -> Path:
    """Write a figure as .svg or .png and return the path; the file appears whole or not at all.

    The same figure gives the same bytes, on the same machine and version of matplotlib; an English SVG asks no font of the machine.

    Raises ValueError for another ending, and for a PNG with a text that no installed font can draw; OSError if it cannot be written.

    >>> import tempfile
    >>> from nn.plots.sheet import sheet
    >>> with sheet(4, 2) as figure:
    ...     save(figure, tempfile.mkdtemp() + "/empty.svg").name
    'empty.svg'
    """
    path = Path(path)
    format = path.suffix.lower().removeprefix(".")
    if format not in UNSAID:
        raise ValueError(f"save(figure, {str(path)!r}): a figure is saved as .svg or .png")
    write_whole(path, _encoded(figure, format))
    return path


def save_all(folder: str | os.PathLike[str], figures: Mapping[str, Figure]) -> list[Path]:
    """Write each figure into the folder, under its name; a name without an ending gets .svg. Return the paths.

    The folder is made where there is none. Raises what `save` raises.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    return [save(figure, Path(folder, name if Path(name).suffix else f"{name}.svg")) for name, figure in figures.items()]


def _encoded(figure: Figure, format: str) -> bytes:
    content = BytesIO()
    with settings(), warnings.catch_warnings():
        # In an SVG texts stay texts, for the viewer's fonts to draw.
        warnings.filterwarnings("ignore" if format == "svg" else "error", r"Glyph \d+ .* missing from font", UserWarning)
        try:
            figure.savefig(content, format=format, dpi=PIXELS_PER_INCH, metadata=dict(UNSAID[format]))
        except UserWarning as warning:
            raise ValueError(
                f"no installed font can draw a text of this figure ({warning}); install one (Debian and Ubuntu: fonts-noto-cjk for "
                "Chinese), or save as .svg, which any browser shows"
            ) from None
    return content.getvalue()
