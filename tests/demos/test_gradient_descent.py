"""Gradient descent: what −η‖∇C‖² foretells, what happens, and the path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import as_typed, of_the_course, told

import autograd_mini as ag
from demos import gradient_descent
from demos.gradient_descent import descend, height

FORETOLD = {"0.01": "-0.2", "0.1": "-2.0", "1": "-20", "1.1": "-22"}
TRUE = {"0.01": "-0.198", "0.1": "-1.8", "1": "0", "1.1": "2.2"}
HEIGHTS = {  # 5 · (1 − 2η)²ⁿ for n = 0, 1, 2, 3, 10
    "0.01": ("5.0000", "4.8020", "4.6118", "4.4292", "3.3380"),
    "0.1": ("5.0000", "3.2000", "2.0480", "1.3107", "0.0576"),
    "1": ("5.0000", "5.0000", "5.0000", "5.0000", "5.0000"),
    "1.1": ("5.0000", "7.2000", "10.3680", "14.9299", "191.6880"),
}
WAYS = {
    "along v1": ("-0.03990", "-0.04000"), "along v2": ("-0.01990", "-0.02000"),
    "along both alike": ("-0.04233", "-0.04243"), "straight at the lowest point": ("-0.04462", "-0.04472"),
}  # fmt: skip
OURS = {
    "C": "5", "∂C/∂v1": "4", "∂C/∂v2": "2",
    **{f"{way}: ΔC": true for way, (true, _) in WAYS.items()},
    **{f"{way}: ∇C·Δv": foretold for way, (_, foretold) in WAYS.items()},
    **{f"η = {rate}: −η‖∇C‖²": text for rate, text in FORETOLD.items()},
    **{f"η = {rate}: ΔC": text for rate, text in TRUE.items()},
    **{f"η = {rate}, n = {n}: C": text for rate, row in HEIGHTS.items() for n, text in zip((0, 1, 2, 3, 10), row, strict=True)},
}  # fmt: skip


def test_the_numbers_all_of_them_ours() -> None:
    found = told(gradient_descent.tell())
    assert as_typed(found, OURS) == OURS
    assert of_the_course(found) == {}


@given(st.floats(0, 2), st.integers(0, 20))
def test_an_update_multiplies_the_place_by_one_minus_two_eta(rate: float, updates: int) -> None:
    for n, (v1, v2) in enumerate(descend(rate, updates)):
        factor = (1 - 2 * rate) ** n
        assert (v1, v2) == pytest.approx((2 * factor, factor), rel=1e-9, abs=1e-12)


@given(st.floats(0, 6.283185307179586))
def test_no_way_is_steeper_than_the_one_against_the_gradient(angle: float) -> None:
    slope = ag.gradient(height)(*gradient_descent.START)
    way = (ag.cos(angle), ag.sin(angle))
    down = sum(s * w for s, w in zip(slope, way, strict=True))
    assert down >= -(height(*slope) ** 0.5) * (1 + 1e-12)


def test_the_steps_move_the_values_that_the_path_shows() -> None:
    v1, v2, c = gradient_descent.build()
    c.backward()
    _start, after = descend(0.1, 1)
    assert after == (v1.data - 0.1 * v1.grad, v2.data - 0.1 * v2.grad)
