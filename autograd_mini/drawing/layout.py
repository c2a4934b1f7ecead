"""Where things go: Graphviz gives the geometry, and nothing but the geometry.

What you can do with this file: `lay_out(node_sizes, edges, edge_sizes)` returns the centres of the nodes, and for each edge
its curve and the centre of the box that its numbers stand in.

Graphviz sees empty boxes of our sizes and never a text, so its answer does not depend on the machine's fonts. Each edge
goes through a box of its own, which keeps room for its two numbers. `pygraphviz` carries the engine in its
wheel; a `dot` on the PATH serves where there is no wheel.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from autograd_mini.drawing.curves import Curve, Point, straight
from autograd_mini.drawing.extras import hint, import_error
from autograd_mini.errors import MissingExtra

__all__ = ["DIRECTIONS", "Layout", "can_lay_out", "lay_out", "rendered"]

Size = tuple[float, float]
LARGE = 1000  # nodes and boxes
#: For each direction, the sides of an edge's box where the edge enters and leaves.
DIRECTIONS = {"LR": ("w", "e"), "RL": ("e", "w"), "TB": ("n", "s"), "BT": ("s", "n")}


@dataclass(frozen=True)
class Layout:
    """Positions in pixels, y downwards: of the nodes, of the edges' boxes, and the edges' curves from centre to centre."""

    width: float
    height: float
    nodes: list[Point]
    boxes: list[Point]
    curves: list[Curve]


def can_lay_out() -> bool:
    """True if an engine is installed and can run."""
    return _has_wheel() or shutil.which("dot") is not None


def lay_out(nodes: Sequence[Size], edges: Sequence[tuple[int, int]], boxes: Sequence[Size], direction: str = "LR") -> Layout:
    """Place nodes of these sizes, joined by edges (tail, head) that go through boxes of these sizes.

    Raises MissingExtra if no Graphviz engine is installed.
    """
    dot = _dot(nodes, edges, boxes, direction)
    # A small graph is laid out in this process. About a large one pygraphviz would talk on stderr, so that has its own.
    here = _has_wheel() and len(nodes) + len(boxes) < LARGE
    geometry = json.loads(_laid_out(dot) if here else rendered(dot, "json0"))
    left, bottom, right, top = map(float, geometry["bb"].split(","))

    def point(text: str) -> Point:
        x, y = map(float, text.split(","))
        return (x - left, top - y)

    centres = {thing["name"]: point(thing["pos"]) for thing in geometry.get("objects", [])}
    order = [thing["name"] for thing in geometry.get("objects", [])]
    parts = {(order[part["tail"]], order[part["head"]]): [point(p) for p in part["pos"].split()] for part in geometry.get("edges", [])}
    curves = []
    for i, (tail, head) in enumerate(edges):
        before, after = parts[f"n{tail}", f"e{i}"], parts[f"e{i}", f"n{head}"]
        curves.append([*before, *straight(before[-1], after[0])[1:], *after[1:]])
    return Layout(
        right - left, top - bottom, [centres[f"n{i}"] for i in range(len(nodes))], [centres[f"e{i}"] for i in range(len(edges))], curves
    )


def _dot(nodes: Sequence[Size], edges: Sequence[tuple[int, int]], boxes: Sequence[Size], direction: str) -> str:
    enter, leave = DIRECTIONS[direction]
    lines = [
        f"digraph {{ rankdir={direction} ordering=in nodesep=0.17 ranksep=0.28",
        'node [shape=box fixedsize=true label=""] edge [arrowhead=none]',
    ]
    lines += [f"n{i} [width={w / 72:.4f} height={h / 72:.4f}]" for i, (w, h) in enumerate(nodes)]
    lines += [f"e{i} [width={w / 72:.4f} height={h / 72:.4f}]" for i, (w, h) in enumerate(boxes)]
    for i, (tail, head) in enumerate(edges):
        lines.append(f"n{tail} -> e{i} [headport={enter} tailclip=false]")
        lines.append(f"e{i} -> n{head} [tailport={leave} headclip=false]")
    return "\n".join([*lines, "}"])


def rendered(dot: str, format: str) -> bytes:
    """Let Graphviz draw a DOT text in its own look, for example as "pdf".

    It runs in a process of its own: what it and its font library say on stderr stays there. Raises MissingExtra without
    an engine, RuntimeError with Graphviz's words if it fails.
    """
    command = [sys.executable, "-c", RENDER, format] if _has_wheel() else [_program(), f"-T{format}"]
    done = subprocess.run(command, input=dot.encode(), capture_output=True, check=False)
    if done.returncode or not done.stdout:
        raise RuntimeError(f"Graphviz could not make a {format}: {done.stderr.decode(errors='replace').strip()[-500:]}")
    return done.stdout


RENDER = """
import sys
from pygraphviz import AGraph
with AGraph(string=sys.stdin.buffer.read().decode()) as graph:
    sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog="dot"))
"""


def _laid_out(dot: str) -> bytes:
    from pygraphviz import AGraph

    with AGraph(string=dot) as graph:
        result: bytes = graph.draw(format="json0", prog="dot", args="-q")
    return result


def _has_wheel() -> bool:
    return import_error("pygraphviz") is None


def _program() -> str:
    program = shutil.which("dot")
    if program is None:
        error = import_error("pygraphviz")
        raise MissingExtra(
            'drawing needs a layout engine; it comes with: pip install "autograd-mini[draw]". As text: ag.text(y).'
            + hint("pygraphviz", error)
        ) from error
    return program
