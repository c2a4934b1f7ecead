"""Making a large picture readable: fold scopes into boxes, and what is alike into one with "× 30".

What you can do with this file: `folded(picture, limit)` returns a picture of at most `limit` nodes, with a caption
that says what was folded; `focused(picture, position, hops)` keeps the surroundings of one node.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace

from autograd_mini.drawing.picture import Edge, Node, Picture
from autograd_mini.errors import GraphTooLarge
from autograd_mini.language import _

__all__ = ["focused", "folded"]

MANY_OPERANDS = 3  # from here on the order of operands (of a sum, say) no longer tells them apart


def folded(picture: Picture, limit: int) -> Picture:
    """Fold until at most `limit` nodes are left: innermost scopes first, the outermost last, and at each depth, if that is
    not enough, what is alike.

    Raises GraphTooLarge if even that leaves more.
    """
    if picture.size <= limit:
        return picture
    smallest = picture.size
    for candidate in _ever_more_folded(picture):
        if candidate.size <= limit:
            n = f"{picture.size:,}"
            said = _("Folded from {n} nodes: {what}.", n=n, what=", ".join(_folds(candidate)))
            words = picture.description or _("A computational graph of {n} nodes.", n=n)
            return replace(candidate, description=words, caption=(*picture.caption, said))
        smallest = min(smallest, candidate.size)
    raise GraphTooLarge(
        f"this picture has {picture.size:,} nodes, {smallest:,} after folding, and the limit is {limit:,}. Ways out: a part of it, "
        "draw(y, focus=node, hops=2); groups that can fold, `with ag.scope('name'):`; the list, ag.text(y); or all of it, "
        f"draw(y, limit={smallest})."
    )


def focused(picture: Picture, position: int, hops: int) -> Picture:
    """Keep what is at most `hops` edges before the node at `position`, or after it."""
    before, after = {position}, {position}
    for _hop in range(hops):  # not turning back: through a hub, everything is near everything
        before |= {edge.tail for edge in picture.edges if edge.head in before}
        after |= {edge.head for edge in picture.edges if edge.tail in after}
    near = before | after
    kept = sorted(near)
    place = {old: new for new, old in enumerate(kept)}
    edges = tuple(
        replace(edge, tail=place[edge.tail], head=place[edge.head]) for edge in picture.edges if edge.tail in near and edge.head in near
    )
    around = replace(picture, nodes=tuple(picture.nodes[i] for i in kept), edges=edges, columns=())
    if around.size == picture.size:
        return around
    said = _("{shown} of {n} nodes shown: {hops} steps around one.", shown=f"{around.size:,}", n=f"{picture.size:,}", hops=hops)
    return replace(around, caption=(*picture.caption, said))


def _ever_more_folded(picture: Picture) -> Iterator[Picture]:
    deepest = max(len(node.scope) for node in picture.nodes)
    for depth in range(deepest, 0, -1):
        boxes = _with_boxes(picture, depth)
        yield boxes
        yield _with_likes_merged(boxes)
    if not deepest:
        yield _with_likes_merged(picture)


def _with_boxes(picture: Picture, depth: int) -> Picture:
    """One box for each scope of this depth."""

    def key(i: int) -> Hashable:
        node = picture.nodes[i]
        return ("scope", node.scope[:depth]) if len(node.scope) >= depth and node.kind != "output" else i

    def box(members: list[int]) -> Node:
        scope = picture.nodes[members[0]].scope[:depth]
        return Node("group", " · ".join(scope), (_("{n} nodes", n=f"{len(members):,}"),), scope=scope[:-1])

    return _quotient(picture, [key(i) for i in range(len(picture.nodes))], box, only_single=False)


def _with_likes_merged(picture: Picture) -> Picture:
    """One node for a chain of one operation, and for what is alike and feeds the same nodes; found from the outputs backwards."""
    users: list[list[tuple[int, int]]] = [[] for _ in picture.nodes]
    operands = [0] * len(picture.nodes)
    for edge in picture.edges:
        users[edge.tail].append((edge.head, operands[edge.head]))
        operands[edge.head] += 1
    keys: list[Hashable] = list(range(len(picture.nodes)))
    group_of: dict[Hashable, int] = {}
    for i in reversed(range(len(picture.nodes))):
        node = picture.nodes[i]
        fed = frozenset((keys[head], 0 if operands[head] > MANY_OPERANDS else place) for head, place in users[i])
        look = node.text if node.kind in ("operation", "cut") else _stem(node.text)
        only = users[i][0][0] if len(users[i]) == 1 else i
        next_one = picture.nodes[only]
        if only != i and node.kind == "operation" and (node.text, node.scope) == (next_one.text, next_one.scope):
            keys[i] = keys[only]  # a chain of one operation, as sum(values) makes it
        elif node.kind != "output":
            keys[i] = group_of.setdefault((node.kind, look, node.scope[:-1], fed), i)

    def merged(members: list[int]) -> Node:
        first = picture.nodes[members[0]]
        names = list(dict.fromkeys(picture.nodes[i].text for i in members))
        text = first.text if len(names) == 1 else _common(names)
        count = sum(picture.nodes[i].count for i in members)
        return replace(first, text=text, count=count, notes=first.notes if first.kind == "group" else (), numbers=())

    return _quotient(picture, keys, merged, only_single=True)


def _quotient(picture: Picture, keys: list[Hashable], combined: Callable[[list[int]], Node], only_single: bool) -> Picture:
    """Put nodes with equal keys together; edges between the same two become one, edges inside one disappear."""
    members: dict[Hashable, list[int]] = {}
    for i, key in enumerate(keys):
        members.setdefault(key, []).append(i)
    place = {key: position for position, key in enumerate(members)}
    alone = [len(group) == 1 and (only_single or not isinstance(key, tuple)) for key, group in members.items()]
    nodes = [picture.nodes[group[0]] if single else combined(group) for group, single in zip(members.values(), alone, strict=True)]
    edges: dict[tuple[int, int, int], Edge] = {}
    count: dict[tuple[int, int], int] = {}
    for edge in picture.edges:
        tail, head = place[keys[edge.tail]], place[keys[edge.head]]
        if tail == head:
            continue
        # Two edges between single nodes (x*x) stay two.
        nth = count.get((tail, head), 0) if alone[tail] and alone[head] else 0
        count[tail, head] = nth + 1
        here = (tail, head, nth)
        edges[here] = _joined(edges[here], edge) if here in edges else replace(edge, tail=tail, head=head)
    return replace(picture, nodes=tuple(nodes), edges=tuple(edges.values()), columns=())


def _joined(first: Edge, second: Edge) -> Edge:
    def extremes(numbers: tuple[float, ...]) -> tuple[float, ...]:
        return (min(numbers), max(numbers)) if len(numbers) > 1 else numbers

    return replace(
        first,
        name=first.name if first.name == second.name else "",
        values=extremes(first.values + second.values),
        new_values=extremes(first.new_values + second.new_values),
        gradients=extremes(first.gradients + second.gradients),
        right_gradients=extremes(first.right_gradients + second.right_gradients),
        locals=(),
    )


def _folds(picture: Picture) -> list[str]:
    """What stands for many, for the caption."""
    return [
        f"{_quoted(node)} × {node.count:,}" if node.count > 1 else f"{node.text} ({node.notes[0]})"
        for node in picture.nodes
        if node.count > 1 or node.kind == "group"
    ]


def _quoted(node: Node) -> str:
    return f'"{node.text}"' if node.kind == "operation" else node.text


def _stem(name: str) -> str:
    """A name with its numbers taken out: "w[17]" and "w[18]" are alike. Names without numbers are all alike."""
    stem = re.sub(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?", "#", name)
    return stem if stem != name else ""


def _common(names: list[str]) -> str:
    """One name for several: what they share if they differ in numbers only, else the first few."""
    if len({_stem(name) for name in names}) == 1 and _stem(names[0]).strip("#"):
        parts = [re.split(r"(\d+)", name) for name in names]
        same = [piece if all(part[i] == piece for part in parts) else "" for i, piece in enumerate(parts[0])]
        return re.sub(r"\[\]|\s+(?= ·|$)", "", "".join(same)).strip(" ·") or names[0]
    return ", ".join(names[:2]) + ", …"
