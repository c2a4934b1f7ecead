"""Networks and samples that the tests of the pictures share, and what stands written in a figure."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.text import Text

import nn
from nn.datasets import Samples


def texts(figure: Figure) -> list[str]:
    """Every text in a figure that is not empty."""
    return [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text) and text.get_text()]


def numbers(image: AxesImage) -> Any:
    """The numbers that an image shows."""
    return np.asarray(image.get_array())


def colours(image: AxesImage, shown: Any) -> Any:
    """The colours that an image has for these numbers: red, green, blue in the last axis."""
    return np.asarray(image.cmap(image.norm(np.asarray(shown))))[..., :3]


def noise(n: int, side: int = 3, labels: int = 3, seed: int = 0) -> Samples:
    """Images of chance, with labels of chance: an untrained network is right about some, and wrong about most."""
    rng = Random(seed)
    return Samples([[rng.random() for _ in range(side * side)] for _ in range(n)], [rng.randrange(labels) for _ in range(n)])


def guessed(net: nn.MLP, x: list[float]) -> int:
    """The network's answer, from its Values."""
    outputs = [output.data for output in net(x)]
    return outputs.index(max(outputs))
