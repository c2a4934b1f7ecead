"""Plain numbers: which ones a graph accepts, and how they are printed for people.

What you can do with this file: turn what a user typed into a float, or get one clear error (`number`);
print a float the way a person writes it, `71.5` rather than `71.50000000000001` (`show`), a wrong one beside the right one
(`corrected`), a change with its sign (`signed`), a negative one in brackets (`in_brackets`).
"""

from __future__ import annotations

from numbers import Real
from typing import TypeGuard

__all__ = ["corrected", "in_brackets", "is_array", "is_number", "number", "show", "signed"]


def is_number(thing: object) -> TypeGuard[float]:
    """True for the numbers that may enter a graph: int, float, bool, Fraction and NumPy's real scalars."""
    return isinstance(thing, (float, int, Real)) or _is_numpy_bool(thing)


def is_array(thing: object) -> bool:
    """True for arrays and tensors of any library (NumPy, PyTorch, JAX, pandas): things with a shape that are not scalars."""
    return hasattr(thing, "shape") and not is_number(thing)


def number(thing: object, name: str = "Value()", does: str = "takes") -> float:
    """Return `thing` as a float; `name` is what the error says was called, or whose result it is (does="must return").

    Raises TypeError for anything that is not a real number, and OverflowError for an int beyond the doubles.

    >>> number(True), number("2")
    Traceback (most recent call last):
        ...
    TypeError: Value() takes a real number (int, float, bool, Fraction or a NumPy scalar), got str '2'. \
If the text holds a number, convert it first: float('2').
    """
    if not is_number(thing):
        raise TypeError(f"{name} {does} a real number (int, float, bool, Fraction or a NumPy scalar), got {_described(thing)}")
    try:
        return float(thing)
    except OverflowError:
        raise OverflowError(f"{name} got a number too large for a double (the largest is about 1.8e308)") from None


def show(x: float, digits: int = 12) -> str:
    """Print `x` with at most `digits` significant digits and without a trailing `.0`, as a person would.

    >>> show(71.50000000000001), show(20.0), show(0.00043856773, 3), show(1e22), show(float("nan"))
    ('71.5', '20', '0.000439', '1e22', 'nan')
    """
    text = f"{x + 0.0:.{digits}g}"  # + 0.0: nobody writes -0
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else text


def corrected(found: str, right: str) -> str:
    """A number as text, with the right one beside it where they differ.

    >>> corrected("3", "6"), corrected("6", "6")
    ('3 ✗ 6 ✓', '6')
    """
    return found if found == right else f"{found} ✗ {right} ✓"


def signed(x: float, digits: int = 12) -> str:
    """A change, with its sign, + too.

    >>> signed(2.2), signed(-3.0), signed(float("nan"))
    ('+2.2', '-3', 'nan')
    """
    return f"+{show(x, digits)}" if x >= 0 else show(x, digits)


def in_brackets(text: str) -> str:
    """A number as text, in brackets if it is negative: as it stands behind a sign.

    >>> in_brackets("3"), in_brackets("-3")
    ('3', '(-3)')
    """
    return f"({text})" if text.startswith("-") else text


def _is_numpy_bool(thing: object) -> bool:
    # NumPy registers its other scalars as numbers.Real; asking by name keeps NumPy unimported.
    kind = type(thing)
    return kind.__module__ == "numpy" and kind.__name__ in ("bool", "bool_")


def _described(thing: object) -> str:
    kind = type(thing).__name__
    if is_array(thing):
        return (
            f"an array ({type(thing).__module__.partition('.')[0]} {kind}). autograd-mini works on scalars: make one Value "
            "for each element, for example [Value(v) for v in array.ravel()], or take one number with array.item()."
        )
    if isinstance(thing, str):
        return f"str {thing!r}. If the text holds a number, convert it first: float({thing!r})."
    if isinstance(thing, complex):
        return f"complex {thing!r}. Write its real and imaginary parts as two Values."
    if thing is None:
        return "None. Did a function forget its return?"
    return f"{kind} {thing!r:.80}."
