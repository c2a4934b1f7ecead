"""`python -m nn predict`: answers for pictures and numbers, and what they rest on."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typed import QUICK, Captured, learned, printed, refused

import nn
from nn.command import main


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learned the digits."""
    return learned("digits", tmp_path_factory.mktemp("networks"))


@pytest.fixture(scope="module")
def moons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learned the moons."""
    return learned("moons", tmp_path_factory.mktemp("networks"))


def test_a_picture_is_answered_with_what_was_done_to_it(read: Path, tmp_path: Path, capsys: Captured) -> None:
    data = nn.datasets.digits().test
    zero = int(np.flatnonzero(np.asarray(data.y) == 0)[0])
    sheet = Image.new("L", (300, 200), 255)
    sheet.paste(Image.fromarray((255 * (1 - data.x[zero].reshape(8, 8))).astype("uint8")).resize((160, 160)), (70, 20))
    dark, light = tmp_path / "dark.png", tmp_path / "light.png"
    sheet.save(dark)
    Image.fromarray(255 - np.asarray(sheet)).save(light)
    first, second, table = printed(capsys, "predict", read, dark, light).split("\n\n")
    assert first.startswith(f"{dark}: 300 × 200 pixels.\nDark on light, so it is inverted.\nCropped to ")
    assert second.startswith(f"{light}: 300 × 200 pixels.\nLight on dark, so it is not inverted.\nCropped to ")
    assert first.splitlines()[2:] == second.splitlines()[2:]
    said = re.search(r"Answer: 0, its output is (0\.\d+|1); second guess: \d, output [\d.e-]+\.$", first)
    assert said
    assert [row.split() for row in table.splitlines()[1:]] == [[str(path), "0", said[1]] for path in (dark, light)]
    assert sum(text.startswith("|") for text in first.splitlines()) == 8


def test_numbers_are_answered(moons: Path, capsys: Captured) -> None:
    for inputs, label in (["0.0", "1.0"], 0), (["1", "-5e-1"], 1):
        output = nn.load(moons)(list(map(float, inputs)))[0].data
        said = f"Answer: {label}; the output is {output:.3g}, the boundary 0.\n"
        assert printed(capsys, "predict", moons, *inputs) == said
    said = "nn: This network takes 2 numbers, such as 0.5 -0.2; got "
    assert refused(capsys, "predict", moons, "1", code=2) == f"{said}1\n"
    assert refused(capsys, "predict", moons, "four.png", "nan", code=2) == f"{said}four.png nan\n"


def test_sixteen_numbers_are_numbers_though_a_network_might_see_images(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    net = nn.MLP(16, [3], rng=0)
    net.save("net.safetensors")
    numbers = [0.5, -1.0, *map(float, range(14))]
    answer = nn.answers.guess(net, net(numbers))
    assert printed(capsys, "predict", "net.safetensors", *map(str, numbers)).startswith(f"Answer: {answer}, its output is ")
    said = "nn: This network takes pictures, or 16 numbers, such as 0.5 -0.2 1 …; got "
    assert refused(capsys, "predict", "net.safetensors", "0", "1", code=2) == f"{said}0 1\n"
    assert refused(capsys, "predict", "net.safetensors", *["nan"] * 16, code=2) == f"{said}{' '.join(['nan'] * 16)}\n"
    drawing = Image.new("L", (30, 30), 255)
    drawing.paste(0, (14, 5, 17, 25))
    drawing.save("7", "png")  # a file may be called so
    assert printed(capsys, "predict", "net.safetensors", "7").startswith("7: 30 × 30 pixels.\n")


def test_probabilities_of_a_cross_entropy_add_up(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "net.safetensors"
    printed(capsys, *QUICK, "--cost", "cross-entropy", "--save", path)
    said = printed(capsys, "predict", path, "0", "1")
    assert "% (softmax); second guess" in said
    assert sum(map(float, re.findall(r"([\d.]+)%", said))) == pytest.approx(100, abs=0.011)


def test_what_is_no_picture_is_1(read: Path, tmp_path: Path, capsys: Captured) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", (30, 30), 99).save(blank)
    assert "nothing is written on this picture" in refused(capsys, "predict", read, blank, code=1)
    assert "this file is no picture" in refused(capsys, "predict", read, read, code=1)
    assert "No such file" in refused(capsys, "predict", read, tmp_path / "none.png", code=1)


def test_a_bad_picture_does_not_keep_the_others_from_an_answer(read: Path, tmp_path: Path, capsys: Captured) -> None:
    good, blank = tmp_path / "good.png", tmp_path / "blank.png"
    Image.new("L", (30, 30), 99).save(blank)
    drawing = Image.new("L", (30, 30), 255)
    drawing.paste(0, (14, 5, 17, 25))
    drawing.save(good)
    assert main(["predict", str(read), str(blank), str(tmp_path / "none.png"), str(good)]) == 1
    out, err = capsys.readouterr()
    assert [text.partition(": ")[2].partition(": ")[0] for text in err.splitlines()] == [str(blank), str(tmp_path / "none.png")]
    assert out.startswith(f"{good}: 30 × 30 pixels.\n")
    assert [row.split()[0] for row in out.split("\n\n")[1].splitlines()[1:]] == [str(good)]


def test_ink_that_reaches_the_edges_is_told(read: Path, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "ruled.png"
    drawing = Image.new("L", (60, 60), 255)
    drawing.paste(0, (28, 5, 33, 55))
    drawing.save(path)
    assert "reaches the edge" not in printed(capsys, "predict", read, path)
    for height in (12, 36):
        drawing.paste(100, (0, height, 60, height + 2))
    drawing.save(path)
    assert "Its ink reaches the edge on 2 sides: lines, a shadow or a table?" in printed(capsys, "predict", read, path)
