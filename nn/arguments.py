"""Arguments: checks that several files of nn make of what a caller passes in.

What you can do with this file: turn `rng=` into a generator (`generator`), a size or a number of epochs into an int (`count`),
an array or any other iterable into a list (`listed`).
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from random import Random
from typing import Any

__all__ = ["count", "generator", "listed"]


def count(number: Any, name: str) -> int:
    """Return `number` as an int if it is a whole number from 1 on (NumPy's too), else raise ValueError.

    >>> count(0, "epochs")
    Traceback (most recent call last):
        ...
    ValueError: epochs is a whole number from 1 on, got 0
    """
    try:
        whole = operator.index(number)
    except TypeError:
        whole = 0
    if whole < 1:
        raise ValueError(f"{name} is a whole number from 1 on, got {number!r}")
    return whole


def generator(rng: int | Random) -> Random:
    """Return `rng` itself if it is a `random.Random` (it then goes on where it stands), else a new one with this seed.

    Chance enters here only: there is no global state. Raises TypeError for anything but a whole number or a `random.Random`.

    >>> generator(0).random() == generator(0).random()
    True
    """
    if isinstance(rng, Random):
        return rng
    try:
        return Random(operator.index(rng))
    except TypeError:
        raise TypeError(f"rng= takes a seed (a whole number) or a random.Random, got {rng!r}") from None


def listed(things: Iterable[Any], name: str) -> list[Any]:
    """Return a list of the things; an array gives its plain Python numbers, which are quicker one by one than its own.

    Raises TypeError, which calls them `name`, if they cannot be gone through.

    >>> listed(range(3), "the inputs")
    [0, 1, 2]
    """
    if not isinstance(things, Iterable):
        raise TypeError(f"{name} come as a list or an array, a single one too ([x]); got {type(things).__name__} {things!r:.80}")
    plain: list[Any] = things.tolist() if hasattr(things, "tolist") else list(things)
    return plain
