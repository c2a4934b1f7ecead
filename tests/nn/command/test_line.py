"""`python -m nn`: its exit codes, its help, its languages; in this process, and for real in one of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from rich.cells import cell_len
from typed import QUICK, Captured, helped, learned, printed, refused

from autograd_mini.language import LANGUAGES
from nn.command.line import COMMANDS
from nn.command.recipes import RECIPES


@pytest.fixture(scope="module")
def moons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learned the moons."""
    return learned("moons", tmp_path_factory.mktemp("networks"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "examples:\n  python -m nn train"),
        (["paint"], "paint"),
        (["train", "--data", "cats"], "--data"),
        (["train", "--epochs", "0"], "0 is no whole number from 1 on"),
        (["train", "--hidden", "many"], "many is no whole number from 1 on"),
        (["train", "--learning-rate", "-1"], "-1 is no number above 0"),
        (["train", "--learning-rate", "inf"], "inf is no number above 0"),
        (["train", "--l2", "x"], "x is no number from 0 on"),
        (["train", "--resume"], "--resume and --every need a folder: --checkpoint DIR"),
        (["train", "--every", "3"], "--resume and --every need a folder: --checkpoint DIR"),
        (["train", "--engine", "scalar", "--dtype", "float32"], "float64 only"),
        (["predict", "net.safetensors"], "IMAGE"),
        (["show"], "FILE"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_2(arguments: list[str], words: str, capsys: Captured) -> None:
    assert words in refused(capsys, *arguments, code=2)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["", *(command.name for command in COMMANDS)])
def test_help_has_examples_in_the_language_chosen(name: str, capsys: Captured) -> None:
    command = [name] if name else []
    english, chinese = helped(capsys, *command), helped(capsys, *command, "--lang", "zh")
    assert english.startswith("usage: python -m nn")
    assert f"examples:\n  python -m nn {name}" in english
    assert chinese.startswith("用法：python -m nn")
    assert f"例子：\n  python -m nn {name}" in chinese
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", chinese.replace("python -m nn", "")), "left in English"


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_folded(columns: int, language: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in ["", *(command.name for command in COMMANDS)]:
        lines = helped(capsys, *filter(None, [command]), "--lang", language).splitlines()
        assert max(map(cell_len, lines)) <= columns
    assert any(line.startswith("  python -m nn") for line in lines)


def test_help_tells_what_each_data_set_is_learned_with(capsys: Captured) -> None:
    out = helped(capsys, "train")
    assert "\n           hidden 16 16, relu, cost hinge, η 0.2, batch 10, epochs 40\n" in out
    assert out.count(", η ") == len(RECIPES)


def test_the_examples_work_one_after_the_other(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    drawing = Image.new("L", (30, 30), 255)
    drawing.paste(0, (14, 5, 17, 25))
    drawing.save("four.png")  # what the learner brings
    for command in COMMANDS:
        for example in command.examples:
            if "mnist" not in example:
                printed(capsys, command.name, *example.split())


def test_it_speaks_chinese(moons: Path, capsys: Captured) -> None:
    assert f"{{{','.join(LANGUAGES)}}}" in helped(capsys)
    out = printed(capsys, "--lang", "zh", *QUICK)
    assert out.startswith("数据：xor，训练样本 200 个")
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", out), "left in English"
    assert "这个网络需要 2 个数" in refused(capsys, "predict", moons, "1", "--lang", "zh", code=2)


def test_it_runs_for_real(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "nn", *QUICK, "--save", "net.safetensors", "--plots", "out"],
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "net.safetensors").exists()


@pytest.mark.parametrize("columns", [1, 5, 14])
def test_the_help_is_there_in_any_terminal(columns: int, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in ([], ["train"], ["predict"]):
        assert "usage:" in helped(capsys, *command)
