"""The words that nn says to learners: `_("…")` marks a text for translation, see `autograd_mini/language.py`."""

from __future__ import annotations

from pathlib import Path

from autograd_mini.language import N_, catalogue

__all__ = ["N_", "_", "ngettext"]

_, ngettext = catalogue("nn", Path(__file__).parent / "locale")
