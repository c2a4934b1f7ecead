"""The loop: read a command, do it, print what is to be said.

What you can do with this file: `step(ag.walk(y))`, in a terminal or with commands piped in; `step(walk, ["n", "s"])` with
commands that are given.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from autograd_mini.lesson import Walk
from autograd_mini.stepper.actions import Session
from autograd_mini.stepper.commands import completions, do
from autograd_mini.stepper.state import Stepper
from autograd_mini.stepper.terminal import Terminal

__all__ = ["step"]


def step(walk: Walk, lines: Iterable[str] | None = None, console: Console | None = None) -> int:
    """Step through a walk until quit, Ctrl-D or the end of the lines, and return the exit code: 0, or 130 after Ctrl-C.

    At a prompt, Ctrl-C drops the line that was begun; where none was, it leaves.

    `lines`: the commands (by default those that are typed, or piped in); `console`: where the answers go (by default stdout).

    >>> import autograd_mini as ag
    >>> x = ag.Value(3.0, label="x")
    >>> step(ag.walk(x * x), ["n"])
    v1 = x*x
    3 steps, forward and back.
    <BLANKLINE>
    0 of 3 · before the first step
       node  made by  value
       x                  3
       v1    x × x        ?
    <BLANKLINE>
    n (or Enter) next · b back · s show · w why · set what if · h help · q quit
    <BLANKLINE>
    1 of 3 · forward · v1
    Compute v1: x × x.
      3 × 3 = 9
    <BLANKLINE>
    0
    """
    stepper = Stepper(walk)
    terminal = Terminal(lines, console, lambda line: completions(line, stepper.nodes), stepper.nodes)
    session = Session(stepper, None if terminal.lines is None else terminal.read)
    terminal.say(stepper.intro())
    try:
        while len(walk):
            terminal.say(do(session, terminal.read(f"{walk.position}/{len(walk)}> ")))
    except EOFError:
        pass
    except KeyboardInterrupt:
        return 130
    return 0
