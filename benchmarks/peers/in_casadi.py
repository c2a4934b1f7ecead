"""Our graphs in CasADi: every node of a graph of Values becomes a node of its scalar expressions (SX), differentiated and run there.

What you can do with this file: `Casadi(case)`, a peer for any graph; `expression(loss, symbols)` is the graph in CasADi's terms.
"""

# ruff: noqa: D102 (the methods of a Peer are documented there)

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import casadi
import numpy as np

from autograd_mini import Value
from autograd_mini.graph import topological_order
from peers.graphs import Case
from peers.peer import BATCH, LEARNING_RATE, Array


def logsumexp(*terms: Any) -> Any:
    highest = reduce(casadi.fmax, terms)
    return highest + casadi.log(sum(casadi.exp(term - highest) for term in terms))


#: The rows that CasADi calls otherwise than we do, or has not.
ROWS: Mapping[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y, "div": lambda x, y: x / y, "neg": lambda x: -x,
    "pow": lambda x, y: x**y, "sum": lambda *terms: sum(terms), "logsumexp": logsumexp,
    "abs": casadi.fabs, "maximum": casadi.fmax, "minimum": casadi.fmin, "where": casadi.if_else,
    "gt": lambda x, y: x > y, "ge": lambda x, y: x >= y, "relu": lambda x: casadi.fmax(x, 0.0),
    "sigmoid": lambda x: 1.0 / (1.0 + casadi.exp(-x)), "softplus": lambda x: casadi.log1p(casadi.exp(x)),
}  # fmt: skip


def expression(loss: Value, symbols: Mapping[Value, Any]) -> Any:
    """The loss in CasADi's terms; the leaves are these symbols, or constants."""
    made = dict(symbols)
    for node in topological_order([loss]):
        if node not in made:
            row = ROWS.get(node.op.name) or getattr(casadi, node.op.name) if node.op else None
            made[node] = row(*(made[operand] for operand in node.operands)) if row else casadi.SX(node.data)
    return made[loss]


class Casadi:
    """The peer. It runs in float64, for one sample at a time, through CasADi's own buffers: its quickest call."""

    def __init__(self, case: Case, _dtype: str = "float64") -> None:
        self.case = case
        symbols = [casadi.SX.sym(f"x{i}", len(leaves)) for i, leaves in enumerate((*case.blocks, case.parameters))]
        leaves = [leaf for leaves in (*case.blocks, case.parameters) for leaf in leaves]
        loss = expression(case.loss, dict(zip(leaves, casadi.vertsplit(casadi.vertcat(*symbols)), strict=True)))
        gradient = casadi.densify(casadi.gradient(loss, symbols[-1]))
        self.function = casadi.Function("gradient", symbols, [gradient])
        *self.blocks, self.parameters = (np.zeros(symbol.numel()) for symbol in symbols)
        self.result = np.zeros(len(case.parameters))
        self.buffer, self.run = self.function.buffer()  # the buffer has to live as long as what runs on it
        for i, array in enumerate((*self.blocks, self.parameters)):
            self.buffer.set_arg(i, array.data)
        self.buffer.set_res(0, self.result.data)

    def load(self) -> None:
        self.parameters[:] = [parameter.data for parameter in self.case.parameters]

    def prepare(self, *blocks: Array) -> tuple[Array, ...]:
        return tuple(np.ascontiguousarray(block, np.float64) for block in blocks)

    def backward(self, *blocks: Array) -> Array:
        """The gradients of the samples, added up."""
        total, run, result = np.zeros(len(self.result)), self.run, self.result
        for sample in zip(*blocks, strict=True):
            for array, numbers in zip(self.blocks, sample, strict=True):
                array[:] = numbers
            run()
            total += result
        return total

    def gradient(self, *blocks: Array) -> Array:
        return self.backward(*blocks) / len(blocks[0])

    def train(self, xs: Array, ys: Array) -> None:
        for start in range(0, len(xs), BATCH):
            self.parameters -= LEARNING_RATE / BATCH * self.backward(xs[start : start + BATCH], ys[start : start + BATCH])
