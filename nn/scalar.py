"""Training on Values themselves, one graph a sample: slow, and nothing is hidden.

What you can do with this file: `trainer = Scalar(net, cost, …)` trains; `trainer.forecast()` says before what an epoch will take.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy, deepcopy
from math import ceil, isfinite
from time import perf_counter
from typing import Any, NamedTuple

from autograd_mini import Value
from autograd_mini.collector import collector_paused
from autograd_mini.errors import NonFiniteError
from autograd_mini.graph import topological_order
from autograd_mini.number import show
from nn.answers import guess, target
from nn.arguments import listed
from nn.compiled import Cost, Met, sample_cost
from nn.datasets import Samples
from nn.modules import MLP
from nn.optim import Optimizer
from nn.words import _

__all__ = ["Forecast", "Scalar"]

#: A forecast tries so many samples of a large network, and steps; of a small one, so many as make this many Values. It does not go by the
#: clock: a cost that draws random numbers draws as many each time.
FEW, SOME = 3, 50_000


class Forecast(NamedTuple):
    """What one epoch takes where each sample is a graph of its own, measured on the first samples."""

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
        return _("{seconds} seconds", seconds=f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.2g}")
    if seconds < 7200:
        return _("{minutes:.0f} minutes", minutes=seconds / 60)
    return _("{hours:.0f} hours", hours=seconds / 3600)


def _mean_seconds(act: Callable[[int], Any], times: int) -> float:
    """How long each of `act(0)`, `act(1)`, … takes."""
    start = perf_counter()
    for place in range(times):
        act(place)
    return (perf_counter() - start) / times


class Scalar:
    """Trains a network of Values one graph at a time, so that memory holds one sample, not a batch."""

    def __init__(
        self, net: MLP, cost: Cost, l2: float, samples: Samples, batch_size: int, optimizer: Optimizer, dtype: str
    ) -> None:
        if dtype != "float64":
            raise ValueError(f"dtype={dtype!r}: Values are float64; the compiled engine knows float32 too")
        self.net, self.cost, self.l2, self.samples = net, cost, l2, samples
        self.labels = listed(samples.y, "the labels")  # plain numbers
        self.batch_size, self.optimizer = batch_size, optimizer

    def train(self, order: Any, start: int, stop: int) -> Iterator[Met]:
        """Go through these samples from place `start` to `stop`; tell after each batch what was met.

        Raises NonFiniteError where a loss or a parameter is not finite; all parameters are then as they were before that batch.
        """
        for first in range(start, stop, self.batch_size):
            batch = order[first : min(stop, first + self.batch_size)]
            self.optimizer.zero_grad()
            losses, right = [], 0
            for index in batch:
                loss, told = self._met(int(index), 1.0 / len(batch))
                losses.append(loss)
                right += told
            self._step()
            yield losses, right

    def forecast(self) -> Forecast:
        """Say what an epoch will take. Some samples go forward and backward, some steps are taken; then all is as it was, gradients too.

        >>> from nn.losses import quadratic_cost
        >>> from nn.optim import SGD
        >>> net = MLP(2, [3, 1], rng=0)
        >>> Scalar(net, quadratic_cost, 0.0, Samples([[0.5, -1.0]], [0]), 1, SGD(net.parameters(), 3.0), "float64").forecast().nodes
        43
        """
        parameters = self.optimizer.parameters
        samples, steps = len(self.samples), ceil(len(self.samples) / self.batch_size)
        before = [(parameter.data, parameter.grad) for parameter in parameters]
        self.optimizer.zero_grad()
        try:
            nodes, size = self._sizes()
            sample = _mean_seconds(lambda index: self._met(index, 1.0), min(samples, max(FEW, SOME // nodes)))
            step = self._seconds_of_a_step(min(steps, max(FEW, SOME // len(parameters))))
        finally:
            for parameter, (x, gradient) in zip(parameters, before, strict=True):
                parameter.data, parameter.grad = x, gradient
        return Forecast(samples, nodes, size, samples * sample + steps * step)

    def _sizes(self) -> tuple[int, int]:
        """How many nodes and bytes the graph of the first sample has."""
        nodes = len(topological_order([self._recorded(0, 1.0)[0]]))  # a first one also loads what stays: it is not measured
        ours = not tracemalloc.is_tracing()
        if ours:
            tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            recorded = self._recorded(0, 1.0)
            size = tracemalloc.get_traced_memory()[0] - before
            del recorded
        finally:
            if ours:
                tracemalloc.stop()
        return nodes, max(0, size)  # another thread may have stopped the tracing

    def _seconds_of_a_step(self, times: int) -> float:
        """Measured with a copy of the optimizer. What is wrong with its steps, the run itself will say: here they take 0 s then."""
        with suppress(Exception):
            trial = copy(self)
            trial.optimizer = deepcopy(self.optimizer, {id(parameter): parameter for parameter in self.optimizer.parameters})
            return _mean_seconds(lambda _place: trial._step(), times)
        return 0.0

    def _recorded(self, index: int, share: float) -> tuple[Value, list[Value]]:
        """One sample forward and backward: its loss and its outputs.

        Leaves add up what each pass sends them: with 1/m as `share`, they end with the batch's mean.
        """
        outputs = self.net(self.samples.x[index])
        loss = sample_cost(self.net, self.cost, self.l2, outputs, target(self.net, self.labels[index]))
        try:
            loss.backward(gradient=share)
        except NonFiniteError as error:
            raise NonFiniteError(f"the loss of training sample {index} is {show(loss.data)}: {error}") from None
        return loss, outputs

    @collector_paused()
    def _met(self, index: int, share: float) -> tuple[float, bool]:
        """The same in numbers: its loss, and whether it was classified correctly. The graph is gone then."""
        loss, outputs = self._recorded(index, share)
        return loss.data, guess(self.net, outputs) == self.labels[index]

    def _step(self) -> None:
        """Move the parameters. Raises NonFiniteError where that leads too far; all is then as it was before."""
        parameters = self.optimizer.parameters
        before, state = [parameter.data for parameter in parameters], self.optimizer.state_dict()
        self.optimizer.step()
        if not all(map(isfinite, [parameter.data for parameter in parameters])):
            for parameter, x in zip(parameters, before, strict=True):
                parameter.data = x
            self.optimizer.load_state_dict(state)
            raise NonFiniteError("the step after the last samples made a parameter inf or nan")

    def write_back(self) -> None:
        """The Values are what is trained."""
