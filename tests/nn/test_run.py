"""A run: why it ends, what it measures on the way, and who is told."""

from __future__ import annotations

import signal
from math import isfinite
from random import Random, SystemRandom
from typing import Any

import numpy as np
import pytest

import autograd_mini as ag
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
    monkeypatch.setattr("nn.run.accuracy", lambda *_: next(accuracies))
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


def test_a_callback_that_returns_an_accuracy_does_not_end_the_training() -> None:
    history = nn.fit(nn.MLP(2, [2]), XOR, epochs=3, callbacks=[lambda epoch: 1.0, lambda epoch: np.ones(2), lambda epoch: "True"])
    assert history.ended == "all epochs"
    assert nn.fit(nn.MLP(2, [2]), XOR, epochs=3, callbacks=[lambda epoch: np.bool_(True)]).ended == "callback"


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
@pytest.mark.parametrize("rate", [1e200, 1e308])
@pytest.mark.parametrize("kind", [nn.SGD, nn.Momentum, nn.Adam])
def test_after_an_overflow_network_and_optimizer_stand_where_they_did(engine: str, rate: float, kind: Any) -> None:
    net = nn.MLP(2, [3, 2], activation="relu", output="linear", rng=0)
    optimizer = kind(net.parameters(), rate)
    with pytest.raises(NonFiniteError, match=r"epoch \d+ of nn\.fit, learning_rate="):
        nn.fit(net, XOR, epochs=500, batch_size=2, engine=engine, optimizer=optimizer)
    assert all(isfinite(x) for x in numbers(net))
    optimizer.load_state_dict(optimizer.state_dict())  # which refuses what is not finite


def test_after_an_overflow_the_best_epoch_is_kept() -> None:
    net = nn.MLP(2, [4, 2], activation="tanh", output="linear", rng=1)
    kept = []

    def explode(epoch: nn.Epoch) -> None:
        kept.append(numbers(epoch.net))
        epoch.optimizer.learning_rate = 0.1 if epoch.number < 5 else 1e300

    with pytest.raises(NonFiniteError):
        nn.fit(net, XOR, epochs=50, learning_rate=0.1, validation=XOR, patience=40, callbacks=[explode])
    assert numbers(net) in kept


# --- costs that a program cannot repeat ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cost",
    [
        lambda a, y: ag.sum([(o - t) ** 2 if t > 0.5 else 0.1 * (o - t) ** 2 for o, t in zip(a, y, strict=True)]),
        lambda a, y: (max(a) - y[0]) ** 2 + y[1],
    ],
)
def test_a_cost_that_looks_at_numbers_is_refused_by_the_compiled_engine(cost: Any) -> None:
    net = nn.MLP(2, [2], rng=0)
    with pytest.raises(ValueError, match=r"Python compared .* go that way for all samples: ag\.where.*engine=\"scalar\""):
        nn.fit(net, XOR, cost=cost)
    assert nn.fit(net, XOR, epochs=1, cost=cost, engine="scalar").loss


def test_comparing_parameters_elsewhere_does_no_harm() -> None:
    net = nn.MLP(2, [2], rng=0)
    assert max(net.parameters()) > min(net.parameters())
    assert nn.fit(net, XOR, epochs=1).loss


def test_what_does_not_compile_says_who_could_train_it() -> None:
    with pytest.raises(ValueError, match=r"has no part in the loss.*engine=\"scalar\""):
        nn.fit(nn.MLP(2, [2]), XOR, cost=lambda a, y: (a[0] - y[0]) ** 2)


class Weighted:
    """A cost that is an object, and no key of a dict."""

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, a: Any, y: Any) -> ag.Value:
        return 2 * nn.quadratic_cost(a, y)


def test_a_cost_may_be_any_object_that_can_be_called() -> None:
    net, cost = nn.MLP(2, [2], rng=0), Weighted()
    first = nn.fit(net, XOR, epochs=1, cost=cost).loss
    assert first == pytest.approx([2 * x for x in nn.fit(nn.MLP(2, [2], rng=0), XOR, epochs=1, learning_rate=6.0).loss])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"optimizer": nn.Adam}, r"optimizer= takes one that is made for this network, nn\.Adam\(net"),
        ({"cost": "quadratic"}, "cost= takes a function, such as nn.quadratic_cost; got 'quadratic'"),
        ({"callbacks": print}, "callbacks= takes a list of functions"),
        ({"callbacks": [3]}, "callbacks= takes a list of functions"),
        ({"rng": SystemRandom()}, "SystemRandom has no state"),
    ],
)
def test_what_is_none_of_what_is_wanted_is_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        nn.fit(nn.MLP(2, [2]), XOR, **options)


@pytest.mark.parametrize("output", ["sigmoid", "softmax", "tanh"])
def test_cross_entropy_wants_logits(output: str) -> None:
    with pytest.raises(ValueError, match=rf'nn\.cross_entropy takes logits.*output="linear", not \'{output}\''):
        nn.fit(nn.MLP(2, [2], output=output), XOR, cost=nn.cross_entropy)
    assert nn.fit(nn.MLP(2, [2], output="linear"), XOR, epochs=1, cost=nn.cross_entropy).loss


def test_images_that_are_rows_of_rows_are_named() -> None:
    with pytest.raises(ValueError, match=r"x\.reshape\(len\(x\), -1\) makes rows of images"):
        nn.fit(nn.MLP(4, [2]), Samples([[[0.0, 1.0], [0.0, 1.0]]], [1]))
