"""Compiled: how the single numbers of a 3-4-2 net become a few lines of matrices, and that both say the same.

What you can do with this file: `python -m demos compiled` tells the lesson, `--step` steps through the net's graph, number by number;
`python -i -m demos.compiled` leaves `example` and `program` in the REPL: try `print(program.explain())`. The three ways to the
derivatives are in `three_ways.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from typing import TYPE_CHECKING

import autograd_mini as ag
from autograd_mini.graph import topological_order
from autograd_mini.number import show
from demos.blocks import Block, Figure, Figures, Heading, Picture, Row, Say, Table
from demos.brackets import beside, bracketed
from demos.report import alone, vector
from demos.three_ways import Example, Sample, largest_difference, recorded
from demos.words import N_, _

if TYPE_CHECKING:
    from autograd_mini.compiler.explaining.explanation import Line
    from autograd_mini.compiler.profiling import Statement

__all__ = ["SAMPLES", "SLIDES", "TITLE", "build", "step", "tell"]

TITLE = N_("From scalars to matrices: a graph is compiled")
SLIDES = ""

SAMPLES: tuple[Sample, ...] = (([0.5, -1.0, 2.0], [1.0, 0.0]), ([1.0, 0.0, -0.5], [0.0, 1.0]), ([-1.0, 1.5, 0.5], [1.0, 1.0]))

#: What a line of the program is in course 002: by its array (z¹ and z² are a z), or by the number of its equation.
COURSE = {"z": "zˡ = wˡaˡ⁻¹ + bˡ", "a": "aˡ = σ(zˡ)", "a² − y": "∇ₐC = aᴸ − y", "C": "C = ½‖y − aᴸ‖²"}
EQUATIONS = {1: "δᴸ = ∇ₐC ⊙ σ′(zᴸ)", 2: "δˡ = ((wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ′(zˡ)", 3: "∂C/∂b = δ", 4: "∂C/∂w = a_in δ_out"}


def build() -> Example:
    """The 3-4-2 network and its first sample; not yet differentiated."""
    return recorded(4, *SAMPLES[0])


def step() -> ag.Walk:
    """The walk through this lesson's graph, from one z or a to the next."""
    return ag.walk(build().cost, by="labels")


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson: single numbers, the matrices in them, forward and back; what the compiler finds; side by side; 784 inputs."""
    example = build()
    yield from _graph(example)
    yield from _forward(example)
    example.cost.backward()
    yield from _back(example)
    program = example.compiled()
    yield from _found(program)
    yield from _side_by_side(example, program)
    yield from _what_became(example, program)
    yield from _numpy(program)
    yield from _digits(program)
    yield from _notes()


def _graph(example: Example) -> Iterator[Block]:
    x, y = SAMPLES[0]
    yield Heading(_("A net, number by number"))
    yield Say(
        _("Three inputs, four hidden neurons, two outputs, the cost C = ½‖y − a‖²."),
        _("(Ours: the numbers of this lesson.) One sample, x = {x} and y = {y}.", x=vector(x), y=vector(y)),
        _("In its graph each number is a node:"),
    )
    yield Table(("", _("nodes")), _kinds(example))
    yield Picture("compiled_graph", ag.draw(example.cost, limit=30), _("the graph, a box for each neuron; the exponents stand in circles"))


def _kinds(example: Example) -> Iterator[Row]:
    """How many nodes there are of each kind."""
    order = topological_order([example.cost])
    kinds = Counter(node.op.name for node in order if node.op)
    held, parameters = len(example.xs) + len(example.ys), len(example.net.parameters())
    counts = {
        _("inputs x, wanted outputs y"): held,
        _("weights, biases"): parameters,
        _("constants: ½, and twice the exponent 2"): len(order) - kinds.total() - held - parameters,
        _("products ×"): kinds["mul"],
        _("sums + and Σ"): kinds["add"] + kinds["sum"],
        "σ": kinds["sigmoid"],
        _("differences − and squares"): kinds["sub"] + kinds["pow"],
        _("all together"): len(order),
    }
    for what, count in counts.items():
        yield what, Figure(what, count)


def _forward(example: Example) -> Iterator[Block]:
    layer, xs = example.layers[0], [show(x.data) for x in example.xs]
    weights, biases = [[f"{w.data:.4f}" for w in row] for row in layer.w], [f"{bias.data:.4f}" for bias in layer.b]
    z = [Figure(f"z_{j}", z.data, decimals=4) for j, z in enumerate(layer.z, 1)]
    yield Heading(_("Does a computer have to go through them one by one?"))
    yield Say(
        _("Look at one neuron of the first layer. It is one sum of products:"),
        "  z_1 = w_11·x_1 + w_12·x_2 + w_13·x_3 + b_1",
        _("All four neurons read the same three inputs. Write their sums below each other:"),
    )
    products = [[f"{w} × {x}" for w, x in zip(row, xs, strict=True)] for row in weights]
    rows: Iterator[Row] = ((str(j), *row, b, total) for j, (row, b, total) in enumerate(zip(products, biases, z, strict=True), 1))
    yield Table(("j", "w_j1 × x_1", "w_j2 × x_2", "w_j3 × x_3", "b_j", "z_j"), rows)
    totals, inputs, added = (bracketed([[cell] for cell in column]) for column in ([figure.shown for figure in z], xs, biases))
    yield Say(
        _("Down each column x stands four times. Write it once, and a matrix is left:"),
        *beside(totals, "=", bracketed(weights), "·", inputs, "+", added),
        _("z = W·x + b. W is nothing but the weights, one neuron below the other."),
    )


def _back(example: Example) -> Iterator[Block]:
    layer = example.layers[0]
    yield Heading(_("And the way back?"))
    yield Say(
        _("After backward() the graph has the error δ_j = ∂C/∂z_j at each z_j."),
        _("What does w_jk get? It is a factor of one product, and the other factor is x_k:"),
        _("∂C/∂w_jk = δ_j·x_k. In the graph, twelve times:"),
    )
    rows = enumerate(zip(layer.z, _figures([[weight.grad for weight in row] for row in layer.w]), strict=True), 1)
    columns = (f"x_{k} = {show(x.data)}" for k, x in enumerate(example.xs, 1))
    yield Table(("", *columns), ((f"δ_{j} = {z.grad:.6f}", *row) for j, (z, row) in rows))
    yield Say(
        _("A multiplication table: each δ meets each x exactly once. That is ∂C/∂W = δxᵀ."),
        _("And a hidden a_k? It has gone to both outputs, so two products come back:"),
    )
    yield Table(("k", "w²_1k × δ²_1", "w²_2k × δ²_2", "∂C/∂a_k"), _returned(example))
    yield Say(
        _("The weights of the second layer, read down the columns: (W²)ᵀδ², the transpose."),
        _("The compiler looks for nothing else: sums of products in which each of p rows of"),
        _("factors meets each of q rows of factors exactly once."),
    )


def _returned(example: Example) -> Iterator[Row]:
    """What comes back to each hidden neuron, from each output."""
    hidden, output = example.layers
    for k, (a, weights) in enumerate(zip(hidden.a, zip(*output.w, strict=True), strict=True), 1):
        products = (f"{w.data:.4f} × {z.grad:.6f}" for w, z in zip(weights, output.z, strict=True))
        yield str(k), *products, Figure(f"∂C/∂a_{k}", a.grad, decimals=6)


def _figures(matrix: Sequence[Sequence[float]], *where: str) -> list[list[Figure]]:
    """A matrix of derivatives, each with its place in its name."""
    name = _(", ").join(["∂C/∂w_{j}{k}", *where])
    return [[Figure(name.format(j=j, k=k), x, decimals=6) for k, x in enumerate(row, 1)] for j, row in enumerate(matrix, 1)]


def _found(program: ag.Program) -> Iterator[Block]:
    lines = program.explain().lines
    computed = sum(line.nodes for line in lines)
    yield Heading(_("What ag.compile finds"))
    yield Say(
        "  program = ag.compile(C, inputs=[xs, ys], parameters=net.parameters())",
        "  print(program.explain())",
        _("Its lines, how many nodes each stands for, and what course 002 calls it:"),
    )
    rows = [(line.formula, _("gradient") if line.backward else Figure(line.formula, line.nodes), _of_course(line)) for line in lines]
    total = Figure(_("nodes in all lines"), computed)
    yield Table((_("line"), _("nodes"), _("in course 002")), [*rows, (_("all together"), total, "")])
    yield Say(
        _("The other {count} nodes are inputs, parameters, constants.", count=program.nodes - computed),
        _("Layer 1 here is the first layer of weights. The course counts the inputs, too:"),
        _("our layer 1 is its ℓ = 2, our layer 2 its L = 3."),
        _("(1) to (4) are the four equations. Nobody has told the compiler: they are the"),
        _("chain rule for single numbers, with what is computed alike taken together."),
    )


def _of_course(line: Line) -> str:
    equations = "  ".join(f"({number}) {EQUATIONS[number]}" for number in sorted(line.equations))
    return equations or COURSE.get(line.formula.partition(" = ")[0].rstrip("¹²"), "")


def _side_by_side(example: Example, program: ag.Program) -> Iterator[Block]:
    yield Heading(_("Side by side"))
    yield Say(
        _("The same {count} derivatives in three ways: by backward(), number by number;", count=len(program.values)),
        _("by the program; by the five steps of course 002, their matrices written by hand."),
        _("The largest difference from backward():"),
    )
    samples = {_("one sample"): SAMPLES[:1], _("a batch of three"): SAMPLES}
    yield Table(("", _("program"), _("five steps")), (_apart(what, example, program, batch) for what, batch in samples.items()))
    cost, result = example.mean_cost(SAMPLES), program(*zip(*SAMPLES, strict=True))
    yield Say(
        _("Rounding errors, no more: the sums are added in another order."),
        _("For three samples a graph has {count} nodes. The program stays as it is: B = 3.", count=len(topological_order([cost]))),
        _("∂C/∂W¹ of the batch, a 4×3 matrix, both ways:"),
    )
    graph = _figures([ag.grad(cost, row) for row in example.layers[0].w], _("batch"), _("graph"))
    arrays = _figures([result.gradients_of(row) for row in example.layers[0].w], _("batch"), _("program"))
    columns = (f"{where} w_j{k}" for where in (_("graph"), _("program")) for k in (1, 2, 3))
    yield Table(("j", *columns), ((str(j), *left, *right) for j, (left, right) in enumerate(zip(graph, arrays, strict=True), 1)))


def _apart(what: str, example: Example, program: ag.Program, samples: Sequence[Sample]) -> Row:
    """How far the program and the five steps are from the graph, at most."""
    graph, result = example.in_graph(samples), program(*zip(*samples, strict=True))
    ways = {_("program"): result.gradients.tolist(), _("five steps"): example.five_steps(samples)}
    return what, *(Figure(_(", ").join([what, way]), largest_difference(x, graph), significant=2) for way, x in ways.items())


def _what_became(example: Example, program: ag.Program) -> Iterator[Block]:
    first, *_between, by_weight, _last = program.explain().lines
    layer = example.layers[0]
    rows = [[f"{x.data:.4f}" for x in (*row, bias)] for row, bias in zip(layer.w, layer.b, strict=True)]
    inputs = [[show(x.data)] for x in example.xs]
    yield Heading(_("What became of the biases, and of the batch"))
    yield Say(
        _("A bias is the weight of an input that is always 1. So b is one more column of W,"),
        _("below x stands a 1, and one product does it all, {shapes}:", shapes=first.computed_as),
        *beside(bracketed(rows), "·", bracketed([*inputs, ["1"]])),
        _("The mean over the samples takes no line of its own either. In δ¹xᵀ, {shapes},", shapes=by_weight.shapes),
        _("the sum runs over the B samples; 1/B goes into δ², where the way back begins."),
    )
    yield Picture("compiled", ag.draw(program), _("the program, a box for each line"))


def _numpy(program: ag.Program) -> Iterator[Block]:
    calls = _calls(program)
    shown = [call for call in calls if call.is_product or call.formula.startswith("a¹ = ")]
    yield Heading(_("In NumPy"))
    yield Say(
        _("print(program.source) shows the program as NumPy. A training step is {count} calls,", count=len(calls)),
        _("each into an array that is there already. The matrix products, and one σ:"),
    )
    yield Table((_("call"), _("line")), ((call.text, call.formula) for call in shown))
    yield Say(
        _("v holds all values, p the parameters, g the gradients: v0_4 is v[0:4]."),
        _("What each call takes on your machine: print(program.profile(batch_xs, batch_ys))"),
    )


def _calls(program: ag.Program) -> Sequence[Statement]:
    """The calls of a training step: the profile lists them. Its times, which vary, are not shown."""
    return program.profile(*([[0.0] * size] for size in program.feeds.sizes), repeat=1).statements


def _digits(small: ag.Program) -> Iterator[Block]:
    rng = Random(0)
    x, y = [rng.random() for _pixel in range(784)], [float(digit == 3) for digit in range(10)]
    example = recorded(30, x, y)
    large = example.compiled()
    example.cost.backward()
    apart = largest_difference(large([x], [y]).gradients.tolist(), [value.grad for value in large.values])
    yield Heading(_("The same with 784 inputs"))
    yield Say(_("784-30-10 reads handwritten digits. Here 784 random numbers are picture enough:"))
    yield Table(("", "3-4-2", "784-30-10"), _sizes(small, large))
    products = [(a, b) for a, b in zip(small.explain().lines, large.explain().lines, strict=True) if "@" in a.shapes]
    yield Say(_("The same lines. Larger are the matrices only, here those of the five products:"))
    yield Table((_("line"), "3-4-2", "784-30-10"), ((a.formula, a.shapes, b.shapes) for a, b in products))
    yield Figures(Figure(_("largest difference from backward(), {count} derivatives", count=len(large.values)), apart, significant=2))
    yield Say(
        _("One picture or ten, the {count} calls are the same. Times: see docs/compiler.md.", count=len(_calls(large))),
        _("The graph shows where each number comes from, the program is quick."),
        _("Both say the same."),
    )


def _sizes(small: ag.Program, large: ag.Program) -> Iterator[Row]:
    """What is counted of both, a row for each count."""
    counts = {
        _("nodes of the graph"): (small.nodes, large.nodes),
        _("lines"): (len(small.explain().lines), len(large.explain().lines)),
        _("array instructions"): (len(small.array_program.instructions), len(large.array_program.instructions)),
        _("calls in a training step"): (len(_calls(small)), len(_calls(large))),
    }
    for what, (few, many) in counts.items():
        yield what, Figure(f"{what}, 3-4-2", few), Figure(f"{what}, 784-30-10", many)


def _notes() -> Iterator[Block]:
    yield Heading(_("Notes on the course"))
    yield Say(
        _("(Ours: this lesson.) The courses have no compiler. Theirs: the four equations,"),
        _("in 002 on the slides 反向传播的四个方程, and the five steps, on 反向传播算法:"),
        _("see the lesson four_equations."),
    )


if __name__ == "__main__":
    alone(_(TITLE), tell)
    example = build()
    program = example.compiled()
    example.cost.backward()
