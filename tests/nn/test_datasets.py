"""Samples, and scikit-learn's digits: ranges, the fixed split, no overlap."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import nn
from autograd_mini.errors import MissingExtra
from nn.datasets import Dataset, Samples


def test_the_digits() -> None:
    data = nn.datasets.digits()
    assert isinstance(data, Dataset)
    train, test = data
    for samples, count in ((train, 1437), (test, 360)):
        x, y = np.asarray(samples.x), np.asarray(samples.y)
        assert x.shape == (count, 64)
        assert (len(samples), len(y)) == (count, count)
        assert (x.min(), x.max()) == (0.0, 1.0)
        assert set(y.tolist()) == set(range(10))


def test_every_digit_has_the_same_share_in_both_parts() -> None:
    data = nn.datasets.digits()
    shares = [np.bincount(np.asarray(samples.y)) / len(samples) for samples in data]
    assert np.abs(shares[0] - shares[1]).max() < 0.002


def test_the_split_is_complete_and_always_the_same() -> None:
    from sklearn.datasets import load_digits

    first, again = nn.datasets.digits(), nn.datasets.digits()
    assert np.array_equal(first.train.x, again.train.x)
    assert np.array_equal(first.test.y, again.test.y)
    rows = sorted(tuple(row) for samples in first for row in np.asarray(samples.x).tolist())
    assert rows == sorted(tuple(row) for row in (load_digits().data / 16).tolist())
    assert np.asarray(first.train.y)[:8].tolist() == [3, 9, 1, 3, 1, 9, 4, 4]


def test_slices_are_samples() -> None:
    samples = Samples([[0.0], [1.0], [2.0]], [0, 1, 0])
    assert isinstance(samples[1:], Samples)
    assert (samples[1:].x, samples[1:].y, len(samples[:0])) == ([[1.0], [2.0]], [1, 0], 0)
    assert repr(samples) == "<Samples: 3>"


@pytest.mark.parametrize("part", [[2, 0], range(2, -1, -2), np.array([2, 0]), [np.int64(2), -3]])
def test_places_give_samples(part: Any) -> None:
    x, y = [[0.0], [1.0], [2.0]], [0, 1, 2]
    for samples in (Samples(x, y), Samples(np.array(x), np.array(y)), Samples(np.array(x), y)):
        found = samples[part]
        assert isinstance(found, Samples)
        assert (type(found.x), type(found.y)) == (type(samples.x), type(samples.y))
        assert (np.asarray(found.x).tolist(), np.asarray(found.y).tolist()) == ([[2.0], [0.0]], [2, 0])


def test_bools_give_samples() -> None:
    samples = Samples(np.array([[0.0], [1.0], [2.0]]), np.array([0, 1, 0]))
    for part in (samples.y == 0, [True, False, True], list(samples.y == 0)):
        assert samples[part].x.tolist() == [[0.0], [2.0]]
        assert Samples(samples.x.tolist(), samples.y.tolist())[part].x == [[0.0], [2.0]]
    assert len(samples[[]]) == len(samples[samples.y == 7]) == 0
    with pytest.raises(ValueError, match=r"by places or by bools, not by both; got \[True, 0, False\]"):
        samples[[True, 0, False]]
    for wrong in ([True, False], np.array([True] * 4)):
        with pytest.raises(ValueError, match=f"Samples take one for each of the 3, got {len(wrong)}"):
            samples[wrong]
    with pytest.raises(IndexError):
        samples[[3]]


@pytest.mark.parametrize("part", [0, np.int64(0), np.array(0), True, "01", (0, 1), [0.0], np.array([[0]]), None])
def test_one_sample_is_none_of_samples(part: Any) -> None:
    for samples in (Samples([[0.0], [1.0]], [0, 1]), Samples(np.array([[0.0], [1.0]]), np.array([0, 1]))):
        with pytest.raises(TypeError, match=r"samples\[3:4\].*samples\.x\[i\].*zip\(samples\.x, samples\.y\)"):
            samples[part]


def test_samples_are_gone_through_by_zip() -> None:
    with pytest.raises(TypeError, match=r"for x, y in zip\(samples\.x, samples\.y\)"):
        for _x, _y in Samples([[0.0]], [0]):  # type: ignore[attr-defined]
            pass


def test_as_many_labels_as_samples() -> None:
    with pytest.raises(ValueError, match="got 2 x and 1 labels"):
        Samples([[0.0], [1.0]], [0])


def test_labels_are_whole_numbers_from_then_on() -> None:
    kept = np.array([0, 2, 1], "uint8")
    assert Samples([[0.0]] * 3, kept).y is kept
    assert Samples([[0.0]] * 3, [True, 2.0, np.int64(0)]).y == [1, 2, 0]
    for labels in (np.array([1.0, 0.0]), np.array([True, False])):
        y = Samples([[0.0]] * 2, labels).y
        assert (y.dtype.kind, y.tolist()) == ("i", [1, 0])
    assert {type(label) for label in Samples([[0.0]] * 2, [1.0, True]).y} == {int}


def test_an_array_of_objects_has_whole_numbers_as_labels_too() -> None:
    for labels in (np.array([0, True, 2.0], object), np.array([0, 1, 2], object)):
        y = Samples([[0.0]] * 3, labels).y
        assert (y.dtype.kind, y.tolist()) == ("i", [0, 1, 2])


class Table:
    """As pandas has them: a row is named by its label, which need not be its place."""

    def __init__(self, rows: Any, names: list[int]) -> None:
        self.rows, self.names = np.array(rows), names

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: int) -> Any:
        return self.rows[self.names.index(name)]

    def to_numpy(self) -> Any:
        return self.rows


def test_of_a_table_the_places_count_not_the_names() -> None:
    samples = Samples(Table([[0.0], [1.0], [2.0]], [2, 0, 1]), Table([0, 1, 2], [2, 0, 1]))
    for part in ([0, 2], [True, False, True], slice(0, None, 2)):
        assert (samples[part].x.tolist(), samples[part].y.tolist()) == ([[0.0], [2.0]], [0, 2])


@pytest.mark.parametrize("label", [1.5, float("nan"), float("inf"), "3", None, [0, 1], 1j])
def test_other_labels_are_refused(label: object) -> None:
    with pytest.raises(ValueError, match=re.escape(f"labels are whole numbers from 0 on, got {label!r}")):
        Samples([[0.0], [1.0]], [0, label])
    with pytest.raises(ValueError, match=r"got \[0.0, 1.0\]; of rows with a 1 at the label.s place, y.argmax\(axis=1\) makes labels"):
        Samples([[0.0]] * 2, np.eye(2)[::-1])
    with pytest.raises(ValueError, match=r"got \[2\]; of a column, y\.ravel\(\) makes labels"):
        Samples([[0.0]] * 2, np.array([[2], [1]]))
    with pytest.raises(TypeError, match="the labels come as a list or an array"):
        Samples([[0.0], [1.0]], type("Two", (), {"__len__": lambda self: 2})())


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(MissingExtra, match=r'pip install "autograd-mini\[digits\]"'):
        nn.datasets.digits()


def test_importing_nn_loads_autograd_mini_and_the_standard_library_only() -> None:
    program = "import sys; before = set(sys.modules); import nn; print(*{m.partition('.')[0] for m in set(sys.modules) - before})"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert set(loaded) - set(sys.stdlib_module_names) == {"autograd_mini", "nn"}


def test_what_takes_a_picture_to_a_label_is_there_after_import_nn() -> None:
    program = "import nn; nn.images.prepared; nn.compiled.outputs_of; nn.answers.guess; nn.answers.guesses"
    assert {"answers", "compiled", "images"} <= set(nn.__all__)
    subprocess.run([sys.executable, "-c", program], check=True)
