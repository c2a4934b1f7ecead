"""The commands of the stepping REPL, as data: a name, letters, what stands after it, what it is for, what it does.

What you can do with this file: `do(session, "set price 11")` gives what is to be said; `completions("set pr", nodes)` how a line
may go on. `COMMANDS` is the table: a new command is a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from rich.text import Text

from autograd_mini.errors import NonFiniteError
from autograd_mini.language import N_, _
from autograd_mini.refusal import Refusal, not_finite, told
from autograd_mini.source import short
from autograd_mini.stepper import actions, words
from autograd_mini.stepper.actions import Session
from autograd_mini.stepper.said import Said, heading, listed
from autograd_mini.stepper.typed import NAMED, close_to, plain, whole_number_of
from autograd_mini.typesetting import table_of

__all__ = ["COMMANDS", "Command", "completions", "do"]


class Command(NamedTuple):
    """A command. Each of `letters` calls it too; `argument` stands after it, in brackets what may be left out; `more` is for its help."""

    name: str
    letters: str
    argument: str
    purpose: str
    action: Callable[[Session, str], Said]
    more: str = ""

    @property
    def usage(self) -> str:
        """How it is written, in the learner's language."""
        return f"{self.name} {_(self.argument)}" if self.argument else self.name


def _help(session: Session, rest: str) -> Said:
    """The table of commands, or more about one."""
    nodes = session.stepper.nodes
    if not rest:
        rows = [(command.usage, " ".join(command.letters), _(command.purpose)) for command in COMMANDS]
        table = table_of({_("command"): "left", _("letter"): "left", _("what it does"): "left"}, rows)
        return [table, "", _("More about one: help set. The nodes: {nodes}", nodes=listed(nodes, NAMED))]
    command = _command(rest)
    name = " · ".join([command.usage, *command.letters])
    more = [_(command.more, **words.example(nodes))] if command.more else []
    return [heading(name), _(command.purpose), *more]


COMMANDS = (
    Command("next", "n", "", N_("do the next step; so does an empty line"), lambda session, _rest: session.stepper.next()),
    Command("back", "b", "", N_("undo one step"), lambda session, _rest: session.stepper.back()),
    Command(
        "run", "r", N_("NODE"), N_("go on to the next step that is about a node"), actions.run,
        N_("run {node} stops at the next step in which {node} is computed, receives a derivative, or takes its step."),
    ),
    Command(
        "goto", "g", N_("K"), N_("go to where K steps are done"), lambda session, rest: session.stepper.goto(whole_number_of(rest)),
        N_("goto 0 is the start. What-ifs stay in force; reset drops them."),
    ),
    Command(
        "show", "s", N_("[picture [FILE]]"), N_("show all numbers so far; or write the picture of this step"), actions.show,
        N_("show picture writes step-K.svg into the current folder; show picture bill.png another file (.svg, .png, .pdf, .dot)."),
    ),
    Command("list", "l", "", N_("print the lesson so far"), lambda session, _rest: session.stepper.so_far()),
    Command(
        "why", "w", N_("[NODE [all]]"), N_("say why a derivative is what it is"), actions.why,
        N_(
            "why {node}: the reason, and the largest paths from {node} to the output. why {node} all: also three ways to the derivative, "
            "and why they differ in the last digits. why alone is about the node of this step."
        ),
    ),
    Command(
        "set", "", N_("[NODE [NUMBER]]"), N_("ask: what if this node had another number?"), actions.ask_what_if,
        N_(
            "set {node} {number} asks, set {node} takes it back, set alone repeats what is in force. Nodes inside can be set too: what "
            "they were computed from then has no say. The walk keeps its old numbers."
        ),
    ),
    Command("reset", "", "", N_("go back to the start, without what-ifs"), lambda session, _rest: session.stepper.reset()),
    Command(
        "save", "", N_("FOLDER"), N_("write a picture of each step into a folder"), actions.save,
        N_("save slides makes the folder if needed. All pictures have one layout: nothing jumps when you leaf through them."),
    ),
    Command(
        "repl", "", "", N_("open a Python prompt with these nodes; exit() comes back"), actions.repl,
        N_("There each node has its own name, spaces become _. ag, Value and walk are there too: try print(walk)."),
    ),
    Command("help", "h?", N_("[COMMAND]"), N_("list the commands, or say more about one"), _help),
    Command("quit", "q", "", N_("leave; so does Ctrl-D"), actions.leave),
)  # fmt: skip

BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.letters)}
LEFT_OUT = BY_NAME["next"]  # what an empty line stands for


def do(session: Session, line: str) -> Said:
    """Do what a line says, and return what is to be said; an error changes nothing. Raises EOFError for quit."""
    try:
        return _done(session, line)
    except NonFiniteError as error:
        return [_complaint(not_finite(session.stepper.walk.current_pass.outputs) or str(error))]
    except (OSError, ValueError, ArithmeticError, ImportError) as error:
        return [_complaint(told(error))]


def _done(session: Session, line: str) -> Said:
    word, rest = [*line.split(maxsplit=1), "", ""][:2]
    rest = rest.strip()
    if not word:
        return LEFT_OUT.action(session, "")
    command = _command(word, session.stepper.nodes)
    if rest and not command.argument:
        raise Refusal(_("{name} stands alone: nothing comes after it.", name=command.name))
    if not rest and command.argument and not command.argument.startswith("["):
        raise Refusal(_("Write {usage}; help {name} says more.", usage=command.usage, name=command.name))
    return command.action(session, rest)


def _command(word: str, nodes: Iterable[str] = ()) -> Command:
    typed = plain(word).lower()
    if typed in BY_NAME:
        return BY_NAME[typed]
    if plain(word) in map(plain, nodes):
        name = plain(word)
        raise Refusal(_("{name} is a node. r {name} runs to it, w {name} says why, set {name} NUMBER asks what if.", name=name))
    if guess := close_to(typed, BY_NAME):
        raise Refusal(_("There is no command {word}; did you mean {guess}?", word=short(word), guess=guess))
    raise Refusal(_("There is no command {word}; h lists the commands.", word=short(word)))


def completions(line: str, nodes: Iterable[str]) -> tuple[int, list[str]]:
    """How the last part of a line may go on: how many of its characters are replaced, and the candidates.

    >>> completions("se", ["price"]), completions("set p", ["price", "tax"])
    ((2, ['set']), (1, ['price']))
    """
    word, space, rest = line.lstrip().partition(" ")
    rest = rest.lstrip()
    if not space:
        return len(word), _beginning(word, [command.name for command in COMMANDS])
    command = BY_NAME.get(plain(word).lower())
    return len(rest), _beginning(rest, _arguments(command, nodes)) if command else []


def _arguments(command: Command, nodes: Iterable[str]) -> Iterable[str]:
    if "NODE" in command.argument:
        return nodes
    if "COMMAND" in command.argument:
        return [command.name for command in COMMANDS]
    return ["picture"] if "picture" in command.argument else []


def _beginning(typed: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if plain(name).lower().startswith(plain(typed).lower())]


def _complaint(sentence: str) -> Text:
    return Text(sentence, style="red")
