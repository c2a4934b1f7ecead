"""Training: mini-batch gradient descent on a network, and measuring what it learned.

What you can do with this file: `history = fit(net, data.train, data.test)` trains in place; `evaluate(net, data.test)` is the
accuracy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from typing import Any

from autograd_mini import Value
from autograd_mini.errors import MissingExtra, NonFiniteError
from autograd_mini.number import show
from nn.arguments import count, generator, listed
from nn.datasets import Dataset, Samples
from nn.losses import quadratic_cost
from nn.modules import MLP, Module
from nn.optim import SGD

__all__ = ["History", "evaluate", "fit"]

Cost = Callable[[Sequence[Value], Sequence[float]], Value]


@dataclass
class History:
    """What happened in `fit`, one entry an epoch.

    `loss` and `train_accuracy` are means over the epoch's training samples, each taken as it was met, just before the step it
    led to; `test_accuracy` is measured after the epoch, and is empty if no test samples were given. `seconds` is the time for
    training alone, measuring on the test samples left out; `samples` counts the samples trained on.
    """

    loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    test_accuracy: list[float] = field(default_factory=list)
    seconds: float = 0.0
    samples: int = 0

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
    engine: str = "scalar",
) -> History:
    """Train `net` in place to tell the labels apart, and return the History.

    Each epoch goes through all samples of `train` once, in a new random order (from `rng`, a seed or a `random.Random`), in
    batches of `batch_size` (the last may be smaller); for each batch of m, every parameter moves by −(η/m) Σ ∂C_x/∂p, η being
    `learning_rate`. The label k stands for the target with 1 at output k and 0 elsewhere; `cost(outputs, target)` is a Value.
    The defaults are those of M. Nielsen, *Neural Networks and Deep Learning*, chapter 1. The only `engine` so far is "scalar",
    which records one graph for each sample. A progress bar goes to stderr if that is a terminal.

    Raises ValueError for no samples, a label that is no output, a number out of range, an unknown engine; TypeError for what is
    no network, no Samples, or a cost that returns no Value; NonFiniteError when the loss has become inf or nan (a smaller
    learning rate helps); MissingExtra without tqdm.

    >>> xor = Samples([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
    >>> net = MLP(2, [4, 2], rng=0)
    >>> history = fit(net, xor, xor, epochs=200, batch_size=1)
    >>> history.loss[0] > history.loss[-1], evaluate(net, xor)
    (True, 1.0)
    """
    epochs, batch_size = count(epochs, "epochs"), count(batch_size, "batch_size")
    if engine != "scalar":
        raise ValueError(f"engine={engine!r} is not known; the only one so far is 'scalar'")
    _require_labels(train, net, "train")
    if test is not None:
        _require_labels(test, net, "test")
    rng, optimizer, history = generator(rng), SGD(net.parameters(), learning_rate), History()
    with _progress_bar(total=epochs * len(train)) as bar:
        for epoch in range(1, epochs + 1):
            bar.set_description(f"epoch {epoch}/{epochs}")
            try:
                _train_epoch(net, train, batch_size, cost, rng, optimizer, history, bar)
            except NonFiniteError as error:
                rate = show(optimizer.learning_rate)
                hint = f"epoch {epoch} of nn.fit, learning_rate={rate}: if the loss grew until here, a smaller one helps."
                raise NonFiniteError(f"{error} ({hint})") from None
            if test is not None:
                history.test_accuracy.append(evaluate(net, test))
    return history


def evaluate(net: MLP, samples: Samples) -> float:
    """Return the accuracy in [0, 1]: the share of samples whose largest output is the one of their label.

    Raises ValueError for no samples, or for a label that is no output of the network.

    >>> net = MLP(1, [2], rng=0)
    >>> 0.0 <= evaluate(net, Samples([[0.0], [1.0]], [0, 1])) <= 1.0
    True
    """
    _require_labels(samples, net, "samples")
    right = sum(bool(_guess(net(x)) == label) for x, label in zip(samples.x, listed(samples.y, "the labels"), strict=True))
    return right / len(samples)


def _train_epoch(
    net: MLP, train: Samples, batch_size: int, cost: Cost, rng: Random, optimizer: SGD, history: History, bar: Any
) -> None:
    start, loss, right, met = perf_counter(), 0.0, 0, 0
    for batch in _batches(len(train), batch_size, rng):
        optimizer.zero_grad()
        for index in batch:
            outputs = net(train.x[index])
            sample_cost = _cost_of(cost, outputs, train.y[index])
            # Leaves add up what each pass sends them; with 1/m as the seed they end with the gradient of the batch's mean.
            # One graph at a time, so that memory holds one sample, not a batch.
            sample_cost.backward(gradient=1.0 / len(batch))
            loss += sample_cost.data
            right += bool(_guess(outputs) == train.y[index])  # NumPy's labels would make it a NumPy number
        optimizer.step()
        met += len(batch)
        bar.update(len(batch))
        bar.set_postfix(loss=f"{loss / met:.4f}", accuracy=f"{right / met:.1%}", refresh=False)
    history.seconds += perf_counter() - start
    history.samples += met
    history.loss.append(loss / met)
    history.train_accuracy.append(right / met)


def _cost_of(cost: Cost, outputs: Sequence[Value], label: int) -> Value:
    result = cost(outputs, _one_hot(label, len(outputs)))
    if not isinstance(result, Value):
        raise TypeError(
            f"cost(outputs, target) returns a Value, computed from the outputs with + - * and ag functions; got "
            f"{type(result).__name__} {result!r:.80}, which has no graph (.data, float() and math leave it)"
        )
    return result


def _batches(samples: int, size: int, rng: Random) -> Iterator[list[int]]:
    order = list(range(samples))
    rng.shuffle(order)
    for start in range(0, samples, size):
        yield order[start : start + size]


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
