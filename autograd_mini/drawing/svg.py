"""The scene: a laid-out picture written as SVG.

What you can do with this file: `svg(picture, style, identity)` returns the SVG text of a picture.

Forward edges are solid, with the value above. The backward pass has an arrow of its own beside each, dashed, in a
second colour, from output to input, with its number below. Presentation attributes only: no CSS, no script, nothing
fetched from elsewhere, so it looks the same in a browser, a slide and a converter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from math import hypot, isfinite, log10

from autograd_mini.drawing.curves import Curve, Point, outside, shifted
from autograd_mini.drawing.layout import Layout, lay_out
from autograd_mini.drawing.picture import Edge, Node, Picture
from autograd_mini.drawing.texts import (
    FONT,
    GAP,
    LINE,
    Style,
    edge_size,
    edge_texts,
    has_outline,
    node_lines,
    node_size,
    outline,
    symbol_size,
)
from autograd_mini.drawing.widths import text_width

__all__ = ["FONTS", "svg"]

FONTS = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, DejaVu Sans, sans-serif"
INK, BACK, GREY, FAINT, NEW = "#222222", "#b3261e", "#6e6e6e", "#a8a8a8", "#0b57d0"
MARGIN = 16.0
ARROW = 8.0
#: What XML forbids, and the marks that would turn the direction of the text around them.
FORBIDDEN = "\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

LEGEND = (
    ("value", "forward: the value that flows along the edge"),
    ("gradient", "backward: the derivative: how much the output moves per unit of this value"),
    ("constant", "constant: a plain number, nothing flows back"),
    ("what-if", "what if: old → new (the difference)"),
    ("fork", "at a fork: the derivatives that come back along its branches add up"),
    ("local", "local: the local derivative of the operation with respect to this operand"),
    ("folded", "[smallest, largest] of the many values that a folded edge stands for"),
    ("cut", "dotted: cut by detach(), nothing flows back"),
)


def svg(picture: Picture, style: Style, identity: str) -> str:
    """Write the picture as SVG; `identity` makes its ids unique among the pictures of a page."""
    layout = lay_out(
        [node_size(node) for node in picture.nodes],
        [(edge.tail, edge.head) for edge in picture.edges],
        [edge_size(edge, style) for edge in picture.edges],
        style.direction,
    )
    body = [part for i, edge in enumerate(picture.edges) for part in _edge(picture, edge, i, layout, style)]
    body += [part for node, centre in zip(picture.nodes, layout.nodes, strict=True) for part in _node(node, centre)]
    legend = list(_legend(picture, style)) if style.legend else []
    width = max([layout.width, *(w for w, _ in legend)])
    footer = [line for text in picture.caption for line in _wrapped(text, max(width, 320.0))]
    width = max([width, *(text_width(line, FONT) for line in footer)]) + 2 * MARGIN
    below = layout.height + MARGIN
    parts = [f'<g transform="translate({_n(MARGIN)} {_n(MARGIN)})">', *body, "</g>"]
    for _, drawn in legend:
        below += LINE + 4
        parts.append(f'<g transform="translate({_n(MARGIN)} {_n(below)})">{drawn}</g>')
    for line in footer:
        below += LINE + 4
        parts.append(_text(line, MARGIN, below, GREY, anchor="start"))
    height = below + MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" height="{_n(height)}" '
        f'font-family="{FONTS}" font-size="{_n(FONT)}" role="img" aria-labelledby="{identity}-title {identity}-desc">\n'
        f'<title id="{identity}-title">{_clean(picture.title)}</title>\n<desc id="{identity}-desc">{_clean(picture.description)}</desc>\n'
        '<rect width="100%" height="100%" fill="#ffffff"/>'
    )
    return "\n".join([head, *parts, "</svg>\n"])


# --- edges ----------------------------------------------------------------------------------------------------------


def _edge(picture: Picture, edge: Edge, i: int, layout: Layout, style: Style) -> Iterator[str]:
    tail, head = picture.nodes[edge.tail], picture.nodes[edge.head]
    curve = outside(layout.curves[i], _inside(tail, layout.nodes[edge.tail]))
    curve = outside(curve[::-1], _inside(head, layout.nodes[edge.head]))[::-1]
    texts = edge_texts(edge, style)
    changed = _changes(edge)
    ink = FAINT if head.faded else NEW if changed else GREY if tail.kind == "constant" or edge.cut else INK
    yield _arrow(shifted(curve, -GAP) if edge.gradients else curve, ink, 2.2 if changed else 1.4, "1 4" if edge.cut else "")
    if edge.gradients:
        color, width = _shade(edge, picture, style)
        yield _arrow(shifted(curve, GAP)[::-1], color, width, "5 3")
    x, y = layout.boxes[i]
    lines = ((texts.above, ink), (texts.below, BACK), (texts.local, GREY))
    if style.direction in ("TB", "BT"):
        # "Sideways" is to the left of a downward arrow, so the value stands on its right (and the other way round).
        side = 1 if style.direction == "TB" else -1
        for (text, color), place, row in zip(lines, (side, -side, side), (0, 0, 1), strict=True):
            if text:
                yield _text(text, x + place * (GAP + 6), y + 5 + row * LINE, color, anchor="start" if place > 0 else "end")
    else:
        lift = GAP if edge.gradients else 0.0
        for (text, color), dy in zip(lines, (-lift - 5, lift + 15, lift + 15 + LINE), strict=True):
            if text:
                yield _text(text, x, y + dy, color)


def _changes(edge: Edge) -> bool:
    return bool(edge.new_values) and edge.new_values != edge.values


def _inside(node: Node, centre: Point) -> Callable[[Point], bool]:
    """What the outline of a node covers: edges start and end there."""
    width, height = outline(node)
    if node.kind == "operation" and width == height:
        return lambda point: hypot(point[0] - centre[0], point[1] - centre[1]) <= width / 2 + 1
    return lambda point: abs(point[0] - centre[0]) <= width / 2 + 1 and abs(point[1] - centre[1]) <= height / 2 + 1


def _arrow(curve: Curve, color: str, width: float, dashes: str) -> str:
    """A curve with a head drawn as a triangle (no marker: nothing to share, nothing that converters drop)."""
    tip = curve[-1]
    from_ = next((p for p in reversed(curve) if hypot(p[0] - tip[0], p[1] - tip[1]) > 1), curve[0])
    length = hypot(tip[0] - from_[0], tip[1] - from_[1]) or 1.0
    ux, uy = (tip[0] - from_[0]) / length, (tip[1] - from_[1]) / length
    base = (tip[0] - ARROW * ux, tip[1] - ARROW * uy)
    half = ARROW * 0.45
    wings = ((base[0] - half * uy, base[1] + half * ux), (base[0] + half * uy, base[1] - half * ux))
    line = [*curve[:-1], base]
    pieces = " ".join("C" + " ".join(_p(point) for point in line[i : i + 3]) for i in range(1, len(line), 3))
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="M{_p(line[0])} {pieces}" fill="none" stroke="{color}" stroke-width="{_n(width)}"{dashed}/>'
        f'<path d="M{_p(tip)} L{_p(wings[0])} L{_p(wings[1])} Z" fill="{color}"/>'
    )


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


def _node(node: Node, centre: Point) -> Iterator[str]:
    x, y = centre
    width, height = outline(node)
    ink = FAINT if node.faded else GREY if node.kind in ("constant", "cut") else INK
    lines = node_lines(node)
    if has_outline(node):
        for offset in (3.0, 0.0) if node.count > 1 else (0.0,):
            yield _shape(node, x + offset, y - offset, width, height, ink)
    if node.kind == "group":
        top = y - LINE * (len(lines) - 1) / 2 + 5
        yield from (_text(line, x, top + i * LINE, INK if i == 0 else GREY) for i, line in enumerate(lines))
        return
    size = symbol_size(lines[0]) if node.kind == "operation" else FONT
    yield _text(lines[0], x, y + size * 0.34, ink, size)
    counted = 1 if node.kind == "operation" and node.count > 1 else 0
    for i, line in enumerate(lines[1:]):
        yield from _note(line, x, y + height / 2 + LINE * i + 14, GREY if i < counted else BACK)


def _note(text: str, x: float, y: float, color: str) -> Iterator[str]:
    """A line under a node, on white: an edge that leaves downwards passes behind it."""
    width = text_width(text, FONT) * 0.94
    yield f'<rect x="{_n(x - width / 2)}" y="{_n(y - 11)}" width="{_n(width)}" height="14" fill="#ffffff" fill-opacity="0.85"/>'
    yield _text(text, x, y, color)


def _shape(node: Node, x: float, y: float, width: float, height: float, ink: str) -> str:
    paint = f'fill="{"#eef3fa" if node.kind == "group" else "#ffffff"}" stroke="{ink}" stroke-width="1.4"'
    if node.kind == "operation" and width == height:
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(width / 2)}" {paint}/>'
    radius = 6.0 if node.kind == "group" else height / 2
    corner = f'x="{_n(x - width / 2)}" y="{_n(y - height / 2)}"'
    return f'<rect {corner} width="{_n(width)}" height="{_n(height)}" rx="{_n(radius)}" {paint}/>'


# --- legend and text ------------------------------------------------------------------------------------------------


def _legend(picture: Picture, style: Style) -> Iterator[tuple[float, str]]:
    """The lines of the legend, each with its width: only for what occurs in the picture."""
    occurs = {
        "value": True,
        "gradient": any(edge.gradients for edge in picture.edges),
        "constant": any(node.kind == "constant" for node in picture.nodes),
        "what-if": any(map(_changes, picture.edges)),
        "fork": any(note.startswith("∂") for node in picture.nodes for note in node.notes),
        "local": style.local_derivatives and any(edge.locals for edge in picture.edges),
        "folded": any(len(set(edge.values)) > 1 for edge in picture.edges),
        "cut": any(edge.cut for edge in picture.edges),
    }
    for what, words in LEGEND:
        if not occurs[what]:
            continue
        line: Curve = [(0.0, -5.0), (12.0, -5.0), (24.0, -5.0), (36.0, -5.0)]
        sample = {
            "value": _arrow(line, INK, 1.4, ""),
            "gradient": _arrow(line[::-1], BACK, 1.4, "5 3"),
            "constant": _text("2", 18, 0, GREY),
            "what-if": _arrow(line, NEW, 2.2, ""),
            "fork": _text("∂", 18, 0, BACK),
            "local": _text("local", 18, 0, GREY),
            "folded": _text("[ , ]", 18, 0, INK),
            "cut": _arrow(line, GREY, 1.4, "1 4"),
        }[what]
        ink = {"gradient": BACK, "fork": BACK, "what-if": NEW}.get(what, INK)
        yield 46 + text_width(words, FONT), sample + _text(words, 46, 0, ink, anchor="start")


def _text(text: str, x: float, y: float, color: str, size: float = FONT, anchor: str = "middle") -> str:
    sized = f' font-size="{_n(size)}"' if size != FONT else ""
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" fill="{color}"{sized}>{_clean(text)}</text>'


def _wrapped(text: str, width: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and text_width(f"{line} {word}", FONT) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _clean(text: str) -> str:
    """Escaped for XML, without the control characters that XML forbids."""
    allowed = (c for c in text if not 0xD800 <= ord(c) <= 0xDFFF and c not in FORBIDDEN)
    return escape("".join(c if c >= " " or c in "\t\n" else "\ufffd" for c in allowed), quote=False)


def _n(x: float) -> str:
    """A coordinate: one decimal, no -0."""
    return f"{round(x, 1) + 0.0:.1f}".removesuffix(".0")


def _p(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"
