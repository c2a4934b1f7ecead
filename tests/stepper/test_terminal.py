"""The terminal: piped, a person at the keyboard, Ctrl-C, narrow ones, without colour."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.cells import cell_len
from rich.console import Console
from talk import WHAT_IF_THE_PRICE_ROSE

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.language import _
from autograd_mini.stepper import step, terminal
from autograd_mini.stepper.commands import COMMANDS
from autograd_mini.stepper.terminal import Terminal
from demos import apples


def run(*arguments: str, typed: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {"LANGUAGE": "en", "PYTHONPATH": str(Path(ag.__file__).parents[1]), "PYTHONUTF8": "1", **environment}
    command = [sys.executable, "-W", "error", "-m", *arguments]
    return subprocess.run(command, input=typed, capture_output=True, encoding="utf-8", env=variables, timeout=60, check=False)


def test_piped_no_prompt_no_colour_no_noise() -> None:
    done = run("demos", "apples", "--step", typed="n\n\nset price 11\nq\nn\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert ">" not in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stdout.endswith(WHAT_IF_THE_PRICE_ROSE + "\n\n")
    assert not [line for line in done.stdout.splitlines() if line != line.rstrip()]


def test_an_expression_of_ones_own_without_a_last_line_break() -> None:
    done = run("autograd_mini", "walk", "apple*count*tax", "apple=10", "count=2", "tax=1.1", typed="set apple 11")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("The derivative foretold 2.2 × 1 = 2.2; the true change of output is 2.2.\n\n")


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


@contextmanager
def a_person() -> Iterator[PipeInput]:
    """Someone who types at a terminal."""
    with pytest.MonkeyPatch.context() as patch, create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        patch.setattr(sys, "stdin", Keyboard())
        patch.setattr(sys, "stdout", Keyboard())
        yield keys


def test_a_person_types_and_the_tab_key_completes() -> None:
    def completions(line: str) -> tuple[int, list[str]]:
        assert line == "set pri"
        keys.send_text(" 11\r")  # typed once the completion is there
        return 3, ["price"]

    with a_person() as keys:
        keys.send_text("set pri\t")
        assert Terminal(completions=completions).read("> ") == "set price 11"


def test_a_person_types_and_earlier_lines_come_back() -> None:
    paper = io.StringIO()
    up, control_d = "\x1b[A", "\x04"
    with a_person() as keys:
        keys.send_text(f"n\rset price 11\r{up}{up}\r{control_d}")
        assert step(apples.step(), console=Console(file=paper, width=200)) == 0
    walk = apples.step()
    expected = ["\n".join(walk.lines(1)), WHAT_IF_THE_PRICE_ROSE, "\n".join(walk.lines(2)) + "\n  what if: payment 22 → 24.2", ""]
    assert paper.getvalue().endswith("\n\n".join(expected))


def test_a_person_types_where_prompt_toolkit_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    prompts = []

    def typed(prompt: str) -> str:
        prompts.append(prompt)
        if len(prompts) == 3:
            raise EOFError
        return "n"

    monkeypatch.setattr(sys, "stdin", Keyboard())
    monkeypatch.setattr(terminal, "find_spec", lambda name: None)
    monkeypatch.setattr("builtins.input", typed)
    assert step(apples.step()) == 0
    assert prompts == ["0/6> ", "1/6> ", "2/6> "]
    assert capsys.readouterr().out.endswith("  20 × 1.1 = 22\n\n\n")  # the shell's prompt gets a line of its own


def test_a_person_types_and_ctrl_c_drops_the_line_or_leaves() -> None:
    control_c = "\x03"
    with a_person() as keys:
        keys.send_text(f"set pri{control_c}n\r{control_c}")
        paper = io.StringIO()
        assert step(apples.step(), console=Console(file=paper, width=200)) == 130
    assert paper.getvalue().endswith("\n".join(apples.step().lines(1)) + "\n\n")


def test_ctrl_c_leaves_quietly() -> None:
    def lines() -> Iterator[str]:
        yield "n"
        raise KeyboardInterrupt

    paper = io.StringIO()
    assert step(apples.step(), lines(), Console(file=paper)) == 130
    assert "1 of 6" in paper.getvalue()


def test_a_narrow_terminal_folds_sentences_at_words_and_loses_no_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    paper = io.StringIO()
    console = Console(file=paper, force_terminal=True, color_system="truecolor")
    w = Value(0.123456789, "a weight with a very long name")
    step(ag.walk(w * 7.0, digits=12), ["n", "s", "set a weight with a very long name 1"], console)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", paper.getvalue())
    assert "0.123456789" in plain
    assert "0.864197523" in plain
    sentence = next(i for i, line in enumerate(plain.splitlines()) if line.startswith("Compute"))
    assert plain.splitlines()[sentence : sentence + 2] == ["Compute v1: a weight with a", "very long name × 7."]
    assert not [line for line in plain.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 80])
def test_the_help_fits_into_the_terminal(width: int, code: str) -> None:
    paper = io.StringIO()
    with ag.language(code):
        step(apples.step(), ["s", "h"], Console(file=paper, force_terminal=True, width=width, color_system=None))
        purposes = [_(command.purpose) for command in COMMANDS]
    lines = paper.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert not [line for line in lines if line != line.rstrip()]
    assert not [line for line in lines if line.strip().startswith(("，", "。", "：", "；"))]
    if width == 80:
        assert sum(any(line.endswith(purpose) for line in lines) for purpose in purposes) >= len(purposes) - 2


def test_a_command_is_not_folded_in_chinese() -> None:
    paper = io.StringIO()
    with ag.language("zh"):
        for width in range(20, 60):
            step(apples.step(), ["n", "w"], Console(file=paper, force_terminal=True, width=width, color_system=None))
    assert paper.getvalue().count("w 小计 all") == len(range(20, 60))


def test_the_mark_at_the_start_of_a_text_of_windows_is_passed_over() -> None:
    assert Terminal(["\ufeffn\r\n"]).read("> ") == "n"


@pytest.mark.parametrize("in_a_terminal", [True, False])
def test_names_that_look_like_colours_or_pictures_are_printed_as_they_are(in_a_terminal: bool) -> None:
    paper = io.StringIO()
    x = Value(2.0, "[red] :cat:")
    step(ag.walk(x * 3), ["n", "s", "w"], Console(file=paper, force_terminal=in_a_terminal, width=200, no_color=True))
    assert paper.getvalue().count("[red] :cat:") > 4


def test_headings_stand_out_in_a_terminal_without_colour_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    paper = io.StringIO()
    step(apples.step(), ["nxt"], Console(file=paper, force_terminal=True, width=200))
    assert "\x1b[1mpayment = price*count*tax\x1b[0m" in paper.getvalue()
    assert "\nThere is no command nxt" in paper.getvalue()
