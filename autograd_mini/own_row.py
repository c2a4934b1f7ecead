"""A row of your own: an operation that the op table does not have.

What you can do with this file: `softsign = ag.operation("softsign", kernel, derivative)`, then `softsign(x)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_mini.number import number
from autograd_mini.ops import TABLE
from autograd_mini.row import EVERYWHERE, Domain, Operation, function

__all__ = ["operation"]


def operation(
    name: str,
    kernel: Callable[..., float],
    *derivatives: Callable[..., Any],
    symbol: str | None = None,
    exact: Callable[..., Any] | None = None,
    domain: Domain = EVERYWHERE,
    side: Callable[..., Any] | None = None,
    loss: Callable[..., tuple[float, ...]] | None = None,
    arrays: Callable[..., Any] | None = None,
) -> Operation:
    """Make a row of your own: it differentiates, to any order, draws, prints and is checked like the built-in ones.

    `kernel(x, …)` takes floats and returns a float. `derivatives` holds one rule per operand, each called as
    `rule(x, …, out)` and written with `+ - *` and rows (`ag.exp(x)`, `ag.ops.div(x, y)`), never with `math`:
    then it also works on Values, which derivatives of derivatives need. `arrays(x, …)` is the kernel for NumPy's arrays; without it
    `ag.compile` takes the kernel apart if it too is written with `+ - *` and rows, or calls it number by number. Nothing is
    registered anywhere: keep the returned row and call it.

    Raises ValueError for the name of a built-in row, TypeError if a rule is missing or not callable; when the row is used,
    TypeError if its kernel or a rule returns anything but a number (a rule that runs on Values returns a number or a Value).

    >>> import autograd_mini as ag
    >>> cube = ag.operation("cube", lambda x: x * x * x, lambda x, out: 3 * x * x)
    >>> x = ag.Value(2.0, label="x")
    >>> y = cube(x)
    >>> ag.grad(y, [x]), ag.derivative(cube, order=2)(2.0)
    ([12.0], 12.0)
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise TypeError(f"operation() needs a name that is an identifier, such as 'cube'; got {name!r}")
    if name in TABLE:
        raise ValueError(f"operation() got the name {name!r}, which is a row of the op table; choose another, for example 'my_{name}'")
    if not callable(kernel) or not derivatives or not all(map(callable, derivatives)):
        raise TypeError(
            f"operation({name!r}, kernel, derivative, …) needs a kernel and one derivative rule for each operand, all callable; "
            f"got kernel={kernel!r}, derivatives={derivatives!r}"
        )
    rules = tuple([_checked(rule, f"the derivative rule of {name} for operand {i}") for i, rule in enumerate(derivatives, 1)])
    return Operation(
        name,
        _kernel(kernel, name),
        lambda *operands_and_out: tuple(rule(*operands_and_out) for rule in rules),
        arity=len(derivatives),
        symbol=symbol or name,
        exact=exact,
        partials=rules,
        text=function(name),
        latex=function(rf"\operatorname{{{name}}}"),
        domain=domain,
        side=side,
        loss=loss,
        arrays=arrays or (),
    )


def _kernel(kernel: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The kernel, held to its promise; on what interprets rows (a compiler's symbols) it may give such a thing."""

    def checked(*operands: Any) -> Any:
        found = kernel(*operands)
        watched = hasattr(found, "__operation__") and not all(type(operand) is float for operand in operands)
        return found if watched else number(found, f"the kernel of {name}", "must return")

    return checked


def _checked(rule: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The rule, held to its promise: numbers from numbers; where its operands are Values (or the like), also one of those."""

    def checked(*operands_and_out: Any) -> Any:
        derivative = rule(*operands_and_out)
        if type(derivative) is float:
            return derivative
        if not hasattr(derivative, "__operation__"):
            return number(derivative, name, "must return")
        if all(type(operand) is float for operand in operands_and_out):
            raise TypeError(f"{name} got plain numbers and returned {derivative!r}; a row depends on its operands only, so pass it as one")
        return derivative

    return checked
