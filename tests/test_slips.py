"""The slips go wrong as programs with these bugs do, on the smallest graphs, and nowhere else; the walk shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import product
from math import isclose, prod

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import NOT_YET, Value, ops, slips
from autograd_mini.backward import gradients, steps
from autograd_mini.checks import Expression, expressions
from autograd_mini.errors import ConstantError, GradientMismatch
from autograd_mini.graph import topological_order
from autograd_mini.moments import Backward, Steps, Update
from autograd_mini.row import Operation
from autograd_mini.value import make

SLIPS = [slips.overwrite, slips.without_order, slips.stale]
#: Products and sums of these are exact, and positive: what gets lost or comes twice cannot cancel.
POWERS_OF_TWO = st.sampled_from([0.5, 1.0, 2.0, 4.0])


def node(operands: Sequence[Value], local_derivatives: Sequence[float]) -> Value:
    """An operation with whatever local derivatives."""
    return make(Value, 1.0, op=ops.sum, operands=tuple(operands), local_derivatives=tuple(local_derivatives))


@st.composite
def graphs(draw: st.DrawFn, once: bool = False, leaves_only: bool = False) -> Value:
    """The output of a graph; on request every node is used at most once, or only leaves are used more than once."""
    nodes = [Value(1.0), Value(1.0)]
    for _ in range(draw(st.integers(1, 7))):
        taken = {operand for other in nodes for operand in other.operands}
        free = [other for other in nodes if not (once or (leaves_only and other.operands)) or other not in taken]
        chosen = draw(st.lists(st.sampled_from(free), min_size=1, max_size=3, unique=once or leaves_only))
        nodes.append(node(chosen, [draw(POWERS_OF_TWO) for _ in chosen]))
        nodes += [Value(1.0)] if once else []
    return nodes[-1] if nodes[-1].operands else nodes[-2]


def totals(y: Value, slip: Steps) -> dict[Value, float]:
    """What each node has in the end."""
    return {y: 1.0, **{step.operand: step.total for step in slip({y: 1.0})}}


# --- each slip is the program that it is named for ----------------------------------------------------------------


@given(graphs(), st.sampled_from(SLIPS))
def test_every_edge_is_walked_once_and_multiplies_what_its_node_holds(y: Value, slip: Steps) -> None:
    walked = list(slip({y: 1.0}))
    assert Counter((step.node, step.position) for step in walked) == Counter((step.node, step.position) for step in steps({y: 1.0}))
    held = {y: 1.0}
    for step in walked:
        assert step.operand is step.node.operands[step.position]
        assert step.local_derivative == step.node.local_derivatives[step.position]
        assert step.contribution == step.upstream * step.local_derivative
        assert slip is slips.stale or step.upstream == held[step.node]
        held[step.operand] = step.total


@given(graphs())
def test_overwriting_leaves_the_product_along_one_path(y: Value) -> None:
    """Of each node's edges to its users, the last one that is walked counts: the earliest user, its last operand."""
    order = topological_order([y])
    last: dict[Value, tuple[Value, float]] = {}
    for user in reversed(order):
        last |= {operand: (user, local) for operand, local in zip(user.operands, user.local_derivatives, strict=True) if local}

    def path(x: Value) -> Iterator[float]:
        while x is not y:
            x, local = last[x]
            yield local

    assert totals(y, slips.overwrite) == {x: prod(path(x)) for x in order}


@given(graphs())
def test_without_order_is_the_recursion_that_people_write(y: Value) -> None:
    grad = dict.fromkeys(topological_order([y]), 0.0)
    visited = set()

    def backward(this: Value) -> None:
        visited.add(this)
        for operand, local in zip(this.operands, this.local_derivatives, strict=True):
            grad[operand] += grad[this] * local  # type: ignore[operator]  # no constants here
            if operand not in visited:
                backward(operand)

    grad[y] = 1.0
    backward(y)
    assert totals(y, slips.without_order) == grad


@given(graphs())
def test_stale_is_two_passes_with_only_the_leaves_set_to_zero(y: Value) -> None:
    order = topological_order([y])
    grad = dict.fromkeys(order, 0.0)
    for _ in range(2):
        grad |= {x: 0.0 for x in order if not x.operands} | {y: 1.0}
        for user in reversed(order):
            for operand, local in zip(user.operands, user.local_derivatives, strict=True):
                grad[operand] += grad[user] * local  # type: ignore[operator]  # no constants here
    assert totals(y, slips.stale) == grad


def test_the_numbers_of_micrograd() -> None:
    x = Value(3.0)
    y = (x * x) * 1
    [once], [again] = ag.grad(y, [x]), slips.grad(y, [x], slips.stale)
    assert (once, once + again) == (6.0, 18.0)  # where the leaves accumulate, as they should: 12
    a = Value(1.0)
    b = a + a
    assert slips.grad(b + b, [a, b], slips.without_order) == [2.0, 2.0]
    assert ag.grad(b + b, [a, b]) == [4.0, 2.0]


# --- where each goes wrong, and where it does not -----------------------------------------------------------------


@given(graphs(once=True))
def test_overwriting_harms_nothing_where_each_node_is_used_once(y: Value) -> None:
    assert totals(y, slips.overwrite) == gradients({y: 1.0})


@given(graphs(leaves_only=True))
def test_no_order_harms_nothing_where_only_leaves_are_used_twice(y: Value) -> None:
    assert totals(y, slips.without_order) == gradients({y: 1.0})


Shape = tuple[int, tuple[tuple[int, ...], ...]]  # how many leaves; the operands of each operation


@cache
def shapes(edges: int) -> tuple[Shape, ...]:
    """Every shape of graph with so many edges that leads to one output, up to names: operands in any order and number."""

    def grown(nodes: int, left: int) -> Iterator[tuple[tuple[int, ...], ...]]:
        if left == 0:
            yield ()
        for count in range(1, left + 1):
            for operands in product(range(nodes), repeat=count):
                yield from ((operands, *rest) for rest in grown(nodes + 1, left - count))

    found = [(leaves, operations) for leaves in range(1, edges + 1) for operations in grown(leaves, edges)]
    return tuple(shape for shape in found if _is_connected(*shape))


def _is_connected(leaves: int, operations: tuple[tuple[int, ...], ...]) -> bool:
    used = {operand for operands in operations for operand in operands}
    return used == set(range(leaves + len(operations) - 1))


def record(shape: Shape, local: float = 2.0) -> tuple[list[Value], Value]:
    leaves, operations = shape
    nodes = [Value(1.0) for _ in range(leaves)]
    for operands in operations:
        nodes.append(node([nodes[i] for i in operands], [local] * len(operands)))
    return nodes[:leaves], nodes[-1]


def goes_wrong(shape: Shape, slip: Steps) -> bool:
    xs, y = record(shape)
    right, found = gradients({y: 1.0}), totals(y, slip)
    return [right[x] for x in xs] != [found[x] for x in xs]


SMALLEST: list[tuple[Steps, Shape]] = [
    (slips.overwrite, (1, ((0, 0),))),  # y = x * x
    (slips.without_order, (1, ((0,), (1, 1)))),  # b = f(a); c = b + b
    (slips.stale, (1, ((0,), (1,)))),  # s = f(x); y = g(s)
]


@pytest.mark.parametrize(("slip", "smallest"), SMALLEST)
def test_the_smallest_graph_that_goes_wrong(slip: Steps, smallest: Shape) -> None:
    edges = sum(map(len, smallest[1]))
    assert [shape for n in range(1, edges + 1) for shape in shapes(n) if goes_wrong(shape, slip)] == [smallest]


def test_the_search_for_small_graphs_sees_all_of_them() -> None:
    two_edges = {(1, ((0, 0),)), (2, ((0, 1),)), (2, ((1, 0),)), (1, ((0,), (1,)))}
    assert set(shapes(2)) == two_edges
    # Three edges: one operation, three operands, from one, two or three leaves; two operations; three in a chain.
    assert len([shape for shape in shapes(3) if len(shape[1]) == 1]) == 1 + (2**3 - 2) + 6
    assert (1, ((0,), (1,), (2,))) in shapes(3)
    assert (1, ((0,), (0, 1))) in shapes(3)
    assert all(_is_connected(*shape) for shape in shapes(3))


# --- a weight that moves too early, a matrix that is not transposed -----------------------------------------------


@given(expressions(rows=[ops.add, ops.mul, ops.sub]), st.data(), st.floats(-1, 1))
def test_too_early_is_the_program_that_reads_the_weights_at_the_time(expression: Expression, data: st.DataObject, rate: float) -> None:
    xs, y = expression.record()
    moved = data.draw(st.lists(st.sampled_from(xs), unique=True))
    now = {w: w.data - rate * slope for w, slope in zip(moved, ag.grad(y, moved), strict=True)}
    grad = dict.fromkeys(topological_order([y]), 0.0) | {y: 1.0}
    for user in reversed(topological_order([y], leaves=False)):
        for position, operand in enumerate(user.operands):
            other = user.operands[1 - position]
            sign = -1.0 if user.op is ops.sub and position == 1 else 1.0
            factor = sign if user.op is not ops.mul else now.get(other, other.data) if operand not in now else other.data
            grad[operand] += grad[user] * factor
    expected = [grad.get(x, 0.0) for x in xs]
    assert slips.grad(y, xs, slips.too_early(y, moved, rate)) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("op", [op for op in ops.TABLE.values() if op.arity == 1], ids=lambda op: op.name)
def test_too_early_harms_nothing_where_there_is_one_edge(op: Operation) -> None:
    w = Value(0.5)
    y = op(w)
    assert slips.grad(y, [w], slips.too_early(y, [w], 0.5)) == ag.grad(y, [w])


def test_too_early_needs_two_edges() -> None:
    w1, w2 = Value(1.0), Value(0.75)
    y = w1 * w2
    assert slips.grad(y, [w1, w2], slips.too_early(y, [w2], 0.5)) == [0.25, 1.0]
    assert slips.grad(y, [w1, w2], slips.too_early(y, [w1], 0.5)) == [0.75, 0.625]
    assert slips.grad(y, [w1, w2], slips.too_early(y, [w1, w2], 0.5)) == [0.75, 1.0]  # both were known before either moved


def layer(matrix: Sequence[Sequence[float]], deltas: Sequence[float]) -> tuple[list[list[Value]], list[Value], Value]:
    """W, a, and the sum of δ_j (W a)_j, which has δ_j for its derivatives with respect to what comes out."""
    weights = [[Value(w) for w in row] for row in matrix]
    a = [Value(1.0) for _ in matrix]
    outs = [ag.dot(row, a) * delta for row, delta in zip(weights, deltas, strict=True)]
    return weights, a, ag.sum(outs)


@st.composite
def square(draw: st.DrawFn) -> tuple[list[list[float]], list[float]]:
    n = draw(st.integers(1, 4))
    numbers = st.integers(-9, 9).map(float)  # exact sums
    row = st.lists(numbers, min_size=n, max_size=n)
    return draw(st.lists(row, min_size=n, max_size=n)), draw(row)


@given(square())
def test_without_the_transpose_it_is_w_times_delta(given_: tuple[list[list[float]], list[float]]) -> None:
    matrix, deltas = given_
    weights, a, y = layer(matrix, deltas)
    assert ag.grad(y, a) == [sum(matrix[j][k] * deltas[j] for j in range(len(a))) for k in range(len(a))]
    wrong = slips.grad(y, a, slips.without_transpose(weights))
    assert wrong == [sum(matrix[k][j] * deltas[j] for j in range(len(a))) for k in range(len(a))]


def test_a_single_weight_and_a_symmetric_matrix_hide_it() -> None:
    """A transposed 1×1 matrix is itself, so two rows are the smallest layer that goes wrong, and only off the diagonal."""
    for matrix in ([[3.0]], [[1.0, 5.0], [5.0, 2.0]]):
        weights, a, y = layer(matrix, [7.0, 11.0][: len(matrix)])
        assert slips.grad(y, a, slips.without_transpose(weights)) == ag.grad(y, a)


# --- in a walk ----------------------------------------------------------------------------------------------------


@given(expressions(), st.sampled_from(SLIPS))
def test_the_graph_stays_as_it_is(expression: Expression, slip: Steps) -> None:
    xs, y = expression.record()
    before = {x: (x.data, x.local_derivatives) for x in topological_order([y])}
    slips.grad(y, xs, slip)
    slips.grad(y, xs, slips.too_early(y, xs[:1], 0.5))
    assert {x: (x.data, x.local_derivatives) for x in topological_order([y])} == before
    assert all(x.grad is NOT_YET for x in before)


@given(expressions(max_steps=6), st.sampled_from(SLIPS))
def test_a_walk_marks_what_is_wrong_and_nothing_else(expression: Expression, slip: Steps) -> None:
    _, y = expression.record()
    assert "✗" not in str(ag.walk(y)) + ag.draw(ag.walk(y)).source
    right = {(step.node, step.position): step.contribution for step in steps({y: 1.0})}
    derivatives = gradients({y: 1.0})
    close = partial(isclose, rel_tol=1e-4)  # six digits are shown
    for moment in ag.walk(y, steps=slip):
        if isinstance(moment, Backward):
            assert moment.right == right[moment.node, moment.position]
            assert moment.derivative == derivatives[moment.operand]
            last = moment.arrival == moment.branches
            wrong = not close(moment.contribution, moment.right) or (last and not close(moment.total, moment.derivative))
            assert not wrong or "✗" in str(moment)


@given(expressions(max_steps=6), st.sampled_from(SLIPS))
def test_where_every_node_has_a_name_a_walk_by_labels_has_the_same_numbers(expression: Expression, slip: Steps) -> None:
    _, y = expression.record()
    order = topological_order([y])
    assume(all(len(set(x.operands)) == len(x.operands) for x in order))  # x * x has two edges, and by labels one
    for i, x in enumerate(order):
        x.label = f"v{i}"
    by_labels, by_operations = (
        {moment.operand: moment.total for moment in walk if isinstance(moment, Backward)}
        for walk in (ag.walk(y, by="labels", steps=slip), ag.walk(y, steps=slip))
    )
    assert by_labels == by_operations


def test_what_a_walk_says() -> None:
    x = Value(3.0, "x")
    assert str(ag.walk(x * x, steps=slips.overwrite)).endswith("1 × 3 = 3;  3 + 3 = 3 ✗ 6 ✓   → ∂v1/∂x = 3 ✗ 6 ✓")
    y = x**2 * 1
    told = [str(moment) for moment in ag.walk(y, steps=slips.stale)[2:]]
    assert told[0].endswith("1 × 1 = 1;  1 + 1 = 2 ✗ 1 ✓   → ∂v2/∂v1 = 2 ✗ 1 ✓")
    assert told[1].endswith("2 × 6 = 12 ✗ 6 ✓   → ∂v2/∂x = 12 ✗ 6 ✓")


def notes(walk: ag.Walk) -> list[tuple[str, ...]]:
    return [node.notes for node in ag.draw(walk).picture.nodes if node.notes]


def test_what_its_picture_shows() -> None:
    a, x = Value(3.0, "a"), Value(3.0, "x")
    b = a**2
    drawing = ag.draw(ag.walk(b + b, steps=slips.without_order), legend=True)
    assert [(edge.gradients, edge.right_gradients) for edge in drawing.picture.edges if edge.right_gradients] == [
        ((6.0,), (12.0,)), ((1.0,), (1.0,)), ((1.0,), (1.0,)),
    ]  # fmt: skip
    assert "6 ✗ 12 ✓" in drawing.svg()
    assert "what the slip gives" in drawing.svg()
    assert notes(ag.walk(x * x, steps=slips.overwrite)) == [("∂ 3 ✗", "6 ✓")]
    assert notes(ag.walk(x**2 * 1, steps=slips.stale)) == [("grad 2 ✗", "1 ✓")]
    assert {edge.back for edge in drawing.picture.edges} == {"done"}
    with_a_constant = ag.draw(ag.walk(x**2 * 1, steps=slips.stale), legend=True)
    assert "to come" not in with_a_constant.svg()


def test_a_picture_without_a_slip_explains_none() -> None:
    x = Value(3.0, "x")
    svg = ag.draw(ag.walk(x * x), legend=True).svg()
    assert "what the slip gives" not in svg
    assert "✗" not in svg


def test_forgetting_zero_grad_is_shown_at_the_weight() -> None:
    w = Value(1.0, "w")
    walk = ag.walk(w**2, parameters=[w], learning_rate=0.1, zero_grad=False)
    assert notes(walk) == [("grad 3.6 ✗", "1.6 ✓", "0.8 → 0.44")]
    assert [moment.new for moment in walk if isinstance(moment, Update)] == pytest.approx([0.8, 0.44])


def test_by_labels_a_misread_number_is_refused_where_it_hides_inside() -> None:
    w, x = Value(2.0, "w"), Value(3.0, "x")
    y = (w * x).exp()
    assert isinstance(ag.walk(w * x, by="labels", steps=slips.too_early(w * x, [w], 0.5)), ag.Walk)
    with pytest.raises(ValueError, match=r"one of single operations.*by='labels'\) cannot"):
        ag.walk(y, by="labels", steps=slips.too_early(y, [w], 0.5))


def test_a_chain_of_forks_is_walked_without_recursion() -> None:
    x = Value(1.0)
    y = x
    for _ in range(5_000):
        y = node([y, y], [1.0, 1.0])
    for slip in SLIPS[:2]:
        walked = list(slip({y: 1.0}))
        assert len(walked) == 10_000
        assert walked[-1].total in (1.0, 2.0)
    assert totals(y, slips.without_order)[x] == totals(y, slips.overwrite)[x] * 2


# --- how they are caught, and what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize("slip", SLIPS)
def test_gradcheck_catches_each(slip: Steps) -> None:
    def f(x: Value) -> Value:
        square = x * x
        return square * square

    def gradient(at: float) -> list[float]:
        x = Value(at)
        return slips.grad(f(x), [x], slip)

    with pytest.raises(GradientMismatch, match="difference quotients: 108"):
        ag.checks.gradcheck(lambda x: x**4, 3.0, gradient=gradient)


@pytest.mark.parametrize("matrix", [[], [[1, 2]], [[1, 2], [3]]])
def test_only_a_square_matrix_can_be_taken_for_its_transpose(matrix: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"takes a square matrix"):
        slips.without_transpose([[Value(w) for w in row] for row in matrix])


def test_plain_numbers_and_constants_are_refused() -> None:
    with pytest.raises(TypeError, match=r"without_transpose.* takes Values, got float"):
        slips.without_transpose([[1.0]])  # type: ignore[list-item]
    w, c = Value(1.0), ag.constant(2.0)
    with pytest.raises(ConstantError):
        slips.too_early(w * c, [c], 0.5)
    with pytest.raises(TypeError, match=r"too_early\(learning_rate=…\) takes a real number"):
        slips.too_early(w * c, [w], "0.5")  # type: ignore[arg-type]
