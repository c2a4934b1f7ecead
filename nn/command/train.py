"""`python -m nn train`: a network is made and trained; what it learns is told as it goes, saved and drawn.

What you can do with this file: look up what `train(options)` does; `line.py` has the options.
"""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from autograd_mini.errors import NonFiniteError
from autograd_mini.number import show
from autograd_mini.refusal import Refusal, told
from nn.command.album import Album
from nn.command.complaint import complain
from nn.command.past import past_of
from nn.command.places import require_file, require_folder
from nn.command.plan import Plan, plan_of
from nn.command.recipes import loaded
from nn.command.telling import Epochs, percent, say
from nn.compiled import program_of
from nn.datasets import Dataset, Samples
from nn.evaluation import evaluate
from nn.history import History
from nn.modules import MLP
from nn.needs import needed
from nn.training import fit
from nn.words import _, ngettext

__all__ = ["train"]

#: One sample of so many is held back for validation; M. Nielsen holds back 10,000 of 60,000.
VALIDATION = 6


def train(options: Namespace) -> int:
    """Train a network, say how it goes, write the files that were asked for.

    The exit code is 1 where the network could not be saved, 130 if Ctrl-C ended the training, else 0.
    """
    _require_places(options)
    plan = plan_of(options)
    past = past_of(plan, options.checkpoint, options.resume)
    data, validation = _parted(loaded(plan.data, plan.dtype), plan.patience)
    net = plan.net(len(data.train.x[0]))
    net.notes = asdict(plan)
    _tell(plan, data, validation, net)
    if plan.engine == "compiled":
        _compile(plan, net)
    album = Album(net, data) if options.plots else None
    history = _trained(plan, options, net, data, validation, album, past)
    if history.ended == "Ctrl-C":
        _tell_interrupt(kept=options.save or options.checkpoint)
    accuracy = evaluate(net, data.test)  # compiled: at once, however it was trained
    _tell_results(history, accuracy)
    net.notes |= {"accuracy": accuracy, "epochs": len(history.loss)}
    saved = _saved(net, options.save)
    if album:
        album.save(options.plots, history)
    if not saved:
        return 1
    return 130 if history.ended == "Ctrl-C" else 0


def _require_places(options: Namespace) -> None:
    """What would hinder the files at the end is said before the training. Raises Refusal, MissingExtra."""
    if options.save:
        needed("safetensors", "--save", "nn")
        require_file("--save", options.save)
    if options.plots:
        needed("matplotlib", "--plots", "plots")
        require_folder("--plots", options.plots)
    if options.checkpoint:
        needed("safetensors", "--checkpoint", "nn")
        require_folder("--checkpoint", options.checkpoint)


def _parted(data: Dataset, patience: int | None) -> tuple[Dataset, Samples | None]:
    """The data, and the samples that are held back for validation: the last ones to learn from, if early stop needs some."""
    if patience is None:
        return data, None
    kept = len(data.train) - len(data.train) // VALIDATION
    return Dataset(data.train[:kept], data.test), data.train[kept:]


def _compile(plan: Plan, net: MLP) -> None:
    start = perf_counter()
    program_of(net, plan.cost_of_a_sample, plan.l2)  # the network keeps it, for the training
    say(_("Compiled in {seconds:.2f} s.", seconds=perf_counter() - start), "")


def _trained(
    plan: Plan, options: Namespace, net: MLP, data: Dataset, validation: Samples | None, album: Album | None, past: Path | None
) -> History:
    """Train, printing each epoch as it ends; a run with a past goes on from there. Raises Refusal where the loss overflows."""
    epochs = Epochs()
    try:
        history = fit(
            net, data.train, data.test, plan.epochs, plan.batch, cost=plan.cost_of_a_sample, rng=plan.seed, engine=plan.engine,
            dtype=plan.dtype, optimizer=plan.optimizer_of(net), l2=plan.l2, validation=validation, patience=plan.patience,
            callbacks=[epochs, *(album.watchers if album else [])], checkpoint=options.checkpoint, every=options.every, resume=past,
        )  # fmt: skip
    except NonFiniteError:
        rate = show(plan.learning_rate)
        raise Refusal(_("The loss became inf or nan in epoch {n}; a smaller --learning-rate than {rate} may help.",
                        n=epochs.told + 1, rate=rate)) from None  # fmt: skip
    epochs.tell(history)  # of a run that was at its end already
    return history


def _saved(net: MLP, path: Path | None) -> bool:
    """Save the network, if that was asked for, and say so. False if it cannot be: the disk may have become full."""
    if path is None:
        return True
    try:
        net.save(path)
    except OSError as error:
        complain(_("the network could not be saved: {why}", why=told(error)))
        return False
    say(_("The network is in {path}.", path=path))
    return True


# --- what is said ---------------------------------------------------------------------------------------------------


def _tell(plan: Plan, data: Dataset, validation: Samples | None, net: MLP) -> None:
    sizes = "-".join(map(str, [net.nin, *net.nouts]))
    say(_("Data: {name}, {train:,} training samples, {test:,} test samples.", name=plan.data,
          train=len(data.train), test=len(data.test)))  # fmt: skip
    if validation is not None:
        say(_("Validation: {n:,} samples, taken from the end of the training samples.", n=len(validation)))
    say(
        _("Network: {sizes}, {activation}; {count:,} parameters, drawn with seed {seed} (init {init}).",
          sizes=sizes, activation=plan.activation, count=len(net.parameters()), seed=plan.seed, init=plan.init),
        _outputs(plan, net),
        ngettext("Training: {cost} cost, {optimizer}, η = {rate}, batches of {batch}, {n} epoch.",
                 "Training: {cost} cost, {optimizer}, η = {rate}, batches of {batch}, {n} epochs.",
                 plan.epochs, cost=plan.cost, optimizer=plan.optimizer, rate=show(plan.learning_rate), batch=plan.batch),
    )  # fmt: skip
    if plan.l2:
        say(_("Penalty: s/2 Σ w² with s = {strength} is added to the cost of each sample.", strength=show(plan.l2)))


def _outputs(plan: Plan, net: MLP) -> str:
    if plan.outputs == 1 and plan.output in ("linear", "tanh"):
        return _("Its one output, {activation}, tells the two labels by its sign.", activation=net.output)
    if plan.outputs == 1:
        return _("Its one output, {activation}, tells the two labels: above ½ it is 1.", activation=net.output)
    if plan.cost == "cross-entropy":
        return _("Its outputs, one a label, are linear: the cross-entropy makes probabilities of them.")
    return _("Its outputs are one a label, {activation}; the largest one is the answer.", activation=net.output)


def _tell_interrupt(kept: object) -> None:
    if kept:
        say(_("Ended by Ctrl-C; what was learned until then is kept."))
    else:
        say(_("Ended by Ctrl-C; what was learned until then is not saved: --save or --checkpoint would have kept it."))


def _tell_results(history: History, accuracy: float) -> None:
    if history.ended == "no improvement":
        say(_("Ended early: the validation accuracy got no better. The network is that of the epoch where it was best."))
    say("")
    if history.test_accuracy:
        best = max(history.test_accuracy)
        epoch = history.test_accuracy.index(best) + 1
        say(_("Test accuracy: at best {best} (epoch {epoch}), at the end {last}.", best=percent(best), epoch=epoch, last=percent(accuracy)))
    else:
        say(_("Test accuracy: {last}.", last=percent(accuracy)))
    say(_("{samples:,} samples forward and backward in {seconds:.2f} s: {speed:,.0f} a second.",
          samples=history.samples, seconds=history.seconds, speed=history.samples_per_second))  # fmt: skip
