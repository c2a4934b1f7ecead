"""The picture as SVG: well-formed, complete, free of overlaps, readable, and the same bytes everywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.drawing.layout import DIRECTIONS, lay_out
from autograd_mini.drawing.texts import Style, edge_size, edge_texts, node_size, outline
from autograd_mini.graph import topological_order
from autograd_mini.paths import LONGEST

SVG = "{http://www.w3.org/2000/svg}"
SUPERMARKET = """
import autograd_mini as ag
from autograd_mini import Value
price, count, tax = Value(10.0, "苹果价格"), Value(2.0, "苹果个数"), Value(1.1, "消费税")
payment = price * count * tax
payment.label = "支付金额"
payment.backward()
import sys
sys.stdout.buffer.write(ag.draw(payment, legend=True).svg().encode())
"""


def supermarket() -> Value:
    price, count, tax = Value(10.0, "price"), Value(2.0, "count"), Value(1.1, "tax")
    payment = price * count * tax
    payment.label = "payment"
    return payment


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


OPERATIONS: list[Callable[[Value, Value], Value]] = [
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: a.sigmoid(),
    lambda a, b: a**2,
    lambda a, b: 3 - a,
]


def random_graph(choices: list[tuple[int, int, int]]) -> Value:
    nodes: list[Value] = [Value(1.5, "x"), Value(-0.5, "y")]
    for kind, i, j in choices:
        nodes.append(OPERATIONS[kind](nodes[i % len(nodes)], nodes[j % len(nodes)]))
    return nodes[-1]


graphs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=25).map(random_graph)


def test_it_shows_every_number_of_the_supermarket() -> None:
    payment = supermarket()
    payment.backward()
    drawn = texts(ag.draw(payment).svg())
    names, numbers = ["price", "count", "tax", "payment", "×", "×"], ["10", "2", "20", "1.1", "22"]
    assert sorted(drawn) == sorted([*names, *numbers, "2.2", "11", "1.1", "20", "1"])


def test_before_backward_it_says_so_and_shows_no_gradient() -> None:
    svg = ag.draw(supermarket()).svg()
    assert "Gradients: not computed yet." in texts(svg)
    assert "stroke-dasharray" not in svg


def test_backward_arrows_are_dashed_and_as_many_as_edges() -> None:
    payment = supermarket()
    payment.backward()
    assert ag.draw(payment).svg().count('stroke-dasharray="5 3"') == 5


def test_x_times_x_has_two_edges() -> None:
    x = Value(3.0, "x")
    y = x * x
    y.backward()
    drawing = ag.draw(y)
    assert [(edge.tail, edge.head) for edge in drawing.picture.edges] == [(0, 1), (0, 1), (1, 2)]
    assert texts(drawing.svg()).count("3") == 4  # each edge carries 3 forward and 3 back
    assert "∂ 6" in texts(drawing.svg())


def test_a_power_with_a_constant_exponent_is_one_circle_with_one_edge() -> None:
    drawing = ag.draw(Value(3.0, "t") ** 2)
    assert [node.text for node in drawing.picture.nodes] == ["t", "**2", "output"]
    assert [(edge.tail, edge.head) for edge in drawing.picture.edges] == [(0, 1), (1, 2)]


@settings(max_examples=40)
@given(graphs, st.sampled_from(sorted(DIRECTIONS)))
def test_nothing_overlaps_and_the_svg_is_well_formed(y: Value, direction: str) -> None:
    drawing = ag.draw(y, gradients=True, direction=direction, local_derivatives=True, legend=True)
    picture, style = drawing.picture, Style(direction=direction, local_derivatives=True)
    sizes = [node_size(node, style) for node in picture.nodes] + [edge_size(edge, style) for edge in picture.edges]
    layout = lay_out(
        sizes[: len(picture.nodes)], [(edge.tail, edge.head) for edge in picture.edges], sizes[len(picture.nodes) :], direction
    )
    boxes = list(zip(layout.nodes + layout.boxes, sizes, strict=True))
    for ((x, y_), (w, h)), ((x2, y2), (w2, h2)) in combinations(boxes, 2):
        assert abs(x - x2) >= (w + w2) / 2 - 1 or abs(y_ - y2) >= (h + h2) / 2 - 1
    root = ElementTree.fromstring(drawing.svg())
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for (x, y_), (w, h) in boxes:
        assert w / 2 - 1 <= x <= width - w / 2
        assert h / 2 - 1 <= y_ <= height - h / 2
    shown = texts(drawing.svg())
    assert all(node.text in shown for node in picture.nodes)


def test_no_text_is_smaller_than_ten_points() -> None:
    payment = supermarket()
    payment.backward()
    svg = ag.draw(payment, legend=True, local_derivatives=True, limit=200).svg()
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)]
    assert sizes
    assert min(sizes) >= 10 * 96 / 72  # 10 pt in CSS pixels


@given(st.text(max_size=12))
@settings(max_examples=30)
def test_any_label_is_escaped(label: str) -> None:
    y = Value(1.0, label) * 2
    root = ElementTree.fromstring(ag.draw(y).svg())  # raises if it is not XML
    assert not [element for element in root.iter() if element.tag.endswith("script")]


def test_labels_with_markup_stand_as_they_are() -> None:
    svg = ag.draw(Value(1.0, "<b>&x:0|{}\\n") * 2).svg()
    assert "<b>&x:0|{}\\n" in texts(svg)


def test_title_and_description_say_the_graph_in_words() -> None:
    payment = supermarket()
    payment.backward()
    root = ElementTree.fromstring(ag.draw(payment).svg())
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == "payment"
    assert description is not None
    assert "price × count" in (description.text or "")
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"


@settings(max_examples=40)
@given(graphs, st.floats(-3, 3))
def test_the_description_says_every_number_that_is_drawn(y: Value, new: float) -> None:
    drawing = ag.draw(y, gradients=True, at={node: new for node in topological_order([y]) if node.label == "x"})
    description = ElementTree.fromstring(drawing.svg()).find(f"{SVG}desc")
    assert description is not None
    lines = (description.text or "").split("\n")
    picture = drawing.picture
    uses = Counter(edge.tail for edge in picture.edges)
    for edge in picture.edges:
        node = picture.nodes[edge.tail]
        if not node.said:  # a plain number stands in the line of the node that uses it
            assert any(node.text in line for line in lines)
            continue
        drawn = edge_texts(replace(edge, name=""), drawing.style)
        assert node.said in lines
        assert f" = {drawn.above}" in node.said
        assert drawn.below in node.said or uses[edge.tail] > LONGEST


def test_two_pictures_have_different_ids_and_the_same_picture_the_same() -> None:
    def identity(y: Value) -> str:
        found = re.search(r'<title id="([^"]+)"', ag.draw(y).svg())
        assert found
        return found[1]

    assert identity(supermarket()) == identity(supermarket())
    assert identity(supermarket()) != identity(supermarket() * 2)


def fontconfig(folder: Path, fonts: str) -> dict[str, str]:
    config = folder / "fonts.conf"
    config.write_text(f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>{fonts}</fontconfig>')
    return {"FONTCONFIG_FILE": str(config)}


def test_the_same_bytes_whatever_fonts_and_hash_seed_and_no_talk(tmp_path: Path) -> None:
    environments = [
        fontconfig(tmp_path, ""),
        fontconfig(tmp_path, "<dir>/usr/share/fonts/truetype/dejavu</dir>"),
        fontconfig(tmp_path, "<dir>/usr/share/fonts/opentype</dir>"),
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "2"},
    ]
    pictures = set()
    for environment in environments:
        done = subprocess.run([sys.executable, "-c", SUPERMARKET], env={**os.environ, **environment}, capture_output=True, check=True)
        assert done.stderr == b""
        pictures.add(done.stdout)
    assert len(pictures) == 1
    assert "苹果价格".encode() in pictures.pop()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"direction": "XY"}, "directions are LR, RL, TB, BT"),
        ({"color": "blue"}, "plain, gradient"),
        ({"digits": 0}, "whole number from 1"),
        ({"constants": "red"}, "grey, inline"),
        ({"focus": Value(1.0)}, "not in this picture"),
    ],
)
def test_unknown_options_are_told_the_known_ones(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        ag.draw(supermarket(), **options)  # type: ignore[arg-type]


def test_what_is_no_value_cannot_be_drawn() -> None:
    with pytest.raises(TypeError, match="takes a Value"):
        ag.draw(3.0)  # type: ignore[arg-type]


def arrow_ends(svg: str) -> list[tuple[float, float]]:
    """Where the forward arrows start."""
    return [(float(x), float(y)) for x, y in re.findall(r'<path d="M([-\d.]+) ([-\d.]+) C[^"]+" fill="none" stroke="#222222"', svg)]


@pytest.mark.parametrize("direction", sorted(DIRECTIONS))
def test_arrows_start_where_their_node_ends(direction: str) -> None:
    a = Value(2.0, "a")
    b = a * 3 + a.sin() * a
    c = b.exp() - a
    c.backward()
    c.backward()
    drawing = ag.draw(c, direction=direction)
    picture = drawing.picture
    sizes = [node_size(node, drawing.style) for node in picture.nodes]
    edges = [(edge.tail, edge.head) for edge in picture.edges]
    layout = lay_out(sizes, edges, [edge_size(edge, drawing.style) for edge in picture.edges], direction)
    starts = arrow_ends(drawing.svg())
    variable = [i for i, edge in enumerate(picture.edges) if picture.nodes[edge.tail].kind != "constant"]
    assert len(starts) == len(variable)
    for i, (x, y) in zip(variable, starts, strict=True):
        (centre_x, centre_y), (width, height) = layout.nodes[edges[i][0]], outline(picture.nodes[edges[i][0]])
        assert abs(x - centre_x) <= width / 2 + 8
        assert abs(y - centre_y) <= height / 2 + 8
        assert abs(x - centre_x) >= width / 2 - 8 or abs(y - centre_y) >= height / 2 - 8


def heads(svg: str) -> list[list[tuple[float, float]]]:
    """The corners of each arrowhead."""
    number = r"([-\d.]+) ([-\d.]+)"
    found = re.findall(rf'<path d="M{number} L{number} L{number} Z"', svg)
    return [[(float(head[i]), float(head[i + 1])) for i in (0, 2, 4)] for head in found]


def notes(svg: str) -> list[tuple[float, float, float, float]]:
    """The white grounds of the notes: left, top, width, height."""
    found = re.findall(r'<rect x="([-\d.]+)" y="([-\d.]+)" width="([-\d.]+)" height="([-\d.]+)" fill="#ffffff" fill-opacity', svg)
    return [(float(left), float(top), float(width), float(height)) for left, top, width, height in found]


def fork(t: Value, branches: int) -> Value:
    return t * t if branches == 2 else t * t + t.sin() * 1000


@pytest.mark.parametrize("direction", sorted(DIRECTIONS))
@pytest.mark.parametrize("branches", [2, 3])
@pytest.mark.parametrize("inner", [False, True])
def test_the_note_of_a_fork_hides_no_arrowhead(direction: str, branches: int, inner: bool) -> None:
    t = Value(0.70712, "t")
    drawing = ag.draw(fork(t.exp() if inner else t, branches), gradients=True, direction=direction)
    svg = drawing.svg()
    [(left, top, width, height)] = notes(svg)
    corners = [corner for head in heads(svg) for corner in head]
    assert len(corners) == 3 * 2 * len([edge for edge in drawing.picture.edges if edge.gradients]) + 3 * (branches == 3)
    assert [(x, y) for x, y in corners if left <= x <= left + width and top <= y <= top + height] == []


def test_a_large_graph_is_drawn_without_talk(capfd: pytest.CaptureFixture[str]) -> None:
    svg = ag.draw(ag.sum([Value(0.1) for _ in range(600)]), limit=2000).svg()
    assert svg.count(">0.1<") == 1200  # the name of each, and its number on the edge
    assert capfd.readouterr() == ("", "")


def test_marks_that_turn_text_around_are_left_out_and_a_torn_surrogate_draws() -> None:
    svg = ag.draw(Value(1.0, "a\u202eb") * Value(2.0, "x\ud800y")).svg()
    assert "ab" in texts(svg)
    svg.encode()


def test_nobody_writes_minus_zero_or_plus_nan() -> None:
    x = Value(0.0, "x")
    y = -x * 1
    y.backward()
    assert "-0" not in texts(ag.draw(y).svg())
    assert "0 → nan" in texts(ag.draw(x.sqrt(), at={x: -1.0}).svg())
