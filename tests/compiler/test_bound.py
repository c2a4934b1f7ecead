"""Bound programs: the gradients of a step, in place, in both types; and that no array which is written to is a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pytest
from conv_nets import convolution
from dense_nets import autoencoder, dense, minibatch, recurrent
from hypothesis import assume, given
from hypothesis import strategies as st
from net import Net
from nets import RECIPES, Drawn, drawn, nets
from oracle import Oracle, eager, relative
from samples import batch, decided
from structure import compiled

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.compiler import bound as bound_file
from autograd_mini.compiler import numpy_source
from autograd_mini.compiler.bound import Bound, Kernel, Make, Step

TYPES = ("float64", "float32")
TOLERANCES = {"float64": 1e-12, "float32": 1e-4}  # of the largest gradient
SIZES = st.integers(1, 7)


def columns(net: Net, blocks: Sequence[Any]) -> list[Any]:
    """The inputs alone: a program may want columns of its own behind them."""
    return [block[:, : len(leaves)].astype(float) for block, leaves in zip(blocks, net.inputs, strict=True)]


def exactly(net: Net, step: Step, blocks: Sequence[Any]) -> Oracle:
    """The oracle at the very numbers that the step has, in its type."""
    return eager(net, columns(net, blocks), step.parameters[step.order].astype(float))


def gradients(step: Step, blocks: list[Any], scale: float) -> Any:
    """The gradients of a batch in the order of the user. An overflow on the way is none of a step's business."""
    with np.errstate(all="ignore"):
        step.gradients(*blocks, scale=scale)
    return step.grad[step.order].astype(float)


# --- gradients ----------------------------------------------------------------------------------------------------


@given(nets(), SIZES, st.integers(0, 99), st.sampled_from(TYPES))
def test_the_gradients_are_those_of_the_eager_engine(found: Drawn, size: int, seed: int, dtype: str) -> None:
    net = found.net
    step = compiled(net, outputs=True).bind(size, dtype)
    assert (step.batch_size, step.dtype) == (size, np.dtype(dtype))
    blocks = step.checked(*batch(net, size, Random(seed)))
    expected = exactly(net, step, blocks)
    assume(dtype == "float64" or decided(net, columns(net, blocks)))
    found_gradients = gradients(step, blocks, 1 / size)
    assert relative(found_gradients - expected.gradients, expected.largest_gradient) <= TOLERANCES[dtype]


@pytest.mark.parametrize("dtype", TYPES)
def test_the_scale_is_a_factor_of_all_gradients(dtype: str) -> None:
    net = dense(Random(0))
    step = compiled(net).bind(3, dtype)
    blocks = step.checked(*batch(net, 3, Random(1)))
    assert np.array_equal(gradients(step, blocks, 4.0), 8.0 * gradients(step, blocks, 0.5))


@pytest.mark.parametrize("dtype", TYPES)
def test_the_gradients_are_filled_anew_with_each_batch(dtype: str) -> None:
    net = recurrent(Random(0))
    step = compiled(net).bind(2, dtype)
    blocks, others = (step.checked(*batch(net, 2, Random(seed))) for seed in (1, 2))
    first = gradients(step, blocks, 1.0)
    assert not np.array_equal(gradients(step, others, 1.0), first)
    assert np.array_equal(gradients(step, blocks, 1.0), first)


WIDE = {
    "dense": dense(Random(0), (300, 4, 3)),
    "shuffled": dense(Random(0), (256, 3, 2), shuffled=True),
    "autoencoder": autoencoder(Random(0), 260, 3),
    "recurrent": recurrent(Random(0), 2, 257, 3),
    "minibatch": minibatch(Random(0), 2, (257, 3, 2)),
    "convolution": convolution(Random(0), 17, kernel=16, filters=(2,)),
}


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", WIDE)
def test_wide_layers_whose_rows_end_with_a_cache_line(name: str, dtype: str) -> None:
    """What was added to their weights gets no gradient, and whatever it is does not matter."""
    net = WIDE[name]
    step = compiled(net).bind(3, dtype)
    blocks = step.checked(*batch(net, 3, Random(1)))
    expected = exactly(net, step, blocks)
    rest = np.setdiff1d(np.arange(len(step.parameters)), step.order)
    assert len(rest)
    for numbers in (0.0, np.linspace(-9.0, 9.0, len(rest))):
        step.parameters[rest] = numbers
        assert relative(gradients(step, blocks, 1 / 3) - expected.gradients, expected.largest_gradient) <= TOLERANCES[dtype]
        assert not step.grad[rest].any()


def test_a_slice_of_a_data_set_is_a_batch() -> None:
    net = dense(Random(0))
    step = compiled(net).bind(2)
    whole = batch(net, 6, Random(1))
    blocks = step.checked(*whole)
    for start in (0, 2, 4):
        part = [block[start : start + 2] for block in blocks]
        expected = eager(net, [block[start : start + 2] for block in whole])
        assert relative(gradients(step, part, 0.5) - expected.gradients, expected.largest_gradient) <= TOLERANCES["float64"]


# --- training -----------------------------------------------------------------------------------------------------

SMOOTH = ("dense", "recurrent", "autoencoder", "penalised", "convolution", "classifier", "minibatch", "weight normalised")


@pytest.mark.parametrize("name", SMOOTH)
def test_steps_in_place_are_the_steps_that_the_program_takes(name: str) -> None:
    net = drawn(name, 1).net
    program, size, rate = compiled(net), 4, 0.1
    step = program.bind(size)
    data = batch(net, 5 * size, Random(2))
    blocks = step.checked(*data)
    for start in range(0, 5 * size, size):
        part = slice(start, start + size)
        step.gradients(*[block[part] for block in blocks], scale=rate / size)
        np.subtract(step.parameters, step.grad, step.parameters)
        program.parameters -= rate * program(*[block[part] for block in data]).gradients
    assert not np.allclose(program.parameters, [w.data for w in net.parameters], rtol=0, atol=1e-4)
    assert step.parameters[step.order] == pytest.approx(program.parameters, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("dtype", TYPES)
def test_write_back_sets_program_and_values(dtype: str) -> None:
    net = autoencoder(Random(0))
    program = compiled(net)
    step = program.bind(2, dtype)
    before = [w.data for w in net.parameters]
    step.parameters[step.order] = np.arange(len(before)) + 0.1
    assert [w.data for w in net.parameters] == before
    assert program.parameters.tolist() == before
    step.write_back()
    after = [float(np.dtype(dtype).type(i + 0.1)) for i in range(len(before))]
    assert [w.data for w in net.parameters] == after
    assert program.parameters.tolist() == after
    assert all(type(w.data) is float for w in net.parameters)


def test_steps_share_nothing_with_the_program_or_each_other() -> None:
    net = dense(Random(0))
    program = compiled(net)
    step, other = program.bind(2), program.bind(2)
    for x in (step.parameters, step.grad):
        for y in (program.parameters, other.parameters, other.grad):
            assert not np.shares_memory(x, y)
    assert not np.shares_memory(step.parameters, step.grad)
    arrays = batch(net, 2, Random(1))
    before = program(*arrays)
    step.parameters[:] = 0.0
    assert program(*arrays).gradients.tolist() == before.gradients.tolist()
    program.parameters[:] = 5.0
    assert not step.parameters.any()


# --- bad input ----------------------------------------------------------------------------------------------------

X, Y, W = Value(1.0, "x"), Value(2.0, "y"), Value(3.0, "w")
PROGRAM = compiled(Net(W * X - Y, [[X], [Y]], [W]))
ASKED: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: PROGRAM.bind(2, "float16"), ValueError, r"bind\(dtype='float16'\): the types are float64 and float32"),
    (lambda: PROGRAM.bind(2, "int64"), ValueError, "the types are float64 and float32"),
    (lambda: PROGRAM.bind(0), ValueError, r"bind\(batch_size=0\): a whole number from 1 on"),
    (lambda: PROGRAM.bind(-1), ValueError, "a whole number from 1 on"),
    (lambda: PROGRAM.bind(2.0), ValueError, r"bind\(batch_size=2\.0\): a whole number from 1 on"),  # type: ignore[arg-type]
    (lambda: PROGRAM.bind(2).checked([[1.0]]), TypeError, "takes 2 blocks of inputs, and got 1"),
    (lambda: PROGRAM.bind(2).checked([[1.0]], [[1.0], [2.0]]), ValueError, "one row for each sample; got 1, 2 rows"),
    (lambda: PROGRAM.bind(2).checked([1.0], [[1.0]]), ValueError, r"block 0 of the batch has the shape \(1,\); it takes \[B, 1\]"),
    (lambda: PROGRAM.bind(2).checked([["a"]], [[1.0]]), TypeError, "block 0 of the batch holds no plain numbers"),
    (lambda: PROGRAM.bind(2).checked([[1.0]], [[np.inf]]), ValueError, r"^block 1, column 0 \('y'\) is inf in row 0"),
    (lambda: PROGRAM.bind(2).checked(np.zeros((0, 1)), np.zeros((0, 1))), ValueError, "the batch is empty"),
]


@pytest.mark.parametrize(("ask", "error", "message"), ASKED)
def test_what_is_asked_wrongly_is_said_in_a_sentence(ask: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ask()


def test_a_data_set_is_cast_once_and_may_have_any_number_of_rows() -> None:
    step = PROGRAM.bind(2, "float32")
    xs, ys = step.checked([[1], [2], [3]], np.ones((3, 1), np.int8))
    assert {xs.dtype, ys.dtype} == {np.dtype("float32")}
    assert len(xs) == len(ys) == 3


def test_a_number_that_the_type_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"block 0, column 0 \('x'\) is inf in row 0"), np.errstate(over="ignore"):
        PROGRAM.bind(1, "float32").checked([[1e300]], [[1.0]])


# --- memory -------------------------------------------------------------------------------------------------------


class Made(NamedTuple):
    """An array that a `Make` handed out, how, and what of."""

    method: str
    array: Any
    of: Any


class Watched(Make):
    """A `Make` that remembers what it handed out."""

    def __init__(self, watchers: list[Watched], *arguments: Any) -> None:
        super().__init__(*arguments)
        watchers.append(self)
        self.made: list[Made] = []
        for name in ("number", "ones", "room", "view", "one", "table", "shaped"):
            setattr(self, name, self._watched(name, getattr(self, name)))

    def _watched(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **options: Any) -> Any:
            self.made.append(Made(name, method(*arguments, **options), arguments[0] if arguments else None))
            return self.made[-1].array

        return watched


def bound_and_watched(net: Net, size: int, dtype: str, loss: bool) -> tuple[Bound, Watched, Callable[..., None]]:
    """A program's buffers, what was made of them, and the function that runs a batch on it."""
    program = compiled(net, outputs=True).array_program.needed(loss=loss, gradients=True)
    bound = Bound(program, size, dtype, np.zeros(program.sizes["p"], dtype), np.zeros(program.sizes["g"], dtype))
    watchers: list[Watched] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bound_file, "Make", partial(Watched, watchers))
        run = bound.bound(Kernel(numpy_source.written(program)))
    return bound, watchers[0], run


def arrays_of(run: Any) -> Iterator[Any]:
    """All arrays that a bound function reads or writes, but its arguments: its free variables, and those that a method is bound to."""
    for cell in run.__closure__ or ():
        content = cell.cell_contents
        if not isinstance(content, Make):
            yield content if isinstance(content, np.ndarray) else content.__self__


def is_part_of(array: Any, wholes: Sequence[Any]) -> bool:
    return any(np.shares_memory(array, whole) for whole in wholes)


def check_memory(bound: Bound, make: Watched, run: Callable[..., None]) -> None:
    """Views share memory with what they are views of; whatever a call names is part of a buffer, or made for it by name."""
    made: dict[str, list[Any]] = {each.method: [] for each in make.made}
    for each in make.made:
        made[each.method].append(each.array)
        if each.method in ("view", "one", "table", "shaped"):
            assert np.shares_memory(each.array, each.of), each
    memory = [*(bound.buffers[name] for name in "vnpg"), *made.get("room", ())]
    assert all(is_part_of(array, memory) for method in ("view", "one", "table", "shaped") for array in made.get(method, ()))
    constants = [*made.get("number", ()), *made.get("ones", ()), *make.numbers, *make.rows]
    for array in arrays_of(run):
        assert is_part_of(array, memory) or any(array is each for each in constants)


@pytest.mark.parametrize("loss", [False, True])
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("name", RECIPES)
def test_every_view_shares_the_memory_of_its_buffer(name: str, size: int, dtype: str, loss: bool) -> None:
    bound, make, run = bound_and_watched(drawn(name, 2026).net, size, dtype, loss)
    check_memory(bound, make, run)


@given(nets(), st.integers(1, 3))
def test_every_view_of_any_net_shares_the_memory_of_its_buffer(found: Drawn, size: int) -> None:
    bound, make, run = bound_and_watched(found.net, size, "float64", True)
    check_memory(bound, make, run)


def test_a_reshaped_array_that_is_a_copy_is_refused() -> None:
    make = Make(numpy_source.written(PROGRAM.array_program), 2, np.float64)
    whole = np.zeros((2, 3))
    assert np.shares_memory(make.shaped(whole, (6,)), whole)
    with pytest.raises(RuntimeError, match="a reshaped array does not share its memory"):
        make.shaped(whole.T, (6,))


def test_views_do_not_reach_beyond_their_buffer() -> None:
    make, buffer = Make(numpy_source.written(PROGRAM.array_program), 2, np.float64), np.zeros((3, 2))
    with pytest.raises((ValueError, TypeError), match="buffer"):
        make.view(buffer, 1, (3,), (1,))
    with pytest.raises((ValueError, TypeError), match="buffer"):
        make.table(buffer, 0, (2, 2), 2)


@pytest.mark.parametrize("size", [1, 5])
def test_a_step_with_results_gives_what_the_program_gives(size: int) -> None:
    net = drawn("dense", 3, sizes=(4, 4)).net
    program = ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters, outputs=net.outputs, backend="numpy")
    arrays = batch(net, size, Random(1))
    step = program.bind(size, results=True)
    blocks = step.checked(*arrays)
    step.gradients(*blocks, scale=1.0 / size)
    losses, outputs = step.results(*blocks)
    result = program(*arrays)
    assert float(losses.mean()) == result.loss
    assert outputs.tolist() == result.outputs.tolist()
    assert step.grad[step.order].tolist() == result.gradients.tolist()


@pytest.mark.parametrize("size", [1, 5])
def test_steps_of_two_sizes_share_parameters_and_gradients(size: int) -> None:
    net = drawn("dense", 3, sizes=(4, 4)).net
    program = ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters)
    step = program.bind(3)
    rest = program.bind(size, share=step)
    blocks = rest.checked(*batch(net, size, Random(1)))
    rest.gradients(*blocks, scale=1.0)
    assert step.grad.any()
    step.parameters -= step.grad
    assert rest.parameters is step.parameters
    assert np.shares_memory(rest.grad, step.grad)


def test_predictions_are_the_outputs() -> None:
    net = drawn("deep dense", 3, sizes=(3, 5, 4, 2)).net
    program = ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters, outputs=net.outputs, backend="numpy")
    arrays = batch(net, 7, Random(1))
    assert program.predict(*arrays).tolist() == program(*arrays).outputs.tolist()
    assert program.predict(arrays[0]).tolist() == program.predict(*arrays).tolist()  # the targets are not read
    reading = ag.compile(net.loss, inputs=net.inputs, parameters=net.parameters, outputs=[net.loss])
    with pytest.raises(TypeError, match="the outputs read block 1 too"):
        reading.predict(arrays[0])
