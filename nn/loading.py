"""Loading networks: from a file back to a network, or one clear error.

What you can do with this file: `load(path)`; `restored(arrays, data, who)` makes a network of what a file holds, for a file that holds
more than a network. `saving.py` says what that is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nn.activations import OF_A_LAYER, OF_A_NEURON
from nn.modules import MLP
from nn.saving import FORMAT, TRAINING, VERSION, places
from nn.tensors import TensorFileError, read_tensors

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["load", "restored"]


def load(path: str | os.PathLike[str]) -> MLP:
    """Return the network that `net.save(path)` wrote: the same sizes, activations and notes, every number bit for bit.

    Raises TensorFileError, with nothing loaded, if the file is anything else, damaged, of a newer version, or larger than 256 MiB;
    OSError if it cannot be opened; MissingExtra without safetensors or NumPy.

    >>> import tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "net.safetensors")
    >>> net = MLP(2, [3, 1], rng=0)
    >>> net.notes["data"] = "xor"
    >>> net.save(path)
    >>> load(path), load(path).notes
    (MLP(2, [3, 1], activation='sigmoid'): 13 parameters, {'data': 'xor'})
    >>> load(path).state_dict() == net.state_dict()
    True

    Without this package, the same numbers: `layers.0.weights` is what PyTorch's `Linear` calls its weight.

    >>> import safetensors.numpy
    >>> safetensors.numpy.load_file(path)["layers.0.weights"].shape
    (3, 2)
    """
    return restored(*read_tensors(path), os.fsdecode(path))


def restored(arrays: Mapping[str, NDArray[Any]], data: Mapping[str, Any], who: str) -> MLP:
    """Return the network that these arrays and this data are; `who` is where they come from, for messages.

    Everything is checked before anything is made. Raises TensorFileError for what is no network.

    >>> restored({}, {"format": "a poem"}, "poem.safetensors")
    Traceback (most recent call last):
        ...
    nn.tensors.TensorFileError: poem.safetensors holds no network: its format is 'a poem', not 'autograd-mini network'. \
Nothing was loaded.
    """
    try:
        _require_network(data)
        _require_arrays(arrays, data["nin"], data["nouts"])
    except TensorFileError as error:
        raise TensorFileError(f"{who} {error}. Nothing was loaded.") from None
    net = MLP(data["nin"], data["nouts"], data["activation"], output=data["output"])
    for number, layer in enumerate(net.layers):
        rows, biases = arrays[f"layers.{number}.weights"].tolist(), arrays[f"layers.{number}.biases"].tolist()
        for neuron, row, bias in zip(layer.neurons, rows, biases, strict=True):
            neuron.bias.data = bias
            for weight, x in zip(neuron.weights, row, strict=True):
                weight.data = x
    net.notes = data["notes"]
    return net


def _require_network(data: Mapping[str, Any]) -> None:
    """Raise TensorFileError unless the data says of a network all that `MLP` has to know."""
    if data.get("format") != FORMAT:
        raise TensorFileError(f"holds no network: its format is {data.get('format')!r:.80}, not {FORMAT!r}")
    version = data.get("version")
    if type(version) is not int or version != VERSION:
        raise TensorFileError(
            f"has version {version!r:.80} of the format; this program reads version {VERSION}. A newer autograd-mini may read it"
        )
    nouts = data.get("nouts")
    if not _is_size(data.get("nin")) or not isinstance(nouts, list) or not nouts or not all(map(_is_size, nouts)):
        raise TensorFileError(
            f"is damaged: the sizes of its network, nin={data.get('nin')!r:.80} and nouts={nouts!r:.80}, are not whole numbers from 1 on"
        )
    known = [*OF_A_NEURON, *OF_A_LAYER]
    for which in ("activation", "output"):
        if data.get(which) not in known:
            raise TensorFileError(f"has a network with {which}={data.get(which)!r:.80}, which is not known; known are {', '.join(known)}")
    if not isinstance(data.get("notes"), dict):
        raise TensorFileError(f"is damaged: the notes of its network are {data.get('notes')!r:.80}, not a JSON object")


def _require_arrays(arrays: Mapping[str, NDArray[Any]], nin: int, nouts: list[int]) -> None:
    """Raise TensorFileError unless the arrays are those of a network of these sizes, no more and no fewer."""
    unused = {name for name in arrays if not name.startswith(TRAINING)}
    for name, shape in places(nin, nouts):
        if name not in arrays:
            raise TensorFileError(f"is damaged: of its network it lacks the array {name!r}")
        if arrays[name].shape != shape:
            raise TensorFileError(f"is damaged: the array {name!r} has the shape {arrays[name].shape!s:.80}, not {shape!s:.80}")
        unused.discard(name)
    if unused:
        raise TensorFileError(f"is damaged: the array {min(unused)!r:.80} has no place in its network")


def _is_size(thing: Any) -> bool:
    return type(thing) is int and thing >= 1
