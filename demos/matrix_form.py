"""Backpropagation in matrices and errors δ, as course 002 writes it: plain lists and a few short functions, no graph.

What you can do with this file: `five_steps(x, w, b, y)` for the derivatives of one sample's cost; `example.five_steps()` for those
of a net of Values (`Example`), to be held against what `backward()` finds in its graph.

A vector is a list of numbers, a matrix a list of rows. Layers count as in the course: the input is layer 1, and w[j][k] of layer ℓ
leads from neuron k of layer ℓ−1 to neuron j.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import NamedTuple

import autograd_mini as ag
import nn
from autograd_mini import Value
from demos import two_two_two
from nn.neurons import Neurons, fully_connected

__all__ = [
    "Example", "FiveSteps", "Layer", "five_steps", "hadamard", "of_course_004", "of_network", "sigma", "slopes", "symbol", "times",
    "transposed",
]  # fmt: skip

Vector = list[float]
Matrix = list[Vector]
ABOVE = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def hadamard(s: Vector, t: Vector) -> Vector:
    """The product s ⊙ t, element by element. Raises ValueError for vectors of different lengths.

    >>> hadamard([1, 2], [3, 4])
    [3, 8]
    """
    if len(s) != len(t):
        raise ValueError(f"s ⊙ t takes two vectors of one length, got {len(s)} and {len(t)} elements")
    return [s_j * t_j for s_j, t_j in zip(s, t, strict=True)]


def times(matrix: Matrix, vector: Vector) -> Vector:
    """The product of a matrix and a vector. Raises ValueError where their sizes do not fit.

    >>> times([[1, 2], [3, 4]], [1, 1])
    [3, 7]
    """
    if any(len(row) != len(vector) for row in matrix):
        raise ValueError(f"a {len(matrix)}×{len(matrix[0])} matrix takes a vector of {len(matrix[0])}, got one of {len(vector)}")
    return [sum(hadamard(row, vector)) for row in matrix]


def transposed(matrix: Matrix) -> Matrix:
    """The matrix with rows and columns changed over.

    >>> transposed([[1, 2, 3], [4, 5, 6]])
    [[1, 4], [2, 5], [3, 6]]
    """
    return [list(column) for column in zip(*matrix, strict=True)]


def sigma(z: Vector) -> Vector:
    """The S-shaped function σ of each element."""
    return [1 / (1 + exp(-z_j)) for z_j in z]


def slopes(z: Vector) -> Vector:
    """σ′ of each element: a(1 − a), where a is σ of it."""
    return [a_j * (1 - a_j) for a_j in sigma(z)]


def symbol(name: str, layer: int, *places: int) -> str:
    """How the course writes an element, with the layer above; an underscore stands before what the course puts below.

    >>> symbol("w", 3, 1, 2), symbol("δ", 2, 1)
    ('w³_12', 'δ²_1')
    """
    return f"{name}{str(layer).translate(ABOVE)}_{''.join(map(str, places))}"


class FiveSteps(NamedTuple):
    """What the algorithm finds: `a` begins with the inputs, a¹; all others with layer 2. `by_b` and `by_w` are derivatives of C."""

    a: list[Vector]
    z: list[Vector]
    delta: list[Vector]
    by_b: list[Vector]
    by_w: list[Matrix]


def five_steps(x: Vector, w: Sequence[Matrix], b: Sequence[Vector], y: Vector) -> FiveSteps:
    """The course's algorithm: the derivatives of C = ½‖y − a‖² by all weights and biases.

    `w` and `b` hold the matrix and the biases of each layer from 2 on. Raises ValueError where sizes do not fit.

    >>> five_steps([1.0], [[[0.0]]], [[0.0]], [0.0]).by_w
    [[[0.125]]]
    """
    a, z = [x], []  # 1. input
    for matrix, bias in zip(w, b, strict=True):  # 2. forward
        z.append([total + b_j for total, b_j in zip(times(matrix, a[-1]), bias, strict=True)])
        a.append(sigma(z[-1]))
    delta = [hadamard([a_j - y_j for a_j, y_j in zip(a[-1], y, strict=True)], slopes(z[-1]))]  # 3. the error of the output layer
    for matrix, z_l in zip(reversed(w[1:]), reversed(z[:-1]), strict=True):  # 4. the errors, backwards
        delta.insert(0, hadamard(times(transposed(matrix), delta[0]), slopes(z_l)))
    by_w = [[[a_k * delta_j for a_k in before] for delta_j in delta_l] for before, delta_l in zip(a, delta, strict=False)]  # 5. output
    return FiveSteps(a, z, delta, delta, by_w)


class Layer(NamedTuple):
    """One layer of a net of Values, from 2 on."""

    w: list[list[Value]]
    b: list[Value]
    z: list[Value]
    a: list[Value]


class Example(NamedTuple):
    """A net of Values applied to one sample: the inputs a¹, the layers from 2 on, the wanted outputs y, the cost C of this sample."""

    inputs: list[Value]
    layers: list[Layer]
    y: Vector
    cost: Value

    def five_steps(self) -> FiveSteps:
        """What the algorithm finds for this net, without looking at its graph."""
        w = [[[weight.data for weight in row] for row in layer.w] for layer in self.layers]
        return five_steps([x.data for x in self.inputs], w, [[bias.data for bias in layer.b] for layer in self.layers], self.y)

    def parameters(self) -> list[Value]:
        """All weights and biases: for each neuron its bias, then its weights."""
        return [parameter for layer in self.layers for bias, row in zip(layer.b, layer.w, strict=True) for parameter in (bias, *row)]

    def largest_difference(self, found: FiveSteps) -> float:
        """How far the derivatives found are from those that the graph gives, at most."""
        listed = [
            number
            for by_b, by_w in zip(found.by_b, found.by_w, strict=True)
            for delta_j, row in zip(by_b, by_w, strict=True)
            for number in (delta_j, *row)
        ]
        return max(abs(x - y) for x, y in zip(listed, ag.grad(self.cost, self.parameters()), strict=True))

    def as_neurons(self) -> Neurons:
        """The net as neurons, each with its activation."""
        columns = [self.inputs, *(layer.a for layer in self.layers)]
        return fully_connected(columns, [layer.w for layer in self.layers], [layer.b for layer in self.layers])


def of_course_004() -> Example:
    """The net of course 004, each bias a variable of its own, in the notation of course 002."""
    net = two_two_two.build(biases=two_two_two.four_biases())
    net.targets[0].label, net.targets[1].label = "y_1", "y_2"
    layers = [_layer(net.hidden), _layer(net.output)]
    return _labelled(Example(list(net.inputs), layers, [target.data for target in net.targets], net.loss))


def _layer(of: Sequence[two_two_two.Neuron]) -> Layer:
    return Layer([list(neuron.weights) for neuron in of], [neuron.bias for neuron in of], [n.net for n in of], [n.out for n in of])


def of_network(net: nn.MLP, x: Vector, y: Vector) -> Example:
    """A network of sigmoid neurons applied to one sample, in the notation of course 002.

    >>> example = of_network(nn.MLP(2, [3, 1], rng=0), [1.0, 0.5], [1.0])
    >>> example.largest_difference(example.five_steps()) < 1e-12
    True
    """
    inputs = [ag.constant(number) for number in x]
    layers, a = [], inputs
    for layer in net.layers:
        a = layer(a)
        z = [activation.operands[0] for activation in a]
        layers.append(Layer([neuron.weights for neuron in layer.neurons], [neuron.bias for neuron in layer.neurons], z, a))
    return _labelled(Example(inputs, layers, y, nn.quadratic_cost(a, y)))


def _labelled(example: Example) -> Example:
    """Name the Values as the course does: a¹_1, w²_12, z²_1, …, C."""
    example.cost.label = "C"
    for number, x in enumerate(example.inputs, 1):
        x.label = symbol("a", 1, number)
    for level, layer in enumerate(example.layers, 2):
        for j, (row, b, z, a) in enumerate(zip(*layer, strict=True), 1):
            b.label, z.label, a.label = (symbol(name, level, j) for name in "bza")
            for k, weight in enumerate(row, 1):
                weight.label = symbol("w", level, j, k)
    return example
