"""What a Value does as a plain number: it compares, converts and formats by its data, outside the graph.

What you can do with this file: see where a Value leaves the graph (`float(x)`, `x > 0`, `bool(x)`), and what it refuses
(`x == 2`, becoming part of a NumPy array, `float(x)` inside a derivative rule); check that Values were given (`listed`,
`require_values`).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from numbers import Number
from typing import Any, ClassVar

from autograd_mini.number import is_array, is_number, number

__all__ = ["NumberLike", "accepts", "listed", "require_values", "rule_of"]

#: The row whose derivative rule is running on Values now; in there, a number that leaves the graph would lose derivatives.
rule_of: ContextVar[str | None] = ContextVar("autograd_mini_rule_of", default=None)


def accepts(other: object) -> bool:
    """True for what may stand beside a Value in arithmetic; raises TypeError, with the mend, for an array."""
    if isinstance(other, NumberLike) or is_number(other):
        return True
    if is_array(other):
        number(other, "an operator of a Value")  # raises, and says what to do with an array
    return False


def listed(values: Any, call: str) -> list[Any]:
    """The list of what was given; a single Value, or what else cannot be gone through, raises TypeError. `call` is `sum([x, y])`."""
    if not isinstance(values, Iterable):
        raise TypeError(f"{call} takes a list, for a single one too ([x]); got {values!r:.80}")
    return list(values)


def require_values(things: Iterable[object], call: str) -> None:
    """Raise TypeError for the first of these things that is no Value. `call` is `grad(y, wrt)`."""
    for thing in things:
        if not isinstance(thing, NumberLike):
            no_graph = "A plain number has no graph: make the inputs Values, x = Value(2.0)."
            mend = "Take its Values one by one." if isinstance(thing, (list, tuple)) else no_graph
            raise TypeError(f"{call} takes Values, got {type(thing).__name__} {thing!r:.80}. {mend}")


def comparison(symbol: str, compare: Callable[[float, float], bool]) -> Callable[[NumberLike, Any], bool]:
    """A Python comparison: a plain bool from the numbers; both sides remember that they were compared."""

    def method(self: NumberLike, other: Any) -> bool:
        if not accepts(other):
            return NotImplemented  # type: ignore[no-any-return]
        self._compared = True
        if isinstance(other, NumberLike):
            other._compared = True
            return compare(self._data, other._data)
        return compare(self._data, number(other, symbol))

    return method


class NumberLike:
    """The part of Value that looks at its number only."""

    __slots__ = ("_compared", "_data")

    __array_ufunc__ = None  # NumPy: leave `np.float64(2) * x` and `array * x` to the operators of Value

    is_constant: ClassVar[bool] = False

    _data: float
    _compared: bool

    __lt__ = comparison("<", operator.lt)
    __le__ = comparison("<=", operator.le)
    __gt__ = comparison(">", operator.gt)
    __ge__ = comparison(">=", operator.ge)
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        if is_array(other):
            number(other, "==")  # raises, and says what to do with an array
        if isinstance(other, Number) or is_number(other):  # Number: Decimal and complex numbers are no operands, but mistaken alike
            raise TypeError(
                f"Value == {other!r} is not a comparison of numbers: == between Values means 'the same node'. "
                "Compare the number, y.data == 22, or better math.isclose(y.data, 22)."
            )
        return self is other

    @property
    def was_compared(self) -> bool:
        """True once a Python comparison or `bool()` looked at this node: an `if` that the graph cannot see."""
        return hasattr(self, "_compared")

    def __bool__(self) -> bool:
        self._compared = True
        return self._data != 0

    def __float__(self) -> float:
        if rule_of.get() is not None and not self.is_constant:
            raise TypeError(
                f"the derivative rule of {rule_of.get()} left the graph with float() or a function of math: the plain number has no "
                "derivatives of its own, so the next order would silently be 0. Write the rule with + - * and rows, for example ag.exp(x)."
            )
        return self._data

    def __round__(self, digits: int | None = None) -> float:
        return round(self._data, digits)

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(
            "NumPy cannot take a Value into an array: it would lose the graph. "
            "Take the number first, x.data, or keep the Values in a list."
        )
