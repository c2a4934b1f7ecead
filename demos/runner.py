"""Run lessons.

What you can do with this file: `python -m demos` lists them, `python -m demos apples oranges --out pictures` tells these two;
`python -m demos apples --step` steps through a lesson's graph; `--lang zh` tells it in Chinese; `--all --quick` runs everything.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

import autograd_mini as ag
from autograd_mini.arguments import Parser, language_of
from autograd_mini.errors import MissingExtra
from autograd_mini.program import run
from demos.blocks import Block
from demos.words import _

__all__ = ["LESSONS", "Lesson", "lesson", "main"]

#: The suggested path.
LESSONS = (
    "why", "apples", "oranges", "chain_rule", "adjust", "by_hand", "perceptron", "sigmoid_neuron", "gradient_descent", "step_by_step",
    "four_equations", "mini_batch", "mnist", "slips", "digits", "moons", "compiled",
)  # fmt: skip


class Lesson(Protocol):
    """What each lesson's file offers. `SLIDES` says where in the courses it stands; "" if it is ours."""

    TITLE: str
    SLIDES: str

    def tell(self, quick: bool = False) -> Iterator[Block]:
        """The lesson, block by block; `quick` shortens only what runs long."""

    def step(self) -> ag.Walk:
        """The walk that `--step` steps through."""


def lesson(name: str) -> Lesson:
    """The lesson of this name."""
    module: Lesson = import_module(f"demos.{name}")
    return module


def main(arguments: Sequence[str] | None = None) -> int:
    """List, tell or step; returns the exit code: 0 done, 1 something is missing or cannot be written, 2 wrong usage, 130 after Ctrl-C."""
    given = sys.argv[1:] if arguments is None else arguments
    with language_of(given):
        return run("demos", lambda: _run(_understood(given)))


def _understood(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _parser()
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in LESSONS]
    if unknown:
        parser.error(_("there is no lesson {name!r}; there are {names}", name=unknown[0], names=", ".join(LESSONS)))
    if options.step and len(options.names) != 1:
        parser.error(_("--step steps through one lesson: python -m demos apples --step"))
    return options


def _parser() -> Parser:
    about = _("The lessons of autograd-mini; without a name, their list, in the suggested order.")
    parser = Parser(prog="python -m demos", description=about)
    parser.add_argument("names", nargs="*", metavar=_("name"), help=", ".join(LESSONS))
    parser.add_argument("--all", action="store_true", help=_("every lesson, in the suggested order"))
    parser.add_argument("--step", action="store_true", help=_("step through the lesson's graph yourself"))
    parser.add_argument("--out", type=Path, default=Path("out"), help=_("the folder for the pictures (default: out)"))
    parser.add_argument("--quick", action="store_true", help=_("shorten what runs long (10,000 updates, epochs); all else stays"))
    parser.add_argument("--glossary", action="store_true", help=_("which course calls what how"))
    return parser


def _run(options: argparse.Namespace) -> int:
    try:
        if options.glossary:
            from demos import glossary, report

            report.tell(_(glossary.TITLE), glossary.tell(), options.out)
        elif options.step:
            from autograd_mini.stepper import step

            return step(lesson(options.names[0]).step())
        elif options.names or options.all:
            _tell(LESSONS if options.all else options.names, options.out, options.quick)
        else:
            _list()
    except MissingExtra as error:
        print(f"demos: {error}", file=sys.stderr)
        return 1
    return 0


def _tell(names: Sequence[str], out: Path, quick: bool) -> None:
    from demos import report

    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        told = lesson(name)
        report.tell(" · ".join(filter(None, (_(told.TITLE), told.SLIDES))), told.tell(quick), out)
    if any(out.iterdir()):
        print("\n" + _("The pictures are in {folder}: open them in a browser.", folder=out.resolve()))


def _list() -> None:
    from rich.console import Console

    from autograd_mini.typesetting import folded, show_table, table_of

    told = [(name, lesson(name)) for name in LESSONS]
    rows = [(name, _(told.TITLE), told.SLIDES) for name, told in told]
    console = Console()
    show_table(console, table_of({_("lesson"): "left", _("what it is about"): "left", _("course"): "left"}, rows))
    hints = (
        _("Tell one: python -m demos apples"),
        _("Step through it: python -m demos apples --step"),
        _("中文: --lang zh"),
        _('Step through an expression of your own: python -m autograd_mini walk "apple*count*tax" apple=10 count=2 tax=1.1'),
    )
    for hint in ("", *hints):
        print(folded(hint, console.width) if console.is_terminal else hint)
