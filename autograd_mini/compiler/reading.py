"""Reading: from a graph of Values to the scalars of its program, the gradient of its loss included.

What you can do with this file: `Scalars.of(loss, inputs, parameters, outputs)`.

The chain rule is that of `backward.py`: its steps run over the scalars and compute with symbols, which write further scalars where Values
would hold numbers. The local derivatives come from the rows' own rules. A parameter is the same for all samples, so what the samples
send back to it is added up over the batch.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from autograd_mini.backward import gradients
from autograd_mini.compiler.scalars import INPUT, PARAMETER, RATE, Pen, Scalar, Symbol
from autograd_mini.graph import topological_order, uses
from autograd_mini.ops import TABLE
from autograd_mini.row import Operation
from autograd_mini.value import Value

__all__ = ["Scalars", "needed"]


@dataclass(frozen=True)
class Scalars:
    """A loss with its outputs and gradients as scalars, and all that these need in `order`, operands first.

    `gradients` has one for each parameter, shared with nobody: the rate × the sum of ∂loss/∂parameter over the batch. `values` says which
    Value lives in a scalar, `counts` how many nodes of the graph a scalar stands for.
    """

    inputs: tuple[Scalar, ...]
    parameters: tuple[Scalar, ...]
    loss: Scalar
    outputs: tuple[Scalar, ...]
    gradients: tuple[Scalar, ...]
    order: tuple[Scalar, ...]
    values: Mapping[Scalar, Value]
    counts: Mapping[Scalar, int]

    @classmethod
    def of(
        cls, loss: Value, inputs: Sequence[Value], parameters: Sequence[Value], outputs: Sequence[Value] = (), nodes: Sequence[Value] = ()
    ) -> Scalars:
        """Read a graph; `nodes` are those of loss and outputs in topological order, if somebody has listed them already."""
        pen = Pen()
        rate = pen.leaf(RATE, 0)
        fed = [pen.leaf(INPUT, i, batched=True) for i in range(len(inputs))]
        moved = [pen.leaf(PARAMETER, i) for i in range(len(parameters))]
        page = _Page(pen, dict(zip((*inputs, *parameters), (*fed, *moved), strict=True)))
        page.read(nodes or topological_order([loss, *outputs]), {loss, *outputs})
        results = [page.result(node) for node in (loss, *outputs)]
        total = _gradients(results[0], rate, pen)
        page.inline()
        leaves = [symbol.factors[0] for symbol in moved]
        found = [pen.sum(*pen.collected(total.get(leaf, pen.symbol(0.0))), batched=False) for leaf in leaves]
        inputs_ = tuple([symbol.factors[0] for symbol in fed])
        order = needed(pen.scalars, [*inputs_, *leaves, *results, *found])
        return cls(inputs_, tuple(leaves), results[0], tuple(results[1:]), tuple(found), order, page.values, page.counts)


def needed(written: Sequence[Scalar], wanted: Sequence[Scalar]) -> tuple[Scalar, ...]:
    """What the wanted scalars need, of all that were written."""
    needed, kept = set(wanted), list[Scalar]()
    for scalar in reversed(written):
        if scalar in needed:
            kept.append(scalar)
            needed.update(scalar.operands)
    return tuple(kept[::-1])


class _Page:
    """The symbols of a graph's nodes. A node that several others read is a scalar; others go into the one that reads them."""

    def __init__(self, pen: Pen, symbols: dict[Value, Symbol]) -> None:
        self.pen = pen
        self.symbols = symbols
        self.values: dict[Scalar, Value] = {symbol.factors[0]: leaf for leaf, symbol in symbols.items()}
        self.counts: dict[Scalar, int] = {}
        self.watched: dict[Scalar, Scalar] = {}

    def read(self, order: Sequence[Value], results: Container[Value]) -> None:
        used = uses(order)
        waiting: dict[Value, int] = {}  # how many nodes a node stands for that is no scalar yet
        for node in order:
            if node in self.symbols:
                continue
            if node.op is None:
                self.symbols[node] = self.pen.symbol(node.data)
                continue
            symbol = self.apply(node.op, [self.symbols[operand] for operand in node.operands])
            count = 1
            for operand in node.operands:
                if operand in waiting:
                    written = self.symbols[operand].written
                    if written is None:  # it went into this one
                        count += waiting.pop(operand)
                    else:
                        self._stands_for(written, operand, waiting.pop(operand))
            if symbol.is_constant:
                self.symbols[node] = symbol
            elif used[node] == 1 and node not in results and (symbol.parts or len(symbol.factors) > 1):
                self.symbols[node] = symbol
                waiting[node] = count
            else:
                self._write(node, symbol, count)

    def _write(self, node: Value, symbol: Symbol, count: int) -> None:
        symbol = self.symbols[node] = symbol.single()
        self._stands_for(symbol.factors[0], node if symbol.coefficient == 1.0 else None, count)

    def _stands_for(self, scalar: Scalar, node: Value | None, count: int) -> None:
        self.counts[scalar] = self.counts.get(scalar, 0) + count
        if node is not None:
            self.values.setdefault(scalar, node)

    def apply(self, op: Operation, operands: Sequence[Symbol]) -> Symbol:
        """A row on symbols. Of one of a user's own it is watched what its kernel does, if that can be watched."""
        if op.name in TABLE or op.arrays or all(operand.is_constant for operand in operands):
            return self.pen.apply(op, operands)
        try:
            watched = self.pen.scalar(self.pen.symbol(op.kernel(*operands)))
        except (TypeError, ValueError, AttributeError):  # it takes plain numbers only: it is called as it is, when the program runs
            return self.pen.apply(op, operands)
        symbol = self.pen.apply(op, operands)
        if not watched.is_constant:
            self.watched[symbol.factors[0]] = watched
        return symbol

    def inline(self) -> None:
        """Put what was watched in place of rows of a user's own. They were differentiated by their own rules, which may be others."""
        for scalar, watched in self.watched.items():
            scalar.op = None
            scalar.set_terms([(1.0, (watched,))])

    def result(self, node: Value) -> Scalar:
        """The scalar of a loss or an output."""
        scalar = self.pen.scalar(self.symbols[node])
        self.values.setdefault(scalar, node)
        return scalar


class _Local(NamedTuple):
    """A local derivative, and whether what passes here is added up over the batch."""

    derivative: Symbol
    total: bool


def _gradients(loss: Scalar, rate: Symbol, pen: Pen) -> dict[Scalar, Symbol]:
    """rate × ∂loss/∂scalar for what moves, added up over the batch for what all samples share."""
    if not loss.moves:
        return {}

    def local_derivatives(scalar: Scalar) -> Iterable[_Local | None]:
        locals_ = _of_sum(scalar, pen) if scalar.op is None else _of_row(scalar, pen)
        crossing = scalar.batched
        return [
            None if local is None else _Local(local, crossing and not operand.batched)
            for operand, local in zip(scalar.operands, locals_, strict=True)
        ]

    def multiply(upstream: Symbol, local: _Local) -> Symbol:
        if not upstream.is_constant:
            upstream = upstream.single()  # what passes back along several edges is a number of its own
        product = upstream * local.derivative
        return pen.total(product) if local.total else product

    # Every sample has a loss of its own; one that knows no samples counts for each.
    seed = rate if loss.batched else rate * pen.samples
    return gradients({loss: seed}, local_derivatives, multiply)


def _of_sum(scalar: Scalar, pen: Pen) -> list[Symbol | None]:
    found: list[Symbol | None] = []
    for coefficient, factors in scalar.terms:
        if len(factors) == 1:
            found.append(Symbol(pen, coefficient) if factors[0].moves else None)
            continue
        x, y = factors
        found.append(Symbol(pen, coefficient, (y,), batched=y.batched) if x.moves else None)
        found.append(Symbol(pen, coefficient, (x,), batched=x.batched) if y.moves else None)
    return found


def _of_row(scalar: Scalar, pen: Pen) -> Sequence[Symbol | None]:
    op = scalar.op
    assert op is not None  # for the types: the caller has looked
    operands = [_symbol(pen, operand) for operand in scalar.operands]
    wanted = [operand.moves for operand in scalar.operands]
    out = _symbol(pen, scalar)
    try:
        return [None if local is None else pen.symbol(local) for local in op.local_derivatives(operands, out, wanted)]
    except TypeError:  # a rule of a user's own that takes plain numbers only: it is called as it is, when the program runs
        return [pen.apply(pen.derivative(op, i), [*operands, out]) if want else None for i, want in enumerate(wanted)]


def _symbol(pen: Pen, scalar: Scalar) -> Symbol:
    """A scalar, as a symbol to compute with."""
    return pen.symbol(scalar.number) if scalar.is_constant else Symbol(pen, 1.0, (scalar,), batched=scalar.batched)
