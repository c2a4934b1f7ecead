"""A training run, from where it stands to its end.

What you can do with this file: `Run(…).go(epochs)` is what `nn.fit` does once its arguments are checked; an `Epoch` is what
its callbacks see.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any

from autograd_mini.errors import NonFiniteError
from autograd_mini.number import show
from nn.compiled import Compiled, Cost, Met
from nn.datasets import Samples
from nn.evaluation import accuracy
from nn.history import History, as_loss
from nn.interrupt import Interrupt
from nn.modules import MLP
from nn.optim import Optimizer
from nn.progress import Standing, bar_of
from nn.scalar import Scalar
from nn.shuffling import shuffled
from nn.words import _

__all__ = ["Callback", "Epoch", "Run"]


@dataclass(frozen=True)
class Epoch:
    """What a callback of `nn.fit` sees: the number of the epoch from 1, the network as it is now, the history until here.

    `epoch.optimizer.learning_rate /= 2`, or another of its options, holds from the next step on. The network is there to be looked at:
    the compiled engine goes on from numbers of its own. What is made small is `cost`, with `nn.l2(net.weights, l2)` added.
    """

    number: int
    net: MLP
    history: History
    optimizer: Optimizer
    cost: Cost
    l2: float


Callback = Callable[[Epoch], Any]


@dataclass
class Run:
    """A network in training.

    `size` samples make an epoch. `held_out` are the samples to measure on after each epoch, under their names in the History. `write`
    writes a checkpoint: at the start, after each epoch, when the run ends, and each time that `stretch` samples of an epoch have been met.
    """

    net: MLP
    trainer: Compiled | Scalar
    cost: Cost
    l2: float
    optimizer: Optimizer
    rng: Random
    standing: Standing
    size: int
    engine: str
    held_out: Mapping[str, Samples]
    patience: int | None
    callbacks: Sequence[Callback]
    write: Callable[[], None] | None
    stretch: int = sys.maxsize
    called_off: bool = False

    def go(self, epochs: int) -> History:
        """Train until there is a reason to end."""
        standing, history = self.standing, self.standing.history
        history.ended = ""
        bar = bar_of(epochs * self.size, len(history.loss) * self.size + standing.met)
        try:
            self._keep()  # what cannot be written is said before the training
            with bar, Interrupt() as interrupt:
                while not (why := self._reason_to_end(epochs, interrupt)):
                    bar.set_description_str(_("epoch {n}/{all}", n=standing.epoch, all=epochs))
                    self._epoch(epochs, bar, interrupt)
            history.ended = why
            if standing.met:  # broken off within an epoch
                self._keep()
        finally:
            self.trainer.write_back()
            for parameter, x in zip(self.optimizer.parameters, standing.best, strict=False):  # none without early stop
                parameter.data = x
        return history

    def _reason_to_end(self, epochs: int, interrupt: Interrupt) -> str:
        done = len(self.standing.history.loss)
        if done >= epochs:
            return "all epochs"
        if self.patience is not None and self.standing.best and done - self.standing.best_epoch >= self.patience:
            return "no improvement"
        if self.called_off:
            return "callback"
        return "Ctrl-C" if interrupt.asked else ""

    def _told(self, epochs: int) -> str:
        """What the bar says."""
        standing = self.standing
        return _(
            "epoch {n}/{all}, loss {loss}, accuracy {share:.1%}",
            n=standing.epoch, all=epochs, loss=as_loss(standing.mean_loss), share=standing.accuracy,
        )  # fmt: skip

    def _epoch(self, epochs: int, bar: Any, interrupt: Interrupt) -> None:
        """Go on in this epoch, to its end or until Ctrl-C."""
        clock, standing = perf_counter(), self.standing
        if not standing.met:
            standing.generator = self.rng.getstate()
        order = shuffled(self.rng, self.size)
        while standing.met < self.size and not interrupt.asked:
            stop = min(self.size, (standing.met // self.stretch + 1) * self.stretch)
            for met in self._trained(order, stop):
                before, clock = clock, perf_counter()
                standing.add(met, clock - before)
                bar.set_description_str(self._told(epochs), refresh=False)
                bar.update(len(met[0]))
                if interrupt.asked:
                    break
            if standing.met == stop < self.size:
                self._keep()
                clock = perf_counter()
        if standing.met == self.size:
            bar.refresh()  # of itself it waits a moment
            standing.close()
            self._measure()
            self._call_back()
            self._keep()

    def _trained(self, order: Any, stop: int) -> Iterator[Met]:
        """The samples from where the epoch stands to `stop`. A loss that is not finite says where, and what may help."""
        try:
            yield from self.trainer.train(order, self.standing.met, stop)
        except NonFiniteError as error:
            rate = show(self.optimizer.learning_rate)
            where = f"epoch {self.standing.epoch} of nn.fit, learning_rate={rate}"
            hint = f"{where}: if the loss grew until here, begin anew with a smaller one."
            raise NonFiniteError(f"{error} ({hint})") from None

    def _measure(self) -> None:
        """Answer the samples held out, with the network as it is now; remember the best one for early stop."""
        self.trainer.write_back()
        standing = self.standing
        for name, samples in self.held_out.items():
            getattr(standing.history, f"{name}_accuracy").append(accuracy(self.net, samples, self.engine))
        if self.patience is not None:
            found = standing.history.validation_accuracy
            if not standing.best or found[-1] > found[standing.best_epoch - 1]:
                standing.best, standing.best_epoch = [parameter.data for parameter in self.optimizer.parameters], len(found)

    def _call_back(self) -> None:
        epoch = Epoch(len(self.standing.history.loss), self.net, self.standing.history, self.optimizer, self.cost, self.l2)
        # All of them see every epoch, also after one has said that it is enough.
        answers = [callback(epoch) for callback in self.callbacks]
        self.called_off = any(map(_is_true, answers))

    def _keep(self) -> None:
        """Write a checkpoint, if there is a place for it."""
        if self.write is None:
            return
        self.trainer.write_back()
        if not self.standing.met:
            self.standing.generator = self.rng.getstate()
        self.write()


def _is_true(answer: Any) -> bool:
    """True itself, Python's or NumPy's: an accuracy of 1.0 that a callback returns is none."""
    return type(answer).__name__ in ("bool", "bool_") and bool(answer)
