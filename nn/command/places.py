"""Where files will go: tried before a training, so that it is not in vain.

What you can do with this file: `require_file("--save", path)`, `require_folder("--plots", path)`.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from autograd_mini.refusal import Refusal
from nn.words import _

__all__ = ["require_file", "require_folder"]


def require_file(option: str, path: Path) -> None:
    """Raise Refusal unless a file can be written at this path, which an option named; one that is there may be replaced."""
    if path.is_dir():
        such = path / "net.safetensors"
        raise Refusal(_("{option} {path}: this is a folder; name a file in it: {such}", option=option, path=path, such=such))
    if path.exists() and not path.is_file():
        raise Refusal(_("{option} {path}: this is a device or a pipe; name a file.", option=option, path=path))
    folder = Path(os.path.realpath(path)).parent  # of a link, where it leads
    if not folder.is_dir():
        raise Refusal(_("{option} {path}: there is no folder {folder} for this file.", option=option, path=path, folder=folder))
    _try(option, path, folder)


def require_folder(option: str, path: Path) -> None:
    """Make a folder that an option named, where there is none. Raises Refusal unless files can be written into it."""
    if path.exists() and not path.is_dir():
        raise Refusal(_("{option} {path}: this is a file; name a folder.", option=option, path=path))
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(_("{option} {path}: this folder cannot be made ({why}).", option=option, path=path, why=error.strerror)) from None
    _try(option, path, path)


def _try(option: str, path: Path, folder: Path) -> None:
    try:
        with NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Refusal(
            _("{option} {path}: nothing can be written into the folder {folder} ({why}).",
              option=option, path=path, folder=folder, why=error.strerror)
        ) from None  # fmt: skip
