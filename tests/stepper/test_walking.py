"""Walking: the introduction, a step forward and back, to a place, the table of what is known so far, the end."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console
from talk import answer, answers

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.stepper import step
from demos import apples


def test_the_introduction() -> None:
    paper = io.StringIO()
    step(apples.step(), [], Console(file=paper, width=200))
    assert paper.getvalue() == """\
payment = price*count*tax
6 steps, forward and back.

0 of 6 · before the first step
   node      made by         value
   price                        10
   count                         2
   subtotal  price × count       ?
   tax                         1.1
   payment   subtotal × tax      ?

n (or Enter) next · b back · s show · w why · set what if · h help · q quit

"""


def test_next_by_name_by_letter_and_by_an_empty_line() -> None:
    told = answers("next", "n", "", "  ", "Ｎ")
    walk = apples.step()
    assert told == ["\n".join(walk.lines(position)) for position in range(1, 6)]


def test_the_end_says_what_can_be_done_and_stays() -> None:
    *_steps, last, again = answers(*"nnnnnnn")
    assert last.startswith("6 of 6 · backward · subtotal → count")
    assert last.endswith(again)
    assert again.startswith("The end")
    # What it proposes can be done.
    for line in ("s", "set price 11", "w price", "b", "g 0", "q"):
        assert line in again
        assert "There is no" not in answer("g 6", line)


def test_back_at_the_start_is_no_error() -> None:
    assert answer("b") == "This is the start: there is no step to undo."
    assert answer("n", "b") == "0 of 6 · before the first step"


def test_run_goes_on_only() -> None:
    assert answer("r price").startswith("5 of 6 · backward · subtotal → price")
    assert answer("run subtotal").startswith("1 of 6 · forward")
    assert answer("run subtotal", "run subtotal").startswith("3 of 6 · backward · payment → subtotal")
    assert answer("g 6", "r price") == "No step with price is ahead: go back with b, or to the start with g 0."


@pytest.mark.parametrize("place", ["7", "-1", "x", "1.5", "九九"])
def test_goto_outside_is_one_sentence(place: str) -> None:
    told, where = answers("g 2", f"goto {place}", "s")[1:]
    assert re.fullmatch(r"(.* is no whole number\.)|(A place in this walk is a whole number from 0 to 6: .*)", told)
    assert where.startswith("2 of 6")


def test_show_has_empty_boxes_that_fill() -> None:
    assert answer("g 2", "s") == """\
2 of 6 · forward · payment
   node      made by         value  derivative
   price                        10           ?
   count                         2           ?
   subtotal  price × count      20           ?
   tax                         1.1           ?
→  payment   subtotal × tax     22           1"""
    assert answer("g 5", "show").splitlines()[2:] == [
        "→  price                        10         2.2",
        "   count                         2           ?",
        "   subtotal  price × count      20         1.1",
        "   tax                         1.1          20",
        "   payment   subtotal × tax     22           1",
    ]


def test_show_at_a_fork_says_that_more_is_to_come() -> None:
    x = Value(3.0, "x")
    walk = ag.walk(x * x)
    assert "→  x                  3       3 + …" in answer("g 2", "s", walk=walk)
    assert "→  x                  3           6" in answer("g 3", "s", walk=walk)


def test_show_through_an_update() -> None:
    w = Value(3.0, "w")
    walk = ag.walk(w * w, parameters=[w], learning_rate=0.5)
    rows = [next(line for line in answer(f"g {k}", "s", walk=walk).splitlines() if re.match("→? +w ", line)) for k in (0, 3, 4, 5, 6)]
    assert [row.replace("→  w", "").split() for row in rows] == [
        ["w", "3"], ["3", "6"], ["3", "→", "0", "6"], ["w", "3", "→", "0", "0"], ["w", "0", "?"],
    ]  # fmt: skip


def test_show_corrects_what_a_slip_got_wrong() -> None:
    x = Value(3.0, "x")
    assert "3 ✗ 6 ✓" in answer("g 3", "s", walk=ag.walk(x * x, steps=ag.slips.overwrite))


def test_show_of_a_very_large_graph_is_about_this_step() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(300):
        y = y + x
    told = answer("g 7", "s", walk=ag.walk(y))
    assert "Of 301 nodes, those of this step:" in told
    assert [line.split()[0].strip("→") or line.split()[1] for line in told.splitlines()[3:]] == ["x", "v6", "v7", "v300"]


def test_list_is_the_lesson_so_far() -> None:
    walk = apples.step()
    assert answer("g 6", "l", walk=walk) == str(walk)
    assert answer("list") == "0 of 6 · before the first step"


def test_nothing_to_walk_through() -> None:
    paper = io.StringIO()
    assert step(ag.walk(Value(3.0, "x")), ["n"], Console(file=paper)) == 0
    assert paper.getvalue().startswith("There is nothing to walk through")


def test_several_outputs() -> None:
    x = Value(3.0, "x")
    y, z = x * 2, x * 5
    y.label, z.label = "y", "z"
    walk = ag.walk([y, z])
    assert answer("set x 4", walk=walk).endswith("The derivative foretold 7 × 1 = 7; the true change of y + z is 7.")
    told = answer("w x", walk=walk)
    assert "∂y/∂x = 2" in told
    assert "∂z/∂x = 5" in told
