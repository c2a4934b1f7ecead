"""Learning curves: how loss and accuracy went, epoch by epoch.

What you can do with this file: `curves(history)` → a figure of what `nn.fit` returned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nn.plots.epochs import Line, paint
from nn.plots.sheet import sheet, told
from nn.words import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nn.history import History

__all__ = ["curves"]


def curves(history: History) -> Figure:
    """Draw the loss of a `History`, and beside it the accuracies that were measured.

    At the end of each line stand its last value, and its best where that is another; a ring marks the best. A history of no
    epoch gives a figure that says so. Raises MissingExtra without matplotlib.

    >>> from nn.history import History
    >>> [axes.get_ylabel() for axes in curves(History(loss=[0.5, 0.2], train_accuracy=[0.6, 0.9])).axes]
    ['loss', 'accuracy']
    """
    if not history.loss:
        return told(_("No epoch was finished: there is nothing to draw."))
    accuracies = {
        _("training"): history.train_accuracy,
        _("validation"): history.validation_accuracy,
        _("test"): history.test_accuracy,
    }
    with sheet(11, 4) as figure:
        left, right = figure.subplots(1, 2)
        left.set(ylabel=_("loss"), ylim=(0.0, 1.05 * max(history.loss)))
        paint(left, [_line("", history.loss, min, "{:.4f}")])
        measured = {name: values for name, values in accuracies.items() if values}
        right.set(ylabel=_("accuracy"))
        right.yaxis.set_major_formatter(lambda share, _place: f"{100 * share:.4g}%")
        paint(right, [_line(name, values, max, "{:.2%}") for name, values in measured.items()])
    return figure


def _line(name: str, values: Sequence[float], best_of: Callable[[Sequence[float]], float], form: str) -> Line:
    """A line with its last value beside it, and its best."""
    place = values.index(best_of(values))
    last = f"{name} {form.format(values[-1])}".strip()
    if place == len(values) - 1:
        return Line(range(1, len(values) + 1), values, last, place)
    best = _("best {value} (epoch {epoch})", value=form.format(values[place]), epoch=place + 1)
    return Line(range(1, len(values) + 1), values, f"{last}\n{best}", place)
