"""The scalar engine: what it foretells, that this changes nothing, and what it says of a sample that overflows."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

import pytest

import autograd_mini as ag
import nn
from autograd_mini.errors import NonFiniteError
from autograd_mini.graph import topological_order
from nn.compiled import Cost
from nn.datasets import Samples
from nn.scalar import FEW, SOME, Forecast, Scalar

XOR = Samples([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])


def trainer_of(net: nn.MLP, optimizer: nn.Optimizer | None = None, cost: Cost = nn.quadratic_cost, batch: int = 1, **parts: Any) -> Scalar:
    optimizer = optimizer or nn.SGD(net.parameters(), 3.0)
    return Scalar(net, cost, parts.get("l2", 0.0), parts.get("samples", XOR), batch, optimizer, "float64")


class Clock:
    """A clock that only goes on when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr("nn.scalar.perf_counter", lambda: self.now)

    def slow(self, monkeypatch: pytest.MonkeyPatch, method: str, seconds: float) -> None:
        """Let what a method does take so long."""
        does = getattr(Scalar, method)

        def taking(trainer: Scalar, *given: Any) -> Any:
            self.now += seconds
            return does(trainer, *given)

        monkeypatch.setattr(Scalar, method, taking)


def test_the_forecast_counts_what_is_recorded() -> None:
    net = nn.MLP(2, [4, 2], rng=0)
    found = trainer_of(net).forecast()
    cost = nn.quadratic_cost(net(XOR.x[0]), [1.0, 0.0])
    assert found.nodes == len(topological_order([cost]))
    assert found.samples == 4
    # The parameters were there before; each of the others has at least its slots.
    new = found.nodes - len(net.parameters())
    assert sys.getsizeof(cost) * new <= found.bytes <= 1000 * new
    assert found.seconds > 0
    assert trainer_of(net, l2=0.1).forecast().nodes > found.nodes


@pytest.mark.parametrize(("samples", "batch", "steps"), [(1, 1, 1), (4, 1, 4), (200, 1, 200), (200, 64, 4), (200, 200, 1)])
def test_the_forecast_adds_up_samples_and_steps(monkeypatch: pytest.MonkeyPatch, samples: int, batch: int, steps: int) -> None:
    clock, net = Clock(monkeypatch), nn.MLP(2, [2, 1], rng=0)
    clock.slow(monkeypatch, "_met", 2.0**-7)
    clock.slow(monkeypatch, "_step", 0.25)
    found = trainer_of(net, batch=batch, samples=nn.datasets.moons(samples)).forecast()
    assert found.seconds == samples * 2.0**-7 + steps * 0.25


@pytest.mark.parametrize(("hidden", "samples", "tried"), [(16, 4, 4), (16, 2000, None), (4000, 4, FEW), (4000, 1, 1)])
def test_a_forecast_tries_as_many_samples_each_time(hidden: int, samples: int, tried: int | None) -> None:
    """Few of large graphs, more of small ones, none twice; and never by the clock: a cost may draw random numbers."""
    rng = Random(0)

    def noisy(outputs: Sequence[ag.Value], target: Sequence[Any]) -> ag.Value:
        return nn.quadratic_cost(outputs, target) * rng.uniform(0.5, 1.5)

    drawn = set()
    for _again in range(3):
        rng.seed(0)
        found = trainer_of(nn.MLP(2, [hidden, 1], rng=0), cost=noisy, samples=nn.datasets.moons(samples)).forecast()
        drawn.add(rng.random())
    rng.seed(0)
    for _sample in range(2 + (SOME // found.nodes if tried is None else tried)):  # two to measure the graph
        rng.uniform(0.5, 1.5)
    assert drawn == {rng.random()}


class Scheduled(nn.SGD):
    """It has a rate for each step, and draws random numbers of its own."""

    def __init__(self, parameters: list[ag.Value], rates: list[float]) -> None:
        super().__init__(parameters, 1.0)
        self.rates, self.rng = rates, Random(0)
        self.extra: object = None

    def rule(self, gradient: Any, *_memory: Any) -> Any:
        return (self.rates[self.steps - 1] * gradient * self.rng.random(),)


def test_a_forecast_leaves_alone_what_an_optimizer_has_of_its_own() -> None:
    net = nn.MLP(2, [3, 2], rng=0)
    optimizer = Scheduled(net.parameters(), [0.5, 0.25])  # the forecast tries four steps, as many as an epoch has
    before = optimizer.rng.getstate(), net.state_dict()
    trainer_of(net, optimizer).forecast()
    optimizer.extra = Lock()  # which cannot be copied
    trainer_of(net, optimizer).forecast()
    assert (optimizer.rng.getstate(), net.state_dict(), optimizer.steps) == (*before, 0)


def test_a_run_at_its_end_has_no_forecast(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for told in (True, False):
        nn.fit(nn.MLP(2, [3, 2], rng=0), XOR, epochs=2, engine="scalar", checkpoint=tmp_path, resume=tmp_path)
        assert ("Sample by sample" in capsys.readouterr().err) == told


@pytest.mark.parametrize("learning_rate", [0.5, 1e308])
@pytest.mark.parametrize("of", [nn.SGD, nn.Momentum, nn.Adam])
def test_a_forecast_changes_nothing(of: Callable[..., nn.Optimizer], learning_rate: float) -> None:
    """Not even where its step goes too far: 1e308 times a gradient of thousands."""
    net = nn.MLP(2, [3, 2], activation="linear", rng=0)
    optimizer = of(net.parameters(), 0.01)
    nn.fit(net, XOR, epochs=1, optimizer=optimizer)
    (1000 * nn.quadratic_cost(net([1.0, 2.0]), [0.0, 5000.0])).backward()
    net.parameters()[0].grad = ag.NOT_YET
    optimizer.learning_rate = learning_rate

    def standing() -> Any:
        remembered = {name: list(column) for name, column in optimizer.memory.items()}
        return net.state_dict(), [id(parameter.grad) for parameter in net.parameters()], {**vars(optimizer), "memory": remembered}

    before, trainer = standing(), trainer_of(net, optimizer, samples=Samples([[1000.0, -1000.0]] * 4, [0, 1, 1, 0]))
    trainer.forecast()
    assert standing() == before

    trainer.samples = Samples([[1e200, 1.0], [0.0, 0.0]], [0, 1])
    with pytest.raises(NonFiniteError, match="the loss of training sample 0 is inf"):
        trainer.forecast()
    assert standing() == before
    assert not tracemalloc.is_tracing()


def test_after_a_forecast_training_is_the_same() -> None:
    nets = [nn.MLP(2, [3, 2], rng=0), nn.MLP(2, [3, 2], rng=0)]
    trainers = [trainer_of(net, nn.Adam(net.parameters(), 0.1), batch=3) for net in nets]
    trainers[0].forecast()
    losses = [list(trainer.train([3, 1, 0, 2], 0, 4)) for trainer in trainers]
    assert losses[0] == losses[1]
    assert nets[0].state_dict() == nets[1].state_dict()


def test_a_loss_that_overflows_names_the_sample() -> None:
    samples = Samples([[0.0, 1.0], [1.0, 0.0], [1e200, 1.0]], [0, 1, 1])
    for engine in nn.training.ENGINES:
        net = nn.MLP(2, [2], activation="linear", rng=0)
        with pytest.raises(NonFiniteError, match="the loss of training sample 2 is inf"):
            nn.fit(net, samples, epochs=1, engine=engine)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_rests_during_a_sample_only(enabled: bool) -> None:
    seen = []

    def cost(outputs: Any, targets: Any) -> ag.Value:
        seen.append(gc.isenabled())
        return nn.quadratic_cost(outputs, targets)

    was = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        list(trainer_of(nn.MLP(2, [2], rng=0), cost=cost).train([0, 1], 0, 2))
        assert (seen, gc.isenabled()) == ([False, False], enabled)
        with pytest.raises(NonFiniteError):
            trainer_of(nn.MLP(2, [2], "linear", rng=0), samples=Samples([[1e200, 0.0]], [0]))._met(0, 1.0)
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if was else gc.disable)()


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
