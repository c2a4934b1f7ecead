"""`python -m nn show`: what a saved network is, how it was trained, and where the run of a checkpoint stands.

What you can do with this file: look up what `show(options)` does; `line.py` has the options.
"""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping
from math import fsum, sqrt
from types import MappingProxyType

from nn import datasets
from nn.checkpoint import Training
from nn.command.album import Album
from nn.command.files import Opened, opened_file
from nn.command.telling import percent, say, say_table
from nn.datasets import Dataset
from nn.modules import MLP, Layer
from nn.needs import needed
from nn.words import N_, _, ngettext

__all__ = ["show"]

#: The notes that `python -m nn train` makes, as people call them. Other programs may note other things.
NOTES: Mapping[str, str] = MappingProxyType(
    {
        "data": N_("data"), "hidden": N_("hidden neurons"), "activation": N_("activation"), "init": N_("init"), "cost": N_("cost"),
        "l2": N_("l2"), "optimizer": N_("optimizer"), "learning_rate": N_("learning rate"), "batch": N_("batch"),
        "epochs": N_("epochs"), "seed": N_("seed"), "engine": N_("engine"), "dtype": N_("dtype"), "patience": N_("patience"),
        "accuracy": N_("test accuracy"),
    }
)  # fmt: skip


def show(options: Namespace) -> int:
    """Print a network, its notes, and its training if the file is a checkpoint; draw it if there is a folder for pictures."""
    if options.plots:
        needed("matplotlib", "--plots", "plots")
    opened = opened_file(options.file)
    _tell_network(opened.net)
    _tell_notes(opened.net)
    if opened.training:
        _tell_training(opened.training)
    if options.plots:
        say("")
        Album(opened.net, _at_hand(opened)).save(options.plots, opened.training.standing.history if opened.training else None)
    return 0


def _at_hand(opened: Opened) -> Dataset | None:
    """The data of a network, where they are there without a download."""
    if opened.named is None:
        return None
    if opened.named != "mnist":
        return opened.data(None)
    try:
        return datasets.mnist(download=False)
    except FileNotFoundError:
        say(_("MNIST is not on this machine, so there are no pictures of its digits."))
        return None


def _tell_network(net: MLP) -> None:
    sizes = "-".join(map(str, [net.nin, *net.nouts]))
    say(_("Network: {sizes}, {count:,} parameters.", sizes=sizes, count=len(net.parameters())), "")
    headings = (_("layer"), _("inputs"), _("neurons"), _("σ of w"), _("max |w|"), _("σ of b"))
    rows = [_row(number, layer) for number, layer in enumerate(net.layers, 1)]
    say_table({**dict.fromkeys(headings, "right"), _("activation"): "left"}, rows)


def _row(number: int, layer: Layer) -> list[str]:
    weights, biases = [weight.data for weight in layer.weights], [neuron.bias.data for neuron in layer.neurons]
    measures = (_deviation(weights), max(map(abs, weights)), _deviation(biases))
    return [str(number), str(layer.nin), str(layer.nout), *(f"{x:.3g}" for x in measures), layer.activation]


def _deviation(numbers: list[float]) -> float:
    """The root mean square about the mean."""
    mean = fsum(numbers) / len(numbers)
    return sqrt(fsum((x - mean) ** 2 for x in numbers) / len(numbers))


def _tell_notes(net: MLP) -> None:
    # What `nn.fit` notes stands in the notes of `python -m nn train` too, in more words.
    hidden = {"fit"} if "cost" in net.notes else set()
    notes = [_note(name, x) for name, x in net.notes.items() if x is not None and name not in hidden]
    say("", *([_("Notes:"), *notes] if notes else [_("It has no notes on how it was trained.")]))


def _note(name: str, note: object) -> str:
    heading = _(NOTES[name]) if name in NOTES else name
    return "  " + _("{name}: {note}", name=heading, note=_plain(name, note))


def _plain(name: str, note: object) -> str:
    if name == "accuracy" and isinstance(note, float):
        return percent(note)
    if isinstance(note, list) and all(isinstance(x, int) for x in note):
        return " ".join(map(str, note)) or _("none")
    return note if isinstance(note, str) else json.dumps(note, ensure_ascii=False)


def _tell_training(training: Training) -> None:
    standing = training.standing
    done = len(standing.history.loss)
    say("", ngettext("Checkpoint of a training: {n} epoch is done, and {met:,} of {samples:,} samples of the next.",
                     "Checkpoint of a training: {n} epochs are done, and {met:,} of {samples:,} samples of the next.",
                     done, met=standing.met, samples=training.settings["samples"]))  # fmt: skip
    if standing.best_epoch:
        say(_("The network above is that of epoch {n}, so far the best one on the validation samples; training would go on from its last "
              "step.", n=standing.best_epoch))  # fmt: skip
    if done:
        say("", str(standing.history))
