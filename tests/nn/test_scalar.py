"""The scalar engine: what it foretells, and that it leaves no graph behind."""

from __future__ import annotations

import sys

import pytest

import autograd_mini as ag
import nn
from autograd_mini.graph import topological_order
from nn.datasets import Samples
from nn.scalar import Forecast, forecast

XOR = Samples([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])


def test_the_forecast_counts_what_is_recorded() -> None:
    net = nn.MLP(2, [4, 2], rng=0)
    found = forecast(net, nn.quadratic_cost, XOR)
    cost = nn.quadratic_cost(net(XOR.x[0]), [1.0, 0.0])
    assert found.nodes == len(topological_order([cost]))
    assert found.samples == 4
    # The parameters were there before; each of the others has at least its slots.
    new = found.nodes - len(net.parameters())
    assert sys.getsizeof(cost) * new <= found.bytes <= 1000 * new
    assert found.seconds > 0
    assert forecast(net, nn.quadratic_cost, XOR, l2=0.1).nodes > found.nodes
    assert all(parameter.grad is ag.NOT_YET for parameter in net.parameters())


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0123, "0.012 seconds"), (95.0, "95 seconds"), (600.0, "10 minutes"), (3600.0 * 9, "9 hours")]
)
def test_the_forecast_in_words(seconds: float, text: str) -> None:
    with ag.language("en"):
        told = str(Forecast(60_000, 48_000, 12_300_000, seconds))
    assert text in told
    assert "60,000 graphs of 48,000 Values, 12,300 kB each" in told
    assert "2,880,000,000" in told


def test_a_scalar_run_says_first_what_it_will_take(capsys: pytest.CaptureFixture[str]) -> None:
    with ag.language("en"):
        nn.fit(nn.MLP(2, [2]), XOR, epochs=1, engine="scalar")
        assert "an epoch records 4 graphs of" in capsys.readouterr().err
        nn.fit(nn.MLP(2, [2]), XOR, epochs=1)
        assert capsys.readouterr().err == ""
