"""A network drawn as its neurons: circles in columns, weights on the edges between them.

What you can do with this file: `ag.draw(neurons(layers, weights, biases)).save("net.svg")`, the picture that courses show, beside
the graph of single operations, `ag.draw(loss)`. Both read the same Values, so the same numbers stand in both. Where every neuron
leads to all of the next layer, `fully_connected` takes the weights as matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from autograd_mini import NOT_YET, Value
from autograd_mini.drawing.picture import Edge, Node, Picture
from autograd_mini.number import show

__all__ = ["Neurons", "fully_connected", "neurons"]

Layers = Sequence[Sequence[tuple[str, Value]]]


def neurons(
    layers: Layers, weights: Mapping[tuple[str, str], Value], biases: Mapping[str, Value] | None = None, digits: int = 5
) -> Neurons:
    """Describe a network for `ag.draw`: its neurons, layer by layer, what they hold, and the weights between them.

    * `layers`: for each layer, the inputs first, a list of (name, Value): an input, or the activation of a neuron.
    * `weights`: (name of the neuron it comes from, name of the one it goes to, in the next layer) → weight.
    * `biases`: name of a neuron → its bias.
    * `digits`: significant digits of what stands at the neurons; for the edges `ag.draw(…, digits=)` has its own.

    Once `backward()` has run, the derivatives stand there too, below each weight and in each circle: of the output with respect
    to the weight, the activation (∂) and the bias (∂b). Raises ValueError for an empty layer, a name that stands for two neurons
    or for none, and a weight that does not go to the next layer.

    >>> x, w = Value(2.0, "x"), Value(0.5, "w")
    >>> h = (w * x).sigmoid()
    >>> neurons([[("x", x)], [("h", h)]], {("x", "h"): w}).__picture__().nodes[1].numbers
    ('0.73106',)
    """
    _require_network(layers, weights, biases or {})
    return Neurons(layers, weights, biases or {}, digits)


def fully_connected(
    layers: Sequence[Sequence[Value]],
    weights: Sequence[Sequence[Sequence[Value]]],
    biases: Sequence[Sequence[Value]] = (),
    name: Callable[[Value], str] = lambda activation: activation.label or "",
) -> Neurons:
    """Describe a network in which every neuron leads to all of the next layer.

    * `layers`: the inputs, then the activations of each layer.
    * `weights`: for each layer after the inputs a matrix, one row for each neuron: `row[k]` comes from neuron k of the layer before.
    * `biases`: for each layer after the inputs, one for each neuron; or none at all.
    * `name`: what the neuron with this activation is called; by default as the activation.

    Raises ValueError where the numbers of neurons, weights and biases do not fit, and as `neurons` does.

    >>> x, w = Value(2.0, "x"), Value(0.5, "w")
    >>> h = (w * x).sigmoid()
    >>> h.label = "h"
    >>> list(fully_connected([[x], [h]], [[[w]]]).weights)
    [('x', 'h')]
    """
    _require_fit([len(layer) for layer in layers], weights, biases)
    named = [[(name(value), value) for value in layer] for layer in layers]
    edges = {
        (tail, head): weight
        for (before, after), matrix in zip(pairwise(named), weights, strict=True)
        for (head, _activation), row in zip(after, matrix, strict=True)
        for (tail, _activation), weight in zip(before, row, strict=True)
    }
    with_bias = zip(named[1:], biases, strict=True) if biases else ()
    return neurons(named, edges, {head: b for layer, row in with_bias for (head, _activation), b in zip(layer, row, strict=True)})


@dataclass(frozen=True)
class Neurons:
    """A network as neurons: made by `neurons`, drawn by `ag.draw`."""

    layers: Layers
    weights: Mapping[tuple[str, str], Value]
    biases: Mapping[str, Value] = field(default_factory=dict)
    digits: int = 5

    def __picture__(self) -> Picture:
        """The neurons as nodes and the weights as edges, with the numbers of the moment."""
        inputs, *later = self.layers
        nodes = [self._input(*pair) for pair in inputs] + [self._neuron(*pair) for layer in later for pair in layer]
        place = {name: i for i, (name, _value) in enumerate(pair for layer in self.layers for pair in layer)}
        return Picture(
            nodes=tuple(nodes),
            edges=tuple(_edge(place[tail], place[head], weight) for (tail, head), weight in self.weights.items()),
            title=" → ".join(" ".join(name for name, _value in layer) for layer in self.layers),
            description="\n".join(self._in_words(nodes)),
            columns=tuple(tuple(place[name] for name, _value in layer) for layer in self.layers),
        )

    def _input(self, name: str, value: Value) -> Node:
        return Node("leaf", f"{name} = {show(value.data, self.digits)}")

    def _neuron(self, name: str, activation: Value) -> Node:
        numbers = [show(activation.data, self.digits)]
        notes = [f"∂ {show(gradient, self.digits)}" for gradient in _gradients(activation)]
        if name in self.biases:
            bias = self.biases[name]
            numbers.append(f"{_short_name(bias) or 'b'} = {show(bias.data, self.digits)}")
            notes += [f"∂{_short_name(bias) or 'b'} {show(gradient, self.digits)}" for gradient in _gradients(bias)]
        return Node("neuron", name, tuple(notes), numbers=tuple(numbers))

    def _in_words(self, nodes: Iterable[Node]) -> Iterator[str]:
        """One line for each neuron, for those who listen: what it holds, and what comes in."""
        for node in nodes:
            incoming = [f"{_short_name(weight)} {tail}".strip() for (tail, head), weight in self.weights.items() if head == node.text]
            held = ", ".join((node.text, *node.numbers, *node.notes))
            yield f"{held} ← {', '.join(incoming)}" if incoming else held


def _require_network(layers: Layers, weights: Mapping[tuple[str, str], Value], biases: Mapping[str, Value]) -> None:
    if not layers or not all(layers):
        raise ValueError("neurons(): a network has layers, the inputs first, and each has a neuron at least: [[('x', x)], [('y', y)]]")
    names = [name for layer in layers for name, _value in layer]
    layer_of = {name: number for number, layer in enumerate(layers) for name, _value in layer}
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"neurons(): {name!r} is the name of two neurons; each needs a name of its own")
    for name in (*(end for ends in weights for end in ends), *biases):
        if name not in layer_of:
            raise ValueError(f"neurons(): there is no neuron {name!r} in the layers; there are {', '.join(map(repr, names))}")
    for tail, head in weights:
        if layer_of[head] != layer_of[tail] + 1:
            raise ValueError(f"neurons(): a weight goes from a layer to the next, but {head!r} is not in the layer after that of {tail!r}")


def _require_fit(sizes: list[int], weights: Sequence[Sequence[Sequence[Value]]], biases: Sequence[Sequence[Value]]) -> None:
    rows = [[before] * after for before, after in pairwise(sizes)]
    given = [[len(row) for row in matrix] for matrix in weights]
    if given != rows:
        raise ValueError(f"fully_connected(): layers of {sizes} neurons take matrices with rows of {rows} weights, got rows of {given}")
    if biases and [len(of) for of in biases] != sizes[1:]:
        raise ValueError(f"fully_connected(): layers of {sizes} neurons take {sizes[1:]} biases, got {[len(of) for of in biases]}")


def _edge(tail: int, head: int, weight: Value) -> Edge:
    return Edge(tail, head, _short_name(weight), values=(weight.data,), gradients=_gradients(weight))


def _gradients(value: Value) -> tuple[float, ...]:
    """The gradient, if there is one yet."""
    return () if value.grad is NOT_YET else (value.grad,)


def _short_name(value: Value) -> str:
    """The label without its place: `nn.Neuron` calls a weight "layer 1 · neuron 2 · w[3]"."""
    return (value.label or "").rpartition(" · ")[2]
