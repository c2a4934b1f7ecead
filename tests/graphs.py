"""Graphs that nobody would draw, for tests that have to get an answer to any: (y, x)."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan

from hypothesis import strategies as st

from autograd_mini import Value, ops
from autograd_mini.value import make

NUMBERS = [0.0, 1.0, -1.0, 2.0, 40.0, -800.0, 1e-9, 1e9, 1e200, -1e-200]
LOCALS = [1.0, -1.0, 0.5, -2.0, 0.0, -0.0, 1e-200, 1e200, inf, -inf, nan]


@st.composite
def hostile_graphs(draw: st.DrawFn) -> tuple[Value, Value]:
    """Any rows at any numbers: they overflow, divide by 0, take logarithms of what is below 0; now and then one is detached."""
    numbers = st.sampled_from(NUMBERS)
    nodes = [Value(draw(numbers), "x"), Value(draw(numbers), "w")]
    for _ in range(draw(st.integers(1, 6))):
        op = draw(st.sampled_from(list(ops.TABLE.values())))
        nodes.append(op(*[nodes[-1 - draw(st.integers(0, 3)) % len(nodes)] for _ in range(op.arity or 2)]))
        if draw(st.integers(0, 9)) == 0:
            nodes[-1] = nodes[-1].detach()
    return nodes[-1], nodes[0]


@st.composite
def graphs_of_any_slopes(draw: st.DrawFn, slopes: Sequence[float] = LOCALS) -> tuple[Value, Value]:
    """Local derivatives as drawn, whatever the numbers; every node leads from x to y or is left aside."""
    nodes = [Value(1.0, "x")]
    for _ in range(draw(st.integers(1, 7))):
        operands = tuple(nodes[-1 - i % len(nodes)] for i in draw(st.lists(st.integers(0, 3), min_size=1, max_size=3)))
        local_derivatives = tuple(draw(st.sampled_from(slopes)) for _ in operands)
        nodes.append(make(Value, 1.0, op=ops.sum, operands=operands, local_derivatives=local_derivatives))
    return nodes[-1], nodes[0]
