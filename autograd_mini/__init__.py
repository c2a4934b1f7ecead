"""autograd-mini: a scalar reverse-mode automatic-differentiation engine that teaches.

    import autograd_mini as ag
    from autograd_mini import Value

    apple, count, tax = Value(10.0, label="apple"), Value(2.0, label="count"), Value(1.1, label="tax")
    payment = apple * count * tax
    payment.backward()
    apple.grad, count.grad, tax.grad     # how much one more of each would change the payment
    ag.draw(payment).save("payment.svg")

Importing this loads the standard library only; graphviz, rich, Hypothesis and the like are imported where they are used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograd_mini import errors, ops
from autograd_mini.derivatives import derivative, grad, gradient, hessian, jacobian, jvp
from autograd_mini.functions import (
    abs,
    cos,
    dot,
    exp,
    ge,
    gt,
    label,
    log,
    logsumexp,
    maximum,
    mean,
    minimum,
    relu,
    sigmoid,
    sin,
    softmax,
    softplus,
    sqrt,
    sum,
    tanh,
    where,
    zero_grad,
)
from autograd_mini.language import language
from autograd_mini.own_row import operation
from autograd_mini.replay import evaluate, replay
from autograd_mini.scopes import scope
from autograd_mini.value import NOT_YET, Value, constant

if TYPE_CHECKING:
    from autograd_mini import checks, slips
    from autograd_mini.compiler.program import Program, compile
    from autograd_mini.drawing.drawing import Drawing
    from autograd_mini.explanation import Explanation, explain
    from autograd_mini.files import load, save
    from autograd_mini.lesson import Walk, walk
    from autograd_mini.listing import text
    from autograd_mini.portrait import draw
    from autograd_mini.reasons import Reason, why
    from autograd_mini.symbols import formula

__version__ = "0.1.0"

#: Imported at first use, so that `import autograd_mini` stays quick: name → where it lives.
_LATER = {
    "Drawing": "drawing.drawing",
    "Explanation": "explanation",
    "Reason": "reasons",
    "Walk": "lesson",
    "Program": "compiler.program",
    "checks": "checks",
    "compile": "compiler.program",
    "draw": "portrait",
    "explain": "explanation",
    "formula": "symbols",
    "load": "files",
    "save": "files",
    "slips": "slips",
    "text": "listing",
    "walk": "lesson",
    "why": "reasons",
}

__all__ = [
    "NOT_YET", "Drawing", "Explanation", "Program", "Reason", "Value", "Walk", "abs", "checks", "compile", "constant", "cos", "derivative",
    "dot", "draw", "errors", "evaluate", "exp", "explain", "formula", "ge", "grad", "gradient", "gt", "hessian", "jacobian", "jvp", "label",
    "language", "load", "log", "logsumexp", "maximum", "mean", "minimum", "operation", "ops", "relu", "replay",
    "save", "scope", "sigmoid", "sin", "slips", "softmax", "softplus", "sqrt", "sum", "tanh", "text", "walk", "where",
    "why", "zero_grad",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"autograd_mini has no {name!r}")
    module = import_module(f"autograd_mini.{_LATER[name]}")
    return module if _LATER[name] == name else getattr(module, name)


def __dir__() -> list[str]:
    return __all__
