"""Completing: a picture's border costs nothing, however it is written, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from conv_nets import POOLINGS, convolution
from hypothesis import given, settings
from hypothesis import strategies as st
from net import STYLES, Net, flat, matrix, quadratic, vector
from nets import Drawn, nets
from oracle import agree, eager
from samples import batch
from structure import compiled, structure
from test_nets import BACKENDS, TOLERANCE, worst

import autograd_mini as ag
from autograd_mini.compiler import arrangement
from autograd_mini.compiler.completing import SPREAD, WORTH, complete
from autograd_mini.compiler.scalars import FIXED, INPUT, PARAMETER, RATE, Pen, Scalar
from autograd_mini.errors import NonFiniteError

BORDERED = ("skipped", "zeros")
CONVOLUTIONS = {
    "size": (4, 5), "kernel": (2, 3), "stride": (1, 2), "channels": (1, 2), "filters": ((1,), (2,), (3,)), "pooling": POOLINGS,
    "activation": ("relu", "sigmoid"), "style": STYLES,
}  # fmt: skip


# --- what it is for -----------------------------------------------------------------------------------------------


def within(sizes: Mapping[str, Any]) -> Net:
    """A convolution of the same sizes that stays inside a picture which is larger by the border."""
    return convolution(Random(1), **{**sizes, "size": sizes["size"] + 2 * (sizes["kernel"] // 2)}, padding="valid")


@settings(max_examples=30)
@given(st.fixed_dictionaries({name: st.sampled_from(options) for name, options in CONVOLUTIONS.items()}), st.sampled_from(BORDERED))
def test_a_border_makes_no_more_instructions(sizes: dict[str, Any], padding: str) -> None:
    found = structure(compiled(convolution(Random(1), **sizes, padding=padding)).array_program)
    assert found == structure(compiled(within(sizes)).array_program)


@pytest.mark.parametrize("padding", BORDERED)
def test_a_border_within_a_network_makes_no_more_instructions(padding: str) -> None:
    sizes: dict[str, Any] = {"size": 7, "kernel": 3, "filters": (2, 3)}
    found = structure(compiled(convolution(Random(1), **sizes, padding=padding)).array_program)
    assert found == structure(compiled(within(sizes)).array_program)
    assert found.matrices_forward == 3


@pytest.mark.parametrize("padding", BORDERED)
def test_the_order_in_which_a_border_is_written_does_not_matter_forward(padding: str) -> None:
    found = structure(compiled(convolution(Random(1), 5, kernel=3, padding=padding, shuffled=True)).array_program)
    straight = structure(compiled(convolution(Random(1), 5, kernel=3, padding=padding)).array_program)
    assert (found.forward, found.matrices_forward) == (straight.forward, straight.matrices_forward)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("padding", BORDERED)
@pytest.mark.parametrize("sizes", [{"size": 4}, {"size": 5, "channels": 2}, {"size": 5, "filters": (2, 2)}, {"size": 4, "stride": 2}])
def test_a_border_changes_no_number(sizes: dict[str, Any], padding: str, backend: str) -> None:
    assert worst(convolution(Random(1), **sizes, kernel=3, padding=padding), 3, 5, backend) <= TOLERANCE


@given(nets(), st.integers(1, 3))
def test_programs_give_the_same_with_and_without(found: Drawn, size: int) -> None:
    """For finite numbers, whatever the graph."""
    net = found.net
    arrays = batch(net, size, Random(size))
    with patch.object(arrangement, "complete", lambda *_: None):
        plain = compiled(net, outputs=True, backend="numpy")(*arrays)
    completed = compiled(net, outputs=True, backend="numpy")(*arrays)
    expected = eager(net, arrays)._replace(losses=np.array([plain.loss]), outputs=plain.outputs, gradients=plain.gradients)
    agree(completed, expected, TOLERANCE)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("padding", BORDERED)
def test_a_weight_that_is_infinite_is_no_number(padding: str, backend: str) -> None:
    """0 × inf: it is not a number in the middle of a picture with zeros in it either; it never comes to a wrong number."""
    net = convolution(Random(1), 4, kernel=3, padding=padding, activation="sigmoid")
    program = compiled(net, backend=backend)
    program.parameters[0] = np.inf  # a corner of a filter, which hangs over the border in places
    with pytest.raises(NonFiniteError, match="the loss of row 0 is nan"):
        program(*batch(net, 1, Random(0)))


def test_a_sum_that_only_resembles_others_is_left_alone() -> None:
    """Neurons that read different inputs through weights of their own have no model."""
    rng = Random(0)
    xs, ys = vector(rng, 6, "x"), vector(rng, 4, "y")
    weights = matrix(rng, 4, 6, "w")
    sets = [rng.sample(range(6), count) for count in (2, 3, 5, 6)]
    zs = [ag.sum([weights[i][j] * xs[j] for j in chosen]) for i, chosen in enumerate(sets)]
    used = [weights[i][j] for i, chosen in enumerate(sets) for j in chosen]
    program = compiled(Net(quadratic([ag.tanh(z) for z in zs], ys), [xs, ys], flat(used))).array_program
    assert not program.fixed.get("x0")


# --- the sums of one level, by themselves -------------------------------------------------------------------------


class Sums:
    """Sums of weights times inputs, and what completing has done to them."""

    def __init__(self, chosen: list[list[int]], coefficient: float = 1.0) -> None:
        pen = Pen()
        ws = [pen.leaf(PARAMETER, i).factors[0] for i in range(8)]
        xs = [pen.leaf(INPUT, i, batched=True).factors[0] for i in range(8 * len(chosen))]
        self.zero = pen.new(source=FIXED, batched=True)
        self.sums = [
            pen.sum(0.0, {(ws[i], xs[8 * j + i]): coefficient for i in weights}, batched=True)
            for j, weights in enumerate(chosen)
            if weights
        ]
        self.before = [each.terms for each in self.sums]
        kinds = {PARAMETER: "p", INPUT: "x0", FIXED: "x0", RATE: "n", None: "v"}
        self.asked: list[str] = []
        complete(self.sums, [kinds[scalar.source] for scalar in pen.scalars], self._zero)

    def _zero(self, buffer: str) -> Scalar:
        self.asked.append(buffer)
        return self.zero


WEIGHTS = st.lists(st.integers(0, 7), unique=True).map(sorted)
PATCHES = st.lists(st.sampled_from([[0, 1, 2, 3, 4], [0, 1, 2, 3], [0, 1], [3, 4], [2], [4, 5, 6, 7], [4, 6]]), min_size=1, max_size=6)


def weights_of(terms: Any) -> frozenset[Scalar]:
    return frozenset(pair[0] for _, pair in terms)


@given(st.lists(WEIGHTS, min_size=1, max_size=6) | PATCHES, st.sampled_from([1.0, -1.0, 0.5]))
def test_what_is_added_is_0_and_makes_a_sum_like_one_that_was_there(chosen: list[list[int]], coefficient: float) -> None:
    found = Sums(chosen, coefficient)
    models = {weights_of(terms) for terms in found.before}
    for each, before in zip(found.sums, found.before, strict=True):
        kept, added = each.terms[: len(before)], each.terms[len(before) :]
        assert kept == before
        assert all(c == coefficient and pair[1] is found.zero and pair[0] not in weights_of(before) for c, pair in added)
        assert each.operands == tuple(factor for _, pair in each.terms for factor in pair)
        assert len(weights_of(each.terms)) == len(each.terms)
        if added:
            assert weights_of(each.terms) in models
            assert len(each.terms) >= WORTH
    assert sum(len(each.terms) for each in found.sums) <= SPREAD * sum(map(len, found.before))
    assert set(found.asked) <= {"x0"}


@given(st.lists(WEIGHTS, min_size=1, max_size=6))
def test_where_no_sum_is_a_model_for_another_nothing_is_added(chosen: list[list[int]]) -> None:
    sets = [frozenset(weights) for weights in chosen if weights]
    if not any(small < large and len(large) >= WORTH for small in sets for large in sets):
        found = Sums(chosen)
        assert [each.terms for each in found.sums] == found.before


def test_a_border_is_filled_from_its_model() -> None:
    found = Sums([[0, 1, 2, 3, 4], [0, 1, 2], [3, 4], [5, 6, 7]])
    assert [len(each.terms) for each in found.sums] == [5, 5, 5, 3]


def test_too_much_is_not_added() -> None:
    """One weight each, many times: completing would make five products of each."""
    found = Sums([[0, 1, 2, 3, 4], *([i] for i in range(5) for _ in range(9))])
    assert [each.terms for each in found.sums] == found.before
