"""The history: its table, its file, its language."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from rich.cells import cell_len

import autograd_mini as ag
import nn
from autograd_mini.language import LANGUAGES

LONG = nn.History([0.5, 1 / 3], [0.5, 0.75], [], [0.25, 1.0], [0.125, 2.0], samples=8, seconds=2.5, ended="all epochs")


def test_the_table_has_a_line_an_epoch_and_the_columns_there_are() -> None:
    with ag.language("en"):
        lines = str(LONG).splitlines()
    assert lines[0].split() == ["training", "test"]
    assert lines[1].split() == ["epoch", "loss", "accuracy", "accuracy", "seconds"]
    assert lines[3].split() == ["2", "0.3333", "75.00%", "100.00%", "2.00"]
    assert lines[4] == "ended: all epochs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_with_all_its_columns_fits_in_60_cells(language: str) -> None:
    long = nn.History([1.7e63, 0.5], [1.0, 0.5], [0.9, 1.0], [0.25, 1.0], [0.125, 1234.5])
    with ag.language(language):
        lines = str(long).splitlines()
    assert max(map(cell_len, lines)) <= 60
    assert lines[-2].split() == ["1", "1.700e+63", "100.00%", "90.00%", "25.00%", "0.12"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_that_follow_continue_the_table(language: str) -> None:
    with ag.language(language):
        assert [*nn.History([0.5], [0.5], [], [0.25], [0.125]).lines(), *LONG.lines(1)] == LONG.lines()
        assert LONG.lines(2) == []


def test_the_table_in_chinese_is_aligned() -> None:
    with ag.language("zh"):
        lines = str(LONG).splitlines()[:3]
    assert "损失" in lines[0]
    assert len({sum(1 + (ord(character) > 0x2E80) for character in line) for line in lines}) == 1


def test_an_empty_history_is_a_table_too() -> None:
    with ag.language("en"):
        assert str(nn.History()).strip() == "epoch"


def test_the_csv_keeps_every_digit(tmp_path: Path) -> None:
    LONG.to_csv(tmp_path / "run.csv")
    with (tmp_path / "run.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["epoch"]) for row in rows] == [1, 2]
    assert [float(row["loss"]) for row in rows] == LONG.loss
    assert list(rows[0]) == ["epoch", "loss", "train_accuracy", "test_accuracy", "epoch_seconds"]


def test_the_plot_shows_the_columns_there_are() -> None:
    figure = LONG.plot()
    drawn = [line.get_ydata().tolist() for axes in figure.axes for line in axes.lines]
    assert LONG.loss in drawn
    assert LONG.test_accuracy in drawn or [100 * x for x in LONG.test_accuracy] in drawn


def test_samples_a_second() -> None:
    assert LONG.samples_per_second == pytest.approx(3.2)
    assert nn.History().samples_per_second == 0.0
