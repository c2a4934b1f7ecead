"""The texts of a picture: what stands on an edge and in a node, and how much room it takes.

What you can do with this file: `edge_texts(edge, options)` and `node_lines(node)` give the lines; `node_size` and `edge_size`
the boxes that hold them, in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, isfinite, isnan
from typing import Literal, NamedTuple

from autograd_mini.drawing.layout import DIRECTIONS
from autograd_mini.drawing.picture import Edge, Node
from autograd_mini.drawing.widths import text_width
from autograd_mini.language import _
from autograd_mini.number import corrected, show, signed

__all__ = [
    "ASIDE", "CIRCLE", "FONT", "LINE", "EdgeTexts", "Place", "Style", "edge_size", "edge_texts", "has_outline", "is_round",
    "node_lines", "node_size", "note_place", "outline", "symbol_size",
]  # fmt: skip

FONT = 14.0  # px, that is 10.5 pt
SYMBOL = 18.0
LINE = 18.0  # from one line of text to the next
CIRCLE = 18.0  # the radius of an operation
COLORS = ("plain", "gradient")
GAP = 4.0  # half of what lies between the forward and the backward arrow
ASIDE = 12.0  # how far a note stands from the middle of a circle, beside an edge that goes straight down


@dataclass(frozen=True)
class Style:
    """How a picture is to be drawn; the options of `ag.draw`."""

    direction: str = "LR"
    digits: int = 5
    local_derivatives: bool = False
    legend: bool = False
    color: str = "plain"

    def __post_init__(self) -> None:
        if self.direction not in DIRECTIONS:
            raise ValueError(f"draw(direction={self.direction!r}): the directions are {', '.join(DIRECTIONS)}")
        if self.color not in COLORS:
            raise ValueError(f"draw(color={self.color!r}): the choices are {', '.join(COLORS)}")
        if type(self.digits) is not int or self.digits < 1:
            raise ValueError(f"draw(digits={self.digits!r}): the number of significant digits is a whole number from 1")


class EdgeTexts(NamedTuple):
    """The texts of one edge: the value (above), the contribution (below), the local derivative (under that)."""

    above: str
    below: str
    local: str


def edge_texts(edge: Edge, style: Style) -> EdgeTexts:
    """The numbers of an edge as text."""
    above = _numbers(edge.values, style.digits)
    if edge.new_values and edge.new_values != edge.values:
        above = f"{above} → {_numbers(edge.new_values, style.digits)}"
        difference = edge.new_values[0] - edge.values[0]
        if len(edge.values) == 1 and isfinite(difference):
            above = f"{above} ({signed(difference, style.digits)})"
    if edge.name and above:
        above = f"{edge.name} = {above}"
    local = _("local {numbers}", numbers=_numbers(edge.locals, style.digits)) if style.local_derivatives and edge.locals else ""
    below = _numbers(edge.gradients, style.digits)
    if edge.right_gradients:
        below = corrected(below, _numbers(edge.right_gradients, style.digits))
    return EdgeTexts(above or edge.name, below, local)


def node_lines(node: Node) -> list[str]:
    """The lines of text in or at a node: its name or symbol first."""
    name = f"{node.text} × {node.count:,}" if node.count > 1 and node.kind != "operation" else node.text
    counted = [f"× {node.count:,}"] if node.count > 1 and node.kind == "operation" else []
    return [name, *counted, *node.numbers, *node.notes]


def has_outline(node: Node) -> bool:
    """True for circles and boxes; names stand free."""
    return node.kind in ("operation", "group", "neuron")


def is_round(node: Node) -> bool:
    """True for circles; an operation with a long name is a pill."""
    width, height = outline(node)
    return node.kind in ("operation", "neuron") and width == height


def symbol_size(text: str) -> float:
    """The font size of an operation's symbol: large for one sign, that of other text for `**2` and `exp`."""
    return SYMBOL if text_width(text, SYMBOL) <= CIRCLE * 1.4 else FONT


def outline(node: Node) -> tuple[float, float]:
    """Width and height of the circle, pill or box of a node (for a name: of the text)."""
    if node.kind == "operation":
        width = text_width(node.text, symbol_size(node.text))
        return (2 * CIRCLE if width <= CIRCLE * 1.7 else width + 16, 2 * CIRCLE)
    lines = node_lines(node)
    if node.kind == "neuron":
        diameter = 2 * _reach([text_width(line, FONT) for line in lines]) + 10
        return (diameter, diameter)
    if node.kind == "group":
        return (max(text_width(line, FONT) for line in lines) + 24, LINE * len(lines) + 16)
    return (text_width(lines[0], FONT) + 12, LINE + 4)


class Place(NamedTuple):
    """Where a line of text stands: its baseline, from the centre of its node, and which end of the line is there."""

    x: float
    y: float
    anchor: Literal["start", "middle", "end"]


def note_place(node: Node, direction: str) -> Place:
    """Where the first of a node's further lines stands, where the arrows of a fork do not meet it; the others follow below."""
    _width, height = outline(node)
    below, above = height / 2 + 14, -height / 2 - 3 - LINE * (len(node_lines(node)) - 2)
    if direction in ("LR", "RL"):
        return Place(2, below, "end") if direction == "LR" else Place(-2, below, "start")
    if node.kind == "leaf":  # all its arrows are on one side
        return Place(0, above if direction == "TB" else below, "middle")
    return Place(ASIDE, below, "start")


def node_size(node: Node, style: Style) -> tuple[float, float]:
    """The room a node needs, its further lines included; symmetric, so that its centre is the circle's."""
    width, height = outline(node)
    lines = node_lines(node)[1:]
    if node.kind in ("group", "neuron") or not lines:
        return (width, height)
    x, y, anchor = note_place(node, style.direction)
    widest = max(text_width(line, FONT) for line in lines)
    reach = abs(x) + (widest / 2 if anchor == "middle" else widest)
    return (max(width, 2 * reach), max(height, 2 * (LINE - y - 4), 2 * (y + LINE * (len(lines) - 1) + 4)))


def _reach(widths: list[float]) -> float:
    """From the middle of lines of text to their farthest corner."""
    half = len(widths) / 2
    return max(hypot(width / 2, max(abs(i - half), abs(i + 1 - half)) * LINE) for i, width in enumerate(widths))


def edge_size(edge: Edge, style: Style) -> tuple[float, float]:
    """The room for the texts of an edge, its two arrows in the middle."""
    texts = edge_texts(edge, style)
    above, below, local = (text_width(text, FONT) for text in (texts.above, texts.below, texts.local))
    if style.direction in ("TB", "BT"):  # the texts stand left and right of the arrows
        return (2 * max(above, below, local) + 28, 24 + (LINE if texts.local else 0))
    return (max(above, below, local, 16.0) + 10, 2 * LINE + 10 + (2 * LINE if texts.local else 0))


def _numbers(numbers: tuple[float, ...], digits: int) -> str:
    if not numbers:
        return ""
    few = min(digits, 3) if len(numbers) > 1 else digits
    if any(map(isnan, numbers)):
        return "nan"
    first, last = show(numbers[0], few), show(numbers[-1], few)
    return first if first == last else f"[{first}, {last}]"
