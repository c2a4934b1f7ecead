"""How large the gradient is in each layer, epoch by epoch: where it vanishes, and where it explodes.

What you can do with this file: `sizes = GradientSizes(data.train)`; `nn.fit(…, callbacks=[sizes])`; `sizes.plot()`.
"""

from __future__ import annotations

from math import hypot, sqrt
from typing import TYPE_CHECKING, Any

from autograd_mini.number import show
from nn.answers import targets
from nn.compiled import Cost, program_of
from nn.datasets import Samples
from nn.evaluation import require_samples
from nn.plots.epochs import Line, paint
from nn.plots.sheet import sheet, told
from nn.words import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nn.run import Epoch

__all__ = ["GradientSizes"]

MOST = 1000


class GradientSizes:
    """A callback for `nn.fit` that measures, after each epoch, the root mean square of ∂C/∂w over the weights of each layer.

    C is the mean cost of the first 1,000 `samples`; where no `cost` is given, what the network is trained by, l2 included. Attributes:
    `epochs`, the numbers of the epochs measured; `sizes`, a list for each of them, with one number a layer.

    >>> import nn
    >>> xor = nn.datasets.xor()
    >>> sizes = GradientSizes(xor)
    >>> history = nn.fit(nn.MLP(2, [3, 2], rng=0), xor, epochs=2, callbacks=[sizes])
    >>> sizes.epochs, [len(size) for size in sizes.sizes]
    ([1, 2], [2, 2])
    """

    def __init__(self, samples: Samples, cost: Cost | None = None) -> None:
        self.samples, self.cost = samples, cost
        self.epochs: list[int] = []
        self.sizes: list[list[float]] = []

    def __call__(self, epoch: Epoch) -> None:
        """Measure the network of an `nn.Epoch`. Raises ValueError and TypeError for samples that do not fit it."""
        require_samples(self.samples, epoch.net, "samples")
        some = self.samples[:MOST]
        result = self._program(epoch)(some.x, targets(epoch.net, some.y))
        by_layer = [result.gradients_of(layer.weights) for layer in epoch.net.layers]
        self.epochs.append(epoch.number)
        self.sizes.append([hypot(*gradients) / sqrt(len(gradients)) for gradients in by_layer])  # hypot: their squares might underflow

    def _program(self, epoch: Epoch) -> Any:
        return program_of(epoch.net, epoch.cost, epoch.l2) if self.cost is None else program_of(epoch.net, self.cost)

    def plot(self) -> Figure:
        """Draw a line for each layer, the axis logarithmic. A gradient that is all 0 has no place there: its line has a gap, and a note.

        Raises MissingExtra without matplotlib.
        """
        if not self.sizes:
            return told(_("No epoch was measured yet."))
        layers = list(zip(*self.sizes, strict=True))
        positive = [size for layer in layers for size in layer if size]
        if not positive:
            return told(_("Every gradient is 0: no weight is being changed."))
        with sheet(8, 4.5) as figure:
            figure.suptitle(_("How large the gradient is, layer by layer"))
            axes = figure.subplots()
            axes.set(ylabel=_("root mean square of ∂C/∂w"), yscale="log", ylim=(min(positive) / 2, max(positive) * 2))
            paint(axes, [self._line(number, layer) for number, layer in enumerate(layers, 1)])
        return figure

    def _line(self, number: int, sizes: tuple[float, ...]) -> Line:
        note = _("layer {number}: {size}", number=number, size=show(sizes[-1], 2))
        zeros = sizes.count(0.0)
        if zeros:
            note += "\n" + _("(0 in {zeros} of {n} epochs)", zeros=zeros, n=len(sizes))
        return Line(self.epochs, [size or float("nan") for size in sizes], note)
