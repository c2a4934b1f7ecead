"""The digits, wherever MNIST may be, for the tests of the lessons on handwriting: `digits_alone(folder)`."""

from __future__ import annotations

from pathlib import Path

import pytest

from demos.handwriting import Handwriting, handwriting

__all__ = ["digits_alone"]


def digits_alone(empty: Path) -> Handwriting:
    """What a lesson takes where there is no MNIST: the folder that is named has none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOGRAD_MINI_DATA", str(empty))
        return handwriting()
