"""Saving and showing a Drawing: formats, errors, Jupyter, and life without the layout engine."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.drawing import layout
from autograd_mini.errors import MissingExtra


def drawing(label: str = "x") -> ag.Drawing:
    return ag.draw(Value(3.0, label) * 2)


@pytest.mark.parametrize(("ending", "start"), [(".svg", b"<svg "), (".dot", b"digraph"), (".SVG", b"<svg ")])
def test_save_goes_by_the_ending(tmp_path: Path, ending: str, start: bytes) -> None:
    path = drawing().save(tmp_path / f"y{ending}")
    assert path.read_bytes().startswith(start)
    assert [p.name for p in tmp_path.iterdir()] == [f"y{ending}"]


def test_png_is_a_png_of_the_asked_size() -> None:
    if drawing()._without_a_font():
        pytest.skip("this machine has no font at all, so nothing can be written into a PNG")

    def size(png: bytes) -> tuple[int, int]:
        return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")

    small, large = size(drawing().png(zoom=1.0)), size(drawing().png(zoom=2.0))
    assert drawing().png()[:8] == b"\x89PNG\r\n\x1a\n"
    assert abs(large[0] - 2 * small[0]) <= 1


def test_pdf_comes_from_graphviz_without_talk(capfd: pytest.CaptureFixture[str]) -> None:
    if drawing()._without_a_font():
        pytest.skip("this machine has no font at all, so nothing can be written into a PDF")
    assert drawing().pdf().startswith(b"%PDF-")
    assert capfd.readouterr() == ("", "")


def test_png_without_a_covering_font_names_the_package_and_svg() -> None:
    # A character of Unicode's private use area: no font package has it.
    with pytest.raises(ValueError, match=r"no installed font has.*fonts-noto-cjk.*\.svg"):
        drawing("\ue123").png()


def test_an_unknown_ending_is_told_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=re.escape(".svg, .png, .pdf, .dot")):
        drawing().save(tmp_path / "y.gif")
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_path_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        drawing().save(tmp_path / "nowhere" / "y.svg")
    (tmp_path / "taken.svg").mkdir()
    with pytest.raises(OSError, match=r"taken\.svg"):
        drawing().save(tmp_path / "taken.svg")
    assert [p.name for p in tmp_path.iterdir()] == ["taken.svg"]


def test_the_dot_is_complete_and_restylable() -> None:
    x = Value(3.0, "a:0")
    y = x * 2
    y.backward()
    graph = ag.draw(y).digraph
    graph.attr(bgcolor="lightyellow")
    assert "lightyellow" in graph.source
    assert "a:0" in graph.source
    assert '"a:0" ->' not in graph.source  # labels are never ids: a colon would be read as a port
    assert "3\\n∂ 2" in graph.source


def test_jupyter_gets_svg_and_text() -> None:
    bundle = drawing()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/svg+xml"}
    assert "x × 2" in bundle["text/plain"]


def without(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """As if a package were not installed, and no `dot` either."""
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setattr(layout.shutil, "which", lambda name: None)  # type: ignore[attr-defined]


BROKEN = [("pygraphviz", ag.Drawing.svg), ("pygraphviz", ag.Drawing.pdf), ("resvg_py", ag.Drawing.png)]


@pytest.mark.parametrize(("package", "draw"), BROKEN)
def test_a_package_that_is_there_and_broken_is_as_missing_and_says_what_it_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: str, draw: Callable[[ag.Drawing], object]
) -> None:
    (tmp_path / f"{package}.py").write_text('raise ImportError("libcgraph.so.6: no such file")')
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, package, raising=False)
    monkeypatch.setattr(layout.shutil, "which", lambda name: None)  # type: ignore[attr-defined]
    with pytest.raises(MissingExtra, match=re.escape('pip install "autograd-mini[draw]"')) as raised:
        draw(drawing())
    assert str(raised.value).endswith(f" {package} is installed, but cannot be imported: libcgraph.so.6: no such file")
    assert isinstance(raised.value.__cause__, ImportError)


def test_a_dot_on_the_path_serves_where_the_wheel_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setattr(layout.shutil, "which", lambda name: "/usr/bin/dot")  # type: ignore[attr-defined]
    assert layout.can_lay_out()


def test_without_an_engine_it_shows_text_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "pygraphviz")
    bundle = drawing()._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert "x × 2" in bundle["text/plain"]
    assert 'pip install "autograd-mini[draw]"' in bundle["text/plain"]
    with pytest.raises(MissingExtra, match=re.escape('pip install "autograd-mini[draw]"')):
        drawing().svg()
