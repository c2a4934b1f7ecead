"""A walk as a learner holds it: a place in it, its pictures (nothing jumps), slides, what Jupyter shows."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.backward import steps
from autograd_mini.checks import Expression, expressions
from autograd_mini.drawing.picture import Mark
from autograd_mini.drawing.strokes import BACK
from autograd_mini.errors import GraphTooLarge
from autograd_mini.moments import Backward, Forward, Update

SVG = "{http://www.w3.org/2000/svg}"


def supermarket() -> dict[str, Value]:
    price, count, tax = Value(10.0, "price"), Value(2.0, "count"), Value(1.1, "tax")
    subtotal = price * count
    payment = subtotal * tax
    ag.label(subtotal=subtotal, payment=payment)
    return {"price": price, "count": count, "tax": tax, "subtotal": subtotal, "payment": payment}


# --- a sequence, and a place in it --------------------------------------------------------------------------------


@given(expressions(rows=ops.TABLE.values()), st.lists(st.sampled_from(["next", "back", "reset", "goto", "run_to"])), st.data())
def test_moving_about_is_moving_in_a_list(expression: Expression, moves: Sequence[str], data: st.DataObject) -> None:
    xs, y = expression.record()
    walk, position = ag.walk(y), 0
    for move in moves:
        if move == "goto":
            position = data.draw(st.integers(0, len(walk)))
            walk.goto(position)
        elif move == "run_to":
            ahead = [i for i, m in enumerate(walk) if i >= position and xs[0] is (m.operand if isinstance(m, Backward) else m.node)]  # type: ignore[attr-defined]
            if not ahead:
                with pytest.raises(ValueError, match=r"run_to\(\)"):
                    walk.run_to(xs[0])
                continue
            position = ahead[0] + 1
            assert walk.run_to(xs[0]) is walk.current
        else:
            position = {"next": min(position + 1, len(walk)), "back": max(position - 1, 0), "reset": 0}[move]
            getattr(walk, move)()
        assert walk.position == position
        assert walk.current is (walk[position - 1] if position else None)


def test_it_is_a_sequence() -> None:
    walk = ag.walk(supermarket()["payment"])
    assert len(walk) == 6
    assert walk[1:3] == [walk[1], walk[2]]
    assert walk[-1] is list(walk)[5]
    assert walk.index(walk[3]) == 3
    assert [moment.phase for moment in walk] == ["forward"] * 2 + ["backward"] * 4
    with pytest.raises(IndexError):
        walk[6]


def test_next_says_the_end_with_none() -> None:
    walk = ag.walk(supermarket()["payment"])
    assert [walk.next() for _ in range(7)] == [*walk, None]
    assert walk.position == 6
    walk.reset()
    assert walk.back() is None


@pytest.mark.parametrize("position", [-1, 7, True, 1.0, "1"])
def test_a_place_outside_is_said_in_a_sentence_and_nothing_moves(position: Any) -> None:
    walk = ag.walk(supermarket()["payment"])
    walk.goto(3)
    asked: list[Callable[[], object]] = [
        lambda: walk.goto(position), lambda: walk.lines(position), lambda: walk.draw(position=position),
    ]  # fmt: skip
    for ask in asked:
        with pytest.raises(ValueError, match="a place in this walk is a whole number from 0 to 6"):
            ask()
    assert walk.position == 3


def test_run_to_says_what_is_not_ahead() -> None:
    nodes = supermarket()
    walk = ag.walk(nodes["payment"])
    assert walk.run_to(nodes["price"]) is walk[4]
    with pytest.raises(ValueError, match="no step with price is ahead"):
        walk.run_to(nodes["price"])
    with pytest.raises(ValueError, match="is not in this walk"):
        walk.run_to(Value(1.0))
    with pytest.raises(TypeError, match="takes Values"):
        walk.run_to("price")  # type: ignore[arg-type]
    assert walk.position == 5


# --- pictures -----------------------------------------------------------------------------------------------------


def places(svg: str) -> tuple[str, set[tuple[str, ...]]]:
    """The canvas, and where its circles, lines and arrowheads are."""
    root = ElementTree.fromstring(svg)
    lines = {(path.attrib["d"],) for path in root.iter(SVG + "path")}
    return root.attrib["viewBox"], lines | {tuple(circle.attrib[a] for a in ("cx", "cy", "r")) for circle in root.iter(SVG + "circle")}


def marks(walk: ag.Walk, position: int) -> Mapping[str, list[Mark]]:
    picture = walk.draw(position=position).picture
    return {
        "nodes": [node.mark for node in picture.nodes],
        "forward": [edge.mark for edge in picture.edges],
        "back": [edge.back for edge in picture.edges],
    }


@settings(max_examples=15)
@given(expressions(max_steps=5), st.sampled_from(["operations", "labels"]), st.booleans(), st.sampled_from(["LR", "TB"]))
def test_nothing_jumps_from_moment_to_moment(expression: Expression, by: str, trained: bool, direction: str) -> None:
    xs, y = expression.record()
    y.label = "y"
    more = {"parameters": xs[:1], "learning_rate": 1e-6} if trained else {}
    walk = ag.walk(y, by=by, **more)  # type: ignore[arg-type]
    drawings = [walk.draw(position=i, direction=direction) for i in range(len(walk) + 1)]
    first = drawings[0]
    canvases, drawn = zip(*[places(drawing.svg()) for drawing in drawings], strict=True)
    least, most = min(drawn, key=len), max(drawn, key=len)
    assert len(set(canvases)) == 1
    assert all(least <= lines <= most for lines in drawn)  # no line has two places; the way forward is always there
    for drawing in drawings:
        assert [(node.kind, node.text) for node in drawing.picture.nodes] == [(node.kind, node.text) for node in first.picture.nodes]
        assert [(edge.tail, edge.head) for edge in drawing.picture.edges] == [(edge.tail, edge.head) for edge in first.picture.edges]
    assert drawings[-1].svg() == walk.draw(position=len(walk), direction=direction).svg()


@settings(max_examples=25)
@given(expressions(max_steps=6))
def test_marks_say_what_is_done_current_and_to_come(expression: Expression) -> None:
    _, y = expression.record()
    walk = ag.walk(y)
    operations = sum(isinstance(moment, Forward) for moment in walk)
    edges = sum(1 for _ in steps({y: 1.0}))
    for position in range(len(walk) + 1):
        seen, now = marks(walk, position), walk[position - 1] if position else None
        computed = sum(isinstance(moment, Forward) for moment in walk[:position])
        assert seen["nodes"].count("to come") == operations - computed
        assert seen["nodes"].count("current") == (now is not None)
        if computed < operations:
            assert set(seen["back"]) == {"hidden"}
        else:
            assert seen["back"].count("current") == isinstance(now, Backward)
            started = position > operations  # the output's own 1
            carried = position - operations
            assert seen["back"].count("done") + seen["back"].count("current") >= carried + started
    assert set(marks(walk, len(walk))["nodes"]) <= {"done", "current"}
    assert len(walk) == operations + edges


def test_marks_differ_by_more_than_colour() -> None:
    """Printed in grey, or for eyes that see no red: strokes, widths and words still tell them apart."""
    walk = ag.walk(supermarket()["payment"])
    strokes: dict[tuple[str, Mark], set[tuple[str | None, ...]]] = {}
    for position in range(len(walk) + 1):
        drawing = walk.draw(position=position)
        root, picture = ElementTree.fromstring(drawing.svg()), drawing.picture
        lines = [path for path in root.iter(SVG + "path") if path.attrib["fill"] == "none"]
        drawn = [
            *zip(root.iter(SVG + "circle"), [("node", node.mark) for node in picture.nodes if node.kind == "operation"], strict=True),
            *zip([x for x in lines if x.attrib["stroke"] != BACK], [("forward", edge.mark) for edge in picture.edges], strict=True),
            *zip(
                [x for x in lines if x.attrib["stroke"] == BACK],
                [("back", edge.back) for edge in picture.edges if edge.back != "hidden"],
                strict=True,
            ),
        ]
        for element, what in drawn:
            strokes.setdefault(what, set()).add((element.get("stroke-width"), element.get("stroke-dasharray")))
    assert all(len(styles) == 1 for styles in strokes.values())
    for part in ("node", "forward", "back"):
        assert len({style for (kind, _), styles in strokes.items() if kind == part for style in styles}) == 3
    in_words = [text for e in ElementTree.fromstring(walk.draw(position=3, legend=True).svg()).iter(SVG + "text") for text in e.itertext()]
    assert {"now: thick, the number in a filled box", "to come: dotted, an empty box"} <= set(in_words)


def test_a_what_if_in_any_moment_shows_old_and_new() -> None:
    nodes = supermarket()
    walk = ag.walk(nodes["payment"])
    svg = walk.draw({nodes["price"]: 11.0}, position=6).svg()
    assert "22 → 24.2" in svg
    for at, error in (({Value(1.0): 2.0}, ValueError), ({"price": 1.0}, TypeError), ([1], TypeError), (5, TypeError)):
        with pytest.raises(error):
            walk.draw(at)  # type: ignore[arg-type]


def test_an_update_stands_at_its_parameter() -> None:
    w = Value(1.0, "w")
    walk = ag.walk((w * 3 - 1) ** 2, parameters=[w], learning_rate=0.1, iterations=1)
    position = next(i for i, moment in enumerate(walk, 1) if isinstance(moment, Update))
    [node] = [node for node in walk.draw(position=position).picture.nodes if node.text == "w"]
    assert (node.mark, node.notes) == ("current", ("1 → -0.2",))


def test_a_large_graph_is_refused_and_can_still_be_read() -> None:
    x = Value(1.0, "x")
    y = ag.sum([x * i for i in range(150)])
    walk = ag.walk(y)
    with pytest.raises(GraphTooLarge, match=r"the limit is 200: walk\(y, by='labels'\)"):
        walk.draw()
    assert str(walk[-1]) in str(walk)
    assert set(walk._repr_mimebundle_()) == {"text/plain"}
    assert ag.walk(y, by="labels").draw().svg()


# --- slides -------------------------------------------------------------------------------------------------------


def test_slides_one_for_each_moment_the_same_bytes_each_time(tmp_path: Path) -> None:
    w = Value(1.0, "w")
    walk = ag.walk((w * 3 - 1) ** 2, parameters=[w], learning_rate=0.1)
    paths = walk.save(tmp_path / "steps")
    assert [path.name for path in paths] == [f"step-{i:02}.svg" for i in range(len(walk) + 1)]
    assert sorted(tmp_path.joinpath("steps").iterdir()) == paths
    slides = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in walk.save(tmp_path / "again")] == slides
    assert len(set(slides)) == len(slides)
    assert len({ElementTree.fromstring(slide).attrib["viewBox"] for slide in slides}) == 1
    ids = [re.findall(rb'\bid="([^"]+)"', slide) for slide in slides]
    assert len({one for slide in ids for one in slide}) == sum(map(len, ids))  # all of them on one page, no id twice
    for i, slide in enumerate(slides):
        said = " ".join(text.strip() for text in ElementTree.fromstring(slide).itertext())
        assert walk.lines(i)[0] in said


def test_slides_that_cannot_be_are_refused_before_a_folder_is_made(tmp_path: Path) -> None:
    walk = ag.walk(supermarket()["payment"])
    with pytest.raises(ValueError, match=r"the formats are \.svg, \.png, \.pdf, \.dot"):
        walk.save(tmp_path / "steps", format="jpg")
    with pytest.raises(ValueError, match="directions"):
        walk.save(tmp_path / "steps", direction="up")
    assert not list(tmp_path.iterdir())


# --- what is shown ------------------------------------------------------------------------------------------------


def test_repr_is_the_moment_str_the_lesson() -> None:
    walk = ag.walk(supermarket()["payment"])
    assert repr(walk) == "0 of 6 · before the first step"
    assert [repr(walk.next()) for _ in walk] == str(walk).split("\n\n")
    assert repr(walk) == repr(walk.current)


def test_jupyter_shows_picture_and_words_for_walk_and_moment() -> None:
    walk = ag.walk(supermarket()["payment"])
    walk.goto(3)
    for shown in (walk._repr_mimebundle_(), walk[2]._repr_mimebundle_()):
        assert shown["text/plain"] == repr(walk[2])
        assert shown["image/svg+xml"] == walk.draw().svg()


def test_words_alone_where_nothing_lays_out_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    walk = ag.walk(supermarket()["payment"])
    assert walk._repr_mimebundle_() == {"text/plain": repr(walk)}
    assert walk[2]._repr_mimebundle_() == {"text/plain": repr(walk[2])}


def test_a_walk_speaks_the_language_of_the_moment() -> None:
    walk = ag.walk(supermarket()["payment"])
    english = str(walk)
    with ag.language("zh"):
        assert "乘法" in str(walk)
        assert "乘法" in walk.draw(position=3).svg()
    assert str(walk) == english


def test_a_leaf_has_nothing_to_walk_through() -> None:
    walk = ag.walk(Value(3.0, "x"))
    assert (len(walk), walk.next(), str(walk)) == (0, None, "There is nothing to walk through: the output was not computed from anything.")
    assert walk.draw().svg()


def test_ag_draw_takes_a_walk_as_it_is_at_the_end() -> None:
    walk = ag.walk(supermarket()["payment"])
    picture = ag.draw(walk).picture
    assert [edge.gradients for edge in picture.edges] == [edge.gradients for edge in walk.draw(position=6).picture.edges]
    assert {edge.back for edge in picture.edges} == {node.mark for node in picture.nodes} == {"done"}
