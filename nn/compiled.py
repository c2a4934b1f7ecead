"""Compiled networks: the program of a network and a cost, found once and kept, and training through it.

What you can do with this file: `program_of(net, cost)` → what `ag.compile` makes of `cost(net(xs), ys)`; a network keeps it, so that
training again or measuring does not compile again. `outputs_of(net, x)` answers all samples at once.
`Compiled(net, cost, samples, …)` trains on it, a batch at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.errors import NonFiniteError
from autograd_mini.graph import topological_order
from autograd_mini.number import show
from nn.answers import guesses, target, targets
from nn.datasets import Samples
from nn.losses import l2 as penalty
from nn.losses import quadratic_cost
from nn.modules import MLP
from nn.optim import Optimizer

__all__ = ["Compiled", "Cost", "Met", "outputs_of", "program_of", "sample_cost"]

Cost = Callable[[Sequence[Value], Sequence[Any]], Value]
Met = tuple[Sequence[float], int]  # the losses of the samples trained on, and how many of them were classified correctly

TOGETHER = 400  # samples that are gathered at a time: they fit into a core's own cache
KEPT = 4  # programs that a network keeps: the last ones that were made
HINT = 'this cost was being compiled for this network; nn.fit(…, engine="scalar") records each sample anew'


def program_of(net: MLP, cost: Cost | None = None, l2: float = 0.0) -> Any:
    """The program of a network and a cost, with the parameters as they are now. It is kept with the network.

    Without a cost: the program that was asked for last; where there is none, that of the quadratic cost. With l2, the cost of each
    sample has `nn.l2(net.weights, l2)` added to it.

    A cost is taken to be the same as long as it is the same object: what it looks up elsewhere when it is called is looked up once.

    Raises TypeError where the cost returns no Value, ValueError where Python compared numbers in it, which a program cannot repeat; and
    what `ag.compile` raises.
    """
    kept = _kept(net)
    key = (id(cost or quadratic_cost), l2) if cost or not kept else next(reversed(kept))
    held, program = kept.pop(key, (cost or quadratic_cost, None))
    program = program or _compiled(net, held, l2)
    kept[key] = held, program  # the last one stands last
    while len(kept) > KEPT:
        del kept[next(iter(kept))]
    program.read()
    return program


@dataclass(frozen=True)
class _Programs:
    """The programs of a network, for each cost and strength of l2, and what the network was made of then."""

    values: list[Value]
    activations: list[tuple[str, ...]]
    kept: dict[tuple[int, float], tuple[Cost, Any]]  # by the cost's id: costs need not be hashable


def _kept(net: MLP) -> dict[tuple[int, float], tuple[Cost, Any]]:
    """The programs of a network as it is: with another activation, or another Value as a weight, they are forgotten."""
    values = [value for layer in net.layers for neuron in layer.neurons for value in (*neuron.weights, neuron.bias)]
    activations = [(layer.activation, *(neuron.activation for neuron in layer.neurons)) for layer in net.layers]
    before: _Programs | None = vars(net).get("_programs")
    if before is None or before.values != values or before.activations != activations:
        before = vars(net)["_programs"] = _Programs(values, activations, {})
    return before.kept


def _compiled(net: MLP, cost: Cost, l2: float) -> Any:
    xs = [Value(0.5, f"x[{i}]") for i in range(1, net.nin + 1)]
    ys = [Value(y, f"y[{i}]") for i, y in enumerate(target(net, 0), 1)]
    outputs, compared = net(xs), {parameter for parameter in net.parameters() if parameter.was_compared}
    try:
        loss = sample_cost(net, cost, l2, outputs, ys)
        program = ag.compile(loss, inputs=[xs, ys], parameters=net.parameters(), outputs=outputs, backend="numpy")
    except (NonFiniteError, TypeError, ValueError) as error:
        kind = next(kind for kind in (NonFiniteError, TypeError, ValueError) if isinstance(error, kind))
        raise kind(f"{error} ({HINT})") from error
    for node in topological_order([loss]):
        if node.was_compared and node not in compared:
            raise ValueError(
                f"Python compared {node!r} with another number (if, max, sorted …), and a program would go that way for all samples: "
                f"ag.where, ag.maximum and ag.abs are part of the graph ({HINT})"
            )
    return program


def sample_cost(net: MLP, cost: Cost, l2: float, outputs: Sequence[Value], targets: Sequence[Any]) -> Value:
    """What training makes small: the cost of a sample's outputs, and the penalty of the weights. Raises TypeError where it is no Value."""
    result = cost(outputs, targets)
    if not isinstance(result, Value):
        raise TypeError(
            f"cost(outputs, target) returns a Value, computed from the outputs with + - * and ag functions; got "
            f"{type(result).__name__} {result!r:.80}, which has no graph (.data, float() and math leave it)"
        )
    return result + penalty(net.weights, l2) if l2 else result


def outputs_of(net: MLP, x: Any) -> Any:
    """The outputs of a network for each row of x [n, inputs]: an array [n, outputs].

    >>> net = MLP(2, [3, 1], rng=0)
    >>> bool(abs(outputs_of(net, [[0.5, -1.0]])[0, 0] - net([0.5, -1.0])[0].data) < 1e-12)
    True
    """
    return program_of(net).predict(x)


def _what_overflowed(losses: Any, chosen: Any) -> str:
    """The first loss that is not finite; where all are, the step after the last one went too far."""
    import numpy as np

    places = np.flatnonzero(~np.isfinite(losses))
    if not len(places):
        return "the step after the last samples made a parameter inf or nan"
    return f"the loss of training sample {int(chosen[places[0]])} is {show(float(losses[places[0]]))}"


class Compiled:
    """Trains a network on samples through its program; `write_back` puts what was learned into the network and the optimizer."""

    def __init__(
        self, net: MLP, cost: Cost, l2: float, samples: Samples, batch_size: int, optimizer: Optimizer, dtype: str
    ) -> None:
        import numpy as np

        self.program = program_of(net, cost, l2)
        self.net, self.optimizer, self.batch_size = net, optimizer, batch_size
        self.labels = np.asarray(samples.y)
        self.steps = {batch_size: self.program.bind(batch_size, dtype, results=True)}
        step = self.steps[batch_size]
        self.inputs, self.targets = step.checked(np.asarray(samples.x), targets(net, self.labels, dtype))
        self.update = optimizer.bind(step.parameters, step.order)

    def train(self, order: Any, start: int, stop: int) -> Iterator[Met]:
        """Go through these samples from place `start` to `stop`, some at a time; tell what was met.

        Raises NonFiniteError where a loss or a parameter is not finite; all is then as it was before those samples.
        """
        import numpy as np

        together = self.batch_size * max(1, TOGETHER // self.batch_size)
        step = self.steps[self.batch_size]
        for first in range(start, stop, together):
            chosen = np.asarray(order[first : min(stop, first + together)])
            before, standing = step.parameters.copy(), self.update.standing()
            losses, outputs = self._batches(self.inputs.take(chosen, 0), self.targets.take(chosen, 0))
            if not (np.isfinite(losses).all() and np.isfinite(step.parameters).all()):
                step.parameters = before
                self.update.return_to(standing)
                raise NonFiniteError(_what_overflowed(losses, chosen))
            yield losses.tolist(), int((guesses(self.net, outputs) == self.labels[chosen]).sum())

    def _batches(self, xs: Any, ys: Any) -> tuple[Any, Any]:
        """Train on these samples, batch by batch. Returns their losses and outputs, as they were met, just before each step."""
        import numpy as np

        losses, outputs = np.empty(len(xs), xs.dtype), np.empty(ys.shape, xs.dtype)
        rest = len(xs) % self.batch_size
        with np.errstate(all="ignore"):
            for size, start, stop in ((self.batch_size, 0, len(xs) - rest), (rest, len(xs) - rest, len(xs))):
                if start == stop:
                    continue
                step = self._step(size)
                parameters, grad, scale = step.parameters, step.grad, self.optimizer.scale / size
                for first in range(start, stop, size):
                    batch = slice(first, first + size)
                    x, y = xs[batch], ys[batch]
                    step.gradients(x, y, scale=scale)
                    losses[batch], outputs[batch] = step.results(x, y)
                    self.update(parameters, grad)
        return losses, outputs

    def _step(self, size: int) -> Any:
        """The step for batches of this size: the last batch of an epoch may be smaller."""
        if size not in self.steps:
            first = self.steps[self.batch_size]
            self.steps[size] = self.program.bind(size, first.dtype, results=True, share=first)
        return self.steps[size]

    def write_back(self) -> None:
        """Set the network's parameters, and what the optimizer remembers, to where training stands."""
        self.steps[self.batch_size].write_back()
        self.update.write_back()
