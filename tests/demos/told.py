"""A lesson's numbers, by name, each rounded to the digits of a text typed from the course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from demos.blocks import Block, Figure, figures


def told(blocks: Iterable[Block]) -> dict[str, Figure]:
    """The numbers of a lesson by name; a name that comes twice must be the same number."""
    by_name: dict[str, Figure] = {}
    for figure in figures(blocks):
        assert by_name.setdefault(figure.what, figure).value == figure.value, f"two numbers are called {figure.what!r}"
    return by_name


def rounded(value: float, like: str) -> str:
    """`value` to the decimals of the text `like`, in its notation: 0.298371109, 3.510188e-5."""
    mantissa, mark, _ = like.partition("e")
    places = len(mantissa.partition(".")[2])
    if not mark:
        return f"{round(value, places) + 0.0:.{places}f}"
    mantissa, _, exponent = f"{value:.{places}e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def as_typed(found: Mapping[str, Figure], typed: Mapping[str, str]) -> dict[str, str]:
    """The numbers found, rounded as those typed: equal to `typed` where all agree, and none is missing on either side."""
    return {name: rounded(figure.value, typed.get(name, "0.000000")) for name, figure in found.items()}


def of_the_course(found: Mapping[str, Figure]) -> dict[str, str]:
    """What a lesson shows as the course's own numbers; all others are marked as ours."""
    return {name: figure.course for name, figure in found.items() if figure.course}
