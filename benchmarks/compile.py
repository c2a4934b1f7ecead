"""Compiled programs beside NumPy written by hand, PyTorch, JAX, CasADi and the eager engine, in one run.

What you can do with this file: `pip install "autograd-mini[compile,nn,bench]"` (a peer that is not there is left out), then
`python benchmarks/compile.py`; `--quick` for a first look, `--sizes` for the time and the memory that compiling takes.

How it is measured: one process, one thread. First every alternative has to compute the same gradient, to 1e-10 of the largest one in
float64, to 1e-4 in float32. Then the alternatives take turns, each from the same weights; figures are medians. Making arrays of the dtype
and the shape that a peer likes best is not in its time; for ours, checking the data is not, either.

* Dense nets: a step of gradient descent: the mean of ½Σ(a − y)² over a batch of 10, η 3.0. The data stand in for MNIST: random pictures
  with as much ink.
* The convolutional net (`peers/convolution.py`): the gradients of a batch of 10.
* Graphs: the gradients, by sample. *Eager* records the graph anew and goes back through it, as a training loop does. CasADi takes one
  sample at a time; its `map` over a batch was not faster.

OpenBLAS runs slow kernels on a processor that it does not know. If the line below the tables says Haswell on a processor with AVX-512,
set OPENBLAS_CORETYPE=SkylakeX: all that runs on NumPy gains by it, ours and the peers' (a matrix product up to 2.8 times); PyTorch and JAX
bring kernels of their own.
"""

from __future__ import annotations

import argparse
import os
import tracemalloc
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))  # read when NumPy is imported
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import numpy as np
from peers.graphs import DIGITS, PIXELS, Case, convolutional, dense, irregular, pictures
from peers.measure import TOLERANCES, Run, machine, microseconds, require_agreement
from peers.peer import BATCH, CASADI, CONVOLUTIONAL, DENSE, EAGER, GEMMS, OURS, TUNED, Alternative
from rich.console import Console
from rich.table import Table

import autograd_mini as ag
from autograd_mini.graph import topological_order

SIZES = ((120, 40, 10), (784, 60, 10), (1000, 490, 10))  # about 10⁴, 10⁵ and 10⁶ nodes


def runs_of(case: Case, dtype: str, alternatives: Sequence[Alternative], samples: int) -> dict[str, Run]:
    """What to time: training on the samples, or the gradient where they are one batch. All gradients have been compared."""
    xs, ys = pictures(samples, len(case.blocks[0]))
    gradients, runs = dict[str, Any](), dict[str, Run]()
    for one in alternatives:
        if one.missing or dtype not in one.dtypes:
            continue
        peer, count = one(case, dtype), min(samples, one.samples or samples)
        peer.load()
        gradients[one.name] = peer.gradient(*peer.prepare(xs[:BATCH], ys[:BATCH]))
        work = peer.train if samples > BATCH else peer.backward
        runs[one.name] = Run(partial(work, *peer.prepare(xs[:count], ys[:count])), count // BATCH, peer.load)
    require_agreement(gradients, dtype)
    return runs


def beside(us: dict[str, float], name: str) -> str:
    """A time, and how many times ours it is; nothing for an alternative that did not run."""
    return f"{us[name]:,.1f} {us[name] / us[OURS]:8.2f}×" if name in us else ""


def table_of(title: str, *columns: str, missing: Sequence[str] = ()) -> Table:
    table = Table(title=title, box=None, caption="\n".join(missing) or None, caption_justify="left")
    table.add_column("")
    for column in columns:
        table.add_column(column, justify="right")
    return table


def nets_table(title: str, cases: Sequence[Case], alternatives: Sequence[Alternative], samples: int, repeat: int) -> Table:
    """A column for each case and dtype, a row for each alternative: µs, and times ours."""
    pairs = [(case, dtype) for case in cases for dtype in TOLERANCES]
    found = [microseconds(runs_of(case, dtype, alternatives, samples), repeat) for case, dtype in pairs]
    missing = [f"{one.name} {one.missing}" for one in alternatives if one.missing]
    table = table_of(title, *(f"{case.name} {dtype}" for case, dtype in pairs), missing=missing)
    for one in alternatives:
        if not one.missing:
            table.add_row(one.name, *(beside(us, one.name) for us in found))
    if GEMMS in found[0]:
        table.add_row("share of its GEMMs in ours", *(f"{us[GEMMS] / us[OURS]:.2f} " for us in found))
        table.add_row("speed of ours, hand-tuned = 1", *(f"{us[TUNED] / us[OURS]:.2f} " for us in found))
    return table


def graph_row(case: Case, repeat: int) -> list[str]:
    """The figures of a graph: one sample at a time, then 1,000 at once."""
    rng = np.random.default_rng(0)
    blocks = {count: [rng.random((count, len(leaves))) for leaves in case.blocks] for count in (1, 1000)}
    gradients: dict[str, Any] = {OURS: case.program(*blocks[1]).gradients}
    runs = {count: {OURS: Run(partial(case.program, *batch), count)} for count, batch in blocks.items()}
    for one, counts in ((EAGER, [1]), (CASADI, [1, 1000])):
        if not one.missing:
            peer = one(case, "float64")
            peer.load()
            gradients[one.name] = peer.gradient(*blocks[1])
            for count in counts:
                runs[count][one.name] = Run(partial(peer.backward, *blocks[count]), count)
    require_agreement(gradients, "float64")
    single, many = microseconds(runs[1], repeat), microseconds(runs[1000], 3)
    nodes = f"{len(topological_order([case.loss])):,}"
    others = (beside(single, EAGER.name), beside(single, CASADI.name))
    return [case.name, nodes, f"{single[OURS]:,.1f}", *others, f"{many[OURS]:,.2f}", beside(many, CASADI.name)]


def graphs_table(cases: Sequence[Case], repeat: int) -> Table:
    missing = [f"{CASADI.name} {CASADI.missing}"] if CASADI.missing else []
    names = ("nodes", "ours", "eager", "CasADi", "ours, batch 1000", "CasADi, batch 1000")
    table = table_of("loss and gradients, µs per sample, and times ours", *names, missing=missing)
    for case in cases:
        table.add_row(*graph_row(case, repeat))
    return table


def sizes_row(case: Case, repeat: int) -> list[str]:
    """How long compiling the finished graph takes, and in a run of its own, how much memory at most."""
    compiling = partial(ag.compile, case.loss, inputs=case.blocks, parameters=case.parameters)
    nodes = len(topological_order([case.loss]))
    seconds = microseconds({OURS: Run(compiling)}, repeat)[OURS] / 1e6
    tracemalloc.start()
    compiling()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return [case.name, f"{nodes:,}", f"{seconds:.3f}", f"{1e6 * seconds / nodes:.2f}", f"{peak / 1e6:.1f}", f"{peak / nodes:.0f}"]


def sizes_table(repeat: int) -> Table:
    table = table_of("compiling a finished graph", "nodes", "seconds", "µs per node", "peak MB", "bytes per node")
    for sizes in SIZES:
        table.add_row(*sizes_row(dense(*sizes), repeat))
    return table


def tables(samples: int, repeat: int) -> Iterator[Table]:
    nets = [dense(PIXELS, 30, DIGITS), dense(PIXELS, 100, DIGITS)]
    yield nets_table("a step of gradient descent, batch 10: µs, and times ours", nets, DENSE, samples, repeat)
    yield nets_table("the gradients of a batch of 10: µs, and times ours", [convolutional()], CONVOLUTIONAL, BATCH, repeat)
    small = [dense(2, 2, 1), dense(4, 16, 3), dense(20, 30, 10)]
    yield graphs_table([*small, irregular(8000, deep=True), irregular(6000, deep=False)], repeat)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compiled programs beside their peers.")
    parser.add_argument("--quick", action="store_true", help="a first look: fewer steps, fewer turns")
    parser.add_argument("--sizes", action="store_true", help="time and memory of compiling, and nothing else")
    options = parser.parse_args()
    samples, repeat = (300, 5) if options.quick else (1000, 31)
    console = Console(width=150)
    for table in [sizes_table(3)] if options.sizes else tables(samples, repeat):
        console.print(table, "")
    console.print(machine())


if __name__ == "__main__":
    main()
