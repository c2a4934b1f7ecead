"""Initial weights and biases: how far from 0 they are drawn.

What you can do with this file: see what `init=` accepts, with formulas and sources (`INITS`); `spread("he", 784, 30)` gives the standard
deviations. All weights are drawn from a normal distribution around 0; only its width differs.

A neuron adds up n_in products, so the variance of its z is n_in times that of one product. With weights from N(0, 1), z is therefore about
√n_in in size, and a sigmoid or tanh is saturated from the start when there are many inputs. The others make the weights so small that the
signals keep their size from layer to layer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt
from types import MappingProxyType
from typing import NamedTuple

from nn.arguments import chosen, positive

__all__ = ["INITS", "Spread", "spread"]


class Spread(NamedTuple):
    """The standard deviations of the weights and of the bias of a neuron; 0 is a bias that starts at 0."""

    weights: float
    bias: float


#: What `init=` accepts: the spread, from the number of inputs and the number of neurons of a layer.
INITS: Mapping[str, Callable[[int, int], Spread]] = MappingProxyType(
    {
        # The courses': N(0, 1) for weights and biases alike. M. Nielsen, Neural Networks and Deep Learning, chapter 1.
        "normal": lambda nin, nout: Spread(1.0, 1.0),
        # Y. LeCun et al., Efficient BackProp, 1998, eq. 16: N(0, 1/n_in). Nielsen's chapter 3 has these weights too, with
        # biases from N(0, 1), and says that the biases matter little.
        "lecun": lambda nin, nout: Spread(sqrt(1.0 / nin), 0.0),
        # For tanh and sigmoid. X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural
        # networks, 2010, eq. 12: N(0, 2/(n_in + n_out)), the mean of what suits the way forward and the way back; biases 0.
        "xavier": lambda nin, nout: Spread(sqrt(2.0 / (nin + nout)), 0.0),
        # For relu, which stops half of the signal. K. He et al., Delving deep into rectifiers, 2015, eq. 10: N(0, 2/n_in); biases 0.
        "he": lambda nin, nout: Spread(sqrt(2.0 / nin), 0.0),
    }
)


def spread(init: str, nin: int, nout: int, scale: float = 1.0) -> Spread:
    """The standard deviations for a layer of `nout` neurons with `nin` inputs each, times `scale`.

    Raises ValueError for an unknown `init` and for a scale that is not finite and above 0, TypeError for one that is no number.

    >>> spread("xavier", 3, 5), spread("normal", 3, 5, scale=0.5)
    (Spread(weights=0.5, bias=0.0), Spread(weights=0.5, bias=0.5))
    """
    weights, bias = chosen(INITS, init, "init")(nin, nout)
    scale = positive(scale, "scale")
    return Spread(scale * weights, scale * bias)
