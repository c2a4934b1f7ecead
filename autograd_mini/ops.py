"""The op table: every elementary operation is one row here, and everything else interprets the rows.

What you can do with this file: look up how an operation is computed, differentiated and written; call a row
(`ops.mul(2.0, 3.0)`, or on Values); list them (`ops.TABLE`). To add an operation, add a row, its one-line
method in `value.py`, and its line in `docs/edges.md` (CONTRIBUTING.md walks you through it).

How to write a `local` rule:
* with `+ - *`, and rows for the rest (`div`, `pow`, `log`, …): Python's own `/` and `**` raise where arrays give inf;
* without branching on a value: use `gt`, `where`, so that the rule works for derivatives of derivatives too;
* a guard makes the *argument* safe, `log(where(…, x, 1))`: made safe only afterwards, the result still gives nan
  at second order, because 0 · inf is nan.

Conventions at kinks: relu'(0) = 0, abs'(0) = 0, a tie in maximum or minimum splits ½ ½. These, and what happens
at 0**0, log 0, ±inf and the like, stand in docs/edges.md.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Mapping
from math import log1p
from types import MappingProxyType
from typing import Any

from autograd_mini import kernels
from autograd_mini.language import N_
from autograd_mini.row import (
    ATOM,
    LOOSEST,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Domain,
    Notation,
    Operation,
    function,
)

__all__ = ["TABLE"]

EPSILON = sys.float_info.epsilon
SMALLEST_NORMAL = sys.float_info.min


def _compare(x: float, y: float) -> int:
    return (x > y) - (x < y)


def _sign(x: float) -> int:
    return _compare(x, 0.0)


# --- arithmetic ---------------------------------------------------------------------------------------------------

add: Operation = Operation(
    "add", operator.add, lambda x, y, out: (1.0, 1.0), 2, "+", exact=lambda mp, x, y: x + y,
    text=Notation("", " + ", "", SUM, (SUM, SUM + 1)), latex=Notation("", " + ", "", SUM, (SUM, SUM + 1)),
    words=(N_("Addition passes it on unchanged."),),
)
sub: Operation = Operation(
    "sub", operator.sub, lambda x, y, out: (1.0, -1.0), 2, "−", exact=lambda mp, x, y: x - y,
    text=Notation("", " - ", "", SUM, (SUM, SUM + 1)), latex=Notation("", " - ", "", SUM, (SUM, SUM + 1)),
    words=(
        N_("Subtraction passes it on unchanged to the number it takes away from."),
        N_("To the number that is taken away, it goes with its sign turned."),
    ),
)
mul: Operation = Operation(
    "mul", operator.mul, lambda x, y, out: (y, x), 2, "×", exact=lambda mp, x, y: x * y,
    text=Notation("", "*", "", PRODUCT, (PRODUCT, POWER)),
    latex=Notation("", r" \cdot ", "", PRODUCT, (PRODUCT, POWER)),
    words=(N_("Multiplication passes it on times the other factor, {other}."),),
)
div: Operation = Operation(
    "div", kernels.div, lambda x, y, out: (div(1.0, y), -div(out, y)), 2, "÷", exact=lambda mp, x, y: x / y,
    text=Notation("", "/", "", PRODUCT, (PRODUCT, POWER)), latex=Notation(r"\frac{", "}{", "}", PRODUCT),
    domain=Domain("y ≠ 0", lambda x, y: y != 0),
    arrays=(("true_divide", "x", "y", "out"),),
    words=(
        N_("Division passes it on divided by the denominator, {y}."),
        N_("To the denominator it goes times −(the quotient ÷ the denominator)."),
    ),
)
neg: Operation = Operation(
    "neg", operator.neg, lambda x, out: (-1.0,), 1, "neg", exact=lambda mp, x: -x,
    text=Notation("-", "", "", SIGN, (POWER,)), latex=Notation("-", "", "", SIGN, (POWER,)),
    words=(N_("The minus sign turns its sign."),),
)


def _power_by_base(x: Any, y: Any, out: Any) -> Any:
    # y·x^(y-1). Where y is 0 and 1/x would be infinite the exponent stays 0, so that it is 0·x^0 and not 0·inf.
    return y * pow(x, y - maximum(gt(abs(x), SMALLEST_NORMAL), gt(abs(y), 0.0)))


def _power_by_base_alone(x: Any, y: Any, out: Any) -> Any:
    # The same for a constant exponent, whose being 0 or not is settled once: 3x² is then recorded as 3·x².
    return y * pow(x, y - gt(abs(y), 0.0))


def _power_by_exponent(x: Any, y: Any, out: Any) -> Any:
    return out * log(where(gt(abs(x), 0.0), x, 1.0))


def _power_loss(x: float, y: float, out: float) -> tuple[float, float, float]:
    # y - 1 is rounded, and a power multiplies a relative error of its exponent by |y log x|.
    size = math.fabs(y * kernels.log(math.fabs(x))) if x else 0.0
    return 0.0, math.fabs(_power_by_base(x, y, out)) * (1.0 + size) * EPSILON, 0.0


pow: Operation = Operation(
    "pow", kernels.pow, lambda x, y, out: (_power_by_base(x, y, out), _power_by_exponent(x, y, out)), 2, "**",
    exact=lambda mp, x, y: mp.power(x, y),
    partials=(_power_by_base_alone, _power_by_exponent),
    text=Notation("", "**", "", POWER, (ATOM, SIGN)), latex=Notation("{", "}^{", "}", POWER, (ATOM, LOOSEST)),
    domain=Domain(N_("x > 0, or y a whole number (and x ≠ 0 if y < 0)"), lambda x, y: x > 0 or (y % 1 == 0 and (x != 0 or y >= 0))),
    loss=_power_loss,
    arrays=(("power", "x", "y", "out"),),
    words=(
        N_("A power brings its exponent down, {y}, and leaves the base with an exponent one less."),
        N_("To the exponent it goes times the power itself times the logarithm of the base."),
    ),
)

# --- functions of one number --------------------------------------------------------------------------------------

exp: Operation = Operation(
    "exp", kernels.exp, lambda x, out: (out,), 1, "exp", exact=lambda mp, x: mp.exp(x),
    text=function("exp"), latex=Notation("e^{", "", "}", POWER),
    arrays=(("exp", "x", "out"),),
    words=(N_("The exponential is its own derivative: it passes it on times its own value, {out}."),),
)
log: Operation = Operation(
    "log", kernels.log, lambda x, out: (div(1.0, x),), 1, "log", exact=lambda mp, x: mp.log(x),
    text=function("log"), latex=Notation(r"\ln\left(", "", r"\right)"),
    domain=Domain("x > 0", lambda x: x > 0),
    arrays=(("log", "x", "out"),),
    words=(N_("The logarithm passes it on divided by its operand, {x}."),),
)
sqrt: Operation = Operation(
    "sqrt", kernels.sqrt, lambda x, out: (div(0.5, out),), 1, "√", exact=lambda mp, x: mp.sqrt(x),
    text=function("sqrt"), latex=Notation(r"\sqrt{", "", "}"),
    domain=Domain(N_("x > 0 (0 has a value, but an infinite slope)"), lambda x: x > 0),
    arrays=(("sqrt", "x", "out"),),
    words=(N_("The square root passes it on divided by twice its own value, {out}."),),
)
sin: Operation = Operation(
    "sin", kernels.sin, lambda x, out: (cos(x),), 1, "sin", exact=lambda mp, x: mp.sin(x),
    text=function("sin"), latex=Notation(r"\sin\left(", "", r"\right)"),
    arrays=(("sin", "x", "out"),),
    words=(N_("The slope of the sine is the cosine, here of {x}."),),
)
cos: Operation = Operation(
    "cos", kernels.cos, lambda x, out: (-sin(x),), 1, "cos", exact=lambda mp, x: mp.cos(x),
    text=function("cos"), latex=Notation(r"\cos\left(", "", r"\right)"),
    arrays=(("cos", "x", "out"),),
    words=(N_("The slope of the cosine is minus the sine, here of {x}."),),
)
tanh: Operation = Operation(
    "tanh", math.tanh, lambda x, out: (1.0 - out * out,), 1, "tanh", exact=lambda mp, x: mp.tanh(x),
    text=function("tanh"), latex=Notation(r"\tanh\left(", "", r"\right)"),
    loss=lambda x, out: (0.0, 2.0 * EPSILON),  # 1 - out² cancels far out: 0 from |x| ≈ 19
    arrays=(("tanh", "x", "out"),),
    words=(N_("tanh passes it on times 1 − a², where a is its own value, {out}."),),
)
sigmoid: Operation = Operation(
    "sigmoid", kernels.sigmoid, lambda x, out: (out * (1.0 - out),), 1, "σ", exact=lambda mp, x: 1 / (1 + mp.exp(-x)),
    text=function("sigmoid"), latex=Notation(r"\sigma\left(", "", r"\right)"),
    loss=lambda x, out: (0.0, EPSILON * out),  # 1 - out cancels far out: 0 from x ≈ 37
    arrays=(("negative", "x", "out"), ("exp", "out", "out"), ("add", "out", 1.0, "out"), ("reciprocal", "out", "out")),
    words=(N_("σ passes it on times a(1 − a), where a is its own value, {out}: never more than a quarter."),),
)
relu: Operation = Operation(
    "relu", kernels.relu, lambda x, out: (gt(x, 0.0),), 1, "relu", exact=lambda mp, x: max(x, mp.zero),
    text=function("relu"), latex=function(r"\operatorname{relu}"), side=_sign,
    arrays=(("maximum", "x", 0.0, "out"),),
    words=(N_("relu lets it through where its operand is positive, and stops it everywhere else; here {x}."),),
)
softplus: Operation = Operation(
    "softplus", kernels.softplus, lambda x, out: (sigmoid(x),), 1, "softplus",
    exact=lambda mp, x: mp.log1p(mp.exp(-mp.fabs(x))) + max(x, mp.zero),
    text=function("softplus"), latex=function(r"\operatorname{softplus}"),
    arrays=(("logaddexp", "x", 0.0, "out"),),
    words=(N_("softplus passes it on times σ of its operand, {x}."),),
)
abs: Operation = Operation(
    "abs", operator.abs, lambda x, out: (gt(x, 0.0) - gt(0.0, x),), 1, "|x|", exact=lambda mp, x: mp.fabs(x),
    text=function("abs"), latex=Notation(r"\left|", "", r"\right|"), side=_sign,
    arrays=(("absolute", "x", "out"),),
    words=(N_("The absolute value passes it on with the sign of its operand, {x}."),),
)

# --- choices: comparisons are 0/1 rows, so that a rule or a graph can choose without a Python `if` --------------------

maximum: Operation = Operation(
    "maximum", kernels.maximum,
    lambda x, y, out: (0.5 * (gt(x, y) + ge(x, y)), 0.5 * (gt(y, x) + ge(y, x))), 2, "max",
    exact=lambda mp, x, y: max(x, y),
    text=function("maximum"), latex=function(r"\max"), side=_compare,
    arrays=(("maximum", "x", "y", "out"),),
    words=(N_("Only the larger one passes it on; in a tie each gets half."),),
)
minimum: Operation = Operation(
    "minimum", kernels.minimum,
    lambda x, y, out: (0.5 * (gt(y, x) + ge(y, x)), 0.5 * (gt(x, y) + ge(x, y))), 2, "min",
    exact=lambda mp, x, y: min(x, y),
    text=function("minimum"), latex=function(r"\min"), side=_compare,
    arrays=(("minimum", "x", "y", "out"),),
    words=(N_("Only the smaller one passes it on; in a tie each gets half."),),
)
gt: Operation = Operation(
    "gt", kernels.gt, lambda x, y, out: (0.0, 0.0), 2, ">", exact=lambda mp, x, y: mp.mpf(x > y),
    text=function("gt"), latex=Notation(r"\left[", " > ", r"\right]", ATOM, (SUM, SUM)), side=_compare,
    arrays=(("greater", "x", "y", "out"),),
    words=(N_("A comparison jumps between 0 and 1 and is flat everywhere else: its slope is 0."),),
)
ge: Operation = Operation(
    "ge", kernels.ge, lambda x, y, out: (0.0, 0.0), 2, "≥", exact=lambda mp, x, y: mp.mpf(x >= y),
    text=function("ge"), latex=Notation(r"\left[", r" \ge ", r"\right]", ATOM, (SUM, SUM)), side=_compare,
    arrays=(("greater_equal", "x", "y", "out"),),
    words=(N_("A comparison jumps between 0 and 1 and is flat everywhere else: its slope is 0."),),
)
where: Operation = Operation(
    "where", kernels.where,
    lambda condition, x, y, out: (0.0, where(condition, 1.0, 0.0), where(condition, 0.0, 1.0)), 3, "where",
    exact=lambda mp, condition, x, y: x if condition else y,
    text=function("where"), latex=function(r"\operatorname{where}"), side=lambda condition, x, y: condition != 0,
    arrays=(("choose", "x", "y", "z", "out"),),
    words=(
        N_("Nothing goes back to the condition: it only chooses."),
        N_("It goes to the branch that was chosen, unchanged; the other one gets 0."),
    ),
)

# --- any number of operands ---------------------------------------------------------------------------------------

sum: Operation = Operation(
    "sum", kernels.sum, lambda *terms_and_out: (1.0,) * (len(terms_and_out) - 1), None, "Σ",
    exact=lambda mp, *terms: mp.fsum(terms),
    text=Notation("", " + ", "", SUM, (SUM, SUM + 1)), latex=Notation("", " + ", "", SUM, (SUM, SUM + 1)),
    loss=lambda *terms_and_out: (
        len(terms_and_out) * EPSILON * math.fsum(map(math.fabs, terms_and_out[:-1])), *(0.0,) * (len(terms_and_out) - 1)),
    words=(N_("A sum passes it on to each of its terms, unchanged."),),
)


def _softmax(*terms_and_out: Any) -> tuple[Any, ...]:
    *terms, out = terms_and_out
    return tuple(exp(term - out) for term in terms)


def _logsumexp_loss(*terms_and_out: float) -> tuple[float, ...]:
    # exp(term - out) turns the absolute rounding error of `out` and of the difference into a relative one.
    *terms, out = terms_and_out
    value = 2.0 * EPSILON * (max(map(math.fabs, terms)) + log1p(len(terms)))
    return value, *(kernels.exp(term - out) * (value + EPSILON * math.fabs(term - out)) for term in terms)


logsumexp: Operation = Operation(
    "logsumexp", kernels.logsumexp, _softmax, None, "LSE",
    exact=lambda mp, *terms: mp.log(mp.fsum(mp.exp(term - max(terms)) for term in terms)) + max(terms),
    text=function("logsumexp"), latex=function(r"\operatorname{logsumexp}"),
    loss=_logsumexp_loss,
    arrays=(("logsumexp", "terms", "out"),),
    words=(N_("Each term gets its share of the softmax: e to this term, divided by the sum of all."),),
)

TABLE: Mapping[str, Operation] = MappingProxyType(
    {op.name: op for op in list(globals().values()) if isinstance(op, Operation)}
)
