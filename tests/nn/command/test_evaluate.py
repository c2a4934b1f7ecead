"""`python -m nn evaluate`: right answers, counted label by label."""

from __future__ import annotations

from pathlib import Path

import pytest
from typed import Captured, learned, printed, refused

import nn


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learned the digits."""
    return learned("digits", tmp_path_factory.mktemp("networks"))


@pytest.fixture(scope="module")
def moons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learned the moons."""
    return learned("moons", tmp_path_factory.mktemp("networks"))


def test_evaluation_counts_label_by_label(read: Path, capsys: Captured) -> None:
    out = printed(capsys, "evaluate", read)
    accuracy = nn.load(read).notes["accuracy"]
    assert out.startswith(f"digits: {round(360 * accuracy)} of 360 test samples are classified correctly, test accuracy {accuracy:.2%}.\n")
    rows = [row.split() for row in out.splitlines()[3:]]
    assert [row[0] for row in rows] == list("0123456789")
    assert sum(int(row[1]) for row in rows) == 360
    assert sum(int(row[2]) for row in rows) == round(360 * accuracy)


def test_evaluation_on_other_data(moons: Path, read: Path, tmp_path: Path, capsys: Captured) -> None:
    assert printed(capsys, "evaluate", moons, "--data", "circles").startswith("circles: ")
    assert "takes 64 inputs and tells 10 labels apart; moons has 2 and 2." in refused(capsys, "evaluate", read, "--data", "moons", code=1)
    nn.MLP(2, [1]).save(tmp_path / "plain.safetensors")
    assert "name the data with --data: mnist, digits" in refused(capsys, "evaluate", tmp_path / "plain.safetensors", code=1)
