"""Formulas: what they look like, and that they mean what the graph computes (sympy is the judge)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.errors import ConstantError
from autograd_mini.row import Operation
from autograd_mini.symbols import local_formulas

X, Y = sympy.symbols("x y", real=True)
SYMPY = {
    "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)),
    "relu": lambda a: sympy.Max(a, 0),
    "softplus": lambda a: sympy.log(1 + sympy.exp(a)),
    "abs": sympy.Abs,
    "maximum": sympy.Max,
    "minimum": sympy.Min,
    "where": lambda c, a, b: sympy.Piecewise((a, sympy.Ne(c, 0)), (b, True)),
    "gt": lambda a, b: sympy.Piecewise((1, sympy.Gt(a, b)), (0, True)),
    "ge": lambda a, b: sympy.Piecewise((1, sympy.Ge(a, b)), (0, True)),
    "logsumexp": lambda *terms: sympy.log(sum(map(sympy.exp, terms))),
}


def meaning(text: str) -> sympy.Expr:
    """The formula as sympy reads it: the named parts first, then the result."""
    names: dict[str, object] = {"x": X, "y": Y, **SYMPY}
    *parts, result = text.split("\n")
    for part in parts:
        name, _, expression = part.partition(" = ")
        names[name] = sympy.parse_expr(expression, local_dict=names)
    return sympy.parse_expr(result, local_dict=names)


OPERATIONS: list[Callable[[Value, Value], Value]] = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (b * b + 1),
    lambda a, b: -a,
    lambda a, b: a.sin(),
    lambda a, b: a.tanh(),
    lambda a, b: a.sigmoid(),
    lambda a, b: a**2,
    lambda a, b: 2 - a,
    lambda a, b: (a * a + 1).log(),
    lambda a, b: (a * a + 0.5) ** 1.5,
    lambda a, b: a * 0 + 1,
]


def build(choices: list[tuple[int, int, int]], x: Value, y: Value) -> Value:
    nodes = [x, y]
    for kind, i, j in choices:
        nodes.append(OPERATIONS[kind](nodes[i % len(nodes)], nodes[j % len(nodes)]))
    return nodes[-1]


graphs = st.lists(st.tuples(st.integers(0, len(OPERATIONS) - 1), st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=8)
points = st.floats(-2, 2).map(lambda x: round(x, 3))


@settings(max_examples=60)
@given(graphs, points, points)
def test_formula_and_derivative_equal_sympy_at_random_points(choices: list[tuple[int, int, int]], at_x: float, at_y: float) -> None:
    x, y = Value(at_x, "x"), Value(at_y, "y")
    z = build(choices, x, y)
    if z.is_constant:
        return
    exact = meaning(ag.formula(z).text)
    point = {X: sympy.Float(at_x, 30), Y: sympy.Float(at_y, 30)}
    assert math.isclose(float(exact.evalf(30, subs=point)), z.data, rel_tol=1e-9, abs_tol=1e-9)
    slope = float(meaning(ag.formula(z, wrt=x).text).evalf(30, subs=point)) if x in ag.evaluate(z) else 0.0
    theirs = float(sympy.diff(exact, X).evalf(30, subs=point))
    assert math.isclose(slope, theirs, rel_tol=1e-9, abs_tol=1e-9)
    assert math.isclose(ag.grad(z, [x])[0], theirs, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("op", [op for op in ops.TABLE.values() if op.arity in (1, 2)], ids=lambda op: op.name)
def test_each_row_prints_as_what_it_is(op: Operation) -> None:
    x, y = Value(0.7, "x"), Value(0.3, "y")
    z = op(*(x, y)[: op.arity])
    exact = meaning(ag.formula(z).text)
    assert math.isclose(float(exact.subs({X: 0.7, Y: 0.3})), z.data, rel_tol=1e-12)


@pytest.mark.parametrize(
    ("make", "text", "latex"),
    [
        (lambda x, y: (x * y).exp(), "exp(x*y)", r"e^{x \cdot y}"),
        (lambda x, y: x.exp() * y, "exp(x)*y", r"e^{x} \cdot y"),
        (lambda x, y: x - (y - x), "x - (y - x)", r"x - \left(y - x\right)"),
        (lambda x, y: (x - y) - x, "x - y - x", "x - y - x"),
        (lambda x, y: x / (y * x), "x/(y*x)", r"\frac{x}{y \cdot x}"),
        (lambda x, y: (-x) ** 2, "(-x)**2", r"{\left(-x\right)}^{2}"),
        (lambda x, y: -(x**2), "-x**2", "-{x}^{2}"),
        (lambda x, y: x**y**2, "x**y**2", "{x}^{{y}^{2}}"),
        (lambda x, y: (x**y) ** 2, "(x**y)**2", r"{\left({x}^{y}\right)}^{2}"),
        (lambda x, y: x * -y, "x*(-y)", r"x \cdot \left(-y\right)"),
        (lambda x, y: x * -2, "x*(-2)", r"x \cdot \left(-2\right)"),
        (lambda x, y: x + -y, "x - y", "x - y"),
        (lambda x, y: x + -y + -2, "x - y - 2", "x - y - 2"),
        (lambda x, y: x - -2, "x + 2", "x + 2"),
        (lambda x, y: x + -x * y, "x - x*y", r"x - x \cdot y"),
        (lambda x, y: ag.sum([x, 0, y, 0]), "x + y", "x + y"),
        (lambda x, y: x * 1e22 + math.inf, "x*1e22 + inf", r"x \cdot 1 \cdot 10^{22} + \infty"),
        (lambda x, y: 1 * x + 0 * y, "x", "x"),
        (lambda x, y: (x + 0) / 1 - 0, "x", "x"),
        (lambda x, y: ag.sum([x, y, x - y]), "x + y + (x - y)", r"x + y + \left(x - y\right)"),
        (lambda x, y: ag.maximum(x, 2.0).sqrt(), "sqrt(maximum(x, 2))", r"\sqrt{\max(x, 2)}"),
    ],
)
def test_brackets_where_they_are_needed_and_nowhere_else(make: Callable[..., Value], text: str, latex: str) -> None:
    x, y = Value(2.0, "x"), Value(3.0, "y")
    formula = ag.formula(make(x, y))
    assert (formula.text, formula.latex) == (text, latex)


def test_shared_parts_get_a_name_and_a_line() -> None:
    x, y = Value(1.0, "x"), Value(2.0, "y")
    t = x + y
    assert ag.formula(t * t + t.sin()).text == "t1 = x + y\nt1*t1 + sin(t1)"
    t.label = "t"
    assert ag.formula(t * t + t.sin()).text == "t = x + y\nt*t + sin(t)"


def test_derivatives_of_the_courses() -> None:
    x, y = Value(1.0, "x"), Value(2.0, "y")
    assert ag.formula((x + y) ** 2, wrt=x).text == "2*(x + y)"
    assert ag.formula(x.sigmoid(), wrt=x).text == "t1 = sigmoid(x)\nt1*(1 - t1)"
    assert ag.formula(x * 2, wrt=x).text == "2"
    assert ag.formula(x * 2, wrt=y).text == "0"


def test_names_are_words_and_never_collide() -> None:
    a, b, c = Value(1.0, "apple price"), Value(2.0, "apple price"), Value(3.0)
    assert ag.formula(a * b + c).text == "apple_price*apple_price_2 + x1"
    assert ag.formula(Value(1.0, "苹果") * 2).text == "苹果*2"
    assert ag.formula(Value(1.0, "w1") * Value(2.0, "tax")).latex == r"w_{1} \cdot \text{tax}"


def test_a_constant_cannot_be_derived_by() -> None:
    c = ag.constant(2.0, label="c")
    with pytest.raises(ConstantError, match="'c' is a constant"):
        ag.formula(Value(1.0) * c, wrt=c)


def test_a_chain_of_100_000_nodes_is_written_without_recursion() -> None:
    y = x = Value(0.0, "x")
    for _ in range(100_000):
        y = y + x
    assert ag.formula(y).text == " + ".join(["x"] * 100_001)


def test_local_formulas_come_from_the_rules() -> None:
    assert local_formulas(ops.tanh) == ("1 - out*out",)
    assert local_formulas(ops.div) == ("1/y", "-(out/y)")
    assert local_formulas(ops.logsumexp, "xyz") == ("exp(x - out)", "exp(y - out)", "exp(z - out)")


def test_numbers_keep_all_their_digits_when_they_need_them() -> None:
    x = Value(1.0, "x")
    assert ag.formula(x * (1 / 3)).text == "x*0.3333333333333333"
    assert ag.formula(x + x * 1.0000000000001).text == "x + x*1.0000000000001"
    assert ag.formula(x * 0.1).text == "x*0.1"


def test_latex_of_shared_parts_is_aligned() -> None:
    x = Value(1.0, "x")
    t = x.sin()
    assert ag.formula(t * t).latex == r"\begin{aligned} t_{1} &= \sin\left(x\right) \\ & t_{1} \cdot t_{1} \end{aligned}"
    assert ag.formula(x * Value(2.0, "x")).latex == r"x \cdot x_{2}"


def test_many_unlabelled_leaves_are_named_quickly() -> None:
    text = ag.formula(ag.sum([Value(1.0) for _ in range(20_000)])).text
    assert text.endswith("x19999 + x20000")


def test_only_a_value_has_a_formula() -> None:
    with pytest.raises(TypeError, match=r"formula\(\) takes a Value, got 5"):
        ag.formula(5)  # type: ignore[arg-type]
