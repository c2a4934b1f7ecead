"""fit and evaluate: one epoch equals the formula done by hand, seeds repeat, the loss falls, wrong input is named."""

from __future__ import annotations

import io
import math
import random
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len

import autograd_mini as ag
import nn
from autograd_mini.errors import MissingExtra, NonFiniteError
from autograd_mini.language import LANGUAGES
from nn.compiled import program_of
from nn.datasets import Samples
from nn.progress import bar_of
from nn.shuffling import shuffled
from nn.words import _ as in_words

XOR = Samples([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])


def numbers(net: nn.MLP) -> list[float]:
    return [parameter.data for parameter in net.parameters()]


def blobs(count: int = 60) -> Samples:
    """Three clouds of points in the plane, one a label."""
    rng, centres = random.Random(0), [(0.0, 0.0), (3.0, 0.0), (0.0, 3.0)]
    labels = [index % 3 for index in range(count)]
    return Samples([[rng.gauss(centre, 0.5) for centre in centres[label]] for label in labels], labels)


def test_one_epoch_is_the_mini_batch_formula() -> None:
    samples, rate = blobs(7), 0.5
    net, twin = nn.MLP(2, [3, 3], rng=1), nn.MLP(2, [3, 3], rng=1)
    nn.fit(net, samples, epochs=1, batch_size=3, learning_rate=rate, rng=5)

    order = [int(index) for index in shuffled(random.Random(5), 7)]
    for batch in (order[:3], order[3:6], order[6:]):
        twin.zero_grad()
        for index in batch:
            target = [1.0 if output == samples.y[index] else 0.0 for output in range(3)]
            nn.quadratic_cost(twin(samples.x[index]), target).backward()
        for parameter in twin.parameters():
            parameter.data -= rate / len(batch) * parameter.grad
    assert numbers(net) == pytest.approx(numbers(twin), rel=1e-12)


def test_training_lowers_the_loss_and_learns() -> None:
    net = nn.MLP(2, [4, 3], rng=0)
    history = nn.fit(net, blobs(), blobs(30), epochs=20, batch_size=5, learning_rate=3.0, rng=0)
    assert history.loss[-1] < 0.1 * history.loss[0]
    assert history.test_accuracy[-1] == nn.evaluate(net, blobs(30)) >= 0.95
    assert history.train_accuracy[-1] >= 0.95


def test_the_digits_are_learnt_from_a_few_images() -> None:
    data = nn.datasets.digits()
    net = nn.MLP(64, [12, 10], rng=0)
    history = nn.fit(net, data.train[:300], data.test[:100], epochs=3, batch_size=1, learning_rate=1.5)
    assert history.loss[-1] < history.loss[0]
    assert history.test_accuracy[-1] >= 0.5  # 0.1 by guessing


def test_history_has_one_entry_an_epoch() -> None:
    history = nn.fit(nn.MLP(2, [2, 2], rng=0), XOR, epochs=3, batch_size=4)
    assert len(history.loss) == len(history.train_accuracy) == 3
    assert history.test_accuracy == []
    assert history.samples == 12
    assert history.ended == "all epochs"
    assert history.samples_per_second == pytest.approx(12 / history.seconds)
    assert nn.History().samples_per_second == 0.0


def test_the_first_loss_is_that_of_the_untrained_network() -> None:
    net = nn.MLP(2, [2, 2], rng=0)
    costs = [nn.quadratic_cost(net(x), [1.0 - y, float(y)]).data for x, y in zip(XOR.x, XOR.y, strict=True)]
    before = nn.evaluate(net, XOR)
    history = nn.fit(net, XOR, epochs=1, batch_size=4)
    assert history.loss == [pytest.approx(sum(costs) / 4)]
    assert history.train_accuracy == [before]


def test_the_same_seeds_give_the_same_training() -> None:
    def trained(rng: Any) -> list[float]:
        net = nn.MLP(2, [3, 3], rng=0)
        nn.fit(net, blobs(12), epochs=2, batch_size=4, rng=rng)
        return numbers(net)

    state = random.getstate()
    assert trained(1) == trained(random.Random(1))
    assert trained(1) != trained(2)
    assert random.getstate() == state


def test_arrays_and_lists_train_alike() -> None:
    nets = [nn.MLP(2, [3, 3], rng=0), nn.MLP(2, [3, 3], rng=0)]
    samples = blobs(12)
    nn.fit(nets[0], samples, epochs=1)
    nn.fit(nets[1], Samples(np.array(samples.x), np.array(samples.y)), epochs=1)
    assert numbers(nets[0]) == numbers(nets[1])


def test_history_holds_plain_numbers() -> None:
    samples = Samples(np.array(XOR.x), np.array(XOR.y))
    listed = Samples(XOR.x, list(np.array(XOR.y)))
    floats, truths = Samples(XOR.x, [0.0, 1.0, 1.0, 0.0]), Samples(XOR.x, [False, True, True, False])
    for data in (samples, listed, floats, truths):
        history = nn.fit(nn.MLP(2, [2]), data, data, epochs=1)
        assert {type(number) for number in (*history.loss, *history.train_accuracy, *history.test_accuracy)} == {float}


def test_a_cost_of_ones_own() -> None:
    net, twin = nn.MLP(2, [2], rng=0), nn.MLP(2, [2], rng=0)
    nn.fit(net, XOR, epochs=1, learning_rate=0.5, cost=lambda outputs, target: 2 * nn.quadratic_cost(outputs, target))
    nn.fit(twin, XOR, epochs=1, learning_rate=1.0)
    assert numbers(net) == pytest.approx(numbers(twin), rel=1e-12)


def test_evaluate_counts_the_largest_output() -> None:
    net = nn.MLP(1, [2], activation="linear", rng=0)
    for parameter, number in zip(net.parameters(), (1.0, 0.0, -1.0, 0.0), strict=True):
        parameter.data = number  # outputs: x and −x
    assert nn.evaluate(net, Samples([[1.0], [2.0], [-1.0], [0.0]], [0, 1, 1, 0])) == 0.75


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_progress_bar_shows_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, terminal = io.StringIO(), Terminal()
    monkeypatch.setattr(sys, "stderr", plain)
    nn.fit(nn.MLP(2, [2]), XOR, epochs=1, batch_size=1)
    assert plain.getvalue() == ""
    monkeypatch.setattr(sys, "stderr", terminal)
    nn.fit(nn.MLP(2, [2]), XOR, epochs=2, batch_size=1)
    shown = terminal.getvalue().split("\r")
    assert any(all(part in line for part in ("epoch 2/2, loss 0.", ", accuracy ", "%|", " left, ", " samples/s")) for line in shown)
    assert shown[-1].strip() == ""  # the bar goes when it is done


@pytest.mark.parametrize("language", LANGUAGES)
def test_loss_and_accuracy_are_seen_in_narrow_terminals(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with ag.language(language), bar_of(1_800_000, 700_000) as bar:
        told = in_words("epoch {n}/{all}, loss {loss}, accuracy {share:.1%}", n=12, all=30, loss="0.5859", share=0.952)
        shown = {**bar.format_dict, "prefix": told, "elapsed": 9.0, "rate": 123_456.0}
        narrow, wide = (bar.format_meter(**{**shown, "ncols": columns}) for columns in (60, 80))
    for line, columns in ((narrow, 60), (wide, 80)):
        assert "0.5859" in line
        assert "95.2%" in line
        assert "00:0" in line
        assert cell_len(line) <= columns
    assert wide.endswith("/s")
    assert "/s" not in narrow  # the rate is what is cut off


def test_without_tqdm_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(MissingExtra, match=r'pip install "autograd-mini\[nn\]"'):
        nn.fit(nn.MLP(2, [2]), XOR, epochs=1)


@pytest.mark.parametrize("engine", ["compiled", "scalar"])
def test_exploding_training_says_where(engine: str) -> None:
    net = nn.MLP(2, [2], activation="linear", rng=0)
    where = r"the loss of training sample \d is"
    with pytest.raises(NonFiniteError, match=rf"{where}.*epoch \d+ of nn\.fit, learning_rate=1\d*: .*begin anew with a smaller one"):
        nn.fit(net, XOR, epochs=200, learning_rate=1e10, engine=engine)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs is a whole number from 1 on, got 0"),
        ({"batch_size": 2.5}, "batch_size is a whole number from 1 on, got 2.5"),
        ({"learning_rate": -1.0}, "learning_rate"),
        ({"engine": "warp"}, "'warp'.*'scalar'"),
        ({"train": Samples([], [])}, "train holds no samples"),
        ({"test": Samples([], [])}, "test holds no samples"),
        ({"train": Samples([[0, 0]], [2])}, "train has the label 2, but this network's 2 outputs stand for 0 to 1"),
        ({"test": Samples([[0, 0]], [-1])}, "test has the label -1"),
        ({"train": Samples([[0, 0, 0]], [0])}, "takes 2 inputs, got 3"),
    ],
)
def test_wrong_arguments_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nn.fit(**{"net": nn.MLP(2, [2]), "train": XOR, "epochs": 1, **options})


@pytest.mark.parametrize("engine", ["compiled", "scalar"])
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ([[0.0, 1.0], [1.0, math.nan]], ValueError, r"x\[1\]\[1\] is nan; only finite numbers are allowed"),
        (np.array([[0.0, 1.0], [-np.inf, 0.0]]), ValueError, r"x\[1\]\[0\] is -inf; only finite numbers are allowed"),
        ([[0.0, 1.0], [1.0]], ValueError, r"this network takes 2 inputs, got 1 in \w+\.x\[1\]"),
        (np.zeros((2, 3)), ValueError, r"this network takes 2 inputs, got 3 in \w+\.x\[0\]"),
        ([[0.0, 1.0], [1.0, "2"]], TypeError, r"x\[1\]\[1\] should be a real number .*got str '2'"),
        ([[0.0, 1.0], 1.0], TypeError, r"the inputs of \w+\.x\[1\] come as a list or an array"),
        ([[0.0, 1.0], [10**400, 0.0]], OverflowError, r"x\[1\]\[0\] got a number too large"),
    ],
)
def test_inputs_are_rows_of_finite_numbers_for_either_engine(engine: str, x: Any, error: type[Exception], message: str) -> None:
    samples = Samples(x, [0, 1])
    with pytest.raises(error, match=message):
        nn.evaluate(nn.MLP(2, [2]), samples, engine=engine)
    with pytest.raises(error, match=message):
        nn.fit(nn.MLP(2, [2]), samples, epochs=1, engine=engine)
    with pytest.raises(error, match=message):
        nn.fit(nn.MLP(2, [2]), XOR, samples, epochs=1, engine=engine)


@pytest.mark.parametrize("dtype", [np.float32, np.dtype("float32"), np.zeros(1, np.float32).dtype])
def test_a_dtype_has_many_names(dtype: Any) -> None:
    nets = [nn.MLP(2, [3, 2], rng=0), nn.MLP(2, [3, 2], rng=0)]
    for net, given in zip(nets, (dtype, "float32"), strict=True):
        nn.fit(net, XOR, epochs=1, dtype=given)
    assert numbers(nets[0]) == numbers(nets[1])
    with pytest.raises(ValueError, match=r"dtype='int64' is not known; choose one of 'float64', 'float32'"):
        nn.fit(nets[0], XOR, dtype=np.dtype("int64"))  # type: ignore[arg-type]


def test_evaluate_refuses_nothing_and_foreign_labels() -> None:
    with pytest.raises(ValueError, match="no samples"):
        nn.evaluate(nn.MLP(2, [2]), Samples([], []))
    with pytest.raises(ValueError, match="label 5"):
        nn.evaluate(nn.MLP(2, [2]), Samples([[0, 0]], [5]))


DATA = nn.datasets.Dataset(XOR, XOR)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"train": [[1, 2]]}, r"train takes nn\.datasets\.Samples\(x, y\).*got list"),
        ({"train": DATA}, r"got Dataset\. A data set has two parts: pass data\.train"),
        ({"test": DATA}, r"pass data\.test"),
        ({"net": nn.Layer(2, 2)}, r"nn\.fit and nn\.evaluate take a network.*got Layer"),
        ({"net": lambda x: x}, "take a network"),
        ({"learning_rate": "a"}, "learning_rate= takes a real number"),
        ({"cost": lambda outputs, target: 0.3}, r"cost\(outputs, target\) returns a Value.*got float 0\.3"),
        ({"cost": lambda outputs, target: None}, r"returns a Value.*got NoneType"),
    ],
)
def test_arguments_of_the_wrong_kind_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        nn.fit(**{"net": nn.MLP(2, [2]), "train": XOR, "epochs": 1, **options})


# --- the two engines ----------------------------------------------------------------------------------------------

OPTIMIZERS: dict[str, Callable[[nn.MLP], nn.Optimizer]] = {
    "SGD": lambda net: nn.SGD(net.parameters(), 0.5),
    "Momentum": lambda net: nn.Momentum(net.parameters(), 0.1),
    "Adam": lambda net: nn.Adam(net.parameters(), 0.01),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [1, 3, 7, 20])
def test_both_engines_take_the_same_steps(name: str, batch_size: int) -> None:
    rng = Random(5)
    samples = Samples([[rng.random() for _ in range(3)] for _ in range(7)], [rng.randrange(2) for _ in range(7)])
    found = []
    for engine in ("scalar", "compiled"):
        net = nn.MLP(3, [4, 2], rng=1)
        optimizer = OPTIMIZERS[name](net)
        history = nn.fit(net, samples, samples, epochs=4, batch_size=batch_size, rng=2, engine=engine, optimizer=optimizer)
        found.append((history, numbers(net), optimizer.state_dict()))
    (scalar, moved, state), (program, others, other_state) = found
    assert program.loss == pytest.approx(scalar.loss, rel=1e-12)
    assert (program.train_accuracy, program.test_accuracy) == (scalar.train_accuracy, scalar.test_accuracy)
    assert others == pytest.approx(moved, rel=1e-9, abs=1e-12)
    assert other_state.keys() == state.keys()
    assert all(other_state[key] == pytest.approx(state[key], rel=1e-9, abs=1e-12) for key in state)


def test_float32_is_near() -> None:
    nets = [nn.MLP(2, [4, 2], rng=1) for _ in range(2)]
    for net, dtype in zip(nets, ("float64", "float32"), strict=True):
        nn.fit(net, XOR, epochs=20, batch_size=2, learning_rate=1.0, dtype=dtype)
    assert numbers(nets[1]) == pytest.approx(numbers(nets[0]), abs=1e-4)
    assert numbers(nets[1]) != numbers(nets[0])
    with pytest.raises(ValueError, match="Values are float64"):
        nn.fit(nets[0], XOR, dtype="float32", engine="scalar")


def test_a_network_keeps_its_program(monkeypatch: pytest.MonkeyPatch) -> None:
    net = nn.MLP(2, [4, 2], rng=1)
    nn.fit(net, XOR, epochs=1)
    monkeypatch.setattr(ag, "compile", None)
    for p in net.parameters():
        p.data = 0.0
    history = nn.fit(net, XOR, epochs=1)  # at the parameters as they are now
    assert history.loss[0] == pytest.approx(0.25, abs=0.02)
    assert nn.evaluate(net, XOR) == nn.evaluate(net, XOR, "scalar")


def test_an_optimizer_of_another_network_is_refused() -> None:
    with pytest.raises(ValueError, match="moves other parameters than this network's"):
        nn.fit(nn.MLP(2, [2]), XOR, optimizer=nn.SGD(nn.MLP(2, [2]).parameters(), 0.1))


def test_another_activation_or_parameter_is_compiled_anew() -> None:
    net = nn.MLP(2, [4, 2], rng=1)
    nn.fit(net, XOR, epochs=1)
    first = program_of(net)
    assert program_of(net) is first
    net.layers[0].neurons[0].bias = ag.Value(5.0)
    changed = program_of(net)
    assert changed is not first
    assert changed.predict([[0.5, 1.0]])[0].tolist() == pytest.approx([a.data for a in net([0.5, 1.0])], rel=1e-12)
    net.layers[0].neurons[1].activation = "tanh"
    assert program_of(net).predict([[0.5, 1.0]])[0].tolist() == pytest.approx([a.data for a in net([0.5, 1.0])], rel=1e-12)


def with_penalty(net: nn.MLP) -> Callable[..., ag.Value]:
    return lambda a, y: nn.quadratic_cost(a, y) + nn.l2(net.weights, 0.1)


def test_a_network_notes_how_it_was_trained(tmp_path: Path) -> None:
    net = nn.MLP(2, [2], output="linear")
    nn.fit(net, XOR, epochs=1, cost=nn.cross_entropy, l2=0.25, batch_size=2, optimizer=nn.Adam(net.parameters()))
    net.save(tmp_path / "net")
    assert nn.load(tmp_path / "net").notes == {"fit": {"cost": "cross_entropy", "l2": 0.25, "optimizer": "Adam", "batch_size": 2}}


def test_l2_is_the_cost_with_the_penalty_added() -> None:
    found = []
    for engine in ("compiled", "scalar"):
        net, twin = nn.MLP(2, [4, 2], rng=1), nn.MLP(2, [4, 2], rng=1)
        history = nn.fit(net, XOR, epochs=3, batch_size=2, learning_rate=0.5, l2=0.1, engine=engine)
        other = nn.fit(twin, XOR, epochs=3, batch_size=2, learning_rate=0.5, cost=with_penalty(twin), engine=engine)
        assert history.loss == pytest.approx(other.loss, rel=1e-12)
        assert numbers(net) == pytest.approx(numbers(twin), rel=1e-12)
        found.append(numbers(net))
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_a_network_keeps_few_programs() -> None:
    net = nn.MLP(1, [2])
    for _ in range(8):
        nn.fit(net, Samples([[0.0]], [1]), epochs=1, cost=with_penalty(net))  # another function each time
    assert len(vars(net)["_programs"].kept) == 4
