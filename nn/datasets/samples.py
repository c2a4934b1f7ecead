"""Samples to train on, and samples held out to test on.

What you can do with this file: `Samples(x, y)` wraps inputs and labels of your own, `Dataset(train, test)` two parts of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from nn.arguments import listed

__all__ = ["Dataset", "Samples"]


@dataclass(frozen=True, eq=False, repr=False)
class Samples:
    """Samples and their labels: `.x` [n, inputs], `.y` [n] whole numbers from 0 on; NumPy arrays or lists alike; of tables, their arrays.

    `len()` is n. Parts are Samples again: a slice, the places in a list or an array, or a bool for each sample, True for those to take.
    The labels 1.0 and True are kept as 1. Raises ValueError when there are not as many labels as samples, and for a label that is no
    whole number.

    >>> samples = Samples([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0, True, 0.0])
    >>> len(samples), samples[:2].y, samples[[2, 1]].x, samples[[label == 1 for label in samples.y]].x
    (3, [0, 1], [[1.0, 1.0], [0.0, 1.0]], [[0.0, 1.0]])
    """

    x: Any
    y: Any

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(f"Samples need one label for each x, got {len(self.x)} x and {len(self.y)} labels")
        # The way to complete an instance that is frozen.
        object.__setattr__(self, "x", _by_places(self.x))
        object.__setattr__(self, "y", _whole_numbers(_by_places(self.y)))

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, part: Any) -> Samples:
        if isinstance(part, slice):
            return Samples(self.x[part], self.y[part])
        places = _places(part, len(self))
        return Samples(_taken(self.x, places), _taken(self.y, places))

    def __repr__(self) -> str:
        return f"<Samples: {len(self):,}>"


def _places(part: Any, n: int) -> list[int]:
    """The places that a list or an array names, by their numbers or by a bool for each of the n samples."""
    several = isinstance(part, Iterable) and not isinstance(part, tuple) and getattr(part, "ndim", 1) == 1
    plain = [_plain(place) for place in listed(part, "the places")] if several else []
    if not several or not all(isinstance(place, int) for place in plain):
        raise TypeError(
            f"a part of Samples is a slice, such as samples[3:4], or a list or an array of places or of bools; got {part!r:.80}. "
            "One sample is samples.x[i] with the label samples.y[i]; for x, y in zip(samples.x, samples.y) goes through all"
        )
    if bool not in map(type, plain):
        return plain
    if {*map(type, plain)} != {bool}:
        raise ValueError(f"a part of Samples is named by places or by bools, not by both; got {part!r:.80}")
    if len(plain) != n:
        raise ValueError(f"of bools, Samples take one for each of the {n:,}, got {len(plain):,}")
    return [place for place, wanted in enumerate(plain) if wanted]


def _plain(place: Any) -> Any:
    """A number of NumPy's as one of Python's."""
    return place.item() if hasattr(place, "item") else place


def _taken(rows: Any, places: list[int]) -> Any:
    """Those rows, of an array or of a list."""
    return rows[places] if hasattr(rows, "shape") else [rows[place] for place in places]


def _by_places(things: Any) -> Any:
    """A table of pandas' or polars' as an array: its rows may have names that are other numbers than their places."""
    return things.to_numpy() if hasattr(things, "to_numpy") else things


def _whole_numbers(labels: Any) -> Any:
    """The labels as whole numbers; an array of such stays as it came."""
    if getattr(getattr(labels, "dtype", None), "kind", "no array") in "iu" and labels.ndim == 1:
        return labels
    whole = [_whole(label) for label in listed(labels, "the labels")]
    return labels.astype(int) if hasattr(labels, "astype") else whole


def _whole(label: Any) -> int:
    try:
        if int(label) == label:
            return int(label)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValueError(f"labels are whole numbers from 0 on, got {label!r:.80}{_hint(label)}")


def _hint(label: Any) -> str:
    if not isinstance(label, list):
        return ""
    if len(label) == 1:
        return "; of a column, y.ravel() makes labels"
    return "; of rows with a 1 at the label's place, y.argmax(axis=1) makes labels"


class Dataset(NamedTuple):
    """Two sets of samples that share no sample: `train` to learn from, `test` to measure on."""

    train: Samples
    test: Samples
