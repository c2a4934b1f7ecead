"""Training on Values themselves, one graph a sample: slow, and nothing is hidden.

What you can do with this file: `trainer = Scalar(net, cost, …)` trains; `trainer.forecast()` says before what an epoch will take.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from math import ceil, isfinite
from time import perf_counter
from typing import Any, NamedTuple

from autograd_mini import Value
from autograd_mini.collector import collector_paused
from autograd_mini.errors import NonFiniteError
from autograd_mini.graph import topological_order
from autograd_mini.number import show
from nn.answers import guess, target
from nn.compiled import Cost, Met, sample_cost
from nn.datasets import Samples
from nn.modules import MLP
from nn.optim import Optimizer
from nn.words import _

__all__ = ["Forecast", "Scalar"]

#: How long a forecast tries samples, and then steps, in seconds; and how many it tries at least.
MOMENT = 0.1
FEW = 3


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
        return _("{seconds:.2g} seconds", seconds=seconds)
    if seconds < 7200:
        return _("{minutes:.0f} minutes", minutes=seconds / 60)
    return _("{hours:.0f} hours", hours=seconds / 3600)


def _mean_seconds(act: Callable[[int], Any], times: int) -> float:
    """How long `act(0)`, `act(1)`, … take: for a moment as many as there is time for, but a few in any case; no more than `times`."""
    start = perf_counter()
    for done in range(1, times + 1):
        act(done - 1)
        seconds = perf_counter() - start
        if done >= FEW and seconds > MOMENT:
            break
    return seconds / done


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
        parameters, trial = self.optimizer.parameters, self._on_trial()
        samples, steps = len(self.samples), ceil(len(self.samples) / self.batch_size)
        before = [(parameter.data, parameter.grad) for parameter in parameters]
        self.optimizer.zero_grad()
        try:
            nodes, size = self._sizes()
            sample = _mean_seconds(lambda index: trial._met(index, 1.0), samples)
            step = _mean_seconds(lambda _index: trial._try_step(), steps)
        finally:
            for parameter, (x, gradient) in zip(parameters, before, strict=True):
                parameter.data, parameter.grad = x, gradient
        return Forecast(samples, nodes, size, samples * sample + steps * step)

    def _sizes(self) -> tuple[int, int]:
        """How many nodes and bytes the graph of the first sample has."""
        ours = not tracemalloc.is_tracing()
        if ours:
            tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            loss, _outputs = self._recorded(0, 1.0)
            size = tracemalloc.get_traced_memory()[0] - before
        finally:
            if ours:
                tracemalloc.stop()
        return len(topological_order([loss])), size

    def _on_trial(self) -> Scalar:
        """The same with an optimizer of its own, that stands where this one does."""
        optimizer = copy(self.optimizer)
        optimizer.memory = {name: list(column) for name, column in self.optimizer.memory.items()}
        return Scalar(self.net, self.cost, self.l2, self.samples, self.batch_size, optimizer, "float64")

    def _recorded(self, index: int, share: float) -> tuple[Value, list[Value]]:
        """One sample forward and backward: its loss and its outputs.

        Leaves add up what each pass sends them: with 1/m as `share`, they end with the batch's mean.
        """
        outputs = self.net(self.samples.x[index])
        loss = sample_cost(self.net, self.cost, self.l2, outputs, target(self.net, int(self.samples.y[index])))
        try:
            loss.backward(gradient=share)
        except NonFiniteError as error:
            raise NonFiniteError(f"the loss of training sample {index} is {show(loss.data)}: {error}") from None
        return loss, outputs

    @collector_paused()
    def _met(self, index: int, share: float) -> tuple[float, bool]:
        """The same in numbers: its loss, and whether it was classified correctly. The graph is gone then."""
        loss, outputs = self._recorded(index, share)
        return loss.data, guess(self.net, outputs) == int(self.samples.y[index])

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

    def _try_step(self) -> None:
        """A step on trial: whether one leads too far, the run itself will say."""
        with suppress(NonFiniteError):
            self._step()

    def write_back(self) -> None:
        """The Values are what is trained."""
