"""Handwriting: the images that lessons learn from, MNIST where it is on this machine, else scikit-learn's digits. Nothing is downloaded.

What you can do with this file: `handwriting().data.train.x[0]` is an image, `handwriting().network()` a network that could read it,
with 30 hidden neurons, and untrained.
"""

from __future__ import annotations

from typing import NamedTuple

import nn
from autograd_mini.errors import MissingExtra
from demos.words import _

__all__ = ["Handwriting", "handwriting"]

HIDDEN = 30


class Handwriting(NamedTuple):
    """Images of the digits 0 to 9, and one sentence that says where they come from."""

    data: nn.datasets.Dataset
    says: str

    def network(self) -> nn.MLP:
        """The untrained network of course 002 for these images: 784-30-10 for MNIST, all from N(0, 1), seed 0."""
        return nn.MLP(len(self.data.train.x[0]), [HIDDEN, 10], rng=0)

    def first(self, count: int) -> Handwriting:
        """At most so many of the images to train, and as many to test."""
        train, test = self.data
        if count >= len(train):
            return self
        says = _("{says} (Only {count:,} here.)", says=self.says, count=count)
        return Handwriting(nn.datasets.Dataset(train[:count], test[:count]), says)


def handwriting() -> Handwriting:
    """MNIST where it is (in the folder that AUTOGRAD_MINI_DATA names, or in the user's cache), else scikit-learn's digits.

    Raises MissingExtra without NumPy or scikit-learn.
    """
    try:
        data, says = nn.datasets.mnist(download=False, dtype="float32"), _("The images are MNIST's: handwritten digits of 28×28 pixels.")
    except (FileNotFoundError, MissingExtra):  # without pooch nobody knows where the cache is
        data = nn.datasets.digits()
        says = _("MNIST is not here, so the images are scikit-learn's: digits of 8×8 pixels.")
    return Handwriting(data, says)
