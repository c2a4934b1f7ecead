"""Graphs to compile, drawn: any recorder of this folder at small random sizes.

What you can do with this file: `nets()` is a Hypothesis strategy of `Drawn` nets, `random_net(rng)` makes one in a long run; `RECIPES`
lists the recorders with the sizes that they are drawn with. `samples.py` draws what to feed them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import conv_nets
import dense_nets
import odd_nets
from hypothesis import assume
from hypothesis import strategies as st
from net import ACTIVATIONS, STYLES, Net

Choices = Mapping[str, Sequence[Any]]
WRITTEN: Choices = {"style": STYLES}
LAYERS: Choices = {**WRITTEN, "activation": list(ACTIVATIONS)}
BOTH = (False, True)
SMALL = range(1, 5)
TWO_LAYERS = ((2, 3, 1), (3, 4, 2), (1, 1, 1), (5, 2, 3), (4, 6, 4), (8, 3, 2))
CONVOLUTIONS: Choices = {
    **LAYERS, "size": range(2, 6), "channels": (1, 1, 2), "kernel": (1, 2, 3), "stride": (1, 1, 2), "padding": conv_nets.PADDINGS,
    "pooling": conv_nets.POOLINGS, "filters": ((1,), (2,), (3,)), "nouts": (1, 2), "shuffled": BOTH,
}  # fmt: skip

#: The recorders, each with what its sizes are drawn from.
RECIPES: Mapping[str, tuple[Callable[..., Net], Choices]] = {
    "dense": (dense_nets.dense, {**LAYERS, "sizes": ((1, 1), (3, 2), (4, 4), (12, 3), (2, 7)), "shuffled": BOTH}),
    "deep dense": (
        partial(dense_nets.dense, sizes=(3, 4, 3, 2)),
        {**LAYERS, "sizes": ((2, 3, 2, 3, 2), (3, 5, 4, 2), (1, 1, 1, 1), *TWO_LAYERS), "shuffled": BOTH},
    ),
    "missing biases": (dense_nets.missing_biases, {**LAYERS, "sizes": TWO_LAYERS}),
    "frozen layers": (dense_nets.frozen, {**LAYERS, "sizes": TWO_LAYERS, "as_values": BOTH}),
    "skip connections": (dense_nets.skip_connections, {**LAYERS, "width": SMALL, "depth": SMALL}),
    "minibatch": (dense_nets.minibatch, {**LAYERS, "samples": SMALL, "sizes": ((1, 1), *TWO_LAYERS[:3]), "one_block": BOTH}),
    "recurrent": (dense_nets.recurrent, {**WRITTEN, "steps": SMALL, "nin": SMALL, "hidden": SMALL, "zero_start": BOTH, "shuffled": BOTH}),
    "autoencoder": (dense_nets.autoencoder, {**LAYERS, "nin": range(2, 7), "hidden": SMALL}),
    "penalised": (
        dense_nets.penalised,
        {**WRITTEN, "sizes": TWO_LAYERS, "strength": ("number", "constant", "leaf"), "square": ("power", "product")},
    ),
    "classifier": (dense_nets.classifier, {**WRITTEN, "sizes": ((2, 2), (3, 4, 3), (2, 5)), "form": ("logsumexp", "softmax", "by hand")}),
    "hinge": (dense_nets.hinge, {**WRITTEN, "nin": SMALL, "nouts": SMALL, "margin": (0.1, 1.0), "best_only": BOTH}),
    "attention": (dense_nets.attention, {**WRITTEN, "tokens": SMALL, "width": (1, 2, 3), "form": ("by hand", "softmax")}),
    "weight normalised": (dense_nets.weight_normalised, {**LAYERS, "nin": range(2, 5), "nouts": SMALL}),
    "two biases": (dense_nets.two_biases, {**LAYERS, "nin": range(1, 6), "nouts": SMALL}),
    "convolution": (conv_nets.convolution, CONVOLUTIONS),
    "two convolutions": (
        partial(conv_nets.convolution, filters=(2, 2)),
        {**CONVOLUTIONS, "filters": ((1, 2), (2, 1), (2, 2)), "kernel": (2, 3), "channels": (1,)},
    ),
    "unreached parameters": (odd_nets.unreached, {"nin": SMALL}),
    "the loss is a parameter": (odd_nets.loss_is_a_parameter, {"nin": SMALL}),
    "the loss is an input": (odd_nets.loss_is_an_input, {"nin": (1,)}),
    "the loss is a constant": (odd_nets.loss_is_a_constant, {"nin": SMALL}),
    "odd outputs": (odd_nets.odd_outputs, {"nin": SMALL}),
    "parameters alone": (odd_nets.parameters_alone, {"count": SMALL}),
    "rows of one's own": (odd_nets.own_rows, {**WRITTEN, "nin": SMALL, "nouts": SMALL}),
    "choices": (odd_nets.choices, {"nin": SMALL}),
    "powers": (odd_nets.powers, {"nin": SMALL}),
    "repeated": (odd_nets.repeated, {"nin": SMALL, "times": SMALL}),
    "detached": (odd_nets.detached, {"nin": SMALL}),
    "loose ends": (odd_nets.loose_ends, {"count": range(2, 6)}),
    "random graph": (
        odd_nets.random_graph,
        {"style": ("chain", "one_node"), "nodes": (20, 40, 80, 150, 300, 400), "leaves": (4, 12, 40), "reach": (None, 5, 60)},
    ),
}


@dataclass(frozen=True)
class Drawn:
    """A net, and the call that makes it again as its `repr`."""

    name: str
    sizes: Mapping[str, Any]
    seed: int
    net: Net

    def __repr__(self) -> str:
        return f"drawn({self.name!r}, {self.seed}{''.join(f', {key}={size!r}' for key, size in self.sizes.items())})"


def drawn(name: str, seed: int, **sizes: Any) -> Drawn:
    """The net of this recipe, of these sizes; for the others the recorder has its own."""
    return Drawn(name, sizes, seed, RECIPES[name][0](Random(seed), **sizes))


def random_net(rng: Random) -> Drawn:
    """Any net, from a seeded generator."""
    name, seed = rng.choice(list(RECIPES)), rng.randrange(2**32)
    return drawn(name, seed, **{key: rng.choice(options) for key, options in RECIPES[name][1].items()})


@st.composite
def nets(draw: st.DrawFn, max_nodes: int = 600) -> Drawn:
    """Any net of at most so many nodes."""
    name, seed = draw(st.sampled_from(list(RECIPES))), draw(st.integers(0, 999))
    found = drawn(name, seed, **{key: draw(st.sampled_from(list(options))) for key, options in RECIPES[name][1].items()})
    assume(found.net.nodes <= max_nodes)
    return found
