"""Compiled programs beside the eager engine, in one run: small networks and irregular graphs.

What you can do with this file: `pip install "autograd-mini[compile,nn]"`, then `python benchmarks/compile.py`.

How it is measured: loss and gradients of one sample, or of a batch; runs of the alternatives alternate, figures are medians. *Eager*
records the graph anew and goes back through it, as a training loop does. The random graphs take their operands anywhere, or among the
last 60 nodes (deep); their loss adds up the leaves and the last 400 nodes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.graph import topological_order


class Case(NamedTuple):
    """A graph: a way to record it from Values, its inputs and parameters."""

    name: str
    record: Callable[[list[Value], list[Value]], Value]
    inputs: list[Value]
    parameters: list[Value]


def network(nin: int, nouts: list[int]) -> Case:
    net = nn.MLP(nin, nouts, activation="sigmoid", rng=0)
    rng = random.Random(0)
    inputs = [Value(rng.random()) for _ in range(nin + nouts[-1])]

    def record(xs: list[Value], _parameters: list[Value]) -> Value:
        return nn.quadratic_cost(net(xs[:nin]), xs[nin:])

    return Case(f"network {'-'.join(map(str, [nin, *nouts]))}", record, inputs, net.parameters())


def irregular(nodes: int, deep: bool) -> Case:
    rng = random.Random(1)
    rows = [ag.ops.add, ag.ops.mul, ag.ops.sub, ag.ops.sin, ag.ops.tanh, ag.ops.sigmoid]
    plan: list[tuple[Any, list[float]]] = [(rng.choice(rows), [rng.random(), rng.random()]) for _ in range(nodes)]

    def record(xs: list[Value], ws: list[Value]) -> Value:
        made = [*xs, *ws]
        for op, shares in plan:
            reach = min(len(made), 60) if deep else len(made)
            operands = [made[len(made) - 1 - int(share * reach)] for share in shares[: op.arity]]
            made.append(op(*operands))
        total = made[0]
        for node in (*made[1:40], *made[-400:]):
            total = total + node
        return total

    leaves = [Value(rng.uniform(-1, 1)) for _ in range(40)]
    return Case(f"random graph, {'deep' if deep else 'any operands'}", record, leaves[:20], leaves[20:])


def microseconds(runs: dict[str, Callable[[], object]], repeat: int) -> dict[str, float]:
    """The median time of each, their runs alternating."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    for _ in range(repeat):
        for name, run in runs.items():
            start = perf_counter()
            run()
            times[name].append(perf_counter() - start)
    return {name: 1e6 * median(seconds) for name, seconds in times.items()}


def lines(case: Case, repeat: int) -> list[str]:
    loss = case.record(case.inputs, case.parameters)
    program = ag.compile(loss, inputs=case.inputs, parameters=case.parameters)
    rng = np.random.default_rng(0)
    sample, batch = rng.random((1, len(case.inputs))), rng.random((1000, len(case.inputs)))

    def eager() -> None:
        case.record([Value(x) for x in sample[0].tolist()], case.parameters).backward()

    def on(backend: str, rows: Any) -> Callable[[], object]:
        def run() -> object:
            program.backend = backend
            return program(rows)

        return run

    one = microseconds({"eager": eager, "floats": on("floats", sample)}, repeat)
    many = microseconds({"arrays": on("arrays", batch)}, 3)
    ratio = one["eager"] / one["floats"]
    nodes = f"{len(topological_order([loss])):,}"
    return [case.name, nodes, f"{one['eager']:,.0f}", f"{one['floats']:,.1f}", f"{ratio:.1f}×", f"{many['arrays'] / len(batch):,.2f}"]


def main() -> None:
    parser = argparse.ArgumentParser(description="Compiled programs beside the eager engine.")
    parser.add_argument("--repeat", type=int, default=15)
    repeat = parser.parse_args().repeat
    table = Table(title="loss and gradients, µs per sample", box=None)
    for column in ("graph", "nodes", "eager", "floats, batch 1", "ratio", "arrays, batch 1000"):
        table.add_column(column, justify="left" if column == "graph" else "right")
    for case in (network(2, [2, 1]), network(4, [16, 3]), network(20, [30, 10]), irregular(8000, True), irregular(6000, False)):
        table.add_row(*lines(case, repeat))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
