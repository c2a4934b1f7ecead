"""The plane, as a network with two inputs sees it: an answer at every place.

What you can do with this file: `leads_over(net, samples, 150)` → how far each label is ahead, on a grid around the samples;
`paint(axes, leads, samples, 25)` paints the answers as regions, with the samples on top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nn.answers import leads
from nn.compiled import outputs_of
from nn.datasets import Samples
from nn.evaluation import require_samples
from nn.modules import MLP
from nn.plots.sheet import COLOURS, INK, MARKERS
from nn.words import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Area", "leads_over", "paint"]

MARGIN = 0.1  # around the samples, as a share of their extent
MOST = 1000  # samples that are shown
WHITE = (0.72, 0.85, 0.60, 0.78)  # in the regions' colours, by turns: in grey too, neighbours differ


class Area(NamedTuple):
    """A rectangle of the plane, by its edges."""

    left: float
    right: float
    bottom: float
    top: float

    @classmethod
    def around(cls, samples: Samples) -> Area:
        """The samples, and a margin."""
        import numpy as np

        points = np.asarray(samples.x, float)
        low, high = points.min(axis=0), points.max(axis=0)
        margin = MARGIN * np.where(high > low, high - low, 1.0)
        (left, bottom), (right, top) = (low - margin).tolist(), (high + margin).tolist()
        return cls(left, right, bottom, top)

    def places(self, side: int) -> Any:
        """The middles of side × side equal fields [side², 2], row by row, the lowest first."""
        import numpy as np

        steps = (np.arange(side) + 0.5) / side
        across, up = np.meshgrid(self.left + steps * (self.right - self.left), self.bottom + steps * (self.top - self.bottom))
        return np.stack([across.ravel(), up.ravel()], axis=1)


def leads_over(net: MLP, samples: Samples, side: int) -> Any:
    """How far each label is ahead of all others over the area of the samples, an array [labels, side, side], the lowest row first.

    Raises ValueError for a network that has not two inputs, and for samples that do not fit it; TypeError for what are no Samples.
    """
    require_samples(samples, net, "samples")
    if net.nin != 2:
        raise ValueError(f"a boundary is drawn in the plane, for a network with two inputs; this one takes {net.nin}")
    places = Area.around(samples).places(side)
    return leads(net, outputs_of(net, places)).astype("float32").T.reshape(-1, side, side)


def paint(axes: Axes, leads: Any, samples: Samples, size: float) -> None:
    """Paint the regions of equal answers, the lines between them, and the first 1,000 samples; `size` is that of their signs."""
    import numpy as np

    area = Area.around(samples)
    colours = np.array([_pale(label) for label in range(len(leads))])
    axes.imshow(colours[leads.argmax(axis=0)], origin="lower", extent=area, aspect="auto", interpolation="none")
    for colour, lead in zip(colours, leads, strict=True):
        if lead.min() < 0 < lead.max():  # between the places of the grid, too: without steps
            axes.contourf(lead, [0.0, lead.max()], colors=[colour], origin="lower", extent=area)
            axes.contour(lead, [0.0], colors=INK, linewidths=1.2, origin="lower", extent=area)
    x, y = np.asarray(samples.x, float)[:MOST], np.asarray(samples.y)[:MOST]
    for label in np.unique(y).tolist():
        axes.scatter(
            x[y == label, 0], x[y == label, 1], label=_("label {label}", label=label), s=size, edgecolor="white", linewidth=0.4,
            color=COLOURS[label % len(COLOURS)], marker=MARKERS[label % len(MARKERS)],
        )  # fmt: skip


def _pale(label: int) -> Any:
    """The colour of the region where this is the answer: that of its samples, mixed with white."""
    import numpy as np
    from matplotlib.colors import to_rgb

    white = WHITE[label % len(WHITE)]
    return white + (1.0 - white) * np.array(to_rgb(COLOURS[label % len(COLOURS)]))
