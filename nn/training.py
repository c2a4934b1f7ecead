"""Training: mini-batch gradient descent on a network, and measuring what it learned.

What you can do with this file: `history = fit(net, data.train, data.test)` trains in place; `evaluate(net, data.test)` is the
accuracy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from types import MappingProxyType
from typing import Any

from autograd_mini import Value
from autograd_mini.errors import MissingExtra, NonFiniteError
from autograd_mini.number import show
from nn.arguments import count, generator, listed
from nn.compiled import Compiled, Cost, Met, cost_of, guesses
from nn.datasets import Dataset, Samples
from nn.losses import quadratic_cost
from nn.module import Module
from nn.modules import MLP
from nn.optim import SGD, Optimizer

__all__ = ["History", "evaluate", "fit"]


@dataclass
class History:
    """What happened in `fit`, one entry an epoch.

    `loss` and `train_accuracy` are means over the epoch's training samples, each taken as it was met, just before the step it
    led to; `test_accuracy` is measured after the epoch, and is empty if no test samples were given. `seconds` is the time for
    training alone, measuring on the test samples left out; `samples` counts the samples trained on. `interrupted`: Ctrl-C ended it.
    """

    loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    test_accuracy: list[float] = field(default_factory=list)
    seconds: float = 0.0
    samples: int = 0
    interrupted: bool = False

    @property
    def samples_per_second(self) -> float:
        """How many samples went forward and backward in a second."""
        return self.samples / self.seconds if self.seconds else 0.0


def fit(
    net: MLP,
    train: Samples,
    test: Samples | None = None,
    epochs: int = 30,
    batch_size: int = 10,
    learning_rate: float = 3.0,
    cost: Cost = quadratic_cost,
    rng: int | Random = 0,
    engine: str = "compiled",
    dtype: str = "float64",
    optimizer: Optimizer | None = None,
) -> History:
    """Train `net` in place to tell the labels apart, and return the History.

    Each epoch goes through all samples of `train` once, in a new random order (from `rng`, a seed or a `random.Random`), in
    batches of `batch_size` (the last may be smaller); for each batch of m, every parameter moves by −(η/m) Σ ∂C_x/∂p, η being
    `learning_rate`; or as another `optimizer` says, such as `Adam(net.parameters(), 0.001)`. The label k stands for the target with 1
    at output k and 0 elsewhere; `cost(outputs, target)` is a Value. The defaults are those of M. Nielsen, *Neural Networks and Deep
    Learning*, chapter 1.

    `engine`: "compiled" runs whole batches on arrays, in float64 or float32 (`dtype`), through `ag.compile`; "scalar" records one graph of
    Values for each sample. Both take the same steps, up to rounding. A progress bar goes to stderr if that is a terminal. Ctrl-C ends
    the training after a few steps more: the network keeps what it learned, and the History says `interrupted`.

    Raises ValueError for no samples, a label that is no output, a number out of range, an unknown engine or dtype; TypeError for what is
    no network, no Samples, or a cost that returns no Value; NonFiniteError when the loss has become inf or nan (a smaller
    learning rate helps); MissingExtra without tqdm, or without NumPy for the compiled engine.

    >>> xor = Samples([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
    >>> net = MLP(2, [4, 2], rng=0)
    >>> history = fit(net, xor, xor, epochs=200, batch_size=1)
    >>> history.loss[0] > history.loss[-1], evaluate(net, xor)
    (True, 1.0)
    """
    epochs, batch_size = count(epochs, "epochs"), count(batch_size, "batch_size")
    if engine not in ENGINES:
        raise ValueError(f"engine={engine!r} is not known; the engines are {' and '.join(map(repr, ENGINES))}")
    _require_labels(train, net, "train")
    if test is not None:
        _require_labels(test, net, "test")
    optimizer = optimizer or SGD(net.parameters(), learning_rate)
    if optimizer.parameters != net.parameters():
        raise ValueError("the optimizer moves other parameters than this network's; make it with net.parameters()")
    bar = _progress_bar(total=epochs * len(train))
    trainer = ENGINES[engine](net, cost, train, min(batch_size, len(train)), optimizer, dtype)
    with bar:
        return _run(trainer, net, test, epochs, len(train), generator(rng), cost, engine, bar)


def evaluate(net: MLP, samples: Samples, cost: Cost | None = None) -> float:
    """Return the accuracy in [0, 1]: the share of samples whose largest output is the one of their label.

    With the `cost` that the network was trained by, its compiled program answers, all samples at once. Raises ValueError for no samples,
    or for a label that is no output of the network.

    >>> net = MLP(1, [2], rng=0)
    >>> 0.0 <= evaluate(net, Samples([[0.0], [1.0]], [0, 1])) <= 1.0
    True
    """
    _require_labels(samples, net, "samples")
    labels = listed(samples.y, "the labels")
    found = [_guess(net(x)) for x in samples.x] if cost is None else guesses(net, cost, samples.x).tolist()
    return sum(bool(guess == label) for guess, label in zip(found, labels, strict=True)) / len(samples)


class _Scalar:
    """Trains a network of Values one graph at a time."""

    def __init__(self, net: MLP, cost: Cost, samples: Samples, batch_size: int, optimizer: Optimizer, dtype: str) -> None:
        if dtype != "float64":
            raise ValueError(f"dtype={dtype!r}: Values are float64; the compiled engine knows float32 too")
        self.net, self.cost, self.samples, self.batch_size, self.optimizer = net, cost, samples, batch_size, optimizer

    def train(self, order: Sequence[int]) -> Iterator[Met]:
        """Go through samples in this order, once; tells after each batch what was met."""
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            self.optimizer.zero_grad()
            loss, right = 0.0, 0
            for index in batch:
                outputs = self.net(self.samples.x[index])
                sample_cost = cost_of(self.cost, outputs, _one_hot(self.samples.y[index], len(outputs)))
                # Leaves add up what each pass sends them; with 1/m as the seed they end with the gradient of the batch's mean.
                # One graph at a time, so that memory holds one sample, not a batch.
                sample_cost.backward(gradient=1.0 / len(batch))
                loss += sample_cost.data
                right += bool(_guess(outputs) == self.samples.y[index])  # NumPy's labels would make it a NumPy number
            self.optimizer.step()
            yield len(batch), loss, right

    def write_back(self) -> None:
        """The Values are what is trained."""


ENGINES: Mapping[str, Callable[..., Compiled | _Scalar]] = MappingProxyType({"compiled": Compiled, "scalar": _Scalar})


def _run(
    trainer: Compiled | _Scalar, net: MLP, test: Samples | None, epochs: int, size: int, rng: Random, cost: Cost, engine: str, bar: Any
) -> History:
    history = History()
    try:
        for epoch in range(1, epochs + 1):
            bar.set_description(f"epoch {epoch}/{epochs}")
            order = list(range(size))
            rng.shuffle(order)
            try:
                _epoch(trainer, order, history, bar)
            except NonFiniteError as error:
                rate = show(trainer.optimizer.learning_rate)
                hint = f"epoch {epoch} of nn.fit, learning_rate={rate}: if the loss grew until here, a smaller one helps."
                raise NonFiniteError(f"{error} ({hint})") from None
            if test is not None:
                trainer.write_back()
                history.test_accuracy.append(evaluate(net, test, cost if engine == "compiled" else None))
    except KeyboardInterrupt:
        history.interrupted = True
    finally:
        trainer.write_back()
    return history


def _epoch(trainer: Compiled | _Scalar, order: Sequence[int], history: History, bar: Any) -> None:
    start, loss, right, met = perf_counter(), 0.0, 0, 0
    for samples, summed, told in trainer.train(order):
        met, loss, right = met + samples, loss + summed, right + told
        bar.update(samples)
        bar.set_postfix(loss=f"{loss / met:.4f}", accuracy=f"{right / met:.1%}", refresh=False)
    history.seconds += perf_counter() - start
    history.samples += met
    history.loss.append(loss / met)
    history.train_accuracy.append(right / met)


def _one_hot(label: int, outputs: int) -> list[float]:
    return [1.0 if output == label else 0.0 for output in range(outputs)]


def _guess(outputs: Sequence[Value]) -> int:
    """The number of the largest output; the first of equals."""
    numbers = [output.data for output in outputs]
    return numbers.index(max(numbers))


def _require_labels(samples: Samples, net: MLP, name: str) -> None:
    if not isinstance(net, Module) or not hasattr(net, "nouts"):
        raise TypeError(f"nn.fit and nn.evaluate take a network, such as nn.MLP(64, [16, 10]); got {net!r:.80}")
    if not isinstance(samples, Samples):
        whole = f" A data set has two parts: pass data.{'train' if name == 'train' else 'test'}." if isinstance(samples, Dataset) else ""
        raise TypeError(f"{name} takes nn.datasets.Samples(x, y), the inputs and their labels; got {type(samples).__name__}.{whole}")
    if not len(samples):
        raise ValueError(f"{name} holds no samples")
    if len(listed(samples.x[0], f"the inputs of {name}")) != net.nin:
        raise ValueError(f"this network takes {net.nin} inputs, got {len(samples.x[0])} in {name}")
    allowed = range(net.nouts[-1])
    for label in listed(samples.y, "the labels"):
        if label not in allowed:
            raise ValueError(f"{name} has the label {label!r}, but this network's {len(allowed)} outputs stand for 0 to {allowed[-1]}")


def _progress_bar(total: int) -> Any:
    try:
        from tqdm import tqdm
    except ImportError as error:
        raise MissingExtra('nn.fit shows its progress with tqdm: pip install "autograd-mini[nn]"') from error
    return tqdm(total=total, unit=" samples", disable=None)  # None: off when stderr is not a terminal
