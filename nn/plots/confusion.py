"""The confusion matrix: which label is taken for which.

What you can do with this file: `confusion(net, data.test)` → a figure; rows are the truth, columns the answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nn.answers import labels_of
from nn.datasets import Samples
from nn.modules import MLP
from nn.plots.answered import answered
from nn.plots.sheet import INK, sheet
from nn.words import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["confusion"]

PALE = 0.05  # a mistake made with fewer than this share of an average row is never dark


def confusion(net: MLP, samples: Samples) -> Figure:
    """Draw how often each label (a row) got each answer (a column), and beside each row its recall: the share of it that is correct.

    The more often a mistake is made, the darker it is; right answers stand in frames. Raises ValueError for samples that do not fit the
    network, TypeError for what are no Samples, MissingExtra without matplotlib.

    >>> confusion(MLP(2, [3], rng=0), Samples([[0.0, 1.0], [1.0, 0.0]], [2, 1])).get_suptitle()
    'Accuracy: 50.00% (1 of 2)'
    """
    import numpy as np

    said = answered(net, samples)
    counts = np.zeros((len(labels_of(net)),) * 2, int)
    np.add.at(counts, (said.labels, said.answers), 1)
    side = max(3.0, 0.6 * len(counts))
    with sheet(side + 2, side + 1) as figure:
        share = said.right / len(samples)
        figure.suptitle(_("Accuracy: {share:.2%} ({right:,} of {n:,})", right=said.right, n=len(samples), share=share))
        _paint(figure.subplots(), counts)
    return figure


def _paint(axes: Axes, counts: Any) -> None:
    """The matrix, and a second axis on its right for the recalls."""
    labels = range(len(counts))
    wrong = counts.copy()
    wrong[labels, labels] = 0
    darkest = max(wrong.max(), PALE * counts.sum() / len(counts))
    axes.imshow(wrong, cmap="Greys", vmin=0, vmax=1.25 * darkest)
    for row in labels:
        for column in labels:
            colour = "white" if wrong[row, column] > 0.7 * darkest else INK
            axes.text(column, row, f"{counts[row, column]:,}", ha="center", va="center", fontsize=9, color=colour)
        _frame(axes, row)
    axes.set(xticks=labels, yticks=labels, xlabel=_("answer of the network"), ylabel=_("true label"))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    recall = axes.secondary_yaxis("right")
    totals = counts.sum(axis=1)
    recall.set_yticks(labels, [f"{counts[label, label] / totals[label]:.1%}" if totals[label] else "–" for label in labels])
    recall.set_ylabel(_("recall (correct share of the row)"))
    recall.tick_params(length=0)
    recall.spines[:].set_visible(False)


def _frame(axes: Axes, label: int) -> None:
    """The frame of the right answers for one label."""
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((label - 0.5, label - 0.5), 1, 1, facecolor="#d6e8f5", edgecolor="#0072B2", linewidth=1.5, clip_on=False))
