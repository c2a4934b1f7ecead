"""The past of a run: what `--checkpoint DIR` holds already, and whether this training goes on from there.

What you can do with this file: `folder = past_of(plan, options.checkpoint, options.resume)` → where to go on from; None begins anew.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from autograd_mini.refusal import Refusal
from nn.checkpoint import FILE, source_of
from nn.command.files import opened_file
from nn.command.plan import Plan
from nn.command.telling import say
from nn.words import _, ngettext

__all__ = ["past_of"]


def past_of(plan: Plan, folder: Path | None, resume: bool) -> Path | None:
    """The file to go on from, and say what it holds; None for a run that begins anew.

    Raises Refusal where a run would be overwritten, or would go on otherwise than it began; OSError for a file that cannot be read.
    """
    try:
        path = source_of(folder, folder if resume else None)
    except FileExistsError:
        raise Refusal(_what_is_there(folder)) from None
    if path is not None:
        _go_on(plan, path)
    elif resume:
        say(_("There is no run in {folder}; this one begins anew.", folder=folder), "")
    return path


def _what_is_there(folder: Path | None) -> str:
    try:
        is_run = opened_file(str(folder)).training is not None
    except (Refusal, OSError):
        is_run = False
    if is_run:
        return _("--checkpoint {folder}: there is a run in it already. Go on from it with --resume, or name another folder.", folder=folder)
    return _("--checkpoint {folder}: there is a file {file} in it already, from which no run can be read. Name another folder.",
             folder=folder, file=FILE)  # fmt: skip


def _go_on(plan: Plan, path: Path) -> None:
    opened = opened_file(str(path))
    _require_same(plan, opened.net.notes, path)
    done = len(opened.training.standing.history.loss) if opened.training else 0
    if done < plan.epochs:
        say(_("Going on from {path}.", path=path), "")
        return
    say(ngettext("The run in {path} has {n} epoch behind it already; --epochs counts all of them: to go on, ask for more than {n}.",
                 "The run in {path} has {n} epochs behind it already; --epochs counts all of them: to go on, ask for more than {n}.",
                 done, path=path), "")  # fmt: skip


def _require_same(plan: Plan, notes: dict[str, object], path: Path) -> None:
    """Raise Refusal unless the run in a checkpoint began as this one."""
    for name, ours in asdict(plan).items():
        if name != "epochs" and notes.get(name) != ours:
            option, theirs = f"--{name.replace('_', '-')}", notes.get(name)
            raise Refusal(_("{path} is of a run with {option} {theirs}, and this one has {ours}; a run goes on as it began, only --epochs "
                            "may be more.", path=path, option=option, theirs=_typed(theirs), ours=_typed(ours)))  # fmt: skip


def _typed(x: object) -> str:
    """An option's value as it is typed."""
    return " ".join(map(str, x)) if isinstance(x, list) else str(x)
