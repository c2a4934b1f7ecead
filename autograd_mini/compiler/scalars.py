"""Scalars: the numbers of a program, each a leaf, a row of the op table, or a sum of products.

What you can do with this file: write a program's numbers down by computing with `Symbol`s (`pen = Pen()`; `pen.apply(op, symbols)`;
`pen.scalar(symbol)` is the number itself).

Additions, subtractions, signs and products are not numbers of their own where nobody else reads them: `z = b + w1*x1 + w2*x2` is *one* sum
of products, however it was written. What is the same is written once, and what is constant is computed here. A number is `batched` if
every sample of a batch has its own; a sum that is not batched may add up products that are, and then runs over the batch as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import copysign, fabs, isfinite
from typing import Any

from autograd_mini import ops
from autograd_mini.row import Operation

__all__ = ["CONSTANT", "FIXED", "INPUT", "PARAMETER", "RATE", "Factors", "Pen", "Scalar", "Symbol"]

#: What a leaf is read from.
CONSTANT, PARAMETER, RATE, INPUT, FIXED = "constant", "parameter", "rate", "input", "fixed"

Factors = tuple["Scalar", ...]


class Scalar:
    """One number of a program.

    A leaf has a `source`, what it is read from, and `number`: a constant's number, or its place in the source. A row has `op` and
    `operands`. A sum is `number` + Σ coefficient × factors, over its `terms`; its operands are all factors in a row.
    `moves` says whether it depends on a parameter; `index` counts the scalars as they are written; factors of a product stand in the order
    of their `rank`: what is the same for all samples first.
    """

    __slots__ = ("batched", "index", "moves", "number", "op", "operands", "rank", "source", "terms")

    def __init__(
        self, index: int, number: float = 0.0, source: str | None = None, op: Operation | None = None, operands: Factors = (),
        batched: bool = False, moves: bool = False,
    ) -> None:  # fmt: skip
        self.index = index
        self.number = number
        self.source = source
        self.op = op
        self.operands = operands
        self.terms: tuple[tuple[float, Factors], ...] = ()
        self.batched = batched
        self.moves = moves
        self.rank = (batched, source is None, index)

    @property
    def is_constant(self) -> bool:
        """Whether it is a number that is known."""
        return self.source is CONSTANT

    def set_terms(self, terms: Iterable[tuple[float, Factors]]) -> None:
        """Make it a sum of these: its operands are their factors."""
        self.terms = tuple(terms)
        self.operands = tuple([factor for _, factors in self.terms for factor in factors])


class Symbol:
    """A number while the program is being written: coefficient × the product of at most two factors, or × the sum of the parts.

    `total`: the product is added up over the batch. Arithmetic with symbols writes scalars only where they are needed.
    """

    __slots__ = ("batched", "coefficient", "factors", "parts", "pen", "total", "written")

    def __init__(
        self, pen: Pen, coefficient: float, factors: Factors = (), parts: tuple[Symbol, ...] = (), batched: bool = False,
        total: bool = False,
    ) -> None:  # fmt: skip
        self.pen = pen
        self.coefficient = coefficient
        self.factors = factors
        self.parts = parts
        self.batched = batched
        self.total = total
        self.written: Scalar | None = None

    @property
    def is_constant(self) -> bool:
        """Whether it is a plain number: its coefficient."""
        return not self.factors and not self.parts

    def __operation__(self, op: Operation, operands: Sequence[Any]) -> Symbol:
        return self.pen.apply(op, [self.pen.symbol(operand) for operand in operands])

    def single(self) -> Symbol:
        """The same as coefficient × one factor."""
        if len(self.factors) == 1 and not self.total:
            return self
        return Symbol(self.pen, 1.0, (self.pen.scalar(self),), batched=self.batched)

    def times(self, number: float) -> Symbol:
        """This, times a plain number."""
        if self.written is not None and self.parts:
            return Symbol(self.pen, number, (self.written,), batched=self.batched)
        if not (self.is_constant or _in_range(number, self.coefficient)):
            return Symbol(self.pen, number, (self.pen.scalar(self),), batched=self.batched)
        return Symbol(self.pen, number * self.coefficient, self.factors, self.parts, self.batched, self.total)

    def __add__(self, other: Any) -> Symbol:
        other = self.pen.symbol(other)
        if self.is_constant and other.is_constant:
            return Symbol(self.pen, self.coefficient + other.coefficient)
        return Symbol(self.pen, 1.0, parts=(self, other), batched=self.batched or other.batched)

    def __radd__(self, other: Any) -> Symbol:
        # The first contribution is added to 0: it is the sum so far.
        return self if isinstance(other, int) and other == 0 else self.pen.symbol(other) + self

    def __sub__(self, other: Any) -> Symbol:
        return self + self.pen.symbol(other).times(-1.0)

    def __rsub__(self, other: Any) -> Symbol:
        return self.pen.symbol(other) + self.times(-1.0)

    def __neg__(self) -> Symbol:
        return self.times(-1.0)

    def __mul__(self, other: Any) -> Symbol:
        if not isinstance(other, Symbol) or not (other.factors or other.parts):
            return self.times(other.coefficient if isinstance(other, Symbol) else float(other))
        if not (self.factors or self.parts):
            return other.times(self.coefficient)
        a, b = self.single(), other.single()
        if not _in_range(a.coefficient, b.coefficient):
            a = Symbol(self.pen, 1.0, (self.pen.scalar(a),), batched=a.batched)
        [x], [y] = a.factors, b.factors
        factors = (x, y) if x.rank <= y.rank else (y, x)
        return Symbol(self.pen, a.coefficient * b.coefficient, factors, (), a.batched or b.batched)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Symbol:
        return self.__operation__(ops.div, (self, other))

    def __rtruediv__(self, other: Any) -> Symbol:
        return self.__operation__(ops.div, (other, self))

    def __pow__(self, other: Any) -> Symbol:
        return self.__operation__(ops.pow, (self, other))

    def __rpow__(self, other: Any) -> Symbol:
        return self.__operation__(ops.pow, (other, self))

    def __abs__(self) -> Symbol:
        return self.__operation__(ops.abs, (self,))

    def __eq__(self, other: object) -> bool:
        raise TypeError("a symbol has no number to compare")

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise TypeError("a symbol is neither true nor false")


def _in_range(x: float, y: float) -> bool:
    """Whether the product of two coefficients may be taken now: not if it overflows or loses digits, where their sums might not."""
    return x in EXACT or y in EXACT or 1e-150 < fabs(x * y) < 1e150


EXACT = (0.0, 1.0, -1.0)


@dataclass
class Pen:
    """Writes scalars: each once."""

    scalars: list[Scalar] = field(default_factory=list)  # all that were written, operands first
    known: dict[Any, Scalar] = field(default_factory=dict)  # by what they are
    derivatives: dict[tuple[Operation, int], Operation] = field(default_factory=dict)
    samples: Symbol = field(init=False)
    zero: Scalar = field(init=False)

    def __post_init__(self) -> None:
        self.samples = self.leaf(RATE, 1)  # the number of samples in a batch
        self.zero = self.new(source=FIXED, batched=True)  # a 0 for each sample: what pictures are padded with

    def new(self, **parts: Any) -> Scalar:
        """A scalar that nobody else shares."""
        scalar = Scalar(len(self.scalars), **parts)
        self.scalars.append(scalar)
        return scalar

    def leaf(self, source: str, place: int, batched: bool = False) -> Symbol:
        """A leaf, number `place` of its source."""
        leaf = Scalar(len(self.scalars), place, source, batched=batched, moves=source is PARAMETER)
        self.scalars.append(leaf)
        return Symbol(self, 1.0, (leaf,), batched=batched)

    def derivative(self, op: Operation, i: int) -> Operation:
        """The i-th local derivative of a row as a row of its own, the same one each time."""
        if (op, i) not in self.derivatives:
            self.derivatives[op, i] = _derivative(op, i)
        return self.derivatives[op, i]

    def symbol(self, x: Any) -> Symbol:
        """x itself if it is a symbol, else the symbol of a number."""
        return x if isinstance(x, Symbol) else Symbol(self, float(x))

    def scalar(self, symbol: Symbol) -> Scalar:
        """The scalar of a symbol."""
        if symbol.is_constant:
            return self._constant(symbol.coefficient)
        if symbol.written is None:
            number, terms = self.collected(symbol)
            symbol.written = self._sum(number, terms, symbol.batched)
        return symbol.written

    def collected(self, symbol: Symbol) -> tuple[float, dict[Factors, float]]:
        """A symbol as number + Σ coefficient × factors, like terms together, in the order in which they were added."""
        number, terms = 0.0, dict[Factors, float]()
        rest = [(1.0, symbol)]
        while rest:
            scale, part = rest.pop()
            if part is not symbol and part.written:
                part = Symbol(self, 1.0, (part.written,), batched=part.batched)
            scale *= part.coefficient
            if part.parts:
                rest += [(scale, each) for each in reversed(part.parts)]
            elif part.factors:
                factors = part.factors
                if not scale and symbol.batched and not part.batched and len(factors) == 1:
                    # 0 × what all samples share: as if each sample had the 0
                    factors, scale = (*factors, self.zero), 1.0
                terms[factors] = terms.get(factors, 0.0) + scale
            else:
                number += scale
        return number, terms

    def _sum(self, number: float, terms: dict[Factors, float], batched: bool) -> Scalar:
        if not terms:
            return self._constant(number)
        if batched:
            terms = self._shared_once(terms)
        if len(terms) == 1 and not number:
            [(factors, coefficient)] = terms.items()
            if len(factors) == 1 and coefficient == 1.0 and factors[0].batched is batched:
                return factors[0]
        key = (number, frozenset(terms.items()), batched)
        if key not in self.known:
            self.known[key] = self.sum(number, terms, batched)
        return self.known[key]

    def _shared_once(self, terms: dict[Factors, float]) -> dict[Factors, float]:
        """The same terms, but those that all samples share added up to one: once, and not for every sample."""
        shared = {factors: coefficient for factors, coefficient in terms.items() if not factors[0].batched and not factors[-1].batched}
        if len(shared) < 2 and max(map(len, shared), default=0) < 2:
            return terms
        rest = {factors: coefficient for factors, coefficient in terms.items() if factors not in shared}
        return {**rest, (self._sum(0.0, shared, False),): 1.0}

    def sum(self, number: float, terms: dict[Factors, float], batched: bool) -> Scalar:
        """A sum of its own, even if the same one is known."""
        scalar = self.new(number=number, batched=batched)
        scalar.set_terms([(coefficient, factors) for factors, coefficient in terms.items()])
        scalar.moves = any(operand.moves for operand in scalar.operands)
        return scalar

    def _constant(self, x: float) -> Scalar:
        key = x, copysign(1.0, x), x != x
        if key not in self.known:
            self.known[key] = self.new(number=x, source=CONSTANT)
        return self.known[key]

    def total(self, symbol: Symbol) -> Symbol:
        """A product added up over the batch; what all samples share counts once for each."""
        if symbol.batched:
            if symbol.parts:
                symbol = symbol.single()
            return Symbol(self, symbol.coefficient, symbol.factors, total=True)
        return symbol * self.samples

    def apply(self, op: Operation, operands: Sequence[Symbol]) -> Symbol:
        """The symbol of a row's result."""
        arithmetic = ARITHMETIC.get(op)
        if arithmetic is not None:
            return arithmetic(*operands)
        if all(operand.is_constant for operand in operands):
            return Symbol(self, op.kernel(*[operand.coefficient for operand in operands]))
        simple = _simpler(op, operands)
        return simple if simple is not None else self.row(op, operands)

    def row(self, op: Operation, operands: Sequence[Symbol]) -> Symbol:
        """The symbol of a row that stays one."""
        scalars = tuple([self.scalar(operand) for operand in operands])
        key = op, scalars
        if key not in self.known:
            batched, moves = any(x.batched for x in scalars), any(x.moves for x in scalars)
            self.known[key] = self.new(op=op, operands=scalars, batched=batched, moves=moves)
        return Symbol(self, 1.0, (self.known[key],), batched=self.known[key].batched)


def _summed(*terms: Symbol) -> Symbol:
    if all(term.is_constant for term in terms):
        return Symbol(terms[0].pen, ops.sum.kernel(*[term.coefficient for term in terms]))
    return Symbol(terms[0].pen, 1.0, parts=terms, batched=any(term.batched for term in terms))


ARITHMETIC: Mapping[Operation, Callable[..., Symbol]] = {
    ops.add: lambda x, y: x + y, ops.sub: lambda x, y: x - y, ops.neg: lambda x: -x, ops.mul: lambda x, y: x * y, ops.sum: _summed,
}  # fmt: skip


def _simpler(op: Operation, operands: Sequence[Symbol]) -> Symbol | None:
    """A quotient or a power that is a product."""
    if op not in (ops.div, ops.pow) or not operands[1].is_constant:
        return None
    base, number = operands[0], operands[1].coefficient
    if op is ops.div:
        return base.times(1.0 / number) if number and isfinite(number) and isfinite(1.0 / number) else None
    if number == 2.0:
        base = base.single()
        return base * base
    return {0.0: Symbol(base.pen, 1.0), 1.0: base}.get(number)


def _derivative(op: Operation, i: int) -> Operation:
    """The i-th local derivative of a row as a row of its own, without a rule."""

    def kernel(*operands_and_out: float) -> float:
        return float(op.local(*operands_and_out)[i])

    def no_rule(*_operands_and_out: Any) -> Any:
        raise TypeError(f"the derivative rule of {op.name} takes plain numbers only, so it has no derivative itself")

    name = f"{op.name}_d{i + 1}"
    return Operation(name, kernel, no_rule, None, name, text=op.text, latex=op.latex)
