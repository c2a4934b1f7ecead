"""Checkpoints: a run that was stopped, by Ctrl-C or by force, goes on to the last bit as if it never had been."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from killing import trials

import nn
from autograd_mini.errors import NonFiniteError
from nn import checkpoint, compiled, scalar
from nn.datasets import Samples, moons
from nn.tensors import TensorFileError, read_tensors, write_tensors

POINTS = moons(50, noise=0.2, rng=3)
TRAIN, HELD_OUT = POINTS[:33], POINTS[33:]

OPTIMIZERS: dict[str, Callable[[nn.MLP], nn.Optimizer]] = {
    "SGD": lambda net: nn.SGD(net.parameters(), 0.5),
    "Momentum": lambda net: nn.Momentum(net.parameters(), 0.1),
    "Adam": lambda net: nn.Adam(net.parameters(), 0.01),
}


def training(name: str = "Adam", **options: Any) -> tuple[nn.MLP, nn.Optimizer, nn.History]:
    """A new network, and what became of it."""
    net = nn.MLP(2, [5, 2], rng=1)
    optimizer = OPTIMIZERS[name](net)
    history = nn.fit(net, TRAIN, **{"test": HELD_OUT, "batch_size": 4, "rng": 7, "optimizer": optimizer, "epochs": 6, **options})
    return net, optimizer, history


def outcome(found: tuple[nn.MLP, nn.Optimizer, nn.History]) -> dict[str, Any]:
    """All that a run leaves, but for the time that it took."""
    net, optimizer, history = found
    told = {name: value for name, value in vars(history).items() if "seconds" not in name}
    return {"net": [float(x).hex() for x in net.state_dict().values()], "optimizer": optimizer.state_dict(), "history": told}


def stopped(folder: Path, at: int, **options: Any) -> None:
    """A training that is stopped by force after so many checkpoints."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nn.training, "Writer", cut_after(at))
        with pytest.raises(PowerCut):
            training(checkpoint=folder, **options)


class PowerCut(BaseException):
    """What no one catches."""


def cut_after(count: int) -> type[checkpoint.Writer]:
    """A writer of so many checkpoints; then the power is cut."""

    class Countdown(checkpoint.Writer):
        left = count

        def __call__(self) -> None:
            super().__call__()
            self.left -= 1
            if not self.left:
                raise PowerCut

    return Countdown


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize(("engine", "dtype"), [("compiled", "float64"), ("compiled", "float32"), ("scalar", "float64")])
@pytest.mark.parametrize(("every", "at"), [(None, 2), (2, 1), (2, 7), (3, 11)])
def test_it_goes_on_bit_for_bit(name: str, engine: str, dtype: str, every: int | None, at: int, tmp_path: Path) -> None:
    options: dict[str, Any] = {"name": name, "engine": engine, "dtype": dtype, "every": every}
    whole = outcome(training(**{**options, "every": None}))
    stopped(tmp_path, at, **options)
    assert outcome(training(checkpoint=tmp_path, resume=tmp_path, **options)) == whole
    # Stopped and taken up again a second time, by way of the file that the first left; and a run that has ended has nothing to do.
    assert outcome(training(resume=tmp_path, **{**options, "every": None})) == whole


def test_more_epochs_go_on_from_the_end(tmp_path: Path) -> None:
    training(checkpoint=tmp_path, epochs=2)
    assert outcome(training(resume=tmp_path)) == outcome(training())


def test_a_generator_of_ones_own_goes_on_too(tmp_path: Path) -> None:
    rng, again, other = Random(5), Random(5), Random(99)
    whole = outcome(training(rng=rng))
    rng_after = rng.random()
    training(rng=again, checkpoint=tmp_path, epochs=3)
    assert outcome(training(rng=other, resume=tmp_path)) == whole
    assert other.random() == rng_after


EARLY: dict[str, Any] = {"name": "SGD", "validation": HELD_OUT, "patience": 4, "epochs": 200}


@pytest.mark.parametrize(("engine", "dtype"), [("compiled", "float64"), ("compiled", "float32"), ("scalar", "float64")])
@pytest.mark.parametrize("every", [None, 4])
def test_early_stop_goes_on_with_its_best_epoch(engine: str, dtype: str, every: int | None, tmp_path: Path) -> None:
    options = {**EARLY, "engine": engine, "dtype": dtype}
    whole = training(**options)
    assert whole[2].ended == "no improvement"
    stopped(tmp_path, (len(whole[2].loss) - 2) * (1 if every is None else 3), every=every, **options)
    parameters, best = numbers_kept(tmp_path)
    assert parameters != best  # training goes on from others than those that would be returned
    assert outcome(training(checkpoint=tmp_path, resume=tmp_path, **options)) == outcome(whole)
    assert outcome(training(resume=tmp_path, **options)) == outcome(whole)


def numbers_kept(folder: Path) -> tuple[list[float], list[float]]:
    """The parameters where a run goes on, and those of the network."""
    arrays, _data = read_tensors(folder / checkpoint.FILE)
    return arrays["training.parameters"].tolist(), list(nn.load(folder / checkpoint.FILE).state_dict().values())


def test_its_network_is_the_one_that_fit_would_return(tmp_path: Path) -> None:
    net, _optimizer, history = training(checkpoint=tmp_path / "whole", **EARLY)
    assert nn.load(tmp_path / "whole" / checkpoint.FILE).state_dict() == net.state_dict()
    assert nn.evaluate(nn.load(tmp_path / "whole" / checkpoint.FILE), HELD_OUT) == max(history.validation_accuracy)
    for at in range(2, 3 * len(history.loss), 2):  # one at the start, then three an epoch: the last of them at its end
        stopped(folder := tmp_path / str(at), at, every=4, **EARLY)
        if epochs := (at - 1) // 3:  # as if it had ended there; within an epoch, the best is one of those before
            expected = training(**{**EARLY, "epochs": epochs})[0].state_dict()
            assert nn.load(folder / checkpoint.FILE).state_dict() == expected


def test_ctrl_c_leaves_a_checkpoint_within_the_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "TOGETHER", 4)
    train = compiled.Compiled.train

    def interrupted(self: Any, order: Any, start: int, stop: int) -> Any:
        for number, met in enumerate(train(self, order, start, stop)):
            if number == 2:
                signal.raise_signal(signal.SIGINT)
            yield met

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled.Compiled, "train", interrupted)
        _net, _optimizer, history = training(checkpoint=tmp_path)
    assert (history.ended, history.samples) == ("Ctrl-C", 12)
    assert outcome(training(resume=tmp_path)) == outcome(training())


@pytest.mark.parametrize("engine", ["compiled", "scalar"])
def test_ctrl_c_at_the_end_of_an_epoch_closes_it(engine: str, tmp_path: Path) -> None:
    trainer: Any = {"compiled": compiled.Compiled, "scalar": scalar.Scalar}[engine]
    train = trainer.train

    def all_at_once(self: Any, order: Any, start: int, stop: int) -> Any:
        met = list(train(self, order, start, stop))
        signal.raise_signal(signal.SIGINT)
        yield [loss for losses, _right in met for loss in losses], sum(right for _losses, right in met)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "train", all_at_once)
        _net, _optimizer, history = training(checkpoint=tmp_path, engine=engine)
    assert (history.ended, history.samples, len(history.test_accuracy)) == ("Ctrl-C", 33, 1)
    assert outcome(training(resume=tmp_path, engine=engine)) == outcome(training(engine=engine))


def test_a_learning_rate_that_reached_0_goes_on(tmp_path: Path) -> None:
    def fall(epoch: nn.Epoch) -> None:
        epoch.optimizer.learning_rate = np.float32(1.0 - epoch.number / 4)

    whole = outcome(training(epochs=4, callbacks=[fall]))
    training(epochs=4, callbacks=[fall], checkpoint=tmp_path)
    assert outcome(training(epochs=4, resume=tmp_path)) == whole


def fall(epoch: nn.Epoch) -> None:
    epoch.optimizer.learning_rate *= 0.9


def test_what_a_callback_changes_goes_on_in_the_same_script_and_in_the_same_notebook(tmp_path: Path) -> None:
    whole = outcome(training("Momentum", callbacks=[fall]))
    net, optimizer, _history = training("Momentum", callbacks=[fall], epochs=2, checkpoint=tmp_path)
    assert optimizer.state_dict()["learning_rate"] < 0.09
    options: dict[str, Any] = {"test": HELD_OUT, "batch_size": 4, "rng": 7, "callbacks": [fall], "checkpoint": tmp_path, "resume": tmp_path}
    nn.fit(net, TRAIN, epochs=4, optimizer=optimizer, **options)  # the notebook: the same optimizer, as the callback left it
    assert outcome(training("Momentum", callbacks=[fall], checkpoint=tmp_path, resume=tmp_path)) == whole  # the script: as it began
    for rate in (0.05, 0.09):
        other = nn.Momentum(net.parameters(), rate)
        with pytest.raises(ValueError, match=rf"with learning_rate = 0\.1 \(0\.053\d* where it stands\); this one has {rate}\. A run goes"):
            nn.fit(net, TRAIN, epochs=6, optimizer=other, **options)
    with pytest.raises(ValueError, match=r"with momentum = 0\.9; this one has 0\.5"):
        nn.fit(net, TRAIN, epochs=6, optimizer=nn.Momentum(net.parameters(), 0.1, 0.5), **options)


def test_each_option_of_an_optimizer_may_have_been_changed(tmp_path: Path) -> None:
    def calm(epoch: nn.Epoch) -> None:
        optimizer: Any = epoch.optimizer
        optimizer.beta1, optimizer.epsilon = optimizer.beta1 / 2, optimizer.epsilon * 3

    whole = outcome(training(callbacks=[calm]))
    net, optimizer, _history = training(callbacks=[calm], epochs=2, checkpoint=tmp_path)
    assert outcome(training(callbacks=[calm], resume=tmp_path)) == whole
    history = nn.fit(net, TRAIN, HELD_OUT, batch_size=4, epochs=6, optimizer=optimizer, callbacks=[calm], resume=tmp_path, rng=1)
    assert outcome((net, optimizer, history)) == whole


def test_notes_go_on_too(tmp_path: Path) -> None:
    net = nn.MLP(2, [5, 2], rng=1)
    net.notes["who"] = "Li"
    nn.fit(net, TRAIN, epochs=1, checkpoint=tmp_path)
    other = nn.MLP(2, [5, 2], rng=1)
    nn.fit(other, TRAIN, epochs=2, resume=tmp_path)
    assert other.notes == {"who": "Li", "fit": {"cost": "quadratic_cost", "l2": 0.0, "optimizer": "SGD", "batch_size": 10}}


def test_what_cannot_be_written_is_said_before_the_training(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    net = nn.MLP(2, [5, 2], rng=1)
    before = net.state_dict()
    with pytest.raises(OSError, match="file"):
        nn.fit(net, TRAIN, checkpoint=tmp_path / "file")
    net.notes["tuple"] = (1, 2)
    with pytest.raises(TypeError, match="plain JSON data"):
        nn.fit(net, TRAIN, checkpoint=tmp_path / "folder")
    assert net.state_dict() == before


def test_the_checkpoint_is_a_network_file(tmp_path: Path) -> None:
    net, _optimizer, _history = training(checkpoint=tmp_path, epochs=1)
    loaded = nn.load(tmp_path / checkpoint.FILE)
    assert loaded.state_dict() == net.state_dict()


# --- one run in a folder ---------------------------------------------------------------------------------------------


def refused(folder: Path, message: str, **options: Any) -> None:
    """A run that would overwrite what is in this folder ends before it has begun, and changes nothing."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    net, rng = nn.MLP(2, [5, 2], rng=1), Random(7)
    numbers, state = net.state_dict(), rng.getstate()
    with pytest.raises(FileExistsError, match=message):
        nn.fit(net, TRAIN, rng=rng, **options)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert (net.state_dict(), rng.getstate(), net.notes) == (numbers, state, {})
    assert "_programs" not in vars(net)  # it was not compiled


def test_a_run_is_not_overwritten_by_another(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    training(checkpoint=one, epochs=1)
    training(checkpoint=other, epochs=2)
    mended = r" already; resume='.*' goes on with it; another folder for checkpoint= keeps it; to begin anew, delete .*checkpoint\."
    refused(tmp_path, "one holds a run of 1 epoch" + mended, checkpoint=one)
    refused(tmp_path, "other holds a run of 2 epochs" + mended, checkpoint=str(other), resume=one)
    refused(tmp_path, "other holds a run of 2 epochs" + mended, checkpoint=other, resume=tmp_path / "none")
    training(checkpoint=tmp_path / "third", resume=other, epochs=3)  # both are kept
    assert outcome(training(resume=tmp_path / "third")) == outcome(training())


def test_a_run_that_failed_before_its_first_checkpoint_is_in_nobodys_way(tmp_path: Path) -> None:
    net = nn.MLP(2, [5, 2], activation="linear", rng=0)
    with pytest.raises(NonFiniteError):
        nn.fit(net, TRAIN, learning_rate=1e200, batch_size=4, checkpoint=tmp_path)
    assert nn.load(tmp_path / checkpoint.FILE).state_dict() == nn.MLP(2, [5, 2], activation="linear", rng=0).state_dict()
    training(checkpoint=tmp_path, epochs=2)
    assert outcome(training(resume=tmp_path)) == outcome(training())


@pytest.mark.parametrize("begins", [1, 3])
def test_of_two_runs_at_once_one_ends_and_overwrites_nothing(begins: int, tmp_path: Path) -> None:
    """The other one begins in the same folder while this one is in an epoch."""
    path, theirs, calls = tmp_path / checkpoint.FILE, list[bytes](), iter(range(1, 9))

    def other_run(_epoch: nn.Epoch) -> None:
        if next(calls) == begins:
            path.unlink()  # as if this one's first step were still to come
            training("SGD", checkpoint=tmp_path, epochs=2)
            theirs.append(path.read_bytes())

    with pytest.raises(FileExistsError, match=r"another run has written .* It is left as it is, and this run ends; .* folder of its own"):
        training(checkpoint=tmp_path, callbacks=[other_run])
    assert [path.read_bytes()] == theirs
    assert [found.name for found in tmp_path.iterdir()] == [checkpoint.FILE]


def test_a_checkpoint_that_was_deleted_is_written_again(tmp_path: Path) -> None:
    training(checkpoint=tmp_path, epochs=2, callbacks=[lambda _epoch: (tmp_path / checkpoint.FILE).unlink()])
    assert outcome(training(resume=tmp_path)) == outcome(training())


@pytest.mark.parametrize("what", ["text", "network", "folder"])
def test_what_else_lies_there_is_not_overwritten_either(what: str, tmp_path: Path) -> None:
    path = tmp_path / checkpoint.FILE
    if what == "text":
        path.write_text("Whose woods these are I think I know.")
    elif what == "network":
        nn.MLP(2, [5, 2]).save(path)
    else:
        path.mkdir()
    refused(tmp_path, "is there already, and no run can be read from it; another folder", checkpoint=tmp_path)


def test_a_script_that_names_one_folder_twice_begins_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    whole = outcome(training())
    (tmp_path / "link").symlink_to(tmp_path / "run")
    names: list[Any] = ["run", tmp_path / "run", "./run/", "run/checkpoint.safetensors", "link", "link/../run/checkpoint.safetensors"]
    for begins in names:
        training(checkpoint="run", resume=begins, epochs=1)
        for goes_on in names:
            found = training(checkpoint="run", resume=goes_on)
            assert (len(found[2].loss), outcome(found)) == (6, whole)
        (tmp_path / "run" / checkpoint.FILE).unlink()
        (tmp_path / "run").rmdir()


def test_another_place_where_there_is_no_run_is_none_to_go_on_from(tmp_path: Path) -> None:
    for place in (tmp_path / "other", tmp_path, tmp_path / "run" / "x.safetensors", tmp_path / checkpoint.FILE):
        with pytest.raises(FileNotFoundError, match=r"there is no checkpoint .* to go on from"):
            training(checkpoint=tmp_path / "run", resume=place)
    assert not list(tmp_path.iterdir())


# --- what does not go on ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 5}, "batch_size = 4; this one has 5"),
        ({"name": "SGD"}, "optimizer = 'Adam'; this one has 'SGD'"),
        ({"dtype": "float32"}, "dtype = 'float64'; this one has 'float32'"),
        ({"engine": "scalar"}, "engine = 'compiled'; this one has 'scalar'"),
        ({"l2": 0.5}, "l2 = 0.0; this one has 0.5"),
        ({"test": None}, r"measured = \['test'\]; this one has \[\]"),
        ({"validation": HELD_OUT, "patience": 2}, "patience = None; this one has 2"),
        ({"cost": nn.mean_squared_error}, "cost = 'quadratic_cost'; this one has 'mean_squared_error'"),
    ],
)
def test_other_settings_are_refused(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    training(checkpoint=tmp_path, epochs=1)
    with pytest.raises(ValueError, match=message):
        training(resume=tmp_path, **options)


def test_other_samples_and_networks_are_refused(tmp_path: Path) -> None:
    training(checkpoint=tmp_path, epochs=1)
    others: dict[str, Any] = {"test": HELD_OUT, "rng": 7, "batch_size": 4}
    for samples in (TRAIN[:20], Samples(TRAIN.x, TRAIN.y[::-1]), Samples(TRAIN.x[::-1], TRAIN.y)):
        net = nn.MLP(2, [5, 2], rng=1)
        with pytest.raises(ValueError, match=r"samples = 33; this one has 20|checksum of the samples"):
            nn.fit(net, samples, resume=tmp_path, optimizer=OPTIMIZERS["Adam"](net), **others)
    with pytest.raises(ValueError, match=r"another network, MLP\(2, \[5, 2\].*this one is MLP\(2, \[6, 2\]"):
        nn.fit(nn.MLP(2, [6, 2]), TRAIN, resume=tmp_path, **others)


def test_where_there_is_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no checkpoint .* to go on from"):
        training(resume=tmp_path)
    nn.MLP(2, [5, 2]).save(tmp_path / "net.safetensors")
    with pytest.raises(TensorFileError, match="holds a network, but no training to go on with"):
        training(resume=tmp_path / "net.safetensors")


DAMAGES: dict[str, Callable[[dict[str, Any], dict[str, Any]], object]] = {
    "no standing": lambda arrays, data: data["training"].pop("standing"),
    "a text for the training": lambda arrays, data: data.update(training="x"),
    "settings that are none": lambda arrays, data: data["training"].update(settings=None),
    "a short generator": lambda arrays, data: data["training"]["standing"].update(generator=[3, [1, 2], None]),
    "a generator that is none": lambda arrays, data: data["training"]["standing"].update(generator=5),
    "too far": lambda arrays, data: data["training"]["standing"].update(met=33),
    "a negative count": lambda arrays, data: data["training"]["standing"].update(right=-1),
    "a count that is a text": lambda arrays, data: data["training"]["standing"].update(met="1"),
    "a best epoch, and no others to go on from": lambda arrays, data: arrays.pop("training.parameters"),
    "a few others to go on from": lambda arrays, data: arrays.update({"training.parameters": np.zeros(3)}),
    "others to go on from, and no best epoch": lambda arrays, data: data["training"]["standing"].update(best_epoch=0),
    "a best epoch that was not measured": lambda arrays, data: arrays.pop("training.history.validation_accuracy"),
    "a best epoch still to come": lambda arrays, data: data["training"]["standing"].update(best_epoch=2),
    "a best epoch that is a list": lambda arrays, data: data["training"]["standing"].update(best_epoch=[1]),
    "a table for the parameters": lambda arrays, data: arrays.update({"training.parameters": arrays["training.parameters"][:, None]}),
    "a table for the loss": lambda arrays, data: arrays.update({"training.history.loss": np.zeros((1, 1))}),
    "one memory too many": lambda arrays, data: arrays.update({"training.memory.cube": arrays["training.memory.square"]}),
    "an optimizer that is a text": lambda arrays, data: data["training"].update(optimizer="x"),
    "a learning rate that is a text": lambda arrays, data: data["training"]["optimizer"].update(learning_rate="x"),
    "a loss that is a list": lambda arrays, data: data["training"]["standing"].update(loss=[]),
    "no memory": lambda arrays, data: arrays.pop("training.memory.square"),
    "a short memory": lambda arrays, data: arrays.update({"training.memory.square": np.zeros(3)}),
    "a history of two lengths": lambda arrays, data: arrays.update({"training.history.loss": np.zeros(2)}),
    "no steps": lambda arrays, data: data["training"]["optimizer"].pop("steps"),
    "steps below 0": lambda arrays, data: data["training"]["optimizer"].update(steps=-3),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_one_clear_error_and_sets_nothing(name: str, tmp_path: Path) -> None:
    early: dict[str, Any] = {"validation": HELD_OUT, "patience": 4}
    training(checkpoint=tmp_path, epochs=1, **early)
    arrays, data = read_tensors(tmp_path / checkpoint.FILE)
    DAMAGES[name](arrays, data)
    write_tensors(tmp_path / checkpoint.FILE, arrays, data)
    net = nn.MLP(2, [5, 2], rng=1)
    optimizer, rng = OPTIMIZERS["Adam"](net), Random(1)
    before = net.state_dict(), optimizer.state_dict(), rng.getstate()
    with pytest.raises(TensorFileError, match="is damaged: what it says of the training cannot be"):
        nn.fit(net, TRAIN, HELD_OUT, batch_size=4, resume=tmp_path, optimizer=optimizer, rng=rng, **early)
    assert (net.state_dict(), optimizer.state_dict(), rng.getstate()) == before


# --- kill -9 ------------------------------------------------------------------------------------------------------


def test_killed_and_resumed(tmp_path: Path) -> None:
    assert trials(tmp_path, 2) >= 1
