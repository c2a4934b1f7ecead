"""The portrait of a graph of Values: its nodes, edges and numbers, ready to be drawn.

What you can do with this file: `draw(y)` a graph, with options; draw anything else that has `__picture__`.

The numbers under the edges are contributions (upstream × local derivative), taken from the steps of `backward.py`.
They appear once `backward()` has run: before, the picture says that they are not computed yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograd_mini import ops
from autograd_mini.backward import Step, steps
from autograd_mini.derivatives import GRADIENT_SCOPE
from autograd_mini.drawing.drawing import Drawing
from autograd_mini.drawing.fold import focused, folded
from autograd_mini.drawing.picture import Drawable, Edge, Kind, Node, Picture
from autograd_mini.drawing.texts import Style, edge_texts
from autograd_mini.graph import outputs_of, topological_order
from autograd_mini.language import _
from autograd_mini.listing import is_plain, made_by, names_of, seeds_of
from autograd_mini.number import show
from autograd_mini.paths import bracketed
from autograd_mini.paths import folded as shortened
from autograd_mini.replay import changed_since, evaluate
from autograd_mini.value import NOT_YET, Detached, Value

__all__ = ["draw"]

CONSTANTS = ("grey", "inline")


def draw(
    thing: Value | Sequence[Value] | Drawable,
    *,
    at: Mapping[Value, float] | None = None,
    gradients: bool | None = None,
    local_derivatives: bool = False,
    constants: str = "grey",
    direction: str = "LR",
    digits: int = 5,
    focus: Value | None = None,
    hops: int = 2,
    legend: bool = False,
    color: str = "plain",
    limit: int = 200,
) -> Drawing:
    """Draw the graph of one output or several; returns a Drawing (`.save("y.svg")`, `.svg()`, `.png()`; shows itself in Jupyter).

    * `at={x: 11.0}`: a what-if, old → new and the difference on each edge that changes.
    * `gradients`: True draws the backward pass (from 1; of several outputs, that of their sum), False leaves it out; by default
      it is drawn once `backward()` has run, from the gradient that it ran with.
    * `local_derivatives=True`: also ∂(result)/∂(operand) on each edge. `constants="inline"`: ×2 in one circle.
    * `direction`: LR, RL, TB or BT. `digits`: significant digits, from 1. `color="gradient"`: arrows shaded by size.
    * `focus=node, hops=2`: only the surroundings of one node. `legend=True`: what the lines mean.
    * `limit`: over so many nodes scopes fold, and what is alike; see `drawing/fold.py`.

    Raises GraphTooLarge if it does not fold below `limit`, ValueError for an unknown option.

    >>> x = Value(3.0, label="x")
    >>> draw(x * x)
    <Drawing of 2 nodes: .save('y.svg'), .svg(), .png(), .source>
    """
    if constants not in CONSTANTS:
        raise ValueError(f"draw(constants={constants!r}): the choices are {', '.join(CONSTANTS)}")
    for name, whole in (("limit", limit), ("hops", hops)):
        if type(whole) is not int or whole < 0:
            raise ValueError(f"draw({name}={whole!r}): {name} is a whole number from 0")
    style = Style(direction, digits, local_derivatives, legend, color)
    outputs = outputs_of(thing)
    if not all(isinstance(output, Value) for output in outputs) or not outputs:
        if not hasattr(thing, "__picture__"):
            raise TypeError(f"draw() takes a Value, a list of Values, or something with __picture__(); got {thing!r:.80}")
        return Drawing(folded(thing.__picture__(), limit), style)
    portrait = Portrait(outputs, at or {}, gradients, constants == "inline", digits)
    picture = portrait.picture()
    if focus is not None:
        if focus not in portrait.place:
            raise ValueError(f"draw(focus={focus!r}): that node is not in this picture")
        picture = focused(picture, portrait.place[focus], hops)
    return Drawing(folded(picture, limit), style)


class Portrait:
    """Collects the nodes and edges of one picture; `place` and `edge_of` tell where each Value and operand stands in it."""

    def __init__(self, outputs: list[Value], at: Mapping[Value, float], gradients: bool | None, inline: bool, digits: int) -> None:
        self.outputs = outputs
        self.gradients = gradients
        self.inline = inline
        self.digits = digits
        order = topological_order(outputs)
        self.plain = _plain_constants(order)
        self.shown = _shown(order, outputs, self.plain, self._is_inlined)
        self.new = evaluate(outputs, at) if at else {}
        self.seeds = seeds_of(outputs) if gradients is None else _ones(outputs) if gradients else {}
        self.steps = {(step.node, step.position): step for step in steps(self.seeds)} if self.seeds else {}
        self.totals = {**self.seeds, **{step.operand: step.total for step in self.steps.values()}}
        self.contributions = {node: [seed] for node, seed in self.seeds.items()}
        for step in self.steps.values():
            self.contributions.setdefault(step.operand, []).append(step.contribution)
        self.names = names_of(outputs, digits)
        self.changed = set(changed_since(order))
        self.has_gradient_part = any(_in_gradient(output) for output in outputs)
        self.place: dict[Value, int] = {}
        self.edge_of: dict[tuple[Value, int], int] = {}  # (node, position of the operand) → the edge's place
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []

    def picture(self) -> Picture:
        """The nodes, the edges, and what is said below."""
        for node in self.shown:
            self._add_node(node)
        for output in dict.fromkeys(self.outputs):
            self._add_output(output)
        waiting = self.gradients is None and not self.seeds and any(y.operands and not y.is_constant for y in self.outputs)
        caption = (_("Gradients: not computed yet."),) if waiting else ()
        names = ", ".join(output.label for output in self.outputs if output.label)
        return Picture(tuple(self.nodes), tuple(self.edges), names or _("A computational graph"), caption=caption)

    def _add_node(self, value: Value) -> None:
        self.place[value] = here = len(self.nodes)
        leaf_like = value.op is None or value in self.plain
        notes = tuple(self._notes(value))
        faded = self.has_gradient_part and not leaf_like and not _in_gradient(value)
        kind: Kind = "operation" if not leaf_like else "constant" if value.is_constant else "leaf"
        text = self._name(value) if leaf_like else self._symbol(value)
        self.nodes.append(Node(kind, text, notes, value.scope, faded, said=self._said(value)))
        if leaf_like:
            if isinstance(value, Detached):
                self._add_cut(value, here)
            return
        for position, operand in enumerate(value.operands):
            if operand in self.place and not self._is_inlined(value, position):
                self.edge_of[value, position] = len(self.edges)
                self.edges.append(self._edge(operand, here, self.steps.get((value, position)), value.local_derivatives[position]))

    def _add_cut(self, value: Detached, here: int) -> None:
        """The edge that detach() cut, from the node it came from, if that still exists."""
        source = value.source
        if source is None:
            return
        if source not in self.place:
            self.place[source] = len(self.nodes)
            self.nodes.append(Node("cut", source.label or show(source.data, self.digits), scope=source.scope))
        self.edges.append(Edge(self.place[source], here, name="detach", cut=True))

    def _add_output(self, output: Value) -> None:
        self.nodes.append(Node("output", output.label or _("output")))
        edge = self._edge(output, len(self.nodes) - 1)
        seed = (self.seeds[output],) if output in self.seeds else ()
        self.edges.append(replace(edge, name="", gradients=seed, values=(output.data,)))

    def _edge(self, operand: Value, head: int, step: Step | None = None, local: float | None = None) -> Edge:
        name = operand.label or "" if operand.op is not None and operand not in self.plain else ""
        anonymous = operand in self.plain
        return Edge(
            self.place[operand],
            head,
            name,
            values=() if anonymous else (operand.data,),
            new_values=(self.new[operand],) if self.new and not anonymous else (),
            gradients=(step.contribution,) if step else (),
            locals=() if local is None else (local,),
        )

    def _notes(self, value: Value) -> list[str]:
        """What a node says besides its name: the sum at a fork, a gradient over several passes, a number out of date."""
        return [*self._gradient_notes(value), *self.lasting_notes(value)]

    def _gradient_notes(self, value: Value) -> list[str]:
        notes = []
        total = self.totals.get(value)
        if total is not None and len(self.contributions[value]) > 1:
            notes.append(f"∂ {show(total, self.digits)}")
        if total is not None and not value.operands and value.grad is not NOT_YET:
            shown = _shown_gradient(value, self.digits)
            if shown != show(total, self.digits):
                notes.append(_("grad {shown} (several passes)", shown=shown) if value.grad else _("grad now {shown}", shown=shown))
        return notes

    def lasting_notes(self, value: Value) -> list[str]:
        """What a node says whatever the gradients are."""
        notes = []
        if isinstance(value, Detached):
            notes.append(_("detached"))
        if value in self.changed:
            notes.append(_("changed since"))
        return notes

    def _said(self, value: Value) -> str:
        """The node in one line: how it was made, its number, its gradient; nothing of a plain number, which is said where it is used."""
        if is_plain(value) and value not in self.outputs:
            return ""
        drawn = edge_texts(replace(self._edge(value, self.place[value]), name="", values=(value.data,)), Style(digits=self.digits))
        computed = " = ".join(filter(None, (self.names[value], made_by(value, self.names), drawn.above)))
        notes = [note for note in self._notes(value) if not note.startswith("∂")]
        return _("; ").join([computed, *self._gradient_said(value), *notes])

    def _gradient_said(self, value: Value) -> list[str]:
        """The gradient as it is drawn: at a fork, the sum of what comes back."""
        if value.is_constant:
            return [_("constant")]
        if value not in self.totals:
            return []
        total, terms = show(self.totals[value], self.digits), [show(x, self.digits) for x in self.contributions[value]]
        number = f"{' + '.join(shortened(bracketed(terms)))} = {total}" if len(terms) > 1 else total
        return [_("gradient {number}", number=number)]

    def _name(self, value: Value) -> str:
        return value.label if value.label is not None else show(value.data, self.digits)

    def _symbol(self, value: Value) -> str:
        assert value.op is not None  # leaves have names
        before, after = "", ""
        for position, operand in enumerate(value.operands):
            if self._is_inlined(value, position):
                number = show(operand.data, self.digits)
                before, after = (number, after) if position == 0 and value.op in (ops.sub, ops.div, ops.pow) else (before, number)
        return f"{before}{value.op.symbol}{after}"

    def _is_inlined(self, node: Value, position: int) -> bool:
        """True for a plain number written into the circle: always the exponent of a power, on request others too."""
        operand = node.operands[position]
        if operand not in self.plain or node.op is None or node.op.arity != 2:
            return False
        return (node.op is ops.pow and position == 1) or (self.inline and not node.operands[1 - position].is_constant)


def _shown_gradient(value: Value, digits: int) -> str:
    # Some write x.grad = None, as in PyTorch; shown as it is.
    return show(value.grad, digits) if isinstance(value.grad, (float, int)) else repr(value.grad)


def _plain_constants(order: list[Value]) -> set[Value]:
    """The constants that are just numbers: without a label, and computed, if at all, from such ones."""
    plain: set[Value] = set()
    for node in order:
        if node.is_constant and node.label is None and not isinstance(node, Detached) and plain.issuperset(node.operands):
            plain.add(node)
    return plain


def _shown(order: list[Value], outputs: list[Value], plain: set[Value], inlined: Any) -> list[Value]:
    """The nodes to draw, in order: without the insides of plain numbers, and without those written into a circle."""
    needed = set(outputs)
    for node in reversed(order):
        if node in needed and node not in plain:
            needed.update(operand for position, operand in enumerate(node.operands) if not inlined(node, position))
    return [node for node in order if node in needed]


def _ones(outputs: list[Value]) -> dict[Value, float]:
    return {output: 1.0 for output in outputs if not output.is_constant}


def _in_gradient(value: Value) -> bool:
    return value.scope[:1] == (GRADIENT_SCOPE,)
