"""Checkpoints: a training run, written down so that it can go on as if it had never stopped.

What you can do with this file: `write(folder, …)` and `read(folder, …)`, as `nn.fit(checkpoint=folder, every=1000)` and
`nn.fit(resume=folder)` do. The file in the folder is a network file too, with more in it: `nn.load(file)`, `python -m nn show file`.

Beside the network it holds what the optimizer remembers, the state of the random generator before the shuffle of the epoch, how far
the epoch is, the history, and the settings of the run, which have to be the same when it goes on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import inf
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
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

__all__ = ["FILE", "read", "settings_of", "training_of", "write"]

COLUMNS = tuple(name for name, _heading, _form in TABLE)
TOTALS = ("samples", "seconds")
LOOKED_AT = 50  # inputs, evenly spaced, that tell whether the samples are the same

FILE = "checkpoint.safetensors"
BEST, MEMORY, HISTORY = f"{TRAINING}best", f"{TRAINING}memory.", f"{TRAINING}history."

Folder = str | os.PathLike[str]


def settings_of(samples: Samples, optimizer: Optimizer, **others: Any) -> dict[str, Any]:
    """What has to be the same in a run that goes on: the samples (all labels, and some inputs), the optimizer as it began, and others."""
    labels = listed(samples.y, "the labels")
    some = [listed(samples.x[place], "inputs") for place in range(0, len(samples), max(1, len(samples) // LOOKED_AT))]
    options = {name: getattr(optimizer, name) for name in optimizer.options}
    data = {"samples": len(samples), "checksum of the samples": crc32(repr((labels, some)).encode())}
    return {**others, "optimizer": type(optimizer).__name__, **options, **data}


def write(folder: Folder, net: MLP, optimizer: Optimizer, standing: Standing, settings: Mapping[str, Any]) -> None:
    """Write the run into the folder, which is made where there is none; the file before stays until the new one is there, whole."""
    arrays, data = described(net)
    state, stands = optimizer.state_dict(), vars(standing) | {"generator": _plain(standing.generator)}
    history = vars(stands.pop("history"))
    columns = {BEST: stands.pop("best")}
    columns |= {f"{MEMORY}{name}": state.pop(name) for name in optimizer.remembers}
    columns |= {f"{HISTORY}{name}": history[name] for name in COLUMNS}
    totals = {name: history[name] for name in TOTALS}
    arrays |= {name: _column(numbers) for name, numbers in columns.items() if numbers}
    data["training"] = {"settings": dict(settings), "optimizer": state, "standing": stands, "history": totals}
    Path(folder).mkdir(parents=True, exist_ok=True)
    write_tensors(Path(folder) / FILE, arrays, data)


def read(folder: Folder, net: MLP, optimizer: Optimizer, rng: Random, settings: Mapping[str, Any]) -> Standing:
    """Set the network, the optimizer and the generator to where a run stood, and say where that was. All are set, or none.

    Raises FileNotFoundError where the folder has no checkpoint, TensorFileError for a file that is damaged or none of ours,
    ValueError for one of another network or of a run with other settings.
    """
    path = Path(folder) / FILE if Path(folder).is_dir() else Path(folder)
    if not path.exists():
        raise FileNotFoundError(f"there is no checkpoint {path} to go on from; nn.fit(checkpoint={os.fspath(folder)!r}) writes one")
    arrays, data = read_tensors(path)
    other = restored(arrays, data, os.fspath(path))
    found = training_of(arrays, data, other, os.fspath(path))
    if found is None:
        raise TensorFileError(f"{path} holds a network, but no training to go on with; nn.load reads it")
    if repr(other) != repr(net):
        raise ValueError(f"{path} is the training of another network, {other}; this one is {net}")
    written, standing = found
    _require_same(written, settings, path)
    with _blaming(os.fspath(path)):
        memory = {name: arrays[f"{MEMORY}{name}"].tolist() for name in optimizer.remembers}
        optimizer.load_state_dict({**data["training"]["optimizer"], **memory})
    net.load_state_dict(other.state_dict())
    net.notes = {**other.notes, **net.notes}
    rng.setstate(standing.generator)
    return standing


def training_of(
    arrays: Mapping[str, NDArray[Any]], data: Mapping[str, Any], net: MLP, who: str
) -> tuple[Mapping[str, Any], Standing] | None:
    """What a file tells of a run: its settings, and where it stands; None if it holds a network alone. Nothing is set.

    `net` is the network of this file, `who` where all of it comes from, for messages. Raises TensorFileError for what cannot be.
    """
    if "training" not in data:
        return None
    with _blaming(who):
        settings = data["training"]["settings"]
        columns = {name: array.tolist() for name, array in arrays.items() if name.startswith(TRAINING)}
        return dict(settings), _standing(data["training"], columns, len(net.parameters()), settings["samples"])


@contextmanager
def _blaming(who: str) -> Iterator[None]:
    """Whatever is wrong with what a file says of its training: the file is damaged."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise TensorFileError(f"{who} is damaged: what it says of the training cannot be ({error!s:.200})") from None


def _require_same(written: Mapping[str, Any], settings: Mapping[str, Any], path: Path) -> None:
    for name in {**written, **settings}:
        if written.get(name) != settings.get(name):
            raise ValueError(
                f"{path} was written by a run with {name} = {written.get(name)!r}; this one has {settings.get(name)!r}. "
                "A run goes on with the settings and the samples that it had; only epochs, every and callbacks may be others. "
                "nn.load takes its network, to be trained in another way"
            )


def _standing(training: Mapping[str, Any], columns: Mapping[str, list[float]], parameters: int, samples: int) -> Standing:
    """Where the run stood. Raises ValueError, TypeError or LookupError where it cannot be."""
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
        best=columns.get(BEST, []),
        best_epoch=_whole(stands["best_epoch"], epochs),
    )
    Random().setstate(standing.generator)  # which raises where it is none
    if len(standing.best) != (parameters if standing.best_epoch else 0):
        raise ValueError(f"its best epoch has {len(standing.best):,} of {parameters:,} parameters")
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
