"""Samples to train on, and samples held out to test on.

What you can do with this file: `Samples(x, y)` wraps inputs and labels of your own, `Dataset(train, test)` two parts of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = ["Dataset", "Samples"]


@dataclass(frozen=True, eq=False, repr=False)
class Samples:
    """Samples and their labels: `.x` [n, inputs], `.y` [n] whole numbers from 0 on; NumPy arrays or lists alike.

    `len()` is n, and a slice is Samples again. Raises ValueError when there are not as many labels as samples.

    >>> samples = Samples([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0, 1, 0])
    >>> len(samples), samples[:2].y
    (3, [0, 1])
    """

    x: Any
    y: Any

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(f"Samples need one label for each x, got {len(self.x)} x and {len(self.y)} labels")

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, part: slice) -> Samples:
        return Samples(self.x[part], self.y[part])

    def __repr__(self) -> str:
        return f"<Samples: {len(self):,}>"


class Dataset(NamedTuple):
    """Two sets of samples that share no sample: `train` to learn from, `test` to measure on."""

    train: Samples
    test: Samples
