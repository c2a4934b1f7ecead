"""Formulas as text: how products, powers and sums are put together, with brackets where they are needed.

What you can do with this file: write a `Formula`; `product`, `square`, `times` make larger ones; `plain_ascii(text)` goes into comments.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import isfinite
from typing import NamedTuple

from autograd_mini.compiler.explaining.naming import LOWERED, RAISED
from autograd_mini.number import show
from autograd_mini.row import ATOM, POWER, PRODUCT, SIGN

__all__ = ["RATE", "Formula", "number_text", "plain_ascii", "product", "square", "times", "with_rate"]

FRACTIONS = 1000  # a coefficient such as 1/6 is written as a fraction up to this denominator
RATE = "rate"
ASCII = str.maketrans({
    "σ": "sigma", "δ": "delta", "∂": "d", "⊙": "*", "ᵀ": ".T", "′": "'", "Σ": "sum", "½": "0.5", "−": "-", "·": " @ ", "…": "...", "²": "2",
    **{c: str(i) for digits in ("⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉") for i, c in enumerate(digits)},
})  # fmt: skip
POWER_OF = re.compile(rf"(?<=[){LOWERED}])²")  # behind other things, ² is the number of a layer


class Formula(NamedTuple):
    """A text, how tightly it binds, and whether it is to be multiplied by the rate."""

    text: str
    binds: int = ATOM
    scaled: bool = False

    def within(self, place: int) -> str:
        """The text, in brackets where it binds more loosely than its place allows."""
        return self.text if self.binds >= place else f"({self.text})"


def plain_ascii(text: str) -> str:
    """A formula in ASCII, for comments in source; what else is in it, letters of labels, is escaped.

    >>> plain_ascii("δ¹ = (W²ᵀ δ²) ⊙ σ′(z¹)"), plain_ascii("½ Σ (a² − y)²"), plain_ascii("权")
    ("delta1 = (W2.T delta2) * sigma'(z1)", '0.5 sum (a2 - y)**2', '\\\\u6743')
    """
    return POWER_OF.sub("**2", text).translate(ASCII).encode("ascii", "backslashreplace").decode()


def with_rate(formula: Formula) -> Formula:
    """A formula with its rate written out."""
    return Formula(f"{RATE} {formula.within(PRODUCT)}", PRODUCT) if formula.scaled else formula


def number_text(x: float) -> str:
    """A number, short.

    >>> number_text(0.5), number_text(-2.0), number_text(0.123456)
    ('½', '−2', '0.1235')
    """
    return "½" if x == 0.5 else show(x, 4).replace("-", "−")


def times(coefficient: float, formula: Formula) -> Formula:
    """coefficient × a formula.

    >>> times(1 / 6, Formula("x")).text, times(2.0, Formula("a + b", binds=1)).text
    ('1/6 x', '2 (a + b)')
    """
    if coefficient == 1.0:
        return formula
    fraction = Fraction(coefficient).limit_denominator(FRACTIONS) if isfinite(coefficient) else None
    simple = fraction is not None and coefficient == float(fraction) != round(coefficient, 2)
    number = str(fraction) if simple else number_text(coefficient)
    return Formula(number) if formula.text == "1" else Formula(f"{number} {formula.within(PRODUCT)}", PRODUCT)


def product(factors: list[tuple[Formula, bool]], form: str, over_batch: bool) -> Formula:
    """The product of at most two factors; of each is said whether it is a single number."""
    if not factors:
        return Formula("1")
    if len(factors) == 1:
        [(one, _)] = factors
        return Formula(f"Σ {one.within(SIGN)}", PRODUCT) if form == "rows" else one
    (x, x_single), (y, y_single) = factors
    if form == "matrix" and not (x_single and y_single):
        if over_batch:
            return Formula(f"{x.within(SIGN)} {y.within(SIGN)}ᵀ", PRODUCT)
        return Formula(f"{x.within(SIGN)}{' ' if x.text.endswith('ᵀ') else '·'}{y.within(SIGN)}", PRODUCT)
    text = f"{x.within(SIGN)}{' ⊙ ' if form == 'rows' or (x_single == y_single and form == 'each') else ' '}{y.within(SIGN)}"
    return Formula(f"Σ {text}" if form == "rows" else text, PRODUCT)


def square(x: Formula, form: str) -> Formula:
    """A formula times itself: place by place for the form "each", else added up.

    >>> square(Formula("a²"), "each").text, square(Formula("v"), "rows").text
    ('(a²)²', 'Σ v²')
    """
    text = f"{x.text}²" if x.binds == ATOM and x.text[-1] not in f"{RAISED}′" else f"({x.text})²"
    return Formula(text, POWER) if form == "each" else Formula(f"Σ {text}", PRODUCT)
