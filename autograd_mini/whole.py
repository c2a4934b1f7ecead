"""Writing a file so that it appears whole or not at all.

What you can do with this file: `write_whole(path, content)`.
"""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex

__all__ = ["write_whole"]


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file so that it appears whole or not at all: into a temporary file beside it, then renamed."""
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{token_hex(4)}")
    try:
        try:
            with open(temporary, "xb") as file:
                file.write(content)
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        # The user knows the path that they gave, not the temporary one.
        raise type(error)(error.errno, error.strerror, os.fspath(path)) from None
