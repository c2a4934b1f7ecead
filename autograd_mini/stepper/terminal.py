"""The terminal: commands come in line by line, answers go out.

What you can do with this file: `Terminal().read("> ")`, with history and completion where a person types and prompt_toolkit is
installed (extra `repl`); `Terminal(lines=["n", "q"])` reads what is given, as with lines that are piped in, without a prompt.
`say` prints what a Stepper returns: in colour, and wrapped, where there is a terminal (`NO_COLOR` is respected); else plain lines.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograd_mini.listing import lines_of
from autograd_mini.stepper.said import Said

if TYPE_CHECKING:
    from prompt_toolkit.document import Document

__all__ = ["Completions", "Terminal"]

WIDEST = 10_000  # no table loses a digit: a narrow terminal folds the line

#: What may stand at the end of a line that was begun: how many characters it replaces, and the candidates.
Completions = Callable[[str], tuple[int, list[str]]]


class Terminal:
    """Where the commands come from, and where the answers go; by default, those of this process."""

    def __init__(
        self, lines: Iterable[str] | None = None, console: Console | None = None, completions: Completions = lambda _line: (0, [])
    ) -> None:
        self.lines = _lines(lines)
        self.console = console or Console(width=WIDEST)
        self._ask = _given(self.lines) if self.lines is not None else _typed(completions)

    def read(self, prompt: str) -> str:
        """The next line. Raises EOFError where there is none, KeyboardInterrupt on Ctrl-C."""
        return self._ask(prompt)

    def say(self, said: Said) -> None:
        """Print what is to be said, and an empty line."""
        for thing in [*said, ""]:
            if self.console.is_terminal:
                self._print(thing, width=WIDEST if isinstance(thing, Table) else get_terminal_size().columns)
            else:
                self._print("\n".join(lines_of(thing)) if isinstance(thing, Table) else thing, soft_wrap=True)

    def _print(self, thing: str | Text | Table, **how: Any) -> None:
        self.console.print(thing, markup=False, highlight=False, emoji=False, **how)  # a node may be called [red] or :cat:


def _lines(lines: Iterable[str] | None) -> Iterator[str] | None:
    """The lines that are given or piped in; None where a person types."""
    if lines is not None:
        return iter(lines)
    return None if sys.stdin.isatty() else iter(sys.stdin)


def _given(lines: Iterator[str]) -> Callable[[str], str]:
    def ask(_prompt: str) -> str:
        for line in lines:
            return line.rstrip("\r\n")
        raise EOFError

    return ask


def _typed(completions: Completions) -> Callable[[str], str]:
    if find_spec("prompt_toolkit") is None or not sys.stdout.isatty():
        return _simply_typed
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer, Completion

    class Candidates(Completer):
        def get_completions(self, document: Document, complete_event: object) -> Iterator[Completion]:
            replaced, candidates = completions(document.text_before_cursor)
            return (Completion(candidate, start_position=-replaced) for candidate in candidates)

    session: PromptSession[str] = PromptSession(completer=Candidates(), complete_while_typing=False)
    return session.prompt


def _simply_typed(prompt: str) -> str:
    try:
        return input(prompt)
    except (EOFError, KeyboardInterrupt):
        print()  # the next prompt of the shell starts on a line of its own
        raise
