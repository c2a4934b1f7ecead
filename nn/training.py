"""Training: mini-batch gradient descent with any of the optimizers.

What you can do with this file: `history = fit(net, data.train, data.test)`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from random import Random
from shutil import get_terminal_size
from types import MappingProxyType
from typing import Any

from nn.arguments import chosen, count, generator, positive
from nn.checkpoint import Writer, read, settings_of, source_of
from nn.compiled import Compiled, Cost
from nn.datasets import Samples
from nn.evaluation import require_samples
from nn.history import History
from nn.losses import quadratic_cost, require_fitting
from nn.modules import MLP
from nn.optim import SGD, Optimizer
from nn.progress import Standing
from nn.run import Callback, Run
from nn.scalar import Scalar

__all__ = ["ENGINES", "fit"]

ENGINES: Mapping[str, Callable[..., Compiled | Scalar]] = MappingProxyType({"compiled": Compiled, "scalar": Scalar})


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
    *,
    l2: float = 0.0,
    validation: Samples | None = None,
    patience: int | None = None,
    callbacks: Iterable[Callback] = (),
    checkpoint: str | os.PathLike[str] | None = None,
    every: int | None = None,
    resume: str | os.PathLike[str] | None = None,
) -> History:
    """Train `net` in place to tell the labels apart, and return the History.

    Each epoch goes through all samples of `train` once, in a new random order (from `rng`, a seed or a `random.Random`), in
    batches of `batch_size` (the last may be smaller); for each batch of m, every parameter moves by −(η/m) Σ ∂C_x/∂p, η being
    `learning_rate`; or as another `optimizer` says, such as `Adam(net.parameters(), 0.001)`. `cost(outputs, target)` is a Value, computed
    without looking at a number (`if`, `.data`); what the target is for a label, `nn/answers.py` says, and which last layer suits a cost,
    `nn/losses.py` (for nn.hinge and nn.cross_entropy, `output="linear"`). `l2` adds `nn.l2(net.weights, l2)`
    to it. The defaults are those of M. Nielsen, *Neural Networks and Deep Learning*, chapter 1.

    * `engine`: "compiled" runs whole batches on arrays, in float64 or float32 (`dtype`), through `ag.compile`; "scalar" records one graph
      of Values for each sample, and first says on stderr what an epoch will take. Both take the same steps, up to rounding.
    * `test` and `validation` are measured after each epoch. With `patience=n`, training ends when for n epochs the accuracy on
      `validation` has not been better than before, and the network ends with the parameters of the best epoch.
    * `callbacks` are called after each epoch with an `Epoch`; one that returns True ends the training.
    * `checkpoint`: a folder, into which the run is written after each epoch, when it ends, and with `every=n` after each n batches
      too; one that holds a run already is refused. `resume=folder` goes on from there, to the last bit as if it had never stopped (with
      the same settings and samples; `epochs` may be more, and what callbacks remember is theirs). With both naming the same folder,
      a run begins where there is none, and goes on where there is one. `nn.load` reads from the file there what `fit` would return.
    * `net.notes["fit"]` says by which cost and how the network was trained last; it is saved with the network.
    * A progress bar goes to stderr if that is a terminal. Ctrl-C ends the training at the end of a step, or of a few: the network keeps
      what it learned, the History says so, and a checkpoint is written if there is a folder for it. A second Ctrl-C ends it at once.

    Raises ValueError for no samples, inputs that are not finite, a label that is no output, a cost that the last layer does not fit, a
    number out of range, an unknown engine or dtype, a checkpoint of another run; TypeError for what is no network, no Samples, or a cost
    that returns no Value; NonFiniteError when the loss has become inf or nan (a smaller learning rate helps; the network and the optimizer
    stand where they did shortly before); TensorFileError and FileNotFoundError for what is no checkpoint; FileExistsError for a folder with
    another run, which is left as it was; MissingExtra without tqdm, or without NumPy for the compiled engine.

    >>> xor = Samples([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
    >>> net = MLP(2, [4, 2], rng=0)
    >>> history = fit(net, xor, xor, epochs=200, batch_size=1)
    >>> history.loss[0] > history.loss[-1], history.test_accuracy[-1]
    (True, 1.0)
    """
    epochs, batch_size = count(epochs, "epochs"), count(batch_size, "batch_size")
    engine_of = chosen(ENGINES, engine, "engine")
    dtype = chosen({"float64": "float64", "float32": "float32"}, _type_name(dtype), "dtype")
    patience, callbacks = _patience(patience, validation), _callables(callbacks)
    _require_fitting(cost, net)
    held_out = {name: samples for name, samples in (("validation", validation), ("test", test)) if samples is not None}
    for name, samples in {"train": train, **held_out}.items():
        require_samples(samples, net, name)
    optimizer = _made_for(net, optimizer, learning_rate)
    rng, l2, stretch = generator(rng), _strength(l2), _stretch(every, batch_size, checkpoint)
    settings: dict[str, Any] = {}
    if checkpoint is not None or resume is not None:
        how = {"engine": engine, "dtype": dtype, "batch_size": batch_size, "cost": _name(cost), "l2": l2}
        settings = settings_of(train, optimizer, **how, patience=patience, measured=[*held_out])
    source = source_of(checkpoint, resume)
    standing, settings = (Standing(), settings) if source is None else read(source, net, optimizer, rng, settings)
    trainer = engine_of(net, cost, l2, train, min(batch_size, len(train)), optimizer, dtype)
    if isinstance(trainer, Scalar) and standing.epoch <= epochs:
        from autograd_mini.typesetting import folded

        print(folded(str(trainer.forecast()), get_terminal_size().columns), file=sys.stderr)
    net.notes["fit"] = {"cost": _name(cost), "l2": l2, "optimizer": type(optimizer).__name__, "batch_size": batch_size}
    keep = None if checkpoint is None else Writer(checkpoint, net, optimizer, standing, settings)
    return Run(
        net, trainer, cost, l2, optimizer, rng, standing, len(train), engine, held_out, patience, callbacks, keep, stretch
    ).go(epochs)  # fmt: skip


def _type_name(dtype: Any) -> Any:
    """Of np.float32 and of x.dtype too."""
    return getattr(dtype, "name", getattr(dtype, "__name__", dtype))


def _require_fitting(cost: Cost, net: MLP) -> None:
    if not callable(cost):
        raise TypeError(f"cost= takes a function, such as nn.quadratic_cost; got {cost!r:.80}")
    if isinstance(net, MLP):  # of what is none, more is said later
        require_fitting(cost, net.nouts[-1], net.output)


def _made_for(net: MLP, optimizer: Optimizer | None, learning_rate: float) -> Optimizer:
    if optimizer is None:
        return SGD(net.parameters(), learning_rate)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer= takes one that is made for this network, nn.Adam(net.parameters(), 0.001); got {optimizer!r:.80}")
    if optimizer.parameters != net.parameters():
        raise ValueError("the optimizer moves other parameters than this network's; make it with net.parameters()")
    return optimizer


def _strength(l2: float) -> float:
    return positive(l2, "l2") if l2 else 0.0


def _patience(patience: int | None, validation: Samples | None) -> int | None:
    if patience is not None and validation is None:
        raise ValueError("patience= waits for a better accuracy on validation=, and there are no such samples; take some from train")
    return None if patience is None else count(patience, "patience")


def _callables(callbacks: Iterable[Callback]) -> tuple[Callback, ...]:
    if not isinstance(callbacks, Iterable) or not all(map(callable, found := tuple(callbacks))):
        raise TypeError(f"callbacks= takes a list of functions, [print] for example; got {callbacks!r:.80}")
    return found


def _stretch(every: int | None, batch_size: int, checkpoint: Any) -> int:
    """How many samples of an epoch go by from one checkpoint to the next."""
    if every is None:
        return sys.maxsize
    if checkpoint is None:
        raise ValueError("every= says how often a checkpoint is written, but not where: name a folder, checkpoint=")
    return count(every, "every") * batch_size


def _name(cost: Cost) -> str:
    return getattr(cost, "__qualname__", type(cost).__qualname__)
