"""`python -m nn train`: what it prints and writes, and that what it does is what `nn.fit` does."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from typed import QUICK, Captured, learned, printed, refused

import nn
from nn.command import line, main
from nn.command.plan import ACTIVATIONS, OPTIMIZERS, plan_of
from nn.command.recipes import COSTS, RECIPES
from nn.command.telling import Epochs
from nn.datasets.mnist import VARIABLE
from nn.evaluation import ANSWERS


@pytest.fixture(scope="module")
def moons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learned the moons."""
    return learned("moons", tmp_path_factory.mktemp("networks"))


def test_training_is_told_and_is_what_fit_does(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "xor.safetensors"
    out = printed(capsys, *QUICK, "--seed", "3", "--save", path)
    data = RECIPES["xor"].load("float64")
    net = nn.MLP(2, [4, 1], "relu", "he", 3, output="linear")
    history = nn.fit(net, data.train, data.test, 2, 10, 0.2, nn.hinge, 3, l2=0.001)
    assert nn.load(path).state_dict() == net.state_dict()
    lines = out.splitlines()
    assert lines[0] == "Data: xor, 200 training samples, 200 test samples."
    assert "Network: 2-4-1, relu; 17 parameters, drawn with seed 3 (init he)." in lines
    assert "Training: hinge cost, sgd, η = 0.2, batches of 10, 2 epochs." in lines
    head = next(place for place, text in enumerate(lines) if text.split()[:1] == ["epoch"])
    assert [text.split()[1] for text in lines[head + 1 : head + 3]] == [f"{loss:.4f}" for loss in history.loss]
    assert any(text.endswith(f"at the end {history.test_accuracy[-1]:.2%}.") for text in lines)
    assert lines[-1] == f"The network is in {path}."


def test_notes_are_the_whole_plan(moons: Path) -> None:
    notes = nn.load(moons).notes
    assert notes["accuracy"] > 0.95
    del notes["accuracy"], notes["fit"]
    assert notes == {
        "data": "moons", "hidden": [16, 16], "activation": "relu", "init": "he", "cost": "hinge", "l2": 0.001, "optimizer": "sgd",
        "learning_rate": 0.2, "batch": 10, "epochs": 40, "seed": 0, "engine": "compiled", "dtype": "float64", "patience": None,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "least"), [("digits", 0.94), ("moons", 0.95), ("circles", 0.98), ("spiral", 0.95), ("xor", 0.98)])
def test_what_is_not_said_trains_well(name: str, least: float, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    assert main(["train", "--data", name, "--save", str(path)]) == 0
    assert nn.load(path).notes["accuracy"] >= least


@pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} names no folder with MNIST")
def test_mnist_from_training_to_a_picture(tmp_path: Path, capsys: Captured) -> None:
    path, picture = tmp_path / "net.safetensors", tmp_path / "seven.png"
    printed(capsys, "train", "--data", "mnist", "--epochs", "1", "--dtype", "float32", "--save", path)
    assert nn.load(path).notes["accuracy"] > 0.93
    seven = nn.datasets.mnist().test.x[0].reshape(28, 28)  # a 7, as everybody knows
    Image.fromarray((255 * (1 - seven)).astype("uint8")).resize((280, 280), Image.Resampling.NEAREST).save(picture)
    assert "\nAnswer: 7, " in printed(capsys, "predict", path, picture)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("activation", sorted(ACTIVATIONS.keys() - {"linear"}))
@pytest.mark.parametrize("cost", COSTS)
def test_every_cost_activation_and_optimizer_learns_something(cost: str, activation: str, optimizer: str, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    assert main(["train", "--cost", cost, "--activation", activation, "--optimizer", optimizer, "--save", str(path)]) == 0
    assert nn.load(path).notes["accuracy"] > 0.5


@pytest.mark.parametrize(
    ("data", "cost", "outputs", "output"),
    [("moons", "quadratic", 1, "linear"), ("moons", "cross-entropy", 2, "linear"), ("moons", "hinge", 1, "linear"),
     ("digits", "mean-squared", 10, "sigmoid"), ("spiral", "hinge", 3, "linear")],
)  # fmt: skip
def test_the_last_layer_follows_from_the_cost(data: str, cost: str, outputs: int, output: str) -> None:
    options = line._parser().parse_args(["train", "--data", data, "--cost", cost])
    net = plan_of(options).net(2)
    assert (net.nouts[-1], net.output) == (outputs, output)


def test_early_stop_says_what_it_holds_back(capsys: Captured) -> None:
    out = printed(capsys, "train", "--data", "circles", "--patience", "1")
    assert "Validation: 33 samples, taken from the end of the training samples.\n" in out
    assert ["training", "validation", "test"] in [text.split() for text in out.splitlines()]
    assert "Ended early" in out


def test_the_scalar_engine_says_what_it_takes(capsys: Captured) -> None:
    assert main([*QUICK, "--epochs", "1", "--engine", "scalar"]) == 0
    out, err = capsys.readouterr()
    assert "an epoch records 200 graphs" in err
    assert "Compiled" not in out


def test_the_end_is_measured_at_once_whatever_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[str] = []

    def recorded(net: nn.MLP, samples: nn.datasets.Samples) -> list[int]:
        measured.append("one by one")
        return [0] * len(samples)

    monkeypatch.setattr("nn.evaluation.ANSWERS", {**ANSWERS, "scalar": recorded})
    assert main([*QUICK, "--engine", "scalar"]) == 0
    assert measured == ["one by one"] * 2  # after each of the two epochs, and not once more


def test_the_penalty_is_told_as_it_was_given(capsys: Captured) -> None:
    assert "Penalty: s/2 Σ w² with s = 0.02 is added to the cost of each sample.\n" in printed(capsys, *QUICK, "--l2", "0.02")


def test_pictures_are_those_that_make_sense(tmp_path: Path, capsys: Captured) -> None:
    out = printed(capsys, *QUICK, "--plots", tmp_path / "xor")
    names = {"boundaries.svg", "boundary.svg", "confusion.svg", "curves.svg", "gradient_sizes.svg"}
    assert {path.name for path in (tmp_path / "xor").iterdir()} == names
    assert set(out.splitlines()[-1].partition(": ")[2].split(", ")) == names
    printed(capsys, "train", "--epochs", "1", "--batch", "10", "--plots", tmp_path / "digits")
    assert {path.stem for path in (tmp_path / "digits").iterdir()} == {
        "confusion", "curves", "digits", "gradient_sizes", "mistakes", "weights"
    }  # fmt: skip


def test_ctrl_c_keeps_what_was_learned(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    before: Callable[[Epochs, nn.Epoch], None] = Epochs.__call__

    def interrupted(self: Epochs, epoch: nn.Epoch) -> None:
        before(self, epoch)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Epochs, "__call__", interrupted)
    path = tmp_path / "net.safetensors"
    out = printed(capsys, *QUICK, "--save", path, code=130)
    assert "Ended by Ctrl-C; what was learned until then is kept.\n" in out
    assert nn.load(path).notes["epochs"] == 1
    assert "Ended by Ctrl-C; what was learned until then is not saved: --save or" in printed(capsys, *QUICK, code=130)
    assert "until then is kept.\n" in printed(capsys, *QUICK, "--checkpoint", tmp_path / "run", code=130)


def test_a_loss_that_overflows_is_1(capsys: Captured) -> None:
    said = refused(capsys, "train", "--cost", "quadratic", "--activation", "linear", "--learning-rate", "100", code=1)
    assert said == "nn: The loss became inf or nan in epoch 1; a smaller --learning-rate than 100 may help.\n"


def test_mnist_that_cannot_be_had_is_told_with_the_reasons(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    said = refused(capsys, "train", "--data", "mnist", code=1)
    assert said.startswith(f"nn: MNIST is not in {tmp_path}, the folder that {VARIABLE} names: ")
    assert said.count("\n") == 1
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / project)
    with socket.socket() as taken:  # bound, but not listening: it refuses
        taken.bind(("127.0.0.1", 0))
        urls = [f"http://127.0.0.1:{taken.getsockname()[1]}/{mirror}/" for mirror in "ab"]
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr(sys.modules["nn.datasets.mnist"], "MIRRORS", urls)
        first, *failures, last = refused(capsys, "train", "--data", "mnist", code=1).splitlines()
    assert first == f"nn: MNIST is not in {tmp_path / 'autograd-mini' / 'mnist'}, and could not be downloaded."
    file = "train-images-idx3-ubyte.gz"
    assert [failure.partition(": ")[0] for failure in failures] == [f"  {url}{file}" for url in urls]
    assert all("refused" in failure for failure in failures)
    assert last.startswith("Put its four files there, ")
