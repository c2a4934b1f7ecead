"""The terminal: commands come in line by line, answers go out.

What you can do with this file: `Terminal().read("> ")`, with history and completion where a person types (by prompt_toolkit, the
extra `repl`, or else by Python's own readline); `Terminal(lines=["n", "q"])` reads what is given, as with lines that are piped in,
without a prompt. `say` prints what a Stepper returns: in colour, and folded at words, where there is a terminal (`NO_COLOR` is
respected); else plain lines.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograd_mini.stepper.said import Said
from autograd_mini.stepper.tab_key import begun, tab_key
from autograd_mini.typesetting import folded, show_table

if TYPE_CHECKING:
    from prompt_toolkit.document import Document

__all__ = ["Completions", "Terminal"]

#: What may stand at the end of a line that was begun: how many characters it replaces, and the candidates.
Completions = Callable[[str], tuple[int, list[str]]]


class Terminal:
    """Where the commands come from, and where the answers go; by default, those of this process. `names` are not folded."""

    def __init__(
        self,
        lines: Iterable[str] | None = None,
        console: Console | None = None,
        completions: Completions = lambda _line: (0, []),
        names: Collection[str] = (),
    ) -> None:
        self.lines = _lines(lines)
        self.console = console or Console()
        self.names = names
        self._ask = _given(self.lines) if self.lines is not None else _typed(completions)

    def read(self, prompt: str) -> str:
        """The next line. Raises EOFError where there is none, KeyboardInterrupt on Ctrl-C; where a line was begun, that drops it only."""
        return self._ask(prompt)

    def say(self, said: Said) -> None:
        """Print what is to be said, and an empty line."""
        for thing in [*said, ""]:
            if isinstance(thing, Table):
                show_table(self.console, thing)
            else:
                self._print(thing if isinstance(thing, Text) else Text(thing))

    def _print(self, text: Text) -> None:
        if self.console.is_terminal:
            text = Text(folded(text.plain, self.console.width, self.names), text.style)
        self.console.print(text, soft_wrap=True)


def _lines(lines: Iterable[str] | None) -> Iterator[str] | None:
    """The lines that are given or piped in; None where a person types."""
    if lines is not None:
        return iter(lines)
    return None if sys.stdin.isatty() else iter(sys.stdin)


def _given(lines: Iterator[str]) -> Callable[[str], str]:
    def ask(_prompt: str) -> str:
        for line in lines:
            return line.rstrip("\r\n").removeprefix("\ufeff")  # Windows marks the first line of a text
        raise EOFError

    return ask


def _typed(completions: Completions) -> Callable[[str], str]:
    if find_spec("prompt_toolkit") is None or not sys.stdout.isatty():
        return _by_input(completions)
    return _by_prompt_toolkit(completions)


def _by_prompt_toolkit(completions: Completions) -> Callable[[str], str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer, Completion

    class Candidates(Completer):
        def get_completions(self, document: Document, complete_event: object) -> Iterator[Completion]:
            replaced, candidates = completions(document.text_before_cursor)
            return (Completion(candidate, start_position=-replaced) for candidate in candidates)

    session: PromptSession[str] = PromptSession(completer=Candidates(), complete_while_typing=False)

    def ask(prompt: str) -> str:
        while True:
            try:
                return session.prompt(prompt)
            except KeyboardInterrupt:
                if not session.default_buffer.text:
                    raise

    return ask


def _by_input(completions: Completions) -> Callable[[str], str]:
    def lines(line: str) -> list[str]:
        replaced, candidates = completions(line)
        return [line[: len(line) - replaced] + candidate for candidate in candidates]

    def ask(prompt: str) -> str:
        while True:
            try:
                with tab_key(lines):
                    return input(prompt)
            except EOFError:
                print()  # the next prompt of the shell starts on a line of its own
                raise
            except KeyboardInterrupt:
                print()
                if not begun():
                    raise

    return ask
