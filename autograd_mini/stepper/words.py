"""What is said at the start, at each step, to a "why?", and at the end.

What you can do with this file: `intro(walk)`, `step_of(walk, 3)`, `reason(y, x)`, `end(walk, nodes)`.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from autograd_mini.language import _, ngettext
from autograd_mini.lesson import Walk
from autograd_mini.number import show
from autograd_mini.paths import Path, counted, legend, names_for, paths
from autograd_mini.reasons import why
from autograd_mini.stepper.said import Said, heading, hint
from autograd_mini.symbols import formula
from autograd_mini.value import Value

__all__ = ["end", "example", "intro", "keys", "place", "reason", "step_of"]

LONGEST = 100  # characters of a formula
PATHS = 3  # that are listed unasked


def intro(walk: Walk) -> Said:
    """What is to be walked through, and how long it takes."""
    if not len(walk):
        return [str(walk)]
    formulas = [heading(line) for output in walk.outputs if (line := _formula(walk.names[output], output))]
    return [*formulas, ngettext("{n} step, forward and back.", "{n} steps, forward and back.", len(walk))]


def keys() -> Text:
    """What can be typed, in one line."""
    return hint(_("n (or Enter) next · b back · s show · w why · set what if · h help · q quit"))


def place(walk: Walk) -> Text:
    """Where the walk stands."""
    return heading(walk.lines(walk.position)[0])


def step_of(walk: Walk, position: int) -> Said:
    """The step that leads to a place."""
    first, *rest = walk.lines(position)
    return [heading(first), *rest]


def end(walk: Walk, nodes: Mapping[str, Value]) -> Said:
    """That it is the end, and what one can do now."""
    if not len(walk):
        return [str(walk)]
    return [
        heading(_("The end: this was the last step.")),
        _("s shows all numbers; set {node} {number} asks what if; w {node} says why.", **example(nodes)),
        _("b goes back one step, g 0 to the start; save FOLDER writes a slide for each step; q quits."),
    ]


def reason(y: Value, x: Value) -> Said:
    """Why ∂y/∂x is what it is, in a sentence or two; and, of several paths, the largest."""
    told, found, names = why(y, x), paths(y, x, PATHS), names_for(y, x)
    if found.count < 2:
        return [str(told)]
    fields = {"y": names[y], "x": names[x], "derivative": show(told.derivative), "count": counted(found.count)}
    if told.verdict != "ordinary":
        first = str(told)
    elif found.count <= PATHS:
        first = _("∂{y}/∂{x} = {derivative} is the sum of the products along {count} paths:", **fields)
    else:
        first = _("∂{y}/∂{x} = {derivative} is the sum of the products along {count} paths, of which these are the largest:", **fields)
    return [first, *(_path(path, names) for path in found.largest), *legend(found.largest)]


def _path(path: Path, names: Mapping[Value, str]) -> str:
    return _("  {chain}: {product}", chain=path.chain(names), product=path.multiplied())


def example(nodes: Mapping[str, Value]) -> dict[str, str]:
    """A node and a number that commands can be shown with."""
    leaves = [name for name, node in nodes.items() if not node.operands and not node.is_constant]
    name = (leaves or list(nodes))[0]
    return {"node": name, "number": show(nodes[name].data + 1, 6)}


def _formula(name: str, output: Value) -> str:
    """payment = price*count*tax, where it is short."""
    written = formula(output).text
    return "" if "\n" in written or len(written) > LONGEST else f"{name} = {written}"
