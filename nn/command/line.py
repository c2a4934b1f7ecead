"""The command line as it is typed: its options, its help, its exit codes.

What you can do with this file: `main(["train", "--data", "xor"])`.

The exit code is 0 if all is well, 1 if something went wrong on the way (a file that cannot be read or written, data that cannot be
had, a loss that overflows), 2 for what cannot be understood, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from autograd_mini.arguments import Parser, add_commands, language_of
from autograd_mini.errors import ExpressionError, MissingExtra
from autograd_mini.number import show
from autograd_mini.program import run
from nn.command.complaint import complain
from nn.command.plan import ACTIVATIONS, OPTIMIZERS
from nn.command.recipes import COSTS, RECIPES
from nn.initial import INITS
from nn.training import ENGINES
from nn.words import N_, _

__all__ = ["COMMANDS", "Command", "main"]

PROGRAM = "python -m nn"


class Command(NamedTuple):
    """A command: its name, which is that of its file too; what it is for, examples, what adds its arguments to a parser."""

    name: str
    purpose: str
    examples: tuple[str, ...]
    add_arguments: Callable[[Parser], None]

    def run(self, options: argparse.Namespace) -> int:
        """Do it. Only what is asked for is loaded."""
        code: int = getattr(import_module(f"nn.command.{self.name}"), self.name)(options)
        return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (by default that of this process); returns the exit code."""
    given = [_protected(word) for word in (sys.argv[1:] if arguments is None else arguments)]
    with language_of(given):
        return run("nn", lambda: _run(given))


def _protected(word: str) -> str:
    """A number may begin with a minus sign, -1e-3 too; a space before it keeps argparse from taking it for an option."""
    try:
        float(word)
    except ValueError:
        return word
    return f" {word}" if word.startswith("-") else word


def _run(arguments: Sequence[str]) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if "command" not in options:
        parser.print_help(sys.stderr)
        return 2
    if "resume" in options and (options.resume or options.every) and options.checkpoint is None:
        options.parser.error(_("--resume and --every need a folder: --checkpoint DIR"))
    if "engine" in options and options.engine == "scalar" and options.dtype != "float64":
        options.parser.error(_("--engine scalar computes in float64 only"))
    try:
        code: int = options.command(options)
        return code
    except ExpressionError as error:
        complain(error)
        return 2
    except (MissingExtra, ValueError) as error:
        complain(error)
        return 1


# --- the parser -----------------------------------------------------------------------------------------------------


def _parser() -> Parser:
    about = _("Small neural networks of Values: trained, tried, shown.")
    parser = Parser(prog=PROGRAM, description=about, epilog=_examples(COMMANDS))
    add_commands(parser, COMMANDS, _, lambda command: _examples([command]))
    return parser


def _examples(commands: Iterable[Command]) -> str:
    return "\n".join([_("examples:"), *(f"  {PROGRAM} {command.name} {text}" for command in commands for text in command.examples)])


def _for_train(parser: Parser) -> None:
    parser.epilog = f"{_data()}\n\n{parser.epilog}"
    parser.add_argument("--data", choices=tuple(RECIPES), default="digits", help=_("what to learn, see below (default: digits)"))
    _for_network(parser.add_argument_group(_("the network; what is not said suits the data")))
    _for_training(parser.add_argument_group(_("the training; what is not said suits the data")))
    files = parser.add_argument_group(_("files"))
    files.add_argument("--save", metavar="FILE", type=path, help=_("keep the network in a file, .safetensors"))
    files.add_argument("--plots", metavar="DIR", type=path, help=_("a folder for pictures: curves, mistakes, weights, …"))
    files.add_argument("--checkpoint", metavar="DIR", type=path, help=_("a folder in which the run is kept after each epoch"))
    files.add_argument("--every", metavar="N", type=whole, help=_("keep it after each N batches too"))
    files.add_argument("--resume", action="store_true", help=_("go on from the checkpoint, if there is one"))


def _data() -> str:
    """The data sets, each with what it is learned with."""
    lines = [_("data, and what is taken where you say nothing else:")]
    for name, recipe in RECIPES.items():
        hidden = " ".join(map(str, recipe.hidden))
        lines += [f"  {name:9}{_(recipe.about)}", " " * 11 + _(
            "hidden {hidden}, {activation}, cost {cost}, η {rate}, batch {batch}, epochs {epochs}", hidden=hidden, cost=recipe.cost,
            activation=recipe.activation, rate=show(recipe.learning_rate), batch=recipe.batch, epochs=recipe.epochs)]  # fmt: skip
    return "\n".join(lines)


def _for_network(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--hidden", metavar="N", type=whole, nargs="+", help=_("neurons of each hidden layer: --hidden 16 16"))
    activation = _("of the hidden layers; sigmoid and tanh of the last one too, where the cost allows")
    group.add_argument("--activation", choices=tuple(ACTIVATIONS), help=activation)
    init = _("how the weights are drawn (default: lecun for sigmoid, he for relu, else xavier)")
    group.add_argument("--init", choices=tuple(INITS), help=init)
    cost = _("what training makes small; for cross-entropy and hinge the last layer is linear")
    group.add_argument("--cost", choices=tuple(COSTS), help=cost)


def _for_training(group: argparse._ArgumentGroup) -> None:
    strength = _("the strength s of the penalty s/2 Σ w², added to the cost of each sample; where a book has λ/2n Σ w², s is λ/n")
    patience = _("end when N epochs bring no better validation accuracy; a sixth of the training samples is held back for it")
    group.add_argument("--epochs", metavar="N", type=whole, help=_("how often all samples are gone through"))
    group.add_argument("--batch", metavar="N", type=whole, help=_("samples for each step"))
    group.add_argument("--learning-rate", metavar="η", type=positive, help=_("how far a step goes"))
    group.add_argument("--optimizer", choices=tuple(OPTIMIZERS), default="sgd", help=_("the rule of a step (default: sgd)"))
    group.add_argument("--l2", metavar="s", type=not_negative, help=strength)
    group.add_argument("--patience", metavar="N", type=whole, help=patience)
    group.add_argument("--seed", metavar="N", type=int, default=0, help=_("where chance begins (default: 0)"))
    engine = _("whole batches on arrays, or sample by sample on Values, slowly")
    group.add_argument("--engine", choices=tuple(ENGINES), default="compiled", help=engine)
    group.add_argument("--dtype", choices=("float64", "float32"), default="float64", help=_("the numbers of the compiled engine"))


def _file(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("a network that train --save wrote, or the folder of a checkpoint"))


def _for_evaluate(parser: Parser) -> None:
    _file(parser)
    parser.add_argument("--data", choices=tuple(RECIPES), help=_("the samples (default: those that it was trained on, the part held out)"))


def _for_predict(parser: Parser) -> None:
    _file(parser)
    things = _("pictures of one digit each, of any size, dark on light or light on dark; or the numbers that the network takes")
    parser.add_argument("things", metavar="IMAGE", nargs="+", help=things)


def _for_show(parser: Parser) -> None:
    _file(parser)
    parser.add_argument("--plots", metavar="DIR", type=path, help=_("a folder for pictures: curves, mistakes, weights, …"))


# --- what is typed --------------------------------------------------------------------------------------------------


def path(text: str) -> Path:
    """A path that was typed."""
    return Path(text).expanduser()


def whole(text: str) -> int:
    """A whole number from 1 on."""
    if not text.strip().isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(_("{text} is no whole number from 1 on", text=text.strip()))
    return int(text)


def positive(text: str) -> float:
    """A finite number above 0."""
    if not 0 < (x := _number(text)) < math.inf:
        raise argparse.ArgumentTypeError(_("{text} is no number above 0", text=text.strip()))
    return x


def not_negative(text: str) -> float:
    """A finite number from 0 on."""
    if not 0 <= (x := _number(text)) < math.inf:
        raise argparse.ArgumentTypeError(_("{text} is no number from 0 on", text=text.strip()))
    return x


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


COMMANDS = (
    Command(
        "train", N_("train a network, and tell how it goes"),
        ("--data digits --save digits.safetensors --plots out", "--data mnist --hidden 100 --epochs 10",
         "--data moons --save moons.safetensors --plots out"), _for_train,
    ),
    Command("evaluate", N_("measure the test accuracy of a network, and the recall of each label"), ("digits.safetensors",), _for_evaluate),
    Command(
        "predict", N_("ask a network about pictures, or about numbers"),
        ("digits.safetensors four.png", "moons.safetensors 0.5 -0.2"), _for_predict,
    ),
    Command("show", N_("show what a network is, or where a training stands"), ("digits.safetensors",), _for_show),
)  # fmt: skip
