"""`python -m nn`: what it prints and writes, its exit codes, its languages; in this process, and for real in one of its own."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nn
from autograd_mini.language import LANGUAGES
from nn.command import line, main
from nn.command.line import COMMANDS
from nn.command.plan import ACTIVATIONS, OPTIMIZERS, plan_of
from nn.command.recipes import COSTS, RECIPES
from nn.command.telling import Epochs
from nn.datasets.mnist import VARIABLE

QUICK = ["train", "--data", "xor", "--hidden", "4", "--epochs", "2"]
Captured = pytest.CaptureFixture[str]


def printed(capsys: Captured, *arguments: str | Path, code: int = 0) -> str:
    """What goes to stdout; nothing may go to stderr."""
    assert main([str(argument) for argument in arguments]) == code
    out, err = capsys.readouterr()
    assert err == ""
    return out


def refused(capsys: Captured, *arguments: str | Path, code: int) -> str:
    """What goes to stderr, one line but for the usage, when the command line ends with this code."""
    try:
        ended: int | str | None = main([str(argument) for argument in arguments])
    except SystemExit as left:
        ended = left.code
    assert ended == code
    err = capsys.readouterr().err
    assert "Traceback" not in err
    return err


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learned the digits."""
    path = tmp_path_factory.mktemp("networks") / "digits.safetensors"
    assert main(["train", "--data", "digits", "--save", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def moons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learned the moons."""
    path = tmp_path_factory.mktemp("networks") / "moons.safetensors"
    assert main(["train", "--data", "moons", "--save", str(path)]) == 0
    return path


# --- train ----------------------------------------------------------------------------------------------------------


def test_training_is_told_and_is_what_fit_does(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "xor.safetensors"
    out = printed(capsys, *QUICK, "--seed", "3", "--save", path)
    data = RECIPES["xor"].load("float64")
    net = nn.MLP(2, [4, 1], "relu", "he", 3, output="linear")
    history = nn.fit(net, data.train, data.test, 2, 10, 0.2, nn.hinge, 3, l2=0.001)
    assert nn.load(path).state_dict() == net.state_dict()
    lines = out.splitlines()
    assert lines[0] == "Data: xor, 200 samples to learn from, 200 held out to test."
    assert "Network: 2-4-1, relu; 17 parameters, drawn with seed 3 (init he)." in lines
    assert "Training: hinge cost, sgd, η = 0.2, batches of 10, 2 epochs." in lines
    head = next(place for place, text in enumerate(lines) if text.split()[:1] == ["epoch"])
    assert [text.split()[1] for text in lines[head + 1 : head + 3]] == [f"{loss:.4f}" for loss in history.loss]
    assert any(text.endswith(f"at the end {history.test_accuracy[-1]:.2%}.") for text in lines)
    assert lines[-1] == f"The network is in {path}."


def test_notes_are_the_whole_plan(moons: Path) -> None:
    notes = nn.load(moons).notes
    assert notes["accuracy"] > 0.95
    del notes["accuracy"]
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
    assert "Validation: 33 samples, taken from the end of those to learn from.\n" in out
    assert "right on validation" in out
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

    monkeypatch.setattr("nn.evaluation._one_by_one", recorded)
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


def test_a_run_goes_on_from_its_checkpoint(tmp_path: Path, capsys: Captured) -> None:
    folder, one, other = tmp_path / "run", tmp_path / "one.safetensors", tmp_path / "other.safetensors"
    started = printed(capsys, *QUICK, "--checkpoint", folder, "--every", "3", "--resume")
    assert f"There is no run in {folder}; this one begins anew.\n" in started
    out = printed(capsys, *QUICK[:-1], "5", "--checkpoint", folder, "--resume", "--save", one)
    printed(capsys, *QUICK[:-1], "5", "--save", other)
    assert f"Going on from {folder / 'checkpoint.safetensors'}.\n" in out
    assert re.findall(r"^ +(\d) ", out, re.MULTILINE) == list("12345")
    assert nn.load(one).state_dict() == nn.load(other).state_dict()
    again = printed(capsys, *QUICK, "--checkpoint", folder, "--resume")
    assert "has 5 epochs behind it already; --epochs counts all of them: to go on, ask for more than 5.\n" in again
    assert "Going on" not in again
    said = refused(capsys, *QUICK, "--seed", "1", "--checkpoint", folder, "--resume", code=1)
    assert "is of a run with --seed 0, and this one has 1; a run goes on as it began" in said
    shown = printed(capsys, "show", folder)
    assert "Checkpoint of a training: 5 epochs are done, and 0 of 200 samples of the next." in shown
    assert "ended" not in shown
    assert "samples held out are told right" in printed(capsys, "evaluate", folder)


def test_a_run_is_not_overwritten_by_another(tmp_path: Path, capsys: Captured) -> None:
    printed(capsys, *QUICK, "--checkpoint", tmp_path)
    [path] = tmp_path.iterdir()
    before = path.read_bytes()
    assert main([*QUICK, "--checkpoint", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert err == f"nn: --checkpoint {tmp_path}: there is a run in it already. Go on from it with --resume, or name another folder.\n"
    assert out == ""
    assert path.read_bytes() == before


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


def test_mnist_that_cannot_be_had_is_one_sentence(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    said = refused(capsys, "train", "--data", "mnist", code=1)
    assert said.startswith(f"nn: MNIST is not in {tmp_path}, the folder that {VARIABLE} names: ")
    assert said.count("\n") == 1
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / project)
    monkeypatch.setattr(sys.modules["nn.datasets.mnist"], "MIRRORS", ())
    said = refused(capsys, "train", "--data", "mnist", code=1)
    assert said.startswith(f"nn: MNIST is not in {tmp_path / 'autograd-mini' / 'mnist'}, and could not be downloaded: ")
    assert said.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="pipes and links of POSIX")
@pytest.mark.parametrize(
    ("option", "name", "words"),
    [
        ("--save", "none/net.safetensors", "there is no folder "),
        ("--save", "folder", "this is a folder; name a file in it: "),
        ("--save", "pipe", "this is a device or a pipe; name a file."),
        ("--save", "link", "this is a device or a pipe; name a file."),
        ("--plots", "file", "this is a file; name a folder."),
        ("--plots", "file/out", "this folder cannot be made ("),
    ],
)
def test_what_cannot_be_written_is_said_before_the_training(
    option: str, name: str, words: str, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    assert main([*QUICK, option, str(tmp_path / name)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"nn: {option} {tmp_path / name}: {words}")
    assert err.count("\n") == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="a folder in which nobody can write, not even root")
@pytest.mark.parametrize("arguments", [["--save", "/proc/net.safetensors"], ["--plots", "/proc"]], ids=" ".join)
def test_a_folder_without_the_right_to_write_is_said_before_the_training(arguments: list[str], capsys: Captured) -> None:
    assert main([*QUICK, *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"nn: {' '.join(arguments)}: nothing can be written into the folder /proc (")


def test_a_disk_that_is_full_at_the_end_leaves_the_pictures(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_net: nn.MLP, path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(nn.MLP, "save", full)
    path = tmp_path / "net.safetensors"
    said = refused(capsys, *QUICK, "--save", path, "--plots", tmp_path / "out", code=1)
    assert said == f"nn: the network could not be saved: {path}: No space left on device\n"
    assert (tmp_path / "out" / "curves.svg").exists()


def test_existing_files_are_replaced(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "net.safetensors"
    path.write_text("old")
    printed(capsys, *QUICK, "--save", path)
    assert [*tmp_path.iterdir()] == [path]
    assert nn.load(path).nin == 2


# --- evaluate, show -------------------------------------------------------------------------------------------------


def test_evaluation_counts_label_by_label(read: Path, capsys: Captured) -> None:
    out = printed(capsys, "evaluate", read)
    accuracy = nn.load(read).notes["accuracy"]
    assert out.startswith(f"digits: {round(360 * accuracy)} of 360 samples held out are told right, {accuracy:.2%}.\n")
    rows = [row.split() for row in out.splitlines()[3:]]
    assert [row[0] for row in rows] == list("0123456789")
    assert sum(int(row[1]) for row in rows) == 360
    assert sum(int(row[2]) for row in rows) == round(360 * accuracy)


def test_evaluation_on_other_data(moons: Path, read: Path, tmp_path: Path, capsys: Captured) -> None:
    assert printed(capsys, "evaluate", moons, "--data", "circles").startswith("circles: ")
    assert "takes 64 inputs and tells 10 labels apart; moons has 2 and 2." in refused(capsys, "evaluate", read, "--data", "moons", code=1)
    nn.MLP(2, [1]).save(tmp_path / "plain.safetensors")
    assert "name the data with --data: mnist, digits" in refused(capsys, "evaluate", tmp_path / "plain.safetensors", code=1)


def test_a_network_is_shown_with_its_notes(read: Path, tmp_path: Path, capsys: Captured) -> None:
    out = printed(capsys, "show", read, "--plots", tmp_path)
    assert out.startswith("Network: 64-16-10, 1,210 parameters.\n")
    accuracy = nn.load(read).notes["accuracy"]
    assert "  hidden neurons: 16\n" in out
    assert "  cost: quadratic\n" in out
    assert f"  right on test: {accuracy:.2%}\n" in out
    assert "patience" not in out  # none was asked for
    assert f"  测试集答对：{accuracy:.2%}\n" in printed(capsys, "--lang", "zh", "show", read)
    assert {path.stem for path in tmp_path.iterdir()} == {"confusion", "digits", "mistakes", "weights"}
    nn.MLP(3, [1]).save(tmp_path / "plain.safetensors")
    bare = printed(capsys, "show", tmp_path / "plain.safetensors", "--plots", tmp_path)
    assert bare.endswith("It has no notes on how it was trained.\n\nThere is nothing to draw.\n")


@pytest.mark.parametrize("command", ["evaluate", "show", "predict"])
def test_other_files_are_refused(command: str, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "poem.safetensors"
    path.write_text("Whose woods these are I think I know.")
    things = ["x.png"] if command == "predict" else []
    assert f"nn: {path} is no network that can be read: " in refused(capsys, command, path, *things, code=1)
    assert refused(capsys, command, tmp_path / "none", *things, code=1) == f"nn: {tmp_path / 'none'}: No such file or directory\n"


# --- predict --------------------------------------------------------------------------------------------------------


def test_a_picture_is_answered_with_what_was_done_to_it(read: Path, tmp_path: Path, capsys: Captured) -> None:
    data = nn.datasets.digits().test
    zero = int(np.flatnonzero(np.asarray(data.y) == 0)[0])
    sheet = Image.new("L", (300, 200), 255)
    sheet.paste(Image.fromarray((255 * (1 - data.x[zero].reshape(8, 8))).astype("uint8")).resize((160, 160)), (70, 20))
    dark, light = tmp_path / "dark.png", tmp_path / "light.png"
    sheet.save(dark)
    Image.fromarray(255 - np.asarray(sheet)).save(light)
    first, second, table = printed(capsys, "predict", read, dark, light).split("\n\n")
    assert first.startswith(f"{dark}: 300 × 200 pixels.\nDark on light, so it is inverted.\nCropped to ")
    assert second.startswith(f"{light}: 300 × 200 pixels.\nLight on dark, so it is not inverted.\nCropped to ")
    assert first.splitlines()[2:] == second.splitlines()[2:]
    said = re.search(r"Answer: 0, its output is (0\.\d+|1); second guess: \d, output [\d.e-]+\.$", first)
    assert said
    assert [row.split() for row in table.splitlines()[1:]] == [[str(path), "0", said[1]] for path in (dark, light)]
    assert sum(text.startswith("|") for text in first.splitlines()) == 8


def test_numbers_are_answered(moons: Path, capsys: Captured) -> None:
    for inputs, label in (["0.0", "1.0"], 0), (["1", "-5e-1"], 1):
        output = nn.load(moons)(list(map(float, inputs)))[0].data
        said = f"Answer: {label}; the output is {output:.3g}, the boundary 0.\n"
        assert printed(capsys, "predict", moons, *inputs) == said
    said = "nn: This network takes 2 numbers, such as 0.5 -0.2; got "
    assert refused(capsys, "predict", moons, "1", code=2) == f"{said}1\n"
    assert refused(capsys, "predict", moons, "four.png", "nan", code=2) == f"{said}four.png nan\n"


def test_probabilities_of_a_cross_entropy_add_up(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "net.safetensors"
    printed(capsys, *QUICK, "--cost", "cross-entropy", "--save", path)
    said = printed(capsys, "predict", path, "0", "1")
    assert "% (softmax); second guess" in said
    assert sum(map(float, re.findall(r"([\d.]+)%", said))) == pytest.approx(100, abs=0.011)


def test_what_is_no_picture_is_1(read: Path, tmp_path: Path, capsys: Captured) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", (30, 30), 99).save(blank)
    assert "nothing is written on this picture" in refused(capsys, "predict", read, blank, code=1)
    assert "this file is no picture" in refused(capsys, "predict", read, read, code=1)
    assert "No such file" in refused(capsys, "predict", read, tmp_path / "none.png", code=1)


def test_a_bad_picture_does_not_keep_the_others_from_an_answer(read: Path, tmp_path: Path, capsys: Captured) -> None:
    good, blank = tmp_path / "good.png", tmp_path / "blank.png"
    Image.new("L", (30, 30), 99).save(blank)
    drawing = Image.new("L", (30, 30), 255)
    drawing.paste(0, (14, 5, 17, 25))
    drawing.save(good)
    assert main(["predict", str(read), str(blank), str(tmp_path / "none.png"), str(good)]) == 1
    out, err = capsys.readouterr()
    assert [text.partition(": ")[2].partition(": ")[0] for text in err.splitlines()] == [str(blank), str(tmp_path / "none.png")]
    assert out.startswith(f"{good}: 30 × 30 pixels.\n")
    assert [row.split()[0] for row in out.split("\n\n")[1].splitlines()[1:]] == [str(good)]


def test_ink_that_reaches_the_edges_is_told(read: Path, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "ruled.png"
    drawing = Image.new("L", (60, 60), 255)
    drawing.paste(0, (28, 5, 33, 55))
    drawing.save(path)
    assert "reaches the edge" not in printed(capsys, "predict", read, path)
    for height in (12, 36):
        drawing.paste(100, (0, height, 60, height + 2))
    drawing.save(path)
    assert "Its ink reaches the edge on 2 sides: lines, a shadow or a table?" in printed(capsys, "predict", read, path)


# --- usage, help, languages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "examples:\n  python -m nn train"),
        (["paint"], "paint"),
        (["train", "--data", "cats"], "--data"),
        (["train", "--epochs", "0"], "0 is no whole number from 1 on"),
        (["train", "--hidden", "many"], "many is no whole number from 1 on"),
        (["train", "--learning-rate", "-1"], "-1 is no number above 0"),
        (["train", "--learning-rate", "inf"], "inf is no number above 0"),
        (["train", "--l2", "x"], "x is no number from 0 on"),
        (["train", "--resume"], "--resume and --every need a folder: --checkpoint DIR"),
        (["train", "--every", "3"], "--resume and --every need a folder: --checkpoint DIR"),
        (["train", "--engine", "scalar", "--dtype", "float32"], "float64 only"),
        (["predict", "net.safetensors"], "IMAGE"),
        (["show"], "FILE"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_2(arguments: list[str], words: str, capsys: Captured) -> None:
    assert words in refused(capsys, *arguments, code=2)
    assert capsys.readouterr().out == ""


def helped(capsys: Captured, *arguments: str) -> str:
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--help"])
    assert left.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", ["", *(command.name for command in COMMANDS)])
def test_help_has_examples_in_the_language_chosen(name: str, capsys: Captured) -> None:
    command = [name] if name else []
    english, chinese = helped(capsys, *command), helped(capsys, *command, "--lang", "zh")
    assert english.startswith("usage: python -m nn")
    assert f"examples:\n  python -m nn {name}" in english
    assert chinese.startswith("用法：python -m nn")
    assert f"例子：\n  python -m nn {name}" in chinese
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", chinese.replace("python -m nn", "")), "left in English"


def test_help_tells_what_each_data_set_is_learned_with(capsys: Captured) -> None:
    out = helped(capsys, "train")
    assert "\n           hidden 16 16, relu, cost hinge, η 0.2, batch 10, epochs 40\n" in out
    assert out.count(", η ") == len(RECIPES)


def test_the_examples_work_one_after_the_other(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    drawing = Image.new("L", (30, 30), 255)
    drawing.paste(0, (14, 5, 17, 25))
    drawing.save("four.png")  # what the learner brings
    for command in COMMANDS:
        for example in command.examples:
            if "mnist" not in example:
                printed(capsys, command.name, *example.split())


def test_it_speaks_chinese(moons: Path, capsys: Captured) -> None:
    assert f"{{{','.join(LANGUAGES)}}}" in helped(capsys)
    out = printed(capsys, "--lang", "zh", *QUICK)
    assert out.startswith("数据：xor，训练样本 200 个")
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", out), "left in English"
    assert "这个网络需要 2 个数" in refused(capsys, "predict", moons, "1", "--lang", "zh", code=2)


def test_it_runs_for_real(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "nn", *QUICK, "--save", "net.safetensors", "--plots", "out"],
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "net.safetensors").exists()
