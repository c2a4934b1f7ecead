r"""Formulas: a recorded graph, or a row's derivative rule, written out as text and LaTeX.

What you can do with this file:
    formula(y)            what y is made of           x*y + sin(x)
    formula(y, wrt=x)     its derivative              cos(x) + y
    formula(y).latex      the same for a blackboard   x \cdot y + \sin\left(x\right)
    local_formulas(op)    a row's derivative rule     ("out*(1 - out)",)
    spell(y, {x: "10"})   y as a person writes it, with texts in place of nodes     10 × count

How it works: a derivative is taken with `grad(create_graph=True)`, so it is a graph like any other, and printing a graph
is all there is to do. On the way 0·x, 1·x, x + 0, x**1 and the like go, plain numbers are folded, and a part that
is used more than once gets a name and a line of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from autograd_mini import ops
from autograd_mini.derivatives import grad
from autograd_mini.graph import topological_order, uses
from autograd_mini.number import show
from autograd_mini.row import LOOSEST, SIGN, Notation, Operation
from autograd_mini.value import Value

__all__ = ["Formula", "formula", "local_formulas", "spell"]

OPERAND_NAMES = ("x", "y", "z")


@dataclass(eq=False)
class Expression:
    """A node of a formula: a number, a leaf with its label, or an operation on expressions."""

    op: Operation | None = None
    operands: tuple[Expression, ...] = ()
    number: float | None = None
    label: str | None = None


@dataclass(frozen=True)
class Formula:
    """A formula as text (`str`), as LaTeX (`.latex`), and in parts: the named shared parts, then the result."""

    text: str
    latex: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"


def formula(y: Value, wrt: Value | None = None) -> Formula:
    """Write out what y was computed from, or with `wrt=x` its derivative ∂y/∂x.

    Leaves go by their labels (x1, x2, … where there is none), plain numbers stand as they are. A part used more than once
    has a line of its own above the result. Raises ConstantError if `wrt` is a constant.

    >>> x, y = Value(2.0, label="x"), Value(3.0, label="y")
    >>> formula(x * y + x.sin())
    x*y + sin(x)
    >>> formula(x * y + x.sin(), wrt=x)
    cos(x) + y
    >>> t = x + y
    >>> formula(t ** 2 - t)
    t1 = x + y
    t1**2 - t1
    """
    if not isinstance(y, Value):
        raise TypeError(f"formula() takes a Value, got {y!r:.80}")
    if wrt is not None:
        [y] = grad(y, [wrt], create_graph=True)
    return _formula_of(_simplified(y))


def _formula_of(root: Expression) -> Formula:
    order = topological_order([root])
    names = _names(order, root)
    shared = [node for node in order if node in names and node.op is not None]
    return Formula(_layout(shared, root, names, _text_name, _as_text), _layout(shared, root, names, _latex_name, _as_latex))


def local_formulas(op: Operation, operands: int | None = None) -> tuple[str, ...]:
    """The local derivatives of a row as text, in terms of its operands x, y, z (or x1, x2, …) and its output `out`.

    They are written as they hold in general: guards against single points, `gt(abs(x), 0)`, are taken as passed.

    >>> local_formulas(ops.sigmoid), local_formulas(ops.mul), local_formulas(ops.pow)
    (('out*(1 - out)',), ('y', 'x'), ('y*x**(y - 1)', 'out*log(x)'))
    """
    count = op.arity or operands or 2
    names = OPERAND_NAMES[:count] if count <= len(OPERAND_NAMES) else [f"x{i + 1}" for i in range(count)]
    # Any numbers will do: a rule never branches on them.
    values = [Value(1.0 + i, label=name) for i, name in enumerate(names)]
    rules = op.local(*values, Value(1.0, label="out"))
    return tuple(_formula_of(_simplified(rule, guards_pass=True)).text if isinstance(rule, Value) else show(rule) for rule in rules)


def spell(y: Value, texts: Mapping[Value, str]) -> str:
    """Write y as a person does, × and ÷, down to the nodes that have a text; nothing is simplified.

    >>> price, count = Value(10.0, label="price"), Value(2.0, label="count")
    >>> spell((price + 1) * count, {price: "10", count: "2"})
    '(10 + 1) × 2'
    """
    made = {node: Expression() for node in texts}
    waiting = [y]
    while waiting:
        node = waiting.pop()
        missing = [operand for operand in node.operands if operand not in made]
        if node in made and node is not y:
            continue
        if missing:
            waiting += [node, *missing]
        elif node.op is None:
            made[node] = Expression(number=node.data)
        else:
            made[node] = Expression(node.op, tuple([made[operand] for operand in node.operands]))
    return _line(made[y], {made[node]: text for node, text in texts.items() if node is not y}, _text_name, _as_spoken)


# --- from a graph to a simplified expression ------------------------------------------------------------------------


def _simplified(y: Value, guards_pass: bool = False) -> Expression:
    """The graph of y as an expression, with equal parts made one; `guards_pass` takes `gt(abs(x), …)` for 1."""
    known: dict[tuple[object, ...], Expression] = {}
    made: dict[Value, Expression] = {}
    for node in topological_order([y]):
        if node.op is None:
            plain = node.is_constant and node.label is None
            made[node] = _number(node.data, known) if plain else Expression(label=node.label)
        elif guards_pass and node.op is ops.gt and node.operands[0].op is ops.abs:
            made[node] = _number(1.0, known)
        else:
            made[node] = _rebuilt(node.op, tuple([made[operand] for operand in node.operands]), known)
            if node.label is not None and made[node].op is not None and made[node].label is None:
                made[node].label = node.label
    return made[y]


def _rebuilt(op: Operation, operands: tuple[Expression, ...], known: dict[tuple[object, ...], Expression]) -> Expression:
    """One operation on simplified operands, simplified itself."""
    numbers = [operand.number for operand in operands]
    if all(number is not None for number in numbers):
        return _number(op.kernel(*numbers), known)
    x, y = (*operands, *operands)[:2]
    match op.name, (*numbers, None)[:2]:
        case "mul", (0.0, _) | (_, 0.0):
            return _number(0.0, known)
        case ("mul", (1.0, _)) | ("add", (0.0, _)):
            return y
        case ("mul" | "div" | "pow", (_, 1.0)) | ("add" | "sub", (_, 0.0)):
            return x
        case ("mul", (-1.0, _)) | ("sub", (0.0, _)):
            return _rebuilt(ops.neg, (y,), known)
        case "mul", (_, -1.0):
            return _rebuilt(ops.neg, (x,), known)
        case "div", (0.0, _):
            return x
        case "pow", (_, 0.0):
            return _number(1.0, known)
        case "where", (float() as condition, _):
            return operands[1] if condition else operands[2]
    if op is ops.neg and x.op is ops.neg:
        return x.operands[0]
    if op in (ops.mul, ops.div) and x.op is ops.neg:
        return _rebuilt(ops.neg, (_rebuilt(op, (x.operands[0], y), known),), known)
    if op in (ops.add, ops.sub) and (positive := _negated(y, known)) is not None:
        return _rebuilt(ops.sub if op is ops.add else ops.add, (x, positive), known)
    if op is ops.sum and 0.0 in numbers:
        rest = tuple([operand for operand in operands if operand.number != 0.0])
        return _rebuilt(op, rest, known) if len(rest) > 1 else rest[0]
    return known.setdefault((op, *map(id, operands)), Expression(op, operands))


def _negated(x: Expression, known: dict[tuple[object, ...], Expression]) -> Expression | None:
    """What stands behind a minus sign, or None if there is none."""
    if x.number is not None:
        return _number(-x.number, known) if x.number < 0 else None
    return x.operands[0] if x.op is ops.neg else None


def _number(x: float, known: dict[tuple[object, ...], Expression]) -> Expression:
    # By repr: -0.0 is another number than 0.0, and nan is the same as nan.
    return known.setdefault(("number", repr(x)), Expression(number=x))


# --- from an expression to text -------------------------------------------------------------------------------------


def _names(order: list[Expression], root: Expression) -> dict[Expression, str]:
    """Names for the leaves, and for the operations used more than once."""
    used = uses(order)
    wanted = [node for node in order if node.number is None and (node.op is None or (used[node] > 1 and node is not root))]
    labels = {node: _identifier(node.label) for node in wanted if node.label is not None}
    taken = set(labels.values())
    names: dict[Expression, str] = {}
    given: set[str] = set()
    counters: dict[str, Iterator[int]] = {"t": count(1), "x": count(1)}
    for node in wanted:
        name = labels.get(node)
        if name is None:
            name = _fresh("t" if node.op else "x", counters, taken)
        elif name in given:  # two nodes with one label: x, x_2, …
            name = _fresh(f"{name}_", counters, taken)
        names[node] = name
        given.add(name)
        taken.add(name)
    return names


def _fresh(stem: str, counters: dict[str, Iterator[int]], taken: set[str]) -> str:
    numbers = counters.setdefault(stem, count(2))
    return next(name for name in (f"{stem}{i}" for i in numbers) if name not in taken)


def _layout(
    shared: Iterable[Expression],
    root: Expression,
    names: dict[Expression, str],
    named: Callable[[str], str],
    notation: Callable[[Operation], Notation],
) -> str:
    last = _line(root, names, named, notation)
    named_parts = [(named(names[node]), _line(node, names, named, notation)) for node in shared]
    if notation is _as_text or not named_parts:
        return "\n".join([*(f"{name} = {part}" for name, part in named_parts), last])
    rows = [*(f"{name} &= {part}" for name, part in named_parts), f"& {last}"]
    return r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"


def _line(root: Expression, names: dict[Expression, str], named: Callable[[str], str], notation: Callable[[Operation], Notation]) -> str:
    """Write one expression. A stack of what is still to be written takes the place of recursion."""
    pieces: list[str] = []
    stack: list[str | tuple[Expression, int]] = [(root, LOOSEST)]
    brackets = (r"\left(", r"\right)") if notation is _as_latex else ("(", ")")
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        node, place = item
        if node.op is None or (node in names and node is not root):
            text = named(names[node]) if node.number is None else _written(node.number, notation)
            negative = text.startswith("-") and place > SIGN
            pieces.append(f"{brackets[0]}{text}{brackets[1]}" if negative else text)
            continue
        style = notation(node.op)
        written: list[str | tuple[Expression, int]] = [style.before]
        for i, operand in enumerate(node.operands):
            written += [style.between] if i else []
            written.append((operand, style.operands[min(i, len(style.operands) - 1)]))
        written.append(style.after)
        if style.binds < place:
            written = [brackets[0], *written, brackets[1]]
        stack.extend(reversed(written))
    return "".join(pieces)


def _written(x: float, notation: Callable[[Operation], Notation]) -> str:
    """A number, short if that reads back as the same one, else with all its digits."""
    text = show(x) if float(show(x)) == x or x != x else repr(x)
    if notation is not _as_latex:
        return text
    mantissa, mark, exponent = text.replace("inf", r"\infty").partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if mark else mantissa


def _as_text(op: Operation) -> Notation:
    return op.text


def _as_spoken(op: Operation) -> Notation:
    """With the symbol of its circle, where it stands between two operands; `**` sticks to them."""
    infix = op.arity == 2 and not op.text.before and op is not ops.pow
    return op.text._replace(between=f" {op.symbol} ") if infix else op.text


def _as_latex(op: Operation) -> Notation:
    return op.latex


def _identifier(label: str) -> str:
    """A label as one word: what is neither letter nor digit becomes an underscore."""
    word = "_".join(part for part in "".join(c if c.isalnum() else " " for c in label).split())
    return word if word and not word[0].isdigit() else f"_{word}"


def _text_name(name: str) -> str:
    return name


def _latex_name(name: str) -> str:
    letter, digits = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")) :]
    letter = letter.removesuffix("_") if digits else letter
    if len(letter) == 1 and letter.isascii():
        return f"{letter}_{{{digits}}}" if digits else letter
    return rf"\text{{{name}}}".replace("_", r"\_")


