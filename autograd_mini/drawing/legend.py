"""The legend of a picture, or of several in one frame: what its lines and boxes mean, only for what occurs there.

What you can do with this file: `legend(pictures, style)` gives the lines, each with its width, as SVG.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograd_mini.drawing.curves import Curve
from autograd_mini.drawing.picture import Edge, Picture
from autograd_mini.drawing.strokes import BACK, GREY, INK, NEW, NOW, arrow, written
from autograd_mini.drawing.texts import FONT, Style, edge_texts
from autograd_mini.drawing.widths import text_width
from autograd_mini.language import N_, _

__all__ = ["changes", "legend"]

LEGEND = (
    ("current", N_("now: thick, the number in a filled box")),
    ("to come", N_("to come: dotted, an empty box")),
    ("value", N_("forward: the value that flows along the edge")),
    ("gradient", N_("backward: what this edge carries back, its contribution to the derivative")),
    ("slip", N_("what the slip gives, and beside it what is right")),
    ("constant", N_("constant: a plain number, nothing flows back")),
    ("what-if", N_("what if: old → new (the difference)")),
    ("fork", N_("at a fork: the derivatives that come back along its branches add up")),
    ("local", N_("local: the local derivative of the operation with respect to this operand")),
    ("folded", N_("[smallest, largest] of the many values that a folded edge stands for")),
    ("cut", N_("dotted: cut by detach(), nothing flows back")),
)


def legend(pictures: Sequence[Picture], style: Style) -> Iterator[tuple[float, str]]:
    """The lines of the legend, each with its width: only for what occurs in the picture."""
    edges = [edge for picture in pictures for edge in picture.edges]
    nodes = [node for picture in pictures for node in picture.nodes]
    occurs = {
        "current": any("current" in (edge.mark, edge.back) for edge in edges),
        "to come": any(edge.mark == "to come" or (edge.gradients and edge.back == "to come") for edge in edges),
        "value": True,
        "gradient": any(edge.gradients for edge in edges),
        "slip": any("✗" in note for node in nodes for note in node.notes) or any("✗" in edge_texts(edge, style).below for edge in edges),
        "constant": any(node.kind == "constant" for node in nodes),
        "what-if": any(map(changes, edges)),
        "fork": any(note.startswith("∂") for node in nodes for note in node.notes),
        "local": style.local_derivatives and any(edge.locals for edge in edges),
        "folded": any(len(set(edge.values)) > 1 for edge in edges),
        "cut": any(edge.cut for edge in edges),
    }
    for what, words in LEGEND:
        if not occurs[what]:
            continue
        line: Curve = [(0.0, -5.0), (12.0, -5.0), (24.0, -5.0), (36.0, -5.0)]
        words = _(words)
        sample = {
            "current": f'<rect x="6" y="-12.5" width="24" height="16" rx="2" fill="{NOW}" stroke="{INK}" stroke-width="1.2"/>',
            "to come": f'<rect x="6" y="-12.5" width="24" height="16" rx="2" fill="#ffffff" stroke="{INK}" stroke-width="0.7"/>',
            "value": arrow(line, INK, 1.4, ""),
            "gradient": arrow(line[::-1], BACK, 1.4, "5 3"),
            "slip": written("✗ ✓", 18, 0, BACK),
            "constant": written("2", 18, 0, GREY),
            "what-if": arrow(line, NEW, 2.2, ""),
            "fork": written("∂", 18, 0, BACK),
            "local": written(_("local {numbers}", numbers="").strip(), 18, 0, GREY),
            "folded": written("[ , ]", 18, 0, INK),
            "cut": arrow(line, GREY, 1.4, "1 4"),
        }[what]
        ink = {"gradient": BACK, "fork": BACK, "what-if": NEW}.get(what, INK)
        yield 46 + text_width(words, FONT), sample + written(words, 46, 0, ink, anchor="start")


def changes(edge: Edge) -> bool:
    """True for an edge on which a what-if changes the number."""
    return bool(edge.new_values) and edge.new_values != edge.values
