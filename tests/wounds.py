"""Files that have come to harm, for the readers of files: `wounded(content, 3, rng, place)`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

__all__ = ["wounded"]


def wounded(
    content: bytearray, wounds: int, rng: Random, place_in: Callable[[int], int], inserted: Sequence[bytes] = ()
) -> bytearray:
    """The content with a few of its bytes changed, cut, repeated, inserted; also some of the bytes in `inserted` in place of one.

    `place_in(length)` chooses where, in content of this length.
    """
    for _ in range(wounds):
        place = place_in(len(content)) if content else 0
        match rng.randrange(6 if inserted else 5):
            case 0:
                content[place : place + 1] = bytes([rng.randrange(256)])
            case 1:
                content[place : place + 1] = bytes([content[place] ^ 1 << rng.randrange(8)]) if content else b""
            case 2:
                del content[place:]
            case 3:
                content[place:place] = rng.randbytes(rng.randint(1, 8))
            case 4:
                content += content[place:]
            case 5:
                content[place : place + 1] = rng.choice(inserted)
    return content
