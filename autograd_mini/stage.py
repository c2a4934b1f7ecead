"""The stage of a walkthrough: one picture of its graph, marked for each moment.

What you can do with this file: `of_values(pass, …)` or `of_labels(pass, …)`, then `.at(done, now)` is the graph when these
moments have happened: what is done, current, to come.
Every moment has the same nodes and edges in the same order, so that all of them fit into one frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograd_mini.drawing.picture import Edge, Mark, Node, Picture
from autograd_mini.moments import Backward, Forward, Moment, Pass, Update, ZeroGrad
from autograd_mini.number import show
from autograd_mini.portrait import Portrait
from autograd_mini.replay import evaluate
from autograd_mini.value import Value

__all__ = ["Stage", "of_labels", "of_values"]


@dataclass(frozen=True)
class Stage:
    """The whole picture of one iteration, and where each node and each operand's edge stands in it."""

    picture: Picture
    place: Mapping[Value, int]
    edge_of: Mapping[tuple[Value, int], int]
    lasting: Mapping[int, tuple[str, ...]]  # notes that every moment shows
    digits: int

    def at(self, done: Sequence[Moment], now: Moment | None, caption: tuple[str, ...] = ()) -> Picture:
        """The picture when these moments of the iteration have happened; `now` is the current one."""
        seen = _Seen(self, done, now)
        nodes = [
            replace(node, mark=seen.node(i, node), notes=(*seen.notes(i), *self.lasting.get(i, ())))
            for i, node in enumerate(self.picture.nodes)
        ]
        edges = [replace(edge, mark=seen.forward(edge), back=seen.back(i, edge)) for i, edge in enumerate(self.picture.edges)]
        return replace(self.picture, nodes=tuple(nodes), edges=tuple(edges), caption=caption)


class _Seen:
    """What of a stage is done, current, to come."""

    def __init__(self, stage: Stage, done: Sequence[Moment], now: Moment | None) -> None:
        self.stage = stage
        self.now = now
        # Plain numbers that were computed from plain numbers have no place: a picture shows the last of them only.
        self.computed = {stage.place.get(moment.node) for moment in done if isinstance(moment, Forward)}
        self.carried = {stage.edge_of[moment.node, moment.position]: moment for moment in done if isinstance(moment, Backward)}
        self.nodes = stage.picture.nodes
        self.all_computed = all(node.kind != "operation" or i in self.computed for i, node in enumerate(self.nodes))
        self.received = {stage.place[moment.operand]: moment for moment in self.carried.values()}  # the last one of each
        self.steps = {stage.place.get(moment.node): moment for moment in done if isinstance(moment, Update)}

    def node(self, i: int, node: Node) -> Mark:
        """An operation is computed or to come; current is what is computed, receives, or takes its step."""
        now = self.now
        focus = now.operand if isinstance(now, Backward) else now.node if isinstance(now, (Forward, Update)) else None
        if focus is not None and self.stage.place.get(focus) == i:
            return "current"
        return "to come" if node.kind == "operation" and i not in self.computed else "done"

    def forward(self, edge: Edge) -> Mark:
        """A number is there once its node is computed; current around the node that is being computed."""
        if isinstance(self.now, Forward) and self.stage.place.get(self.now.node) in (edge.tail, edge.head):
            return "current"
        return "to come" if self.nodes[edge.tail].kind == "operation" and edge.tail not in self.computed else "done"

    def back(self, i: int, edge: Edge) -> Mark:
        """The way back appears when the way forward is done, and goes when the gradients are set to zero."""
        if not self.all_computed or isinstance(self.now, ZeroGrad):
            return "hidden"
        if isinstance(self.now, Backward) and self.carried.get(i) is self.now:
            return "current"
        started = self.nodes[edge.head].kind == "output" and bool(self.carried)
        return "done" if i in self.carried or started else "to come"

    def notes(self, i: int) -> Iterator[str]:
        """At a fork, what has come back so far; at a parameter that has taken its step, the step."""
        if i in self.received:
            yield from self._received(self.received[i])
        if i in self.steps:
            step = self.steps[i]
            if step.left_over:
                yield from self._corrected("grad", step.gradient, step.received)
            yield f"{self._show(step.old)} → {self._show(step.new)}"

    def _received(self, last: Backward) -> Iterator[str]:
        """What has come back to a node, where its edges do not say it."""
        if last.arrival < last.branches:
            yield f"∂ {self._show(last.total)} + …"
        elif last.branches > 1:
            yield from self._corrected("∂", last.total, last.derivative)
        elif self._show(last.total) != self._show(last.contribution):  # the node held something already
            yield from self._corrected("grad", last.total, last.derivative)

    def _corrected(self, what: str, found: float, right: float) -> Iterator[str]:
        """A number; where a slip led to another one, the right one below it."""
        shown, expected = self._show(found), self._show(right)
        yield from [f"{what} {shown}"] if shown == expected else [f"{what} {shown} ✗", f"{expected} ✓"]

    def _show(self, x: float) -> str:
        return show(x, self.stage.digits)


def of_values(this: Pass, at: Mapping[Value, float], names: Mapping[Value, str], digits: int) -> Stage:
    """The stage of a whole graph. `at` is a what-if; `names` are those that the words use."""
    portrait = Portrait(this.outputs, {this.current[node]: number for node, number in at.items()}, True, False, digits)
    drawn = portrait.picture()
    place = {this.original[node]: i for node, i in portrait.place.items() if node in this.original}
    edge_of = {(this.original[node], position): i for (node, position), i in portrait.edge_of.items()}
    named = {i: names[this.original[node]] for node, i in portrait.place.items() if node in this.original and node not in portrait.plain}
    edges = [_named(edge, drawn.nodes, named) for edge in _carrying(drawn.edges, edge_of, this)]
    outputs = {edge.head: named[edge.tail] for edge in drawn.edges if drawn.nodes[edge.head].kind == "output" and edge.tail in named}
    texts = outputs | {i: name for i, name in named.items() if drawn.nodes[i].kind != "operation"}
    # What a node says is said when all is done; a moment has words of its own.
    nodes = [replace(node, text=texts.get(i, node.text), said="") for i, node in enumerate(drawn.nodes)]
    picture = replace(drawn, nodes=tuple(nodes), edges=tuple(edges))
    lasting = {i: tuple(portrait.lasting_notes(node)) for node, i in portrait.place.items()}
    return Stage(picture, place, edge_of, lasting, digits)


def _named(edge: Edge, nodes: Sequence[Node], names: Mapping[int, str]) -> Edge:
    """With the name of the operation that it comes from; an output says its name itself."""
    has_name = nodes[edge.tail].kind == "operation" and nodes[edge.head].kind != "output" and not edge.cut
    return replace(edge, name=names[edge.tail]) if has_name else edge


def of_labels(this: Pass, at: Mapping[Value, float], names: Mapping[Value, str], digits: int) -> Stage:
    """The stage of the named nodes only: pills with their names, and what the local derivatives between them carry."""
    new = evaluate(this.outputs, {this.current[node]: number for node, number in at.items()}) if at else {}
    place: dict[Value, int] = {}
    nodes: list[Node] = []
    edges: list[Edge] = []
    edge_of = {}

    def edge(tail: Value, head: int, gradients: tuple[float, ...] = ()) -> Edge:
        number = this.current[tail]
        return Edge(place[tail], head, "", (number.data,), (new[number],) if new else (), gradients)

    for part in this.parts:
        value = this.original[part.value]
        place[value] = here = len(nodes)
        kind = "operation" if value.op else "constant" if value.is_constant else "leaf"
        nodes.append(Node(kind, names[value]))  # type: ignore[arg-type]
        for position, operand in enumerate(part.operands):
            edge_of[value, position] = len(edges)
            edges.append(edge(this.original[operand.value], here))
    for output in this.outputs:
        nodes.append(Node("output", ""))
        edges.append(edge(this.original[output], len(nodes) - 1, () if output.is_constant else (1.0,)))
    title = ", ".join(output.label for output in this.outputs if output.label)
    return Stage(Picture(tuple(nodes), _carrying(edges, edge_of, this), title), place, edge_of, {}, digits)


def _carrying(edges: Sequence[Edge], edge_of: Mapping[tuple[Value, int], int], this: Pass) -> tuple[Edge, ...]:
    """The edges with what they carry back."""
    carried = {edge_of[moment.node, moment.position]: moment for moment in this.moments if isinstance(moment, Backward)}

    def with_numbers(edge: Edge, moment: Backward) -> Edge:
        return replace(edge, gradients=(moment.contribution,), right_gradients=(moment.right,))

    return tuple([with_numbers(edge, carried[i]) if i in carried else edge for i, edge in enumerate(edges)])
