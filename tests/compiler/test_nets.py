"""Programs of whole nets, of every kind that people write, against the eager engine."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import odd_nets
import pytest
from conv_nets import PADDINGS, POOLINGS
from hypothesis import given
from hypothesis import strategies as st
from net import ACTIVATIONS, STYLES, Net, cross_entropy, vector
from nets import RECIPES, Drawn, drawn, nets
from oracle import agree, disagreement, eager
from samples import batch, moved

import autograd_mini as ag

BACKENDS = ("numpy", "floats", "reference")
TOLERANCE = 1e-12  # of the largest gradient, see oracle.py


def worst(net: Net, size: int, seed: int, backend: str) -> float:
    """Compile, run a batch, move the parameters, run it again: the larger disagreement with the oracle."""
    rng = Random(seed)
    program = ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters, outputs=net.outputs, backend=backend)
    arrays = batch(net, size, rng)
    first = disagreement(program(*arrays), eager(net, arrays))
    program.parameters[:] = moved(net, arrays, rng)
    return max(first, disagreement(program(*arrays), eager(net, arrays, program.parameters)))


@given(nets(), st.integers(1, 4), st.integers(0, 99), st.sampled_from(BACKENDS))
def test_any_net_gives_what_the_eager_engine_gives(found: Drawn, size: int, seed: int, backend: str) -> None:
    assert worst(found.net, size, seed, backend) <= TOLERANCE


# Every recorder at its own sizes, and what they are asked to do besides.
KINDS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in RECIPES),
    *(("dense", {"style": style, "shuffled": shuffled}) for style in STYLES for shuffled in (False, True)),
    *(("deep dense", {"sizes": (3, 5, 4, 2), "activation": activation}) for activation in ACTIVATIONS),
    *(("convolution", {"kernel": 3, "channels": 2, "padding": padding, "stride": 2}) for padding in PADDINGS),
    *(("convolution", {"size": 5, "pooling": pooling, "padding": "skipped"}) for pooling in POOLINGS),
    *(("two convolutions", {"size": 5, "filters": (2, 3), "padding": padding, "shuffled": True}) for padding in PADDINGS),
    *(("classifier", {"form": form}) for form in ("softmax", "by hand")),
    *(("penalised", {"strength": strength, "square": "product"}) for strength in ("constant", "leaf")),
    ("minibatch", {"samples": 5, "one_block": True}),
    ("recurrent", {"steps": 4, "zero_start": False, "shuffled": True}),
    ("frozen layers", {"as_values": False}),
    ("hinge", {"best_only": True}),
    ("attention", {"form": "softmax"}),
]


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("name", "sizes"), KINDS, ids=lambda part: part if isinstance(part, str) else "-".join(map(str, part.values())))
def test_every_kind_of_net(name: str, sizes: dict[str, Any], backend: str, size: int) -> None:
    assert worst(drawn(name, 2026, **sizes).net, size, 7, backend) <= TOLERANCE


# Nets that went wrong once.
ONCE_WRONG: list[Drawn] = [
    drawn(
        "convolution", 3201234341, style="halves", activation="sigmoid", size=5, channels=1, kernel=3, stride=2, padding="zeros",
        pooling="mean", filters=(2,), nouts=2, shuffled=False,
    ),
    drawn(
        "convolution", 3068250769, style="chain", activation="by hand", size=2, channels=2, kernel=2, stride=2, padding="skipped",
        pooling="max", filters=(2,), nouts=1, shuffled=True,
    ),
]  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("found", ONCE_WRONG, ids=repr)
def test_what_went_wrong_once(found: Drawn, backend: str, size: int) -> None:
    assert worst(found.net, size, 7, backend) <= TOLERANCE


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("reach", [None, 5, 60])
def test_large_random_graphs(reach: int | None, backend: str) -> None:
    assert worst(odd_nets.random_graph(Random(3), 2000, 40, reach), 2, 7, backend) <= TOLERANCE


@pytest.mark.parametrize("backend", BACKENDS)
def test_recorded_at_zero_logits_and_run_far_out(backend: str) -> None:
    zs, ys, ws = vector(Random(0), 3, "z", 0.0, 0.0), vector(Random(1), 3, "y", 0.0, 1.0), vector(Random(2), 3, "w", 1.0, 1.0)
    logits = [w * z for w, z in zip(ws, zs, strict=True)]
    squashed = [f(z) for z in logits for f in (ag.sigmoid, ag.softplus, ag.tanh)]
    net = Net(cross_entropy(logits, ys) + ag.sum(squashed), [zs, ys], ws, [*ag.softmax(logits), *squashed])
    program = ag.compile(net.loss, inputs=net.inputs, parameters=ws, outputs=net.outputs, backend=backend)
    far = [np.array(rows) for rows in ([[1000.0, -1000.0, 1000.0], [-1000.0, -999.0, -1001.0], [0.0, 0.0, 0.0]], [[0.2, 0.3, 0.5]] * 3)]
    agree(program(*far), eager(net, far), TOLERANCE)
