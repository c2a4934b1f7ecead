"""The portrait of a program: its arrays as boxes, with the formula and the shape of each.

What you can do with this file: `ag.draw(program)`. From left to right: inputs and parameters, the way forward to the loss, and behind
what it reads, the gradient: slopes, errors δ, and the ∂C/∂… at the end.
"""

from __future__ import annotations

from autograd_mini.compiler.array_program import ArrayProgram
from autograd_mini.compiler.explaining.equations import Equation, Equations
from autograd_mini.compiler.explaining.naming import Array
from autograd_mini.compiler.explaining.work import shapes_of, size
from autograd_mini.drawing.picture import Edge, Node, Picture
from autograd_mini.language import _

__all__ = ["portrait"]


def portrait(program: ArrayProgram) -> Picture:
    """The program as nodes and edges: what each sample feeds and the parameters, then a box for each line of its explanation."""
    equations = Equations(program)
    nodes: list[Node] = []
    edges: list[Edge] = []
    place: dict[Array, int] = {}
    for line in equations.lines:
        for array in equations.read(line):
            if array not in place and array.buffer[0] in "xp":
                place[array] = len(nodes)
                nodes.append(_leaf(array))
        here = len(nodes)
        nodes.append(_box(line))
        edges += [Edge(place[array], here) for array in equations.read(line) if array in place]
        place.update(dict.fromkeys(equations.made(line), here))
    title = _("The arrays of a program")
    return Picture(tuple(nodes), tuple(edges), title, caption=tuple(_caption(equations)))


def _leaf(array: Array) -> Node:
    shape = size(array.size, True) if array.buffer[0] == "x" else "×".join(map(str, array.rows.shape))
    return Node("leaf", f"{array.name}: {shape}", said=f"{array.name}: {shape}")


def _box(line: Equation) -> Node:
    first, *others = line.text.split(", ∂")
    shape = shapes_of(line.plain)
    return Node("group", first, (*(f"∂{other}" for other in others), shape), said=f"{line.text}: {shape}")


def _caption(equations: Equations) -> list[str]:
    """What the signs mean, of those that occur."""
    backward = any(line.backward for line in equations.lines)
    return [
        _("B is the number of samples in a batch; @ multiplies matrices."),
        *([_("Slopes σ′, errors δ and derivatives ∂ belong to the gradient; each ∂ is a sum over the batch.")] if backward else []),
    ]
