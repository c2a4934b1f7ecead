"""The command line: what it prints and where, its exit codes, its languages; in this process, and for real in one of its own."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from math import isfinite
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len

import autograd_mini as ag
from autograd_mini import cli, ops, parse
from autograd_mini.cli import COMMANDS, main
from autograd_mini.drawing.drawing import FORMATS
from autograd_mini.errors import ExpressionError
from autograd_mini.language import LANGUAGES, _, current_language, language
from autograd_mini.number import show
from autograd_mini.row import Operation

BILL = ["apple*count*tax", "apple=10", "count=2", "tax=1.1"]
Captured = pytest.CaptureFixture[str]


def printed(capsys: Captured, *arguments: str, code: int = 0) -> str:
    """What goes to stdout; nothing may go to stderr."""
    assert main(list(arguments)) == code
    out, err = capsys.readouterr()
    assert err == ""
    return out


def refused(capsys: Captured, *arguments: str, code: int) -> str:
    """What goes to stderr when the command line ends with this code, be it argparse's doing or ours; nothing may go to stdout."""
    try:
        ended: int | str | None = main(list(arguments))
    except SystemExit as left:
        ended = left.code
    assert ended == code
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    return err


def for_real(*arguments: str, stdin: str | bytes = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m autograd_mini`, warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "autograd_mini", *arguments],
        input=stdin if isinstance(stdin, bytes) else stdin.encode(),
        capture_output=True, check=False,
        env={key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")} | environment,
    )  # fmt: skip


# --- grad ---------------------------------------------------------------------------------------------------------


def test_grad_prints_the_value_and_all_derivatives(capsys: Captured) -> None:
    assert printed(capsys, "grad", *BILL) == (
        "output = 22\n"
        "\n"
        "name   value  derivative\n"
        "apple     10         2.2\n"
        "count      2          11\n"
        "tax      1.1          20\n"
    )  # fmt: skip


def test_grad_prints_named_parts_and_formulas(capsys: Captured) -> None:
    assert printed(capsys, "grad", "t = x + y; z = t**2 + t", "--formula", "x=1", "y=2") == (
        "z = 12\n"
        "\n"
        "name  value  derivative\n"
        "x         1           7\n"
        "y         2           7\n"
        "t         3           7\n"
        "\n"
        "∂z/∂x = 1 + 2*(x + y)\n"
        "\n"
        "∂z/∂y = 1 + 2*(x + y)\n"
        "\n"
        "∂z/∂t = 1 + 2*(x + y)\n"
    )  # fmt: skip


def test_a_formula_of_several_lines_shows_them(capsys: Captured) -> None:
    out = printed(capsys, "grad", "(x + y)*sin(x + y)", "x=1", "y=2", "--formula")
    assert "\n∂output/∂x = t1*cos(t1) + sin(t1)\n    t1 = x + y\n" in out


def test_json_keeps_all_digits_and_the_infinite(capsys: Captured) -> None:
    assert main(["grad", "苹果*0.1 + sqrt(x)", "苹果=3", "x=0", "--json", "--formula"]) == 1
    out, err = capsys.readouterr()
    assert "∂output/∂x is inf: infinite. " in err
    assert json.loads(out, parse_constant=pytest.fail) == {
        "value": 0.1 * 3,
        "derivatives": {"苹果": 0.1, "x": "inf"},
        "formulas": {"苹果": "0.1", "x": "0.5/sqrt(x)"},
    }
    assert "苹果" in out
    assert "formulas" not in json.loads(printed(capsys, "grad", "x", "x=1", "--json"))


def test_grad_without_names(capsys: Captured) -> None:
    assert printed(capsys, "grad", "2*3") == "output = 6\n"


def test_a_narrow_terminal_loses_no_digit(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    name = "x" * 300
    out = printed(capsys, "grad", f"{name}*1.23456789012", f"{name}=9.87654321098")
    assert f"{name}  9.87654321098  1.23456789012\n" in out


# --- draw, walk, check, ops ---------------------------------------------------------------------------------------


def drawn(svg: str) -> set[str]:
    root = ElementTree.fromstring(svg)
    return {"".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")}


def test_draw_prints_svg_with_derivatives(capsys: Captured) -> None:
    texts = drawn(printed(capsys, "draw", *BILL))
    assert {"apple", "10", "2.2", "11", "20", "1.1", "22"} <= texts


def test_draw_shows_what_if_also_of_a_named_part(capsys: Captured) -> None:
    changes = ["--what-if", "subtotal=21", "--what-if", "tax=1"]
    texts = drawn(printed(capsys, "draw", "subtotal = apple*count; subtotal*tax", *BILL[1:], *changes))
    assert "subtotal = 20 → 21 (+1)" in texts
    assert "22 → 21 (-1)" in texts


def test_draw_options_reach_the_picture(capsys: Captured) -> None:
    plain = printed(capsys, "draw", "x/3", "x=1")
    assert "0.33333" in drawn(plain)
    assert "0.333" in drawn(printed(capsys, "draw", "x/3", "x=1", "--digits", "3"))
    assert len(drawn(printed(capsys, "draw", "x/3", "x=1", "--legend"))) > len(drawn(plain))
    assert printed(capsys, "draw", "x/3", "x=1", "--direction", "TB") != plain


@pytest.mark.parametrize(
    ("arguments", "shown", "said"),
    [
        (["log(x)", "x=-1"], "nan", "log(x) is nan where x = -1: it is defined for x > 0."),
        (["x/y", "x=1", "y=0"], "inf", "x/y is inf where x = 1, y = 0: it is defined for y ≠ 0."),
        (["1/x", "x=2", "--what-if", "x=0"], "0.5 → inf", "1/x is inf where x = 0: it is defined for x ≠ 0."),
        (["sqrt(x)*x", "x=0"], "nan", "∂v2/∂x is nan: not a number."),
    ],
)
def test_draw_draws_what_has_no_derivative_and_says_why(arguments: list[str], shown: str, said: str, capsys: Captured) -> None:
    assert main(["draw", *arguments]) == 1
    out, err = capsys.readouterr()
    assert any(shown in text for text in drawn(out))
    assert err.startswith(f"autograd-mini: {said}")


def test_draw_draws_a_number(capsys: Captured) -> None:
    assert "6" in drawn(printed(capsys, "draw", "2*3"))


@pytest.mark.parametrize("ending", [".svg", ".dot", ".SVG"])
def test_draw_writes_a_file_and_says_so_on_stderr(ending: str, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / f"图{ending}"
    # The numbers may stand before the options, behind them, or both.
    assert refused(capsys, "draw", BILL[0], "apple=10", "-o", str(path), *BILL[2:], code=0) == f"The picture is in {path}.\n"
    assert "apple" in path.read_text(encoding="utf-8")


def test_the_formats_are_those_of_drawings() -> None:
    with pytest.raises(ValueError, match=rf"the formats are {re.escape(', '.join(FORMATS))}$"):
        ag.draw(ag.Value(1.0)).save("y.gif")


def test_walk_prints_the_lesson(capsys: Captured) -> None:
    output, _variables = parse.parse(BILL[0], {"apple": 10, "count": 2, "tax": 1.1})
    output.label = "output"
    assert printed(capsys, "walk", "--print", *BILL) == f"{ag.walk(output)}\n"
    by_labels = printed(capsys, "walk", "--print", "--by", "labels", "t = x*x*x; exp(t)", "x=1")
    output = parse.parse("t = x*x*x; exp(t)", {"x": 1}).output
    output.label = "output"
    assert by_labels == f"{ag.walk(output, by='labels')}\n"


def test_check_agrees(capsys: Captured) -> None:
    out = printed(capsys, "check", "苹果**y", "苹果=2", "y=0.5")
    head, first, second = out.splitlines()
    assert head.split() == ["derivative", "chain", "rule", "measured", "±", "verdict"]
    assert first.split()[:2] == ["∂f/∂苹果", "0.353553390593"]
    assert second.split()[0] == "∂f/∂y"
    assert first.endswith("  agree")


def test_check_that_cannot_tell_is_no_success(capsys: Captured) -> None:
    assert "cannot tell (the function itself is nan)" in printed(capsys, "check", "log(x)", "x=-1", code=1)


def test_check_shows_both_sides_of_a_kink(capsys: Captured) -> None:
    assert " -2 … 2 " in printed(capsys, "check", "abs(x)*2", "x=0")


def test_a_check_says_its_reasons_in_chinese(capsys: Captured) -> None:
    assert "一致（折点：介于左右两侧的斜率之间）" in printed(capsys, "check", "abs(x)", "x=0", "--lang", "zh")
    assert "无法判断（函数值本身就是 nan）" in printed(capsys, "check", "log(x)", "x=-1", "--lang", "zh", code=1)
    infinite = printed(capsys, "check", "sqrt(x)", "x=0", "--lang", "zh", code=1)
    assert "无法判断（链式法则给出的导数是 inf：1 × inf，出在 sqrt 的第 0 个操作数（从 0 数起））" in infinite


def test_a_check_without_names_says_so(capsys: Captured) -> None:
    assert refused(capsys, "check", "2*3", code=0) == "There is no name in this expression, so there is no derivative to check.\n"


def test_the_result_has_a_name_of_its_own(capsys: Captured) -> None:
    assert "\n∂result/∂output = 2\n" in printed(capsys, "grad", "output*2", "output=1", "--formula")
    assert "∂y1/∂result" in printed(capsys, "walk", "output*result", "output=1", "result=2", "--print")


def test_check_disagrees(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: Operation = replace(ops.exp, local=lambda x, out: (out * 1.001,))
    monkeypatch.setattr(parse, "FUNCTIONS", {**parse.FUNCTIONS, "exp": wrong})
    assert "the derivative ∂f/∂x is wrong at x = 1" in refused(capsys, "check", "exp(x)", "x=1", code=1)


def test_ops_lists_the_table(capsys: Captured) -> None:
    table, explained = printed(capsys, "ops").split("\n\n")
    assert explained.startswith("out is the result")
    assert "gt(x, y) is 1 where x > y" in explained
    rows = {line.split()[0]: line for line in table.splitlines()[1:]}
    assert list(rows) == list(ops.TABLE)
    assert re.split(r"  +", rows["sigmoid"]) == ["sigmoid", "σ", "sigmoid(x)", "out*(1 - out)", "everywhere"]
    assert re.split(r"  +", rows["div"]) == ["div", "÷", "x/y", "1/y, -(out/y)", "y ≠ 0"]
    assert not any(line.endswith(" ") for line in rows.values())


def test_all_words_of_the_table_are_translated() -> None:
    with language("zh"):
        for op in ops.TABLE.values():
            assert not re.search(r"[a-z]{2}", _(op.domain.text)), op.name


# --- what cannot be understood ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["grad", "2x", "x=3"], "write * between the two: 2*x\n  2x\n   ^"),
        (["grad", "x*y", "x=3"], "There is no number for y. Give it with the expression: y=10"),
        (["grad", "x", "x=3", "y=4"], "There is no y in the expression"),
        (["grad", "x", "x"], "x gives no number to a name"),
        (["grad", "x", "x=", "3"], "x= gives no number to a name"),
        (["grad", "x", "x=1/3"], "x=1/3 gives no number"),
        (["grad", "x", "x=3", "x=4"], "There are two numbers for x"),
        (["grad", "--x", "x=3"], "not understood: --x; an expression that looks like an option stands after --"),
        (["grad", "--x", "x=3"], "usage: python -m autograd_mini grad"),
        (["grad", "x", "x=3", "--jsn"], "not understood: --jsn"),
        (["grad", "x", "x=3", "--form"], "not understood: --form"),
        (["grad"], "EXPR"),
        (["ops", "x"], "not understood: x"),
        (["draw", "x", "x=1", "-o", "x.gif"], "x.gif: the ending says the format, and the formats are .svg, .png"),
        (["draw", "x", "x=1", "--digits", "0"], "--digits"),
        (["draw", "x", "x=1", "--direction", "XX"], "--direction"),
        (["draw", "x*x", "x=1", "--what-if", "y=1"], "--what-if y=…: the names in the expression are x."),
        (["draw", "x", "x=1", "--what-if", "x"], "x gives no number to a name"),
        (["walk", "x", "x=1", "--by", "names"], "--by"),
        (["grad", "x", "x=1", "--lang", "fr"], "--lang"),
        (["paint", "x"], "paint"),
        ([], "examples:\n  python -m autograd_mini walk"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_2(arguments: list[str], words: str, capsys: Captured) -> None:
    assert words in refused(capsys, *arguments, code=2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "缺少参数：EXPR"),
        (["x", "--digits"], "参数 --digits：后面要跟一个值"),
        (["x", "--digits", "many"], "参数 --digits：'many' 不是 int 类型的值"),
        (["x", "--direction", "up"], "参数 --direction：没有 'up' 这个选择，可选的有："),
        (["x", "--legend=yes"], "参数 --legend：这个选项不带值，不能写 'yes'"),
        (["x", "-o", "x.gif"], "参数 -o/--output：x.gif：文件格式由扩展名决定"),
        (["x", "--legnd"], "看不懂：--legnd"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_in_chinese(arguments: list[str], words: str, capsys: Captured) -> None:
    said = refused(capsys, "--lang", "zh", "draw", *arguments, code=2)
    assert said.startswith("用法：python -m autograd_mini")
    assert f"：错误：{words}" in said


# --- what goes wrong on the way -----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["grad"], ["walk"], ["walk", "--print"]])
def test_a_value_of_nan_is_1(command: list[str], capsys: Captured) -> None:
    said = "autograd-mini: log(x - 3) is nan where x - 3 = -2: it is defined for x - 3 > 0.\n"
    assert refused(capsys, *command, "2*log(x - 3)", "x=1", code=1) == said


@pytest.mark.parametrize("command", [["grad"], ["grad", "--json"], ["grad", "--formula"], ["walk", "--print"]])
def test_a_derivative_of_nan_is_printed_explained_and_1(command: list[str], capsys: Captured) -> None:
    assert main([*command, "sqrt(x)*x", "x=0"]) == 1
    out, err = capsys.readouterr()
    assert "nan" in out
    assert err == (
        "autograd-mini: ∂output/∂x is nan: not a number. At v1 = sqrt(x) a 0 meets an infinity on the way back to x, "
        "and 0 × inf is no number (upstream 0 × local inf = nan).\n"
    )


@pytest.mark.parametrize(
    ("text", "numbers", "said"),
    [
        ("1/x", ["x=0"], "x = 0 时，1/x 是 inf：它的定义域是 x ≠ 0。"),
        ("log(-1)", [], "log(-1) 是 nan：log(x) 的定义域是 x > 0。"),
        ("9**9**9", [], "9**387420489 是 inf：超出了这里能表示的最大的数，约 1.8e308。"),
        ("x*2", ["x=nan"], "x 是 nan：请给一个有限的数。"),
    ],
)
def test_the_commonest_mistakes_are_answered_in_chinese(text: str, numbers: list[str], said: str, capsys: Captured) -> None:
    assert refused(capsys, "grad", text, *numbers, "--lang", "zh", code=1) == f"autograd-mini: {said}\n"


def test_a_file_that_cannot_be_written_is_1(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "none" / "y.dot"
    assert refused(capsys, "draw", "x", "x=1", "-o", str(path), code=1) == f"autograd-mini: {path}: No such file or directory\n"


def test_a_missing_extra_is_1(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd_mini.drawing.layout._has_wheel", lambda: False)
    monkeypatch.setenv("PATH", "")
    assert 'pip install "autograd-mini[draw]"' in refused(capsys, "draw", "x*x", "x=1", code=1)


# --- languages and help -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--lang", "zh", "grad", *BILL], ["grad", *BILL, "--lang=zh"], ["grad", "--lang", "zh", *BILL]])
def test_the_language_may_be_chosen_anywhere(arguments: list[str], capsys: Captured) -> None:
    before = current_language()
    assert printed(capsys, *arguments).splitlines()[2].split() == ["名字", "值", "导数"]
    assert current_language() == before
    assert "derivative" in printed(capsys, "grad", *BILL)


def helped(capsys: Captured, *arguments: str) -> str:
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--help"])
    assert left.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", ["", *(command.name for command in COMMANDS)])
def test_help_has_examples_in_the_language_chosen(name: str, capsys: Captured) -> None:
    command = [name] if name else []
    english, chinese = helped(capsys, *command), helped(capsys, *command, "--lang", "zh")
    assert english.startswith("usage: python -m autograd_mini")
    assert f"examples:\n  python -m autograd_mini {name}" in english
    assert chinese.startswith("用法：python -m autograd_mini")
    assert f"例子：\n  python -m autograd_mini {name}" in chinese
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", chinese.replace("python -m autograd_mini", "")), "left in English"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_examples_of_the_help_run(command: cli.Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    import shlex

    monkeypatch.chdir(tmp_path)
    stop = ["--print"] if command.name == "walk" else []
    assert main([command.name, *shlex.split(command.example), *stop]) == 0


def test_both_languages_are_offered(capsys: Captured) -> None:
    assert f"{{{','.join(LANGUAGES)}}}" in helped(capsys)


def test_version(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"autograd-mini {ag.__version__}\n"


# --- what people type ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (["-x*2", "x=-3"], "6"),
        (["-1e3"], "-1000"),
        (["-height*2", "height=3"], "-6"),
        (["-o*2", "o=1"], "-2"),
        (["-h*2", "--formula", "h=1"], "-2"),
        (["--x*y", "x=2", "y=3"], "6"),
        (["-lang", "lang=1", "--lang", "en"], "-1"),
        (["--", "-h", "h=1"], "-1"),
        (["--formula", "--", "--formula", "formula=1"], "1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_expression_may_begin_with_a_minus(arguments: list[str], value: str, capsys: Captured) -> None:
    assert printed(capsys, "grad", *arguments).startswith(f"output = {value}\n")


OPTION_LIKE = re.compile(r"-[ho]|--[a-z-]*(=.*)?")


@given(st.sampled_from(["-", "--", ""]), st.text(" -holangx12*+()=.,", min_size=1))
def test_whatever_the_expression_looks_like_it_is_read_as_one(signs: str, rest: str) -> None:
    text = signs + rest
    assume(text.strip() != "-")  # stdin
    names = set(re.findall("[holangx]+", text))
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main(["grad", *(["--"] if OPTION_LIKE.fullmatch(text) else []), text, *(f"{name}=1" for name in names)])
    value, complaint = understood(text.strip(), names)
    if value is None or not isfinite(value):
        assert (code, out.getvalue()) == (1 if value is not None else 2, "")
    else:
        assert code == ("is inf" in err.getvalue() or "is nan" in err.getvalue())  # a derivative
        assert f"= {show(value)}\n" in out.getvalue()
    assert complaint in err.getvalue()


def understood(text: str, names: Iterable[str]) -> tuple[float | None, str]:
    """The value of an expression in which each name is 1, or None and what is wrong with it."""
    try:
        return parse.parse(text, dict.fromkeys(names, 1.0)).output.data, ""
    except ExpressionError as error:
        return None, f"autograd-mini: {error}\n"


def test_spaces_around_the_equals_sign_are_accepted(capsys: Captured) -> None:
    assert printed(capsys, "grad", "x*2", " x = 3 ").startswith("output = 6\n")


def test_full_width_signs_are_accepted(capsys: Captured) -> None:
    assert "苹果     10         2.2\n" in printed(capsys, "grad", "（苹果×２）×1.1", "苹果＝１０")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stdin = io.StringIO()
    monkeypatch.setattr(sys, "stdin", stdin)
    return stdin


def test_a_dash_reads_stdin(typed: io.StringIO, capsys: Captured) -> None:
    typed.write("t = x + 1\nt*t\n")
    typed.seek(0)
    assert printed(capsys, "grad", "-", "x=1").startswith("output = 4\n")


def test_the_mark_at_the_start_of_a_text_of_windows_is_passed_over(typed: io.StringIO, capsys: Captured) -> None:
    typed.write("\ufeffx*x")
    typed.seek(0)
    assert printed(capsys, "grad", "-", "x=2").startswith("output = 4\n")


def test_endless_input_is_not_read_to_its_end(typed: io.StringIO, capsys: Captured) -> None:
    typed.write("1+" * 10_000)
    typed.seek(0)
    assert "at most 2000 characters" in refused(capsys, "grad", "-", code=2)
    assert typed.tell() < 3000


# --- for real -----------------------------------------------------------------------------------------------------


def test_data_on_stdout_talk_on_stderr(tmp_path: Path) -> None:
    done = for_real("draw", *BILL, "-o", str(tmp_path / "y.svg"))
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"y.svg" in done.stderr
    done = for_real("grad", "2x")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == "autograd-mini: For a product, write * between the two: 2*x\n  2x\n   ^\n".replace("\n", os.linesep)


def test_piped_output_is_plain_and_colour_can_be_forced() -> None:
    assert b"\x1b" not in for_real("grad", *BILL).stdout
    assert b"\x1b[1m" in for_real("grad", *BILL, FORCE_COLOR="1").stdout
    assert b"\x1b" not in for_real("grad", *BILL, NO_COLOR="1").stdout


def test_the_environment_chooses_the_language() -> None:
    assert "导数" in for_real("grad", *BILL, LANGUAGE="zh_CN").stdout.decode()


def test_a_console_of_another_encoding_gets_utf_8() -> None:
    done = for_real("grad", "苹果*2", "苹果=1", "--formula", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "∂output/∂苹果 = 2" in done.stdout.decode("utf-8")


def test_what_stdin_holds_in_another_encoding_is_pointed_at() -> None:
    done = for_real("grad", "-", stdin="苹果*2".encode("gbk"), PYTHONUTF8="1")
    assert done.returncode == 2
    assert "has no meaning here" in done.stderr.decode()


@pytest.mark.skipif(os.name == "nt", reason="pipes break differently there")
@pytest.mark.parametrize("arguments", [["ops"], ["grad", *BILL, "--json"], ["draw", *BILL], ["walk", "--print", *BILL]])
def test_a_reader_that_leaves_early_is_no_error(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "autograd_mini", *arguments], stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(os.name == "nt", reason="its shell closes no streams")
@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("walk x*y x=1 y=2 <&-", 0, "0 of 3 · before the first step"),
        ("walk - x=1 <&-", 2, "There is no expression"),
        ("grad x x=1 >&-", 0, ""),
        ("grad 2x 2>&-", 2, ""),
        ("walk --print x*y x=1 y=2 >/dev/full", 1, "autograd-mini: No space left on device\n"),
    ],
)
def test_closed_streams_and_a_full_disk(command: str, code: int, said: str) -> None:
    if "/dev/full" in command and not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    shell = f'"{sys.executable}" -W error -m autograd_mini {command}'
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert not re.search("Traceback|Exception|Warning", done.stdout + done.stderr)


@pytest.mark.parametrize("arguments", [["ops"], ["grad", "2x"], ["walk", "x*x", "x=1"]])
@pytest.mark.parametrize("package", ["autograd_mini", "demos"])
def test_without_rich_a_sentence_says_what_to_do(package: str, arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "rich.py").write_text("raise ModuleNotFoundError('no rich', name='rich')")
    command = [sys.executable, "-m", package, *(arguments if package == "autograd_mini" else [])]
    path = os.pathsep.join([str(tmp_path), str(Path(ag.__file__).parents[1])])
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "this Python does not have the package rich" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="signals are others there")
def test_ctrl_c_leaves_quietly() -> None:
    script = """
import io, os, signal, sys
from autograd_mini.cli import main
class Waiting(io.StringIO):
    def read(self, size=-1):
        os.kill(os.getpid(), signal.SIGINT)  # Ctrl-C while the program waits for an expression
        return super().read(size)
signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background start with Ctrl-C ignored
sys.stdin = Waiting("1")
sys.exit(main(["grad", "-"]))
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.parametrize(("package", "slow"), [("autograd_mini", "autograd_mini.cli"), ("demos", "demos.runner")])
def test_ctrl_c_while_it_starts_leaves_quietly(package: str, slow: str) -> None:
    script = f"""
import runpy, sys
class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == {slow!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Slow())
runpy.run_module({package!r}, run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_the_chinese_usage_is_aligned(capsys: Captured) -> None:
    first, second, *_more = helped(capsys, "draw", "--lang", "zh").splitlines()
    assert cell_len(first[: first.index("[-h]")]) == len(second) - len(second.lstrip())
