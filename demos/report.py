"""What the lessons have in common: headings, sentences, the table of what-ifs, the pictures.

What you can do with this file: `heading`, `say`, `what_ifs`, `pictures`. It only prints; the numbers come from the graph.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.drawing.layout import can_lay_out
from autograd_mini.graph import topological_order
from autograd_mini.number import show

__all__ = ["alone", "backward_numbers", "forward_numbers", "heading", "pictures", "say", "title", "what_ifs"]

WIDEST = 120


def title(text: str) -> None:
    """The title of a lesson."""
    _console().print(Text(f"\n{text}\n{'=' * Text(text).cell_len}", style="bold"))


def heading(text: str) -> None:
    """A heading inside a lesson."""
    _console().print(Text(f"\n{text}", style="bold"))


def say(*lines: str) -> None:
    """Sentences, as they stand."""
    for line in lines:
        _console().print(Text(line))


def forward_numbers(nodes: Sequence[Value]) -> None:
    """One line for each operation: what goes in, what comes out."""
    for node in nodes:
        assert node.op is not None  # the lessons pass operations
        operands = [f"{operand.label or 'the number'} {show(operand.data)}" for operand in node.operands]
        say(f"  {f' {node.op.symbol} '.join(operands)} = {node.label} {show(node.data)}")


def backward_numbers(output: Value, nodes: Sequence[Value]) -> None:
    """∂output/∂node for each node, from the output back."""
    for node in nodes:
        say(f"  ∂{output.label}/∂{node.label} = {show(node.grad)}")


def what_ifs(output: Value, changes: Sequence[Mapping[Value, float]], watch: Sequence[Value] = ()) -> None:
    """A table: each change with old → new of the watched nodes and of the output, beside what the derivatives foretell."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("what if", *(node.label or "" for node in watch), str(output.label), "change", "derivative × step"):
        table.add_column(column, no_wrap=True)
    for change in changes:
        numbers = ag.evaluate(output, change)
        foretold = sum(node.grad * (new - node.data) for node, new in change.items())
        table.add_row(
            ", ".join(f"{node.label} {show(node.data)} → {show(new)}" for node, new in change.items()),
            *(_old_new(node.data, numbers[node]) for node in watch),
            _old_new(output.data, numbers[output]),
            _signed(numbers[output] - output.data),
            _signed(foretold),
        )
    _console().print(table)


def pictures(out: Path, name: str, output: Value, changes: Mapping[str, Mapping[Value, float]], chinese: Mapping[Value, str]) -> None:
    """Save the graph, its what-ifs and its form with the course's Chinese names; says where. Without a layout engine: as text."""
    if not can_lay_out():
        say("", "No pictures: the layout engine is missing (pip install 'autograd-mini[draw]'). The graph as text:", "", ag.text(output))
        return
    heading("Pictures")
    say(f"  {ag.draw(output, legend=True).save(out / f'{name}.svg')}")
    for suffix, change in changes.items():
        say(f"  {ag.draw(output, at=change, legend=True).save(out / f'{name}_what_if_{suffix}.svg')}")
    if chinese:
        say(f"  {ag.draw(_renamed(output, chinese)).save(out / f'{name}.zh.svg')}")


def alone(run: Callable[[Path], None], out: Path = Path("out")) -> None:
    """Run a lesson as `python -m demos.apples` does: its pictures go into the folder `out`; what hinders them is one sentence."""
    try:
        out.mkdir(exist_ok=True)
        run(out)
    except OSError as error:
        print(f"demos: {error}", file=sys.stderr)


def _renamed(output: Value, names: Mapping[Value, str]) -> Value:
    """The same graph, differentiated, under other names; what has none there has none."""
    order = topological_order([output])
    again = ag.replay(order)
    for old, new in zip(order, again, strict=True):
        new.label = names.get(old)
    again[-1].backward()
    return again[-1]


def _old_new(old: float, new: float) -> str:
    return show(old) if old == new else f"{show(old)} → {show(new)}"


def _signed(x: float) -> str:
    return show(x, 10) if x < 0 else f"+{show(x, 10)}"


def _console() -> Console:
    # Made for each use: it looks at the terminal of the moment, and at NO_COLOR. Never narrower than the widest table,
    # which would lose its last digits: a narrow terminal folds the line instead.
    return Console(highlight=False, soft_wrap=True, width=max(Console().width, WIDEST))
