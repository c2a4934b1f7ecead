"""Samples to train on, and samples held out to test on.

What you can do with this file: `Samples(x, y)` wraps inputs and labels of your own, `Dataset(train, test)` two parts of them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from nn.arguments import listed

__all__ = ["Dataset", "Samples"]


@dataclass(frozen=True, eq=False, repr=False)
class Samples:
    """Samples and their labels: `.x` [n, inputs], `.y` [n] whole numbers from 0 on; NumPy arrays or lists alike.

    `len()` is n, and a slice is Samples again. The labels 1.0 and True are kept as 1. Raises ValueError when there are not as many
    labels as samples, and for a label that is no whole number.

    >>> samples = Samples([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0, True, 0.0])
    >>> len(samples), samples[:2].y
    (3, [0, 1])
    """

    x: Any
    y: Any

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(f"Samples need one label for each x, got {len(self.x)} x and {len(self.y)} labels")
        object.__setattr__(self, "y", _whole_numbers(self.y))  # the way to complete an instance that is frozen

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, part: slice) -> Samples:
        return Samples(self.x[part], self.y[part])

    def __repr__(self) -> str:
        return f"<Samples: {len(self):,}>"


def _whole_numbers(labels: Any) -> Any:
    """The labels as they came if all are whole numbers already, else the same as whole numbers."""
    plain = listed(labels, "the labels")
    if all(type(label) is int for label in plain):
        return labels
    whole = [_whole(label) for label in plain]
    return labels.astype(int) if hasattr(labels, "astype") else whole


def _whole(label: Any) -> int:
    with suppress(TypeError, ValueError, OverflowError):
        if int(label) == label:
            return int(label)
    hint = "; of rows with a 1 at the label's place, y.argmax(axis=1) makes labels" if isinstance(label, list) else ""
    raise ValueError(f"labels are whole numbers from 0 on, got {label!r:.80}{hint}")


class Dataset(NamedTuple):
    """Two sets of samples that share no sample: `train` to learn from, `test` to measure on."""

    train: Samples
    test: Samples
