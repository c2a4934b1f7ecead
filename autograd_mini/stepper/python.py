"""A Python prompt in the middle of a walk, with the nodes under names that Python takes.

What you can do with this file: `identifiers({"apple price": node}, taken)` gives `{"apple_price": node}`;
`interact(variables, banner)`.
"""

from __future__ import annotations

from code import InteractiveConsole
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from itertools import count, takewhile
from keyword import iskeyword
from rlcompleter import Completer
from typing import Any
from unicodedata import normalize

from autograd_mini.stepper.tab_key import tab_key
from autograd_mini.value import Value

__all__ = ["identifiers", "interact"]

BETWEEN_NAMES = " \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?"  # as in Python's own prompt


class Leave:
    """`exit` and `quit` of the prompt. Python's own would close the standard input, which is needed afterwards."""

    def __call__(self, *_code: object) -> None:
        """Leave."""
        raise SystemExit

    def __repr__(self) -> str:
        return "exit()"


def identifiers(nodes: Mapping[str, Value], taken: Mapping[str, object]) -> dict[str, Value]:
    """The nodes under names that Python takes, all different, and different from those in `taken`.

    >>> x = Value(1.0)
    >>> list(identifiers({"apple price": x, "2nd": x, "for": x, "苹果价格": x, "w": x}, taken={"w": 0}))
    ['apple_price', '_2nd', 'for_', '苹果价格', 'w_2']
    """
    named: dict[str, Value] = {}
    for name, node in nodes.items():
        characters = (c if f"_{c}".isidentifier() else " " for c in normalize("NFKC", name))
        word = "_".join("".join(characters).split()) or "node"
        word = word if word.isidentifier() else f"_{word}"
        word = f"{word}_" if iskeyword(word) else word
        forms = [word, *(f"{word}_{i}" for i in range(2, 3 + len(named) + len(taken)))]
        named[next(form for form in forms if form not in named and form not in taken)] = node
    return named


def interact(variables: Mapping[str, Any], banner: str, read: Callable[[str], str] | None = None) -> None:
    """Run a Python prompt until exit(), Ctrl-D, or until `read` raises EOFError; by default lines are typed in the terminal.

    As Python's own prompt does, it writes the banner, and errors, to stderr.
    """
    known = {"__name__": "__console__", **variables, "exit": Leave(), "quit": Leave()}
    prompt = InteractiveConsole(known)
    if read is not None:
        prompt.raw_input = read  # type: ignore[method-assign, assignment]
    with suppress(SystemExit), tab_key(partial(_names, known), BETWEEN_NAMES):
        prompt.interact(banner, exitmsg="")


def _names(known: dict[str, Any], typed: str) -> list[str]:
    """How a name may go on, or what stands after its point; four spaces at the start of a line."""
    if not typed:
        return ["    "]
    candidates = map(partial(Completer(known).complete, typed), count())
    return [name for name in takewhile(bool, candidates) if name]
