"""Names: what the arrays of a program are called, from the labels of the Values in them and from the part that they play.

What you can do with this file: `told(labels)` says what the labels of an array have in common; `give_names(arrays)` names `Array`s.

The notation is that of course 002: a layer has weights W, biases b, weighted sums z, activations a and errors δ, its number above. The
number is that of the labels (`w2[1,3]`) or of their scopes (`layer 2`); where they have none, layers are counted. Only letters and
digits of a label become part of a name, so nothing else that a label says gets into formulas or source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["LOWERED", "RAISED", "Array", "above", "below", "give_names", "told"]

DIGITS, RAISED, LOWERED = "0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
#: A label without its place: letters, a number, an index: w[3], b2, z²_1, x.
LABEL = re.compile(rf"([^\W\d_{RAISED}{LOWERED}]{{1,12}})_?([0-9]{{,6}}|[{RAISED}]{{,6}})(_[0-9]+|[\[(].*[\])])?", re.DOTALL)
SCOPE = re.compile(r"[^0-9]*([0-9]{1,6})", re.DOTALL)


def above(number: int) -> str:
    """A number as a superscript.

    >>> above(12), below(12)
    ('¹²', '₁₂')
    """
    return str(number).translate(str.maketrans(DIGITS, RAISED))


def below(number: int) -> str:
    """A number as a subscript."""
    return str(number).translate(str.maketrans(DIGITS, LOWERED))


@dataclass(eq=False)
class Array:
    """Rows of a buffer that have one name, in the frame in which they are computed or first read.

    `stem` is the name without its number, "" where there is nothing to call it by; `layer` the number that the labels say; `ordinal` that
    of its weighted sum, counted; `by_role` says that no label named it.
    """

    buffer: str
    rows: Any
    stem: str = ""
    layer: int | None = None
    ordinal: int = 0
    name: str = ""
    by_role: bool = False

    @property
    def size(self) -> int:
        """How many numbers it has, for one sample."""
        return int(self.rows.size)

    @property
    def suffix(self) -> str:
        """What stands behind the stem."""
        return self.name.removeprefix(self.stem)


def told(labels: Sequence[tuple[str, ...]]) -> tuple[str, int | None]:
    """The stem and the number that the labels of an array have in common; "" and None where they have none.

    >>> told([("layer 1", "neuron 1", "layer 1 · neuron 1 · w[1]"), ("layer 1", "neuron 2", "layer 1 · neuron 2 · w[1]")])
    ('w', 1)
    >>> told([("b2[0]",), ("b2[1]",)]), told([("x1",), ("x2",)]), told([("price",), ("count",)]), told([("h1",)])
    (('b', 2), ('x', None), ('', None), ('h1', None))
    """
    read = [LABEL.fullmatch(label[-1].rpartition(" · ")[2]) if label else None for label in dict.fromkeys(labels)]
    found = [match for match in read if match]
    if len(found) < len(read) or len({match[1] for match in found}) > 1:
        return "", None
    stem, numbers = found[0][1], {match[2] for match in found}
    if len(labels) == 1 and not found[0][3]:  # the digits belong to its name
        return f"{stem}{found[0][2]}", _of_scopes(labels)
    if len(numbers) == 1 and (number := numbers.pop()):
        return stem, int(number.translate(str.maketrans(RAISED, DIGITS)))
    return stem, _of_scopes(labels)


def _of_scopes(labels: Sequence[tuple[str, ...]]) -> int | None:
    """The number of the outermost scope that has one, where all are in it: that of `layer 1`."""
    for scopes in zip(*(label[:-1] for label in labels), strict=False):
        number = SCOPE.fullmatch(scopes[0])
        if len(set(scopes)) > 1:
            return None
        if number:
            return int(number[1])
    return None


def give_names(arrays: Iterable[Array], taken: Iterable[str] = ()) -> None:
    """Name all arrays that have a stem and no name yet, each differently, and none of them as those `taken`.

    >>> w, v, x = Array("p", None, "W", ordinal=1), Array("p", None, "W", ordinal=2), Array("x0", None, "x")
    >>> give_names([w, v, x])
    >>> w.name, v.name, x.name
    ('W¹', 'W²', 'x')
    """
    waiting: dict[tuple[str, int | None], list[Array]] = {}
    for array in arrays:
        if array.stem and not array.name:
            waiting.setdefault((array.stem, array.layer), []).append(array)
    given = set(taken)
    for (stem, layer), alike in waiting.items():
        counted = layer is None and len({array.ordinal for array in alike if array.ordinal}) == len(alike) > 1
        for i, array in enumerate(alike, 1):
            number = array.ordinal if counted else layer
            name = stem + _numbered(array, number) + (below(i) if len(alike) > 1 and not counted else "")
            while name in given:
                name += "′"
            array.name = name
            given.add(name)


def _numbered(array: Array, number: int | None) -> str:
    if number is None:
        return ""
    return below(number) if array.buffer[0] == "x" else above(number)
