"""A network as it lies in a file: read, with its training if it is a checkpoint, and the data that it was trained on.

What you can do with this file: `opened = opened_file("digits.safetensors")`, a checkpoint's folder too; `opened.data(None)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograd_mini.refusal import Refusal
from nn.answers import labels_of
from nn.checkpoint import FILE, Training, opened
from nn.command.recipes import RECIPES, loaded
from nn.datasets import Dataset
from nn.modules import MLP
from nn.tensors import TensorFileError
from nn.words import _

__all__ = ["Opened", "opened_file"]


@dataclass(frozen=True)
class Opened:
    """What a file holds: a network; of a checkpoint also the run."""

    path: Path
    net: MLP
    training: Training | None

    @property
    def named(self) -> str | None:
        """The data set that the network says it was trained on, if it is one that there is."""
        name = self.net.notes.get("data")
        return name if isinstance(name, str) and name in RECIPES else None

    def data(self, wanted: str | None) -> Dataset:
        """The data set of this name, else the one that the network was trained on. Raises Refusal where there is none that fits."""
        name = wanted or self.named
        if name is None:
            known = ", ".join(RECIPES)
            raise Refusal(_("{path} does not say what it was trained on; name the data with --data: {known}", path=self.path, known=known))
        data = loaded(name)
        inputs, labels = len(data.test.x[0]), RECIPES[name].labels
        if inputs != self.net.nin or labels > len(labels_of(self.net)):
            fit = _("The network of {path} takes {nin} inputs and tells {labels} labels apart; {name} has {inputs} and {others}.",
                    path=self.path, nin=self.net.nin, labels=len(labels_of(self.net)), name=name, inputs=inputs, others=labels)  # fmt: skip
            raise Refusal(fit)
        return data


def opened_file(text: str) -> Opened:
    """Read a file with a network, or the folder of a checkpoint. Raises Refusal for what is neither, OSError, MissingExtra."""
    path = Path(text).expanduser()
    if path.is_dir() and (path / FILE).exists():
        path /= FILE
    try:
        net, training = opened(path)
    except TensorFileError as error:
        raise Refusal(_("{path} is no network that can be read: {why}", path=path, why=error)) from None
    return Opened(path, net, training)
