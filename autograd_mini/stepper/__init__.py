"""The stepping REPL: walk through a graph with commands in the manner of a debugger, in the learner's language.

What you can do with this folder: `step(ag.walk(y))` in a terminal, or with commands that are piped in; `Stepper(ag.walk(y))` in a
program of your own.

    said.py        what is said: lines, headings, tables; what cannot be done
    what_if.py     the numbers of a graph when some are set to others, and what the derivatives foretold
    overview.py    where we are: the nodes with their numbers so far
    state.py       Stepper: a walk, the place in it, the what-ifs in force; no printing, no input
    typed.py       nodes and numbers as people type them
    commands.py    the table of commands
    python.py      a Python prompt with the nodes under their names
    terminal.py    lines in, text out
    loop.py        step: read a command, do it, print what is to be said
"""

from autograd_mini.stepper.loop import step
from autograd_mini.stepper.state import Stepper

__all__ = ["Stepper", "step"]
