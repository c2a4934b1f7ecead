"""Evaluation: how many samples a network answers rightly.

What you can do with this file: `evaluate(net, data.test)`; refuse samples that a network cannot answer (`require_samples`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any

from nn.answers import guess, guesses, labels_of
from nn.arguments import chosen, finite, listed
from nn.compiled import outputs_of
from nn.datasets import Dataset, Samples
from nn.modules import MLP

__all__ = ["accuracy", "evaluate", "require_samples"]


def evaluate(net: MLP, samples: Samples, engine: str = "compiled") -> float:
    """Return the accuracy in [0, 1]: the share of samples whose answer (see `nn/answers.py`) is their label.

    The "compiled" engine answers all samples at once, through the program that the network keeps from its training; one that has
    none is compiled first. "scalar" calls the network for each sample.

    Raises ValueError for no samples, inputs that are not finite, a label that the network cannot tell, an unknown engine; TypeError for
    inputs that are no numbers; MissingExtra without NumPy.

    >>> net = MLP(1, [2], rng=0)
    >>> 0.0 <= evaluate(net, Samples([[0.0], [1.0]], [0, 1])) <= 1.0
    True
    """
    chosen(ANSWERS, engine, "engine")
    require_samples(samples, net, "samples")
    return accuracy(net, samples, engine)


def accuracy(net: MLP, samples: Samples, engine: str) -> float:
    """The same of samples that were checked before, as `nn.fit` has."""
    labels = listed(samples.y, "the labels")
    return sum(bool(answer == label) for answer, label in zip(ANSWERS[engine](net, samples), labels, strict=True)) / len(samples)


def _at_once(net: MLP, samples: Samples) -> list[int]:
    found: list[int] = guesses(net, outputs_of(net, samples.x)).tolist()
    return found


def _one_by_one(net: MLP, samples: Samples) -> list[int]:
    return [guess(net, net(x)) for x in samples.x]


ANSWERS: Mapping[str, Callable[[MLP, Samples], list[int]]] = MappingProxyType({"compiled": _at_once, "scalar": _one_by_one})


def require_samples(samples: Samples, net: MLP, name: str) -> None:
    """Raise TypeError or ValueError, which says what is wrong, unless this network can answer these samples; `name` is the argument."""
    if not isinstance(net, MLP):
        raise TypeError(f"nn.fit and nn.evaluate take a network, such as nn.MLP(64, [16, 10]); got {net!r:.80}")
    if not isinstance(samples, Samples):
        whole = f" A data set has two parts: pass data.{'train' if name == 'train' else 'test'}." if isinstance(samples, Dataset) else ""
        raise TypeError(f"{name} takes nn.datasets.Samples(x, y), the inputs and their labels; got {type(samples).__name__}.{whole}")
    if not len(samples):
        raise ValueError(f"{name} holds no samples")
    _require_inputs(samples.x, net.nin, name)
    allowed, many = labels_of(net), net.nouts[-1]
    for label in listed(samples.y, "the labels"):
        if label not in allowed:
            outputs = f"{many} outputs stand for 0 to {allowed[-1]}" if many > 1 else "one output stands for 0 or 1"
            raise ValueError(f"{name} has the label {label!r}, but this network's {outputs}")


def _require_inputs(x: Any, inputs: int, name: str) -> None:
    """Raise TypeError or ValueError, which names the first that is wrong, unless these are rows of so many finite numbers."""
    if _is_array_of_finite(x, inputs):  # of an array, all at once
        return
    for i, row in enumerate(x):
        numbers = listed(row, f"the inputs of {name}.x[{i}]")
        if numbers and isinstance(numbers[0], list):
            raise ValueError(f"each x of {name} is a row of numbers, got rows of rows: x.reshape(len(x), -1) makes rows of images")
        if len(numbers) != inputs:
            raise ValueError(f"this network takes {inputs} input{'s' * (inputs != 1)}, got {len(numbers)} in {name}.x[{i}]")
        if not _are_finite(numbers):
            for j, given in enumerate(numbers):
                finite(given, f"{name}.x[{i}][{j}]")


def _is_array_of_finite(x: Any, inputs: int) -> bool:
    """Is this an array of NumPy's, of rows of so many finite numbers?"""
    kind = getattr(getattr(x, "dtype", None), "kind", "no array")
    if kind not in "fiub" or x.shape[1:] != (inputs,):
        return False
    import numpy as np

    return kind != "f" or bool(np.isfinite(x).all())  # whole numbers are finite


def _are_finite(numbers: list[Any]) -> bool:
    """Are all of these finite numbers?"""
    try:
        return all(map(isfinite, numbers))
    except (TypeError, OverflowError):
        return False
