"""Sheets: the empty figure that a picture is painted on, with our settings of matplotlib.

What you can do with this file: `with sheet(8, 4) as figure:` paint what you like on it, without a word to `pyplot`; `told("…")` is
a sentence in the place of a picture that would have nothing to show.

The settings are matplotlib's own, whatever its user has changed, and hold inside the `with` block only. matplotlib comes with the
extra `plots`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autograd_mini.language import current_language
from nn.needs import needed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "INK", "MARKERS", "MISTAKE", "settings", "sheet", "told"]

#: Colours, signs and strokes of lines and points: whoever sees no colour tells them apart by the rest. (M. Okabe and K. Ito's colours.)
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#8C564B", "#000000", "#999999", "#B8A800")
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*", "<", ">")

INK = "#222222"
MISTAKE = "#C1272D"

FONT = "DejaVu Sans"  # it comes with matplotlib

#: Fonts that have Chinese characters, on Linux, macOS, Windows. The first one that is installed is taken.
CHINESE = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "SimHei", "WenQuanYi Micro Hei")


@contextmanager
def settings() -> Iterator[None]:
    """Our settings of matplotlib, inside the `with` block. Raises MissingExtra without matplotlib."""
    style = needed("matplotlib.style", "nn.plots", "plots")
    installed = needed("matplotlib.font_manager", "nn.plots", "plots").fontManager.get_font_names() if current_language() == "zh" else []
    ours = {
        "axes.spines.right": False,
        "axes.spines.top": False,
        "font.family": [FONT, *[font for font in CHINESE if font in installed][:1]],
        "svg.fonttype": "none",  # texts stay texts: to be found, to be copied; a Chinese one needs a font where it is seen, not here
        "svg.hashsalt": "autograd-mini",
        "text.color": INK,
    }
    with style.context(["default", ours]):
        yield


@contextmanager
def sheet(width: float, height: float) -> Iterator[Figure]:
    """An empty figure, its width and height in inches, to be painted on inside the `with` block.

    Raises MissingExtra without matplotlib.

    >>> with sheet(4, 2) as figure:
    ...     axes = figure.subplots()
    >>> figure.get_size_inches().tolist()
    [4.0, 2.0]
    """
    with settings():
        from matplotlib.figure import Figure

        yield Figure(figsize=(width, height), layout="constrained")


def told(sentence: str) -> Figure:
    """A small figure with nothing but a sentence."""
    with sheet(8, 1.5) as figure:
        figure.text(0.5, 0.5, sentence, ha="center", va="center", fontsize=12)
    return figure
