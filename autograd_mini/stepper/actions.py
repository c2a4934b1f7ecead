"""What the commands do that takes more than a line: pictures, what-ifs, a Python prompt.

What you can do with this file: `show(session, "picture bill.svg")`. Each action takes a session and what stands after the
command, and returns what is to be said. `commands.py` has the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import autograd_mini as ag
from autograd_mini.language import _
from autograd_mini.refusal import Refusal, picture_path
from autograd_mini.source import short
from autograd_mini.stepper import words
from autograd_mini.stepper.python import identifiers, interact
from autograd_mini.stepper.said import Said, listed
from autograd_mini.stepper.state import Stepper
from autograd_mini.stepper.typed import NAMED, node_of, number_of, plain, split_node
from autograd_mini.value import Value

__all__ = ["Session", "ask_what_if", "leave", "repl", "run", "save", "show", "why"]


@dataclass
class Session:
    """What commands act on: the stepper; and where a Python prompt reads its lines, None for the terminal."""

    stepper: Stepper
    read: Callable[[str], str] | None = None


def run(session: Session, rest: str) -> Said:
    """Go on to the next step that is about a node."""
    return session.stepper.run_to(node_of(rest, session.stepper.nodes))


def show(session: Session, rest: str) -> Said:
    """Show the numbers so far, or write the picture of this step."""
    if not rest:
        return session.stepper.show()
    what, *file = rest.split(maxsplit=1)
    if plain(what).lower() != "picture":
        raise Refusal(_("show lists the numbers, show picture [FILE] writes the picture; {what} is neither.", what=short(what)))
    walk = session.stepper.walk
    path = picture_path(_unquoted(file[0])) if file else Path(f"step-{walk.position:0{len(str(len(walk)))}}.svg")
    walk.draw(session.stepper.at, legend=True).save(path)
    return [_("The picture of this step is in {path}: open it in a browser.", path=path.resolve())]


def why(session: Session, rest: str) -> Said:
    """Why is a derivative what it is? In short; after the node, "all" asks for all of it."""
    stepper = session.stepper
    if not rest:
        return stepper.why()
    node, more = split_node(rest, stepper.nodes)
    return stepper.explain(node) if more == "all" else stepper.why(node_of(rest, stepper.nodes))


def ask_what_if(session: Session, rest: str) -> Said:
    """What if a node had another number? A node alone: take it back; nothing: what is in force."""
    stepper = session.stepper
    if not rest:
        return stepper.what_if()
    node, number = split_node(rest, stepper.nodes)
    return stepper.set(node, number_of(number)) if number else stepper.unset(node)


def save(session: Session, rest: str) -> Said:
    """Write a picture of each step into a folder."""
    folder = Path(_unquoted(rest)).expanduser()
    slides = session.stepper.walk.save(folder)
    named = {"first": slides[0].name, "last": slides[-1].name, "folder": folder.resolve()}
    return [_("{n} pictures, {first} to {last}, are in {folder}.", n=len(slides), **named)]


def repl(session: Session, _rest: str) -> Said:
    """Open a Python prompt; afterwards, say where the walk stands."""
    variables: dict[str, object] = {"ag": ag, "Value": Value, "walk": session.stepper.walk}
    variables |= identifiers(session.stepper.nodes, variables)
    interact(variables, _("Python, with {names}. exit() comes back.", names=listed(variables, NAMED)), session.read)
    return [words.place(session.stepper.walk)]


def leave(_session: Session, _rest: str) -> Said:
    """Leave: as if no further line came."""
    raise EOFError


def _unquoted(text: str) -> str:
    return text.strip("'\"")
