"""What a network with two inputs answers at every place of the plane, and how that changes while it learns.

What you can do with this file: `boundary(net, samples)` → a figure; `kept = Boundaries(samples)`, `nn.fit(…, callbacks=[kept])`,
`kept.plot()` → one small figure an epoch.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from nn.arguments import count
from nn.datasets import Samples
from nn.modules import MLP
from nn.plots.answered import answered
from nn.plots.plane import leads_over, paint
from nn.plots.sheet import sheet, told
from nn.words import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nn.run import Epoch

__all__ = ["Boundaries", "boundary"]

SIDE = 300  # places in a row of the grid
SMALL = 150  # and of the grid of a small picture: each that is kept takes 90 kB a label
MOST_EPOCHS = 12
COLUMNS = 4


class Boundaries:
    """A callback for `nn.fit` that keeps what a network with two inputs answers over the plane: after epoch 1, every so many, and the last.

    Attributes: `epochs`, the numbers of the epochs kept; `leads`, for each of them how far each label is ahead, an array
    [labels, 150, 150], the lowest row first.

    Raises ValueError for `every` below 1, and, when it is called, for a network that has not two inputs and samples that do not fit it.

    >>> import nn
    >>> moons = nn.datasets.moons(40)
    >>> kept = Boundaries(moons, every=2)
    >>> history = nn.fit(nn.MLP(2, [8, 1], rng=0), moons, epochs=5, callbacks=[kept])
    >>> kept.epochs
    [1, 2, 4, 5]
    """

    def __init__(self, samples: Samples, every: int = 1) -> None:
        self.samples, self.every = samples, count(every, "every")
        self.epochs: list[int] = []
        self.leads: list[Any] = []

    def __call__(self, epoch: Epoch) -> None:
        """Keep the answers of the network of an `nn.Epoch`; the last epoch's are kept until the next one comes."""
        leads = leads_over(epoch.net, self.samples, SMALL)
        if len(self.epochs) > 1 and self.epochs[-1] % self.every:
            del self.epochs[-1], self.leads[-1]
        self.epochs.append(epoch.number)
        self.leads.append(leads)

    def plot(self) -> Figure:
        """Draw the epochs that were kept, each small; of more than 12 evenly chosen ones, the first and the last among them.

        Raises MissingExtra without matplotlib.
        """
        if not self.epochs:
            return told(_("No epoch was kept yet."))
        chosen = thinned(len(self.epochs), MOST_EPOCHS)
        columns = min(COLUMNS, len(chosen))
        rows = ceil(len(chosen) / columns)
        with sheet(1 + 2.6 * columns, 0.5 + 2.6 * rows) as figure:
            grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
            for axes, place in zip(grid, chosen, strict=False):
                paint(axes, self.leads[place], self.samples, 8.0)
                axes.set_title(_("epoch {number}", number=self.epochs[place]))
            for axes in grid[len(chosen) :]:
                axes.axis("off")
            for axes in grid[: len(chosen)][-columns:]:
                axes.tick_params(labelbottom=True)
            figure.legend(*grid[0].get_legend_handles_labels(), loc="outside right upper", markerscale=2)
        return figure


def boundary(net: MLP, samples: Samples) -> Figure:
    """Draw what a network with two inputs answers over the plane, and the samples on it: the first 1,000, one sign a label.

    A black line parts places with different answers. Raises ValueError for a network that has not two inputs, and for samples that do
    not fit it; TypeError for what are no Samples; MissingExtra without matplotlib.

    >>> import nn
    >>> figure = boundary(nn.MLP(2, [8, 1], rng=0), nn.datasets.moons(40))
    >>> [text.get_text() for text in figure.legends[0].get_texts()]
    ['label 0', 'label 1']
    """
    leads = leads_over(net, samples, SIDE)
    said = answered(net, samples)
    right, many = said.right, len(samples)
    with sheet(7, 5.5) as figure:
        figure.suptitle(_("Accuracy: {share:.2%} ({right:,} of {n:,})", right=right, n=many, share=right / many))
        axes = figure.subplots()
        paint(axes, leads, samples, 25.0)
        axes.set(xlabel="x₁", ylabel="x₂")
        figure.legend(loc="outside right upper")
    return figure


def thinned(many: int, most: int) -> list[int]:
    """At most so many of the numbers 0 … many − 1, evenly spaced, the first and the last among them.

    >>> thinned(3, 12), thinned(10, 4)
    ([0, 1, 2], [0, 3, 6, 9])
    """
    if many <= most:
        return list(range(many))
    return [round(i * (many - 1) / (most - 1)) for i in range(most)]
