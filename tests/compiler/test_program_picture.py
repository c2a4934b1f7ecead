"""The picture of a program: every array has its box, and arrows join what reads to what is read."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from nets import Drawn, nets

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.compiler.explaining.equations import Equations


def network(*sizes: int) -> ag.Program:
    net = nn.MLP(sizes[0], sizes[1:], rng=0)
    xs, ys = ([Value(0.1, f"{name}[{i}]") for i in range(size)] for name, size in (("x", sizes[0]), ("y", sizes[-1])))
    return ag.compile(nn.quadratic_cost(net(xs), ys), inputs=[xs, ys], parameters=net.parameters())


def test_a_network() -> None:
    picture = network(784, 30, 10).__picture__()
    names = [node.text for node in picture.nodes]
    leaves = [node.text for node in picture.nodes if node.kind == "leaf"]
    assert sorted(leaves) == sorted(["W¹: 30×784", "W²: 10×30", "b¹: 30", "b²: 10", "x: 784×B", "y: 10×B"])
    arrows = {(names[edge.tail].partition(" = ")[0], names[edge.head].partition(" = ")[0]) for edge in picture.edges}
    assert {(tail, head) for tail, head in arrows if head == "δ¹"} == {("δ²", "δ¹"), ("σ′(z¹)", "δ¹"), ("W²: 10×30", "δ¹")}
    assert {head for tail, head in arrows if tail == "a² − y"} == {"C", "δ²"}
    assert "∂C/∂b¹ = δ¹" in picture.nodes[names.index("∂C/∂W¹ = δ¹ xᵀ")].notes
    assert "30×784 @ 784×B" in picture.nodes[names.index("z¹ = W¹·x + b¹")].notes
    assert "δ¹ = (W²ᵀ δ²) ⊙ σ′(z¹): 30×10 @ 10×B" in picture.words


def test_it_is_drawn_and_the_same_each_time() -> None:
    drawing = ag.draw(network(3, 4, 2))
    assert ElementTree.fromstring(drawing.svg()).tag.endswith("svg")
    assert drawing.svg() == ag.draw(network(3, 4, 2)).svg()


@given(nets(200))
def test_all_arrays_are_there(drawn: Drawn) -> None:
    net = drawn.net
    program = ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters, outputs=net.outputs)
    picture, equations = program.__picture__(), Equations(program.array_program)
    assert [node.said.rpartition(": ")[0] for node in picture.nodes if node.kind == "group"] == [line.text for line in equations.lines]
    boxes = sum(node.kind == "group" for node in picture.nodes)
    read = {array for line in equations.lines for array in equations.read(line) if array.buffer[0] in "xp"}
    assert len(picture.nodes) == boxes + len(read)
    assert all(edge.tail < edge.head for edge in picture.edges)
