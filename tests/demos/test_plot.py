"""Plots: SVG, the same bytes each time, no trace left in matplotlib's global state; one sentence without matplotlib."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import matplotlib
import pytest

from autograd_mini.errors import MissingExtra
from demos import gradient_descent
from demos.blocks import Picture
from demos.plot import Plot
from demos.report import tell

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def paint(figure: Figure) -> None:
    axes = figure.subplots()
    axes.plot([0, 1, 2], [2.0, -2.0, 2.4], "o-")
    axes.set(xlabel="v₁", ylabel="C", title="η = 1.1")


def test_the_same_bytes_twice_and_well_formed() -> None:
    svg = Plot(paint).svg()
    assert svg == Plot(paint).svg()
    root = ElementTree.fromstring(svg)
    assert root.tag.endswith("svg")
    assert not list(root.iter("{http://www.w3.org/2000/svg}text"))  # outlines: no font of the machine has a say
    assert b"<dc:date>" not in svg


def test_ones_own_settings_of_matplotlib_have_no_say_and_stay() -> None:
    plain = Plot(paint).svg()
    with matplotlib.rc_context({"lines.linewidth": 7.0, "axes.grid": True, "svg.fonttype": "none"}):
        mine = dict(matplotlib.rcParams)
        assert Plot(paint).svg() == plain
        assert dict(matplotlib.rcParams) == mine


def test_the_size_is_in_inches() -> None:
    root = ElementTree.fromstring(Plot(paint, size=(4.0, 3.0)).svg())
    assert (root.get("width"), root.get("height")) == ("288pt", "216pt")


def test_saving_returns_the_path_and_the_file_is_the_svg(tmp_path: Path) -> None:
    path = Plot(paint).save(tmp_path / "path.svg")
    assert path.read_bytes() == Plot(paint).svg()
    assert list(tmp_path.iterdir()) == [path]


def test_pyplot_is_not_used_and_importing_a_lesson_loads_no_matplotlib(tmp_path: Path) -> None:
    script = (
        "import sys; from demos import gradient_descent, plot; assert 'matplotlib' not in sys.modules; "
        "plot.Plot(gradient_descent._paint).save('path.svg'); assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True, cwd=tmp_path)


def test_without_matplotlib_the_extra_is_named_in_place_of_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("matplotlib", "matplotlib.style", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=r'pip install "autograd-mini\[plots\]"'):
        Plot(paint).svg()
    tell("a lesson", [Picture("path", Plot(paint), "the path of the ball")], tmp_path)
    out = capsys.readouterr().out
    assert "the path of the ball" in out
    assert 'pip install "autograd-mini[plots]"' in out
    assert list(tmp_path.iterdir()) == []
    assert [block for block in gradient_descent.tell() if isinstance(block, Picture)]  # the lesson goes on
