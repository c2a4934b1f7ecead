"""Gradients of batches: of a few samples, of all of them, and how far the one is from the other.

What you can do with this file: `gradients = BatchGradients(net, samples)`; `gradients.of([[0, 1, 2]])` goes through the gradients of
the mean cost of each of these batches; `gradients.whole()` has the one of all samples, and how widely those of single samples are
spread around it; `gradients.drawn(10, 100, whole, rng)` draws 100 batches of 10 and measures them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import sqrt
from random import Random
from typing import Any, NamedTuple

import nn
from nn.answers import targets
from nn.compiled import program_of

__all__ = ["BatchGradients", "Drawn", "Whole", "dot", "length"]


def dot(g: Any, h: Any) -> float:
    """g·h of two arrays. (Not `g @ h`, which asks all threads of the machine: they wait longer for each other than they add.)"""
    return float((g * h).sum())


def length(g: Any) -> float:
    """‖g‖, the square root of the sum of squares, of an array."""
    return sqrt(dot(g, g))


class Whole(NamedTuple):
    """The gradient of the mean cost of all samples; the spread is the root of the mean of ‖∇Cₓ − ∇C‖² over all samples x."""

    gradient: Any
    spread: float


class Drawn(NamedTuple):
    """Random batches of one size: how far each one's gradient is from that of all samples, and its part along that (‖∇C‖ is 1)."""

    errors: list[float]
    along: list[float]

    @property
    def error(self) -> float:
        """The root of the mean square of the errors."""
        return sqrt(sum(error**2 for error in self.errors) / len(self.errors))

    @property
    def downhill(self) -> float:
        """The share of the batches against whose gradient the cost of all samples falls, at least for a small step."""
        return sum(part > 0 for part in self.along) / len(self.along)


class BatchGradients:
    """The gradients of a network's quadratic cost on batches of these samples, with the parameters that it has now."""

    def __init__(self, net: nn.MLP, samples: nn.datasets.Samples) -> None:
        self.samples = samples
        self._program = program_of(net, nn.quadratic_cost)
        self._targets = targets(net, samples.y)

    def of(self, batches: Iterable[Sequence[int]]) -> Iterator[Any]:
        """The gradient of the mean cost of each batch, as an array. A batch is a list of sample numbers; all have the same size."""
        step = None
        for batch in batches:
            step = step or self._program.bind(len(batch))
            xs, ys = step.checked(self.samples.x[batch], self._targets[batch])
            step.gradients(xs, ys, scale=1 / len(batch))
            yield step.grad[step.order]

    def whole(self) -> Whole:
        """From the gradient of each sample alone, one after the other: their mean, and their spread around it."""
        total, squares, count = 0.0, 0.0, len(self.samples)
        for gradient in self.of([i] for i in range(count)):
            total, squares = total + gradient, squares + dot(gradient, gradient)
        mean: Any = total / count
        return Whole(mean, sqrt(squares / count - dot(mean, mean)))

    def drawn(self, size: int, draws: int, whole: Whole, rng: Random) -> Drawn:
        """So many random batches of one size, each sample drawn from all (so that one may come twice), beside the whole."""
        batches = ([rng.randrange(len(self.samples)) for _sample in range(size)] for _draw in range(draws))
        unit, errors, along = length(whole.gradient), [], []
        for gradient in self.of(batches):
            errors.append(length(gradient - whole.gradient) / unit)
            along.append(dot(gradient, whole.gradient) / unit**2)
        return Drawn(errors, along)
