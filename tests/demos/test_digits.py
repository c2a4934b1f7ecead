"""Digits: a short training is reported in full; a long one adds epochs, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from told import told

from autograd_mini.graph import topological_order
from demos import digits
from demos.digits import Trained


@pytest.fixture(scope="module")
def trained() -> Trained:
    return digits.train(quick=True)


def test_the_network_is_counted(trained: Trained) -> None:
    found = told(digits.report(trained))
    assert found["weights and biases"].value == 64 * 16 + 16 + 16 * 10 + 10
    assert not any(figure.course for figure in found.values())


def test_the_epoch_is_reported_as_it_went(trained: Trained) -> None:
    found = told(digits.report(trained))
    history = trained.history
    assert found["epoch 1: loss"].value == history.loss[0]
    assert found["epoch 1: training accuracy, %"].value == pytest.approx(100 * history.train_accuracy[0])
    assert found["epoch 1: test accuracy, %"].value == pytest.approx(100 * history.test_accuracy[0])


def test_a_longer_training_adds_its_epochs_and_nothing_else(trained: Trained) -> None:
    once = trained.history
    twice = replace(once, loss=once.loss * 2, train_accuracy=once.train_accuracy * 2, test_accuracy=once.test_accuracy * 2)
    longer = told(digits.report(trained._replace(history=twice)))
    assert set(longer) - set(told(digits.report(trained))) == {
        "epoch 2: loss", "epoch 2: training accuracy, %", "epoch 2: test accuracy, %"
    }  # fmt: skip


def test_one_neuron_is_that_of_the_trained_network(trained: Trained) -> None:
    neuron = digits.one_neuron(trained)
    image, digit = trained.data.test.x[0], int(trained.data.test.y[0])
    assert neuron.data == trained.net(image)[digit].data
    assert {node.label for node in topological_order([neuron]) if node.op is None} == {
        *(f"w{number}" for number in range(1, 17)), *(f"hidden {number}" for number in range(1, 17)), "b"
    }  # fmt: skip


def test_drawing_it_leaves_the_network_as_it_is(trained: Trained) -> None:
    before = [(p.data, p.grad, p.label) for p in trained.net.parameters()]
    digits.one_neuron(trained).backward()
    assert [(p.data, p.grad, p.label) for p in trained.net.parameters()] == before
