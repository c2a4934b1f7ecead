"""Samples with the answers that a network gives to them.

What you can do with this file: `answered(net, samples)` → labels, answers and how sure the network says it is, as arrays.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from nn.answers import confidences, guesses
from nn.compiled import outputs_of
from nn.datasets import Samples
from nn.evaluation import require_samples
from nn.modules import MLP

__all__ = ["Answered", "answered"]


class Answered(NamedTuple):
    """One entry a sample [n]: the true label, the network's answer, how sure it says it is (0 to 1)."""

    labels: Any
    answers: Any
    confidences: Any

    @property
    def wrong(self) -> Any:
        """The places of the mistakes, the most confident first; of equal ones, the first sample first."""
        import numpy as np

        places = np.flatnonzero(self.answers != self.labels)
        return places[np.argsort(-self.confidences[places], kind="stable")]

    @property
    def right(self) -> int:
        """How many answers are right."""
        return int((self.answers == self.labels).sum())


def answered(net: MLP, samples: Samples) -> Answered:
    """The answers of a network to all samples at once.

    Raises TypeError for what are no Samples; ValueError for none at all, for another number of inputs, and for a label that the
    network has no output for.
    """
    import numpy as np

    require_samples(samples, net, "samples")
    outputs = outputs_of(net, samples.x)
    return Answered(np.asarray(samples.y), guesses(net, outputs), confidences(net, outputs))
