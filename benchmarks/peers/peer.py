"""What a peer is: a way to differentiate and to train a net; and all that there are.

What you can do with this file: write a further peer (`Peer`), and add it to the lists at the end (`DENSE`, `CONVOLUTIONAL`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple, Protocol

import numpy as np

BATCH = 10
LEARNING_RATE = 3.0

Array = Any  # np.ndarray, of one dtype throughout a run: float64 or float32
Layers = Sequence[Array]  # one matrix [to, from + 1] for each layer: its weights, and its biases as the last column


class Peer(Protocol):
    """A way to differentiate and to train a net; it is made from a `graphs.Case` and a dtype. The cost is the mean over the batch."""

    def load(self) -> None:
        """Start from the weights of the case. Comes before everything else; the clock does not run."""

    def prepare(self, xs: Array, ys: Array) -> tuple[Any, Any]:
        """The data, [n, inputs] and [n, outputs], as this peer likes them best; the clock does not run."""

    def backward(self, xs: Any, ys: Any) -> Any:
        """The gradient for one batch of prepared data, in any form."""

    def gradient(self, xs: Any, ys: Any) -> Array:
        """The same, flat, in the order of `Layers`."""

    def train(self, xs: Any, ys: Any) -> None:
        """One step of gradient descent, with LEARNING_RATE, for each BATCH of the data; dense nets only."""


class Alternative(NamedTuple):
    """A peer by name: the class `kind` in the file `peers/<file>.py`, which needs the library `needs`."""

    name: str
    file: str
    kind: str
    needs: str = "numpy"
    dtypes: tuple[str, ...] = ("float64", "float32")
    samples: int | None = None  # train on so many only, where one takes very long

    @property
    def missing(self) -> str | None:
        """What to do if the library is not installed."""
        return None if find_spec(self.needs) else f"(not installed: pip install {self.needs})"

    def __call__(self, *arguments: Any) -> Any:
        """Make the peer. Its file, and with it the library, is imported only here."""
        return getattr(import_module(f"peers.{self.file}"), self.kind)(*arguments)


def flat(layers: Iterable[Array]) -> Array:
    """The matrices one after the other, row by row: also the order of the parameters of an `nn.MLP`."""
    return np.concatenate([np.ravel(layer) for layer in layers])


OURS, TUNED, GEMMS = "autograd-mini", "NumPy, hand-tuned", "   its GEMMs alone"
CASADI = Alternative("CasADi SX, sample by sample", "in_casadi", "Casadi", "casadi", ("float64",), samples=200)
EAGER = Alternative("the eager engine", "eager", "Eager", dtypes=("float64",))
DENSE = (
    Alternative(OURS, "compiled", "Compiled"),
    Alternative(TUNED, "hand_tuned", "HandTuned"),
    Alternative(GEMMS, "hand_tuned", "Gemms"),
    Alternative("NumPy, the textbook loop", "textbook", "Textbook"),
    Alternative("PyTorch eager", "in_torch", "Dense", "torch"),
    Alternative("JAX, jit of a step", "in_jax", "Steps", "jax"),
    Alternative("JAX, lax.scan over the batches", "in_jax", "Scan", "jax"),
    CASADI,
)
CONVOLUTIONAL = (
    Alternative(OURS, "compiled", "Compiled"),
    Alternative("NumPy, im2col by hand", "convolution", "Im2col"),
    Alternative("PyTorch eager", "in_torch", "Convolutional", "torch"),
    CASADI,
    EAGER,
)
