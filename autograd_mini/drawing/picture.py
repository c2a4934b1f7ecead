"""What can be drawn: nodes and edges with their texts and numbers.

What you can do with this file: describe anything as a `Picture` and get it drawn (`Drawing(picture)`), folded
and saved. A graph of Values is one such thing (`portrait.py`); programs and walks are others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from autograd_mini.language import _

__all__ = ["Drawable", "Edge", "Kind", "Mark", "Node", "Picture"]

Kind = Literal["leaf", "constant", "operation", "output", "group", "cut", "neuron"]
#: Where a moment of a walkthrough is; "hidden" keeps the room of what is not spoken of yet.
Mark = Literal["done", "current", "to come", "hidden"]

LONGEST_LIST = 60  # lines; a longer list helps nobody who listens to it


@dataclass(frozen=True)
class Node:
    """One node: a name without an outline (`leaf`, `constant`, `output`, `cut`), a circle (`operation`), a box (`group`) or
    a circle with its lines inside (`neuron`).

    `notes` are further lines in the colour of the backward pass; `numbers` those of a neuron in the colour of the way
    forward; `count` is how many alike it stands for; `said` is all of it in one line, for those who listen.
    """

    kind: Kind
    text: str
    notes: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    faded: bool = False
    count: int = 1
    mark: Mark = "done"
    numbers: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Edge:
    """One operand of one node, from `tail` to `head` (positions in `Picture.nodes`).

    `values`, `gradients`, `locals` hold one number each, or all that a folded edge stands for; empty: not shown.
    `new_values` are those of a what-if, drawn as old → new. `right_gradients` are what the gradients should be where a chain rule
    with a slip was followed, drawn beside them. `cut` edges are those that `detach` cut.
    """

    tail: int
    head: int
    name: str = ""
    values: tuple[float, ...] = ()
    new_values: tuple[float, ...] = ()
    gradients: tuple[float, ...] = ()
    right_gradients: tuple[float, ...] = ()
    locals: tuple[float, ...] = ()
    cut: bool = False
    mark: Mark = "done"  # of the way forward, and of the values
    back: Mark = "done"  # of the way back, and of the gradients


@dataclass(frozen=True)
class Picture:
    """Nodes (operands before users), edges (in the order of the operands), a title, a description, and a caption.

    `description` is what is said to those who listen, where it is not what the nodes say, one by one.
    `columns`: the nodes of each column from top to bottom, where their order means something, as in a network's layers, and every
    edge goes from one column to the next; empty: Graphviz decides.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    title: str = "A computational graph"
    description: str = ""
    caption: tuple[str, ...] = ()
    columns: tuple[tuple[int, ...], ...] = ()

    @property
    def size(self) -> int:
        """How many nodes of the graph it shows; the name of an output is none."""
        return sum(node.kind != "output" for node in self.nodes)

    @property
    def words(self) -> str:
        """The picture for those who listen: its description, or what each node says; of very many nodes, how many they are."""
        lines = [node.said for node in self.nodes if node.said]
        if self.description or len(lines) <= LONGEST_LIST:
            return self.description or "\n".join(lines)
        return _("A computational graph of {n} nodes.", n=f"{self.size:,}")


class Drawable(Protocol):
    """What `ag.draw` takes besides Values."""

    def __picture__(self) -> Picture:
        """The thing as nodes and edges."""
