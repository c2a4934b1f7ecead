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
from autograd_mini.refusal import Refusal
from nn.checkpoint import FILE
from nn.command.album import Album
from nn.command.files import opened_file
from nn.command.plan import Plan, plan_of
from nn.command.recipes import loaded
from nn.command.telling import Epochs, percent, say
from nn.compiled import program_of
from nn.datasets import Dataset, Samples
from nn.datasets.needs import needed
from nn.evaluation import evaluate
from nn.history import History
from nn.modules import MLP
from nn.training import fit
from nn.words import _, ngettext

__all__ = ["train"]

#: One sample of so many is held back for validation; M. Nielsen holds back 10,000 of 60,000.
VALIDATION = 6


def train(options: Namespace) -> int:
    """Train a network, say how it goes, write the files that were asked for. The exit code is 130 if Ctrl-C ended it, else 0."""
    _require_places(options)
    plan = plan_of(options)
    data, validation = _parted(loaded(plan.data, plan.dtype), plan.patience)
    net = plan.net(len(data.train.x[0]))
    net.notes = asdict(plan)
    _tell(plan, data, validation, net)
    if plan.engine == "compiled":
        _compile(plan, net)
    album = Album(net, data) if options.plots else None
    history = _trained(plan, options, net, data, validation, album)
    accuracy = evaluate(net, data.test, plan.engine)
    _tell_results(history, accuracy)
    net.notes |= {"accuracy": accuracy, "epochs": len(history.loss)}
    if options.save:
        net.save(options.save)
        say(_("The network is in {path}.", path=options.save))
    if album:
        album.save(options.plots, history)
    return 130 if history.ended == "Ctrl-C" else 0


def _require_places(options: Namespace) -> None:
    """What would hinder the files at the end is said before the training. Raises Refusal, OSError, MissingExtra."""
    if options.save:
        needed("safetensors", "--save", "nn")
        if not options.save.parent.is_dir() or options.save.is_dir():
            raise Refusal(_("--save {path}: there is no folder {folder} for this file.", path=options.save, folder=options.save.parent))
    if options.plots:
        needed("matplotlib", "--plots", "plots")
        options.plots.mkdir(parents=True, exist_ok=True)


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
    plan: Plan, options: Namespace, net: MLP, data: Dataset, validation: Samples | None, album: Album | None
) -> History:
    """Train, printing each epoch as it ends. Raises Refusal where the loss overflows."""
    epochs = Epochs()
    resume = options.checkpoint if options.resume and (options.checkpoint / FILE).exists() else None
    if resume:
        _require_same(plan, resume / FILE)
        say(_("Going on from {path}.", path=resume / FILE), "")
    try:
        history = fit(
            net, data.train, data.test, plan.epochs, plan.batch, cost=plan.cost_of_a_sample, rng=plan.seed, engine=plan.engine,
            dtype=plan.dtype, optimizer=plan.optimizer_of(net), l2=plan.l2, validation=validation, patience=plan.patience,
            callbacks=[epochs, *(album.watchers if album else [])], checkpoint=options.checkpoint, every=options.every, resume=resume,
        )  # fmt: skip
    except NonFiniteError:
        rate = show(plan.learning_rate)
        raise Refusal(_("The loss became inf or nan in epoch {n}; a smaller --learning-rate than {rate} may help.",
                        n=epochs.told + 1, rate=rate)) from None  # fmt: skip
    epochs.tell(history)  # of a run that was at its end already
    return history


def _require_same(plan: Plan, path: Path) -> None:
    """Raise Refusal unless the run in a checkpoint began as this one."""
    notes = opened_file(str(path)).net.notes
    for name, ours in asdict(plan).items():
        if name != "epochs" and notes.get(name) != ours:
            option, theirs = f"--{name.replace('_', '-')}", notes.get(name)
            raise Refusal(_("{path} is of a run with {option} {theirs}, and this one has {ours}; a run goes on as it began, only --epochs "
                            "may be more.", path=path, option=option, theirs=_typed(theirs), ours=_typed(ours)))  # fmt: skip


def _typed(x: object) -> str:
    """An option's value as it is typed."""
    return " ".join(map(str, x)) if isinstance(x, list) else str(x)


# --- what is said ---------------------------------------------------------------------------------------------------


def _tell(plan: Plan, data: Dataset, validation: Samples | None, net: MLP) -> None:
    sizes = "-".join(map(str, [net.nin, *net.nouts]))
    say(_("Data: {name}, {train:,} samples to learn from, {test:,} held out to test.", name=plan.data,
          train=len(data.train), test=len(data.test)))  # fmt: skip
    if validation is not None:
        say(_("Validation: {n:,} samples, taken from the end of those to learn from.", n=len(validation)))
    say(
        _("Network: {sizes}, {activation}; {count:,} parameters, drawn with seed {seed} (init {init}).",
          sizes=sizes, activation=plan.activation, count=len(net.parameters()), seed=plan.seed, init=plan.init),
        _outputs(plan, net),
        ngettext("Training: {cost} cost, {optimizer}, η = {rate}, batches of {batch}, {n} epoch.",
                 "Training: {cost} cost, {optimizer}, η = {rate}, batches of {batch}, {n} epochs.",
                 plan.epochs, cost=plan.cost, optimizer=plan.optimizer, rate=show(plan.learning_rate), batch=plan.batch),
    )  # fmt: skip
    if plan.l2:
        say(_("Penalty: {half} · Σ w² is added to the cost of each sample.", half=show(plan.l2 / 2)))


def _outputs(plan: Plan, net: MLP) -> str:
    if plan.outputs == 1 and plan.output in ("linear", "tanh"):
        return _("Its one output, {activation}, tells the two labels by its sign.", activation=net.output)
    if plan.outputs == 1:
        return _("Its one output, {activation}, tells the two labels: above ½ it is 1.", activation=net.output)
    if plan.cost == "cross-entropy":
        return _("Its outputs, one a label, are linear: the cross-entropy makes probabilities of them.")
    return _("Its outputs are one a label, {activation}; the largest one is the answer.", activation=net.output)


def _tell_results(history: History, accuracy: float) -> None:
    if history.ended == "Ctrl-C":
        say(_("Ended by Ctrl-C; what was learned until then is kept."))
    if history.ended == "no improvement":
        say(_("Ended early: the accuracy on the validation samples got no better. The network is that of its best epoch there."))
    say("")
    if history.test_accuracy:
        best = max(history.test_accuracy)
        epoch = history.test_accuracy.index(best) + 1
        say(_("Right on test: at best {best} (epoch {epoch}), at the end {last}.", best=percent(best), epoch=epoch, last=percent(accuracy)))
    else:
        say(_("Right on test: {last}.", last=percent(accuracy)))
    say(_("{samples:,} samples forward and backward in {seconds:.2f} s: {speed:,.0f} a second.",
          samples=history.samples, seconds=history.seconds, speed=history.samples_per_second))  # fmt: skip
