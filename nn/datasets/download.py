"""Published files, fetched from whichever mirror has them, and kept only if they are the published ones, byte for byte.

What you can do with this file: `fill(folder, files, mirrors)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from autograd_mini.whole import write_whole
from nn.datasets.idx import IdxError, read_idx, taken, unpacked
from nn.needs import needed

__all__ = ["Published", "fill", "found"]

#: Seconds without a byte after which a mirror is given up.
TIMEOUT = 30.0
CHUNK = 1 << 16  # bytes received at a time
CONNECTION = re.compile(r"^(<.*?>|\w+\(host=.*?\)): ")  # how urllib3 begins a message


class Published(NamedTuple):
    """What a file must be: its size in bytes and its SHA-256, both uncompressed (who compresses it again changes the rest)."""

    size: int
    sha256: str

    @property
    def longest(self) -> int:
        """The most bytes that are received for it: gzip may lengthen it a little, and a web page in its place is to be recognised."""
        return self.size + (1 << 20)


def found(folder: Path, name: str) -> Path | None:
    """The file of this name in a folder, compressed or not; None if neither is there."""
    return next((path for path in (folder / f"{name}.gz", folder / name) if path.is_file()), None)


def fill(folder: Path, files: Mapping[str, Published], mirrors: Iterable[str], timeout: float = TIMEOUT) -> dict[str, str]:
    """Fetch what is missing of `files` into the folder, from the first mirror that has it; return why each mirror failed.

    A mirror is an address to which a file's name and `.gz` are added. A file is fetched into memory, checked, and then appears
    whole: nothing half-fetched ever lies in the folder, and several processes may fill it at once. A progress bar goes to
    stderr if that is a terminal. What could not be had is missing still; nothing is raised for it.

    Raises the OSError of the system if the folder cannot be written, MissingExtra without pooch or tqdm.
    """
    failures: dict[str, str] = {}
    for mirror in mirrors:
        missing = [name for name in files if not found(folder, name)]
        for name in missing:
            try:
                content = _checked(_fetched(f"{mirror}{name}.gz", files[name].longest, timeout), files[name])
            except (OSError, ValueError) as error:  # what requests raises is an OSError
                failures[mirror] = f"{name}.gz: {_reason(error)}"
                break
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / (f"{name}.gz" if content.startswith(b"\x1f\x8b") else name), content)
    return failures


class _Limited(BytesIO):
    """Bytes in memory, no more than the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def write(self, content: Any) -> int:
        if self.tell() + len(content) > self.limit:
            raise ValueError(f"it goes on after {self.limit:,} bytes, more than the published file can have")
        return super().write(content)


def _fetched(url: str, limit: int, timeout: float) -> bytes:
    """What the server sends for an address, if it is no more than the limit."""
    pooch, tqdm = needed("pooch", "the download"), needed("tqdm", "the download")
    received = _Limited(limit)
    # The total is a guess until the server says; disable=None: off when stderr is not a terminal.
    with tqdm.tqdm(desc=url.rpartition("/")[2], total=limit, unit="B", unit_scale=True, disable=None) as bar:
        pooch.HTTPDownloader(progressbar=bar, chunk_size=CHUNK, timeout=timeout)(url, received, None)
    return received.getvalue()


def _checked(content: bytes, published: Published) -> bytes:
    """The content, if it is the published file; IdxError, which says what it is instead, if not."""
    with unpacked(content) as file:
        start = taken(file, published.size + 1)
    if sha256(start).hexdigest() != published.sha256:
        if len(start) <= published.size:
            read_idx(content)  # which says what is wrong with it, unless it is a whole IDX file
        raise IdxError("it is not the published file: its SHA-256 is another")
    return content


def _reason(error: Exception) -> str:
    """What went wrong, and why, without the errors that requests and urllib3 wrap around it."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    inner = error.args[0] if error.args else type(error).__name__
    inner = getattr(inner, "reason", inner)
    said = ""
    for part in inner.args if isinstance(inner, Exception) else [inner]:
        text = CONNECTION.sub("", str(part))
        if text not in said:
            said += f" {text}" if said.endswith(".") else f": {text}" if said else text
    return said
