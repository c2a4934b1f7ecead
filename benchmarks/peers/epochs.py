"""Epochs of MNIST, 784-n-10, batches of 10: by nn.fit, and by the peers, which shuffle too.

What you can do with this file: `by_fit(net, train, dtype)` and `by_peer(peer, hidden, dtype, train)` take the time of an epoch;
`WHOLE["nn.fit"]` and `WHOLE["textbook"]` train to the end, measuring after each epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numpy as np

import nn
from peers.graphs import dense
from peers.peer import DENSE, Alternative
from peers.recipes import RECIPES
from peers.textbook import sigmoid

TEXTBOOK, PYTORCH = (next(one for one in DENSE if one.file == file) for file in ("textbook", "in_torch"))


def by_fit(net: nn.MLP, train: nn.datasets.Samples, dtype: str) -> float:
    """The seconds of an epoch, as the History has them: shuffling, loss, accuracy and bar."""
    return nn.fit(net, train, epochs=1, dtype=dtype).seconds


def by_peer(other: Alternative, hidden: int, dtype: str, train: nn.datasets.Samples) -> Callable[[], float]:
    """A peer, ready: each call trains an epoch and returns its seconds. NumPy draws the order, and puts the samples into it at once."""
    peer, rng = other(dense(784, hidden, 10), dtype), np.random.default_rng(0)
    peer.load()
    xs, ys = peer.prepare(train.x, np.eye(10)[train.y])

    def epoch() -> float:
        start = perf_counter()
        order = rng.permutation(len(xs))
        with np.errstate(over="ignore"):
            peer.train(xs[order], ys[order])
        return perf_counter() - start

    return epoch


def whole_by_fit(data: nn.datasets.Dataset, dtype: str, epochs: int) -> float:
    return max(RECIPES[0].train(data, 0, epochs, dtype=dtype).test_accuracy)


def whole_by_hand(data: nn.datasets.Dataset, dtype: str, epochs: int) -> float:
    peer, rng, found = TEXTBOOK(dense(784, 30, 10), dtype), np.random.default_rng(0), list[float]()
    peer.load()
    (xs, ys), (test_xs, _) = (peer.prepare(samples.x, np.eye(10)[samples.y]) for samples in data)
    with np.errstate(over="ignore"):  # exp of a large z is inf, and 1/(1 + inf) is 0, as it should be
        for _ in range(epochs):
            order = rng.permutation(len(xs))
            peer.train(xs[order], ys[order])
            activation = test_xs
            for weights, biases in zip(peer.weights, peer.biases, strict=True):
                activation = sigmoid(activation @ weights.T + biases)
            found.append(float((activation.argmax(axis=1) == data.test.y).mean()))
    return max(found)


WHOLE = {"nn.fit": whole_by_fit, "textbook": whole_by_hand}
