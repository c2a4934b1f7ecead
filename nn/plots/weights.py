"""What each hidden neuron looks for: its weights, as an image.

What you can do with this file: `weights(net)` → the first layer's weights, one image a neuron.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn.modules import MLP
from nn.plots import images
from nn.plots.sheet import sheet
from nn.words import _, ngettext

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["weights"]

MOST = 100
COLUMNS = 10


def weights(net: MLP) -> Figure:
    """Draw the weights of the first layer, one image a neuron, the first 100 of them, all on one scale with 0 in its middle.

    Red pixels speak for the neuron's answer, blue ones against it. Raises ValueError if the inputs form no square; MissingExtra without
    matplotlib.

    >>> weights(MLP(64, [3, 10], rng=0)).get_suptitle()
    'The weights of the first layer, neuron by neuron'
    """
    import numpy as np

    side, neurons = images.side_of(net), net.layers[0].neurons
    shown = np.array([[weight.data for weight in neuron.weights] for neuron in neurons[:MOST]]).reshape(-1, side, side)
    title = _("The weights of the first layer, neuron by neuron")
    if len(neurons) > MOST:
        left_out = ngettext("one more is left out", "{n:,} more are left out", len(neurons) - MOST)
        title += f"\n({left_out})"
    columns = min(COLUMNS, max(COLUMNS // 2, len(shown)))
    width, height = images.size_of(len(shown), columns)
    largest = float(abs(shown).max()) or 1.0
    with sheet(width + 1, max(height, 3)) as figure:
        figure.suptitle(title)
        axes, numbers = figure.subplots(), [str(number) for number in range(1, len(shown) + 1)]
        painted = images.paint(axes, shown, numbers, columns, cmap="RdBu_r", vmin=-largest, vmax=largest)
        figure.colorbar(painted[0], ax=axes, label=_("weight"), shrink=min(1.0, 4 / height), aspect=20)
    return figure
