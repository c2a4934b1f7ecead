"""Names: from labels what is safe to print, else from the part that an array plays; each array has its own."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini.compiler.explaining.naming import Array, above, below, give_names, told

LABELS = [
    ([("layer 1", "neuron 1", "layer 1 · neuron 1 · w[1]"), ("layer 1", "neuron 2", "layer 1 · neuron 2 · w[1]")], ("w", 1)),
    ([("layer 12", "neuron 1", "layer 12 · neuron 1 · b")], ("b", 12)),
    ([("net", "layer 2", "z"), ("net", "layer 2", "z")], ("z", 2)),
    ([("layer 1", "z"), ("layer 2", "z")], ("z", None)),
    ([("w²_11",), ("w²_12",)], ("w", 2)),
    ([("b1[0]",), ("b1[1]",)], ("b", 1)),
    ([("b1",), ("b2",)], ("b", None)),
    ([("h1",)], ("h1", None)),
    ([("价格",)], ("价格", None)),
    ([("x[0]",), ("y[0]",)], ("", None)),
    ([("x[0]",), ()], ("", None)),
    ([("w'); import os",)], ("", None)),
    ([("<b>",)], ("", None)),
    ([("a very long name",)], ("", None)),
    ([("",)], ("", None)),
]


@pytest.mark.parametrize(("labels", "found"), LABELS)
def test_what_labels_say(labels: list[tuple[str, ...]], found: tuple[str, int | None]) -> None:
    assert told(labels) == found


@given(st.lists(st.lists(st.text(max_size=8), max_size=3).map(tuple), min_size=1, max_size=4))
def test_only_letters_and_digits_become_a_name(labels: list[tuple[str, ...]]) -> None:
    stem, number = told(labels)
    assert re.fullmatch(r"[^\W_]{0,18}", stem)
    assert number is None or 0 <= number < 10**6


STEMS = st.sampled_from(["W", "b", "z", ""])
ARRAYS = st.lists(st.tuples(st.sampled_from("pvx"), STEMS, st.none() | st.integers(0, 12), st.integers(0, 3)), max_size=8)


@given(ARRAYS)
def test_names_differ(parts: list[tuple[str, str, int | None, int]]) -> None:
    arrays = [Array(buffer, np.arange(1), stem, layer, ordinal) for buffer, stem, layer, ordinal in parts]
    give_names(arrays, ["rate"])
    names = [array.name for array in arrays if array.stem]
    assert len(set(names)) == len(names)
    assert all(array.name.startswith(array.stem) for array in arrays)
    assert all(not array.name for array in arrays if not array.stem)


def test_numbers_raised_and_lowered() -> None:
    assert (above(120), below(345)) == ("¹²⁰", "₃₄₅")
