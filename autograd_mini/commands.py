"""The commands of the command line: each takes its options, prints what was asked for, and returns the exit code.

What you can do with this file: look up what `python -m autograd_mini grad …` does (`grad`). `cli.py` reads the options and
turns errors into exit codes.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from inspect import Parameter
from itertools import chain, count
from math import isfinite
from typing import Any, Literal

import autograd_mini as ag
from autograd_mini import ops
from autograd_mini.errors import ExpressionError
from autograd_mini.graph import topological_order
from autograd_mini.language import N_, _
from autograd_mini.number import show
from autograd_mini.parse import Parsed, parse, read
from autograd_mini.refusal import Refusal, not_finite
from autograd_mini.row import Operation
from autograd_mini.source import LONGEST, MEANT
from autograd_mini.value import Value
from autograd_mini.witnesses import AGREE, CANNOT_TELL, DISAGREE, Finding

__all__ = ["check", "draw", "grad", "list_operations", "walk"]

#: The heading of each column, and its side.
Columns = Mapping[str, Literal["left", "right"]]

VERDICTS = {AGREE: N_("agree"), DISAGREE: N_("disagree"), CANNOT_TELL: N_("cannot tell")}


def walk(options: Namespace) -> int:
    """Step through the computation and back, or print all steps."""
    output, variables = _finite(_parsed(options))
    steps = ag.walk(output, by=options.by)
    if options.print:
        print(steps)
        return _code(_whys(output, variables.values()))
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
    at = {nodes[name]: x for name, x in changes.items()}
    drawing = ag.draw(
        output,
        at=at,
        gradients=not output.is_constant,
        direction=options.direction,
        digits=options.digits,
        legend=options.legend,
    )
    if options.output is None:
        print(drawing.svg())
    else:
        print(_("The picture is in {path}.", path=drawing.save(options.output)), file=sys.stderr)
    wrong = not_finite([output]) or not_finite([output], ag.evaluate(output, at))
    return _code([wrong] if wrong else _whys(output, [node for node in nodes.values() if not node.is_constant]))


def grad(options: Namespace) -> int:
    """Print the value, and its derivative with respect to each name, as a table or as JSON; why one is inf or nan, to stderr."""
    output, variables = _finite(_parsed(options))
    nodes = variables | {name: node for name, node in _named(output).items() if not node.is_constant and node is not output}
    gradients = dict(zip(nodes, ag.grad(output, list(nodes.values())), strict=True))
    formulas = {name: ag.formula(output, wrt=node).text for name, node in nodes.items()} if options.formula else {}
    if options.json:
        _print_json(output, gradients, formulas)
    else:
        _print_gradients(output, nodes, gradients, formulas)
    return _code(_whys(output, nodes.values()))


def check(options: Namespace) -> int:
    """Hold the derivatives against measured slopes; the code is 0 if they agree."""
    text = _text(options.expression)
    point = parse(text, _numbers(options.numbers)).variables
    if not point:
        print(_("There is no name in this expression, so there is no derivative to check."), file=sys.stderr)
        return 0
    from autograd_mini.checks.called import with_parameters

    function = read(text)

    def f(*values: Value) -> Value:
        return function(*values)

    with_parameters(f, point, Parameter.POSITIONAL_ONLY)  # the names in the text
    report = ag.checks.gradcheck(f, *(value.data for value in point.values()))
    columns: Columns = {_("derivative"): "left", _("chain rule"): "right", _("measured"): "right", "±": "right", _("verdict"): "left"}
    _print_table(columns, map(_checked, report.findings))
    return 0 if report else 1


def list_operations(options: Namespace) -> int:
    """Print the op table."""
    columns: Columns = dict.fromkeys([_("name"), _("symbol"), _("formula"), _("local derivatives"), _("domain")], "left")
    _print_table(columns, map(_described, ops.TABLE.values()))
    print()
    _print_lines(
        _("out is the result of the operation itself."),
        _("gt(x, y) is 1 where x > y, and else 0; ge(x, y) is 1 where x ≥ y."),
    )
    return 0


# --- what was given -----------------------------------------------------------------------------------------------


def _parsed(options: Namespace) -> Parsed:
    return parse(_text(options.expression), _numbers(options.numbers))


def _text(expression: str) -> str:
    # One more than there may be, so that the parser sees that it is too long. Windows marks the start of a text (\ufeff).
    return (sys.stdin.read(LONGEST + 1).removeprefix("\ufeff") if expression == "-" else expression).strip()


def _numbers(texts: Iterable[str]) -> dict[str, float]:
    """The numbers given as name=number. Raises ExpressionError for anything else, and for a name that comes twice."""
    numbers: dict[str, float] = {}
    for text in texts:
        name, _equals, x = map(str.strip, text.translate(MEANT).partition("="))
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


def _finite(parsed: Parsed) -> Parsed:
    """What was parsed, if it has derivatives, with a name for its output. Raises Refusal where that is inf or nan."""
    if not isfinite(parsed.output.data) and (wrong := not_finite([parsed.output])):
        raise Refusal(wrong)
    taken = parsed.variables.keys() | _named(parsed.output).keys()
    words = chain([_("output"), _("result")], map("y{}".format, count(1)))
    parsed.output.label = parsed.output.label or next(word for word in words if word not in taken)
    return parsed


# --- what went wrong ----------------------------------------------------------------------------------------------


def _whys(output: Value, nodes: Iterable[Value]) -> list[str]:
    """Why derivatives are inf or nan, for each that is."""
    nodes = list(nodes)
    if output.is_constant:
        return []
    return [str(ag.why(output, node)) for node, x in zip(nodes, ag.grad(output, nodes), strict=True) if not isfinite(x)]


def _code(complaints: Sequence[str]) -> int:
    """Say what went wrong; the exit code for it."""
    for complaint in complaints:
        print(f"autograd-mini: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


# --- what is printed ----------------------------------------------------------------------------------------------


def _print_json(output: Value, gradients: Mapping[str, float], formulas: Mapping[str, str]) -> None:
    found: dict[str, Any] = {"value": output.data, "derivatives": {name: _for_json(x) for name, x in gradients.items()}}
    if formulas:
        found["formulas"] = formulas
    print(json.dumps(found, ensure_ascii=False, allow_nan=False))


def _for_json(x: float) -> float | str:
    return x if isfinite(x) else str(x)


def _print_gradients(output: Value, nodes: Mapping[str, Value], gradients: Mapping[str, float], formulas: Mapping[str, str]) -> None:
    print(f"{output.label} = {show(output.data)}")
    if nodes:
        print()
        rows = [(name, show(node.data), show(gradients[name])) for name, node in nodes.items()]
        _print_table({_("name"): "left", _("value"): "right", _("derivative"): "right"}, rows)
    for name, text in formulas.items():
        *parts, last = text.split("\n")
        print("", f"∂{output.label}/∂{name} = {last}", *(f"    {part}" for part in parts), sep="\n")


def _checked(finding: Finding) -> Sequence[str]:
    verdict = _(VERDICTS[finding.verdict])
    if finding.reason:
        verdict = _("{verdict} ({reason})", verdict=verdict, reason=finding.reason)
    if not finding.witnesses:
        return finding.name, show(finding.claimed), "", "", verdict
    seen = finding.witnesses[-1]
    measured = show(seen.low) if seen.low == seen.high else f"{show(seen.low)} … {show(seen.high)}"
    return finding.name, show(finding.claimed), measured, show(seen.uncertainty, 2), verdict


def _described(op: Operation) -> Sequence[str]:
    from autograd_mini.symbols import local_formulas

    operands = [Value(1.0, label=name) for name in ("x", "y", "z")[: op.arity or 2]]
    return op.name, op.symbol, ag.formula(op(*operands)).text, ", ".join(local_formulas(op)), _(op.domain.text)


def _print_table(columns: Columns, rows: Iterable[Sequence[str]]) -> None:
    """Print a table; `columns` maps the heading of each to "left" or "right"."""
    from rich.console import Console

    from autograd_mini.typesetting import show_table, table_of

    show_table(Console(), table_of(columns, rows))


def _print_lines(*lines: str) -> None:
    """Print sentences, folded where there is a terminal."""
    from rich.console import Console

    from autograd_mini.typesetting import folded

    console = Console()
    for line in lines:
        print(folded(line, console.width) if console.is_terminal else line)
