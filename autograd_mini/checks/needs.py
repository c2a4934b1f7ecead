"""Packages that a check needs, imported when it runs.

What you can do with this file: `needs("mpmath")` is the package, or one sentence on how to get it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from autograd_mini.errors import MissingExtra

__all__ = ["needs"]


def needs(package: str, who: str = "this check") -> Any:
    """Import a package of the extra `checks`. Raises MissingExtra if it is not installed, naming who needs it."""
    try:
        return import_module(package)
    except ImportError:
        raise MissingExtra(f'{who} needs {package}; get it with pip install "autograd-mini[checks]".') from None
