"""Painted: the pictures of `nn.plots` as pictures of a lesson.

What you can do with this file: `Picture("curves", Painted(lambda: nn.plots.curves(history)))`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nn
from demos.words import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Painted"]


@dataclass(frozen=True)
class Painted:
    """A figure that is painted when it is saved."""

    paint: Callable[[], Figure]

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the figure and return the path. Raises MissingExtra without matplotlib, OSError if it cannot be written."""
        return nn.plots.save(self.paint(), path)

    def __str__(self) -> str:
        return _('(No picture: matplotlib is missing. pip install "autograd-mini[plots]")')
