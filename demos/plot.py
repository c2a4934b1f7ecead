"""Plots: what a graph of Values cannot show, such as the path of a ball on a hillside.

What you can do with this file: `Plot(paint).save("path.svg")`, where `paint` draws with matplotlib on the figure that it is given.

The same plot gives the same bytes on every machine: matplotlib's own settings and its own font, drawn as outlines (which has no
Chinese: name axes by symbols). Nothing global changes, and `pyplot` is not used. matplotlib comes with the extra `plots`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from autograd_mini.errors import MissingExtra
from autograd_mini.whole import write_whole
from demos.words import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Plot"]


@dataclass(frozen=True)
class Plot:
    """A plot, painted when it is saved. `size` is its width and height in inches.

    >>> str(Plot(lambda figure: figure.text(0.5, 0.5, "η"), size=(2, 1)))
    'A plot of 2 × 1 inches'
    """

    paint: Callable[[Figure], None]
    size: tuple[float, float] = (8.0, 8.0)

    def svg(self) -> bytes:
        """The plot as SVG. Raises MissingExtra without matplotlib."""
        try:
            import matplotlib.style
            from matplotlib.figure import Figure
        except ImportError:
            raise MissingExtra('plots are drawn with matplotlib: pip install "autograd-mini[plots]"') from None
        svg = BytesIO()
        with matplotlib.style.context(["default", {"svg.hashsalt": "autograd-mini", "svg.fonttype": "path"}]):
            figure = Figure(figsize=self.size, layout="constrained")
            self.paint(figure)
            figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        return svg.getvalue()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the plot as SVG and return the path; the file appears whole or not at all.

        Raises MissingExtra without matplotlib, OSError if it cannot be written.
        """
        write_whole(path, self.svg())
        return Path(path)

    def __str__(self) -> str:
        if find_spec("matplotlib"):
            return _("A plot of {width:g} × {height:g} inches", width=self.size[0], height=self.size[1])
        return _('(No picture: matplotlib is missing. pip install "autograd-mini[plots]")')
