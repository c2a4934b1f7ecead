"""The glossary: which course calls what how, and what the lessons say.

What you can do with this file: `python -m demos --glossary`; look a word up in `WORDS`. `docs/glossary.md` is the same table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from demos.blocks import Block, Say, Table
from demos.words import N_, _

__all__ = ["TITLE", "WORDS", "Word", "tell"]

TITLE = N_("Glossary: the courses' words and ours")


class Word(NamedTuple):
    """A concept, what the courses call it (with their numbers), what the lessons call it."""

    concept: str
    courses: str
    ours: str


WORDS = (
    Word(
        N_("forward pass"),
        N_("正向传播 (001); 向前传播, 前馈 (002); 前向传播 (003, 004)"),
        N_("正向传播 (also 前向传播)"),
    ),
    Word(N_("chain rule"), N_("链式求导法则 (001); 链式法则 (004)"), N_("链式法则 (also 链式求导法则)")),
    Word(N_("weight, bias"), N_("权值, 系数 (000); 权重 / 偏置 (002, 003); 权值 / 偏差 (004)"), "权重 / 偏置"),
    Word(N_("learning rate"), N_("学习速率 (002); 学习率 (004)"), "学习率"),
    Word(N_("cost, loss"), N_("损失 (000, 003); 代价 (002); 总误差 (004)"), N_("损失; 误差 is δ alone")),
    Word(N_("upstream"), N_("上游 follows the backward signal (001)"), N_("the direction is said each time: 上游 = 靠近输出的一侧")),
    Word(N_("computational graph"), N_("in none of the five"), "计算图"),
)


def tell() -> Iterator[Block]:
    """The table, in the language of the moment."""
    yield Say(_("Each lesson uses the words of its own course. They mean the same:"))
    columns = (_("concept"), _("the courses say"), _("we say"))
    yield Table(columns, ((_(word.concept), _(word.courses), _(word.ours)) for word in WORDS))
