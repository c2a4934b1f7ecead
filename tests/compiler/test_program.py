"""Programs: every interpreter of the tape gives what the graph gives, for any graph of the op table."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rows import POINTS, ROWS

import autograd_mini as ag
import nn
from autograd_mini import Value, ops
from autograd_mini.checks import Expression, expressions
from autograd_mini.compiler.arrangement import arranged
from autograd_mini.compiler.reading import Scalars
from autograd_mini.compiler.reference import evaluate
from autograd_mini.errors import ConstantError, NonFiniteError

BACKENDS = ("numpy", "floats", "reference")
ANY = expressions(rows=ops.TABLE.values())


def split(expression: Expression, fed: int) -> tuple[list[Value], list[Value], Value]:
    """Inputs, parameters, loss."""
    leaves, loss = expression.record()
    return leaves[: fed % (len(leaves) + 1)], leaves[fed % (len(leaves) + 1) :], loss


# --- the reference evaluator ----------------------------------------------------------------------------------------


@given(ANY, st.integers(0, 3))
def test_the_reference_gives_what_the_graph_gives(expression: Expression, fed: int) -> None:
    inputs, parameters, loss = split(expression, fed)
    program = arranged(Scalars.of(loss, inputs, parameters, [loss]), [len(inputs)])
    losses, outputs, gradients = evaluate(program, [np.array([[x.data for x in inputs]])], [w.data for w in parameters])
    close = pytest.approx(loss.data, rel=1e-12, abs=1e-12)
    assert (losses[0], outputs[0, 0]) == (close, close)
    assert list(gradients) == pytest.approx(ag.grad(loss, parameters), rel=1e-11, abs=1e-11)


# --- programs -----------------------------------------------------------------------------------------------------


def eager(expression: Expression, fed: int, batch: Any, numbers: Sequence[float]) -> tuple[float, list[float], np.ndarray[Any, Any]]:
    """The mean loss over a batch, each output, the gradient of the mean: by graphs, one for each sample."""
    losses, total = [], np.zeros(len(numbers))
    for row in batch:
        xs = [Value(x) for x in (*row, *numbers)]
        loss = expression(*xs)
        losses.append(loss.data)
        total += ag.grad(loss, xs[fed:])
    return float(np.mean(losses)), losses, total / len(batch)


@given(ANY, st.integers(1, 3), st.integers(1, 4), st.randoms(use_true_random=False), st.sampled_from(BACKENDS))
def test_a_batch_gives_the_mean_of_its_samples(expression: Expression, fed: int, size: int, random: Any, backend: str) -> None:
    leaves, loss = expression.record()
    fed = min(fed, len(leaves))
    used = set(ag.evaluate(loss))
    assume(all(leaf in used for leaf in leaves[:fed]))
    program = ag.compile(loss, inputs=leaves[:fed], parameters=leaves[fed:], outputs=[loss], backend=backend)
    batch = np.array([[x.data + random.choice([0.0, 0.1, -0.5]) for x in leaves[:fed]] for _ in range(size)])
    numbers = [w.data for w in leaves[fed:]]
    try:
        mean, each, gradients = eager(expression, fed, batch, numbers)
    except NonFiniteError:
        with pytest.raises(NonFiniteError, match=r"^the loss of row \d is .* It went wrong first at"):
            program(batch)
        return
    assume(np.isfinite(gradients).all())
    result = program(batch)
    scale = 1e-11 * max([1.0, *np.abs(each), *np.abs(gradients)])
    assert result.loss == pytest.approx(mean, rel=1e-11, abs=scale)
    assert result.outputs[:, 0] == pytest.approx(each, rel=1e-11, abs=scale)
    assert result.gradients == pytest.approx(gradients, rel=1e-9, abs=scale)


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_every_row_on_floats_and_arrays(op: Any) -> None:
    for point in POINTS[op.name]:
        leaves = [Value(x) for x in point]
        loss = op(*leaves)
        for backend in BACKENDS:
            program = ag.compile(loss, inputs=leaves[:1], parameters=leaves[1:], outputs=[loss], backend=backend)
            result = program([[point[0]]] * 3)
            assert result.loss == pytest.approx(loss.data, rel=1e-14, abs=1e-300)
            assert result.gradients == pytest.approx(ag.grad(loss, leaves[1:]), rel=1e-13, abs=1e-300)


def test_a_network_trains_as_its_graph_does() -> None:
    net = nn.MLP(2, [4, 1], activation="sigmoid", rng=0)
    xs, y = [Value(0.0, "a"), Value(0.0, "b")], [Value(0.0, "y")]
    program = ag.compile(nn.quadratic_cost(net(xs), y), inputs=[xs, y], parameters=net.parameters())
    batch, targets = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([[0.0], [1.0], [1.0], [0.0]])
    for _ in range(5):
        ag.zero_grad(net.parameters())
        loss = ag.mean([nn.quadratic_cost(net(list(row)), list(target)) for row, target in zip(batch, targets, strict=True)])
        loss.backward()
        result = program(batch, targets)
        assert result.loss == pytest.approx(loss.data, rel=1e-13)
        assert result.gradients == pytest.approx([w.grad for w in net.parameters()], rel=1e-12, abs=1e-15)
        assert result.gradients_of(net.parameters()[:2]) == result.gradients[:2].tolist()
        program.parameters -= 0.5 * result.gradients
        program.write_back()
    assert [w.data for w in net.parameters()] == program.parameters.tolist()


def test_rows_of_ones_own() -> None:
    traced = ag.operation("softsign", lambda x: x / (1 + abs(x)), lambda x, out: ag.ops.div(1.0, (1 + ag.abs(x)) * (1 + ag.abs(x))))
    plain = ag.operation("cube", lambda x: x**3, lambda x, out: 3 * float(x) ** 2)
    w, x = Value(0.5, "w"), Value(2.0, "x")
    for op, slope in ((traced, 2.0 / (1 + 1.0) ** 2), (plain, 3 * 1.0**2 * 2.0)):
        for backend in BACKENDS:
            result = ag.compile(op(w * x), inputs=[x], parameters=[w], backend=backend)([[2.0], [2.0]])
            assert result.loss == pytest.approx(op.kernel(1.0))
            assert result.gradients == pytest.approx([slope])


def test_a_row_of_ones_own_is_differentiated_by_its_own_rule() -> None:
    # A straight-through rule is none that its kernel has.
    step = ag.operation("step", lambda x: ag.ops.gt(x, 0.0), lambda x, out: 1.0)
    turned = ag.operation("turned", lambda x: x * 1.0, lambda x, out: -1.0)
    w, x = Value(1.5, "w"), Value(2.0, "x")
    for op in (step, turned):
        loss = op(w * x) ** 2 + w * x
        for backend in BACKENDS:
            result = ag.compile(loss, inputs=[x], parameters=[w], backend=backend)([[2.0], [2.0]])
            assert result.loss == loss.data
            assert result.gradients.tolist() == ag.grad(loss, [w])


def test_a_kernel_for_arrays() -> None:
    w, x = Value(1.5, "w"), Value(2.0, "x")
    sine = ag.operation("sine", math.sin, lambda x, out: ag.cos(x), arrays=np.sin)
    result = ag.compile(sine(w * x), inputs=[x], parameters=[w], backend="numpy")([[2.0], [1.0]])
    assert result.loss == pytest.approx((math.sin(3.0) + math.sin(1.5)) / 2)
    short = ag.operation("short", math.sin, lambda x, out: ag.cos(x), arrays=lambda x: np.sin(x)[:1, :1])
    with pytest.raises(ValueError, match="the kernel for arrays of short got arrays of the shape"):
        ag.compile(short(w * x), inputs=[x], parameters=[w], backend="numpy")([[2.0], [1.0]])


@pytest.mark.parametrize("backend", BACKENDS)
def test_constants_are_not_folded_beyond_the_range_of_floats(backend: str) -> None:
    x, w = Value(1e100, "x"), Value(1e100, "w")
    loss = (x * w * 1e-200) * 1e-200 * 1e200 * 1e200
    assert ag.compile(loss, inputs=[x], parameters=[w], backend=backend)([[1e100]]).loss == pytest.approx(loss.data, rel=1e-12)


def test_sums_of_thousands_run_on_floats() -> None:
    w, x = Value(0.5, "w"), Value(0.25, "x")
    h = w * x
    for _ in range(3500):
        h = ag.tanh(w * h + x)
    result = ag.compile(h, inputs=[x], parameters=[w], backend="floats")([[0.25]])
    assert result.loss == pytest.approx(h.data, rel=1e-12)
    assert result.gradients == pytest.approx(ag.grad(h, [w]), rel=1e-12)


def test_products_with_different_coefficients_stay_together() -> None:
    rng = np.random.default_rng(0)
    ws, xs = [Value(x, f"w{i}") for i, x in enumerate(rng.random(40))], [Value(x, f"x{i}") for i, x in enumerate(rng.random(40))]
    loss = ag.sum([float(c) * (w * x).sigmoid() for c, w, x in zip(rng.random(40), ws, xs, strict=True)])
    program = ag.compile(loss, inputs=xs, parameters=ws, backend="numpy")
    assert len(program.array_program.instructions) < 12
    assert program([[x.data for x in xs]]).gradients == pytest.approx(ag.grad(loss, ws), rel=1e-12)


def test_programs_pickle() -> None:
    w, x = Value(0.5, "w"), Value(2.0, "x")
    program = ag.compile((w * x).sigmoid(), inputs=[x], parameters=[w])
    program([[1.0]])
    again = pickle.loads(pickle.dumps(program))
    assert again.source == program.source
    assert again([[3.0]]).loss == program([[3.0]]).loss
    own = ag.operation("cube", lambda x: math.pow(x, 3.0), lambda x, out: 3.0 * x * x)
    with pytest.raises(TypeError, match="rows of its own, cube, and functions do not pickle"):
        pickle.dumps(ag.compile(own(w * x), inputs=[x], parameters=[w]))


def test_the_source_can_be_read() -> None:
    w, x = Value(0.5, label="w'); import os"), Value(2.0, "x")
    program = ag.compile((w * x - 1.0) ** 2, inputs=[x], parameters=[w])
    assert "def run(x0):" in program.source.splitlines()
    assert "import os" not in program.source
    assert repr(program).startswith("<Program: 1 inputs, 1 parameters, 0 outputs; ")


def test_wide_and_deep_graphs_compile_without_recursion() -> None:
    w, x = Value(1.0, "w"), Value(1.0, "x")
    y = w * x
    for _ in range(3000):
        y = y * 0.5 + w
    assert ag.compile(y, inputs=[x], parameters=[w], backend="floats")([[1.0]]).loss == pytest.approx(y.data)


def test_what_python_compared_is_said_to_be_frozen() -> None:
    w, x = Value(0.5, "w"), Value(2.0, "x")
    loss = w * x if x > 1 else w
    assert "frozen so: x; ag.where keeps the choice" in ag.compile(loss, inputs=[x], parameters=[w]).explain()
    assert "frozen" not in ag.compile(w * Value(2.0), inputs=[w]).explain()


def test_a_loss_that_is_not_finite_names_its_row_and_instruction() -> None:
    w, x = Value(0.5, "w"), Value(2.0, "x")
    program = ag.compile((w * x).log() * 2.0, inputs=[x], parameters=[w])
    with pytest.raises(NonFiniteError, match=r"^the loss of row 1 is nan\. It went wrong first at v\[\d\] = log\(-0\.5\) = nan\."):
        program([[1.0], [-1.0]])


# --- bad input ----------------------------------------------------------------------------------------------------

W, X, Y = Value(1.0, "w"), Value(2.0, "x"), Value(3.0, "y")
LOSS = W * X - Y
PROGRAM = ag.compile(LOSS, inputs=[[X], [Y]], parameters=[W])
ASKED: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: ag.compile(LOSS, inputs=[X, X], parameters=[W]), ValueError, r"number 1, .*'x'.*, is number 0 already"),
    (lambda: ag.compile(LOSS, inputs=[X], parameters=[W, W]), ValueError, "give each leaf once"),
    (lambda: ag.compile(LOSS, inputs=[X], parameters=[X]), ValueError, "is an input and a parameter"),
    (lambda: ag.compile(LOSS, inputs=[W * X], parameters=[]), ConstantError, "is computed from others"),
    (lambda: ag.compile(LOSS, inputs=[ag.constant(1.0)], parameters=[]), ConstantError, "is a constant"),
    (lambda: ag.compile(LOSS, inputs=[X, Value(1.0, "z")], parameters=[W]), ValueError, r"block 0, column 1 \('z'\).*has no part"),
    (lambda: ag.compile(LOSS, inputs=[], parameters=[W]), ValueError, "a program needs inputs"),
    (lambda: ag.compile(LOSS, inputs=X), TypeError, r"compile\(inputs=…\) takes a list"),  # type: ignore[arg-type]
    (lambda: ag.compile(LOSS, inputs=[[X], Y]), TypeError, "each block of .* takes a list"),
    (lambda: ag.compile(LOSS, inputs=[X], parameters=W), TypeError, r"compile\(parameters=…\) takes a list"),  # type: ignore[arg-type]
    (lambda: ag.compile(LOSS + LOSS.detach(), inputs=[[X], [Y]]), ConstantError, "was detached from what depends on the inputs or"),
    (lambda: ag.compile(LOSS * W.detach(), inputs=[[X], [Y]], parameters=[W]), ConstantError, "w was detached"),
    (lambda: PROGRAM.bind(0), ValueError, r"bind\(batch_size=0\): a whole number from 1 on"),
    (lambda: PROGRAM.bind(True), ValueError, "a whole number from 1 on"),
    (lambda: PROGRAM.bind(1, "int8"), ValueError, "the types are float64 and float32"),
    (
        lambda: PROGRAM.bind(2).gradients(np.ones((1, 1)), np.ones((2, 1)), scale=1.0),
        ValueError, r"\(2, 2\), \(2, 1\); got \(1, 1\), \(2, 1\)|\(2, 1\), \(2, 1\); got \(1, 1\), \(2, 1\)",
    ),
    (lambda: PROGRAM.write_back([1.0, 2.0]), ValueError, "takes 1 finite numbers"),
    (lambda: PROGRAM.write_back([math.nan]), ValueError, "takes 1 finite numbers"),
    (lambda: ag.compile(Value(-1.0, "q").log(), inputs=[X]), NonFiniteError, r"^compile\(\) started from nan"),
    (lambda: ag.compile(LOSS, inputs=[X], backend="gpu"), ValueError, "the backends are numpy, floats, reference, or None"),
    (lambda: PROGRAM([[1.0]]), TypeError, "takes 2 blocks of inputs, and got 1"),
    (lambda: PROGRAM([[1.0]], [[1.0], [2.0]]), ValueError, "one row for each sample; got 1, 2 rows"),
    (lambda: PROGRAM([1.0], [[1.0]]), ValueError, r"block 0 of the batch has the shape \(1,\); it takes \[B, 1\]"),
    (lambda: PROGRAM(np.zeros((0, 1)), np.zeros((0, 1))), ValueError, "the batch is empty"),
    (lambda: PROGRAM([["a"]], [[1.0]]), TypeError, "block 0 of the batch holds no plain numbers"),
    (lambda: PROGRAM([[1.0]], [[1j]]), TypeError, "block 1 of the batch holds no plain numbers"),
    (lambda: PROGRAM([[1.0], [1.0]], [[1.0], [math.nan]]), ValueError, r"^block 1, column 0 \('y'\) is nan in row 1"),
    (lambda: PROGRAM([[1.0]], [[1.0]]).gradients_of([X]), ValueError, "is no parameter of this program"),
]


@pytest.mark.parametrize(("ask", "error", "message"), ASKED)
def test_what_is_asked_wrongly_is_said_in_a_sentence(ask: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ask()


# --- what went wrong once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_gradients_that_are_sums_with_numbers(backend: str) -> None:
    x, w, v = Value(0.3, "x"), Value(0.2, "w"), Value(0.1, "v")
    loss = ag.sin(2.0 * w + 5.0 * v) + ag.sin(3.0 * w + 7.0 * v) + x
    result = ag.compile(loss, inputs=[x], parameters=[w, v], backend=backend)([[0.3]])
    assert result.gradients == pytest.approx(ag.grad(loss, [w, v]), rel=1e-14)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_sign_of_zero(backend: str) -> None:
    x = Value(1.0, "x")
    assert ag.compile(ag.exp(x / ag.constant(-0.0)), inputs=[x], backend=backend)([[1.0]]).loss == 0.0
    assert ag.compile(ag.exp(1.0 / (-x)), inputs=[x], backend=backend)([[0.0]]).loss == 0.0


def test_outputs_may_come_from_a_generator_and_sizes_from_numpy() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    y = x * w
    program = ag.compile(y, inputs=[x], parameters=[w], outputs=(z for z in [y]))  # type: ignore[arg-type]
    assert program([[1.0]]).outputs.tolist() == [[2.0]]
    assert program.bind(np.int64(3)).batch_size == 3


def test_what_float32_does_not_hold_is_said() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    program = ag.compile(x * w, inputs=[x], parameters=[w])
    with pytest.raises(ValueError, match=r"block 0, column 0 \('x'\) is inf in row 0"):
        program.bind(1, "float32").checked([[1e300]])
    program.parameters[:] = 1e300
    with pytest.raises(ValueError, match=r"the parameter .*'w'.* is beyond what float32 holds"):
        program.bind(1, "float32")


def test_labels_stay_on_their_line() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    y = (x * w).log()
    y.label = "a\nb\x1b[2J"
    with pytest.raises(NonFiniteError, match=r"^[^\n\x1b]*a\?b\?\[2J[^\n\x1b]*$"):
        ag.compile(y * 2.0 + y, inputs=[x], parameters=[w])([[-1.0]])
