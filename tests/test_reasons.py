"""Why a derivative is what it is: each reason with the smallest graph, and what holds for any graph."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import inf, isfinite, isinf, isnan, nan

import pytest
from graphs import graphs_of_any_slopes, hostile_graphs
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import Value, ops, reasons
from autograd_mini.backward import gradients
from autograd_mini.checks import Expression, expressions
from autograd_mini.reason_words import REASONS, VERDICTS
from autograd_mini.reasons import HUGE, TINY

F = Callable[[Value], Value]
W = Value(3.0, "w")
ZERO = Value(0.0, "zero")


def v(x: float) -> Value:
    return Value(x, "x")


# --- one edge is to blame: where, f, the verdict, the reason; the blamed edge is (the node of this row, x) ------------

EDGES: list[tuple[float, F, str, str, str]] = [
    (-2.0, lambda x: x.relu() * 3, "zero", "dead_relu", "relu"),
    (0.0, lambda x: x.relu() * 3, "zero", "dead_relu", "relu"),
    (40.0, lambda x: x.sigmoid() * 3, "zero", "saturated", "sigmoid"),
    (-800.0, lambda x: x.sigmoid(), "zero", "saturated", "sigmoid"),
    (20.0, lambda x: x.tanh(), "zero", "saturated", "tanh"),
    (-800.0, lambda x: x.softplus(), "zero", "saturated", "softplus"),
    (-800.0, lambda x: x.exp(), "zero", "saturated", "exp"),
    (2.0, lambda x: x * ZERO, "zero", "zero_factor", "mul"),
    (2.0, lambda x: 0 * x + 1, "zero", "zero_factor", "mul"),
    (2.0, lambda x: ZERO / x, "zero", "zero_numerator", "div"),
    (2.0, lambda x: x.gt(1.0), "zero", "comparison", "gt"),
    (2.0, lambda x: x.ge(1.0), "zero", "comparison", "ge"),
    (2.0, lambda x: ag.where(x, W, 5.0), "zero", "condition", "where"),
    (2.0, lambda x: ag.where(W.gt(1.0), W, x), "zero", "untaken_branch", "where"),
    (2.0, lambda x: ag.where(W.gt(9.0), x, W), "zero", "untaken_branch", "where"),
    (2.0, lambda x: ag.maximum(x, W), "zero", "loser", "maximum"),
    (2.0, lambda x: ag.minimum(1.0, x), "zero", "loser", "minimum"),
    (0.0, abs, "zero", "kink", "abs"),
    (0.0, lambda x: x**2, "zero", "flat", "pow"),
    (0.0, lambda x: x * x, "zero", "flat", "mul"),
    (0.0, lambda x: x.cos(), "zero", "flat", "cos"),
    (1.0, lambda x: x * 1e-200 * 1e-200, "zero", "underflow", "mul"),
    (20.0, lambda x: x.sigmoid() * 3, "tiny", "saturated", "sigmoid"),
    (10.0, lambda x: x.tanh() * 3, "tiny", "saturated", "tanh"),
    (1.0, lambda x: x * 1e-9, "tiny", "small_factor", "mul"),
    (1.0, lambda x: x / 1e9, "tiny", "small_slope", "div"),
    (1e-9, lambda x: x**2, "tiny", "small_slope", "pow"),
    (1e-9, lambda x: x * 1e9, "huge", "large_factor", "mul"),
    (1e-9, lambda x: x.log(), "huge", "steep", "log"),
    (1e-30, lambda x: x.sqrt(), "huge", "steep", "sqrt"),
    (0.0, lambda x: x.sqrt() * 3, "infinite", "infinite_slope", "sqrt"),
    (0.0, lambda x: x**0.5, "infinite", "infinite_slope", "pow"),
    (1e-200, lambda x: x * 1e200 * 1e200, "infinite", "overflow", "mul"),
    (0.0, lambda x: x.sqrt() * 0, "nan", "zero_times_infinity", "sqrt"),
    (2.0, lambda x: Value(-2.0) ** x, "nan", "nan_slope", "pow"),
]


@pytest.mark.parametrize(("at", "f", "verdict", "reason", "row"), EDGES, ids=[f"{case[3]}-{case[4]}" for case in EDGES])
def test_the_edge_to_blame(at: float, f: F, verdict: str, reason: str, row: str) -> None:
    x = v(at)
    found = ag.why(f(x), x)
    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.edge is not None
    node, operand = found.edge
    assert node.op is ops.TABLE[row]
    assert operand is x


# --- no single edge -----------------------------------------------------------------------------------------------


def chained(f: F, times: int) -> F:
    def repeated(x: Value) -> Value:
        for _ in range(times):
            x = f(x)
        return x

    return repeated


def doubled_down(x: Value) -> Value:
    # Each path is worth 1, there are 2**40, and y is about 1.
    return chained(lambda t: t + t, 40)(x) - 2.0**40 + 1.0


WHOLE: list[tuple[float, F, str, str]] = [
    (2.0, lambda x: x - x, "zero", "paths_cancel"),
    (2.0, lambda x: x * 1.00000001 - x, "tiny", "paths_cancel"),
    (0.5, chained(lambda x: (x * 0.5).sigmoid(), 20), "tiny", "vanishing"),
    (0.0, chained(lambda x: (x * 10.0).sin(), 12), "huge", "exploding"),
    (1.0, doubled_down, "huge", "many_paths"),
    (1e-300, lambda x: 1e308 * x + 1e308 * x, "infinite", "sum_overflow"),
    (0.0, lambda x: x.sqrt() - x.sqrt(), "nan", "infinities_meet"),
    (2.0, lambda x: x * W, "ordinary", "single_path"),
    (2.0, lambda x: x * W + x.exp(), "ordinary", "largest_path"),
]


@pytest.mark.parametrize(("at", "f", "verdict", "reason"), WHOLE, ids=[case[3] for case in WHOLE])
def test_where_no_single_edge_is_to_blame(at: float, f: F, verdict: str, reason: str) -> None:
    x = v(at)
    found = ag.why(f(x), x)
    assert (found.verdict, found.reason, found.edge) == (verdict, reason, None)


def test_cancelling_contributions_are_shown() -> None:
    x = v(2.0)
    inner = x.exp()
    found = ag.why(inner * 3 - inner * 3, x)
    assert found.at is inner
    assert sorted(found.contributions) == [-3.0, 3.0]
    assert "The contributions that meet at v1 cancel: -3 + 3 = 0." in str(found)


def test_a_vanishing_gradient_is_counted_along_its_largest_path() -> None:
    x = v(0.5)
    found = ag.why(chained(lambda t: (t * 0.5).sigmoid(), 20)(x), x)
    assert found.path is not None
    assert len(found.path.local_derivatives) == 40
    assert "of the 40 local derivatives on the largest path, 40 are below 1" in str(found)


def test_an_ordinary_derivative_comes_with_its_largest_path() -> None:
    x = v(2.0)
    found = ag.why(x * W + x.exp(), x)
    assert found.count == 2
    assert found.path is not None
    assert found.path.local_derivatives[0] == x.exp().data
    assert "The largest of 2 paths is x → v2 → v3: 7.38906 × 1 = 7.38906." in str(found)


def test_numbered_arrows_are_explained_where_they_stand() -> None:
    x = v(2.0)
    legend = "(→₁, →₂: enters as the first, as the second operand.)"
    assert str(ag.why(x * x, x)).endswith(f"The largest of 2 paths is x →₁ v1: 2. {legend}")
    assert legend not in str(ag.why(x * W + x.exp(), x))
    assert legend not in str(ag.why((x * x) * 0, x))  # the largest path is known, and not written


# --- no path ------------------------------------------------------------------------------------------------------

X, G = v(2.0), ag.constant(9.81, "g")
CUT = X.detach()

#: The reason → a y and an x.
APART: dict[str, tuple[Value, Value]] = {
    "constant": (G * W, G),
    "detached_itself": (CUT * W, CUT),
    "detached": (CUT * W, X),
    "detached_output": (CUT, X),
    "perhaps_detached": (X.exp().detach() * W, X),
    "not_connected": (W * 2, X),
    "namesake": (v(1.0) * 2, X),
    "other_way_round": (X, X * 3),
    "not_finite": (v(0.0).log(), X),
    "itself": (X, X),
}


def test_not_connected() -> None:
    found = ag.why(W * 2, v(2.0))
    assert (found.verdict, found.reason, found.edge, found.derivative) == ("zero", "not_connected", None, 0.0)


def test_another_node_of_the_same_name() -> None:
    earlier = v(1.0)
    found = ag.why(earlier * 2, v(1.0))
    assert (found.reason, found.at) == ("namesake", earlier)
    assert "∂v1/∂x is 0. No path leads from x to v1. Another node" in str(found)


def test_the_other_way_round() -> None:
    x = v(2.0)
    found = ag.why(x, x * 3)
    assert found.reason == "other_way_round"
    assert "ask for ∂v1/∂x with ag.why(v1, x)" in str(found)


def test_a_constant() -> None:
    g = ag.constant(9.81, "g")
    assert ag.why(g * W, g).reason == ag.why(g * 2, g * 3).reason == "constant"
    assert str(ag.why(g * W, g)).endswith("made with Value(9.81); on the command line, with name=number after the expression.")
    cut = W.detach()
    assert ag.why(cut * 2, cut).reason == "detached_itself"


def test_cut_by_detach() -> None:
    x = v(2.0)
    inner = x.exp()
    cut = inner.detach()
    y = cut * W
    found = ag.why(y, x)
    assert (found.verdict, found.reason, found.edge) == ("zero", "detached", (y, cut))
    assert ag.why(y, inner).edge == (y, cut)
    assert ag.why(y, W).verdict == "ordinary"
    assert ag.why(cut, x).reason == "detached_output"


def test_cut_twice() -> None:
    x = v(2.0)
    first = x * 3
    second = first.detach() * W
    last = second.detach() + W
    assert ag.why(last, x).edge == (last, last.operands[0])


def test_what_was_cut_from_something_that_is_gone() -> None:
    x = v(2.0)
    y = x.exp().detach() * W
    found = ag.why(y, x)
    assert (found.reason, found.edge) == ("perhaps_detached", (y, y.operands[0]))


def test_one_path_is_cut_and_one_is_not() -> None:
    x = v(2.0)
    assert ag.why(x.detach() * x, x).verdict == "ordinary"


# --- what grad refuses, and itself --------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [nan, inf, -1.0])
def test_an_output_that_is_no_number(at: float) -> None:
    x = v(at)
    y = x.log() * 2
    found = ag.why(y, x)
    assert (found.verdict, found.reason) == ("nan", "not_finite")
    assert found.at is (y.operands[0] if isfinite(at) else x)


def test_of_itself() -> None:
    x = v(2.0)
    found = ag.why(x, x)
    assert (found.verdict, found.reason, found.derivative) == ("ordinary", "itself", 1.0)


def test_only_values() -> None:
    with pytest.raises(TypeError, match=r"why\(y, x\) takes Values, got float 2.0"):
        ag.why(v(1.0), 2.0)  # type: ignore[arg-type]


# --- several edges ------------------------------------------------------------------------------------------------


def test_further_edges_are_named_and_then_counted() -> None:
    x = v(1.0)
    y = ag.sum([(x - i).relu() for i in range(2, 8)])
    found = ag.why(y, x)
    assert found.reason == "dead_relu"
    assert len(found.others) == 5
    assert str(found).endswith("Other paths end, on the way back, at v10 → v9, v8 → v7, v6 → v5 and at 2 further edges.")


def test_a_comparison_is_to_blame_only_where_nothing_else_is() -> None:
    x = v(-1.0)
    y = ag.where(x.gt(0.0), x, 5.0)
    assert ag.why(y, x).reason == "untaken_branch"
    both = x.gt(0.0) + (x - x)
    assert ag.why(both, x).reason == "paths_cancel"


def test_an_edge_and_contributions_that_cancel_are_both_named() -> None:
    x = v(1.0)
    text = str(ag.why((x - 2).relu() + (x - x), x))
    assert "relu" in text
    assert "cancel" in text


# --- any graph ----------------------------------------------------------------------------------------------------


def fits(verdict: str, derivative: float) -> bool:
    """The verdicts as the docstring of `why` defines them."""
    if isnan(derivative) or isinf(derivative) or derivative == 0:
        return verdict == ("nan" if isnan(derivative) else "infinite" if isinf(derivative) else "zero")
    return verdict == ("tiny" if abs(derivative) < TINY else "huge" if abs(derivative) > HUGE else "ordinary")


def is_true(found: reasons.Reason) -> None:
    """What the reason says of its numbers is so."""
    factors = [abs(local) for local in found.path.local_derivatives] if found.path else []
    if found.reason in ("vanishing", "exploding"):  # little by little: not by one factor alone
        assert sum(factor < 1 if found.reason == "vanishing" else factor > 1 for factor in factors) > 1
    if found.step and found.verdict in ("tiny", "huge"):
        assert abs(found.step.local_derivative) < 1 if found.verdict == "tiny" else abs(found.step.local_derivative) > 1
    if found.reason == "many_paths":
        assert found.count > 1
    if found.reason == "paths_cancel":
        assert min(found.contributions) < 0 < max(found.contributions)


def holds(y: Value, x: Value) -> None:
    found = ag.why(y, x)
    [derivative] = ag.grad(y, [x])
    assert repr(found.derivative) == repr(derivative)
    assert fits(found.verdict, derivative), (found.verdict, derivative)
    assert str(found)
    is_true(found)
    upstream = gradients({y: 1.0})
    if found.edge and found.step:
        node, operand = found.edge
        local = node.local_derivatives[found.step.position]
        assert node.operands[found.step.position] is operand
        assert local is not None
        contribution = upstream[node] * local
        if found.verdict == "zero":
            assert upstream[node] != 0.0 == contribution
        if found.verdict == "nan":
            assert isnan(contribution)
            assert not isnan(upstream[node])
        if found.verdict == "infinite":
            assert isinf(contribution)
            assert isfinite(upstream[node])
    if found.contributions:
        assert found.at is not None
        assert repr(sum(found.contributions)) == repr(upstream[found.at] + 0.0)


@given(expressions(ops.TABLE.values()))
def test_any_expression(expression: Expression) -> None:
    xs, y = expression.record()
    for x in xs:
        holds(y, x)


@given(hostile_graphs())
def test_any_graph_gets_an_answer(graph: tuple[Value, Value]) -> None:
    y, x = graph
    if isfinite(y.data):
        holds(y, x)
    else:
        assert ag.why(y, x).reason == "not_finite"


@given(graphs_of_any_slopes())
def test_any_local_derivatives_get_an_answer(graph: tuple[Value, Value]) -> None:
    holds(*graph)


# --- sizes: a derivative is tiny or huge by itself, not beside the numbers around it ----------------------------------

FINITE = st.floats(-1e290, 1e290)


@given(FINITE, FINITE)
def test_what_a_sum_passes_on_unchanged_is_ordinary(at: float, other: float) -> None:
    x = v(at)
    assert ag.why(x + other, x).verdict == ag.why(other - x, x).verdict == "ordinary"


@given(FINITE, st.floats(min_value=1e-12, max_value=1e12))
def test_the_other_factor_is_to_blame_however_large_the_numbers_are(at: float, factor: float) -> None:
    x = v(at)
    found = ag.why(factor * x, x)
    expected = ("tiny", "small_factor") if factor < TINY else ("huge", "large_factor") if factor > HUGE else ("ordinary", "single_path")
    assert (found.verdict, found.reason) == expected


@given(expressions(ops.TABLE.values()), FINITE)
def test_adding_a_number_changes_no_reason(expression: Expression, number: float) -> None:
    xs, y = expression.record()
    assume(isfinite(y.data + number))
    for x in xs:
        before, after = ag.why(y, x), ag.why(y + number, x)
        assert (after.verdict, after.derivative) == (before.verdict, before.derivative)
        assert after.reason == before.reason.replace("itself", "single_path")


def test_a_long_chain() -> None:
    x = v(0.5)
    found = ag.why(chained(lambda t: (t * 0.5).sigmoid(), 20_000)(x), x)
    assert (found.verdict, found.reason) == ("zero", "underflow")
    assert "of the 40,000 local derivatives on the largest path, 40,000 are below 1" in str(found)


# --- the words ----------------------------------------------------------------------------------------------------


def test_every_reason_and_verdict_that_there_are_words_for_is_given() -> None:
    given = [asked(at, f) for at, f, *_ in EDGES] + [asked(at, f) for at, f, *_ in WHOLE] + [ag.why(*pair) for pair in APART.values()]
    assert {found.reason for found in given} == set(REASONS)
    assert {found.verdict for found in given} == set(VERDICTS)


@pytest.mark.parametrize("expected", APART)
def test_what_no_path_joins(expected: str) -> None:
    assert ag.why(*APART[expected]).reason == expected


def asked(at: float, f: F) -> reasons.Reason:
    x = v(at)
    return ag.why(f(x), x)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_field_of_a_sentence_is_left_empty(language: str) -> None:
    points: list[tuple[float, F]] = [*((at, f) for at, f, *_ in EDGES), *((at, f) for at, f, *_ in WHOLE)]
    with ag.language(language):
        for text in [str(asked(at, f)) for at, f in points] + [str(ag.why(*pair)) for pair in APART.values()]:
            assert not re.search(r"[{}]|\( ?\)|  ", text.replace("detach()", "detach")), text


def test_in_a_repl_it_shows_its_text() -> None:
    x = v(-2.0)
    found = ag.why(x.relu(), x)
    assert repr(found) == str(found)
