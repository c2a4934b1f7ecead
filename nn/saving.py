"""Saving networks: what a network is, as arrays and plain data, and as one file.

What you can do with this file: `save(net, path)`, which is `net.save(path)`; `described(net)` gives the two halves of such a file, for a
file that holds more than a network. `loading.py` is the way back, `tensors.py` the file format.

A network of the layers 0, 1, … is the arrays

    layers.0.weights   [nout, nin], the row j being the weights of neuron j
    layers.0.biases    [nout]

and what `MLP` has to know besides: {"format": "autograd-mini network", "version": 1, "nin": 784, "nouts": [30, 10], "activation": …,
"output": …, "package": the version that wrote it, "notes": net.notes}. A file may hold further arrays if their names start with
`training.`, and further data: whoever loads the network does not look at them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import autograd_mini as ag
from nn.activations import OF_A_LAYER
from nn.needs import needed
from nn.tensors import write_tensors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nn.modules import MLP

__all__ = ["FORMAT", "TRAINING", "VERSION", "described", "places", "save"]

FORMAT, VERSION = "autograd-mini network", 1
#: Arrays whose names start like this belong to a training that is to go on, not to the network.
TRAINING = "training."


def save(net: MLP, path: str | os.PathLike[str]) -> None:
    """Write a network into a safetensors file: this is `net.save(path)`, and says there what it raises.

    >>> import tempfile
    >>> from nn.modules import MLP
    >>> from nn.tensors import read_tensors
    >>> path = os.path.join(tempfile.mkdtemp(), "net.safetensors")
    >>> save(MLP(2, [3, 1], rng=0), path)
    >>> read_tensors(path).data["nouts"]
    [3, 1]
    """
    write_tensors(path, *described(net))


def described(net: MLP, numbers: Sequence[float] | None = None) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the arrays and the data that a network is, as the head of this file says.

    With `numbers`, it is described with these in place of those of `net.parameters()`, and stays as it is. Raises TypeError for anything
    but an MLP, ValueError for one that was rebuilt by hand, so that `MLP(…)` could not make it again.

    >>> from nn.modules import MLP
    >>> arrays, data = described(MLP(2, [3, 1], rng=0))
    >>> {name: array.shape for name, array in arrays.items()}
    {'layers.0.weights': (3, 2), 'layers.0.biases': (3,), 'layers.1.weights': (1, 3), 'layers.1.biases': (1,)}
    >>> data["nin"], data["nouts"], data["activation"]
    (2, [3, 1], 'sigmoid')
    """
    np = needed("numpy", "saving a network", "nn")
    _require_plain(net)
    parameters = net.parameters()
    of = dict(zip(parameters, [parameter.data for parameter in parameters] if numbers is None else numbers, strict=True))
    arrays = {}
    for number, layer in enumerate(net.layers):
        arrays[f"layers.{number}.weights"] = np.array([[of[weight] for weight in neuron.weights] for neuron in layer.neurons])
        arrays[f"layers.{number}.biases"] = np.array([of[neuron.bias] for neuron in layer.neurons])
    sizes = {"nin": net.nin, "nouts": net.nouts, "activation": net.activation, "output": net.output}
    return arrays, {"format": FORMAT, "version": VERSION, **sizes, "package": ag.__version__, "notes": net.notes}


def places(nin: int, nouts: Sequence[int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the name and the shape of each array of a network of these sizes.

    >>> list(places(2, [3]))
    [('layers.0.weights', (3, 2)), ('layers.0.biases', (3,))]
    """
    for number, nout in enumerate(nouts):
        yield f"layers.{number}.weights", (nout, nin)
        yield f"layers.{number}.biases", (nout,)
        nin = nout


def _require_plain(net: MLP) -> None:
    """A file says what MLP(…) is to make: what that would not make again must not be lost without a word."""
    kind = type(net).__name__
    if kind != "MLP":
        raise TypeError(f"an nn.MLP can be saved, and this is {kind}; the numbers of any Module are in its state_dict()")
    activations = [net.activation] * (len(net.layers) - 1) + [net.output]
    # A weight that was shared, fixed as a constant, added or removed shows in the number of parameters.
    parameters = sum((nin + 1) * nout for nin, nout in zip([net.nin, *net.nouts], net.nouts, strict=False))
    made = [{(name, "linear" if name in OF_A_LAYER else name)} for name in activations]
    found = [{(layer.activation, neuron.activation) for neuron in layer.neurons} for layer in net.layers]
    if found != made or len(net.parameters()) != parameters:
        raise ValueError(f"this network was rebuilt by hand: it is no longer what {net!r:.200} says; save its state_dict() instead")
