"""Checkpoints: a run goes on where it ended, and is not overwritten by another."""

from __future__ import annotations

import re
from pathlib import Path

from typed import QUICK, Captured, printed, refused

import nn
from nn.command import main


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
    assert "test samples are classified correctly" in printed(capsys, "evaluate", folder)


def test_a_checkpoint_of_early_stop_answers_with_the_best_epoch(tmp_path: Path, capsys: Captured) -> None:
    folder, saved = tmp_path / "run", tmp_path / "saved.safetensors"
    circles = ["train", "--data", "circles", "--patience", "1"]
    printed(capsys, *circles, "--checkpoint", folder, "--save", saved)
    assert nn.load(folder / "checkpoint.safetensors").state_dict() == nn.load(saved).state_dict()
    assert printed(capsys, "evaluate", folder) == printed(capsys, "evaluate", saved)
    shown = printed(capsys, "show", folder)
    [done] = re.findall(r"^Checkpoint of a training: (\d+) epochs? (?:is|are) done", shown, re.MULTILINE)
    assert f"\nThe network above is that of epoch {int(done) - 1}, so far the best one on the validation samples; " in shown
    again = tmp_path / "again.safetensors"
    printed(capsys, *circles, "--checkpoint", folder, "--resume", "--save", again)
    assert nn.load(again).state_dict() == nn.load(saved).state_dict()


def test_a_run_is_not_overwritten_by_another(tmp_path: Path, capsys: Captured) -> None:
    printed(capsys, *QUICK, "--checkpoint", tmp_path)
    [path] = tmp_path.iterdir()
    before = path.read_bytes()
    assert main([*QUICK, "--checkpoint", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert err == f"nn: --checkpoint {tmp_path}: there is a run in it already. Go on from it with --resume, or name another folder.\n"
    assert out == ""
    assert path.read_bytes() == before


def test_what_is_no_run_is_not_called_one(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "checkpoint.safetensors").write_text("Whose woods these are I think I know.")
    said = refused(capsys, *QUICK, "--checkpoint", tmp_path, code=1)
    assert "there is a file checkpoint.safetensors in it already, from which no run can be read. Name another folder." in said
