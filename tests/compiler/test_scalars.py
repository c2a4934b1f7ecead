"""Scalars: what is written is needed, written once, and says what the graph says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf, isnan, nan, prod
from random import Random

import numpy as np
import odd_nets
import pytest
from dense_nets import two_biases
from hypothesis import given
from hypothesis import strategies as st
from net import Net, vector
from nets import Drawn, nets
from oracle import agree, eager
from samples import batch
from structure import compiled
from test_nets import BACKENDS, TOLERANCE

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.checks import Expression, expressions
from autograd_mini.compiler.array_program import Apply, ArrayProgram
from autograd_mini.compiler.reading import Scalars
from autograd_mini.compiler.scalars import CONSTANT, FIXED, INPUT, PARAMETER, RATE, Pen, Scalar
from autograd_mini.errors import NonFiniteError

ANY = expressions(rows=ops.TABLE.values())


def read(net: Net) -> Scalars:
    return Scalars.of(net.loss, net.fed, net.parameters, net.outputs)


def scalar_of(*results: Value, inputs: Sequence[Value] = (), parameters: Sequence[Value] = ()) -> list[Scalar]:
    """The scalars of some nodes of one graph."""
    scalars = Scalars.of(results[0], inputs, parameters, results[1:])
    return [scalars.loss, *scalars.outputs]


def numbers_of(scalars: Scalars, inputs: Sequence[float], parameters: Sequence[float]) -> Mapping[Scalar, float]:
    """Every scalar for one sample, one after another: the definition of what a scalar is."""
    sources = {INPUT: inputs, PARAMETER: parameters, RATE: (1.0, 1.0)}
    numbers: dict[Scalar, float] = {}
    for scalar in scalars.order:
        if scalar.source in sources:
            numbers[scalar] = sources[scalar.source][int(scalar.number)]
        elif scalar.source in (CONSTANT, FIXED):
            numbers[scalar] = scalar.number
        elif scalar.op:
            numbers[scalar] = scalar.op.kernel(*[numbers[operand] for operand in scalar.operands])
        else:
            numbers[scalar] = scalar.number + sum(c * prod([numbers[factor] for factor in factors]) for c, factors in scalar.terms)
    return numbers


# --- what the scalars say -----------------------------------------------------------------------------------------


@given(ANY, st.integers(0, 3))
def test_the_scalars_of_an_expression_say_what_it_says(expression: Expression, fed: int) -> None:
    leaves, loss = expression.record()
    inputs, parameters = leaves[:fed], leaves[fed:]
    scalars = Scalars.of(loss, inputs, parameters, [loss])
    numbers = numbers_of(scalars, [x.data for x in inputs], [w.data for w in parameters])
    assert numbers[scalars.loss] == pytest.approx(loss.data, rel=1e-12, abs=1e-12)
    assert scalars.outputs == (scalars.loss,)
    assert [numbers[gradient] for gradient in scalars.gradients] == pytest.approx(ag.grad(loss, parameters), rel=1e-11, abs=1e-11)


@given(nets())
def test_what_is_written_is_needed_and_stands_behind_its_operands(found: Drawn) -> None:
    scalars = read(found.net)
    wanted = {*scalars.inputs, *scalars.parameters, scalars.loss, *scalars.outputs, *scalars.gradients}
    needed = wanted | {operand for scalar in scalars.order for operand in scalar.operands}
    assert set(scalars.order) == needed
    assert len(scalars.order) == len(needed)
    place = {scalar: i for i, scalar in enumerate(scalars.order)}
    assert all(place[operand] < place[scalar] for scalar in scalars.order for operand in scalar.operands)


@given(nets())
def test_a_scalar_is_batched_and_moves_as_its_operands_do(found: Drawn) -> None:
    scalars = read(found.net)
    for scalar in scalars.order:
        if scalar.source is None and scalar not in scalars.gradients:
            assert scalar.moves == any(operand.moves for operand in scalar.operands)
            if scalar.op:
                assert scalar.batched == any(operand.batched for operand in scalar.operands)
        assert (scalar.op is None) or not scalar.terms
        assert all(len(factors) in (1, 2) for _, factors in scalar.terms)
        assert scalar.op or scalar.operands == tuple(factor for _, factors in scalar.terms for factor in factors)


@given(nets())
def test_no_two_scalars_are_the_same_but_gradients(found: Drawn) -> None:
    scalars = read(found.net)
    said = [
        (scalar.op, scalar.operands) if scalar.op else (scalar.number, frozenset(scalar.terms), scalar.batched)
        for scalar in scalars.order
        if scalar.source is None and scalar not in scalars.gradients
    ]
    assert len(set(said)) == len(said)


@given(nets())
def test_a_gradient_belongs_to_one_parameter_and_nobody_reads_it(found: Drawn) -> None:
    scalars = read(found.net)
    assert len(set(scalars.gradients)) == len(found.net.parameters)
    assert not {*scalars.gradients} & {scalars.loss, *scalars.outputs, *scalars.inputs, *scalars.parameters}
    assert not any(operand in scalars.gradients for scalar in scalars.order for operand in scalar.operands)
    assert not any(gradient.batched for gradient in scalars.gradients)


def test_parameters_with_one_gradient_get_one_each() -> None:
    net = two_biases(Random(0))
    scalars = read(net)
    gradient = dict(zip(net.parameters, scalars.gradients, strict=True))
    b, c = ([w for w in net.parameters if w.label == label] for label in ("b1[0]", "c[0]"))
    assert gradient[b[0]].terms == gradient[c[0]].terms
    assert gradient[b[0]] is not gradient[c[0]]


# --- the same is written once -------------------------------------------------------------------------------------


@given(ANY)
def test_an_expression_recorded_twice_is_one_scalar(expression: Expression) -> None:
    leaves, loss = expression.record()
    first, second = scalar_of(loss, expression(*leaves), parameters=leaves)
    assert first is second


X, Y, Z, W, V = (Value(x, label) for x, label in ((0.5, "x"), (1.5, "y"), (2.5, "z"), (3.5, "w"), (0.25, "v")))
SAME: list[Callable[[], tuple[Value, Value]]] = [
    lambda: (X**2, X * X),
    lambda: (X**1, X + 0.0),
    lambda: (X / 4.0, 0.25 * X),
    lambda: (X * W, W * X),
    lambda: (X + W + Y, Y + (W + X)),
    lambda: (X - W, -(W - X)),
    lambda: (X * W + Y * V, ag.sum([V * Y, W * X])),
    lambda: (2.0 * (X + Y), X + X + Y + Y),
    lambda: (X * W + 3.0 + 4.0, 7.0 + X * W),
    lambda: ((X + W).tanh(), (W + X).tanh()),
    lambda: ((X * 1.0).exp(), ops.neg(-X).exp()),
    lambda: ((2.0 * X) * (3.0 * W), 6.0 * (X * W)),
    lambda: (ag.logsumexp([X, Y]), ag.logsumexp([X, 1.0 * Y])),
]


@pytest.mark.parametrize("said", SAME)
@pytest.mark.parametrize("fed", [0, 2, 3])
def test_what_is_the_same_is_one_scalar_however_it_is_said(said: Callable[[], tuple[Value, Value]], fed: int) -> None:
    leaves = [X, Y, Z, W, V]
    first, second = scalar_of(*said(), inputs=leaves[:fed], parameters=leaves[fed:])
    assert first is second


DIFFERENT: list[Callable[[], tuple[Value, Value]]] = [
    lambda: (X - W, W - X),
    lambda: (X / W, W / X),
    lambda: (X * 0.0, Y * 0.0),
    lambda: (ag.gt(X, W), ag.ge(X, W)),
    lambda: (ag.logsumexp([X, X]), ag.logsumexp([X])),
    lambda: (X**3, X * X),
]


@pytest.mark.parametrize("said", DIFFERENT)
def test_what_differs_is_two_scalars(said: Callable[[], tuple[Value, Value]]) -> None:
    first, second = scalar_of(*said(), inputs=[X, Y], parameters=[Z, W, V])
    assert first is not second


# --- constants ----------------------------------------------------------------------------------------------------


@given(ANY)
def test_what_no_input_or_parameter_reaches_is_a_constant(expression: Expression) -> None:
    _, loss = expression.record()
    x = Value(1.0)
    first, second = scalar_of(x, loss, inputs=[x])
    assert first.source is INPUT
    assert second.is_constant
    assert second.number == pytest.approx(loss.data, rel=1e-13, abs=1e-13)


def test_constants_go_into_the_coefficients() -> None:
    [scalar] = scalar_of(ag.sin(ag.constant(2.0)) * 3.0 * X * W + ag.constant(1.0) + 5.0, inputs=[X], parameters=[W])
    [(coefficient, _)] = scalar.terms
    assert coefficient == pytest.approx(3.0 * np.sin(2.0))
    assert scalar.number == 6.0


def test_0_times_a_number_is_kept() -> None:
    """0 × inf is nan, as in the graph."""
    [scalar] = scalar_of(X * 0.0, inputs=[X])
    assert [(c, len(factors)) for c, factors in scalar.terms] == [(0.0, 1)]
    loss = ag.exp(1000.0 * X) * 0.0 + W
    for backend in BACKENDS:
        program = ag.compile(loss, inputs=[X], parameters=[W], backend=backend)
        assert program([[0.5]]).loss == W.data
        with pytest.raises(NonFiniteError, match="the loss of row 1 is nan"):
            program([[0.5], [2.0]])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "loss",
    [
        lambda x, w: ag.minimum(x * w, inf) + ag.maximum(x, -inf),
        lambda x, w: ag.where(ag.gt(x, inf), nan, x * w),
        lambda x, w: x * w + ag.where(ag.gt(w, -inf), w, nan),
        lambda x, w: (x + w) / inf + w * x,
        lambda x, w: ag.logsumexp([x * w, -inf]),
        lambda x, w: ag.sigmoid(ag.constant(inf)) * w * x,
        lambda x, w: ag.where(0.0, -inf, x) * w,
    ],
)
def test_constants_that_are_not_finite(loss: Callable[..., Value], backend: str) -> None:
    x, w = Value(0.5, "x"), Value(2.0, "w")
    net = Net(loss(x, w), [[x]], [w], [x * w])
    agree(compiled(net, outputs=True, backend=backend)(*(arrays := [np.array([[0.25], [3.0], [-1.0]])])), eager(net, arrays), TOLERANCE)


def test_a_constant_is_one_scalar() -> None:
    pen = Pen()
    assert pen.scalar(pen.symbol(2.0)) is pen.scalar(pen.symbol(1.0) + 1.0) is pen.scalar(pen.symbol(4.0) / 2.0)
    assert isnan(pen.scalar(pen.symbol(nan)).number)


def test_a_symbol_has_no_number_to_decide_by() -> None:
    symbol = Pen().leaf(INPUT, 0, batched=True)
    with pytest.raises(TypeError, match="has no number to compare"):
        bool(symbol == 1.0)
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(symbol)


# --- rows of one's own --------------------------------------------------------------------------------------------


def applied(program: ArrayProgram) -> list[str]:
    """The names of the rows that a program applies."""
    return [each.op.name for each in program.instructions if isinstance(each, Apply)]


def against_the_graph(net: Net) -> None:
    arrays = batch(net, 3, Random(0))
    for backend in BACKENDS:
        agree(compiled(net, outputs=True, backend=backend)(*arrays), eager(net, arrays), TOLERANCE)


def test_a_row_that_can_be_traced_is_taken_apart() -> None:
    [x], ws = vector(Random(0), 1, "x"), vector(Random(1), 3, "w")
    net = Net(ag.sum([odd_nets.softsign(w * x) for w in ws] + [odd_nets.blend(w, x) for w in ws]), [[x]], ws)
    assert {"abs", "div"} <= set(applied(compiled(net).array_program)) <= set(ops.TABLE)
    against_the_graph(net)


def test_a_row_that_takes_plain_numbers_is_called_and_so_is_its_rule() -> None:
    branching = ag.operation("hinge", lambda x: x if x > 0 else 0.1 * x, lambda x, out: 1.0 if x > 0 else 0.1)
    [x], ws = vector(Random(0), 1, "x"), vector(Random(1), 3, "w")
    net = Net(ag.sum([branching(w * x) for w in ws]), [[x]], ws)
    assert applied(compiled(net).array_program) == ["hinge", "hinge_d1"]
    against_the_graph(net)


def test_a_row_whose_kernel_alone_takes_plain_numbers_has_its_rule_traced() -> None:
    mixed = ag.operation("bent", lambda x: float(x) ** 3, lambda x, out: 3.0 * x * x)
    [x], ws = vector(Random(0), 1, "x"), vector(Random(1), 3, "w")
    net = Net(ag.sum([mixed(w * x) for w in ws]), [[x]], ws)
    assert applied(compiled(net).array_program) == ["bent"]
    against_the_graph(net)


def test_rows_with_one_name_are_told_apart() -> None:
    one = ag.operation("cube", lambda x: float(x) ** 3, lambda x, out: 3.0 * float(x) ** 2)
    other = ag.operation("cube", lambda x: float(x) ** 3 + 1.0, lambda x, out: 3.0 * float(x) ** 2)
    third = ag.operation("cube", lambda x: 5.0 * float(x), lambda x, out: 5.0 * float(x) / float(x))
    [x], ws = vector(Random(0), 1, "x"), vector(Random(1), 3, "w")
    net = Net(ag.sum([op(w * x) for w, op in zip(ws, (one, other, third), strict=True)]), [[x]], ws, [op(x) for op in (third, other, one)])
    against_the_graph(net)


@pytest.mark.parametrize("name", ["t3", "own0", "v0", "p0", "n1", "g0", "x0_0", "x", "p", "run", "make", "c4", "inf", "copyto", "take"])
def test_a_row_may_be_called_what_our_own_names_are(name: str) -> None:
    own = ag.operation(name, lambda x: float(x) ** 2 + 2.0, lambda x, out: 2.0 * float(x))
    [x], ws = vector(Random(0), 1, "x"), vector(Random(1), 3, "w")
    against_the_graph(Net(ag.sum([own(w * x).tanh() * w + ag.minimum(w, inf) for w in ws]), [[x]], ws, [own(ws[0])]))
