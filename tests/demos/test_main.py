"""The runner, and what every lesson promises: told as a person would run it, on any terminal, in both languages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.cells import cell_len

import autograd_mini as ag
from autograd_mini.graph import topological_order
from autograd_mini.language import current_language
from autograd_mini.moments import Backward, Forward
from demos import runner
from demos.blocks import Block, Heading, Picture, figures
from demos.runner import LESSONS, lesson, main
from demos.words import _

every_lesson = pytest.mark.parametrize("name", LESSONS)

#: Lessons of no course.
OURS = {"slips", "digits", "moons", "compiled"}


#: Lessons whose walk goes from one named Value to the next.
BY_LABELS = {"step_by_step", "four_equations", "compiled"}

#: What `--quick` leaves out: the results of the long runs, nothing else.
LONG_RUNS = {
    "digits": {
        f"epoch {epoch}: {what}"
        for epoch in range(2, 6)
        for what in ("loss", "training accuracy, %", "test accuracy, %")
    },
    "mnist": {
        *(f"epoch {epoch}: {what}" for epoch in range(2, 6) for what in ("loss", "training accuracy, %", "test accuracy, %")),
        "the first epoch above the slide's 93 %",
    },
    "moons": {
        *(f"seed {seed}: accuracy after {steps} steps, %" for seed in range(3, 10) for steps in (100, 200)),
        *(f"seed {seed}: all correct after" for seed in (3, 5, 6, 7, 9)),
    },
    "step_by_step": {
        *(f"{what} after 10,000 updates{order}" for what in ("E", "out_o1", "out_o2") for order in ("", ", w5…w8 first")),
        "E after 10,000 updates, four biases", "E after 10,000 updates, one bias a layer",
    },
}  # fmt: skip

#: Words that stay as they are in Chinese: the course's own symbols.
SYMBOLS = {"net", "out", "target", "backward", "SGD", "fit"}  # net_h1, out_h1, target_o1; backward(), nn.SGD, nn.fit


@cache
def quick(name: str, code: str = "en") -> list[Block]:
    with ag.language(code):
        return list(lesson(name).tell(quick=True))


def out_of(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


# --- every lesson


@every_lesson
def test_told_on_a_narrow_terminal_no_digit_and_no_picture_is_lost(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    folder = tmp_path / "deep" / "out"
    assert main([name, "--quick", "--out", str(folder)]) == 0
    told = out_of(capsys)
    timed = {figure.what for figure in figures(quick(name)) if figure.shown not in told}
    assert timed <= {"one forward and one backward pass, in forward passes", "trying takes so many times as long"}
    assert not re.search(r"0000001\b|9999999", told)
    pictures = {block.name for block in quick(name) if isinstance(block, Picture)}
    assert {path.name for path in folder.iterdir()} == {f"{picture}.svg" for picture in pictures}
    for path in folder.iterdir():
        assert str(path) in told
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
    assert str(folder) in told.splitlines()[-1]


@every_lesson
def test_quick_leaves_out_the_results_of_long_runs_only(name: str) -> None:
    full = {figure.what for figure in figures(lesson(name).tell(quick=False))}
    assert full - {figure.what for figure in figures(quick(name))} == LONG_RUNS.get(name, set())


@every_lesson
def test_it_says_where_in_the_courses_it_stands_and_ends_with_notes(name: str) -> None:
    assert lesson(name).TITLE
    if name in OURS:
        assert lesson(name).SLIDES == ""
        return
    assert re.match(r"00[0-4] \S", lesson(name).SLIDES)
    assert [block.text for block in quick(name) if isinstance(block, Heading)][-1] == "Notes on the course"


@every_lesson
def test_in_chinese_its_title_and_the_names_of_its_numbers_are_chinese(name: str) -> None:
    with ag.language("zh"):
        assert _(lesson(name).TITLE) != lesson(name).TITLE
    for figure in figures(quick(name, "zh")):
        assert set(re.findall(r"[A-Za-z]{3,}", figure.what)) <= SYMBOLS, figure.what


@every_lesson
def test_both_languages_tell_the_same_numbers_and_pictures(name: str) -> None:
    english, chinese = quick(name), quick(name, "zh")
    assert [type(block) for block in english] == [type(block) for block in chinese]
    assert [figure.course for figure in figures(english)] == [figure.course for figure in figures(chinese)]
    assert [block.name for block in english if isinstance(block, Picture)] == [b.name for b in chinese if isinstance(b, Picture)]


@every_lesson
def test_stepping_meets_every_operation_and_every_edge(name: str) -> None:
    walk = lesson(name).step()
    moments = [moment for moment in walk if moment.iteration == 1]
    computed = [moment.node for moment in moments if isinstance(moment, Forward)]
    received = {moment.operand: moment.total for moment in moments if isinstance(moment, Backward)}
    nodes = topological_order(walk.outputs)
    if name in BY_LABELS:
        assert computed == [node for node in nodes if node.op and node.label]
    else:
        assert len(computed) == sum(node.op is not None for node in nodes)
        edges = sum(local is not None for node in nodes for local in node.local_derivatives)
        assert sum(isinstance(moment, Backward) for moment in moments) == edges
    [output] = walk.outputs
    gradients = ag.grad(output, list(received))
    assert (list(received.values()) == pytest.approx(gradients, rel=1e-12)) == (name != "slips")  # that one shows a chain rule gone wrong


# --- the runner


def test_without_a_name_it_lists_the_suggested_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    told = out_of(capsys)
    assert [line.split()[0] for line in told.splitlines()[1 : 1 + len(LESSONS)]] == list(LESSONS)
    assert all(lesson(name).TITLE in told for name in LESSONS)


def test_the_chinese_list_has_chinese_titles_and_the_headings_of_the_slides(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "zh"]) == 0
    told = out_of(capsys)
    with ag.language("zh"):
        titles = [_(lesson(name).TITLE) for name in LESSONS]
    assert told.splitlines()[0].split() == ["课", "讲什么", "原课"]
    for name, title, line in zip(LESSONS, titles, told.splitlines()[1:], strict=False):
        assert title in line
        assert lesson(name).SLIDES in line
    assert current_language() == "en"


def test_several_lessons_are_told_in_the_order_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chain_rule", "apples", "--out", str(tmp_path)]) == 0
    told = out_of(capsys)
    assert 0 <= told.index(lesson("chain_rule").TITLE) < told.index(lesson("apples").TITLE)


def test_all_are_told_in_the_suggested_order(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LESSONS", ("oranges", "chain_rule"))
    assert main(["--all", "--quick", "--out", str(tmp_path)]) == 0
    told = out_of(capsys)
    assert 0 <= told.index(lesson("oranges").TITLE) < told.index(lesson("chain_rule").TITLE)
    assert lesson("apples").TITLE not in told


def test_a_lesson_in_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["oranges", "--lang", "zh", "--out", str(tmp_path)]) == 0
    told = out_of(capsys)
    assert "案例1：请你来填" in told
    assert "∂支付金额/∂橙子个数" in told
    assert "苹果价格" in (tmp_path / "oranges.svg").read_text(encoding="utf-8")


def test_the_glossary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--glossary", "--out", str(tmp_path)]) == 0
    told = out_of(capsys)
    assert "学习速率 (002); 学习率 (004)" in told
    assert "…" not in told
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_name_is_told_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["pears"])
    assert left.value.code == 2
    assert "there is no lesson 'pears'; there are why, apples, oranges" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--step"], ["--step", "apples", "oranges"], ["--lang", "fr"], ["--loud"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_list_fits_into_a_terminal(code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(["--lang", code]) == 0
    lines = re.sub(r"\x1b\[[0-9;]*m", "", out_of(capsys)).splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert not [line for line in lines if line.lstrip().startswith(("，", "。", "：", "？"))]


def test_a_folder_that_is_a_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["apples", "--out", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err == f"demos: {tmp_path / 'file'}: File exists\n"


def test_an_unwritable_folder_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["apples", "--out", str(tmp_path / "file" / "out")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert str(tmp_path / "file") in said.err


def test_a_missing_extra_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    assert main(["digits", "--quick", "--out", str(tmp_path)]) == 1
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert 'pip install "autograd-mini[digits]"' in err


def test_interrupted_it_leaves_quietly(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "_list", interrupted)
    assert main([]) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("encoding", ["cp1252", "gbk", "ascii"])
@pytest.mark.parametrize(("code", "word"), [("en", "∂payment/∂price"), ("zh", "∂支付金额/∂苹果价格")])
def test_a_console_of_any_encoding_gets_the_whole_lesson(code: str, word: str, encoding: str, tmp_path: Path) -> None:
    for command in (["demos", "apples", "--lang", code], ["demos.apples"]):
        done = as_a_program(*command, folder=tmp_path, PYTHONIOENCODING=encoding, LANGUAGE=code)
        assert (done.returncode, done.stderr) == (0, b"")
        assert word in done.stdout.decode("utf-8")


def test_a_reader_who_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    # The far end of the pipe is closed before anything is written.
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "demos", "apples"], cwd=tmp_path, stdout=closed, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (1, b"")


def test_the_help_is_wholly_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--lang", "zh", "--help"])
    assert left.value.code == 0
    told = out_of(capsys)
    assert "用法：python -m demos" in told
    options, names = re.findall(r"--?([a-z]+)", told), {"python", "demos", "autograd", "mini", "en", "zh", "OUT", *LESSONS}
    assert set(re.findall(r"[A-Za-z_]+", told)) <= {*options, *names}


def as_a_program(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-W", "error", "-m", *arguments]
    return subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("name", "asked", "answer"),
    [
        ("apples", "price.grad, payment", "(2.2, Value(data=22, grad=1, label='payment'))"),
        ("oranges", "orange_count.grad, payment", "(16.5, Value(data=71.5, grad=1, label='payment'))"),
        ("chain_rule", "x.grad, z", "(6.0, Value(data=9, grad=1, label='z'))"),
        ("why", "net.h2.grad", "4.0"),
        ("adjust", "round(w1.grad, 12)", "3.6"),
        ("gradient_descent", "v1.grad, c.data", "(4.0, 5.0)"),
    ],
)
def test_python_i_leaves_the_values_under_their_names(name: str, asked: str, answer: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-i", "-m", f"demos.{name}"],
        input=f"print(({asked}))\n", cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == answer
    assert "Error" not in done.stderr
