"""The lesson on MNIST: its numbers, held against the course's, against networks of Values and against NumPy.

On scikit-learn's digits always; on MNIST where AUTOGRAD_MINI_DATA names its folder.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alone import digits_alone
from hypothesis import given
from hypothesis import strategies as st
from told import as_typed, of_the_course, told

import autograd_mini as ag
import nn
from demos import mnist
from demos.a_two import DIGIT, first_two, one_neuron, shown
from demos.blocks import Figure, Picture, Say
from demos.handwriting import Handwriting, handwriting
from demos.one_batch import OneBatch
from demos.painted import Painted
from demos.report import tell
from demos.untrained import accuracies
from nn.answers import target, targets
from nn.compiled import outputs_of, program_of

DATA = os.environ.get("AUTOGRAD_MINI_DATA")
with_mnist = pytest.mark.skipif(not DATA, reason="NO MNIST HERE: set AUTOGRAD_MINI_DATA to the folder with its four files")

#: Before the training: what the lesson tells of the digits, all of it ours.
DIGITS = {
    "untrained: answer 0": "0.956", "untrained: answer 1": "0.034", "untrained: answer 2": "0.774", "untrained: answer 3": "0.073",
    "untrained: answer 4": "0.998", "untrained: answer 5": "0.653", "untrained: answer 6": "0.058", "untrained: answer 7": "0.448",
    "untrained: answer 8": "0.631", "untrained: answer 9": "0.022",
    "wish of output 0": "-0.956", "wish of output 1": "-0.034", "wish of output 2": "0.226", "wish of output 3": "-0.073",
    "wish of output 4": "-0.998", "wish of output 5": "-0.653", "wish of output 6": "-0.058", "wish of output 7": "-0.448",
    "wish of output 8": "-0.631", "wish of output 9": "-0.022",
    "untrained: test accuracy, %": "7.2",
    "untrained networks: test accuracy, mean, %": "9.2",
    "untrained networks: the worst, %": "0.3", "untrained networks: the best, %": "16.7",
    "untrained networks: how many are below 10 %": "50",
    "wish of hidden neuron 12": "-0.5167", "wish of hidden neuron 13": "0.4653", "wish of hidden neuron 3": "-0.3730",
    "layer 1: weights and biases": "1950", "layer 1: derivative 0": "330", "layer 1: length of the gradient": "0.3187",
    "layer 2: weights and biases": "310", "layer 2: derivative 0": "0", "layer 2: length of the gradient": "0.7631",
    "η = 0.01: cost after the step": "2.016862", "η = 0.01: change": "-0.006840", "η = 0.01: foretold": "-0.006840",
    "η = 3: cost after the step": "1.055728", "η = 3: change": "-0.967973", "η = 3: foretold": "-2.051944",
    "cost of this 2, untrained": "1.499211",
    "the first epoch above the slide's 93 %": "5",
}  # fmt: skip

#: The same of MNIST. Of a hundred untrained networks: 10.3 % on average, from 5.6 to 16.2 %.
MNIST = {
    "untrained: answer 0": "0.995", "untrained: answer 1": "0.935", "untrained: answer 2": "0.177", "untrained: answer 3": "0.458",
    "untrained: answer 4": "0.916", "untrained: answer 5": "0.935", "untrained: answer 6": "0.936", "untrained: answer 7": "0.993",
    "untrained: answer 8": "0.616", "untrained: answer 9": "0.444",
    "wish of output 0": "-0.995", "wish of output 1": "-0.935", "wish of output 2": "0.823", "wish of output 3": "-0.458",
    "wish of output 4": "-0.916", "wish of output 5": "-0.935", "wish of output 6": "-0.936", "wish of output 7": "-0.993",
    "wish of output 8": "-0.616", "wish of output 9": "-0.444",
    "untrained: test accuracy, %": "10.4",
    "untrained networks: test accuracy, mean, %": "10.3",
    "untrained networks: the worst, %": "5.6", "untrained networks: the best, %": "16.2",
    "untrained networks: how many are below 10 %": "51",
    "wish of hidden neuron 24": "-0.4955", "wish of hidden neuron 19": "-0.4648", "wish of hidden neuron 2": "0.3950",
    "layer 1: weights and biases": "23550", "layer 1: derivative 0": "12420", "layer 1: length of the gradient": "0.2937",
    "layer 2: weights and biases": "310", "layer 2: derivative 0": "0", "layer 2: length of the gradient": "0.3880",
    "η = 0.01: cost after the step": "2.806898", "η = 0.01: change": "-0.002369", "η = 0.01: foretold": "-0.002368",
    "η = 3: cost after the step": "2.279820", "η = 3: change": "-0.529447", "η = 3: foretold": "-0.710298",
    "cost of this 2, untrained": "3.452800",
    "the first epoch above the slide's 93 %": "4",
}  # fmt: skip

#: What comes of the training: each held against the network itself.
TRAINED = {
    *(f"epoch {n}: {what}" for n in range(1, 6) for what in ("loss", "training accuracy, %", "test accuracy, %")),
    *(f"trained: answer {digit}" for digit in range(10)),
    *(f"image {number}: how sure, %" for number in range(1, 11)), *(f"mistake {number}: how sure, %" for number in range(1, 6)),
    "cost of this 2, trained",
}  # fmt: skip


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Handwriting:
    return digits_alone(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def found(images: Handwriting) -> dict[str, Figure]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mnist, "handwriting", lambda: images)
        return told(mnist.tell())


# --- the numbers


def test_the_numbers_of_the_digits_all_of_them_ours(found: dict[str, Figure]) -> None:
    assert as_typed({name: found[name] for name in DIGITS}, DIGITS) == DIGITS
    assert set(found) == set(DIGITS) | TRAINED
    assert of_the_course(found) == {}


@with_mnist
def test_the_numbers_of_mnist() -> None:
    found = told(mnist.tell())
    assert as_typed({name: found[name] for name in MNIST}, MNIST) == MNIST
    assert set(found) == set(MNIST) | TRAINED
    assert found["trained: answer 2"].value > 0.9


@with_mnist
def test_on_mnist_another_seed_passes_the_93_in_the_third_epoch() -> None:
    images = handwriting()
    net = nn.MLP(784, [30, 10], rng=2)
    right = nn.fit(net, images.data.train, images.data.test, epochs=3, rng=2, dtype="float32").test_accuracy
    assert [share > 0.93 for share in right] == [False, False, True]


def test_the_training_is_that_of_fit_and_the_answers_are_the_networks(found: dict[str, Figure], images: Handwriting) -> None:
    net, (train, test), two = images.network(), images.data, first_two(images)
    history = nn.fit(net, train, test, epochs=5, batch_size=10, learning_rate=3.0, dtype="float32")
    told_of = {"loss": history.loss, "training accuracy, %": history.train_accuracy, "test accuracy, %": history.test_accuracy}
    for what, numbers in told_of.items():
        scale = 100 if "%" in what else 1
        assert [found[f"epoch {n}: {what}"].value for n in range(1, 6)] == [scale * x for x in numbers]
    answers = net(two)
    assert [found[f"trained: answer {digit}"].value for digit in range(10)] == [a.data for a in answers]
    assert found["cost of this 2, trained"].value == nn.quadratic_cost(answers, target(net, DIGIT)).data
    for number in range(1, 11):
        sure = max(a.data for a in net(test.x[number - 1]))
        assert found[f"image {number}: how sure, %"].value == pytest.approx(100 * sure, rel=1e-12)
    wrong = [a for a, label in zip(outputs_of(net, test.x), test.y, strict=True) if a.argmax() != label]
    surest = sorted((100 * float(a.max()) for a in wrong), reverse=True)
    assert [found[f"mistake {number}: how sure, %"].value for number in range(1, 6)] == surest[:5]


def test_the_wishes_are_the_distances_to_the_target(found: dict[str, Figure]) -> None:
    for digit in range(10):
        answer = found[f"untrained: answer {digit}"].value
        assert found[f"wish of output {digit}"].value == (digit == DIGIT) - answer


def test_the_quick_form_says_that_it_ends_too_early(images: Handwriting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "handwriting", lambda: images)
    said = [line for block in mnist.tell(quick=True) if isinstance(block, Say) for line in block.lines]
    assert "Not at 93 % yet: --quick stops here, the whole lesson after 5 epochs." in said
    assert images.says in said


# --- the 2


def test_the_first_2_is_a_2_and_the_first(images: Handwriting) -> None:
    two = first_two(images).tolist()
    before = [x.tolist() == two for x in images.data.test.x[: images.data.test.y.tolist().index(2) + 1]]
    assert before.index(True) == len(before) - 1


def test_the_graph_of_the_2_is_that_of_the_network(images: Handwriting) -> None:
    net, two = images.network(), first_two(images)
    graph = shown(net, two)
    assert [a.data for a in graph.answers] == [a.data for a in net(two)]
    slopes = ag.grad(graph.cost, graph.hidden)
    weights = [[w.data for w in neuron.weights] for neuron in net.layers[1].neurons]
    errors = [(a.data - y) * a.data * (1 - a.data) for a, y in zip(graph.answers, target(net, DIGIT), strict=True)]
    assert slopes == pytest.approx((np.array(errors) @ np.array(weights)).tolist(), rel=1e-12)


def test_the_one_neuron_says_of_its_weights_what_the_network_says(images: Handwriting) -> None:
    net, two = images.network(), first_two(images)
    neuron, whole = one_neuron(net, two), shown(net, two)
    assert neuron.answer.data == pytest.approx(whole.answers[DIGIT].data, rel=1e-12)
    chosen = [int(str(w.label).removeprefix("w_")) - 1 for w in neuron.weights]
    parts = net.layers[1].neurons[DIGIT]
    asked = ag.grad(whole.cost, [*(parts.weights[k] for k in chosen), parts.bias])
    assert ag.grad(neuron.cost, [*neuron.weights, neuron.bias]) == pytest.approx(asked, rel=1e-12)
    products = sorted((abs(w.data * a.data) for w, a in zip(parts.weights, whole.hidden, strict=True)), reverse=True)
    assert [abs(parts.weights[k].data * whole.hidden[k].data) for k in chosen] == products[:3]


def test_stepping_raises_the_answer(images: Handwriting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "handwriting", lambda: images)
    weights, bias, answer, cost = mnist.build()
    cost.backward()
    moved = {parameter: parameter.data - 3.0 * parameter.grad for parameter in [*weights, bias]}
    assert ag.evaluate(cost, moved)[answer] > answer.data


# --- the batch, and the untrained


def test_the_batch_has_the_gradient_of_the_program_and_its_step_is_that_of_fit(images: Handwriting) -> None:
    net, few = images.network(), images.data.train[:10]
    before = net.state_dict()
    batch = OneBatch(net, few)
    after = {rate: batch.step(rate) for rate in (0.5, 3.0)}
    assert net.state_dict() == before
    assert not any(parameter.grad for parameter in net.parameters())
    said = program_of(net)(few.x, targets(net, few.y))
    assert batch.cost == pytest.approx(said.loss, rel=1e-12)
    gradient = np.concatenate(batch.by_layer)
    assert np.abs(gradient - said.gradients).max() <= 1e-14
    for rate, stepped in after.items():
        net.load_state_dict(before)
        nn.fit(net, few, epochs=1, batch_size=10, learning_rate=rate)
        assert stepped.cost == pytest.approx(program_of(net)(few.x, targets(net, few.y)).loss, rel=1e-12)
        assert stepped.change == stepped.cost - batch.cost
        assert stepped.foretold == pytest.approx(-rate * float(gradient @ gradient), rel=1e-12)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(2, 4), st.integers(0, 99))
def test_untrained_networks_are_networks_of_values_with_those_numbers(nin: int, hidden: int, outputs: int, seed: int) -> None:
    net, rng = nn.MLP(nin, [hidden, outputs], rng=7), np.random.default_rng(seed)
    before = net.state_dict()
    samples = nn.datasets.Samples(rng.standard_normal((20, nin)), rng.integers(0, outputs, 20))
    [found] = accuracies(net, samples, [seed])
    assert net.state_dict() == before
    drawn: Any = np.random.default_rng(seed)
    for layer, fan_in in zip(net.layers, (nin, hidden), strict=True):
        weights, biases = drawn.standard_normal((len(layer.neurons), fan_in)), drawn.standard_normal(len(layer.neurons))
        for neuron, row, bias in zip(layer.neurons, weights.tolist(), biases.tolist(), strict=True):
            neuron.bias.data = bias
            for weight, x in zip(neuron.weights, row, strict=True):
                weight.data = x
    assert found == nn.evaluate(net, samples, engine="scalar")


# --- pictures


def test_without_matplotlib_the_lesson_is_told_with_the_extra_in_place_of_its_plots(
    images: Handwriting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("matplotlib", "matplotlib.style", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(mnist, "handwriting", lambda: images)
    blocks = list(mnist.tell(quick=True))
    assert sum(isinstance(block, Picture) and isinstance(block.drawing, Painted) for block in blocks) == 3
    tell("a lesson", blocks, tmp_path)
    out = capsys.readouterr().out
    assert out.count('(No picture: matplotlib is missing. pip install "autograd-mini[plots]")') == 3
    assert [path.name for path in tmp_path.iterdir()] == ["mnist_neuron.svg"]
