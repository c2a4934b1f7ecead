"""Calling a function that somebody else wrote: what goes wrong is said in one sentence.

What you can do with this file: `called(f, xs)` calls it, `same_again(first, second)` complains about chance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini.number import show
from autograd_mini.value import Value

__all__ = ["called", "same_again"]


def called(f: Callable[..., Any], xs: Sequence[Any]) -> Any:
    """f(*xs). Raises ValueError where it raises for the numbers themselves, TypeError where it is no function of so many numbers."""
    try:
        return f(*xs)
    except (ArithmeticError, ValueError) as error:
        at = ", ".join(show(x.data if isinstance(x, Value) else x) for x in xs)
        told = f"f raised {type(error).__name__} at the point ({at}): {error}"
        raise ValueError(f"{told}. A gradient can be checked only where f has a value") from error
    except (TypeError, AttributeError, LookupError) as error:
        kind = "Value" if isinstance(xs[0], Value) else "float"
        raise TypeError(
            f"f raised {type(error).__name__}: {error}. It was called with {len(xs)} {kind}{'s' * (len(xs) > 1)}, one for each number of "
            "the point; a function of one array becomes one of numbers by lambda *x: f(x), and one of floats needs gradient=…"
        ) from error


def same_again(first: float, second: float) -> None:
    """Raise ValueError unless both are the same number."""
    if first != second and not (first != first and second != second):
        raise ValueError(
            f"f gave {show(first, 17)}, and then {show(second, 17)} at the same point. A gradient can be checked only of a function that "
            "gives the same result each time: seed its random numbers, or draw them once, before"
        )
