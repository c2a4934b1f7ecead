"""Where the neurons of a network go: each layer in a column of its own, in its order.

What you can do with this file: `in_columns(columns, node_sizes, edges, edge_sizes)` returns a `Layout`, as `lay_out` does. Graphviz,
which arranges other graphs, may turn the order of a layer round; here the order is given, and a little arithmetic is enough.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd_mini.drawing.curves import Curve, Point
from autograd_mini.drawing.layout import Layout, Size

__all__ = ["in_columns"]

APART = 12.0  # from one node or box of a column to the next, at least
FAN = 54.0  # between a column of nodes and one of boxes, where many edges spread


def in_columns(
    columns: Sequence[Sequence[int]], nodes: Sequence[Size], edges: Sequence[tuple[int, int]], boxes: Sequence[Size], direction: str = "LR"
) -> Layout:
    """Place the nodes of each column evenly below one another, and between two columns the boxes of the edges that join them.

    Every edge goes from one column to the next.
    """
    if direction in ("TB", "BT"):  # arranged as if from left to right, then turned
        nodes, boxes = [(h, w) for w, h in nodes], [(h, w) for w, h in boxes]
    between = _between(columns, edges)
    height = max(_height([sizes[i] for i in members]) for sizes, stacks in ((nodes, columns), (boxes, between)) for members in stacks)
    centres, middles, x = [(0.0, 0.0)] * len(nodes), [(0.0, 0.0)] * len(boxes), 0.0
    for column, group in zip(columns, [[], *between], strict=True):
        x = _stack(group, boxes, middles, x, height)
        x = _stack(column, nodes, centres, x, height)
    curves = [_through(centres[tail], middles[i], boxes[i][0], centres[head]) for i, (tail, head) in enumerate(edges)]
    return _turned(Layout(x - FAN, height, centres, middles, curves), direction)


def _between(columns: Sequence[Sequence[int]], edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The edges that leave each column but the last, from top to bottom: first those whose ends lie far up, so that few cross."""
    rows = {node: (i + 0.5) / len(column) for column in columns for i, node in enumerate(column)}
    order = sorted(range(len(edges)), key=lambda i: rows[edges[i][0]] + rows[edges[i][1]])
    return [[i for i in order if edges[i][0] in column] for column in columns[:-1]]


def _height(column: Sequence[Size]) -> float:
    """What a column needs whose rows are all as high as its highest."""
    return len(column) * (max((height for _width, height in column), default=0.0) + APART)


def _stack(members: Sequence[int], sizes: Sequence[Size], centres: list[Point], x: float, height: float) -> float:
    """Put the members, if any, into a column that begins at x; returns where the next one begins."""
    if not members:
        return x
    width = max(sizes[i][0] for i in members)
    for row, i in enumerate(members):
        centres[i] = (x + width / 2, (row + 0.5) * height / len(members))
    return x + width + FAN


def _through(tail: Point, box: Point, width: float, head: Point) -> Curve:
    """A curve from centre to centre that is level where it goes through the box of its numbers."""
    left, right = (box[0] - width / 2, box[1]), (box[0] + width / 2, box[1])
    into = [tail, _middle(tail, left), (left[0] - FAN / 2, left[1]), left]
    out = [right, (right[0] + FAN / 2, right[1]), _middle(head, right), head]
    return [*into, left, right, *out]


def _middle(a: Point, b: Point) -> Point:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def _turned(layout: Layout, direction: str) -> Layout:
    """A layout from left to right as one in another direction."""

    def turn(points: Sequence[Point]) -> list[Point]:
        ahead = [(layout.width - x if direction in ("RL", "BT") else x, y) for x, y in points]
        return [(y, x) for x, y in ahead] if direction in ("TB", "BT") else ahead

    size = (layout.height, layout.width) if direction in ("TB", "BT") else (layout.width, layout.height)
    return Layout(*size, turn(layout.nodes), turn(layout.boxes), [turn(curve) for curve in layout.curves])
