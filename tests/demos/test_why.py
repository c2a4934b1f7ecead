"""Why backpropagation: trying gives the same numbers, at the price of one forward pass for each weight."""

from __future__ import annotations

from itertools import count

import pytest
from told import as_typed, of_the_course, told

import autograd_mini as ag
import nn
from demos import why

OURS = {
    "error of the output, o − t": "1", "loss ½(o − t)²": "0.5",
    "tried: loss per unit of w1": "2.002", "tried: loss per unit of w2": "4.008",
    "tried: loss per unit of w3": "0.500125", "tried: loss per unit of w4": "0.25003125",
    "∂loss/∂o": "1", "∂loss/∂h1": "2", "∂loss/∂h2": "4",
    "∂loss/∂w1": "2", "∂loss/∂w2": "4", "∂loss/∂w3": "0.5", "∂loss/∂w4": "0.25",
    "weights and biases of 784-30-10": "23860", "forward passes to try each of them once": "23861",
    "connections of 784-30-10": "23820", "connections of 30-30-10": "1200",
}  # fmt: skip


def test_the_numbers_all_of_them_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count()  # every look at it is a second later: each pass takes one
    monkeypatch.setattr(why, "perf_counter", lambda: float(next(clock)))
    measured = {"one forward and one backward pass, in forward passes": "2", "trying takes so many times as long": "11930.5"}
    found = told(why.tell())
    assert as_typed(found, OURS | measured) == OURS | measured
    assert of_the_course(found) == {}


def test_the_quickest_of_several_rounds_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    forward, backward = [0.0, 3.0, 4.0, 6.0, 7.0, 12.0], [20.0, 21.0, 22.0, 24.5, 26.0, 27.5]
    times = iter(forward + backward)
    monkeypatch.setattr(why, "perf_counter", lambda: next(times))
    assert why.measured(nn.MLP(1, [1])) == (2.0, 1.0)


def test_recording_the_graph_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the clock runs, nothing but `evaluate` and `backward` is called on the graph: it has been recorded before."""
    looks = count()
    made: list[ag.Value] = []

    def cost(outputs: list[ag.Value], wanted: list[float]) -> ag.Value:
        assert next(looks) == 0
        made.append(nn.losses.quadratic_cost(outputs, wanted))
        return made[-1]

    monkeypatch.setattr(nn, "quadratic_cost", cost)
    monkeypatch.setattr(why, "perf_counter", lambda: float(next(looks)))
    assert why.measured(nn.MLP(2, [2])) == (1.0, 1.0)
    assert (len(made), next(looks)) == (1, 1 + 4 * why.ROUNDS)


@pytest.mark.parametrize("number", range(4))
def test_trying_comes_as_near_to_the_derivative_as_a_line_to_its_curve(number: int) -> None:
    net = why.build()
    weight = net.weights[number]
    [slope] = ag.grad(net.loss, [weight], create_graph=True)
    [curvature] = ag.grad(slope, [weight])
    tried = (ag.evaluate(net.loss, {weight: weight.data + why.TRIAL})[net.loss] - net.loss.data) / why.TRIAL
    assert tried - slope.data == pytest.approx(0.5 * curvature * why.TRIAL, rel=1e-6)
