"""The words of a walk: every row in both languages, its rule from the op table, and arithmetic that is right."""

from __future__ import annotations

import re
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import POINTS, ROWS

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.checks import Expression, expressions
from autograd_mini.moments import Backward, Forward, Moment, Update
from autograd_mini.parse import parse
from autograd_mini.row import Operation

DIGITS = 17  # with so many, a text reads back as the same float
NUMBER = r"\(?(-?\d+(?:\.\d+)?(?:e-?\d+)?)\)?"
CASES = [(op, point) for op in ROWS for point in POINTS[op.name]]
NAMES = [f"{op.name}{point}" for op, point in CASES]


def lines(moment: Moment) -> list[str]:
    return repr(moment).splitlines()


def arithmetic(moment: Moment) -> str:
    last = lines(moment)[-1]
    assert last.startswith("  ")
    return last


@pytest.fixture(params=["en", "zh"], autouse=True)
def language(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    with ag.language(request.param):
        yield request.param


def recorded(op: Operation, point: tuple[float, ...]) -> Value:
    recorded: Value = op(*[Value(number, label=f"n{i}") for i, number in enumerate(point)])
    return recorded


# --- every row ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("op", "point"), CASES, ids=NAMES)
def test_the_rule_that_is_printed_gives_the_local_derivative(op: Operation, point: tuple[float, ...]) -> None:
    """The formula is read back by the parser, and computed at the numbers of this step."""
    for moment in ag.walk(recorded(op, point), digits=DIGITS):
        if isinstance(moment, Backward):
            rule = re.match(r"  ∂(.*)/∂(\w+) = (.*):   ", arithmetic(moment))
            assert rule is not None
            whole, name, formula = rule.groups()
            numbers = {f"n{i}": number for i, number in enumerate(moment.numbers)}
            assert name == f"n{moment.position}"
            for text, expected in ((whole, moment.result), (formula, moment.local_derivative)):
                read, _ = parse(text, {name: x for name, x in numbers.items() if re.search(rf"\b{name}\b", text)})
                assert isclose(read.data, expected, rel_tol=1e-12, abs_tol=1e-300)


@pytest.mark.parametrize(("op", "point"), CASES, ids=NAMES)
def test_every_row_has_words_in_both_languages(op: Operation, point: tuple[float, ...]) -> None:
    walk = ag.walk(recorded(op, point))
    for moment in walk:
        place, *sentences, last = lines(moment)
        assert last.startswith("  ")
        assert sentences
        for sentence in sentences:
            assert sentence.endswith((".", "。"))
            assert not re.search(r"\{|\}|None", sentence)
        in_chinese = [bool(re.search(r"[一-鿿]", text)) for text in (place, *sentences)]
        assert all(in_chinese) or not any(in_chinese)


def test_both_languages_say_it_with_the_same_numbers() -> None:
    def numbers(text: str) -> list[list[str]]:
        return [re.findall(r"\d[\d.e-]*", line) for line in text.splitlines() if line.startswith("  ")]

    w, x = Value(0.5, "w"), Value(3.0, "x")
    walk = ag.walk((w * x - 1) ** 2, parameters=[w], learning_rate=0.1, zero_grad=False)
    with ag.language("en"):
        english = str(walk)
    with ag.language("zh"):
        chinese = str(walk)
    assert numbers(english) == numbers(chinese)
    assert english != chinese


# --- the arithmetic -----------------------------------------------------------------------------------------------


@given(expressions(max_steps=8))
def test_the_arithmetic_of_the_way_back_is_right(expression: Expression) -> None:
    """Upstream × local derivative = contribution; held + contribution = total; → the derivative: read from the text alone."""
    xs, y = expression.record()
    derivatives = ag.grad(y, xs)
    last: dict[str, float] = {}
    for moment in ag.walk(y, digits=DIGITS):
        if isinstance(moment, Backward):
            told = arithmetic(moment).rpartition(":   ")[2].strip()
            product = re.match(rf"{NUMBER} × {NUMBER} = {NUMBER}", told)
            assert product is not None
            upstream, local, contribution = map(float, product.groups())
            assert upstream * local == contribution
            if added := re.search(rf";  {NUMBER} \+ {NUMBER} = {NUMBER}", told):
                held, again, total = map(float, added.groups())
                assert (again, held + again) == (contribution, total)
            if derivative := re.search(r"→ ∂\w+/∂(\w+) = (\S+)$", told):
                last[derivative[1]] = float(derivative[2])
                assert float(derivative[2]) == (float(added[3]) if added else contribution)
    for x, expected in zip(xs, derivatives, strict=True):
        assert last.get(str(x.label), 1.0 if x is y else 0.0) == expected


@given(st.floats(-10, 10), st.floats(-10, 10), st.booleans())
def test_the_arithmetic_of_updates_is_right(start: float, target: float, zero_grad: bool) -> None:
    w = Value(start, "w")
    for moment in ag.walk((w - target) ** 2, parameters=[w], learning_rate=0.1, zero_grad=zero_grad, digits=DIGITS):
        if isinstance(moment, Update):
            step = re.match(rf"  {NUMBER} − {NUMBER} × {NUMBER} = {NUMBER}$", arithmetic(moment))
            assert step is not None
            old, rate, gradient, new = map(float, step.groups())
            assert old - rate * gradient == new
            sums = [re.search(rf"{NUMBER} \+ {NUMBER} = {NUMBER}", line) for line in lines(moment)]
            for left_over, received, whole in (map(float, found.groups()) for found in sums if found):
                assert left_over + received == whole == gradient
            assert any(sums) == (moment.left_over != 0)


@given(expressions(max_steps=8))
def test_what_is_written_forward_computes_what_is_said(expression: Expression) -> None:
    _, y = expression.record()
    for moment in ag.walk(y, digits=DIGITS):
        if isinstance(moment, Forward):
            written, _, result = arithmetic(moment).rpartition(" = ")
            computed, _unused = parse(written.replace("×", "*").replace("÷", "/").replace("−", "-"), {})
            assert computed.data == pytest.approx(float(result), rel=1e-15, abs=1e-300)


# --- names --------------------------------------------------------------------------------------------------------


def rules(walk: ag.Walk) -> list[str]:
    return [arithmetic(moment).partition(":   ")[0].strip() for moment in walk if isinstance(moment, Backward)]


def test_a_rule_is_written_with_the_names_of_its_operands() -> None:
    price, y, x = Value(10.0, "apple price"), Value(2.0, "y"), Value(3.0, "x")
    assert rules(ag.walk(price * y)) == ["∂(apple price*y)/∂apple price = y", "∂(apple price*y)/∂y = apple price"]
    assert rules(ag.walk(y / x)) == ["∂(y/x)/∂y = 1/x", "∂(y/x)/∂x = -((y/x)/x)"]
    assert rules(ag.walk(x * -2)) == ["∂(x*(-2))/∂x = (-2)"]
    assert rules(ag.walk((x**2) ** 3)) == ["∂(v1**3)/∂v1 = 3*v1**(3 - 1)", "∂(x**2)/∂x = 2*x**(2 - 1)"]


def test_the_uses_of_an_operand_are_told_apart() -> None:
    """∂(x*x)/∂x = x would be wrong; of each use alone it is right."""
    x = Value(3.0, "x")
    assert rules(ag.walk(x * x)) == ["∂(x₁*x₂)/∂x₁ = x₂", "∂(x₁*x₂)/∂x₂ = x₁"]


def test_a_constant_is_not_called_a_fork() -> None:
    two, x = ag.constant(2.0, "two"), Value(3.0, "x")
    half = two * two
    half.label = "four"
    told = str(ag.walk(half * x + half * x))
    assert ("a fork" in told, "分叉" in told) == (False, False)


def test_a_stale_graph_is_told() -> None:
    with ag.language("en"):
        x = Value(3.0, "x")
        y = x * x
        x.data = 4.0
        assert "v1 no longer follows from its operands: a leaf's .data was set since." in lines(ag.walk(y)[0])
        assert not any("no longer follows" in line for line in lines(ag.walk(x * x)[0]))


def test_the_way_back_starts_only_at_outputs() -> None:
    with ag.language("en"):
        x = Value(3.0, "x")
        y = x * 1
        starts = [m.node is y and "The way back starts" in repr(m) for m in ag.walk([y, y * 3]) if isinstance(m, Backward)]
        assert not any(starts)  # it has received 3 besides its own 1
        told = [m for m in ag.walk(y * 1) if isinstance(m, Backward)]
        assert ["The way back starts" in repr(m) for m in told] == [True, False]


def test_zero_grad_is_a_sentence_and_no_arithmetic() -> None:
    w = Value(1.0, "w")
    told = lines(ag.walk(w * w, parameters=[w], learning_rate=0.1)[-1])
    assert len(told) == 2
    assert not told[1].startswith(" ")


@pytest.mark.parametrize("label", ["{x}", "}{0}", "%s", "a\nb", "苹果", "<b>", "W" * 200])
def test_any_label_can_be_told(label: str) -> None:
    x = Value(3.0, label)
    y = x * x + x
    y.label = label
    for by in ("operations", "labels"):
        assert str(ag.walk(y, by=by)).count("\n\n") == len(ag.walk(y, by=by)) - 1


def test_a_row_of_ones_own_is_told_whatever_its_rule() -> None:
    softsign = ag.operation("softsign", lambda x: x / (1 + abs(x)), lambda x, out: ag.ops.div(1.0, (1 + ag.abs(x)) * (1 + ag.abs(x))))
    branching = ag.operation("leaky", lambda x: x if x > 0 else 0.1 * x, lambda x, out: 1.0 if x > 0 else 0.1)
    for op in (softsign, branching):
        [moment] = [m for m in ag.walk(op(Value(-3.0, "x"))) if isinstance(m, Backward)]
        assert arithmetic(moment).lstrip().startswith("1 × 0.")


def test_a_sum_of_a_thousand_terms_is_told_in_short_lines() -> None:
    assert max(map(len, str(ag.walk(ag.sum([Value(i / 7) for i in range(1000)]))).splitlines())) < 200
