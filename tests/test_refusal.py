"""Refusals: the first number that went wrong is named, with a domain that is really left; other errors in a sentence."""

from __future__ import annotations

import errno
import re
from math import inf, isfinite, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.drawing.drawing import FORMATS
from autograd_mini.errors import GraphTooLarge
from autograd_mini.parse import parse
from autograd_mini.refusal import Refusal, not_finite, picture_path, told


def said(text: str, **numbers: float) -> str | None:
    return not_finite([parse(text, numbers).output])


@pytest.mark.parametrize(
    ("text", "numbers", "sentence"),
    [
        ("1/x", {"x": 0}, "1/x is inf where x = 0: it is defined for x ≠ 0."),
        ("y/x", {"x": 0, "y": 2}, "y/x is inf where y = 2, x = 0: it is defined for x ≠ 0."),
        ("2*log(a - 3) + b", {"a": 1, "b": 2}, "log(a - 3) is nan where a - 3 = -2: it is defined for a - 3 > 0."),
        ("t = a - 3; log(t)", {"a": 1}, "log(a - 3) is nan where t = -2: it is defined for t > 0."),
        ("log(-1)", {}, "log(-1) is nan: log(x) is defined for x > 0."),
        ("z**0.5", {"z": -2}, "z**0.5 is nan where z = -2: x**y is defined for x > 0, or y a whole number (and x ≠ 0 if y < 0)."),
        ("9**9**9", {}, "9**387420489 is inf: that is beyond the largest number there is here, about 1.8e308."),
        ("exp(9e3*x)", {"x": 1}, "exp(9000*x) is inf where 9000*x = 9000: that is beyond the largest number there is here, about 1.8e308."),
        ("x + 1", {"x": nan}, "x is nan: give it a finite number."),
        ("x + 1e999", {"x": 1}, "a number in the expression is inf: give it a finite number."),
        ("x + 1", {"x": 1}, None),
    ],
)
def test_the_first_number_that_went_wrong(text: str, numbers: dict[str, float], sentence: str | None) -> None:
    assert said(text, **numbers) == sentence


def test_of_many_operands_the_first_are_named() -> None:
    assert " is inf where a = 1e308, b = 1e308, c = 1, …: that is beyond" in str(said("sum(a, b, c, d, a)", a=1e308, b=1e308, c=1, d=1))


def test_the_numbers_of_a_what_if() -> None:
    x = Value(2.0, label="x")
    y = 1 / x
    assert not_finite([y]) is None
    assert not_finite([y], ag.evaluate(y, {x: 0.0})) == "1/x is inf where x = 0: it is defined for x ≠ 0."


@given(st.floats(-3, 3), st.floats(-3, 3), st.sampled_from(["x/y", "x**y", "log(x) + y", "sqrt(x)*y", "exp(x*y)"]))
def test_there_is_a_sentence_exactly_where_a_number_is_not_finite(x: float, y: float, text: str) -> None:
    parsed = parse(text, {"x": x, "y": y})
    assert (not_finite([parsed.output]) is None) == isfinite(parsed.output.data)


def test_in_chinese_the_domain_is_said_of_the_names_too() -> None:
    with ag.language("zh"):
        assert said("甲/(乙 - 1)", 甲=1, 乙=1) == "甲 = 1、乙 - 1 = 0 时，甲/(乙 - 1) 是 inf：它的定义域是 乙 - 1 ≠ 0。"
        assert not re.search("[a-z]{4}", str(said("p**q", p=-1, q=0.5)))


def test_what_errors_say() -> None:
    assert told(OSError(errno.ENOSPC, "No space left on device")) == "No space left on device"
    assert told(FileExistsError(errno.EEXIST, "File exists", "out")) == "out: File exists"
    assert told(OSError("the words are not compiled")) == "the words are not compiled"
    assert told(ValueError("as it is")) == "as it is"
    assert "walk(" not in told(GraphTooLarge("walk(y, by='labels') has the named ones only"))


@pytest.mark.parametrize("ending", FORMATS)
def test_picture_paths(ending: str) -> None:
    assert picture_path(f" bill{ending.upper()} ").name == f"bill{ending.upper()}"
    with pytest.raises(Refusal, match=r"^bill\.jpg: the ending says the format, and the formats are \.svg"):
        picture_path("bill.jpg")


def test_infinity_is_told_from_no_number() -> None:
    assert "is inf" in str(said("x*10", x=1.7e308))
    assert "is -inf" in str(not_finite([Value(-inf, label="x") + 1]))
