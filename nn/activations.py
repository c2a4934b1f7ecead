"""Activations: what turns the weighted sum z of a neuron into its output a.

What you can do with this file: see what `activation=` and `output=` accept. Most act on one neuron at a time (`OF_A_NEURON`); softmax
looks at all neurons of a layer at once (`OF_A_LAYER`), so a single neuron cannot have it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import autograd_mini as ag
from autograd_mini import Value

__all__ = ["OF_A_LAYER", "OF_A_NEURON", "SIGNED", "linear", "step"]


def linear(z: Value) -> Value:
    """z as it is.

    >>> linear(Value(-0.5)).data
    -0.5
    """
    return z


def step(z: Value) -> Value:
    """The perceptron's: 1 if z > 0, else 0. It is flat left and right of its jump, so its derivative is 0 everywhere.

    >>> step(Value(0.5)).data, step(Value(0.0)).data
    (1.0, 0.0)
    """
    return ag.gt(z, 0.0)


#: Activations of one neuron: a from its z.
OF_A_NEURON: Mapping[str, Callable[[Value], Value]] = MappingProxyType(
    {"sigmoid": ag.sigmoid, "tanh": ag.tanh, "relu": ag.relu, "linear": linear, "step": step}
)

#: Activations of a whole layer: all a from all z.
OF_A_LAYER: Mapping[str, Callable[[Sequence[Value]], list[Value]]] = MappingProxyType({"softmax": ag.softmax})

#: Those that have both signs: one output tells two labels by its sign.
SIGNED = frozenset({"linear", "tanh"})
