"""The glossary: the lesson's table and docs/glossary.md say the same."""

from __future__ import annotations

from pathlib import Path

import autograd_mini as ag
from demos import glossary
from demos.blocks import Table

PAGE = Path(__file__).parents[2] / "docs" / "glossary.md"


def table() -> Table:
    [found] = [block for block in glossary.tell() if isinstance(block, Table)]
    return found


def test_the_page_says_the_same() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    assert cells[0] == table().columns
    assert cells[2:] == list(table().rows)


def test_every_word_of_the_courses_comes_with_its_course() -> None:
    in_none = {"computational graph"}
    for word in glossary.WORDS:
        assert (word.concept in in_none) or "(00" in word.courses, word.concept


def test_in_chinese_no_english_is_left() -> None:
    with ag.language("zh"):
        for row in table().rows:
            assert not any(letter.isascii() and letter.isalpha() for cell in row for letter in str(cell)), row
