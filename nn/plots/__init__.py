"""Pictures of a network and of its training, as figures of matplotlib's, in English or Chinese.

* `curves(history)`: loss and accuracies, epoch by epoch
* `digits(net, samples)`, `mistakes(net, samples)`: images with the network's answers; those it is most surely wrong about
* `confusion(net, samples)`: which label is taken for which
* `weights(net)`: what each neuron of the first layer looks for
* `boundary(net, samples)`: what a network with two inputs answers over the plane
* `GradientSizes(samples)`, `Boundaries(samples)`: callbacks for `nn.fit`, which have `.plot()`
* `save(figure, "out.svg")`, `save_all(folder, {name: figure})`: as SVG or PNG files

Importing this loads neither matplotlib nor NumPy: drawing does (the extra `plots`).
"""

from nn.plots.boundary import Boundaries, boundary
from nn.plots.confusion import confusion
from nn.plots.curves import curves
from nn.plots.digits import digits, mistakes
from nn.plots.files import save, save_all
from nn.plots.gradient_sizes import GradientSizes
from nn.plots.weights import weights

__all__ = [
    "Boundaries", "GradientSizes", "boundary", "confusion", "curves", "digits", "mistakes", "save", "save_all", "weights",
]  # fmt: skip
