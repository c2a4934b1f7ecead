"""Costs and tiles: which backend runs a batch, and that a batch in parts comes to the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from dense_nets import dense
from hypothesis import given
from hypothesis import strategies as st
from net import Net
from nets import drawn
from odd_nets import random_graph
from oracle import agree, eager
from samples import batch
from structure import compiled

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.compiler import program as program_file
from autograd_mini.compiler.array_program import Apply, Numbers, Rows, Sum, Term
from autograd_mini.compiler.cost import SMALLEST, Cost, operations
from autograd_mini.ops import TABLE

COUNTS = st.integers(0, 10**6)
COSTS = st.builds(Cost, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
SIZES = st.integers(1, 10**5)


# --- tiles --------------------------------------------------------------------------------------------------------

#: Among them losses that no input moves, terms that all samples share, and weights used again and again.
NAMES = ("dense", "penalised", "recurrent", "convolution", "classifier", "the loss is a parameter", "parameters alone", "odd outputs")


@contextmanager
def at_a_time(samples: int) -> Iterator[None]:
    """Tiles of at most so many samples."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Cost, "samples_at_a_time", lambda *_: samples)
        yield


def fed(net: Net, size: int) -> list[Any]:
    """A large batch: some samples again and again, in any order."""
    some = batch(net, 7, Random(1))
    chosen = np.random.default_rng(size).integers(0, 7, size)
    return [block[chosen] for block in some]


@pytest.mark.parametrize("size", [1, 15, 16, 17, 1003])
@pytest.mark.parametrize("name", NAMES)
def test_a_batch_in_tiles_is_the_batch_at_once(name: str, size: int) -> None:
    net = drawn(name, 1).net
    arrays = fed(net, size)
    with at_a_time(10**9):
        whole = compiled(net, outputs=True, backend="numpy")(*arrays)
    with at_a_time(16):
        tiled = compiled(net, outputs=True, backend="numpy")(*arrays)
    assert tiled.outputs == pytest.approx(whole.outputs, rel=1e-13, abs=1e-15)
    assert tiled.loss == pytest.approx(whole.loss, rel=1e-13)
    assert tiled.gradients == pytest.approx(whole.gradients, rel=1e-12, abs=1e-13 * np.abs(whole.gradients).max())


@pytest.mark.parametrize("samples", [1, 2, 3, 5])
@pytest.mark.parametrize("name", NAMES)
def test_a_batch_in_tiles_is_what_the_eager_engine_gives(name: str, samples: int) -> None:
    net = drawn(name, 1).net
    arrays = batch(net, 5, Random(2))
    with at_a_time(samples):
        agree(compiled(net, outputs=True, backend="numpy")(*arrays), eager(net, arrays), 1e-12)


@pytest.mark.parametrize("size", [1, 15, 16, 17, 1003])
@pytest.mark.parametrize("name", NAMES)
def test_a_step_in_tiles_is_the_step_at_once(name: str, size: int) -> None:
    net = drawn(name, 1).net
    found = []
    for samples in (10**9, 16):
        with at_a_time(samples):
            step = compiled(net, outputs=True).bind(size)
            step.gradients(*step.checked(*fed(net, size)), scale=1.0 / size)
            found.append(step.grad[step.order])
    assert found[1] == pytest.approx(found[0], rel=1e-12, abs=1e-13 * np.abs(found[0]).max())


def test_batches_of_many_sizes_in_turn() -> None:
    net = dense(Random(0))
    program = compiled(net, outputs=True, backend="numpy")
    arrays = batch(net, 30, Random(1))
    for size in (*range(1, 30), *range(1, 30)):  # more than are kept
        part = [block[-size:] for block in arrays]
        assert program(*part).outputs.shape == (size, 2)
        assert program(*part).loss == pytest.approx(np.mean([program(*[x[i : i + 1] for x in part]).loss for i in range(size)]), rel=1e-13)


@given(st.integers(1, 500), st.integers(1, 100))
def test_tiles_are_a_partition_in_parts_of_nearly_one_size(count: int, largest: int) -> None:
    tiles = [range(count)[tile] for tile in program_file._tiles(count, largest)]
    assert [i for tile in tiles for i in tile] == list(range(count))
    assert all(0 < len(tile) <= largest for tile in tiles)
    assert len(tiles) <= -(-count // largest)  # no more than are needed
    assert len({len(tile) for tile in tiles[:-1]}) <= 1


@given(COSTS, st.integers(0, 10**7))
def test_the_more_rows_the_fewer_samples_at_a_time(cost: Cost, more: int) -> None:
    assert SMALLEST <= replace(cost, rows=cost.rows + more).samples_at_a_time() <= cost.samples_at_a_time()


def test_inputs_that_are_read_by_rows_count_among_them() -> None:
    wide = compiled(dense(Random(0), (50, 20, 10))).cost
    xs = [Value(0.5) for _ in range(50)]
    added = ag.compile(ag.sum([x * x for x in xs]), inputs=[xs]).cost
    assert wide.rows < 50 + 250
    assert added.rows == 51


# --- costs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("net", "size", "backend"),
    [
        (dense(Random(0), (2, 2, 1)), 1, "floats"),
        (dense(Random(0), (2, 2, 1)), 1000, "numpy"),
        (dense(Random(0), (64, 30, 10)), 1, "numpy"),
        (dense(Random(0), (64, 30, 10)), 10, "numpy"),
        (random_graph(Random(0), 300, 12), 1, "floats"),
        (random_graph(Random(0), 300, 12), 1000, "numpy"),
    ],
)
def test_the_backend_for_a_net_and_a_batch(net: Net, size: int, backend: str) -> None:
    assert compiled(net).cost.cheaper(size) == backend


@given(COSTS, SIZES, SIZES, st.sampled_from(["numpy", "floats"]))
def test_a_larger_batch_takes_no_less_time(cost: Cost, size: int, more: int, backend: str) -> None:
    assert 0 <= cost.microseconds(backend, size) <= cost.microseconds(backend, size + more)


@given(COSTS, st.lists(SIZES, min_size=2))
def test_what_is_cheaper_changes_once_at_most(cost: Cost, sizes: list[int]) -> None:
    """A run on arrays has a price to start with, so floats are for small batches, or always."""
    found = [cost.cheaper(size) for size in sorted(sizes)]
    assert found == sorted(found)


@contextmanager
def backends_that_ran() -> Iterator[list[str]]:
    """The names of the backends that run meanwhile."""
    ran: list[str] = []

    def watched(name: str, run: Callable[..., Any]) -> Callable[..., Any]:
        def and_run(*arguments: Any) -> Any:
            ran.append(name)
            return run(*arguments)

        return and_run

    with pytest.MonkeyPatch.context() as patched:
        for name, run in list(program_file.BACKENDS.items()):
            patched.setitem(program_file.BACKENDS, name, watched(name, run))
        yield ran


@pytest.mark.parametrize("backend", ["numpy", "floats", "reference", None])
@pytest.mark.parametrize("size", [1, 1000])
def test_the_backend_that_one_asks_for_is_the_one_that_runs(backend: str | None, size: int) -> None:
    net = dense(Random(0), (2, 2, 1))
    arrays = fed(net, size)
    with backends_that_ran() as ran:
        compiled(net, backend=backend)(*arrays)
    assert ran == [backend or ("floats" if size == 1 else "numpy")]


def test_counts_of_a_layer() -> None:
    """sigmoid(W x + b) with W 3×5 and b behind it: a product and an addition for each of 3×6 places, and 3 rows."""
    layer = Sum(Rows("v", np.arange(3).reshape(3, 1)), (_matrix(3, 6),))
    squashed = Apply(Rows("v", np.arange(3) + 3), TABLE["sigmoid"], (Rows("v", np.arange(3)),))
    added = Sum(Rows("v", np.arange(3) + 6), (Term(1.0, Rows("v", np.arange(3))), Term(1.0, Numbers(np.array(1.0)))))
    assert [operations(each) for each in (layer, squashed, added)] == [2 * 3 * 6, 3, 2 * 3]


def _matrix(rows: int, inner: int) -> Term:
    return Term(1.0, Rows("p", np.arange(rows * inner).reshape(rows, inner)), Rows("x0", np.arange(inner).reshape(inner, 1)), "matrix")


def test_counts_of_a_program() -> None:
    cost = compiled(dense(Random(0), (50, 20, 10))).cost
    forward = 20 * 51 + 10 * 21
    assert cost.products == 2 * forward + 21 * 10  # again for the weights' gradients, and back through the second layer
    assert cost.operations == pytest.approx(2 * cost.products, rel=0.1)
    assert 10 < cost.calls < 40
    assert cost.numbers < 40 * 30
