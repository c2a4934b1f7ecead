"""Expressions that people type: they mean what Python means by them, and what is none gets one error that points at it."""

from __future__ import annotations

import ast
import math
import sys
from collections import Counter
from collections.abc import Callable
from random import Random
from unicodedata import east_asian_width

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import FUNCTIONS as CALLS
from texts import NAMES, mutated, program, thrown_together, valid

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.checks import Expression, expressions
from autograd_mini.elsewhere import INSTEAD
from autograd_mini.errors import ExpressionError
from autograd_mini.language import language
from autograd_mini.parse import FUNCTIONS, Function, parse, read
from autograd_mini.source import DEEPEST, LONGEST


def outcome(text: str) -> str:
    """What becomes of a text: "value", or "error" once the error has been looked at. Anything else fails."""
    try:
        function = read(text)
    except ExpressionError as error:
        check_pointer(str(error))
        return "error"
    assert isinstance(function(*(Value(0.7) for _ in function.names)), Value)
    return "value"


def check_pointer(message: str) -> None:
    """An error is one printable sentence, and usually a line with a caret that points into it."""
    sentence, *pointer = message.split("\n")
    assert sentence
    if pointer:
        line, caret = pointer
        assert line.isprintable()
        assert caret.strip(" ") == "^"
        assert len(caret) - 1 <= cells(line)


def cells(text: str) -> int:
    """The cells that a terminal needs, for characters of one cell or two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


# --- what expressions mean ----------------------------------------------------------------------------------------


def python_says(text: str, numbers: dict[str, Value]) -> Value:
    """Python's own meaning of a text, on Values, with every number in it a constant."""

    class Constants(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.expr:
            return ast.copy_location(ast.Call(ast.Name("number", ast.Load()), [node], []), node)

    tree = ast.fix_missing_locations(Constants().visit(ast.parse(text, mode="eval")))
    listed = {"sum", "mean", "logsumexp"}  # in Python they take a list
    functions = {name: (lambda f: lambda *terms: f(terms))(getattr(ag, name)) if name in listed else getattr(ag, name) for name in CALLS}
    known = {**functions, **numbers, "number": lambda x: ag.constant(float(x) if x < 1e308 else math.inf)}
    result = eval(compile(tree, "", "eval"), known)
    assert isinstance(result, Value)
    return result


@pytest.mark.parametrize("seed", range(40))
def test_values_and_gradients_are_those_of_pythons_own_expression(seed: int) -> None:
    random = Random(seed)
    compared = 0
    for _ in range(50):
        text = valid(random)
        numbers = {name: random.uniform(-2.0, 2.0) for name in read(text).names}
        output, variables = parse(text, numbers)
        others = {name: Value(x) for name, x in numbers.items()}
        expected = python_says(text, others)
        assert repr(output.data) == repr(expected.data), text
        if math.isfinite(output.data) and not output.is_constant:
            ours, theirs = ag.grad(output, list(variables.values())), ag.grad(expected, list(others.values()))
            assert repr(ours) == repr(theirs), text
            compared += 1
    assert compared > 5


@given(expressions([op for op in ops.TABLE.values() if op is not ops.sum]))
def test_a_printed_formula_reads_back_as_the_same_number(expression: Expression) -> None:
    leaves, y = expression.record()
    function = read(ag.formula(y).text)
    numbers = {str(leaf.label): leaf for leaf in leaves}
    again = function(*(numbers[name] for name in function.names))
    assert again.data == y.data


def test_a_sum_prints_as_additions() -> None:
    x, y, z = Value(0.1, label="x"), Value(0.2, label="y"), Value(0.3, label="z")
    assert parse(ag.formula(ag.sum([x, y, z]) * x).text, {"x": 0.1, "y": 0.2, "z": 0.3}).output.data == pytest.approx(0.06, rel=1e-15)


def test_every_row_is_an_operator_or_a_function() -> None:
    operators = {"add", "sub", "mul", "div", "pow", "neg"}
    assert set(ops.TABLE) == operators | (set(FUNCTIONS) - {"mean"})
    for name in set(FUNCTIONS) - {"mean"}:
        operands = ["x", "y", "z"][: ops.TABLE[name].arity or 3]
        assert read(f"{name}({','.join(operands)})")(*map(Value, (0.5, 2.0, 3.0)[: len(operands)])).op is ops.TABLE[name]


def test_variables_come_in_the_order_of_the_text() -> None:
    output, variables = parse("tax*(price + count)/price - zero", {"zero": 0, "price": 10, "count": 2.0, "tax": True})
    assert list(variables) == ["tax", "price", "count", "zero"]
    assert [variables[name].label for name in variables] == ["tax", "price", "count", "zero"]
    assert output.data == 1.2


def test_parts_get_their_names() -> None:
    output, variables = parse("subtotal = 苹果*个数\n  payment = subtotal * rate; rate2 = 3", {"苹果": 10, "个数": 2, "rate": 1.1})
    assert output.label == "rate2"
    assert output.is_constant
    output, variables = parse("subtotal = 苹果*个数; subtotal*rate", {"苹果": 10, "个数": 2, "rate": 1.1})
    assert output.operands[0].label == "subtotal"
    assert output.label is None
    assert output.operands[1] is variables["rate"]


def test_another_name_for_a_node_leaves_its_first_one() -> None:
    output, variables = parse("a = x; b = a*a; c = b; c", {"x": 3})
    assert output.label == "b"
    assert output.operands == (variables["x"], variables["x"])
    assert variables["x"].label == "x"


def test_negative_numbers_are_numbers() -> None:
    output, _ = parse("-3 * x", {"x": 2})
    assert output.operands[0].op is None
    assert parse("-x**2", {"x": 3}).output.data == -9
    assert parse("-3**2", {}).output.data == -9
    assert parse("2**-1", {}).output.data == 0.5


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("苹果×（２＋个数）÷３", "苹果*(2+个数)/3"),
        ("ｍaximum（x，y）", "maximum(x,y)"),
        ("a＝x−y；　a＊＊2", "a=x-y; a**2"),
        ("x·y", "x*y"),
        ("ﬁ*ﬁ", "fi*fi"),
        ("\tx\t* y", "x*y"),
        ("(x\n + y)", "x+y"),
        ("\r\n a = x # a note\r\n\r\n a*y\r", "a=x; a*y"),
    ],
)
def test_what_a_chinese_keyboard_types_means_the_same(typed: str, plain: str) -> None:
    function, expected = read(typed), read(plain)
    assert function.names == expected.names
    values = [Value(1.5 + i, label=name) for i, name in enumerate(function.names)]
    assert ag.text(function(*values)) == ag.text(expected(*values))


def test_names_are_the_same_however_they_were_typed() -> None:
    assert parse("ﬁ", {"fi": 2}).output.data == parse("fi", {"ﬁ": 2}).output.data == 2


def test_huge_numbers_and_powers_are_infinite() -> None:
    for text in ("9**9**9**9", "1e999", "9" * LONGEST):
        assert parse(text, {}).output.data == math.inf
    assert math.isnan(parse("x - x", {"x": math.inf}).output.data)


def test_as_long_and_as_deep_as_allowed() -> None:
    assert parse("1+" * (LONGEST // 2 - 1) + "1", {}).output.data == LONGEST // 2
    assert parse("-" * (LONGEST - 1) + "x", {"x": 2}).output.data == -2
    assert parse("(" * DEEPEST + "x" + ")" * DEEPEST, {"x": 2}).output.data == 2


def test_numbers_lower_than_pythons_limit_of_digits() -> None:
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        with pytest.raises(ExpressionError, match="This number cannot be read"):
            read("1 + " + "9" * 700)
    finally:
        sys.set_int_max_str_digits(limit)


def test_a_function_says_what_it_takes() -> None:
    function = read("y + x*y")
    assert isinstance(function, Function)
    assert function.names == ("y", "x")
    with pytest.raises(TypeError, match=r"takes 2 Values \(y, x\), got 1"):
        function(Value(1.0))
    with pytest.raises(TypeError, match="takes Values, got float"):
        function(1.0, 2.0)  # type: ignore[arg-type]


# --- errors -------------------------------------------------------------------------------------------------------

ERRORS = [
    # what stands before the caret, the rest of the line, words of the sentence
    ("2", "x", "write * between the two: 2*x"),
    ("x ", "y", "x*y"),
    ("(x)", "(y)", "(…)*(…)"),
    ("苹果 × （个数） ", "3", "(…)*3"),
    ("x", "^2", "For a power, write **"),
    ("苹果*个数 + 苹果", "²", "For a power, write **"),
    ("苹果 + 数", ".量", "A point belongs inside a number"),
    ("", "√x", "sqrt(x)"),
    ("", "|x|", "abs(x)"),
    ("10", "% * x", "write the number that it stands for"),
    ("x ", "[0]", "round brackets"),
    ("x ", "<= y", "gt(x, y)"),
    ("x ", "== y", "gt(x, y)"),
    ("x ", "≥ y", "gt(x, y)"),
    ("x ", "// 2", "no derivative"),
    ("x ", "**= 2", "a new name"),
    ("a ", ":= 2", ":= has no meaning here"),
    ("苹果 * ", "'x'", "without quotation marks"),
    ("", "lambda x: x", "lambda is a word that Python keeps"),
    ("x ", "if y else z", "if is a word"),
    ("x * ", "\u200by", "U+200B has no meaning"),
    ("x", "\0", "U+0000 has no meaning"),
    ("苹果", "\ud800", "U+D800 has no meaning"),
    ("x", "\\", "has no meaning"),
    ("x + f ", "(1.5", "never closed"),
    ("(x)", ")", "never opened"),
    ("exp(", ")", "Something is missing between these brackets"),
    ("x +", "", "cannot be read from here on"),
    ("苹果 + ", "* x", "cannot be read from here on"),
    ("x;", ";", "cannot be read from here on"),
    ("x * ", "007", "This number cannot be read"),
    ("", "x + y = 3", "a name for the result"),
    ("", "a = b = 3", "one name for the result"),
    ("x = 1; ", "x = 2", "x has a number already"),
    ("", "x = x + 1", "x has a number already"),
    ("", "exp = 3", "exp is a function: choose another name"),
    ("苹果 + ", "exp", "as in exp(x)"),
    ("", "x; y", "Only the last part is the result"),
    ("x + ", "(x, y)", "A comma stands only between"),
    ("exp(", "*x)", "A number is missing before this sign"),
    ("苹果 * maximum(", "x=1, y=2)", "The numbers of a function have no names"),
    ("苹果 * ", "foo(x)", "There is no function foo; the functions are abs, cos"),
    ("苹果 * ", "sigmod(x)", "There is no function sigmod. Did you mean sigmoid?"),
    ("", "ln(x)", "Did you mean log?"),
    ("", "max(x, y)", "Did you mean maximum?"),
    ("", "pow(x, 2)", "There is no function pow: write x**y."),
    ("", "tan(x)", "There is no function tan: write sin(x)/cos(x)."),
    ("", "LN(x)", "Did you mean log?"),
    ("", "arctan(x)", "There is no function arctan; the functions are abs,"),
    ("1 + ", "exp(x, y)", "exp takes 1 number, not 2"),
    ("", "where(x)", "where takes 3 numbers, not 1"),
    ("(" * DEEPEST, "(x", "more than 100 brackets"),
    ("x" * (LONGEST + 1), "", "at most 2000 characters, and this one is longer"),
]


@pytest.mark.parametrize(("before", "after", "words"), ERRORS, ids=[words for _, _, words in ERRORS])
@pytest.mark.parametrize("above", ["", "part = 苹果 * 2\n  "], ids=["first line", "second line"])
def test_an_error_points_at_its_place(above: str, before: str, after: str, words: str) -> None:
    if len(before) > LONGEST:
        above = ""
    with pytest.raises(ExpressionError) as caught:
        read(f"{above}{before}{after}")
    sentence, line, caret = str(caught.value).split("\n")
    assert words in sentence
    check_pointer(str(caught.value))
    left = f"  {before}" if above else before
    shown = left if len(left) <= 50 else f"…{left[-50:]}"
    assert line.startswith(f"  {shown}")
    assert caret == " " * (2 + cells(shown)) + "^"


def test_a_long_line_is_shown_around_the_place() -> None:
    with pytest.raises(ExpressionError) as caught:
        read("苹果+" * 100 + "^" + "+x" * 100)
    _, line, caret = str(caught.value).split("\n")
    assert line == f"  …{('苹果+' * 100)[-50:]}^{('+x' * 100)[:49]}…"
    assert line.index("^") == 53
    assert len(caret) == cells(line[:53]) + 1


def test_unfinished_brackets_show_their_own_line() -> None:
    with pytest.raises(ExpressionError, match="never closed") as caught:
        read("a = 苹果 * (x +\n y\n a")
    assert str(caught.value).split("\n")[1:] == ["  a = 苹果 * (x +", "             ^"]


@pytest.mark.parametrize("text", ["", " \n\t ", "# nothing", "\r\n"])
def test_no_expression(text: str) -> None:
    with pytest.raises(ExpressionError, match="There is no expression: write one"):
        read(text)


def message(text: str, numbers: dict[str, float]) -> str:
    with pytest.raises(ExpressionError) as caught:
        parse(text, numbers)
    check_pointer(str(caught.value))
    return str(caught.value)


def test_a_name_without_a_number() -> None:
    assert message("苹果 * count * tax", {"苹果": 10}) == (
        "There is no number for count, tax. Give it with the expression: count=10 tax=10\n  苹果 * count * tax\n         ^"
    )
    assert "pi=3.141592653589793" in message("pi*r**2", {"r": 1})


def test_a_number_without_a_name() -> None:
    assert message("price*count", {"prise": 10, "count": 2}) == "There is no prise in the expression. Did you mean price?"
    assert message("price*count", {"z": 1}) == "There is no z in the expression; the names in it: price, count."
    assert message("2*3", {"z": 1}) == "There is no z in the expression; the names in it: none."
    assert message("a = x; a*x", {"x": 1, "exp": 3}) == "exp is a function: choose another name for a number."
    assert message("a = x*2; a*x", {"x": 1, "a": 3}) == "a has its number from the expression: leave out a=…"


def test_what_is_no_number_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="takes a real number"):
        parse("x", {"x": "3"})  # type: ignore[dict-item]


def test_errors_are_said_in_the_language_of_the_learner() -> None:
    with language("zh"), pytest.raises(ExpressionError, match="乘号") as caught:
        read("2x")
    assert str(caught.value).endswith("\n  2x\n   ^")


# --- whatever is typed --------------------------------------------------------------------------------------------


@given(st.text(max_size=60))
def test_any_text_is_a_value_or_an_error(text: str) -> None:
    outcome(text)


@settings(max_examples=400)
@given(st.text(alphabet="xy19.+-*/(),;=e_ \n苹×（）", max_size=40))
def test_any_text_of_the_language_is_a_value_or_an_error(text: str) -> None:
    outcome(text)


def test_right_texts_are_values_and_damaged_ones_either() -> None:
    random = Random(3)
    assert Counter(outcome(program(random)) for _ in range(1000)) == {"value": 1000}
    damaged = Counter(outcome(mutated(random)) for _ in range(3000))
    thrown = Counter(outcome(thrown_together(random)) for _ in range(2000))
    assert min(*damaged.values(), *thrown.values()) > 30


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000, "(" * 10_000 + ")" * 10_000, "-" * 5000 + "1", "1+" * 10**6, "x" + ".a" * 5000, "9" * 5000, "[" * 1000, "exp(" * 400,
        "\0" * 3000, "\ud800\udfff", "1**" * 650 + "1", "f" * 1999 + "(", "x=" * 900 + "1", "1;" * 900 + "1", "x\n" * 900,
        ("(" * 90 + ")" * 90) * 11,
    ],
)  # fmt: skip
def test_bombs(text: str) -> None:
    outcome(text)


def test_all_names_of_the_generator_are_names() -> None:
    assert {name for name in NAMES if read(name).names} == set(NAMES)


@pytest.mark.parametrize("instead", sorted(set(INSTEAD.values())))
def test_what_is_proposed_instead_is_an_expression(instead: str) -> None:
    assert set(read(instead).names) <= {"x", "y"}


@pytest.mark.parametrize(
    ("name", "known"),
    [("tan", math.tan), ("cot", lambda x: 1 / math.tan(x)), ("sec", lambda x: 1 / math.cos(x)), ("csc", lambda x: 1 / math.sin(x)),
     ("sinh", math.sinh), ("cosh", math.cosh), ("lg", math.log10), ("lb", math.log2), ("cbrt", lambda x: x ** (1 / 3))],
)  # fmt: skip
def test_what_is_proposed_instead_is_right(name: str, known: Callable[[float], float]) -> None:
    assert parse(INSTEAD[name], {"x": 0.7}).output.data == pytest.approx(known(0.7), rel=1e-14)
