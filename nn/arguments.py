"""Arguments: checks that several files of nn make of what a caller passes in.

What you can do with this file: turn `rng=` into a generator (`generator`), a size or a number of epochs into an int (`count`),
an array or any other iterable into a list (`listed`), a learning rate into a float (`positive`), a number that was saved into a float
(`finite`); look up a name (`chosen`); refuse a saved state that belongs to something else (`require_names`).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Collection, Iterable, Mapping
from random import Random, SystemRandom
from typing import Any, TypeVar

from autograd_mini.number import number

__all__ = ["chosen", "count", "finite", "generator", "listed", "positive", "require_names"]

T = TypeVar("T")


def chosen(table: Mapping[str, T], name: str, what: str) -> T:
    """Return what the table has under this name, else raise ValueError, which lists the names; `what` is the argument, "init".

    >>> chosen({"relu": 1, "tanh": 2}, "selu", "activation")
    Traceback (most recent call last):
        ...
    ValueError: activation='selu' is not known; choose one of 'relu', 'tanh'
    """
    if name not in table:
        raise ValueError(f"{what}={name!r} is not known; choose one of {', '.join(map(repr, table))}")
    return table[name]


def count(thing: Any, name: str) -> int:
    """Return `thing` as an int if it is a whole number from 1 on (NumPy's too), else raise ValueError.

    >>> count(0, "epochs")
    Traceback (most recent call last):
        ...
    ValueError: epochs is a whole number from 1 on, got 0
    """
    try:
        whole = operator.index(thing)
    except TypeError:
        whole = 0
    if whole < 1:
        raise ValueError(f"{name} is a whole number from 1 on, got {thing!r}")
    return whole


def finite(thing: Any, name: str) -> float:
    """Return `thing` as a float, else raise TypeError for what is no number, ValueError for inf and nan.

    >>> finite(float("nan"), "the number saved for 'bias'")
    Traceback (most recent call last):
        ...
    ValueError: the number saved for 'bias' is nan; only finite numbers are allowed
    """
    x = number(thing, name, "should be")
    if not math.isfinite(x):
        raise ValueError(f"{name} is {x}; only finite numbers are allowed")
    return x


def generator(rng: int | Random) -> Random:
    """Return `rng` itself if it is a `random.Random` (it then goes on where it stands), else a new one with this seed.

    Chance enters here only: there is no global state. Raises TypeError for anything but a whole number or a `random.Random`.

    >>> generator(0).random() == generator(0).random()
    True
    """
    if isinstance(rng, SystemRandom):
        raise TypeError("rng= takes a generator that can be repeated, random.Random(…); SystemRandom has no state")
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


def positive(thing: Any, name: str) -> float:
    """Return `thing` as a float if it is finite and above 0, else raise ValueError; TypeError for what is no number.

    >>> positive(-1, "learning_rate")
    Traceback (most recent call last):
        ...
    ValueError: learning_rate is a finite number above 0, got -1
    """
    x = number(thing, f"{name}=")
    if not 0 < x < math.inf:
        raise ValueError(f"{name} is a finite number above 0, got {thing!r}")
    return x


def require_names(state: Mapping[str, Any], names: Collection[str], owner: str) -> None:
    """Raise ValueError unless a saved state has just these names, in any order; TypeError for what is no mapping.

    `owner` is whose state it should be. The message names the first one that is missing, else the first that is too much.

    >>> require_names({"weight": 1.0}, ["weight", "bias"], "this neuron")
    Traceback (most recent call last):
        ...
    ValueError: the state has no 'bias' (1 name for the 2 of this neuron); was it saved from another one? Nothing was changed
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"load_state_dict() takes what state_dict() gives, names and numbers; got {type(state).__name__} {state!r:.80}")
    missing = [name for name in names if name not in state]
    extra = [name for name in state if name not in names]
    if missing or extra:
        wrong = f"no {missing[0]!r}" if missing else f"a {extra[0]!r}, which is unknown"
        many = f"{len(state):,} name{'s' * (len(state) != 1)} for the {len(names):,} of {owner}"
        raise ValueError(f"the state has {wrong} ({many}); was it saved from another one? Nothing was changed")
