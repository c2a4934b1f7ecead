"""Operation: one row of the op table, and how a row is called.

What you can do with this file: see what a row is made of; call a row on plain numbers or on anything that
interprets rows (`ops.mul(2.0, 3.0)` is 6.0, `ops.mul(x, 3.0)` records a node when x is a `Value`).

An *interpretation* of the table is any class with a method `__operation__(op, operands)`: `Value` records a
graph there. A row called on plain floats runs its kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd_mini.language import N_
from autograd_mini.number import number

__all__ = ["ATOM", "EVERYWHERE", "LOOSEST", "POWER", "PRODUCT", "SIGN", "SUM", "Domain", "Notation", "Operation", "function"]

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


EVERYWHERE = Domain(N_("everywhere"), lambda *operands: True)


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
    * `arrays`: the same operation on arrays, as calls of NumPy's functions, each `(name, *arguments)`: "x", "y", "z" are the operands
      ("terms" all of them, side by side, where there is any number), "out" is the result, written in place. Or a function of arrays.
      Empty: the kernel runs, number by number.
    * `words`: how it passes on what comes back, one sentence for each operand (the last serves all further ones). It may name
      `{x}`, `{y}`, `{z}` (the operands), `{other}` (of two, the other one) and `{out}`; translated where it is said.
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
    arrays: tuple[tuple[str | float, ...], ...] | Callable[..., Any] = ()
    words: tuple[str, ...] = (N_("It is passed on times the local derivative."),)

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
