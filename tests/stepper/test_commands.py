"""The commands: pictures, the Python prompt, help, completion; in two languages."""

from __future__ import annotations

import re
from functools import reduce
from operator import mul
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talk import answer, answers

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.stepper.commands import COMMANDS, completions
from autograd_mini.stepper.python import identifiers


def test_pictures_are_saved_where_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = answers("set price 11", "g 3", "show picture", "s picture bill.svg", "show picture 'my bill.dot'", "save the slides")[2:]
    names = ["step-3.svg", "bill.svg", "my bill.dot"]
    assert told[:3] == [f"The picture of this step is in {tmp_path / name}: open it in a browser." for name in names]
    assert told[3] == f"7 pictures, step-0.svg to step-6.svg, are in {tmp_path / 'the slides'}."
    assert ElementTree.parse(tmp_path / "step-3.svg").getroot().tag.endswith("svg")
    assert "24.2" in (tmp_path / "bill.svg").read_text()
    assert len(list((tmp_path / "the slides").glob("step-?.svg"))) == 7


def many_factors() -> Value:
    return reduce(mul, [Value(1.0, f"x{i}") for i in range(300)])


def test_what_cannot_be_drawn_is_said_without_python() -> None:
    walk = ag.walk(many_factors())
    large, ending = answers("save slides", "show picture a.jpg", walk=walk)
    assert large == "This graph is too large for a picture that anyone could read. As text it has no limit."
    assert ending == "a.jpg: the ending says the format, and the formats are .svg, .png, .pdf, .dot"
    with ag.language("zh"):
        assert answer("show picture a.jpg").startswith("a.jpg：文件格式由扩展名决定")


def test_of_very_many_nodes_the_help_names_some() -> None:
    told = answer("h", walk=ag.walk(many_factors()))
    assert told.endswith("The nodes: x0, x1, v1, x2, v2, x3, v3, x4, v4, x5, v5, x6, …")


def test_the_python_prompt_and_back(capsys: pytest.CaptureFixture[str]) -> None:
    told = answers("n", "repl", "price.data + 1", "walk.goto(4) is walk.current", "1/0", "quit()", "b")
    out, err = capsys.readouterr()
    assert out == "11.0\nTrue\n"
    assert "Python, with ag, Value, walk, price, count, subtotal, tax, payment. exit() comes back." in err
    assert "ZeroDivisionError" in err
    assert told[-2].startswith("4 of 6")
    assert told[-1].startswith("3 of 6")


def test_the_python_prompt_at_the_end_of_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert "1 of 6" in answer("n", "repl", "exit", "ag.__name__")
    assert capsys.readouterr().out == "exit()\n'autograd_mini'\n"


@given(st.lists(st.text(min_size=1), unique=True))
def test_every_node_has_a_name_in_python(labels: list[str]) -> None:
    nodes = {label: Value(1.0) for label in labels}
    taken = {"ag": 0, "Value": 0}
    named = identifiers(nodes, taken)
    assert list(named.values()) == list(nodes.values())
    assert not taken.keys() & named.keys()
    namespace = {name: i for i, name in enumerate(named)}
    for i, name in enumerate(named):
        assert name.isidentifier()
        assert eval(name, {}, dict(namespace)) == i


def test_help_names_every_command_and_all_it_proposes() -> None:
    told = answer("h")
    assert answer("?") == answer("help") == told
    for command in COMMANDS:
        row = [command.usage, *filter(None, [" ".join(command.letters)]), command.purpose]
        assert row in [re.split("  +", line) for line in told.splitlines()]
        for name in (command.name, *command.letters):
            assert answer(f"help {name}").splitlines()[1] == command.purpose
    assert "set price 11 asks" in answer("h set")
    assert len({name for command in COMMANDS for name in (command.name, *command.letters)}) == sum(1 + len(c.letters) for c in COMMANDS)


@pytest.mark.parametrize("line", ["q", "quit"])
def test_quit(line: str) -> None:
    assert answers("n", line, "n")[1:] == [""]


def test_completions() -> None:
    nodes = ["apple price", "apple count", "苹果价格"]
    assert completions("", nodes) == (0, [command.name for command in COMMANDS])
    assert completions("re", nodes) == (2, ["reset", "repl"])
    assert completions("set  apple p", nodes) == (7, ["apple price"])
    assert completions("w 苹", nodes) == (1, ["苹果价格"])
    assert completions("help re", nodes) == (2, ["reset", "repl"])
    assert completions("s ", nodes) == (0, ["picture"])
    assert completions("n a", nodes) == completions("unknown a", nodes) == (1, [])


def test_the_whole_of_it_in_chinese() -> None:
    with ag.language("zh"):
        told = answers("set 苹果价格 １１", "n", "w 苹果", "？", "help set", "g 6", "苹果价格", "nxt", "set tax")
    assert told[0] == """\
假如 苹果价格 10 → 11，会怎样？
节点      原来     改后  相差
苹果价格    10  →    11    +1
小计        20  →    22    +2
支付金额    22  →  24.2  +2.2
按导数预计：2.2 × 1 = 2.2；支付金额 实际变化了 2.2。"""
    assert "没有 苹果 这个节点。是不是 苹果价格？" in told[2]
    assert "set [节点 [数]]" in told[3]
    for text in told:
        words = re.findall(r"[A-Za-z]{4,}", re.sub(r"\b(repl|Python|Value|walk|print|picture|exit|Ctrl|step|svg)\b", "", text))
        assert set(words) <= {command.name for command in COMMANDS}, text
