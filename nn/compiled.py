"""Compiled networks: the program of a network and a cost, found once and kept, and training through it.

What you can do with this file: `program_of(net, cost)` → what `ag.compile` makes of `cost(net(xs), ys)`; a network keeps it, so that
training again or measuring does not compile again. `Compiled(net, cost, samples, …)` trains on it, a batch at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.errors import NonFiniteError
from autograd_mini.number import show
from nn.datasets import Samples
from nn.modules import MLP
from nn.optim import Optimizer

__all__ = ["Compiled", "Cost", "Met", "cost_of", "guesses", "program_of"]

Cost = Callable[[Sequence[Value], Sequence[Any]], Value]
Met = tuple[int, float, int]  # samples trained on, the sum of their losses, how many were told right

TOGETHER = 1000  # samples that are gathered at a time


def program_of(net: MLP, cost: Cost) -> Any:
    """The program of a network and a cost, with the parameters as they are now. It is kept with the network.

    Raises TypeError where the cost returns no Value; and what `ag.compile` raises.
    """
    kept: dict[Cost, Any] = vars(net).setdefault("_programs", {})
    if cost not in kept:
        xs = [Value(0.0, f"x[{i}]") for i in range(1, net.nin + 1)]
        ys = [Value(0.0, f"y[{i}]") for i in range(1, net.nouts[-1] + 1)]
        outputs = net(xs)
        loss = cost_of(cost, outputs, ys)
        kept[cost] = ag.compile(loss, inputs=[xs, ys], parameters=net.parameters(), outputs=outputs, backend="numpy")
    program = kept[cost]
    program.read()
    return program


def cost_of(cost: Cost, outputs: Sequence[Value], targets: Sequence[Any]) -> Value:
    """The cost of outputs. Raises TypeError where it is no Value."""
    result = cost(outputs, targets)
    if not isinstance(result, Value):
        raise TypeError(
            f"cost(outputs, target) returns a Value, computed from the outputs with + - * and ag functions; got "
            f"{type(result).__name__} {result!r:.80}, which has no graph (.data, float() and math leave it)"
        )
    return result


def guesses(net: MLP, cost: Cost, x: Any) -> Any:
    """The number of the largest output for each sample [n]; the first of equals."""
    return program_of(net, cost).predict(x).argmax(axis=1)


class Compiled:
    """Trains a network on samples through its program; `write_back` puts what was learned into the network and the optimizer."""

    def __init__(self, net: MLP, cost: Cost, samples: Samples, batch_size: int, optimizer: Optimizer, dtype: str) -> None:
        import numpy as np

        self.program = program_of(net, cost)
        self.optimizer = optimizer
        self.batch_size = batch_size
        self.labels = np.asarray(samples.y)
        self.steps = {batch_size: self.program.bind(batch_size, dtype, results=True)}
        step = self.steps[batch_size]
        self.inputs, self.targets = step.checked(np.asarray(samples.x), np.eye(net.nouts[-1], dtype=dtype)[self.labels])
        self.update = optimizer.bind(step.parameters, step.order)

    def train(self, order: Any) -> Iterator[Met]:
        """Go through samples in this order, once; tells after some of them what was met. Raises NonFiniteError where a loss is."""
        import numpy as np

        together = self.batch_size * max(1, TOGETHER // self.batch_size)
        for start in range(0, len(order), together):
            chosen = np.asarray(order[start : start + together])
            xs, ys = self.inputs.take(chosen, 0), self.targets.take(chosen, 0)
            losses, outputs = np.empty(len(xs)), np.empty((len(xs), self.targets.shape[1]))
            with np.errstate(all="ignore"):
                for first in range(0, len(xs), self.batch_size):
                    batch = slice(first, first + self.batch_size)
                    losses[batch], outputs[batch] = self._step(xs[batch], ys[batch])
            if not np.isfinite(losses).all():
                place = int(np.flatnonzero(~np.isfinite(losses))[0])
                raise NonFiniteError(f"the loss of training sample {int(chosen[place])} is {show(float(losses[place]))}")
            yield len(xs), float(losses.sum()), int((outputs.argmax(axis=1) == self.labels[chosen]).sum())

    def _step(self, xs: Any, ys: Any) -> tuple[Any, Any]:
        """One batch: its gradient, and the update. Returns its losses and outputs, as they were before."""
        count = len(xs)
        if count not in self.steps:  # the last batch of an epoch may be smaller
            first = self.steps[self.batch_size]
            self.steps[count] = self.program.bind(count, first.dtype, results=True, share=first)
        step = self.steps[count]
        step.gradients(xs, ys, scale=self.optimizer.scale / count)
        self.update(step.parameters, step.grad)
        results: tuple[Any, Any] = step.results(xs, ys)
        return results

    def write_back(self) -> None:
        """Set the network's parameters, and what the optimizer remembers, to where training stands."""
        self.steps[self.batch_size].write_back()
        self.update.write_back()
