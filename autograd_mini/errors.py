"""The errors that users of autograd-mini meet.

What you can do with this file: read, for each error, its symptom, an example that raises it, and the mend.
All of them are also ordinary Python errors (`ValueError`, `ArithmeticError`, …), so existing `except` clauses
catch them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd_mini.value import Value
    from autograd_mini.witnesses import Finding

__all__ = [
    "ConstantError",
    "ExpressionError",
    "GradientMismatch",
    "GraphFileError",
    "GraphTooLarge",
    "MissingExtra",
    "NonFiniteError",
]


class NonFiniteError(ArithmeticError):
    """`backward()` was asked of a value that is inf or nan: no derivative of it means anything.

    The message names the *first* node that went wrong, what went into it, and the mend.

    >>> from autograd_mini import Value
    >>> x = Value(-1.0, label="x")
    >>> (x.log() * 2).backward()
    Traceback (most recent call last):
        ...
    autograd_mini.errors.NonFiniteError: backward() started from nan. It went wrong first at log(x) = nan, where x = -1: \
log is defined for x > 0. Keep x there (ag.maximum or ag.where can guard it).
    """


class ConstantError(ValueError):
    """A derivative with respect to a constant, or `backward()` from a value made of constants only.

    >>> import autograd_mini as ag
    >>> x = ag.Value(2.0, label="x")
    >>> three = ag.constant(3.0, label="three")
    >>> ag.grad(x * three, [three])
    Traceback (most recent call last):
        ...
    autograd_mini.errors.ConstantError: 'three' is a constant, so nothing is differentiated with respect to it; \
make it a variable with Value(3, label='three').
    """


class ExpressionError(ValueError):
    """A text is no expression, or its names and the numbers given for them do not fit together.

    The message says what to write instead, in the learner's language, and shows the line with a caret under the place.

    >>> from autograd_mini.parse import parse
    >>> parse("price * (1 + tax)^2", {"price": 10, "tax": 0.1})
    Traceback (most recent call last):
        ...
    autograd_mini.errors.ExpressionError: For a power, write **, as in x**2.
      price * (1 + tax)^2
                       ^
    """


class GraphTooLarge(ValueError):
    """A picture was asked of more nodes than a person can read, and folding scopes did not help enough.

    The message gives the count and the ways out: `limit=`, `focus=` with `hops=`, `ag.scope`, `ag.text`.
    """


class GraphFileError(ValueError):
    """A graph file cannot be read: not a graph file, damaged, too large, or it uses an operation not given.

    Nothing is loaded. For a graph with operations of your own, pass them: `ag.load(path, operations=[mine])`.
    """


class GradientMismatch(AssertionError):
    """`ag.checks.gradcheck` found a gradient that is wrong beyond doubt.

    The message gives the input, the point, the claimed derivative, what the witnesses say, the tolerance, the row whose rule is wrong,
    and the smallest graph that shows it. `finding` is the same as data; `graph` that graph (None for a function of floats).
    """

    def __init__(self, message: str = "", finding: Finding | None = None, graph: Value | None = None) -> None:
        super().__init__(message)
        self.finding = finding
        self.graph = graph


class MissingExtra(ImportError):
    """A feature needs a package that is not installed; the message names the extra that brings it.

    The mend is one command, for example `pip install "autograd-mini[draw]"`.
    """
