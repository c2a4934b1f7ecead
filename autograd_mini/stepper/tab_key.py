"""The Tab key and the arrow keys at a prompt of `input()`, by readline, where Python has it (on Windows it does not).

What you can do with this file: `with tab_key(lambda line: [f"{line}!"]): input("> ")`; Tab then proposes what it returns for the
line so far. Earlier lines come back with the arrow keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

try:
    import readline
except ImportError:
    readline = None  # type: ignore[assignment]

__all__ = ["begun", "tab_key"]


@contextmanager
def tab_key(candidates: Callable[[str], Sequence[str]], delimiters: str = "") -> Iterator[None]:
    """Inside the `with` block, Tab completes what is typed since the last of the delimiters: these are the candidates for it."""
    if readline is None:
        yield
        return
    before = readline.get_completer(), readline.get_completer_delims()
    readline.set_completer(lambda typed, i: [*candidates(typed), None][i])
    readline.set_completer_delims(delimiters)
    readline.parse_and_bind("bind ^I rl_complete" if "libedit" in (readline.__doc__ or "") else "tab: complete")
    try:
        yield
    finally:
        readline.set_completer(before[0])
        readline.set_completer_delims(before[1])


def begun() -> str:
    """What had been typed of a line when Ctrl-C came."""
    return readline.get_line_buffer() if readline else ""
