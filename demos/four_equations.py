"""The four equations: backpropagation with matrices and errors δ, held against the graph, number by number.

What you can do with this file: `python -m demos four_equations` tells the lesson, `--step` steps through its graph;
`python -i -m demos.four_equations` leaves the net of course 004 in the REPL: try `example.five_steps().delta`. The algorithm
itself, in plain lists, is in `matrix_form.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import autograd_mini as ag
import nn
from autograd_mini import Value
from demos.blocks import Block, Figure, Figures, Heading, Picture, Row, Say, Table
from demos.matrix_form import Example, FiveSteps, hadamard, of_course_004, of_network, slopes, symbol, times, transposed
from demos.report import alone, vector
from demos.words import N_, _

__all__ = ["SLIDES", "TITLE", "build", "small_network", "step", "tell"]

TITLE = N_("The four equations: backpropagation with matrices")
SLIDES = "002 反向传播 · Hadamard 乘积 · 反向传播的四个方程 · 反向传播算法"

#: What course 004 prints: δ of the output neurons and of the hidden ones, and ∂C/∂w for w1 to w8.
DELTAS = {3: ("0.138498562", "-0.038098237"), 2: ("0.008771355", "0.009954255")}
BY_WEIGHT = (
    "0.000438568", "0.000877135", "0.000497713", "0.000995425", "0.082167041", "0.082667628", "-0.022602540", "-0.022740242",
)  # fmt: skip
SAMPLES = (([1.0, 0.5], [1.0, 0.0]), ([0.0, 1.0], [0.0, 1.0]), ([-1.0, 0.5], [1.0, 1.0]))
build = of_course_004


def small_network() -> nn.MLP:
    """The 2-3-2 network of the second half."""
    return nn.MLP(2, [3, 2], rng=0)


def step() -> ag.Walk:
    """The walk through this lesson's graph, from one z or a to the next."""
    return ag.walk(build().cost, by="labels", digits=9)


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson, in the order of the slides: the cost, two assumptions, ⊙, the error δ, four equations, the algorithm."""
    example = build()
    yield from _cost()
    yield from _two_assumptions()
    yield from _hadamard()
    yield from _error(example)
    found = example.five_steps()
    yield from _equation_1(example, found)
    yield from _equation_2(example, found)
    yield from _equations_3_and_4(example, found)
    yield from _algorithm()
    yield from _notes()


def _cost() -> Iterator[Block]:
    yield Heading(_("What is wanted, and what it costs"))
    yield Say(_("For a training input x, y(x) is the wanted output. For a picture of the digit 3 it is a vector of ten:"))
    wanted = [float(digit == 3) for digit in range(10)]
    digits = [str(digit) for digit in range(10)]
    yield Table(
        ("", *digits), (("y(x)", *(Figure(f"y(3), {digit}", y, "01"[digit == "3"]) for digit, y in zip(digits, wanted, strict=True))),)
    )
    yield Say(
        _("Over n training inputs the network's outputs aᴸ cost C = 1/(2n) Σₓ ‖y(x) − aᴸ(x)‖², for the course the mean squared error."),
        _("(Ours.) Beware when you compare: a library's mean squared error has no ½, and is a mean over the m outputs too:"),
        _("2/m times as much. For ten outputs of 0.5 and the y(x) above:"),
    )
    outputs = [Value(0.5) for _digit in digits]
    ours, library = nn.quadratic_cost(outputs, wanted), ag.mean([(a - y) ** 2 for a, y in zip(outputs, wanted, strict=True)])
    yield Figures(Figure(_("mean squared error ÷ C, for m = 10"), library.data / ours.data))
    yield Say(
        _("Backpropagation finds ∂C/∂w and ∂C/∂b for every weight w and bias b."),
        _("The input is layer 1, the output layer L; wˡ and bˡ lead into layer ℓ, and wˡ_jk (_ for what stands below) from k to j."),
        _("(The package nn counts layers of weights: its layer 1 is ℓ = 2 here.)"),
    )


def _two_assumptions() -> Iterator[Block]:
    yield Heading(_("Two assumptions"))
    net = small_network()
    examples = [of_network(net, x, y) for x, y in SAMPLES]
    mean = ag.grad(ag.mean([example.cost for example in examples]), net.parameters())
    each = [ag.grad(example.cost, net.parameters()) for example in examples]
    apart = max(abs(m - sum(column) / len(column)) for m, *column in zip(mean, *each, strict=True))
    yield Say(
        _("1. The cost is a mean of costs Cₓ of single samples, C = 1/n Σₓ Cₓ. So its gradient is the mean of theirs."),
        _("(Ours.) On three samples and the {count} parameters of a small network the two differ by at most:", count=len(mean)),
    )
    yield Figures(Figure(_("gradient of the mean − mean of the gradients"), apart, significant=2))
    yield Say(
        _("2. The cost is a function of the network's outputs. So there is a ∂C/∂aᴸ to begin with."),
        _("From here on, C is the cost of one sample, ½‖y − aᴸ‖². There, ∂C/∂aᴸ_j = aᴸ_j − y_j."),
    )


def _hadamard() -> Iterator[Block]:
    yield Heading(_("The Hadamard product ⊙"))
    yield Say(_("s ⊙ t multiplies two vectors element by element, (1, 2) ⊙ (3, 4) = (1×3, 2×4):"))
    product = hadamard([1.0, 2.0], [3.0, 4.0])
    yield Figures(*(Figure(name, value, text) for name, value, text in zip(("1 × 3", "2 × 4"), product, ("3", "8"), strict=True)))


def _error(example: Example) -> Iterator[Block]:
    yield Heading(_("The error δ of a neuron"))
    yield Say(
        _("The numbers from here on are those of course 004: two inputs, two hidden neurons, two outputs, each with its bias."),
        _("Its w5, w6 are the first row of w³, w7, w8 the second; E is called C here."),
        _("The question: if the total input z of a neuron rises by a little, how much does C change?"),
    )
    yield Picture("four_equations_forward", ag.draw(example.as_neurons()), _("the net, in the notation of course 002"))
    example.cost.backward()
    yield Say(_("(Ours.) Try it, by 0.001, at each neuron in turn; beside it what the graph says:"))
    rows = (
        _tried(example, symbol("δ", level, j), z, text)
        for level in (3, 2)
        for j, (z, text) in enumerate(zip(example.layers[level - 2].z, DELTAS[level], strict=True), 1)
    )
    yield Table(("z", _("change of C ÷ change of z"), _("δ = ∂C/∂z, in the graph")), rows)
    yield Say(_("This rate is the error of the neuron, δˡ_j ≡ ∂C/∂zˡ_j. The graph has it at z; the course finds it with four equations."))
    yield Picture("four_equations", ag.draw(example.cost, legend=True), _("δ is the number below each z"))


def _tried(example: Example, name: str, z: Value, course: str, change: float = 0.001) -> Row:
    raised = ag.evaluate(example.cost, {z: z.data + change})[example.cost]
    tried = Figure(_("{name}, tried", name=name), (raised - example.cost.data) / change, decimals=6)
    return str(z.label), tried, Figure(name, z.grad, course)


def _equation_1(example: Example, found: FiveSteps) -> Iterator[Block]:
    output = example.layers[1]
    yield Heading(_("Equation (1): the errors of the output layer"))
    yield Say(_("δᴸ = ∇ₐC ⊙ σ′(zᴸ), here (aᴸ − y) ⊙ σ′(zᴸ): how far off an output is, times how steep σ is there."))
    off = [f"{a.data - y:.9f}" for a, y in zip(output.a, example.y, strict=True)]
    steep = [f"{slope:.9f}" for slope in slopes(found.z[1])]
    yield _table(("a³ − y", "σ′(z³)"), zip(off, steep, _deltas(3, found.delta[1]), _in_graph(output.z), strict=True))


def _equation_2(example: Example, found: FiveSteps) -> Iterator[Block]:
    hidden, output = example.layers
    w3, delta3 = [[weight.data for weight in row] for row in output.w], found.delta[1]
    yield Heading(_("Equation (2): the errors of the layer before"))
    yield Say(
        _("δˡ = ((wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ′(zˡ). A neuron's error comes back to it along its weights, from every neuron that it leads to."),
        _("Forward, w leads from k to j; back, from j to k: that is what the transpose is for."),
    )
    back = times(transposed(w3), delta3)
    carried = [Figure(f"((w³)ᵀδ³){j}", x, text) for j, x, text in zip(("_1", "_2"), back, ("0.036350306", "0.041370323"), strict=True)]
    steep = [f"{slope:.9f}" for slope in slopes(found.z[0])]
    yield _table(("(w³)ᵀδ³", "σ′(z²)"), zip(carried, steep, _deltas(2, found.delta[0]), _in_graph(hidden.z), strict=True))
    yield Say(_("(Ours.) Forget the transpose, and it is w³δ³, row by row where it should be column by column:"))
    forgotten = [Figure(f"(w³δ³){j}", x, decimals=6) for j, x in zip(("_1", "_2"), times(w3, delta3), strict=True)]
    yield Table(("j", "(w³)ᵀδ³", "w³δ³"), ((j, f"{x:.6f}", slip) for j, x, slip in zip("12", back, forgotten, strict=True)))
    yield Say(
        _("Nothing complains: w³ is square, and the numbers look likely. Only a comparison with the graph, or with a what-if, shows it."),
        _("With 3 hidden neurons and 2 outputs the slip stops at once: a 2×3 matrix cannot be multiplied by a vector of 2."),
    )


def _deltas(level: int, delta: Sequence[float]) -> list[Figure]:
    names = [_("{name} by the equation", name=symbol("δ", level, j)) for j in (1, 2)]
    return [Figure(name, x, text) for name, x, text in zip(names, delta, DELTAS[level], strict=True)]


def _in_graph(values: Sequence[Value]) -> list[str]:
    return [f"{value.grad:.9f}" for value in values]


def _table(factors: tuple[str, str], rows: Iterable[Row]) -> Table:
    """Neuron by neuron: two factors, δ as their product, and what the graph has at z."""
    return Table(("j", *factors, "δ", _("in the graph")), ((str(j), *row) for j, row in enumerate(rows, 1)))


def _equations_3_and_4(example: Example, found: FiveSteps) -> Iterator[Block]:
    yield Heading(_("Equations (3) and (4): biases and weights"))
    yield Say(
        _("(3) ∂C/∂bˡ_j = δˡ_j: a bias is added to z as it is."),
        _("(4) ∂C/∂wˡ_jk = aˡ⁻¹_k δˡ_j, or ∂C/∂w = a_in δ_out: the activation that comes in times the error it goes to."),
    )
    course = iter(BY_WEIGHT)
    rows: list[Row] = []
    for layer, a, delta, by_w in zip(example.layers, found.a, found.delta, found.by_w, strict=False):
        for bias, row, delta_j, by_row in zip(layer.b, layer.w, delta, by_w, strict=True):
            rows.append((str(bias.label), f"{delta_j:.9f}", Figure(f"∂C/∂{bias.label}", delta_j, decimals=9), f"{bias.grad:.9f}"))
            for weight, a_k, x in zip(row, a, by_row, strict=True):
                figure = Figure(f"∂C/∂{weight.label}", x, next(course))
                rows.append((str(weight.label), f"{a_k:.9f} × {delta_j:.9f}", figure, f"{weight.grad:.9f}"))
    yield Table(("", _("δ, or a × δ"), _("by the equations"), _("in the graph")), rows)
    yield _difference(example, found)
    yield Picture("four_equations_neurons", ag.draw(example.as_neurons()), _("the net with its derivatives; ∂b is δ"))


def _difference(example: Example, found: FiveSteps) -> Figures:
    count, apart = len(example.parameters()), example.largest_difference(found)
    return Figures(Figure(_("largest difference from backward(), {count} derivatives", count=count), apart, significant=2))


def _algorithm() -> Iterator[Block]:
    x, y = SAMPLES[0]
    example = of_network(small_network(), x, y)
    found = example.five_steps()
    yield Heading(_("The algorithm"))
    yield Say(_("(Ours: the numbers.) A network with 2 inputs, 3 hidden neurons and 2 outputs, random weights, y = {y}:", y=vector(y)))
    yield Say(
        _("1. Input: the activations of layer 1"),
        f"     a¹ = {vector(found.a[0])}",
        _("2. Forward: for ℓ = 2, …, L  zˡ = wˡaˡ⁻¹ + bˡ and aˡ = σ(zˡ)"),
        *(f"     z{level} = {vector(z)}  a{level} = {vector(a)}" for level, z, a in zip("²³", found.z, found.a[1:], strict=True)),
        _("3. The errors of the output layer: δᴸ = ∇ₐC ⊙ σ′(zᴸ)"),
        f"     δ³ = {vector(found.delta[1])}",
        _("4. The errors backwards: for ℓ = L−1, …, 2  δˡ = ((wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ′(zˡ)"),
        f"     δ² = {vector(found.delta[0])}",
        _("5. Output: ∂C/∂wˡ_jk = aˡ⁻¹_k δˡ_j and ∂C/∂bˡ_j = δˡ_j, one row for each neuron"),
    )
    yield from (_rows(level, by_b, by_w) for level, by_b, by_w in zip((2, 3), found.by_b, found.by_w, strict=True))
    yield _difference(example, found)
    example.cost.backward()
    yield Picture("four_equations_small", ag.draw(example.as_neurons()), _("the network, its derivatives from backward()"))


def _rows(level: int, by_b: Sequence[float], by_w: Sequence[Sequence[float]]) -> Table:
    """The derivatives of one layer, a row for each neuron j."""
    columns = (symbol("∂C/∂b", level) + "j", *(f"{symbol('∂C/∂w', level)}j{k}" for k in range(1, len(by_w[0]) + 1)))
    numbers = ((str(j), f"{bias:.9f}", *(f"{x:.9f}" for x in row)) for j, (bias, row) in enumerate(zip(by_b, by_w, strict=True), 1))
    return Table(("j", *columns), numbers)


def _notes() -> Iterator[Block]:
    yield Heading(_("Notes on the course"))
    yield Say(
        _("In the cost on the slides about gradient descent Σ₂ is printed for Σₓ, the sum over the training inputs x."),
        _("There, too, what is to fit the wanted y(x) is the network's output a, not “the network's output y(x)” (网络的输出 y(x))."),
        _("∇ₐC = aᴸ − y holds for the cost of one sample. For the mean of n samples, C = 1/(2n) Σₓ …, each has a factor 1/n."),
    )


if __name__ == "__main__":
    alone(_(TITLE), tell)
    example = build()
    example.cost.backward()
