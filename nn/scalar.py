"""Training on Values themselves, one graph a sample: slow, and nothing is hidden.

What you can do with this file: `forecast(net, cost, samples)` says what an epoch will take; `Scalar(net, cost, samples, …)` trains.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from math import isfinite
from time import perf_counter
from typing import Any, NamedTuple

from autograd_mini import Value
from autograd_mini.errors import NonFiniteError
from autograd_mini.graph import topological_order
from nn.answers import guess, target
from nn.compiled import Cost, Met, sample_cost
from nn.datasets import Samples
from nn.modules import MLP
from nn.optim import Optimizer
from nn.words import _

__all__ = ["Forecast", "Scalar", "forecast"]


class Forecast(NamedTuple):
    """What one epoch takes where each sample is a graph of its own, measured on the first sample."""

    samples: int
    nodes: int  # of one graph, its leaves included
    bytes: int  # of one graph; they come and go one by one
    seconds: float  # of the epoch

    def __str__(self) -> str:
        return _(
            "Sample by sample: an epoch records {samples:,} graphs of {nodes:,} Values, {kilobytes:,.0f} kB each, one after the other, "
            "{all_nodes:,} Values in all; it will take about {time}.",
            samples=self.samples, nodes=self.nodes, kilobytes=self.bytes / 1e3,
            all_nodes=self.samples * self.nodes, time=_time(self.seconds),
        )  # fmt: skip


def _time(seconds: float) -> str:
    if seconds < 120:
        return _("{seconds:.2g} seconds", seconds=seconds)
    if seconds < 7200:
        return _("{minutes:.0f} minutes", minutes=seconds / 60)
    return _("{hours:.0f} hours", hours=seconds / 3600)


def forecast(net: MLP, cost: Cost, samples: Samples, l2: float = 0.0) -> Forecast:
    """Say what an epoch of `nn.fit(…, engine="scalar")` will take. The first sample goes forward and backward, twice; gradients are lost.

    >>> forecast(MLP(2, [3, 1], rng=0), lambda outputs, target: outputs[0] ** 2, Samples([[0.5, -1.0]], [0])).nodes
    38
    """
    start = perf_counter()
    loss, _right = _met(net, cost, l2, samples, 0, 1.0)
    seconds = perf_counter() - start
    nodes = len(topological_order([loss]))
    del loss
    ours = not tracemalloc.is_tracing()
    if ours:
        tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = _met(net, cost, l2, samples, 0, 1.0)
    size = tracemalloc.get_traced_memory()[0] - before
    if ours:
        tracemalloc.stop()
    del kept
    net.zero_grad()
    return Forecast(len(samples), nodes, size, seconds * len(samples))


def _met(net: MLP, cost: Cost, l2: float, samples: Samples, index: int, share: float) -> tuple[Value, bool]:
    """One sample forward and backward. Leaves add up what each pass sends them: with 1/m as `share`, they end with the batch's mean."""
    outputs = net(samples.x[index])
    label = int(samples.y[index])
    loss = sample_cost(net, cost, l2, outputs, target(net, label))
    loss.backward(gradient=share)
    return loss, guess(net, [output.data for output in outputs]) == label


class Scalar:
    """Trains a network of Values one graph at a time, so that memory holds one sample, not a batch."""

    def __init__(
        self, net: MLP, cost: Cost, l2: float, samples: Samples, batch_size: int, optimizer: Optimizer, dtype: str
    ) -> None:
        if dtype != "float64":
            raise ValueError(f"dtype={dtype!r}: Values are float64; the compiled engine knows float32 too")
        self.net, self.cost, self.l2, self.samples = net, cost, l2, samples
        self.batch_size, self.optimizer = batch_size, optimizer

    def train(self, order: Any, start: int, stop: int) -> Iterator[Met]:
        """Go through these samples from place `start` to `stop`; tell after each batch what was met."""
        for first in range(start, stop, self.batch_size):
            batch = order[first : min(stop, first + self.batch_size)]
            self.optimizer.zero_grad()
            losses, right = [], 0
            for index in batch:
                loss, told = _met(self.net, self.cost, self.l2, self.samples, int(index), 1.0 / len(batch))
                losses.append(loss.data)
                right += told
            self._step()
            yield losses, right

    def _step(self) -> None:
        """Move the parameters. Raises NonFiniteError where that leads too far; all is then as it was before."""
        parameters = self.optimizer.parameters
        before, state = [parameter.data for parameter in parameters], self.optimizer.state_dict()
        self.optimizer.step()
        if not all(isfinite(parameter.data) for parameter in parameters):
            for parameter, x in zip(parameters, before, strict=True):
                parameter.data = x
            self.optimizer.load_state_dict(state)
            raise NonFiniteError("the step after the last samples made a parameter inf or nan")

    def write_back(self) -> None:
        """The Values are what is trained."""
