"""Checkpoints: a training run, written down so that it can go on as if it had never stopped.

What you can do with this file: `write = Writer(folder, …)` and `read(file, …)`, as `nn.fit(…, checkpoint=folder, every=1000)` and
`nn.fit(…, resume=folder)` do; `source_of(checkpoint, resume)` is the file to go on from, and sees to it that no run overwrites another.

The file in the folder is a network file too, with more in it: `nn.load(file)`, `python -m nn show file`. Its network is the one that
`nn.fit` would return if it ended there, with early stop that of the best epoch; `training.parameters` are then those of the last one,
where training goes on. Beside them it holds what the optimizer remembers, the state of the random generator before the shuffle of the
epoch, how far the epoch is, the history, and the settings of the run, which have to be the same when it goes on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from math import inf
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from nn.arguments import listed
from nn.datasets import Samples
from nn.history import COLUMNS as TABLE
from nn.history import History
from nn.loading import restored
from nn.modules import MLP
from nn.optim import Optimizer
from nn.progress import Standing
from nn.saving import TRAINING, described
from nn.tensors import TensorFileError, read_tensors, write_tensors

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FILE", "Training", "Writer", "opened", "read", "settings_of", "source_of", "training_of"]

COLUMNS = tuple(name for name, _heading, _form in TABLE)
TOTALS = ("samples", "seconds")
LOOKED_AT = 50  # inputs, evenly spaced, that tell whether the samples are the same

FILE = "checkpoint.safetensors"
PARAMETERS, MEMORY, HISTORY = f"{TRAINING}parameters", f"{TRAINING}memory.", f"{TRAINING}history."

Folder = str | os.PathLike[str]


class Training(NamedTuple):
    """What a checkpoint tells of a run, beside the network."""

    settings: dict[str, Any]  # as the run began
    standing: Standing
    optimizer: dict[str, Any]  # its state
    parameters: list[float]  # where training goes on


def source_of(checkpoint: Folder | None, resume: Folder | None) -> Path | None:
    """The file to go on from; None for a run that begins anew: without `resume`, or where it names the place of `checkpoint`, still empty.

    `resume` may be the folder or the file in it. Raises FileExistsError where the run would overwrite another one, FileNotFoundError
    where there is none to go on from.
    """
    source = None if resume is None else _file(Path(resume))
    if checkpoint is not None:
        target = Path(checkpoint) / FILE
        if source is not None and source.resolve() == target.resolve():
            return source if source.exists() else None
        if target.exists():
            _require_nothing_to_lose(target, os.fspath(checkpoint))
    if resume is not None and source is not None and not source.exists():
        where = os.fspath(resume)
        raise FileNotFoundError(f"there is no checkpoint {where} to go on from; nn.fit(checkpoint={where!r}) writes one")
    return source


def _file(path: Path) -> Path:
    return path if path.is_file() or path.name == FILE else path / FILE


def _require_nothing_to_lose(path: Path, folder: str) -> None:
    """Raise FileExistsError, which says what to do, unless the file in this folder is a run before its first step."""
    try:
        _net, found = opened(path)
    except (OSError, TensorFileError):
        found = None
    keep = f"another folder for checkpoint= keeps it; to begin anew, delete {path}"
    if found is None:
        raise FileExistsError(f"{path} is there already, and no run can be read from it; {keep}")
    epochs = len(found.standing.history.loss)
    if epochs or found.standing.met:
        many = f"{epochs:,} epoch{'s' * (epochs != 1)}"
        raise FileExistsError(f"{folder} holds a run of {many} already; resume={folder!r} goes on with it; {keep}")


def settings_of(samples: Samples, optimizer: Optimizer, **others: Any) -> dict[str, Any]:
    """What has to be the same in a run that goes on: the samples (all labels, and some inputs), the optimizer as it begins, and others."""
    labels = listed(samples.y, "the labels")
    some = [listed(samples.x[place], "inputs") for place in range(0, len(samples), max(1, len(samples) // LOOKED_AT))]
    options = {name: getattr(optimizer, name) for name in optimizer.options}
    data = {"samples": len(samples), "checksum of the samples": crc32(repr((labels, some)).encode())}
    return {**others, "optimizer": type(optimizer).__name__, **options, **data}


class Writer:
    """`write = Writer(folder, net, …)`, then `write()` as often as the run shall be written down.

    The folder is made where there is none; the file before stays until the new one is there, whole. Raises FileExistsError if meanwhile
    another run has written there, OSError where it cannot be written.
    """

    def __init__(self, folder: Folder, net: MLP, optimizer: Optimizer, standing: Standing, settings: Mapping[str, Any]) -> None:
        self.path, self.net, self.optimizer, self.standing, self.settings = Path(folder) / FILE, net, optimizer, standing, dict(settings)
        self.last = _identity(self.path)

    def __call__(self) -> None:
        """Write the run as it stands now."""
        if _identity(self.path) not in (None, self.last):
            raise FileExistsError(
                f"another run has written {self.path} since this one did. It is left as it is, and this run ends; its network has what it "
                "learned. Give each run a folder of its own, checkpoint="
            )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_tensors(self.path, *self._content())
        self.last = _identity(self.path)

    def _content(self) -> tuple[dict[str, Any], dict[str, Any]]:
        standing, optimizer = self.standing, self.optimizer
        arrays, data = described(self.net, standing.best or None)
        state, stands = optimizer.state_dict(), vars(standing) | {"generator": _plain(standing.generator)}
        history = vars(stands.pop("history"))
        columns = {PARAMETERS: [parameter.data for parameter in optimizer.parameters] if stands.pop("best") else []}
        columns |= {f"{MEMORY}{name}": state.pop(name) for name in optimizer.remembers}
        columns |= {f"{HISTORY}{name}": history[name] for name in COLUMNS}
        totals = {name: history[name] for name in TOTALS}
        arrays |= {name: _column(numbers) for name, numbers in columns.items() if numbers}
        data["training"] = {"settings": self.settings, "optimizer": state, "standing": stands, "history": totals}
        return arrays, data


def _identity(path: Path) -> tuple[int, int] | None:
    """What changes whenever the file is written anew; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def read(path: Path, net: MLP, optimizer: Optimizer, rng: Random, settings: Mapping[str, Any]) -> tuple[Standing, dict[str, Any]]:
    """Set the network, the optimizer and the generator to where a run stood; say where that was, and how it began. All are set, or none.

    Raises TensorFileError for a file that is damaged or none of ours, ValueError for one of another network or of a run with other
    settings, OSError where it cannot be read.
    """
    other, found = opened(path)
    if found is None:
        raise TensorFileError(f"{path} holds a network, but no training to go on with; nn.load reads it")
    if repr(other) != repr(net):
        raise ValueError(f"{path} is the training of another network, {other}; this one is {net}")
    _require_same(found, settings, optimizer.options, path)
    with _blaming(os.fspath(path)):
        optimizer.load_state_dict(found.optimizer)
    for parameter, x in zip(optimizer.parameters, found.parameters, strict=True):
        parameter.data = x
    net.notes = {**other.notes, **net.notes}
    rng.setstate(found.standing.generator)
    return found.standing, found.settings


def opened(path: Path) -> tuple[MLP, Training | None]:
    """The network in a file, and what the file tells of its run; None if it holds a network alone.

    Raises TensorFileError for a file that is damaged or none of ours, OSError where it cannot be read.
    """
    arrays, data = read_tensors(path)
    net = restored(arrays, data, str(path))
    return net, training_of(arrays, data, net, str(path))


def training_of(arrays: Mapping[str, NDArray[Any]], data: Mapping[str, Any], net: MLP, who: str) -> Training | None:
    """What a file tells of a run; None if it holds a network alone. Nothing is set.

    `net` is the network of this file, `who` where all of it comes from, for messages. Raises TensorFileError for what cannot be.
    """
    if "training" not in data:
        return None
    with _blaming(who):
        training, columns = data["training"], dict(_columns(arrays))
        memory = {name.removeprefix(MEMORY): column for name, column in columns.items() if name.startswith(MEMORY)}
        returned = [parameter.data for parameter in net.parameters()]
        standing = _standing(training, columns, returned, training["settings"]["samples"])
        return Training({**training["settings"]}, standing, {**training["optimizer"], **memory}, columns.get(PARAMETERS, returned))


@contextmanager
def _blaming(who: str) -> Iterator[None]:
    """Whatever is wrong with what a file says of its training: the file is damaged."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise TensorFileError(f"{who} is damaged: what it says of the training cannot be ({error!s:.200})") from None


def _columns(arrays: Mapping[str, NDArray[Any]]) -> Iterator[tuple[str, list[float]]]:
    for name, array in arrays.items():
        if name.startswith(TRAINING):
            if array.ndim != 1:
                raise ValueError(f"{name} has the shape {array.shape!s:.80}, and is no list of numbers")
            yield name, array.tolist()


def _require_same(found: Training, settings: Mapping[str, Any], options: Iterable[str], path: Path) -> None:
    """Raise ValueError unless each setting is as the run began. Callbacks may have changed the optimizer: as it stands, it is right too."""
    began = found.settings
    stands = {**began, **{name: found.optimizer.get(name) for name in options}}
    for name in {**began, **settings}:
        if settings.get(name) not in (began.get(name), stands.get(name)):
            later = f" ({stands[name]!r} where it stands)" if stands.get(name) != began.get(name) else ""
            raise ValueError(
                f"{path} was written by a run with {name} = {began.get(name)!r}{later}; this one has {settings.get(name)!r}. "
                "A run goes on with the settings and the samples that it had; only epochs, every and callbacks may be others. "
                "nn.load takes its network, to be trained in another way"
            )


def _standing(training: Mapping[str, Any], columns: Mapping[str, list[float]], returned: list[float], samples: int) -> Standing:
    """Where the run stood; `returned` are the parameters that it would have returned. Raises ValueError, TypeError, LookupError."""
    past: dict[str, Any] = {name: columns.get(f"{HISTORY}{name}", []) for name in COLUMNS}
    totals, stands = training["history"], training["standing"]
    history = History(**past, samples=_whole(totals["samples"]), seconds=float(totals["seconds"]))
    epochs = len(history.loss)
    if any(len(column) not in (0, epochs) for column in past.values()):
        raise ValueError("its epochs are not as many in each column of the history")
    version, internal, spare = stands["generator"]
    standing = Standing(
        history,
        generator=(version, tuple(internal), spare),
        met=_whole(stands["met"], samples - 1),
        loss=float(stands["loss"]),
        right=_whole(stands["right"], stands["met"]),
        seconds=float(stands["seconds"]),
        best=returned if stands["best_epoch"] else [],
        best_epoch=_whole(stands["best_epoch"], len(history.validation_accuracy)),
    )
    Random().setstate(standing.generator)  # which raises where it is none
    if len(apart := columns.get(PARAMETERS, [])) != len(standing.best):
        raise ValueError(f"beside its best epoch, {len(apart):,} parameters are kept, not {len(standing.best):,}")
    return standing


def _whole(thing: Any, largest: float = inf) -> int:
    if type(thing) is not int or not 0 <= thing <= largest:
        raise ValueError(f"{thing!r:.40} is no count of this run")
    return thing


def _plain(state: tuple[int, tuple[int, ...], float | None]) -> list[Any]:
    """A generator's state as JSON has it, without tuples."""
    version, internal, spare = state
    return [version, list(internal), spare]


def _column(numbers: list[float]) -> Any:
    import numpy as np

    return np.array(numbers, "float64")
