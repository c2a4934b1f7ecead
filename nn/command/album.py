"""The pictures of a training: those that make sense for its network.

What you can do with this file: `album = Album(net, data)`; `nn.fit(…, callbacks=album.watchers)`;
`album.save("out", history)`.
"""

from __future__ import annotations

import os
from math import isqrt
from pathlib import Path
from typing import TYPE_CHECKING

from nn import plots
from nn.command.telling import say
from nn.datasets import Dataset
from nn.history import History
from nn.modules import MLP
from nn.words import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from nn.run import Epoch

__all__ = ["Album", "sees_images"]

SMALLEST = 4  # the side of what is taken for an image


class Album:
    """The pictures of a network: of its training if it is watched by the `watchers`, on samples if there are any."""

    def __init__(self, net: MLP, data: Dataset | None) -> None:
        self.net, self.data = net, data
        self.sizes = plots.GradientSizes(data.train) if data else None
        self.boundaries = plots.Boundaries(data.train) if data and net.nin == 2 else None

    @property
    def watchers(self) -> list[Callable[[Epoch], None]]:
        """Callbacks for `nn.fit`."""
        return [watcher for watcher in (self.sizes, self.boundaries) if watcher is not None]

    def save(self, folder: str | os.PathLike[str], history: History | None) -> None:
        """Draw what there is into files of this folder, and say which."""
        paths = plots.save_all(folder, self._figures(history))
        names = ", ".join(path.name for path in paths)
        say(_("Pictures in {folder}: {names}", folder=Path(folder), names=names) if paths else _("There is nothing to draw."))

    def _figures(self, history: History | None) -> dict[str, Figure]:
        net, figures = self.net, {}
        if history and history.loss:
            figures["curves"] = plots.curves(history)
        if self.sizes and self.sizes.epochs:
            figures["gradient_sizes"] = self.sizes.plot()
        if self.boundaries and self.boundaries.epochs:
            figures["boundaries"] = self.boundaries.plot()
        if sees_images(net):
            figures["weights"] = plots.weights(net)
        if self.data:
            test = self.data.test
            figures["confusion"] = plots.confusion(net, test)
            if sees_images(net):
                figures |= {"digits": plots.digits(net, test), "mistakes": plots.mistakes(net, test)}
            if net.nin == 2:
                figures["boundary"] = plots.boundary(net, self.data.train)
        return figures


def sees_images(net: MLP) -> bool:
    """Whether the inputs of a network are the pixels of a square image.

    >>> sees_images(MLP(64, [10])), sees_images(MLP(2, [1]))
    (True, False)
    """
    side = isqrt(net.nin)
    return side >= SMALLEST and side * side == net.nin
