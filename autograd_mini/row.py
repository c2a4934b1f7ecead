"""Operation: one row of the op table, and how a row is called.

What you can do with this file: see what a row is made of; call a row on plain numbers or on anything that
interprets rows (`ops.mul(2.0, 3.0)` is 6.0, `ops.mul(x, 3.0)` records a node when x is a `Value`); make a row
of your own with `operation(...)`.

An *interpretation* of the table is any class with a method `__operation__(op, operands)`: `Value` records a
graph there. A row called on plain floats runs its kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd_mini.number import number

__all__ = ["ATOM", "LOOSEST", "POWER", "PRODUCT", "SIGN", "SUM", "Domain", "Notation", "Operation", "function", "operation", "reserve"]

# How tightly a notation binds: an operand that binds more loosely than its place allows gets brackets.
LOOSEST, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)


class Notation(NamedTuple):
    """How a row is written: `before`, the operands with `between` among them, `after`.

    `binds` is how tightly the whole binds; `operands` is how tightly each operand has to bind to stand without
    brackets (the last entry also serves all further operands).
    """

    before: str
    between: str
    after: str
    binds: int = ATOM
    operands: tuple[int, ...] = (LOOSEST,)


class Domain(NamedTuple):
    """Where a row is defined and differentiable (apart from its kinks), in words and as a test on the operands."""

    text: str
    contains: Callable[..., bool]


EVERYWHERE = Domain("everywhere", lambda *operands: True)


def function(name: str) -> Notation:
    """The notation `name(x, y)`."""
    return Notation(f"{name}(", ", ", ")")


@dataclass(frozen=True, eq=False)
class Operation:
    """One elementary operation: everything that any part of the project knows about it.

    * `name`, `symbol`: its name in text and in circles of a picture; `arity`: how many operands, None for any number ≥ 1.
    * `kernel(x, y)`: floats in, float out; total (never raises).
    * `local(x, y, out)`: the tuple of local derivatives ∂out/∂x, ∂out/∂y. It is written with rows and `+ - *` only, so
      that it works on floats, on `Value`s (derivatives of derivatives) and on whatever else interprets rows.
    * `partials`: the same derivatives as one rule per operand, where one of them must be left alone when its operand is
      constant (x**2 at -1 takes no logarithm). None: take the entry of `local`.
    * `text`, `latex`: how the operation is written.
    * `domain`: where it is defined. `side(x, y)`: which side of its kink the operands are on; None where it has none.
    * `loss(x, y, out)`: known absolute errors beyond a few ulp: of the output, then of each local derivative.
    * `exact(mp, x, y)`: the same function in mpmath's own terms, an independent witness.
    """

    name: str
    kernel: Callable[..., float]
    local: Callable[..., tuple[Any, ...]]
    arity: int | None
    symbol: str
    exact: Callable[..., Any] | None = None
    partials: tuple[Callable[..., Any], ...] | None = None
    text: Notation = field(kw_only=True)
    latex: Notation = field(kw_only=True)
    domain: Domain = EVERYWHERE
    side: Callable[..., Any] | None = None
    loss: Callable[..., tuple[float, ...]] | None = None

    def __repr__(self) -> str:
        return f"<operation {self.name}>"

    def __call__(self, *operands: Any) -> Any:
        """Apply the row: on plain numbers the kernel runs, otherwise the first operand that can interpret it does."""
        for operand in operands:
            if type(operand) is not float and hasattr(operand, "__operation__"):
                return operand.__operation__(self, operands)
        self.check_arity(len(operands))
        return self.kernel(*(number(operand, f"{self.name}()") for operand in operands))

    def check_arity(self, count: int) -> None:
        """Raise TypeError unless `count` operands are right for this row."""
        if count != self.arity and not (self.arity is None and count):
            allowed = "at least 1 operand" if self.arity is None else f"{self.arity} operand{'s' * (self.arity != 1)}"
            raise TypeError(f"{self.name}() takes {allowed}, got {count}")

    def local_derivatives(self, operands: Sequence[Any], out: Any, wanted: Sequence[bool]) -> tuple[Any, ...]:
        """The local derivatives, with None (and no work, where `partials` allows) for the operands not wanted."""
        if self.partials is not None and not all(wanted):
            return tuple(rule(*operands, out) if want else None for rule, want in zip(self.partials, wanted, strict=True))
        everything = self.local(*operands, out)
        return everything if all(wanted) else tuple(d if want else None for d, want in zip(everything, wanted, strict=True))


_built_in: set[str] = set()


def reserve(names: Iterable[str]) -> None:
    """Keep these names from `operation`: those of the op table, which stands below this file. Files and formulas go by names."""
    _built_in.update(names)


def operation(
    name: str,
    kernel: Callable[..., float],
    *derivatives: Callable[..., Any],
    symbol: str | None = None,
    exact: Callable[..., Any] | None = None,
    domain: Domain = EVERYWHERE,
    side: Callable[..., Any] | None = None,
    loss: Callable[..., tuple[float, ...]] | None = None,
) -> Operation:
    """Make a row of your own: it differentiates, to any order, draws, prints and is checked like the built-in ones.

    `kernel(x, …)` takes floats and returns a float. `derivatives` holds one rule per operand, each called as
    `rule(x, …, out)` and written with `+ - *` and rows (`ag.exp(x)`, `ag.ops.div(x, y)`), never with `math`:
    then it also works on Values, which derivatives of derivatives need. Nothing is registered anywhere: keep the
    returned row and call it.

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
    if name in _built_in:
        raise ValueError(f"operation() got the name {name!r}, which is a row of the op table; choose another, for example 'my_{name}'")
    if not callable(kernel) or not derivatives or not all(map(callable, derivatives)):
        raise TypeError(
            f"operation({name!r}, kernel, derivative, …) needs a kernel and one derivative rule for each operand, all callable; "
            f"got kernel={kernel!r}, derivatives={derivatives!r}"
        )
    rules = tuple([_checked(rule, f"the derivative rule of {name} for operand {i}") for i, rule in enumerate(derivatives, 1)])
    return Operation(
        name,
        lambda *operands: number(kernel(*operands), f"the kernel of {name}", "must return"),
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
    )


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
