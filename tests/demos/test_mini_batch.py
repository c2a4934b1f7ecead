"""Mini-batches: how far m random samples are from all, held against s/√m and a gradient written out; one update in several ways.

On scikit-learn's digits always; on MNIST where AUTOGRAD_MINI_DATA names its folder.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from alone import digits_alone
from hypothesis import given
from hypothesis import strategies as st
from told import as_typed, of_the_course, told

import autograd_mini as ag
import nn
from autograd_mini.graph import topological_order
from demos import mini_batch
from demos.batch_gradients import BatchGradients, Whole, length
from demos.blocks import Figure
from demos.handwriting import Handwriting, handwriting
from demos.mini_batch import DRAWS
from demos.one_update import OneUpdate
from nn.answers import target

DATA = os.environ.get("AUTOGRAD_MINI_DATA")
with_mnist = pytest.mark.skipif(not DATA, reason="NO MNIST HERE: set AUTOGRAD_MINI_DATA to the folder with its four files")

#: What the lesson tells of the digits, but for the accuracies; all of it ours.
DIGITS = {
    "weights and biases": "2260",
    "length of the gradient ‖∇C‖": "0.7165",
    "spread s of the single gradients, in lengths of ∇C": "1.0442",
    "m = 1: s/√m": "1.044", "m = 10: s/√m": "0.330", "m = 100: s/√m": "0.104", "m = 1000: s/√m": "0.033",
    "m = 1: error": "1.060", "m = 10: error": "0.328", "m = 100: error": "0.107", "m = 1000: error": "0.033",
    **{f"m = {m}: downhill, %": "100.0" for m in DRAWS},
    "image 1: ‖∇Cₓ‖": "1.38", "image 1: ‖∇Cₓ − ∇C‖": "0.84", "image 1: ∇Cₓ·∇C": "1.10",
    "image 2: ‖∇Cₓ‖": "1.40", "image 2: ‖∇Cₓ − ∇C‖": "0.97", "image 2: ∇Cₓ·∇C": "1.01",
    "image 3: ‖∇Cₓ‖": "1.30", "image 3: ‖∇Cₓ − ∇C‖": "0.69", "image 3: ∇Cₓ·∇C": "1.11",
    "image 4: ‖∇Cₓ‖": "1.50", "image 4: ‖∇Cₓ − ∇C‖": "0.82", "image 4: ∇Cₓ·∇C": "1.30",
    "image 5: ‖∇Cₓ‖": "1.67", "image 5: ‖∇Cₓ − ∇C‖": "0.92", "image 5: ∇Cₓ·∇C": "1.48",
    "image 1: ∂C/∂w": "-0.001463224", "image 1: ∂C/∂b": "-0.003102186",
    "image 2: ∂C/∂w": "0.000534129", "image 2: ∂C/∂b": "0.000600715",
    "image 3: ∂C/∂w": "0.000004411", "image 3: ∂C/∂b": "0.000005509",
    "Σ ∂C/∂w": "-0.000924684", "Σ ∂C/∂b": "-0.002495962",
    **{f"w′, {way}": "-1.236802247" for way in ("by hand", "nn.SGD", "nn.fit")},
    **{f"b′, {way}": "0.826879138" for way in ("by hand", "nn.SGD", "nn.fit")},
    "m = n: updates in an epoch": "1", "m = 1000: updates in an epoch": "2",
    "m = 100: updates in an epoch": "15", "m = 10: updates in an epoch": "144",
}  # fmt: skip

#: What it tells of all 60,000 of MNIST's training images.
MNIST = {
    "weights and biases": "23860",
    "length of the gradient ‖∇C‖": "0.4254",
    "spread s of the single gradients, in lengths of ∇C": "2.6564",
    "m = 1: s/√m": "2.656", "m = 10: s/√m": "0.840", "m = 100: s/√m": "0.266", "m = 1000: s/√m": "0.084",
    "m = 1: error": "2.595", "m = 10: error": "0.839", "m = 100: error": "0.267", "m = 1000: error": "0.086",
    "m = 1: downhill, %": "99.4", **{f"m = {m}: downhill, %": "100.0" for m in (10, 100, 1000)},
    "Σ ∂C/∂w": "-0.029049120", "Σ ∂C/∂b": "-0.020163794",
    **{f"w′, {way}": "0.289632600" for way in ("by hand", "nn.SGD", "nn.fit")},
    **{f"b′, {way}": "-0.613155645" for way in ("by hand", "nn.SGD", "nn.fit")},
    "m = n: updates in an epoch": "1", "m = 1000: updates in an epoch": "60",
    "m = 100: updates in an epoch": "600", "m = 10: updates in an epoch": "6000",
}  # fmt: skip


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Handwriting:
    return digits_alone(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def found(images: Handwriting) -> dict[str, Figure]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mini_batch, "handwriting", lambda: images)
        return told(mini_batch.tell())


# --- the numbers


def test_the_numbers_of_the_digits_all_of_them_ours(found: dict[str, Figure]) -> None:
    assert as_typed({name: found[name] for name in DIGITS}, DIGITS) == DIGITS
    assert {name for name in found if name not in DIGITS} == {f"m = {m}: test accuracy after it, %" for m in ("n", 1000, 100, 10)}
    assert of_the_course(found) == {}


@with_mnist
def test_the_numbers_of_mnist() -> None:
    found = told(mini_batch.tell())
    assert as_typed({name: found[name] for name in MNIST}, MNIST) == MNIST
    assert set(found) == set(DIGITS) | {f"m = {m}: test accuracy after it, %" for m in ("n", 1000, 100, 10)}


def test_an_epoch_is_an_epoch_of_fit(found: dict[str, Figure], images: Handwriting) -> None:
    train, test = images.data
    for name, size in (("n", len(train)), ("10", 10)):
        net = images.network()
        right = nn.fit(net, train, test, epochs=1, batch_size=size, learning_rate=3.0, dtype="float32").test_accuracy[-1]
        assert found[f"m = {name}: test accuracy after it, %"].value == 100 * right


# --- the gradients


def written_out(net: nn.MLP, x: Any, labels: Any) -> tuple[Any, float, int]:
    """The sum of the gradients of two sigmoid layers in NumPy, by the four equations; the sum of their squared lengths; how many."""
    (w1, b1), (w2, b2) = (
        (np.array([[w.data for w in n.weights] for n in layer.neurons]), np.array([n.bias.data for n in layer.neurons]))
        for layer in net.layers
    )
    a1 = 1 / (1 + np.exp(-(x @ w1.T + b1)))
    a2 = 1 / (1 + np.exp(-(a1 @ w2.T + b2)))
    d2 = (a2 - np.eye(len(b2))[labels]) * a2 * (1 - a2)
    d1 = d2 @ w2 * a1 * (1 - a1)
    layers = [np.hstack([d.T @ a, d.sum(axis=0)[:, None]]).ravel() for d, a in ((d1, x), (d2, a1))]  # neuron by neuron: weights, bias
    squares = ((d**2).sum(axis=1) * (1 + (a**2).sum(axis=1)) for d, a in ((d1, x), (d2, a1)))
    return np.concatenate(layers), float(sum(s.sum() for s in squares)), len(x)


def whole_written_out(net: nn.MLP, samples: nn.datasets.Samples) -> Whole:
    """The mean gradient and the spread, a few thousand samples at a time."""
    starts = range(0, len(samples), 5000)
    parts = [written_out(net, np.asarray(samples.x[i : i + 5000], float), samples.y[i : i + 5000]) for i in starts]
    total, squares, count = (sum(column) for column in zip(*parts, strict=True))
    mean = total / count
    return Whole(mean, float(squares / count - mean @ mean) ** 0.5)


@pytest.mark.parametrize("mnist", [False, pytest.param(True, marks=with_mnist)])
def test_the_whole_is_that_of_the_four_equations(mnist: bool, images: Handwriting) -> None:
    images = handwriting() if mnist else images
    net, train = images.network(), images.data.train[:10_000]
    whole, oracle = BatchGradients(net, train).whole(), whole_written_out(net, train)
    assert np.abs(whole.gradient - oracle.gradient).max() <= 1e-13
    assert whole.spread == pytest.approx(oracle.spread, rel=1e-11)


@given(st.data(), st.integers(1, 4), st.integers(1, 3), st.integers(2, 3), st.integers(0, 99))
def test_a_batch_has_the_mean_of_the_gradients_of_its_graphs(data: st.DataObject, nin: int, hidden: int, outputs: int, seed: int) -> None:
    net, rng = nn.MLP(nin, [hidden, outputs], rng=seed), Random(seed)
    x = np.array([[rng.uniform(-2, 2) for _ in range(nin)] for _ in range(5)])
    samples = nn.datasets.Samples(x, np.array([rng.randrange(outputs) for _ in range(5)]))
    size = data.draw(st.integers(1, 4))
    batches = data.draw(st.lists(st.lists(st.integers(0, 4), min_size=size, max_size=size), min_size=1, max_size=3))
    for batch, gradient in zip(batches, BatchGradients(net, samples).of(batches), strict=True):
        cost = ag.mean([nn.quadratic_cost(net(x[i]), target(net, int(samples.y[i]))) for i in batch])
        assert gradient == pytest.approx(ag.grad(cost, net.parameters()), rel=1e-9, abs=1e-14)


def test_the_error_falls_like_one_over_the_root_of_m(images: Handwriting) -> None:
    # The mean square of the errors is s²/m in the long run. How near it comes in so many draws: their own standard error says,
    # and 5 of them leave one in a million to chance (of which, with a fixed seed, there is none).
    gradients = BatchGradients(images.network(), images.data.train)
    whole, rng = gradients.whole(), Random(1)
    for m, draws in {1: 2000, 10: 1000, 100: 500, 1000: 100}.items():
        squares = [error**2 for error in gradients.drawn(m, draws, whole, rng).errors]
        mean = sum(squares) / draws
        standard_error = (sum((square - mean) ** 2 for square in squares) / (draws - 1) / draws) ** 0.5
        expected = (whole.spread / length(whole.gradient)) ** 2 / m
        assert abs(mean - expected) <= 5 * standard_error
        assert standard_error <= 0.05 * expected


def test_downhill_is_where_the_cost_falls(images: Handwriting) -> None:
    net, train = images.network(), images.data.train[:50]
    gradients = BatchGradients(net, train)
    whole = gradients.whole()
    drawn = gradients.drawn(1, 20, whole, Random(0))
    batches = gradients.of([Random(0).randrange(50)] for _ in range(1))
    [first] = [gradient.copy() for gradient in batches]
    before = mean_cost(net, train)
    for parameter, slope in zip(net.parameters(), first.tolist(), strict=True):
        parameter.data -= 1e-6 * slope
    fallen = (before - mean_cost(net, train)) / 1e-6
    assert fallen / length(whole.gradient) ** 2 == pytest.approx(drawn.along[0], rel=1e-4)
    assert drawn.downhill == sum(part > 0 for part in drawn.along) / 20


def mean_cost(net: nn.MLP, samples: nn.datasets.Samples) -> float:
    costs = [nn.quadratic_cost(net(x), target(net, int(label))).data for x, label in zip(samples.x, samples.y, strict=True)]
    return sum(costs) / len(costs)


# --- one update


@pytest.mark.parametrize("chosen", [slice(0, 3), slice(3, 4), slice(10, 15)])
def test_by_hand_by_sgd_and_by_fit_are_the_same_step(chosen: slice, images: Handwriting) -> None:
    update = OneUpdate(images.network(), images.data.train[chosen], learning_rate=2.0)
    before = update.net.state_dict()
    by_hand = update.by_hand(update.asked())
    assert by_hand != (update.w.data, update.b.data)
    for other in (update.by_sgd(), update.by_fit()):
        assert other == pytest.approx(by_hand, rel=0, abs=1e-15)
    assert update.net.state_dict() == before


def test_the_small_graph_says_of_w_and_b_what_the_network_says(images: Handwriting) -> None:
    update = OneUpdate(images.network(), images.data.train[:3], learning_rate=2.0)
    w, b, c = update.as_graph()
    c.backward()
    assert (w.data - 2.0 * w.grad, b.data - 2.0 * b.grad) == pytest.approx(update.by_hand(update.asked()), rel=0, abs=1e-15)
    assert len([node for node in topological_order([c]) if not node.is_constant and node.op is None]) == 2


# --- the images


def test_it_says_which_images_it_takes(images: Handwriting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRAD_MINI_DATA", str(tmp_path))
    assert handwriting().says == images.says == "MNIST is not here, so the images are scikit-learn's: digits of 8×8 pixels."
    assert repr(images.network()) == "MLP(64, [30, 10], activation='sigmoid'): 2,260 parameters"
    monkeypatch.setattr(nn.datasets, "mnist", lambda download, dtype: nn.datasets.Dataset(samples([0.5] * 784), samples([0.5] * 784)))
    assert handwriting().says == "The images are MNIST's: handwritten digits of 28×28 pixels."
    assert handwriting().network().nin == 784


def test_the_first_images(images: Handwriting) -> None:
    few = images.first(7)
    assert (len(few.data.train), len(few.data.test)) == (7, 7)
    assert few.says == f"{images.says} (Only 7 here.)"
    assert images.first(1437) is images


def samples(*xs: Sequence[float]) -> nn.datasets.Samples:
    return nn.datasets.Samples(list(xs), [0] * len(xs))
