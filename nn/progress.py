"""Where a training run stands, and the bar that shows it.

What you can do with this file: `Standing` is all that a run has to know to go on from here, apart from the parameters and what the
optimizer remembers; `bar_of(total, done)` is a progress bar on stderr.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

from nn.compiled import Met
from nn.history import History
from nn.needs import needed
from nn.words import _

__all__ = ["Standing", "bar_of"]


@dataclass
class Standing:
    """Where a run stands: how far it is in its epoch, what was met there, and what was best so far."""

    history: History = field(default_factory=History)
    generator: Any = None  # the state of rng before the shuffle of this epoch
    met: int = 0  # samples of this epoch
    loss: float = 0.0  # the sum of their losses
    right: int = 0  # how many of them were classified correctly
    seconds: float = 0.0
    best: list[float] = field(default_factory=list)  # the parameters of the epoch with the best validation accuracy
    best_epoch: int = 0

    @property
    def epoch(self) -> int:
        """The number of this epoch, from 1."""
        return len(self.history.loss) + 1

    @property
    def mean_loss(self) -> float:
        """The mean loss of the samples met in this epoch; there has to be one."""
        return self.loss / self.met

    @property
    def accuracy(self) -> float:
        """The share of those samples that were classified correctly."""
        return self.right / self.met

    def add(self, met: Met, seconds: float) -> None:
        """Note some samples that were trained on."""
        losses, right = met
        # One after the other: the sum is the same, to the last bit, however many are noted at a time.
        self.loss = reduce(add, losses, self.loss)
        self.met += len(losses)
        self.right += right
        self.seconds += seconds
        self.history.samples += len(losses)
        self.history.seconds += seconds

    def close(self) -> None:
        """Enter the epoch in the history; the next one begins."""
        self.history.loss.append(self.mean_loss)
        self.history.train_accuracy.append(self.accuracy)
        self.history.epoch_seconds.append(self.seconds)
        self.met, self.loss, self.right, self.seconds = 0, 0.0, 0, 0.0


def bar_of(total: int, done: int) -> Any:
    """A bar of so many samples on stderr, with the time left, which goes when it is done; none where stderr is no terminal.

    Raises MissingExtra without tqdm.
    """
    tqdm = needed("tqdm", "nn.fit", "nn").tqdm
    # Short enough for 80 columns; in narrower ones the end is cut off, and loss and accuracy stay.
    form = "{desc} {percentage:3.0f}%|{bar}| " + _("{time} left, {rate}", time="{remaining}", rate="{rate_noinv_fmt}")
    # disable=None: off when stderr is not a terminal.
    return tqdm(
        total=total, initial=done, unit=_(" samples"), unit_scale=True, bar_format=form, dynamic_ncols=True, leave=False, disable=None
    )
