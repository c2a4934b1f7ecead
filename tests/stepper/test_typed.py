"""What people type: names with spaces, Chinese keyboards, errors that are one sentence."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from talk import answers

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.refusal import Refusal
from autograd_mini.stepper import Stepper
from autograd_mini.stepper.actions import Session
from autograd_mini.stepper.commands import do
from autograd_mini.stepper.typed import node_of, number_of, plain, split_node
from demos import apples


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("set apple price 11", 11.0), ('set "apple price" 11', 11.0), ("set 'apple price' = 11", 11.0), ("set apple price=11", 11.0),
        ("  SET   apple   price   1e1 ", 10.0), ("set “apple price” １１。５", 11.5), ("ｓｅｔ　apple price　－２", -2.0),
    ],
)  # fmt: skip
def test_names_with_spaces_and_what_a_chinese_keyboard_types(line: str, at: float) -> None:
    price = Value(10.0, "apple price")
    stepper = Stepper(ag.walk(price * Value(2.0, "apple")))
    do(Session(stepper), line)
    assert stepper.at == {price: at}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("set prise 11", "There is no node prise; did you mean price?"),
        ("set prise=11", "There is no node prise; did you mean price?"),
        ("w zebra", "There is no node zebra; the nodes are price, count, subtotal, tax, payment."),
        ("run price 11", "Only a node is written here: what is 11 after price?"),
        ("set price eleven", "eleven is no number to compute with: write one such as 11 or 0.5."),
        ("set price 1,5", "1,5 is no number to compute with: write one such as 11 or 0.5."),
        ("set price nan", "nan is no number to compute with: write one such as 11 or 0.5."),
        ("set price 1e999", "1e999 is no number to compute with: write one such as 11 or 0.5."),
        ("nxt", "There is no command nxt; did you mean next?"),
        ("xyzzy", "There is no command xyzzy; h lists the commands."),
        ("help nxt", "There is no command nxt; did you mean next?"),
        ("price", "price is a node. r price runs to it, w price says why, set price NUMBER asks what if."),
        ("next 3", "next stands alone: nothing comes after it."),
        ("run", "Write run NODE; help run says more."),
        ("goto", "Write goto K; help goto says more."),
        ("save", "Write save FOLDER; help save says more."),
        ("show me", "show lists the numbers, show picture [FILE] writes the picture; me is neither."),
        ("show picture no/such/folder.svg", "no/such/folder.svg: No such file or directory"),
    ],
)
def test_an_error_is_one_sentence_and_changes_nothing(line: str, complaint: str) -> None:
    before, told, after = answers("g 4", "set tax 2", line, "set")[1:]
    assert told == complaint
    assert after == before


@given(st.text(max_size=30) | st.builds("{} {}".format, st.sampled_from(["set", "run", "w", "g", "help", "?"]), st.text(max_size=30)))
def test_whatever_is_typed_there_is_an_answer(line: str) -> None:
    stepper = Stepper(apples.step())
    session = Session(stepper)
    do(session, "n")
    try:
        assert do(session, line)
    except EOFError:
        assert line.split()[0].strip() in ("q", "quit", "Q", "ｑ", "Ｑ")


@given(st.lists(st.text(min_size=1), unique=True, min_size=1, max_size=6))
def test_every_name_that_can_be_seen_can_be_typed(labels: list[str]) -> None:
    nodes = {label: Value(1.0) for label in labels}
    typed = [plain(label) for label in labels]
    assume(all(typed) and len(set(typed)) == len(typed))  # what differs in spaces or in full-width letters only is one name to a keyboard
    assert [node_of(label, nodes) for label in labels] == list(nodes.values())


def test_the_longest_name_wins() -> None:
    nodes = {name: Value(1.0) for name in ("w", "w 1", "w 1 2")}
    assert split_node("w 1 2", nodes) == (nodes["w 1 2"], "")
    assert split_node("w 1 3", nodes) == (nodes["w 1"], "3")
    assert split_node("w 2", nodes) == (nodes["w"], "2")
    with pytest.raises(Refusal):
        node_of("w1", nodes)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_can_be_typed(x: float) -> None:
    assert number_of(f"= {x!r}") == number_of(repr(x)) == x
