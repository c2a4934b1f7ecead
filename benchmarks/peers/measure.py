"""How it is measured: the alternatives take turns, after their gradients were compared.

What you can do with this file: `microseconds(runs, repeat)`, `require_agreement(gradients, dtype)`, `machine()`.
"""

from __future__ import annotations

import gc
import platform
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

TOLERANCES = {"float64": 1e-10, "float32": 1e-4}
TURN = 0.01  # seconds


class Run(NamedTuple):
    """Something to time: what to time, how many steps or samples it is, and what to do before the clock runs."""

    run: Callable[[], object]
    steps: int = 1
    before: Callable[[], object] = lambda: None


def seconds(run: Run, calls: int) -> float:
    """The time of a step, over so many calls."""
    run.before()
    start = perf_counter()
    for _ in range(calls):
        run.run()
    return (perf_counter() - start) / (calls * run.steps)


def microseconds(runs: Mapping[str, Run], repeat: int) -> dict[str, float]:
    """The median time of a step of each, their turns alternating. A turn is so many calls that caches are warm for most of it.

    Python's collector is kept from what is there already: the eager engine would pay for looking through everyone's graphs.
    """
    gc.collect()
    gc.freeze()
    calls = {name: 1 + int(TURN / (run.steps * seconds(run, 1))) for name, run in runs.items()}
    turns = [{name: seconds(run, calls[name]) for name, run in runs.items()} for _ in range(repeat)]
    gc.unfreeze()
    return {name: 1e6 * median(turn[name] for turn in turns) for name in runs}


def require_agreement(gradients: Mapping[str, Any], dtype: str) -> None:
    """Raise AssertionError, naming the one, unless all are as the first is: what computes something else is not worth its time."""
    first, *others = gradients
    largest = np.abs(gradients[first]).max()
    for name in others:
        off = np.abs(gradients[name] - gradients[first]).max() / largest
        if not off <= TOLERANCES[dtype]:
            raise AssertionError(f"{name.strip()}, {dtype}: its gradient is off that of {first} by {off:.1e} of the largest")


def machine() -> str:
    """The processor's architecture, the versions, and the kernels that OpenBLAS chose (if threadpoolctl is there to tell)."""
    found = [f"{name} {version(name)}" for name in ("numpy", "torch", "jax", "casadi") if find_spec(name)]
    if find_spec("threadpoolctl"):
        pools = import_module("threadpoolctl").threadpool_info()
        blas = {f"{p['internal_api']} with {p['architecture']} kernels" for p in pools if p["internal_api"] == "openblas"}
        found += sorted(blas)
    return ", ".join([f"Python {platform.python_version()}", platform.machine(), *found, "one thread"])
