"""Writing a file so that it appears whole or not at all.

What you can do with this file: `write_whole(path, content)`.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

__all__ = ["write_whole"]


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file so that it appears whole or not at all, after a power cut too; what stood there before stays until then.

    The content goes into a temporary file beside it, and onto the disk, before that file is renamed. Raises the OSError of the system;
    OSError too for a path that leads to a folder, a device or a pipe, which no file should take the place of.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "numbers.txt")
    >>> write_whole(path, b"1 2 3")
    >>> path.read_bytes()
    b'1 2 3'
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    temporary = target.with_name(f".{target.name[:50]}.{token_hex(4)}")
    try:
        _require_replaceable(target)
        try:
            with open(temporary, "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())  # a rename may reach the disk before what was written
            if target.exists():
                shutil.copymode(target, temporary)
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        # The user knows the path that they gave, not the temporary one.
        raise type(error)(error.errno, error.strerror, os.fspath(path)) from None
    _keep_names(target.parent)


def _require_replaceable(target: Path) -> None:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "This is a device or a pipe; only a file can be replaced by a file")


def _keep_names(folder: Path) -> None:
    """Bring the names in a folder onto the disk, where the system can: Windows and some network disks cannot, and need not."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
