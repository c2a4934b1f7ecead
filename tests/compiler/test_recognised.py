"""What each kind of net comes to: so many instructions and matrix products, so many calls, and nothing gathered that need not be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pytest
from conv_nets import PADDINGS, convolution
from dense_nets import (
    attention,
    autoencoder,
    classifier,
    dense,
    frozen,
    minibatch,
    missing_biases,
    parameters_of,
    penalised,
    recurrent,
    stack,
)
from net import STYLES, Net, hand, quadratic, vector
from structure import Structure, compiled, einsums, gathers, step, structure

from autograd_mini import ops
from autograd_mini.compiler.array_program import Apply, ArrayProgram, Numbers, Sum

SIZES = (8, 6, 4)


class Calls(NamedTuple):
    """NumPy calls of a gradient step, and how many of them gather rows, or add up products that are no matrix product."""

    calls: int
    gathers: int = 0
    einsums: int = 0


def came_to(record: Callable[..., Net], *sizes: Any, **others: Any) -> tuple[Structure, Calls]:
    """What a recorder's net comes to."""
    program = program_of(record, *sizes, **others)
    lines = step(program)
    return structure(program), Calls(len(lines), gathers(lines), einsums(lines))


def program_of(record: Callable[..., Net], *sizes: Any, **others: Any) -> ArrayProgram:
    return compiled(record(Random(1), *sizes, **others)).array_program


def sums(program: ArrayProgram, buffer: str) -> list[Sum]:
    """The sums that are written to a buffer."""
    return [each for each in program.instructions if isinstance(each, Sum) and each.target.buffer == buffer]


def applied(program: ArrayProgram, op: Any) -> list[Apply]:
    """The instructions that apply a row."""
    return [each for each in program.instructions if isinstance(each, Apply) and each.op is op]


# --- dense layers -------------------------------------------------------------------------------------------------

#: 800: the 784 inputs, a 1 for the biases, and zeros up to the next cache line. 31: what comes back to the 1 too, which nobody reads.
GOLDEN = """\
rows x0: 800, x1: 10, p: 24310, n: 2, v: 253, g: 24310
v[0:30 as 30×1] = p[0:24000 as 30×800] @ x0[0:800 as 800×1]
v[30:60] = sigmoid(v[0:30])
v[61:71 as 10×1] = p[24000:24310 as 10×31] @ v[30:61 as 31×1]
v[71:81] = sigmoid(v[61:71])
v[81:91] = v[71:81] + -1·x1[0:10]
v[91] = 0.5·Σ_k v[81:91 as 1×10] · v[81:91 as 1×10]
v[92:122] = -1·v[30:60] + 1
v[122:152] = v[30:60] · v[92:122]
v[152:162] = -1·v[71:81] + 1
v[162:172] = n[0, 0, … 0] · v[81:91]
v[172:182] = v[71:81] · v[152:162]
v[182:192] = v[162:172] · v[172:182]
v[192:223 as 31×1] = p[24000, 24031, … 24309 as 31×10] @ v[182:192 as 10×1]
v[223:253] = v[192:222] · v[122:152]
g[0:24000 as 30×800] = Σ_batch v[223:253 as 30×1] @ x0[0:800 as 1×800]
g[24000:24310 as 10×31] = Σ_batch v[182:192 as 10×1] @ v[30:61 as 1×31]
loss v[91]; outputs none"""

STEP = """\
copyto(x1_rows, x1.T)
p0_24000_dot(x0.T, v0_30)
negative(v0_30, v30_60)
exp(v30_60, v30_60)
add(v30_60, c4, v30_60)
reciprocal(v30_60, v30_60)
p24000_24310_dot(v30_61, v61_71)
negative(v61_71, v71_81)
exp(v71_81, v71_81)
add(v71_81, c4, v71_81)
reciprocal(v71_81, v71_81)
subtract(v71_81, x1_rows0_10, v81_91)
subtract(c4, v30_60, v92_122)
multiply(v30_60, v92_122, v122_152)
subtract(c4, v71_81, v152_162)
multiply(n0, v81_91, v162_172)
multiply(v71_81, v152_162, v172_182)
multiply(v162_172, v172_182, v182_192)
p24000_24310_2_dot(v182_192, v192_223)
multiply(v192_222, v122_152, v223_253)
v223_253_dot(x0, g0_24000)
v182_192_dot(v30_61_turned, g24000_24310)"""


def test_784_30_10_is_the_four_equations() -> None:
    program = program_of(dense, (784, 30, 10))
    assert str(program) == GOLDEN
    assert step(program) == STEP.splitlines()
    assert sum(not line.startswith("copyto(") for line in STEP.splitlines()) <= 21


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("style", STYLES)
def test_dense_layers_come_to_the_same_however_they_are_written(style: str, shuffled: bool) -> None:
    assert came_to(dense, SIZES, style=style, shuffled=shuffled) == (Structure(6, 10, 2, 3), Calls(22))


@pytest.mark.parametrize(("activation", "backward", "calls"), [("relu", 8, 14), ("sine", 8, 14), ("tanh", 8, 18), ("softplus", 8, 20)])
def test_dense_layers_by_their_activation(activation: str, backward: int, calls: int) -> None:
    assert came_to(dense, SIZES, activation=activation) == (Structure(6, backward, 2, 3), Calls(calls))


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_each_layer_adds_three_matrix_products(depth: int) -> None:
    """One forward, one for its weights and biases, one for the layer before: the first layer has none."""
    found, calls = came_to(dense, (6, 5, 4, 5, 6, 7)[: depth + 1], shuffled=True)
    assert found == (2 * depth + 2, 5 * depth, depth, 2 * depth - 1)
    assert calls == Calls(10 * depth + 2)


def without_biases(rng: Random, sizes: tuple[int, ...] = SIZES, bare: Sequence[int] = (0, 1)) -> Net:
    """Dense layers, some of which have no biases."""
    layers, write = stack(rng, sizes), hand(rng, "chain", True)
    xs, ys = vector(rng, sizes[0], "x"), vector(rng, sizes[-1], "y")
    out: Any = xs
    for i, (weights, biases) in enumerate(layers):
        out = write.layer(weights, [None] * len(weights) if i in bare else biases, out, "sigmoid")
    kept = [(weights, [] if i in bare else biases) for i, (weights, biases) in enumerate(layers)]
    return Net(quadratic(out, ys), [xs, ys], parameters_of(kept))


@pytest.mark.parametrize("bare", [(0, 1), (0,), (1,)])
def test_layers_without_biases(bare: Sequence[int]) -> None:
    assert came_to(without_biases, bare=bare) == (Structure(6, 10, 2, 3), Calls(22))


@pytest.mark.parametrize("seed", range(3))
def test_a_bias_here_and_there(seed: int) -> None:
    """A group for the neurons with a bias, one for those with none, one for those with a number: still no neuron by itself."""
    found = structure(compiled(missing_biases(Random(seed), SIZES)).array_program)
    assert found.forward <= 10
    assert found.backward <= 9


def test_frozen_layers_get_no_gradient() -> None:
    for as_values in (True, False):
        assert came_to(frozen, (8, 6, 4, 3), as_values=as_values) == (Structure(8, 8, 3, 3), Calls(21))
    program = program_of(frozen, SIZES)
    [first, *_] = sums(program, "v")
    assert isinstance(first.terms[0].a, Numbers)
    assert first.terms[0].a.shape == (6, 8)
    assert [each.target.shape for each in sums(program, "g")] == [(4, 7)]  # the second layer's weights, and its biases behind them


# --- shared weights -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one_block", [False, True])
@pytest.mark.parametrize("samples", [2, 3, 10])
def test_a_mini_batch_unrolled_by_hand_is_one_product_a_layer(samples: int, one_block: bool) -> None:
    found, calls = came_to(minibatch, samples, SIZES, one_block=one_block)
    assert found == came_to(dense, SIZES)[0]
    assert calls.calls <= 26
    assert calls.gathers <= 2
    assert not calls.einsums


@pytest.mark.parametrize("steps", [2, 3, 6])
def test_recurrent_weights_are_one_matrix_at_all_times(steps: int) -> None:
    found, calls = came_to(recurrent, steps, 5, 7)
    assert found == (2 * steps + 2, 3 * steps + 5, 2 * steps, 2 * steps + 2)
    assert calls.calls <= 11 * steps + 10
    assert calls.gathers <= 5
    assert not calls.einsums


@pytest.mark.parametrize(("activation", "backward", "calls"), [("sigmoid", 11, 25), ("tanh", 9, 21)])
def test_tied_weights_are_read_the_other_way_round(activation: str, backward: int, calls: int) -> None:
    assert came_to(autoencoder, 8, 5, activation) == (Structure(6, backward, 2, 5), Calls(calls))


@pytest.mark.parametrize("square", ["power", "product"])
@pytest.mark.parametrize("strength", ["number", "constant", "leaf"])
def test_a_penalty_on_the_weights_is_added_to_their_gradient_as_a_matrix(strength: str, square: str) -> None:
    assert came_to(penalised, SIZES, strength=strength, square=square) == (Structure(7, 13, 3, 5), Calls(31))
    program = program_of(penalised, SIZES, strength=strength, square=square)
    shrinking = [each for each in sums(program, "g") if len(each.terms) > 1]
    assert [each.target.shape for each in shrinking] == [(6, 8), (4, 6)]  # δ xᵀ + λ W
    assert [each.terms[1].coefficient for each in shrinking] == pytest.approx([0.1, 0.1])
    [penalty] = [each for each in sums(program, "n") if any(term.inner > 1 for term in each.terms)]  # once, not for each sample
    assert penalty.terms[0].inner == 8 * 6 + 6 * 4


# --- convolutions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("padding", PADDINGS)
def test_a_convolution_is_one_matrix_product(padding: str) -> None:
    sizes = {"size": 12, "filters": (4,), "kernel": 3, "nouts": 10}
    assert came_to(convolution, **sizes, padding=padding) == (Structure(6, 9, 2, 3), Calls(20, gathers=1))
    [filters, *_] = [each for each in sums(program_of(convolution, **sizes, padding=padding), "v") if each.terms[0].form == "matrix"]
    assert filters.target.shape == (4, 100 if padding == "valid" else 144)
    assert filters.terms[0].inner == 10  # 3×3, and the bias


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize(("pooling", "found", "calls"), [("mean", (7, 9, 2, 3), 25), ("max", (8, 17, 2, 3), 42)])
def test_pooling_is_by_whole_pictures(pooling: str, found: tuple[int, ...], calls: int, padding: str) -> None:
    came, used = came_to(convolution, 6, kernel=3, pooling=pooling, padding=padding)
    assert came == found
    assert used.calls <= calls
    assert not used.einsums


@pytest.mark.parametrize("padding", PADDINGS)
def test_two_convolutions_are_two_matrix_products(padding: str) -> None:
    found, calls = came_to(convolution, 7, kernel=3, filters=(2, 3), padding=padding)
    assert found == (8, 13, 3, 5)
    assert calls.calls <= 32
    assert not calls.einsums


# --- softmax, attention -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "found", "calls"), [("logsumexp", (6, 9, 2, 3), 18), ("softmax", (8, 11, 2, 3), 21)])
def test_softmax_is_one_logsumexp(form: str, found: tuple[int, ...], calls: int) -> None:
    came, used = came_to(classifier, SIZES, form=form)
    assert came == found
    assert used == Calls(calls)
    [shared] = applied(program_of(classifier, SIZES, form=form), ops.logsumexp)
    assert len(shared.arguments) == 4


def test_softmax_by_hand_adds_up_once() -> None:
    """Σ e^z was written for each output."""
    came, used = came_to(classifier, SIZES, form="by hand")
    assert came == (8, 13, 2, 3)
    assert used.calls <= 23
    assert used.einsums <= 1


@pytest.mark.parametrize(("form", "most"), [("by hand", 17), ("softmax", 15)])
@pytest.mark.parametrize("tokens", [3, 4, 8])
def test_attention_takes_all_tokens_together(tokens: int, form: str, most: int) -> None:
    found, calls = came_to(attention, tokens, 4, form=form)
    assert found.forward + found.backward <= most
    assert found.matrices_forward == 1  # queries, keys and values
    assert calls.calls <= 64


# --- every kind ---------------------------------------------------------------------------------------------------


def test_every_row_of_the_gradient_is_written_once() -> None:
    for program in (program_of(dense, SIZES), program_of(recurrent, 3, 5, 7), program_of(convolution, 6, kernel=3), program_of(penalised)):
        written = np.concatenate([each.target.rows.ravel() for each in sums(program, "g")])
        assert sorted(written.tolist()) == list(range(program.sizes["g"])) == sorted(program.order.tolist())
