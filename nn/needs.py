"""Packages that only some of nn needs: reading and downloading data, saving, pictures.

What you can do with this file: `np = needed("numpy", "nn.datasets.read_idx")` imports it, or says how to get it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from autograd_mini.errors import MissingExtra

__all__ = ["needed"]


def needed(package: str, who: str, extra: str = "mnist") -> Any:
    """Return the imported package; raise MissingExtra, which says who needs it and how to get it, where it is not installed.

    >>> needed("math", "an example").pi
    3.141592653589793
    """
    try:
        return import_module(package)
    except ImportError as error:
        name = package.partition(".")[0]
        raise MissingExtra(f'{who} needs {name}: pip install "autograd-mini[{extra}]"') from error
