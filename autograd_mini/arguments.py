"""argparse in the learner's language: headings, --help, --lang, and what is said about arguments that are wrong.

What you can do with this file: `Parser(prog=…, description=_("…"))` and `add_argument` as with argparse, inside
`with language_of(arguments):`, which makes `--lang zh` hold before the help texts are made; `add_commands` for a program with several.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NoReturn, Protocol, TypeVar
from unicodedata import east_asian_width

from autograd_mini.language import LANGUAGES, N_, _, language

__all__ = ["Command", "Parser", "add_commands", "language_of"]

#: argparse's own headings, as it writes them.
HEADINGS = {"positional arguments": N_("arguments"), "options": N_("options")}
#: argparse's own sentences, as it writes them. It fills the fields in before anyone can translate: `_translated` reads them back.
SENTENCES = (
    N_("argument {name}: {reason}"),
    N_("the following arguments are required: {names}"),
    N_("unrecognized arguments: {words}"),
    N_("invalid choice: {given} (choose from {choices})"),
    N_("invalid {kind} value: {given}"),
    N_("expected one argument"),
    N_("ignored explicit argument {given}"),
)


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that speaks the language of the moment and has the option --lang.

    >>> with language("zh"):
    ...     print(Parser(prog="draw").format_usage())
    用法：draw [-h] [--lang {en,zh}]
    <BLANKLINE>
    """

    def __init__(self, **how: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=_Help, **how)
        self.add_argument("-h", "--help", action="help", help=_("show this help and leave"))
        self.add_argument("--lang", choices=tuple(LANGUAGES), help=_("the language (default: that of the environment)"))

    def error(self, message: str) -> NoReturn:
        """Print the usage and the message to stderr, and leave with code 2."""
        self.print_usage(sys.stderr)
        self.exit(2, _("{program}: error: {message}", program=self.prog, message=_translated(message)) + "\n")


class Command(Protocol):
    """A command of a program: its name, what it is for (to be translated), what adds its arguments to a parser, what does it."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def purpose(self) -> str: ...  # noqa: D102
    @property
    def add_arguments(self) -> Callable[[Parser], None]: ...  # noqa: D102
    @property
    def run(self) -> Callable[[argparse.Namespace], int]: ...  # noqa: D102


C = TypeVar("C", bound=Command)


def add_commands(parser: Parser, commands: Iterable[C], translate: Callable[[str], str], epilog: Callable[[C], str]) -> None:
    """Give a parser these commands; `epilog(command)` ends the help of one. Options then hold its `run` as `command`, and its `parser`."""
    subparsers = parser.add_subparsers(title=_("commands"), metavar=_("command"))
    for command in commands:
        purpose = translate(command.purpose)
        subparser = subparsers.add_parser(command.name, help=purpose, description=purpose, epilog=epilog(command))
        command.add_arguments(subparser)
        subparser.set_defaults(command=command.run, parser=subparser)


class _Help(argparse.RawDescriptionHelpFormatter):
    """argparse's help, with its own words translated."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        # argparse indents by characters, and a Chinese one takes two cells: it lays out for this, and format_help puts the word in.
        super().add_usage(usage, actions, groups, "\0" * _cells(_("usage: ")) if prefix is None else prefix)

    def _split_lines(self, text: str, width: int) -> list[str]:
        from autograd_mini.typesetting import folded

        return folded(text, width).split("\n")  # argparse counts characters

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + _hanging(line, width - len(indent)) for line in text.split("\n"))

    def start_section(self, heading: str | None) -> None:
        super().start_section(_(HEADINGS[heading]) if heading in HEADINGS else heading)

    def format_help(self) -> str:
        text = re.sub("\0+", _("usage: "), super().format_help())
        text = re.sub(r"(?<=[\u4e00-\u9fff]):\n", "\uff1a\n", text)  # argparse ends headings with an English colon
        usage, end, rest = text.partition("\n\n")
        if max(map(_cells, usage.splitlines()), default=0) > self._width + 2:  # argparse leaves two columns free
            usage = re.sub(r"\n +", "\n  ", usage)  # it indents far, and does not fold choices
        return usage + end + rest


def _hanging(line: str, width: int) -> str:
    """The line folded; what follows stands further to the right than where its text began, after a name and spaces if there is one.

    >>> print(_hanging("  moons    points on two half circles", 31))
      moons    points on two half
                 circles
    """
    from autograd_mini.typesetting import folded

    text = re.sub(r"^ *(?:\S+ {2,})?", "", line)
    place = len(line) - len(text)
    deeper = place + 2 if place else 0
    return line[:place] + folded(text, max(1, width - deeper)).replace("\n", "\n" + " " * deeper)


def _cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _translated(message: str) -> str:
    """What argparse says, in the language of the moment; other messages as they are."""
    for sentence in SENTENCES:
        if said := re.fullmatch(_pattern(sentence), message, re.DOTALL):
            return _(sentence, **{field: _translated(text) for field, text in said.groupdict().items()})
    return message


def _pattern(sentence: str) -> str:
    """The sentence as a pattern, each field a group: `expected {n} arguments` → `expected\\ (?P<n>.+?)\\ arguments`."""
    return re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(sentence))


def language_of(arguments: Sequence[str]) -> AbstractContextManager[None]:
    """The language that --lang asks for, wherever it stands; that of the moment if it is not there, or not one that there is.

    >>> from autograd_mini.language import current_language
    >>> with language_of(["apples", "--lang", "zh"]):
    ...     current_language()
    'zh'
    """
    peek = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    peek.add_argument("--lang", nargs="?")
    code = peek.parse_known_args(arguments)[0].lang
    return language(code) if code in LANGUAGES else nullcontext()
