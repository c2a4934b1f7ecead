"""Expressions that people type, as graphs of Values.

What you can do with this file:
    parse("apple*count*tax", {"apple": 10, "count": 2, "tax": 1.1}).output      a Value, with everything that follows from it
    read("x*y + sin(x)")(Value(2.0), Value(3.0))                               the text as a function, of the names in it

The language: numbers, names (in any script), `+ - * / **`, round brackets, the functions of `FUNCTIONS`, and
`name = expression` for parts, separated by `;` or line breaks; the last part is the result.

How it works: `source.py` lets Python parse the text; here the syntax tree is turned into a list of steps, each of which
makes one node. What is not on the list of what may stand in an expression is an error that points at it. Nothing is evaluated by
Python, whatever was typed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from math import e, inf, pi
from types import MappingProxyType
from typing import Any, NamedTuple
from unicodedata import normalize

from autograd_mini import functions, ops
from autograd_mini.elsewhere import ABSENT, ALSO_CALLED, INSTEAD
from autograd_mini.errors import ExpressionError
from autograd_mini.language import N_, _, ngettext
from autograd_mini.number import number
from autograd_mini.number_like import require_values
from autograd_mini.source import Source, short
from autograd_mini.value import Value, constant

__all__ = ["FUNCTIONS", "Function", "Parsed", "parse", "read"]

OPERATORS = {ast.Add: ops.add, ast.Sub: ops.sub, ast.Mult: ops.mul, ast.Div: ops.div, ast.Pow: ops.pow}

#: The functions there are: the rows of the op table that are no operators, and the mean.
FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {name: op for name, op in ops.TABLE.items() if op not in (*OPERATORS.values(), ops.neg)}
    | {"mean": lambda *terms: functions.mean(terms)}
)

#: What an error proposes for a name without a number, where that is no free choice.
EXAMPLES = {"pi": pi, "π": pi, "e": e}

NOT_ALLOWED = {
    ast.Tuple: N_("A comma stands only between the numbers of a function, as in maximum(x, y)."),
    ast.Starred: N_("A number is missing before this sign."),
    ast.keyword: N_("The numbers of a function have no names: write them in order, as in maximum(x, y)."),
}
ELSE = N_("This has no place in an expression: it is made of numbers, names, + - * / ** and functions such as exp(x).")


class Parsed(NamedTuple):
    """What `parse` made: the `output`, and the `variables` by name, in the order in which they appear in the text."""

    output: Value
    variables: dict[str, Value]


class Step(NamedTuple):
    """One node of the graph: `make(*operands)`, the operands being earlier steps by number. A variable has nothing to make it."""

    make: Callable[..., Any] | None
    operands: tuple[int, ...] = ()


@dataclass(frozen=True)
class Function:
    """A text as a function: called with one Value for each name of `names`, it records the graph and returns its output.

    >>> f = read("t = x + y; t**2")
    >>> f.names, f(Value(1.0), Value(2.0)).data
    (('x', 'y'), 9.0)
    """

    source: Source
    steps: tuple[Step, ...]
    output: int
    labels: Mapping[str, int]
    places: Mapping[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """The names that have no number yet, in the order in which they appear in the text."""
        return tuple(self.places)

    def __call__(self, *values: Value) -> Value:
        """Record the graph; parts that have a name in the text get it as their label."""
        require_values(values, "a function read from text")
        if len(values) != len(self.places):
            raise TypeError(f"this function takes {len(self.places)} Values ({', '.join(self.places)}), got {len(values)}")
        given = iter(values)
        nodes: list[Value] = []
        for step in self.steps:
            nodes.append(step.make(*[nodes[i] for i in step.operands]) if step.make else next(given))
        for name, i in self.labels.items():
            nodes[i].label = name
        return nodes[self.output]


def parse(text: str, numbers: Mapping[str, float]) -> Parsed:
    """Record the graph of an expression, with these numbers for its names.

    Raises ExpressionError for a text that is no expression, a name without a number and a number without a name, each with its
    mend; TypeError for what is no number.

    >>> output, variables = parse("subtotal = price*count; subtotal*tax", {"price": 10, "count": 2, "tax": 1.1})
    >>> output.backward()
    >>> output.data, variables["price"].grad, output.operands[0].label
    (22.0, 2.2, 'subtotal')
    """
    function = read(text)
    given = {normalize("NFKC", name): number(x, f"parse(…, {{{name!r}: …}})") for name, x in numbers.items()}
    for name in given:
        _require_variable(function, name)
    missing = [name for name in function.names if name not in given]
    if missing:
        names, example = ", ".join(missing), " ".join(f"{name}={EXAMPLES.get(name, 10)}" for name in missing)
        message = _("There is no number for {names}. Give it with the expression: {example}", names=short(names), example=short(example))
        raise function.source.error(function.places[missing[0]], message)
    variables = {name: Value(given[name], label=name) for name in function.names}
    return Parsed(function(*variables.values()), variables)


def read(text: str) -> Function:
    """The text as a function of the names in it. Raises ExpressionError where it is no expression.

    >>> read("y + x*y").names
    ('y', 'x')
    """
    source = Source(text)
    reader = _Reader(source)
    *parts, last = source.statements()
    for part in parts:
        if isinstance(part, ast.Expr):
            raise source.error(source.place(part), _("Only the last part is the result: give this one a name, as in part = x*y."))
        reader.statement(part)
    output = reader.statement(last)
    return Function(source, tuple(reader.steps), output, reader.labels, reader.places)


class _Reader:
    """Collects the steps of a text, statement by statement."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.steps: list[Step] = []
        self.known: dict[str, int] = {}  # every name so far, a variable's or a part's, and the number of its step
        self.places: dict[str, int] = {}
        self.labels: dict[str, int] = {}

    def statement(self, statement: ast.stmt) -> int:
        """Take in one statement; returns the number of the step that makes its result."""
        match statement:
            case ast.Expr(value=expression):
                return self._expression(expression)
            case ast.Assign(targets=[ast.Name() as target], value=expression):
                result = self._expression(expression)
                self._name(target, result)
                return result
            case ast.Assign(targets=[target, *_]):
                raise self._error(target, N_("What stands before = is one name for the result, as in total = x + y."))
        raise self._not_allowed(statement)

    def _expression(self, root: ast.expr) -> int:
        """Take in one expression, operands first; a stack of what is still to do takes the place of recursion."""
        waiting: list[tuple[ast.expr, list[ast.expr] | None]] = [(root, None)]
        made: dict[ast.expr, int] = {}
        while waiting:
            node, operands = waiting.pop()
            if operands is None:
                operands = self._operands(node)
                waiting.append((node, operands))
                waiting += [(operand, None) for operand in reversed(operands)]
            else:
                made[node] = self._step(node, tuple([made[operand] for operand in operands]))
        return made[root]

    def _operands(self, node: ast.expr) -> list[ast.expr]:
        """What a node is made of. This is the list of what may stand in an expression: anything else raises."""
        match node:
            case ast.Name() | ast.Constant(value=int() | float()):
                return []
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
                return []  # -3 is a number, not an operation on one
            case ast.UnaryOp(op=ast.UAdd() | ast.USub(), operand=x):
                return [x]
            case ast.BinOp(op=op, left=x, right=y) if type(op) in OPERATORS:
                return [x, y]
            case ast.Call(func=ast.Name() as function, args=operands, keywords=[]):
                self._require_function(function, len(operands))
                return operands
            case ast.Call(keywords=[keyword, *_]):
                raise self._not_allowed(keyword)
        raise self._not_allowed(node)

    def _step(self, node: ast.expr, operands: tuple[int, ...]) -> int:
        """The number of the step that makes a node."""
        match node:
            case ast.Name():
                return self._step_of_name(node)
            case ast.Constant(value=int() | float() as x):
                return self._add(partial(constant, _float(x)))
            case ast.UnaryOp(op=ast.UAdd()):
                return operands[0]
            case ast.UnaryOp(operand=ast.Constant(value=int() | float() as x)):
                return self._add(partial(constant, -_float(x)))
            case ast.BinOp(op=op):
                return self._add(OPERATORS[type(op)], operands)
            case ast.Call(func=ast.Name(id=name)):
                return self._add(FUNCTIONS[name], operands)
        return self._add(ops.neg, operands)

    def _add(self, make: Callable[..., Any] | None, operands: tuple[int, ...] = ()) -> int:
        self.steps.append(Step(make, operands))
        return len(self.steps) - 1

    def _step_of_name(self, node: ast.Name) -> int:
        if node.id in FUNCTIONS:
            raise self._error(node, N_("{name} is a function: write what it is taken of, as in {name}(x)."), name=node.id)
        if node.id not in self.known:
            self.known[node.id] = self._add(None)
            self.places[node.id] = self.source.place(node)
        return self.known[node.id]

    def _name(self, target: ast.Name, result: int) -> None:
        if target.id in FUNCTIONS:
            raise self._error(target, N_("{name} is a function: choose another name."), name=target.id)
        if target.id in self.known:
            taken = N_("{name} has a number already: give the result a new name, as in y = x + 1.")
            raise self._error(target, taken, name=short(target.id))
        self.known[target.id] = result
        if self.steps[result].make and result not in self.labels.values():  # of two names for one node, the first stays
            self.labels[target.id] = result

    def _require_function(self, node: ast.Name, count: int) -> None:
        if node.id not in FUNCTIONS:
            raise self._unknown_function(node)
        arity = ops.TABLE[node.id].arity if node.id in ops.TABLE else None
        if arity is not None and count != arity:
            fields = {"name": node.id, "count": count}
            takes = ngettext("{name} takes {n} number, not {count}.", "{name} takes {n} numbers, not {count}.", arity, **fields)
            raise self.source.error(self.source.place(node), takes)

    def _unknown_function(self, node: ast.Name) -> ExpressionError:
        name, known = node.id.lower(), ", ".join(sorted(FUNCTIONS))
        near = "" if ABSENT.fullmatch(name) else ALSO_CALLED.get(name) or _near(name, FUNCTIONS)
        if instead := INSTEAD.get(name, ""):
            message = N_("There is no function {name}: write {instead}.")
        elif near:
            message = N_("There is no function {name}. Did you mean {near}? The functions are {known}.")
        elif ABSENT.fullmatch(name):
            message = N_("There is no function {name}; the functions are {known}.")
        else:
            message = N_("There is no function {name}; the functions are {known}. For a product, write {name}*(…).")
        return self._error(node, message, name=short(node.id), near=near, known=known, instead=instead)

    def _not_allowed(self, node: ast.expr | ast.stmt | ast.keyword) -> ExpressionError:
        return self._error(node, NOT_ALLOWED.get(type(node), ELSE))

    def _error(self, node: ast.expr | ast.stmt | ast.keyword, message: str, **fields: str) -> ExpressionError:
        return self.source.error(self.source.place(node), _(message, **fields))


def _float(x: float) -> float:
    try:
        return float(x)
    except OverflowError:  # a whole number beyond the doubles
        return inf


def _near(name: str, names: Iterable[str]) -> str:
    """The name that was probably meant, or an empty text."""
    return next(iter(get_close_matches(name, names, n=1)), "")


def _require_variable(function: Function, name: str) -> None:
    """Raise ExpressionError for a name that is given a number and should not be."""
    if name in function.places:
        return
    if name in FUNCTIONS:
        raise ExpressionError(_("{name} is a function: choose another name for a number.", name=name))
    if name in function.labels:
        raise ExpressionError(_("{name} has its number from the expression: leave out {name}=…", name=short(name)))
    if near := _near(name, function.names):
        raise ExpressionError(_("There is no {name} in the expression. Did you mean {near}?", name=short(name), near=short(near)))
    names = short(", ".join(function.names)) or _("none")
    raise ExpressionError(_("There is no {name} in the expression; the names in it: {names}.", name=short(name), names=names))
