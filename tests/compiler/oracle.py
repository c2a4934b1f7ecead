"""What a program has to say, by other means: the eager engine, one recorded graph for each sample.

What you can do with this file: `eager(net, arrays, parameters)` → `Oracle`; `disagreement(result, oracle)` tells how far a program's
result is from it, and `agree(result, oracle, tolerance)` fails beyond a tolerance; `relative(differences, scale)` is how they measure.

Relative to what: a sum of n terms in another order moves by rounding in proportion to its *largest terms*, not to what is left of
them. So numbers are compared in the max norm: gradients relative to the largest gradient of any sample, loss and outputs relative to
the largest number of any node of the graph. A bound element by element would fail for honest programs where terms cancel, and one
with an absolute part would let tiny gradients be wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fabs, inf
from typing import Any, NamedTuple

import numpy as np
from net import Net
from samples import fed

import autograd_mini as ag
from autograd_mini.graph import topological_order


class Oracle(NamedTuple):
    """Losses [B], outputs [B, m], the gradient of the mean loss [p]; the largest |node|, and |gradient|, of any sample."""

    losses: Any
    outputs: Any
    gradients: Any
    largest_number: float
    largest_gradient: float


def eager(net: Net, arrays: Sequence[Any], parameters: Any = None) -> Oracle:
    """Record the graph anew for every sample, at these numbers for the parameters (None: as recorded), and go back through each."""
    numbers = [w.data for w in net.parameters] if parameters is None else parameters.tolist()
    samples = fed(net, arrays)
    losses, outputs = np.empty(len(samples)), np.empty((len(samples), len(net.outputs)))
    gradients, largest = np.empty((len(samples), len(numbers))), 0.0
    for i, sample in enumerate(samples):
        ends = [net.loss, *net.outputs, *net.parameters, *sample]
        again = ag.replay(ends, {**sample, **dict(zip(net.parameters, numbers, strict=True))})
        shown, moving = again[1 : 1 + len(net.outputs)], again[1 + len(net.outputs) :][: len(numbers)]
        losses[i], outputs[i] = again[0].data, [node.data for node in shown]
        gradients[i] = ag.grad(again[0], moving)
        largest = max(largest, *(fabs(node.data) for node in topological_order([again[0], *shown])))
    return Oracle(losses, outputs, gradients.mean(axis=0), largest, float(np.abs(gradients).max(initial=0.0)))


def disagreement(result: Any, oracle: Oracle) -> float:
    """The largest difference between a program's result and the oracle, relative to the largest number or gradient."""
    assert result.outputs.shape == oracle.outputs.shape
    assert result.gradients.shape == oracle.gradients.shape
    return max(
        relative(np.array([result.loss - oracle.losses.mean()]), oracle.largest_number),
        relative(result.outputs - oracle.outputs, oracle.largest_number),
        relative(result.gradients - oracle.gradients, oracle.largest_gradient),
    )


def agree(result: Any, oracle: Oracle, tolerance: float) -> None:
    """Fail where they disagree by more."""
    found = disagreement(result, oracle)
    assert found <= tolerance, f"{found:.3g} of the largest: {result} instead of {oracle}"


def relative(differences: Any, scale: float) -> float:
    """The largest of these, relative to a scale."""
    largest = float(np.abs(differences).max(initial=0.0))  # nan if one of them is
    return largest / scale if scale else inf if largest else 0.0
