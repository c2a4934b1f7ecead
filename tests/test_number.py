"""Plain numbers: how they are printed for people."""

from __future__ import annotations

from math import isfinite, isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini.number import show


@given(st.floats(), st.integers(1, 17))
def test_a_number_reads_back_within_its_digits(x: float, digits: int) -> None:
    back = float(show(x, digits))
    assert back == float(f"{x:.{digits - 1}e}") or (isnan(back) and isnan(x))


@given(st.floats().filter(isfinite))
def test_seventeen_digits_say_all(x: float) -> None:
    assert float(show(x, 17)) == x


@given(st.floats().filter(isfinite), st.integers(1, 17))
def test_only_what_is_below_0_has_a_minus_sign(x: float, digits: int) -> None:
    assert show(x, digits).startswith("-") == (x < 0)


@pytest.mark.parametrize(("x", "text"), [(-0.0, "0"), (0.0, "0"), (-2.0, "-2"), (0.1 + 0.2, "0.3"), (1e300, "1e300"), (-1e-9, "-1e-9")])
def test_as_a_person_writes_it(x: float, text: str) -> None:
    assert show(x) == text
