"""Shuffling: every order is as likely as any other, with NumPy and without."""

from __future__ import annotations

import sys
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.shuffling import shuffled


@given(st.integers(0, 300), st.integers(0, 2**32))
def test_without_numpy_it_is_the_same(n: int, seed: int) -> None:
    order = [int(number) for number in shuffled(Random(seed), n)]
    assert sorted(order) == list(range(n))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "numpy", None)
        assert shuffled(Random(seed), n) == order


def test_the_generator_goes_on() -> None:
    rng = Random(0)
    assert shuffled(rng, 50).tolist() != shuffled(rng, 50).tolist()


def test_all_orders_of_four_are_equally_likely() -> None:
    rng, times = Random(0), 24_000
    found = Counter(tuple(shuffled(rng, 4).tolist()) for _ in range(times))
    assert len(found) == 24
    # χ² with 23 degrees of freedom: above 50 once in a thousand generators.
    assert sum((count - times / 24) ** 2 / (times / 24) for count in found.values()) < 50
