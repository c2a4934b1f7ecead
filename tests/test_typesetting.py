"""Folding: nothing is lost or split, no line is too long; tables: numbers stay whole however narrow the terminal is."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from autograd_mini.typesetting import folded, show_table, table_of

texts = st.text("ab 小计 。，：（）12.x×", max_size=80)


def shown(width: int, terminal: bool = True, highlighted: tuple[int, ...] = ()) -> list[str]:
    rows = [("subtotal", "price of one apple × count", "1.23456789012"), ("小计", "单价乘以个数，再乘以消费税。", "-2")]
    paper = io.StringIO()
    console = Console(file=paper, force_terminal=terminal, width=width, color_system=None)
    show_table(console, table_of({"node": "left", "made by": "left", "value": "right"}, rows, highlighted))
    return paper.getvalue().splitlines()


@given(texts, st.integers(8, 60))
def test_nothing_is_lost_and_no_line_is_too_long(text: str, width: int) -> None:
    lines = folded(text, width).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(map(cell_len, lines)) <= width
    assert not [line for line in lines if line != line.rstrip()]


@given(texts)
def test_what_fits_stays_as_it_is(text: str) -> None:
    assert folded(text, cell_len(text) + 1) == text.rstrip()


@given(st.lists(st.text("abc123", min_size=1, max_size=6), min_size=1), st.integers(8, 40))
def test_words_are_not_split(words: list[str], width: int) -> None:
    assert folded(" ".join(words), width).split() == words


@given(st.text("甲乙丙，。：（）", min_size=1, max_size=60), st.integers(12, 40))
def test_no_line_begins_with_a_closing_mark_nor_ends_with_an_opening_one(text: str, width: int) -> None:
    # So many marks in a row that they fill a line have to be folded somewhere.
    text = re.sub("([，。：（）])[，。：（）]+", r"\1", text)
    lines = folded(text, width).split("\n")
    assert not [line for line in lines[1:] if line[0] in "，。：）"]
    assert not [line for line in lines[:-1] if line[-1] == "（"]


@pytest.mark.parametrize("width", range(16, 40))
def test_a_command_and_a_name_stay_whole_in_chinese(width: int) -> None:
    text = folded("可以输入 w 苹果价格 all：三种算法；也可以看苹果价格。", width, ["苹果价格"])
    assert "w 苹果价格 all" in text
    assert text.count("苹果价格") == 2


def test_indented_lines_keep_their_indent() -> None:
    assert folded("  ∂(x*y)/∂x = y:   1 × 1.1 = 1.1", 20) == "  ∂(x*y)/∂x = y:   1\n× 1.1 = 1.1"


@pytest.mark.parametrize("width", [20, 40, 60, 80, 300])
def test_a_table_keeps_its_numbers_and_words(width: int) -> None:
    lines = shown(width)
    assert any(line.endswith("1.23456789012") for line in lines)
    assert {"subtotal", "price", "apple", "count"} <= set(" ".join(lines).split())
    assert width < 40 or max(map(cell_len, lines)) <= width
    assert not [line for line in lines if line != line.rstrip()]


def test_a_table_in_a_file_has_a_line_for_each_row() -> None:
    assert shown(20, terminal=False) == shown(300)
    assert len(shown(300)) == 3
