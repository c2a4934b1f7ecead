"""Calling a function that somebody else wrote: what goes wrong is said in one sentence.

What you can do with this file: `called(f, xs)` calls it, `plain(result, name)` is the number that came out, `same_again(first, second)`
complains about chance; `with_parameters(f, ["x", "y"])` gives it names for its numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from inspect import Parameter, Signature
from typing import Any

from autograd_mini.number import number, show
from autograd_mini.value import Value

__all__ = ["called", "plain", "same_again", "with_parameters"]


def called(f: Callable[..., Any], xs: Sequence[Any], name: str = "f") -> Any:
    """f(*xs). Raises ValueError where it raises for the numbers themselves, TypeError where it is no function of so many numbers."""
    if not callable(f):
        raise TypeError(f"{name} must be a function, got {f!r:.80}")
    try:
        return f(*xs)
    except (ArithmeticError, ValueError) as error:
        at = ", ".join(show(x.data if isinstance(x, Value) else x) for x in xs)
        told = f"{name} raised {type(error).__name__} at the point ({at}): {str(error).rstrip('.')}"
        raise ValueError(f"{told}. A gradient can be checked only where f has a value") from error
    except (TypeError, AttributeError, LookupError) as error:
        kind = "Value" if isinstance(xs[0], Value) else "float"
        told = f"{name} raised {type(error).__name__}: {str(error).rstrip('.')}"
        raise TypeError(
            f"{told}. It was called with {len(xs)} {kind}{'s' * (len(xs) > 1)}, one for each number of the point; a function of one "
            "array becomes one of numbers by lambda *x: f(x), and one of floats needs gradient=…"
        ) from error


def plain(thing: Any, name: str) -> float:
    """A number as NumPy code returns it too: an array of no dimension is one."""
    return float(thing) if getattr(thing, "shape", None) == () else number(thing, name, "must return")


def with_parameters(f: Callable[..., Any], names: Iterable[str], kind: Any = Parameter.POSITIONAL_OR_KEYWORD) -> Callable[..., Any]:
    """f with parameters of these names, for those who ask for its signature: messages call the derivatives by them."""
    f.__signature__ = Signature([Parameter(name, kind) for name in names])  # type: ignore[attr-defined]
    return f


def same_again(first: float, second: float) -> None:
    """Raise ValueError unless both are the same number."""
    if first != second and not (first != first and second != second):
        raise ValueError(
            f"f gave {show(first, 17)}, and then {show(second, 17)} at the same point. A gradient can be checked only of a function that "
            "gives the same result each time: seed its random numbers, or draw them once, before"
        )
