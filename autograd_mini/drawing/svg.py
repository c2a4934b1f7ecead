"""The scene: a laid-out picture written as SVG.

What you can do with this file: `svg(picture, style, identity)` returns the SVG text of a picture; `frame(pictures, style)` gives
several pictures of one graph one place for everything, so that nothing jumps from one to the next.

Forward edges are solid, with the value above. The backward pass has an arrow of its own beside each, dashed, in a
second colour, from output to input, with its number below. Presentation attributes only: no CSS, no script, nothing
fetched from elsewhere, so it looks the same in a browser, a slide and a converter.

In a moment of a walkthrough, what is *done* looks as always; the *current* line is thick and its number stands on a filled
box with a border; what is *to come* is a thin dotted line with an empty box for its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import hypot, isfinite, log10
from typing import NamedTuple

from autograd_mini.drawing.columns import in_columns
from autograd_mini.drawing.curves import Point, outside, shifted
from autograd_mini.drawing.layout import Layout, lay_out
from autograd_mini.drawing.legend import changes, legend
from autograd_mini.drawing.picture import Edge, Mark, Node, Picture
from autograd_mini.drawing.strokes import BACK, FAINT, GREY, INK, NEW, NOW, arrow, clean, n, written
from autograd_mini.drawing.texts import (
    FONT,
    GAP,
    LINE,
    Style,
    edge_size,
    edge_texts,
    has_outline,
    is_round,
    node_lines,
    node_size,
    note_place,
    outline,
    symbol_size,
)
from autograd_mini.drawing.widths import is_wide, text_width

__all__ = ["FONTS", "Frame", "frame", "svg"]

FONTS = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, DejaVu Sans, sans-serif"
MARGIN = 16.0
NARROWEST = 480.0  # of the lines below a picture
NEVER_FIRST = frozenset("\uff0c\u3002\uff1b\uff1a\uff01\uff1f\u3001\uff09\u201d\u2019\u300b")  # punctuation that starts no Chinese line


class Frame(NamedTuple):
    """A place for everything in pictures of one graph that are to lie on one another."""

    layout: Layout
    legend: Sequence[tuple[float, str]]  # of all of them
    footer: int  # lines kept below
    width: float  # of the widest of them


def frame(pictures: Sequence[Picture], style: Style) -> Frame:
    """The frame of several pictures that differ in their texts and marks only: room for the largest of each."""
    first = pictures[0]
    place = partial(in_columns, first.columns) if first.columns else lay_out
    layout = place(
        [_largest(sizes) for sizes in zip(*([node_size(node, style) for node in picture.nodes] for picture in pictures), strict=True)],
        [(edge.tail, edge.head) for edge in first.edges],
        [_largest(sizes) for sizes in zip(*([edge_size(edge, style) for edge in picture.edges] for picture in pictures), strict=True)],
        style.direction,
    )
    footers = [_footer(picture, layout.width) for picture in pictures]
    lines = list(legend(pictures, style)) if style.legend else []
    return Frame(layout, lines, max(map(len, footers)), max([0.0, *(text_width(line, FONT) for lines in footers for line in lines)]))


def svg(picture: Picture, style: Style, identity: str, within: Frame | None = None) -> str:
    """Write the picture as SVG; `identity` makes its ids unique among the pictures of a page, `within` gives it a fixed frame."""
    layout, lines, room, widest = within or frame([picture], style)
    body = [part for i, edge in enumerate(picture.edges) for part in _edge(picture, edge, i, layout, style)]
    body += [part for node, centre in zip(picture.nodes, layout.nodes, strict=True) for part in _node(node, centre, style)]
    footer = _footer(picture, layout.width)
    width = max([layout.width, widest, *(w for w, _ in lines)]) + 2 * MARGIN
    below = layout.height + MARGIN
    parts = [f'<g transform="translate({n(MARGIN)} {n(MARGIN)})">', *body, "</g>"]
    for line in [*footer, *[""] * (room - len(footer))]:
        below += LINE + 4
        parts += [written(line, MARGIN, below, GREY, anchor="start")] if line else []
    for _, drawn in lines:
        below += LINE + 4
        parts.append(f'<g transform="translate({n(MARGIN)} {n(below)})">{drawn}</g>')
    height = below + MARGIN
    said = "\n".join(filter(None, (picture.words, *picture.caption)))  # for those who listen
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n(width)} {n(height)}" width="{n(width)}" height="{n(height)}" '
        f'font-family="{FONTS}" font-size="{n(FONT)}" role="img" aria-labelledby="{identity}-title {identity}-desc">\n'
        f'<title id="{identity}-title">{clean(picture.title)}</title>\n<desc id="{identity}-desc">{clean(said)}</desc>\n'
        '<rect width="100%" height="100%" fill="#ffffff"/>'
    )
    return "\n".join([head, *parts, "</svg>\n"])


def _largest(sizes: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return max(width for width, _ in sizes), max(height for _, height in sizes)


def _footer(picture: Picture, width: float) -> list[str]:
    return [line for text in picture.caption for line in _wrapped(text, max(width, NARROWEST))]


# --- edges ----------------------------------------------------------------------------------------------------------


def _edge(picture: Picture, edge: Edge, i: int, layout: Layout, style: Style) -> Iterator[str]:
    tail, head = picture.nodes[edge.tail], picture.nodes[edge.head]
    curve = outside(layout.curves[i], _inside(tail, layout.nodes[edge.tail]))
    curve = outside(curve[::-1], _inside(head, layout.nodes[edge.head]))[::-1]
    changed = changes(edge) and edge.mark != "to come"
    ink = FAINT if head.faded else NEW if changed else GREY if tail.kind == "constant" or edge.cut else INK
    two = bool(edge.gradients)  # even while the way back is hidden: its room is kept, so that nothing jumps when it comes
    width, dashes = _line(edge.mark, 2.2 if changed else 1.4, "1 4" if edge.cut else "")
    yield arrow(shifted(curve, -GAP) if two else curve, ink, width, dashes)
    if two and edge.back != "hidden":
        color, width = _shade(edge, picture, style)
        yield arrow(shifted(curve, GAP)[::-1], color, *_line(edge.back, width, "5 3"))
    yield from _edge_texts(edge, layout.boxes[i], style, ink, two)


def _line(mark: Mark, width: float, dashes: str) -> tuple[float, str]:
    """Width and dashes: current lines are thick, those to come are dotted."""
    return {"current": (width + 1.8, dashes), "to come": (0.9, "1 4")}.get(mark, (width, dashes))


def _edge_texts(edge: Edge, box: Point, style: Style, ink: str, two: bool) -> Iterator[str]:
    """The numbers of an edge: the value above (or to one side), what comes back below, and the local derivative."""
    x, y = box
    texts = edge_texts(edge, style)
    lines = ((texts.above, ink, edge.mark), (texts.below, BACK, edge.back), (texts.local, GREY, edge.back))
    if style.direction in ("TB", "BT"):
        # "Sideways" is to the left of a downward arrow, so the value stands on its right (and the other way round).
        side = 1 if style.direction == "TB" else -1
        for (text, color, mark), place, row in zip(lines, (side, -side, side), (0, 0, 1), strict=True):
            yield from _marked(text, x + place * (GAP + 6), y + 5 + row * LINE, color, mark, "start" if place > 0 else "end")
    else:
        lift = GAP if two else 0.0
        for (text, color, mark), dy in zip(lines, (-lift - 5, lift + 15, lift + 15 + LINE), strict=True):
            yield from _marked(text, x, y + dy, color, mark, "middle")


def _marked(text: str, x: float, y: float, color: str, mark: Mark, anchor: str) -> Iterator[str]:
    """A number of an edge: as it is; in a filled box while it is current; an empty box while it is to come."""
    if not text or mark == "hidden":
        return
    if mark in ("current", "to come"):
        width = text_width(text, FONT) + 4 if mark == "current" else 2 * FONT
        left = {"middle": x - width / 2, "start": x - 2, "end": x - width + 2}[anchor]
        paint = f'fill="{NOW if mark == "current" else "#ffffff"}" stroke="{color}" stroke-width="{1.2 if mark == "current" else 0.7}"'
        yield f'<rect x="{n(left)}" y="{n(y - 12.5)}" width="{n(width)}" height="16" rx="2" {paint}/>'
    if mark != "to come":
        yield written(text, x, y, color, anchor=anchor)


def _inside(node: Node, centre: Point) -> Callable[[Point], bool]:
    """What the outline of a node covers: edges start and end there."""
    width, height = outline(node)
    if is_round(node):
        return lambda point: hypot(point[0] - centre[0], point[1] - centre[1]) <= width / 2 + 1
    return lambda point: abs(point[0] - centre[0]) <= width / 2 + 1 and abs(point[1] - centre[1]) <= height / 2 + 1


def _shade(edge: Edge, picture: Picture, style: Style) -> tuple[str, float]:
    """The colour and width of a backward arrow; with color="gradient", from pale and thin to dark and thick by size."""
    if style.color != "gradient":
        return BACK, 1.4
    sizes = [abs(g) for e in picture.edges for g in e.gradients if isfinite(g)]
    largest = max(sizes, default=0.0) or 1.0
    size = max((abs(g) for g in edge.gradients if isfinite(g)), default=largest)
    # By orders of magnitude: gradients of one graph easily span six of them.
    share = min(1.0, max(0.0, 1.0 + log10(size / largest) / 6)) if size else 0.0
    pale, dark = (0xE6, 0xB8, 0xB4), (0x8C, 0x0D, 0x06)
    mixed = "".join(f"{round(p + (d - p) * share):02x}" for p, d in zip(pale, dark, strict=True))
    return f"#{mixed}", 1.2 + 2.6 * share


# --- nodes ----------------------------------------------------------------------------------------------------------


def _node(node: Node, centre: Point, style: Style) -> Iterator[str]:
    x, y = centre
    width, height = outline(node)
    ink = FAINT if node.faded else GREY if node.kind in ("constant", "cut") or node.mark == "to come" else INK
    lines = node_lines(node)
    if has_outline(node):
        for offset in (3.0, 0.0) if node.count > 1 else (0.0,):
            yield _shape(node, x + offset, y - offset, width, height, ink)
    if node.kind in ("group", "neuron"):
        top = y - LINE * (len(lines) - 1) / 2 + 5
        further, back = (GREY, GREY) if node.kind == "group" else (INK, BACK)
        inks = [INK, *[further] * (len(lines) - 1 - len(node.notes)), *[back] * len(node.notes)]
        yield from (written(line, x, top + i * LINE, inks[i]) for i, line in enumerate(lines))
        return
    size = symbol_size(lines[0]) if node.kind == "operation" else FONT
    if node.mark == "current" and not has_outline(node):
        yield f'<rect x="{n(x - width / 2)}" y="{n(y - height / 2)}" width="{n(width)}" height="{n(height)}" rx="4" {_paint(node, ink)}/>'
    yield written(lines[0], x, y + size * 0.34, ink, size)
    counted = 1 if node.kind == "operation" and node.count > 1 else 0
    place = note_place(node, style.direction)
    for i, line in enumerate(lines[1:]):
        yield from _note(line, x + place.x, y + place.y + LINE * i, place.anchor, GREY if i < counted else BACK)


def _note(text: str, x: float, y: float, anchor: str, color: str) -> Iterator[str]:
    """A further line of a node, on white: an edge passes behind it."""
    width = text_width(text, FONT) * 0.94
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    yield f'<rect x="{n(left)}" y="{n(y - 11)}" width="{n(width)}" height="14" fill="#ffffff" fill-opacity="0.85"/>'
    yield written(text, x, y, color, anchor=anchor)


def _shape(node: Node, x: float, y: float, width: float, height: float, ink: str) -> str:
    paint = _paint(node, ink)
    if is_round(node):
        return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(width / 2)}" {paint}/>'
    radius = 6.0 if node.kind == "group" else height / 2
    corner = f'x="{n(x - width / 2)}" y="{n(y - height / 2)}"'
    return f'<rect {corner} width="{n(width)}" height="{n(height)}" rx="{n(radius)}" {paint}/>'


def _paint(node: Node, ink: str) -> str:
    fill = NOW if node.mark == "current" else "#eef3fa" if node.kind == "group" else "#ffffff"
    width, dashes = {"current": (3.2, ""), "to come": (0.9, ' stroke-dasharray="1 4"')}.get(node.mark, (1.4, ""))
    return f'fill="{fill}" stroke="{ink}" stroke-width="{n(width)}"{dashes}'


# --- legend and text ------------------------------------------------------------------------------------------------


def _wrapped(text: str, width: float) -> Iterator[str]:
    """Lines of at most this width, broken at spaces and between East-Asian characters."""
    line = ""
    for word in _words(text):
        if line and text_width(line + word.rstrip(), FONT) > width and word not in NEVER_FIRST:
            yield line.rstrip()
            line = word.lstrip()
        else:
            line += word
    yield line.rstrip()


def _words(text: str) -> Iterator[str]:
    """The text in pieces that may not be broken: words with the space after them, single East-Asian characters."""
    word = ""
    for character in text:
        if word and (is_wide(character) or is_wide(word[-1]) or (word[-1] == " " and character != " ")):
            yield word
            word = ""
        word += character
    yield word
