"""The Tab key where Python has readline: what it proposes, and that the prompts do not get in each other's way."""

from __future__ import annotations

import builtins

import pytest

from autograd_mini import Value
from autograd_mini.stepper import python, tab_key, terminal

readline = pytest.importorskip("readline")


def proposed(typed: str) -> list[str]:
    """What readline would get for what is typed."""
    complete = readline.get_completer()
    found: list[str] = []
    while (candidate := complete(typed, len(found))) is not None:
        found.append(candidate)
    return found


def test_tab_proposes_whole_lines_at_the_prompt_of_the_stepper(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def typed(_prompt: str) -> str:
        seen.append((proposed("  set apple p"), readline.get_completer_delims()))
        return "n"

    monkeypatch.setattr(builtins, "input", typed)
    before = readline.get_completer(), readline.get_completer_delims()
    ask = terminal._by_input(lambda _line: (7, ["apple price", "apple pie"]))
    assert ask("> ") == "n"
    assert seen == [(["  set apple price", "  set apple pie"], "")]
    assert (readline.get_completer(), readline.get_completer_delims()) == before


def test_tab_proposes_names_and_what_they_have_at_the_python_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def typed(_prompt: str) -> str:
        seen.append([proposed(text) for text in ("", "pric", "price.backw")])
        raise EOFError

    monkeypatch.setattr(builtins, "input", typed)
    with tab_key.tab_key(lambda _line: ["outside"]):
        python.interact({"price": Value(1.0)}, "")
        assert proposed("x") == ["outside"]
    assert seen[0][0] == ["    "]
    assert seen[0][1] == ["price"]
    assert [name.rstrip("()") for name in seen[0][2]] == ["price.backward"]


def test_ctrl_c_drops_a_line_that_was_begun_and_leaves_where_none_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = iter(["set pri", ""])  # what had been typed when Ctrl-C came

    def typed(_prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(builtins, "input", typed)
    monkeypatch.setattr(terminal, "begun", lambda: next(lines))
    with pytest.raises(KeyboardInterrupt):
        terminal._by_input(lambda _line: (0, []))("> ")
    assert list(lines) == []
    assert capsys.readouterr().out == "\n\n"


def test_without_readline_there_is_no_tab_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab_key, "readline", None)
    with tab_key.tab_key(lambda _line: ["x"]):
        pass
    assert tab_key.begun() == ""
