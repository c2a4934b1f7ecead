"""A lesson's numbers, by name, held against texts typed from the courses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isclose

from demos.blocks import Block, Figure, figures

ROUNDED = 9  # course 004 rounds to nine decimals; what a course prints with fewer is exact


def told(blocks: Iterable[Block]) -> dict[str, Figure]:
    """The numbers of a lesson by name; a name that comes twice must be the same number."""
    by_name: dict[str, Figure] = {}
    for figure in figures(blocks):
        assert by_name.setdefault(figure.what, figure).value == figure.value, f"two numbers are called {figure.what!r}"
    return by_name


def decimals(text: str) -> int:
    """How many digits stand behind the point: 9 in 0.298371109, 6 in 3.510188e-5."""
    return len(text.partition("e")[0].partition(".")[2])


def rounded(value: float, like: str) -> str:
    """`value` to the decimals of the text `like`, in its notation: 0.298371109, 3.510188e-5."""
    places = decimals(like)
    if "e" not in like:
        return f"{round(value, places) + 0.0:.{places}f}"
    mantissa, _, exponent = f"{value:.{places}e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def least_decimals(figure: Figure, text: str) -> float:
    """How many decimals a text must have to stand for a rounded number; infinitely many where the number is not rounded."""
    if figure.course:
        return ROUNDED
    if figure.decimals is not None:
        return figure.decimals
    return figure.significant - 1 if "e" in text else float("inf")


def agree(figure: Figure, text: str) -> bool:
    """True where the text is this number, up to rounding errors; or, if the course or the lesson has rounded, to no fewer digits."""
    if isclose(figure.value, float(text), rel_tol=1e-12):
        return True
    return decimals(text) >= least_decimals(figure, text) and rounded(figure.value, text) == text


def as_typed(found: Mapping[str, Figure], typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, where the numbers found agree with it, else their digits: equal to `typed` where all agree and none is missing."""
    return {name: typed[name] if name in typed and agree(figure, typed[name]) else repr(figure.value) for name, figure in found.items()}


def of_the_course(found: Mapping[str, Figure]) -> dict[str, str]:
    """What a lesson shows as the course's own numbers; all others are marked as ours."""
    return {name: figure.course for name, figure in found.items() if figure.course}
