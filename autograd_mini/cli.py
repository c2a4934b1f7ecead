"""The command line: an expression of one's own, stepped, drawn, differentiated and checked without writing a program.

What you can do with this file:
    python -m autograd_mini walk "apple*count*tax" apple=10 count=2 tax=1.1
    python -m autograd_mini draw "apple*count*tax" apple=10 count=2 tax=1.1 -o bill.svg
    python -m autograd_mini grad "apple*count*tax" apple=10 count=2 tax=1.1 --formula
    python -m autograd_mini check "x**y" x=2 y=0.5
    python -m autograd_mini ops

What was asked for goes to stdout, all talk to stderr. The exit code is 0 if all is well, 1 if something went wrong on the way (a
file that cannot be written, a result of nan, a check that fails), 2 for what cannot be understood, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import autograd_mini as ag
from autograd_mini import commands
from autograd_mini.drawing.layout import DIRECTIONS
from autograd_mini.errors import ExpressionError, GradientMismatch, MissingExtra, NonFiniteError
from autograd_mini.language import LANGUAGES, N_, _, language, speak_unicode

__all__ = ["main"]

PROGRAM = "python -m autograd_mini"
FORMATS = (".svg", ".png", ".pdf", ".dot")
OPTIONS = ("--", "-h", "-o")  # how an option begins


class Argument(NamedTuple):
    """One argument of a command, as argparse takes it; its help is translated when the parser is made."""

    names: tuple[str, ...]
    how: Mapping[str, Any]


class Command(NamedTuple):
    """A command: its name, what it is for, what does it, an example, its arguments."""

    name: str
    purpose: str
    run: Callable[[argparse.Namespace], int]
    example: str
    arguments: tuple[Argument, ...] = ()


def argument(*names: str, **how: Any) -> Argument:
    """An argument, written as for argparse."""
    return Argument(names, how)


def picture_file(text: str) -> Path:
    """The path of a picture, if its ending names a format."""
    if Path(text).suffix.lower() not in FORMATS:
        message = _("{path}: the ending says the format, and the formats are {formats}", path=text, formats=", ".join(FORMATS))
        raise argparse.ArgumentTypeError(message)
    return Path(text)


EXPRESSION = (
    argument("expression", metavar="EXPR", help=N_('an expression such as "x*y" or "t = x + y; t**2"; - reads it from stdin')),
    argument("numbers", metavar="name=number", nargs="*", help=N_("a number for each name in it")),
)
BILL = '"apple*count*tax" apple=10 count=2 tax=1.1'

COMMANDS = (
    Command(
        "walk", N_("step through the computation, forward and back"), commands.walk, BILL,
        (
            *EXPRESSION,
            argument("--by", choices=("operations", "labels"), default="operations", help=N_("stop at every operation, or only at names")),
            argument("--print", action="store_true", help=N_("print all steps instead of stepping")),
        ),
    ),
    Command(
        "draw", N_("draw the graph, with its values and derivatives"), commands.draw, f"{BILL} -o bill.svg --what-if apple=11",
        (
            *EXPRESSION,
            argument("-o", "--output", metavar="FILE", type=picture_file, help=N_("a file, .svg .png .pdf .dot (default: SVG to stdout)")),
            argument("--what-if", metavar="name=number", action="append", default=[], help=N_("show what this would change; repeatable")),
            argument("--direction", choices=tuple(DIRECTIONS), default="LR", help=N_("from left to right (LR), top to bottom (TB), …")),
            argument("--digits", metavar="N", type=int, choices=range(1, 18), default=5, help=N_("significant digits, from 1 to 17")),
            argument("--legend", action="store_true", help=N_("say what the lines mean")),
        ),
    ),
    Command(
        "grad", N_("print the value and all derivatives"), commands.grad, f"{BILL} --formula",
        (
            *EXPRESSION,
            argument("--formula", action="store_true", help=N_("also the formula of each derivative")),
            argument("--json", action="store_true", help=N_("as one JSON object, with all digits")),
        ),
    ),
    Command("check", N_("hold the derivatives against measured slopes"), commands.check, '"x**y" x=2 y=0.5', EXPRESSION),
    Command("ops", N_("list the operations with their derivatives"), commands.list_operations, ""),
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run the command line (by default that of this process); returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    speak_unicode()
    try:
        with _language_of(given):
            try:
                return _run(given)
            finally:
                sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader has seen enough, as in `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(arguments: list[str]) -> int:
    parser = _parser()
    options, others = parser.parse_known_args([_protected(argument) for argument in arguments])
    if "run" not in options:
        parser.print_help(sys.stderr)
        return 2
    unknown = [word for word in others if word.startswith("-") or "numbers" not in options]
    if unknown:
        parser.error(_("not understood: {words}", words=" ".join(unknown)))
    if others:
        options.numbers += others  # argparse looks for them only before the first option
    try:
        code: int = options.run(options)
        return code
    except ExpressionError as error:
        return _complain(error, 2)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _complain(f"{error.filename}: {error.strerror}", 1)
    except (GradientMismatch, MissingExtra, NonFiniteError, ValueError) as error:
        return _complain(error, 1)


def _complain(about: object, code: int) -> int:
    print(f"autograd-mini: {about}", file=sys.stderr)
    return code


class _Help(argparse.RawDescriptionHelpFormatter):
    """argparse's help, with its one word of its own translated."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _("usage: ") if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """A parser in the learner's language, with the options that every command has."""

    def __init__(self, **how: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=_Help, **how)
        self._arguments = self.add_argument_group(_("arguments"))
        self._options = self.add_argument_group(_("options"))
        self.take(argument("-h", "--help", action="help", help=N_("show this help and leave")))
        self.take(argument("--lang", choices=tuple(LANGUAGES), help=N_("the language (default: that of the environment)")))

    def take(self, argument: Argument) -> None:
        """Add one argument, with its help translated."""
        group = self._options if argument.names[0].startswith("-") else self._arguments
        purpose = argument.how["help"]
        group.add_argument(*argument.names, **{**argument.how, "help": _(purpose)})


def _parser() -> _Parser:
    about = _("Derivatives of an expression of your own: stepped through, drawn, printed, checked.")
    parser = _Parser(prog=PROGRAM, description=about, epilog=_examples(COMMANDS))
    parser.take(argument("--version", action="version", version=f"autograd-mini {ag.__version__}", help=N_("show the version and leave")))
    subparsers = parser.add_subparsers(title=_("commands"), metavar=_("command"))
    for command in COMMANDS:
        purpose = _(command.purpose)
        subparser = subparsers.add_parser(command.name, help=purpose, description=purpose, epilog=_examples([command]))
        for one in command.arguments:
            subparser.take(one)
        subparser.set_defaults(run=command.run)
    return parser


def _examples(commands: Iterable[Command]) -> str:
    return "\n".join([_("examples:"), *(f"  {PROGRAM} {command.name} {command.example}".rstrip() for command in commands)])


def _protected(word: str) -> str:
    """An expression may begin with a minus sign; a space before it keeps argparse from taking it for an option."""
    return f" {word}" if word[:1] == "-" and len(word) > 1 and word[:2] not in OPTIONS else word


def _language_of(arguments: list[str]) -> AbstractContextManager[None]:
    """The language that --lang asks for, wherever it stands: it is needed before the help texts are made."""
    peek = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    peek.add_argument("--lang", nargs="?")
    code = peek.parse_known_args(arguments)[0].lang
    return language(code) if code in LANGUAGES else nullcontext()
