"""The command line: an expression of one's own, stepped, drawn, differentiated and checked without writing a program.

What you can do with this file:
    python -m autograd_mini walk "apple*count*tax" apple=10 count=2 tax=1.1
    python -m autograd_mini draw "apple*count*tax" apple=10 count=2 tax=1.1 -o bill.svg
    python -m autograd_mini grad "apple*count*tax" apple=10 count=2 tax=1.1 --formula
    python -m autograd_mini check "x**y" x=2 y=0.5
    python -m autograd_mini ops

What was asked for goes to stdout, all talk to stderr. The exit code is 0 if all is well, 1 if something went wrong on the way (a
file that cannot be written, a number or a derivative that is inf or nan, a check that fails), 2 for what cannot be understood, 130
after Ctrl-C.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import autograd_mini as ag
from autograd_mini import commands
from autograd_mini.arguments import Parser, add_commands, language_of
from autograd_mini.drawing.layout import DIRECTIONS
from autograd_mini.errors import ExpressionError, GradientMismatch, MissingExtra
from autograd_mini.language import N_, _
from autograd_mini.program import run
from autograd_mini.refusal import Refusal, picture_path, told

__all__ = ["main"]

PROGRAM = "python -m autograd_mini"
#: What is taken for an option, and what is not: `-o` and `--by=labels` are, the expressions `-o*2` and `--x*y` are not.
OPTION = re.compile(r"-[ho]|--[a-z-]*(=.*)?", re.DOTALL)


class Command(NamedTuple):
    """A command: its name, what it is for, what does it, an example, what adds its arguments to a parser."""

    name: str
    purpose: str
    run: Callable[[argparse.Namespace], int]
    example: str
    add_arguments: Callable[[Parser], None]


def _expression(parser: Parser) -> None:
    text = _('an expression such as "x*y" or "t = x + y; t**2"; - reads it from stdin; after -- it may look like an option')
    parser.add_argument("expression", metavar="EXPR", help=text)
    parser.add_argument("numbers", metavar="name=number", nargs="*", default=[], help=_("a number for each name in it"))


def _for_walk(parser: Parser) -> None:
    _expression(parser)
    stops = _("stop at every operation, or only at names")
    parser.add_argument("--by", choices=("operations", "labels"), default="operations", help=stops)
    parser.add_argument("--print", action="store_true", help=_("print all steps instead of stepping"))


def _for_draw(parser: Parser) -> None:
    _expression(parser)
    file, change = _("a file, .svg .png .pdf .dot (default: SVG to stdout)"), _("show what this would change; repeatable")
    parser.add_argument("-o", "--output", metavar="FILE", type=picture_file, help=file)
    parser.add_argument("--what-if", metavar="name=number", action="append", default=[], help=change)
    parser.add_argument("--direction", choices=tuple(DIRECTIONS), default="LR", help=_("from left to right (LR), top to bottom (TB), …"))
    digits = _("significant digits, from 1 to 17")
    parser.add_argument("--digits", metavar="N", type=int, choices=range(1, 18), default=5, help=digits)
    parser.add_argument("--legend", action="store_true", help=_("say what the lines mean"))


def _for_grad(parser: Parser) -> None:
    _expression(parser)
    parser.add_argument("--formula", action="store_true", help=_("also the formula of each derivative"))
    parser.add_argument("--json", action="store_true", help=_("as one JSON object, with all digits"))


def _nothing(parser: Parser) -> None:
    """The command takes no arguments."""


def picture_file(text: str) -> Path:
    """The path of a picture, if its ending names a format."""
    try:
        return picture_path(text)
    except Refusal as error:
        raise argparse.ArgumentTypeError(error) from None


BILL = '"apple*count*tax" apple=10 count=2 tax=1.1'

COMMANDS = (
    Command("walk", N_("step through the computation, forward and back"), commands.walk, BILL, _for_walk),
    Command(
        "draw", N_("draw the graph, with its values and derivatives"), commands.draw, f"{BILL} -o bill.svg --what-if apple=11", _for_draw
    ),
    Command("grad", N_("print the value and all derivatives"), commands.grad, f"{BILL} --formula", _for_grad),
    Command("check", N_("hold the derivatives against measured slopes"), commands.check, '"x**y" x=2 y=0.5', _expression),
    Command("ops", N_("list the operations with their derivatives"), commands.list_operations, "", _nothing),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (by default that of this process); returns the exit code."""
    given = [_protected(word) for word in (sys.argv[1:] if arguments is None else arguments)]
    with language_of(given):
        return run("autograd-mini", lambda: _run(given))


def _protected(word: str) -> str:
    """An expression may begin with a minus sign; a space before it keeps argparse from taking it for an option."""
    return f" {word}" if word.startswith("-") and word != "-" and not OPTION.fullmatch(word) else word


def _run(arguments: Sequence[str]) -> int:
    parser = _parser()
    options, others = parser.parse_known_args(arguments)
    if "command" not in options:
        parser.print_help(sys.stderr)
        return 2
    _take_in(options, others)
    try:
        code: int = options.command(options)
        return code
    except ExpressionError as error:
        return _complain(error, 2)
    except (GradientMismatch, MissingExtra, ValueError) as error:
        return _complain(error, 1)


def _take_in(options: argparse.Namespace, others: Sequence[str]) -> None:
    """The numbers that stand behind an option: argparse looks for them only before the first one."""
    if "numbers" not in options and others:
        options.parser.error(_("not understood: {words}", words=" ".join(others)))
    if unknown := [word for word in others if word.startswith("-")]:
        words = " ".join(unknown)
        options.parser.error(_("not understood: {words}; an expression that looks like an option stands after --", words=words))
    if others:
        options.numbers = [*options.numbers, *others]


def _complain(error: Exception, code: int) -> int:
    print(f"autograd-mini: {told(error)}", file=sys.stderr)
    return code


def _parser() -> Parser:
    about = _("Derivatives of an expression of your own: stepped through, drawn, printed, checked.")
    parser = Parser(prog=PROGRAM, description=about, epilog=_examples(COMMANDS))
    parser.add_argument("--version", action="version", version=f"autograd-mini {ag.__version__}", help=_("show the version and leave"))
    add_commands(parser, COMMANDS, _, lambda command: _examples([command]))
    return parser


def _examples(commands: Iterable[Command]) -> str:
    return "\n".join([_("examples:"), *(f"  {PROGRAM} {command.name} {command.example}".rstrip() for command in commands)])
