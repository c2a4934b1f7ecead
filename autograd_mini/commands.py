"""The commands of the command line: each takes its options, prints what was asked for, and returns the exit code.

What you can do with this file: look up what `python -m autograd_mini grad …` does (`grad`). `cli.py` reads the options and
turns errors into exit codes.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from inspect import Parameter, Signature
from math import isfinite
from typing import Any

import autograd_mini as ag
from autograd_mini import ops
from autograd_mini.errors import ExpressionError
from autograd_mini.graph import topological_order
from autograd_mini.language import N_, _
from autograd_mini.number import show
from autograd_mini.parse import Parsed, parse, read
from autograd_mini.row import Operation
from autograd_mini.source import LONGEST, MEANT
from autograd_mini.value import Value
from autograd_mini.witnesses import AGREE, CANNOT_TELL, DISAGREE, Finding

__all__ = ["check", "draw", "grad", "list_operations", "walk"]

WIDEST = 10_000  # no table is cut to fit: a narrow terminal folds the line, and all digits stay

VERDICTS = {AGREE: N_("agree"), DISAGREE: N_("disagree"), CANNOT_TELL: N_("cannot tell")}


def walk(options: Namespace) -> int:
    """Step through the computation and back, or print all steps."""
    output = _parsed(options).output
    if output.label is None:
        output.label = _("output")
    steps = ag.walk(output, by=options.by)
    if options.print:
        print(steps)
        return 0
    from autograd_mini import stepper

    code: int = stepper.step(steps)
    return code


def draw(options: Namespace) -> int:
    """Draw the graph with its gradients into a file, or as SVG to stdout."""
    output = _parsed(options).output
    nodes = _named(output)
    changes = _numbers(options.what_if)
    for name in changes:
        if name not in nodes:
            raise ExpressionError(_("--what-if {name}=…: the names in the expression are {names}.", name=name, names=", ".join(nodes)))
    drawing = ag.draw(
        output,
        at={nodes[name]: x for name, x in changes.items()},
        gradients=not output.is_constant,
        direction=options.direction,
        digits=options.digits,
        legend=options.legend,
    )
    if options.output is None:
        print(drawing.svg())
    else:
        print(_("The picture is in {path}.", path=drawing.save(options.output)), file=sys.stderr)
    return 0


def grad(options: Namespace) -> int:
    """Print the value, and its derivative with respect to each name, as a table or as JSON."""
    output, variables = _parsed(options)
    nodes = variables | {name: node for name, node in _named(output).items() if not node.is_constant and node is not output}
    gradients = dict(zip(nodes, ag.grad(output, list(nodes.values())), strict=True))
    formulas = {name: ag.formula(output, wrt=node).text for name, node in nodes.items()} if options.formula else {}
    if options.json:
        _print_json(output, gradients, formulas)
    else:
        _print_gradients(output, nodes, gradients, formulas)
    return 0


def check(options: Namespace) -> int:
    """Hold the derivatives against measured slopes; the code is 0 if they agree."""
    text = _text(options.expression)
    point = parse(text, _numbers(options.numbers)).variables
    function = read(text)

    def f(*values: Value) -> Value:
        return function(*values)

    # The report calls the derivatives by the names in the text.
    f.__signature__ = Signature([Parameter(name, Parameter.POSITIONAL_ONLY) for name in point])  # type: ignore[attr-defined]
    report = ag.checks.gradcheck(f, *(value.data for value in point.values()))
    columns = {_("derivative"): "left", _("chain rule"): "right", _("measured"): "right", "±": "right", _("verdict"): "left"}
    _print_table(columns, map(_checked, report.findings))
    return 0 if report else 1


def list_operations(options: Namespace) -> int:
    """Print the op table."""
    columns = dict.fromkeys([_("name"), _("symbol"), _("formula"), _("local derivatives"), _("domain")], "left")
    _print_table(columns, map(_described, ops.TABLE.values()))
    return 0


# --- what was given -----------------------------------------------------------------------------------------------


def _parsed(options: Namespace) -> Parsed:
    return parse(_text(options.expression), _numbers(options.numbers))


def _text(expression: str) -> str:
    # One more than there may be, so that the parser sees that it is too long.
    return (sys.stdin.read(LONGEST + 1) if expression == "-" else expression).strip()


def _numbers(texts: Iterable[str]) -> dict[str, float]:
    """The numbers given as name=number. Raises ExpressionError for anything else, and for a name that comes twice."""
    numbers: dict[str, float] = {}
    for text in texts:
        name, _equals, x = text.strip().translate(MEANT).partition("=")
        try:
            number = float(x)
        except ValueError:
            message = _("{text} gives no number to a name: write name=number without spaces, for example price=10.", text=text.strip())
            raise ExpressionError(message) from None
        if name in numbers:
            raise ExpressionError(_("There are two numbers for {name}: give it one.", name=name))
        numbers[name] = number
    return numbers


def _named(output: Value) -> dict[str, Value]:
    """The nodes of the graph that have a name in the text."""
    return {node.label: node for node in topological_order([output]) if node.label is not None}


# --- what is printed ----------------------------------------------------------------------------------------------


def _print_json(output: Value, gradients: Mapping[str, float], formulas: Mapping[str, str]) -> None:
    found: dict[str, Any] = {"value": output.data, "derivatives": {name: _for_json(x) for name, x in gradients.items()}}
    if formulas:
        found["formulas"] = formulas
    print(json.dumps(found, ensure_ascii=False, allow_nan=False))


def _for_json(x: float) -> float | str:
    return x if isfinite(x) else str(x)


def _print_gradients(output: Value, nodes: Mapping[str, Value], gradients: Mapping[str, float], formulas: Mapping[str, str]) -> None:
    result = output.label or _("output")
    print(f"{result} = {show(output.data)}")
    if nodes:
        print()
        rows = [(name, show(node.data), show(gradients[name])) for name, node in nodes.items()]
        _print_table({_("name"): "left", _("value"): "right", _("derivative"): "right"}, rows)
    for name, text in formulas.items():
        *parts, last = text.split("\n")
        print("", f"∂{result}/∂{name} = {last}", *(f"    {part}" for part in parts), sep="\n")


def _checked(finding: Finding) -> Sequence[str]:
    verdict = " ".join(filter(None, (_(VERDICTS[finding.verdict]), finding.reason and f"({finding.reason})")))
    if not finding.witnesses:
        return finding.name, show(finding.claimed), "", "", verdict
    seen = finding.witnesses[-1]
    measured = show(seen.low) if seen.low == seen.high else f"{show(seen.low)} … {show(seen.high)}"
    return finding.name, show(finding.claimed), measured, show(seen.uncertainty, 2), verdict


def _described(op: Operation) -> Sequence[str]:
    from autograd_mini.symbols import local_formulas

    operands = [Value(1.0, label=name) for name in ("x", "y", "z")[: op.arity or 2]]
    return op.name, op.symbol, ag.formula(op(*operands)).text, ", ".join(local_formulas(op)), _(op.domain.text)


def _print_table(columns: Mapping[str, str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; `columns` maps the heading of each to "left" or "right"."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=WIDEST, highlight=False, markup=False, emoji=False)
    table = Table(box=None, pad_edge=False, header_style="")
    for name, side in columns.items():
        table.add_column(Text(name, style="bold"), justify=side, no_wrap=True)  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*row)
    with console.capture() as printed:
        console.print(table)
    for line in printed.get().splitlines():
        print(line.rstrip())
