"""A run: why it ends, what it measures on the way, and who is told."""

from __future__ import annotations

import signal
from random import Random
from typing import Any

import pytest

import nn
from autograd_mini.errors import NonFiniteError
from nn import compiled, scalar
from nn.datasets import Samples, moons
from nn.shuffling import shuffled

XOR = Samples([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
POINTS = moons(40, noise=0.2, rng=3)


def numbers(net: nn.MLP) -> list[float]:
    return [parameter.data for parameter in net.parameters()]


# --- Ctrl-C -------------------------------------------------------------------------------------------------------


def interrupting(monkeypatch: pytest.MonkeyPatch, trainer: Any, *, after: int) -> list[int]:
    """Press Ctrl-C within the training, when so many batches have been met; lists the samples of all that were met."""
    train, met = trainer.train, []

    def interrupted(self: Any, order: Any, start: int, stop: int) -> Any:
        for losses, right in train(self, order, start, stop):
            met.append(len(losses))
            if len(met) == after:
                signal.raise_signal(signal.SIGINT)
            yield losses, right

    monkeypatch.setattr(trainer, "train", interrupted)
    return met


@pytest.mark.parametrize(("engine", "trainer"), [("compiled", compiled.Compiled), ("scalar", scalar.Scalar)])
def test_ctrl_c_ends_after_the_step_and_keeps_what_was_learned(engine: str, trainer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "TOGETHER", 2)
    net, twin = nn.MLP(2, [4, 2], rng=1), nn.MLP(2, [4, 2], rng=1)
    met = interrupting(monkeypatch, trainer, after=3)
    history = nn.fit(net, XOR, XOR, epochs=5, batch_size=2, engine=engine)
    assert met == [2, 2, 2]
    assert history.ended == "Ctrl-C"
    assert history.samples == 6
    assert len(history.loss) == len(history.test_accuracy) == 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    monkeypatch.undo()
    optimizer = nn.SGD(twin.parameters(), 3.0)
    nn.fit(twin, XOR, epochs=1, batch_size=2, rng=(rng := Random(0)), optimizer=optimizer, engine=engine)
    first = [int(index) for index in shuffled(rng, 4)][:2]
    optimizer.zero_grad()
    for index in first:  # the third step, by hand
        label = XOR.y[index]
        (0.5 * nn.quadratic_cost(twin(XOR.x[index]), [1.0 - label, float(label)])).backward()
    optimizer.step()
    assert numbers(net) == pytest.approx(numbers(twin), rel=1e-12)


def test_a_second_ctrl_c_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(self: Any, order: Any, start: int, stop: int) -> Any:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        yield [0.0], 0

    monkeypatch.setattr(compiled.Compiled, "train", twice)
    with pytest.raises(KeyboardInterrupt):
        nn.fit(nn.MLP(2, [2]), XOR)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


# --- validation and early stop ------------------------------------------------------------------------------------


def test_validation_is_measured_after_each_epoch() -> None:
    net = nn.MLP(2, [4, 2], rng=1)
    seen = []
    history = nn.fit(
        net, XOR, POINTS[:10], epochs=4, validation=POINTS, callbacks=[lambda epoch: seen.append(nn.evaluate(epoch.net, POINTS, "scalar"))]
    )
    assert history.validation_accuracy == seen
    assert len(history.test_accuracy) == 4


@pytest.mark.parametrize("engine", ["compiled", "scalar"])
def test_early_stop_waits_and_keeps_the_best(engine: str) -> None:
    net = nn.MLP(2, [6, 2], rng=4)
    kept: list[list[float]] = []
    history = nn.fit(
        net, POINTS[:20], validation=POINTS[20:], epochs=300, batch_size=5, learning_rate=8.0, engine=engine, patience=7,
        callbacks=[lambda epoch: kept.append(numbers(epoch.net))],
    )  # fmt: skip
    found = history.validation_accuracy
    best = found.index(max(found))
    assert history.ended == "no improvement"
    assert len(found) - 1 - best == 7  # seven epochs without a better one
    assert numbers(net) == kept[best] != kept[-1]
    assert nn.evaluate(net, POINTS[20:]) == max(found)


def test_a_better_epoch_starts_the_wait_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    accuracies = iter([0.5, 0.5, 0.6, 0.6, 0.7, 0.7, 0.7, 0.9])
    monkeypatch.setattr("nn.run.evaluate", lambda *_: next(accuracies))
    history = nn.fit(nn.MLP(2, [2]), XOR, validation=XOR, patience=2, epochs=8)
    assert history.validation_accuracy == [0.5, 0.5, 0.6, 0.6, 0.7, 0.7, 0.7]
    assert history.ended == "no improvement"


# --- callbacks ----------------------------------------------------------------------------------------------------


def test_callbacks_see_each_epoch_as_it_is() -> None:
    net, seen = nn.MLP(2, [4, 2], rng=1), []

    def note(epoch: nn.Epoch) -> None:
        assert epoch.net is net
        assert len(epoch.history.loss) == epoch.number
        seen.append((epoch.number, numbers(net)))

    nn.fit(net, XOR, epochs=3, callbacks=[note])
    assert [number for number, _ in seen] == [1, 2, 3]
    assert seen[-1][1] == numbers(net) != seen[0][1]


@pytest.mark.parametrize("engine", ["compiled", "scalar"])
def test_a_callback_may_change_the_learning_rate(engine: str) -> None:
    net, twin = nn.MLP(2, [4, 2], rng=1), nn.MLP(2, [4, 2], rng=1)

    def halve(epoch: nn.Epoch) -> None:
        epoch.optimizer.learning_rate /= 2

    nn.fit(net, XOR, epochs=3, learning_rate=4.0, batch_size=4, rng=Random(0), callbacks=[halve], engine=engine)
    rng = Random(0)
    for rate in (4.0, 2.0, 1.0):
        nn.fit(twin, XOR, epochs=1, learning_rate=rate, batch_size=4, rng=rng, engine=engine)
    assert numbers(net) == pytest.approx(numbers(twin), rel=1e-12)


def test_a_callback_that_returns_true_ends_the_training() -> None:
    told: list[int] = []
    history = nn.fit(nn.MLP(2, [2]), XOR, callbacks=[lambda epoch: epoch.number == 2, lambda epoch: told.append(epoch.number)])
    assert history.ended == "callback"
    assert len(history.loss) == 2
    assert told == [1, 2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patience": 3}, "patience= waits for a better accuracy on validation="),
        ({"patience": 0, "validation": XOR}, "patience is a whole number from 1 on"),
        ({"every": 10}, "every= says how often a checkpoint is written, but not where"),
        ({"l2": -1.0}, "l2 is a finite number above 0"),
        ({"validation": Samples([[0, 0]], [7])}, "validation has the label 7"),
    ],
)
def test_options_that_make_no_sense_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nn.fit(nn.MLP(2, [2]), XOR, **options)


# --- what cannot go on --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["compiled", "scalar"])
def test_after_a_loss_that_overflows_the_network_is_finite(engine: str) -> None:
    net = nn.MLP(2, [2], activation="linear", rng=0)
    with pytest.raises(NonFiniteError):
        nn.fit(net, XOR, epochs=200, learning_rate=1e10, engine=engine)
    assert all(abs(x) < float("inf") for x in numbers(net))
