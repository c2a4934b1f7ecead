"""Functions of floats: noise that is measured, kinks and edges that nobody announces, the order of the Taylor remainder."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hard import HARD, alternating, chooses_for_this_point_alone
from hypothesis import assume, given
from hypothesis import strategies as st
from rows import ROWS

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.checks import AGREE, CANNOT_TELL, DISAGREE, Expression, expressions, gradcheck
from autograd_mini.checks.opaque import SPACED, THIRDS
from autograd_mini.errors import GradientMismatch

FUNCTIONS: Mapping[str, Callable[[Any, Any], Any]] = {**HARD, "kinked": lambda x, y: ag.relu(x * y) + ag.abs(x), "many terms": alternating}


def gradient_of(f: Callable[..., Any], point: tuple[float, ...]) -> list[float]:
    xs = [Value(x) for x in point]
    return ag.grad(f(*xs), xs)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_false_alarm_and_what_is_off_by_1e_4_is_caught(name: str) -> None:
    f, random = FUNCTIONS[name], Random(3)
    verdicts, caught, tried = [], 0, 0
    for _ in range(8 if f is alternating else 150):
        point = random.uniform(-10, 10), random.uniform(-10, 10)
        right = gradient_of(f, point)
        verdicts += [finding.verdict for finding in gradcheck(f, *point, gradient=lambda *_, right=right: right).findings]
        for i, claim in enumerate(right):
            if fabs_large(claim):
                tried += 1
                off = [d * (1 + 1e-4) if i == j else d for j, d in enumerate(right)]
                try:
                    gradcheck(f, *point, gradient=lambda *_, off=off: off)
                except GradientMismatch:
                    caught += 1
    assert set(verdicts) <= {AGREE, CANNOT_TELL}
    assert verdicts.count(AGREE) >= (0.8 if name == "a staircase" else 0.9) * len(verdicts)
    assert caught >= 0.98 * tried > 0


def fabs_large(claim: float) -> bool:
    """Not one that rounding alone could have made."""
    return math.fabs(claim) > 1e-10


@given(expressions(rows=ROWS))
def test_no_false_alarm_on_random_expressions(expression: Expression) -> None:
    assume(not chooses_for_this_point_alone(expression))
    right = gradient_of(expression, expression.point)
    report = gradcheck(expression, *expression.point, gradient=lambda *_: right)
    # A one-sided convention at a kink of a kink is no slope that anybody could measure; the graph would know, the numbers do not.
    if all(finding.verdict == AGREE for finding in gradcheck(expression, *expression.point).findings):
        assert {finding.verdict for finding in report.findings} <= {AGREE, CANNOT_TELL}


@given(expressions(), st.sampled_from([5e-324, 1e-320, 1e-310, 1e-300, 1e300]), st.floats(-2, 2))
def test_whatever_is_claimed_at_whatever_scale_there_is_a_verdict(expression: Expression, scale: float, factor: float) -> None:
    claims = [scale * factor * g for g in gradient_of(expression, expression.point)]
    with suppress(GradientMismatch):
        gradcheck(lambda *xs: scale * expression(*xs), *expression.point, gradient=lambda *_: claims)


def test_the_weights_of_third_differences() -> None:
    """They vanish on parabolas, and leave independent errors as large as they are."""
    for i, weights in enumerate(THIRDS):
        for power in range(3):
            assert sum(w * t**power for w, t in zip(weights, SPACED[i:], strict=False)) == pytest.approx(0.0, abs=1e-14)
        assert math.hypot(*weights) == pytest.approx(1.0)
        assert abs(sum(w * t**3 for w, t in zip(weights, SPACED[i:], strict=False))) > 1e-3


@pytest.mark.parametrize(("claim", "order", "verdict"), [(0.5, "", AGREE), (0.50005, "1.0", DISAGREE)])
def test_the_taylor_remainder_where_short_steps_drown(claim: float, order: str, verdict: str) -> None:
    def noisy(x: float) -> float:
        return 0.5 * x + 1e-9 * math.sin(1e9 * x)  # a simulation that converged to nine digits

    if verdict == AGREE:
        [finding] = gradcheck(noisy, 1.0, gradient=lambda x: [claim]).findings
        assert (finding.verdict, finding.witnesses[-1].witness[:16]) == (AGREE, "Taylor remainder")
    else:
        with pytest.raises(GradientMismatch, match=f"Taylor remainder, of order {order} in h,: 0.[45]"):
            gradcheck(noisy, 1.0, gradient=lambda x: [claim])


def test_jumps_and_flats() -> None:
    [finding] = gradcheck(math.floor, 2.0, gradient=lambda x: [0.0]).findings
    assert (finding.verdict, finding.reason) == (CANNOT_TELL, "f moves in jumps around the point")
    assert gradcheck(math.floor, 2.5, gradient=lambda x: [0.0])
    assert gradcheck(lambda x: 3.0, 1.0, gradient=lambda x: [0.0])
    with pytest.raises(GradientMismatch):
        gradcheck(lambda x: 3.0, 1.0, gradient=lambda x: [0.1])
    with pytest.raises(GradientMismatch):
        gradcheck(lambda x: max(x, 0.0), -1.0, gradient=lambda x: [1e-3])


@pytest.mark.parametrize(
    ("f", "slope", "x"),
    [
        (lambda t: math.sqrt(t - 1), lambda t: 0.5 / math.sqrt(t - 1), 1 + 1e-9),
        (lambda t: math.log(t - 1), lambda t: 1 / (t - 1), 1 + 1e-8),
        (lambda t: 1 / (t - 1), lambda t: -1 / (t - 1) ** 2, 1 + 1e-8),
        (lambda t: math.sin(1e8 * t), lambda t: 1e8 * math.cos(1e8 * t), 0.7),
        (lambda t: math.sin(t) + abs(t - 1), lambda t: math.cos(t) + 1, 1 + 1e-10),
        (lambda t: round(math.sin(t), 4), math.cos, 0.7),
    ],
)
def test_right_gradients_that_no_step_can_see(f: Callable[[float], float], slope: Callable[[float], float], x: float) -> None:
    assert gradcheck(f, x, gradient=lambda t: [slope(t)]).findings[0].verdict == CANNOT_TELL


def test_float32_inside_is_no_mismatch_and_a_large_slip_is_none_less() -> None:
    numpy = pytest.importorskip("numpy")
    random = Random(0)

    def f(t: float) -> float:
        return float(numpy.tanh(numpy.float32(t)))

    for _ in range(100):
        x = random.uniform(-2, 2)
        right = 1 / math.cosh(x) ** 2
        gradcheck(f, x, gradient=lambda t, right=right: [right])  # no mismatch
        with pytest.raises(GradientMismatch):
            gradcheck(f, x, gradient=lambda t, right=right: [-right])


@pytest.mark.parametrize("f", [lambda x: (2 * x + 1e12) - 1e12, lambda t: round(math.sin(t), 4)])
def test_a_gradient_of_0_is_not_right_because_short_steps_see_nothing(f: Callable[[float], float]) -> None:
    with suppress(GradientMismatch):
        assert not gradcheck(f, 0.7, gradient=lambda x: [0.0])


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1.0, 1e300])
def test_a_gradient_of_0_is_judged_beside_the_size_of_f(scale: float) -> None:
    with pytest.raises(GradientMismatch):
        gradcheck(lambda x: scale * math.exp(x), 0.5, gradient=lambda x: [0.0])
    assert gradcheck(lambda x: scale * (x - 0.5) ** 2, 0.5, gradient=lambda x: [0.0])


@given(st.floats(-3, 3), st.floats(-1, 1))
def test_at_a_kink_the_claim_lies_between_the_slopes(left: float, share: float) -> None:
    right = left + 1.0

    def f(x: float) -> float:
        return (left if x < 0 else right) * x + x * x

    claim = (left + right) / 2 + share
    inside = left <= claim <= right
    if min(abs(claim - left), abs(claim - right)) < 1e-6:
        return
    if inside:
        assert gradcheck(f, 0.0, gradient=lambda x: [claim])
    else:
        with pytest.raises(GradientMismatch, match="a kink"):
            gradcheck(f, 0.0, gradient=lambda x: [claim])


def test_a_loss_of_scikit_learn() -> None:
    """The gradient that its logistic regression descends, derived by hand there; and the same without the penalty's part."""
    losses = pytest.importorskip("sklearn._loss")
    linear = pytest.importorskip("sklearn.linear_model._linear_loss")
    numpy = pytest.importorskip("numpy")
    rng = numpy.random.default_rng(0)
    inputs, labels = rng.normal(size=(20, 3)), rng.integers(0, 2, size=20).astype(float)
    loss = linear.LinearModelLoss(base_loss=losses.HalfBinomialLoss(), fit_intercept=True)

    def f(*weights: float) -> float:
        return float(loss.loss(numpy.array(weights), inputs, labels, l2_reg_strength=0.1))

    def gradient(*weights: float, strength: float = 0.1) -> list[float]:
        return list(loss.gradient(numpy.array(weights), inputs, labels, l2_reg_strength=strength))

    for _ in range(20):
        weights = rng.normal(size=4).tolist()
        assert gradcheck(f, *weights, gradient=gradient)
        with pytest.raises(GradientMismatch):
            gradcheck(f, *weights, gradient=lambda *weights: gradient(*weights, strength=0.0))


def test_a_gradient_somebody_else_wrote() -> None:
    """SciPy's Rosenbrock function, its derivative written by hand there; and the same with a slip planted."""
    optimize = pytest.importorskip("scipy.optimize")

    def f(*x: float) -> float:
        return float(optimize.rosen(x))

    def slipped(*x: float) -> list[float]:
        claimed = list(optimize.rosen_der(x))
        claimed[1] += 2.0 * x[1]
        return claimed

    random = Random(0)
    for _ in range(50):
        point = [random.uniform(-2, 2) for _ in range(4)]
        assert gradcheck(f, *point, gradient=lambda *x: list(optimize.rosen_der(x)))
        with pytest.raises(GradientMismatch, match="∂f/∂x1"):
            gradcheck(f, *point, gradient=slipped)
