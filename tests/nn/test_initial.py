"""Initial weights: the published standard deviations, and that signals keep their size where the papers say so."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from statistics import fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from nn.initial import INITS

#: The published variances, from the numbers of inputs and of neurons.
VARIANCES: dict[str, Callable[[int, int], float]] = {
    "normal": lambda nin, nout: 1.0,
    "lecun": lambda nin, nout: 1.0 / nin,
    "xavier": lambda nin, nout: 2.0 / (nin + nout),
    "he": lambda nin, nout: 2.0 / nin,
}
SIZES = st.integers(1, 12)


def test_all_are_covered() -> None:
    assert list(VARIANCES) == list(INITS)


@given(st.sampled_from(list(VARIANCES)), SIZES, SIZES, st.floats(0.01, 100.0), st.integers(0, 1000))
def test_weights_are_the_same_draws_made_narrower(init: str, nin: int, nout: int, scale: float, seed: int) -> None:
    # The first neuron of the same seed: its draws z come first, and its weights are z times the deviation.
    first, plain = (nn.Layer(nin, nout, init=kind, rng=seed, scale=s).neurons[0] for kind, s in ((init, scale), ("normal", 1.0)))
    deviation = scale * math.sqrt(VARIANCES[init](nin, nout))
    assert [w.data for w in first.weights] == pytest.approx([deviation * w.data for w in plain.weights], rel=1e-14)
    assert first.bias.data == pytest.approx(scale * plain.bias.data if init == "normal" else 0.0, rel=1e-14)


@pytest.mark.parametrize("init", VARIANCES)
def test_means_and_variances(init: str) -> None:
    # 60 inputs, 240 neurons: n_in and n_out are not mistaken for each other. Within 4 standard errors, for one seed.
    weights = [weight.data for weight in nn.Layer(60, 240, init=init, rng=0).weights]
    variance = VARIANCES[init](60, 240)
    assert abs(fmean(weights)) < 4 * math.sqrt(variance / len(weights))
    assert abs(pvariance(weights) / variance - 1.0) < 4 * math.sqrt(2.0 / len(weights))


@pytest.mark.parametrize(("init", "activation"), [("lecun", "linear"), ("xavier", "linear"), ("he", "relu")])
def test_signals_keep_their_size_through_layers_of_one_size(init: str, activation: str) -> None:
    # LeCun and Glorot: the variance stays as it is in a linear layer; He: the mean square stays, relu included.
    rng = Random(1)
    signals = [rng.gauss(0.0, 1.0) for _ in range(200)]
    before = fmean(x * x for x in signals)
    layer = nn.Layer(200, 200, activation=activation, init=init, rng=0)
    outputs = [a.data for a in layer(signals)]
    # Each z has the variance `before` (times 2 for He); the mean of 200 squares is off by √(2/200), of relu's by √(5/200), times 3.
    bound = 3 * math.sqrt((5.0 if init == "he" else 2.0) / 200)
    assert fmean(a * a for a in outputs) == pytest.approx(before, rel=bound)


def test_networks_use_the_sizes_of_each_layer() -> None:
    net = nn.MLP(100, [400, 25], init="xavier", rng=0)
    for layer in net.layers:
        expected = 2.0 / (layer.nin + layer.nout)
        count = layer.nin * layer.nout
        assert abs(pvariance([w.data for w in layer.weights]) / expected - 1.0) < 4 * math.sqrt(2.0 / count)
