"""The numbers of a lesson are compared strictly: an exact number exactly, a rounded one to all of its digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import agree, as_typed, rounded, told

from demos.blocks import Figure, Figures, Table


@pytest.mark.parametrize(
    "figure",
    [
        Figure("payment", 22.0 * (1 + 1e-11), "22"),
        Figure("payment", 22.4, "22"),
        Figure("payment", 22.0 * (1 + 1e-11)),
        Figure("δ", 0.1384985625, "0.138498562"),
        Figure("E", 3.5101885e-5, "3.510188e-5", significant=7),
        Figure("tried", 2.0021, "2.00", decimals=3),
        Figure("nothing", 1e-15, "0"),
    ],
)
def test_what_is_off_is_seen(figure: Figure) -> None:
    text = figure.course or ("2.00" if figure.decimals else "22")
    assert not agree(figure, text)
    assert as_typed({"it": figure}, {"it": text}) != {"it": text}
    assert not figure.agrees


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Figure("price", 2.2, "2.2"), "2.2"),
        (Figure("payment", 66 * 0.55), "36.3"),
        (Figure("E", 0.2983711087600027, "0.298371109"), "0.298371109"),
        (Figure("E after 10,000 updates", 3.5101877e-5, significant=7), "3.510188e-5"),
        (Figure("tried", 2.0021, decimals=3), "2.002"),
        (Figure("tried", 2.0021, decimals=3), "2.0021"),
        (Figure("payment", 2.2, "+2.2", signed=True), "+2.2"),
    ],
)
def test_what_is_right_agrees(figure: Figure, text: str) -> None:
    assert agree(figure, text)
    assert figure.agrees is bool(figure.course)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(0, 9))
def test_lesson_and_tests_agree_on_what_agrees(value: float, other: float, decimals: int) -> None:
    for printed in (value, other):
        course = rounded(printed, f"{0:.{decimals}f}")
        figure = Figure("x", value, course)
        assert figure.agrees == agree(figure, course)


def test_two_numbers_of_one_name_are_refused() -> None:
    with pytest.raises(AssertionError, match="two numbers are called 'x'"):
        told([Figures(Figure("x", 1.0)), Table(["", "x"], [("", Figure("x", 2.0))])])
