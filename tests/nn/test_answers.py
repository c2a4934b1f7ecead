"""Answers: labels to targets and back, one by one and all at once."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from nn import answers
from nn.compiled import Cost
from nn.datasets import Samples

OUTPUTS = ["sigmoid", "tanh", "relu", "linear", "step", "softmax"]


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("many", [1, 2, 5])
def test_a_network_that_answers_the_target_answers_the_label(output: str, many: int) -> None:
    net = nn.MLP(2, [many], output=output)
    for label in answers.labels_of(net):
        wanted = answers.target(net, label)
        assert len(wanted) == many
        assert answers.guess(net, wanted) == label
        assert answers.confidences(net, np.array([wanted]))[0] == (
            pytest.approx(math.e / (math.e + many - 1)) if output == "linear" and many > 1 else 1.0
        )


@given(st.sampled_from(OUTPUTS), st.integers(1, 4), st.data())
def test_all_at_once_is_one_by_one(output: str, many: int, data: st.DataObject) -> None:
    net = nn.MLP(1, [many], output=output)
    row = st.lists(st.sampled_from([-1.5, -1.0, 0.0, 0.25, 0.5, 0.75, 1.0]), min_size=many, max_size=many)
    rows = data.draw(st.lists(row, min_size=1, max_size=5))
    assert answers.guesses(net, np.array(rows)).tolist() == [answers.guess(net, row) for row in rows]
    labels = data.draw(st.lists(st.sampled_from(answers.labels_of(net)), min_size=1))
    assert answers.targets(net, labels).tolist() == [answers.target(net, label) for label in labels]
    sure = answers.confidences(net, np.array(rows))
    assert ((sure >= 0) & (sure <= 1)).all()


@pytest.mark.parametrize("many", [1, 3])
def test_a_guess_from_values_leaves_their_graph_alone(many: int) -> None:
    net = nn.MLP(2, [many], rng=0)
    outputs = net([0.5, -1.0])
    assert answers.guess(net, outputs) == answers.guess(net, [output.data for output in outputs])
    assert not any(output.was_compared for output in outputs)


@given(st.sampled_from(OUTPUTS), st.integers(1, 4), st.data())
def test_the_answer_is_ahead(output: str, many: int, data: st.DataObject) -> None:
    net = nn.MLP(1, [many], output=output)
    row = st.lists(st.sampled_from([-1.5, -1.0, 0.0, 0.25, 0.5, 0.75, 1.0]), min_size=many, max_size=many)
    rows = np.array(data.draw(st.lists(row, min_size=1, max_size=5)))
    ahead = answers.leads(net, rows)
    assert ahead.shape == (len(rows), len(answers.labels_of(net)))
    assert ahead.argmax(axis=1).tolist() == answers.guesses(net, rows).tolist()
    if many > 1:
        for outputs, leads in zip(rows.tolist(), ahead.tolist(), strict=True):
            assert leads == [x - max(outputs[:k] + outputs[k + 1 :]) for k, x in enumerate(outputs)]


def test_how_sure_a_network_is() -> None:
    def of(output: str, *outputs: float) -> float:
        return float(answers.confidences(nn.MLP(1, [len(outputs)], output=output), np.array([outputs]))[0])

    assert of("sigmoid", 0.25, 0.75) == 0.75
    assert of("softmax", 0.25, 0.75) == 0.75
    assert of("linear", 1.0, 3.0, 2.0) == pytest.approx(1 / (1 + math.exp(-1) + math.exp(-2)))
    assert of("linear", 1e6, -1e6) == 1.0
    assert of("sigmoid", 0.1) == 0.9
    assert of("tanh", -0.5) == 0.75
    assert of("linear", 0.0) == 0.5
    assert of("linear", 7.0) == 1.0


@pytest.mark.parametrize(("output", "cost"), [("linear", nn.hinge), ("tanh", nn.quadratic_cost), ("sigmoid", nn.quadratic_cost)])
@pytest.mark.parametrize("engine", ["compiled", "scalar"])
def test_one_output_tells_two_labels_apart(output: str, cost: Cost, engine: str) -> None:
    points = [[x, y] for x in (-1.0, 0.0, 1.0) for y in (-1.0, 1.0)]
    samples = Samples(points, [int(y > 0) for _x, y in points])
    net = nn.MLP(2, [1], output=output, rng=1)
    history = nn.fit(net, samples, samples, epochs=20, batch_size=2, learning_rate=0.5, cost=cost, engine=engine)
    assert history.test_accuracy[-1] == nn.evaluate(net, samples) == 1.0
    if cost is nn.hinge:
        assert history.loss[-1] < 0.05


def test_a_label_that_one_output_cannot_tell_is_refused() -> None:
    with pytest.raises(ValueError, match="train has the label 2, but this network's one output stands for 0 or 1"):
        nn.fit(nn.MLP(1, [1]), Samples([[0.0]], [2]))
