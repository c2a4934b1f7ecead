"""Untrained networks: how many images they classify correctly by chance.

What you can do with this file: `accuracies(net, data.test, range(100))` → those of a hundred networks of this shape, whose weights and
biases are all random numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import nn
from nn.answers import guesses
from nn.compiled import program_of

__all__ = ["accuracies"]


def accuracies(net: nn.MLP, samples: nn.datasets.Samples, seeds: Iterable[int]) -> list[float]:
    """The accuracy, in [0, 1], of a network like this one for each seed, its parameters drawn from N(0, 1) by NumPy's generator.

    The network itself keeps its parameters: only its program is given others, since a hundred networks of Values would take minutes.
    """
    import numpy as np

    program, x = program_of(net), np.asarray(samples.x, "float64")
    found = []
    for seed in seeds:
        program.parameters[:] = _drawn(net, np.random.default_rng(seed))
        found.append(float((guesses(net, program.predict(x)) == samples.y).mean()))
    program.read()
    return found


def _drawn(net: nn.MLP, rng: Any) -> Any:
    """Random numbers in the order of the parameters: of each layer the weights are drawn first, row by row, then the biases."""
    import numpy as np

    shapes = [(len(layer.neurons), layer.neurons[0].nin) for layer in net.layers]
    layers = [(rng.standard_normal((outputs, inputs)), rng.standard_normal((outputs, 1))) for outputs, inputs in shapes]
    return np.concatenate([np.hstack(layer).ravel() for layer in layers])
