"""Saving pictures: the same bytes each time, whole or not at all, in both languages; no trace in matplotlib's settings."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest
from matplotlib.figure import Figure
from trained import noise

import autograd_mini as ag
import nn
from autograd_mini.errors import MissingExtra
from nn import plots
from nn.optim import SGD
from nn.plots import sheet

NET, SAMPLES, MOONS = nn.MLP(9, [4, 3], rng=1), noise(12), nn.datasets.moons(20)


def kept(callback: plots.Boundaries | plots.GradientSizes, net: nn.MLP) -> Figure:
    callback(nn.Epoch(1, net, nn.History(), SGD(net.parameters(), 1.0), nn.quadratic_cost, 0.0))
    return callback.plot()


PICTURES: dict[str, Callable[[], Figure]] = {
    "curves": lambda: plots.curves(nn.History([0.5, 0.25], [0.5, 0.75])),
    "digits": lambda: plots.digits(NET, SAMPLES, 6),
    "mistakes": lambda: plots.mistakes(NET, SAMPLES, 3),
    "confusion": lambda: plots.confusion(NET, SAMPLES),
    "weights": lambda: plots.weights(NET),
    "gradients": lambda: kept(plots.GradientSizes(SAMPLES), NET),
    "boundary": lambda: plots.boundary(nn.MLP(2, [3, 1], rng=0), MOONS),
    "boundaries": lambda: kept(plots.Boundaries(MOONS), nn.MLP(2, [3, 1], rng=0)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_bytes_twice_and_whatever_the_users_settings(name: str, tmp_path: Path) -> None:
    first = plots.save(PICTURES[name](), tmp_path / "first.svg").read_bytes()
    with matplotlib.rc_context({"lines.linewidth": 7.0, "font.size": 20.0, "svg.fonttype": "path", "svg.hashsalt": None}):
        mine = dict(matplotlib.rcParams)
        assert plots.save(PICTURES[name](), tmp_path / "second.svg").read_bytes() == first
        assert dict(matplotlib.rcParams) == mine
    assert ElementTree.fromstring(first).tag.endswith("svg")
    assert b"<dc:date>" not in first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.svg", "second.svg"]


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_speaks_chinese_and_its_texts_are_texts(name: str, tmp_path: Path) -> None:
    with ag.language("zh"):
        svg = plots.save(PICTURES[name](), tmp_path / "picture.svg").read_bytes()
    said = "".join("".join(text.itertext()) for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"))
    assert any("\u4e00" <= character <= "\u9fff" for character in said)


def test_without_a_chinese_font_an_svg_is_whole_and_a_png_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "CHINESE", ())
    with ag.language("zh"):
        figure = plots.curves(nn.History([0.5], [0.5]))
        assert "正确率" in plots.save(figure, tmp_path / "curves.svg").read_text()
        with pytest.raises(ValueError, match=r"no installed font.*fonts-noto-cjk.*\.svg"):
            plots.save(figure, tmp_path / "curves.png")
    assert [path.name for path in tmp_path.iterdir()] == ["curves.svg"]


def test_a_png_is_the_same_twice_too(tmp_path: Path) -> None:
    first, second = (plots.save(PICTURES["curves"](), tmp_path / name).read_bytes() for name in ("first.png", "second.PNG"))
    assert first == second
    assert first.startswith(b"\x89PNG")


def test_save_all_makes_the_folder_and_names_the_files(tmp_path: Path) -> None:
    figure = PICTURES["curves"]()
    paths = plots.save_all(tmp_path / "a" / "b", {"curves": figure, "small.png": figure})
    assert paths == [tmp_path / "a" / "b" / "curves.svg", tmp_path / "a" / "b" / "small.png"]
    assert all(path.stat().st_size for path in paths)


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.svg or \.png"):
        plots.save(PICTURES["curves"](), tmp_path / "curves.pdf")
    assert not list(tmp_path.iterdir())


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("matplotlib", "matplotlib.style", "matplotlib.font_manager", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    for draw in PICTURES.values():
        with pytest.raises(MissingExtra, match=r'pip install "autograd-mini\[plots\]"'):
            draw()


def test_importing_is_light_and_drawing_uses_no_pyplot() -> None:
    script = (
        "import sys, nn; from nn import plots; assert not {'matplotlib', 'numpy'} & set(sys.modules); "
        "plots.curves(nn.History([0.5], [0.5])); assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)
