"""MNIST, trained from scalars: the accuracies that are reached, and how long it takes beside NumPy written by hand and PyTorch.

What you can do with this file: `pip install "autograd-mini[mnist,nn,bench]"`, then, with AUTOGRAD_MINI_DATA naming the folder of the
four files if they are not in the cache:

    python benchmarks/mnist.py accuracy      the courses' networks: the best epoch of 30, on the 10,000 test digits
    python benchmarks/mnist.py fastest       seconds to 97 % and to 98 %, beside PyTorch doing the same
    python benchmarks/mnist.py speed         samples a second of nn.fit, beside the textbook loop and PyTorch, taking turns
    python benchmarks/mnist.py whole         30 epochs, measured after each, beside the textbook loop doing the same; peak memory

Without a name, all of them. One process, one thread.

Two accuracies with the same network differ by chance: the standard error of 97 % on 10,000 digits is 0.17 %. The best of 30 epochs is
chosen by the test set itself, as the courses' book does it; an honest estimate for new digits is a little lower.

What is timed: nn.fit as it is called, with its shuffling, loss, accuracy and (if stderr is a terminal) bar; compiling stands apart. The
others shuffle too, and need not tell anything; PyTorch computes a loss in any case.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from statistics import mean, median
from time import perf_counter

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))  # read when NumPy is imported

from peers.epochs import PYTORCH, TEXTBOOK, WHOLE, by_fit, by_peer
from peers.measure import machine
from peers.peer import BATCH
from peers.race import RACES, in_pytorch, ours
from peers.recipes import EPOCHS, RECIPES
from rich.console import Console
from rich.table import Table

import nn
from nn.compiled import program_of

REPEAT = 3


def accuracy(data: nn.datasets.Dataset, epochs: int) -> Table:
    """The courses' networks. (The book trains on 50,000 of the images.)"""
    columns = ("seeds", "best epoch, mean", "lowest", "last epoch, mean", "must reach", "the book")
    table = table_of(f"Accuracy on the 10,000 test digits, {epochs} epochs, batches of 10", *columns)
    for recipe in RECIPES:
        found = [recipe.train(data, seed, epochs).test_accuracy for seed in range(recipe.seeds)]
        best = [max(accuracies) for accuracies in found]
        numbers = (mean(best), min(best), mean(accuracies[-1] for accuracies in found))
        table.add_row(recipe.name, str(recipe.seeds), *(f"{number:.2%}" for number in numbers), recipe.must, recipe.book)
    return table


def fastest(data: nn.datasets.Dataset, seeds: int) -> Table:
    """Who reaches an accuracy first; each seed once by us, once by PyTorch; medians. The two draw different numbers from a seed."""
    columns = ("seeds", "compiling", "training", "epochs", "PyTorch", "epochs")
    table = table_of("Seconds until an epoch ends with so many right, measuring after each epoch included (medians)", *columns)
    for race in RACES:
        runs = {run: [run(race, data, seed) for seed in range(seeds)] for run in (ours, *([] if PYTORCH.missing else [in_pytorch]))}
        middle = {run: [median(column) for column in zip(*found, strict=True)] for run, found in runs.items()}
        compiled, seconds, epochs, _ = middle[ours]
        row = [str(seeds), f"{compiled:.2f}", f"{seconds:.2f}", f"{epochs:g}"]
        if in_pytorch in middle:
            row += [f"{middle[in_pytorch][1]:.2f}", f"{middle[in_pytorch][2]:g}"]
        table.add_row(f"{race.goal:.0%}: {race}", *row)
    return table


def speed(data: nn.datasets.Dataset, repeat: int) -> Table:
    """An epoch of each in turn, batches of 10, the quadratic cost, η 3; medians."""
    columns = ("nn.fit", "compiled in", TEXTBOOK.name, "", PYTORCH.name, "")
    table = table_of("Samples a second, shuffling included; and how many times as many nn.fit does", *columns)
    for hidden in (30, 100):
        for dtype in ("float64", "float32"):
            here = nn.datasets.Samples(data.train.x.astype(dtype), data.train.y)
            net = nn.MLP(784, [hidden, 10], rng=0)
            start = perf_counter()
            program_of(net, nn.quadratic_cost).bind(BATCH, dtype, results=True)
            compiled = perf_counter() - start
            runs: dict[str, Callable[[], float]] = {"nn.fit": partial(by_fit, net, here, dtype)}
            runs |= {other.name: by_peer(other, hidden, dtype, here) for other in (TEXTBOOK, PYTORCH) if not other.missing}
            turns = [{name: run() for name, run in runs.items()} for _ in range(repeat)]
            found = {name: len(here) / median(turn[name] for turn in turns) for name in runs}
            row = [f"{found['nn.fit']:,.0f}", f"{compiled:.2f} s"]
            for name in list(runs)[1:]:
                row += [f"{found[name]:,.0f}", f"{found['nn.fit'] / found[name]:.2f}×"]
            table.add_row(f"784-{hidden}-10 {dtype}", *row)
    return table


def whole(data: nn.datasets.Dataset, epochs: int) -> Table:
    """The whole run, from the network to the last accuracy, each in a process of its own with nothing else in it."""
    table = table_of(f"784-30-10, {epochs} epochs, the test digits after each; one process each", "seconds", "best epoch", "peak memory")
    for name in WHOLE:
        for dtype in ("float64", "float32"):
            command = [sys.executable, __file__, "one", name, "--dtype", dtype, "--epochs", str(epochs)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds, best, peak = map(float, done.stdout.split())
            table.add_row(f"{name} {dtype}", f"{seconds:.1f}", f"{best:.2%}", f"{peak / 1e6:,.0f} MB")
    return table


def one(name: str, dtype: str, epochs: int) -> None:
    """One whole run, for `whole`: its seconds, without reading the files; its best accuracy; the most bytes that this process held."""
    data = nn.datasets.mnist(download=False, dtype=dtype)
    start = perf_counter()
    best = WHOLE[name](data, dtype, epochs)
    print(perf_counter() - start, best, 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def table_of(title: str, *columns: str) -> Table:
    table = Table(title=title, box=None, title_justify="left")
    for column in ("", *columns):
        table.add_column(column, justify="left" if not column else "right")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["accuracy", "fastest", "speed", "whole"], help="accuracy, fastest, speed, whole (all)")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of accuracy and whole; fewer for a first look")
    parser.add_argument("--dtype", default="float32", help="of one")
    options = parser.parse_args()
    if options.parts[0] == "one":
        one(options.parts[1], options.dtype, options.epochs)
        return
    data = nn.datasets.mnist(download=False, dtype="float32")
    tables: dict[str, Callable[[], Table]] = {
        "accuracy": lambda: accuracy(data, options.epochs),
        "fastest": lambda: fastest(data, 3),
        "speed": lambda: speed(data, REPEAT),
        "whole": lambda: whole(data, options.epochs),
    }
    console = Console(width=200)
    for part in options.parts:
        console.print(tables[part](), "")
    print(machine())


if __name__ == "__main__":
    main()
