"""What hinders, in one sentence on stderr.

What you can do with this file: `complain(error)`.
"""

from __future__ import annotations

import sys

from autograd_mini.refusal import told

__all__ = ["complain"]


def complain(what: Exception | str) -> None:
    """Print an error, or a sentence of one's own, to stderr, after the program's name."""
    print(f"nn: {what if isinstance(what, str) else told(what)}", file=sys.stderr, flush=True)
