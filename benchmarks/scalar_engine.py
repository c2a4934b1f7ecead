"""The scalar engine beside PyPI's micrograd 0.1.0: time, memory, import.

What you can do with this file: `pip install "autograd-mini[bench]"`, then `python benchmarks/scalar_engine.py` prints one table,
measured in one run; the exit code is 1 if a target is missed.

How it is measured: the same generic code builds the same expressions with either library's `Value`. Runs of the two alternate, so that
a slow moment of the machine meets both; `gc.collect()` comes before each; figures are medians. Each time is forward + backward; the
last graph is let go of after the clock has stopped. "Collector on" is how Python runs: much of micrograd's time there goes to
the garbage collector, since its closures and nodes refer to each other in cycles. "Collector off" is the same under `gc.disable()`;
the 42 nodes are built 300 times between two looks at the clock, and there ours frees its graphs while micrograd's pile up: no target.
micrograd's `backward` recurses, so all runs in a thread with a large stack and a raised recursion limit.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import random
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from micrograd.engine import Value as MicrogradValue
from rich.console import Console
from rich.table import Table

from autograd_mini import Value

ROWS, PRODUCTS = 30, 784
NODES = ROWS * PRODUCTS + ROWS * (PRODUCTS - 1) + (ROWS - 1) + 1  # products, sums in the rows, sum of the rows, scale: 47,040

#: A loaded module is "beyond the standard library" if neither Python itself nor this project brings it.
PROBE = "import sys; before = set(sys.modules); import autograd_mini; print(*set(sys.modules) - before)"


class Line(NamedTuple):
    """One line of the table; `reached` is None where there is no target."""

    what: str
    ours: str
    micrograd: str
    ratio: str
    target: str
    reached: bool | None


def weighted_sums(kind: Any) -> Callable[[], Any]:
    """30 rows of 784 products of Values, added up one by one: 47,040 new nodes over 24,305 leaves."""
    rng = random.Random(0)
    weights = [[kind(rng.gauss(0, 1)) for _ in range(PRODUCTS)] for _ in range(ROWS)]
    inputs, scale = [kind(rng.random()) for _ in range(PRODUCTS)], kind(1 / ROWS)

    def build() -> Any:
        total = None
        for row in weights:
            z = row[0] * inputs[0]
            for w, x in zip(row[1:], inputs[1:], strict=True):
                z = z + w * x
            total = z if total is None else total + z
        return total * scale

    return build


def small_expression(kind: Any) -> Callable[[], Any]:
    """42 new nodes: three relu neurons of six inputs, their sum times a number."""
    rng = random.Random(0)
    weights = [[kind(rng.gauss(0, 1)) for _ in range(6)] for _ in range(3)]
    inputs, biases = [kind(rng.random()) for _ in range(6)], [kind(rng.random()) for _ in range(3)]
    scale = kind(0.5)

    def build() -> Any:
        a, b, c = (_neuron(row, inputs, bias) for row, bias in zip(weights, biases, strict=True))
        return (a + b + c) * scale

    return build


def _neuron(weights: list[Any], inputs: list[Any], bias: Any) -> Any:
    z = bias
    for w, x in zip(weights, inputs, strict=True):
        z = z + w * x
    return z.relu()


def timed(build: Callable[[], Any], repeats: int, collector: bool) -> float:
    """Seconds for one forward and backward pass, as the mean of `repeats` in a row."""
    gc.collect()
    if not collector:
        gc.disable()
    try:
        start = perf_counter()
        for _ in range(repeats):
            output = build()
            output.backward()
        return (perf_counter() - start) / repeats
    finally:
        gc.enable()


def compare(expression: Callable[[Any], Callable[[], Any]], rounds: int, repeats: int, collector: bool) -> tuple[float, float]:
    """Median seconds (ours, micrograd's), measured in turn."""
    builds = expression(Value), expression(MicrogradValue)
    times = [[timed(build, repeats, collector) for build in builds] for _ in range(rounds)]
    return median(ours for ours, _ in times), median(theirs for _, theirs in times)


def bytes_per_node(kind: Any) -> tuple[float, float]:
    """Traced bytes for each new node of the weighted sums, before and after `backward` (then with the leaves' gradients too)."""
    build = weighted_sums(kind)
    gc.collect()
    tracemalloc.start()
    try:
        output = build()
        before = tracemalloc.get_traced_memory()[0]
        output.backward()
        gc.collect()
        return before / NODES, tracemalloc.get_traced_memory()[0] / NODES
    finally:
        tracemalloc.stop()


def import_seconds(rounds: int) -> float:
    """How much longer `import autograd_mini` takes than an empty program, in fresh interpreters, measured in turn."""
    times = [[_run_seconds(program) for program in ("pass", "import autograd_mini")] for _ in range(rounds)]
    return median(importing for _, importing in times) - median(empty for empty, _ in times)


def loaded_beyond_the_standard_library() -> list[str]:
    """The packages, other than its own, that `import autograd_mini` loads."""
    loaded = subprocess.run([sys.executable, "-c", PROBE], check=True, capture_output=True, text=True).stdout.split()
    packages = {name.partition(".")[0] for name in loaded}
    return sorted(packages - set(sys.stdlib_module_names) - {"autograd_mini"})


def _run_seconds(program: str) -> float:
    start = perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return perf_counter() - start


def lines(rounds: int) -> list[Line]:
    """Measure everything."""
    found: list[Line] = []
    target: float | None
    for collector, target in ((True, 3.5), (False, 2.0)):
        times = compare(weighted_sums, rounds, 1, collector)
        found.append(_time_line(f"{NODES:,} nodes, collector {'on' if collector else 'off'}", times, 1e3, "ms", target))
    for collector, target in ((True, 2.0), (False, None)):
        times = compare(small_expression, 3 * rounds, 300, collector)
        found.append(_time_line(f"fresh 42 nodes, collector {'on' if collector else 'off'}", times, 1e6, "µs", target))
    memory = zip(bytes_per_node(Value), bytes_per_node(MicrogradValue), strict=True)
    for (ours, theirs), when in zip(memory, ("before", "after"), strict=True):
        limit = 260 if when == "before" else None
        found.append(Line(
            f"bytes per new node, {when} backward", f"{ours:.0f} B", f"{theirs:.0f} B", f"{theirs / ours:.2f}×",
            f"≤ {limit} B" if limit else "", ours <= limit if limit else None,
        ))  # fmt: skip
    seconds = import_seconds(2 * rounds + 1)
    found.append(Line("import autograd_mini", f"{1e3 * seconds:.1f} ms", "", "", "< 60 ms", seconds < 0.060))
    beyond = loaded_beyond_the_standard_library()
    found.append(Line("beyond the standard library", ", ".join(beyond) or "nothing", "", "", "nothing", not beyond))
    return found


def _time_line(what: str, times: tuple[float, float], scale: float, unit: str, target: float | None) -> Line:
    ours, theirs = times
    ratio = theirs / ours
    goal, reached = (f"≥ {target}×", ratio >= target) if target else ("", None)
    return Line(what, f"{ours * scale:.1f} {unit}", f"{theirs * scale:.1f} {unit}", f"{ratio:.2f}×", goal, reached)


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description="autograd_mini beside micrograd 0.1.0, in one run")
    parser.add_argument("--rounds", type=int, default=7, help="how many times each comparison is measured (default: 7)")
    rounds = parser.parse_args().rounds
    found = lines(rounds)
    table = Table("", box=None, pad_edge=False)
    for column in ("autograd_mini", "micrograd", "ratio", "target", ""):
        table.add_column(column, justify="right")
    for line in found:
        table.add_row(*line[:-1], {None: "", True: "reached", False: "MISSED"}[line.reached])
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores; medians of {rounds} rounds, in turn\n")
    Console(width=110).print(table)
    return 1 if any(line.reached is False for line in found) else 0


def _with_room_to_recurse(program: Callable[[], int]) -> int:
    """Run in a thread whose stack micrograd's recursion cannot exhaust."""
    codes: list[int] = []
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=lambda: codes.append(program()))
    thread.start()
    thread.join()
    return codes[0] if codes else 1


if __name__ == "__main__":
    sys.exit(_with_room_to_recurse(main))
