"""The lessons print the courses' numbers, and each runs as a person would run it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import autograd_mini as ag
from autograd_mini.number import show
from demos import apples, chain_rule, oranges
from demos.__main__ import DEMOS, main


def shown(*values: ag.Value) -> list[str]:
    return [show(value.grad) for value in values]


def test_apples_has_the_numbers_of_the_course() -> None:
    assert show(apples.subtotal.data) == "20"
    assert show(apples.payment.data) == "22"
    assert shown(apples.payment, apples.subtotal, apples.price, apples.count, apples.tax) == ["1", "1.1", "2.2", "11", "20"]
    for change, payment in [
        ({apples.price: 11.0}, "24.2"),
        ({apples.subtotal: 21.0}, "23.1"),
        ({apples.count: 3.0}, "33"),
        ({apples.tax: 2.1}, "42"),
        ({apples.tax: 1.11}, "22.2"),
        ({apples.price: 11.0, apples.count: 3.0}, "36.3"),
    ]:
        assert show(ag.evaluate(apples.payment, change)[apples.payment]) == payment


def test_oranges_has_the_nine_boxes() -> None:
    o = oranges
    assert [show(v.data) for v in (o.apples, o.oranges, o.subtotal, o.payment)] == ["20", "45", "65", "71.5"]
    boxes = shown(o.payment, o.subtotal, o.tax, o.apples, o.oranges, o.orange_count, o.apple_count, o.apple_price, o.orange_price)
    assert boxes == ["1", "1.1", "65", "1.1", "1.1", "16.5", "11", "2.2", "3.3"]
    raised = {o.apple_price: "73.7", o.apple_count: "82.5", o.orange_price: "74.8", o.orange_count: "88", o.tax: "136.5"}
    for leaf, payment in raised.items():
        assert show(ag.evaluate(o.payment, {leaf: leaf.data + 1})[o.payment]) == payment


def test_chain_rule_parts_from_its_what_if_by_the_step_squared() -> None:
    c = chain_rule
    assert (c.z.data, c.x.grad, c.y.grad, c.t.grad) == (9.0, 6.0, 6.0, 6.0)
    assert show(ag.evaluate(c.z, {c.x: 2.0})[c.z] - 9) == "7"
    assert show(ag.evaluate(c.z, {c.x: 1.01})[c.z] - 9) == "0.0601"


@pytest.mark.parametrize("name", ["apples", "oranges", "chain_rule"])
def test_a_lesson_tells_its_numbers_and_writes_its_pictures(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--out", str(tmp_path / "deep" / "out")]) == 0
    told = capsys.readouterr().out
    numbers = {"apples": "+2.2 +1.1 +11 +20 +14.3 24.2", "oranges": "71.5 16.5 136.5", "chain_rule": "+0.0601 +7"}
    assert all(number in told for number in numbers[name].split())
    assert "0000001" not in told
    assert "9999999" not in told
    pictures = {path.name for path in (tmp_path / "deep" / "out").iterdir()}
    assert f"{name}.svg" in pictures
    assert all(picture in told for picture in pictures)


def test_without_a_name_it_lists(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(DEMOS)


def test_an_unknown_name_is_told_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["pears"])
    assert left.value.code == 2
    assert "there is no demo 'pears'; there are apples, oranges" in capsys.readouterr().err


def test_an_unwritable_folder_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["apples", "--out", str(tmp_path / "file" / "out")]) == 1
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_python_i_leaves_the_values_under_their_names(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-i", "-m", "demos.apples"],
        input="print('price', price.grad, payment)\n", cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "price 2.2" in done.stdout
    assert "Value(data=22, grad=1, label='payment')" in done.stdout


def test_a_narrow_terminal_loses_no_digit(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert main(["oranges", "--out", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "…" not in told
    assert "71.5 → 136.5" in told
