"""Digits, or other small images, with what a network says of them.

What you can do with this file: `digits(net, data.test)` shows the first images, `mistakes(net, data.test)` those that it is most surely
wrong about.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nn import arguments
from nn.datasets import Samples
from nn.modules import MLP
from nn.plots import images
from nn.plots.answered import Answered, answered
from nn.plots.sheet import MISTAKE, sheet, told
from nn.words import _, ngettext

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

__all__ = ["digits", "mistakes"]

COLUMNS = 10


def digits(net: MLP, samples: Samples, count: int = 40) -> Figure:
    """Draw the first `count` images with the network's answers, and how sure it says it is of each.

    An image is a row of `samples.x`, its rows of pixels one after the other; the larger a number, the darker the ink. A mistake has a
    thick frame, a ✗, and the true label.

    Raises ValueError if the inputs form no square, for samples that do not fit the network, and for a count below 1; TypeError for
    what are no Samples; MissingExtra without matplotlib.

    >>> digits(MLP(4, [2], rng=0), Samples([[0, 1, 1, 0]], [1])).get_suptitle()
    'Correct: 1 of the first 1'
    """
    side, said = images.side_of(net), answered(net, samples)
    shown = range(min(arguments.count(count, "count"), len(samples)))
    wrong = set(shown).intersection(said.wrong.tolist())
    title = _("Correct: {right} of the first {n}", right=len(shown) - len(wrong), n=len(shown))
    return _album(samples, side, said, shown, wrong, title)


def mistakes(net: MLP, samples: Samples, count: int = 20) -> Figure:
    """Draw the `count` mistakes that the network is most sure of: its answer, how sure it says it is, and the true label.

    The most confident comes first. Where every answer is right, the figure says so. Raises what `digits` raises.

    >>> figure = mistakes(MLP(4, [2], rng=0), Samples([[0, 1, 1, 0]], [0]))
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['✗ 1 (is 0)\\n38.7%']
    """
    side, said = images.side_of(net), answered(net, samples)
    shown = said.wrong[: arguments.count(count, "count")].tolist()
    if not shown:
        return told(ngettext("No mistake: the one sample is classified correctly.",
                             "No mistakes: all {n:,} samples are classified correctly.", len(samples)))  # fmt: skip
    title = _("Mistakes: {wrong:,} of {n:,}, the most confident first", wrong=len(said.wrong), n=len(samples))
    return _album(samples, side, said, shown, set(), title)


def _album(samples: Samples, side: int, said: Answered, places: Sequence[int], framed: set[int], title: str) -> Figure:
    """The images at these places of the samples, some of them in a thick frame."""
    import numpy as np

    x = np.asarray([samples.x[place] for place in places], float).reshape(-1, side, side)
    captions = [_caption(said.labels[place], said.answers[place], said.confidences[place]) for place in places]
    columns = min(COLUMNS, max(COLUMNS // 2, len(places)))  # not so narrow that the title is cut off
    with sheet(*images.size_of(len(places), columns)) as figure:
        figure.suptitle(title)
        painted = images.paint(figure.subplots(), x, captions, columns, cmap="gray_r", vmin=min(0.0, x.min()), vmax=x.max())
        for place, image in zip(places, painted, strict=True):
            _frame(image, place in framed)
    return figure


def _caption(label: int, answer: int, confidence: float) -> str:
    said = f"✓ {answer}" if answer == label else _("✗ {answer} (is {label})", answer=answer, label=label)
    return f"{said}\n{confidence:.1%}"


def _frame(image: AxesImage, thick: bool) -> None:
    from matplotlib.patches import Rectangle

    left, right, bottom, top = image.get_extent()
    colour, width = (MISTAKE, 2.5) if thick else ("#bbbbbb", 0.6)
    image.axes.add_patch(Rectangle((left, top), right - left, bottom - top, fill=False, edgecolor=colour, linewidth=width))
