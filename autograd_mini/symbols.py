r"""Formulas: a recorded graph, or a row's derivative rule, written out as text and LaTeX.

What you can do with this file:
    formula(y)            what y is made of           x*y + sin(x)
    formula(y, wrt=x)     its derivative              cos(x) + y
    formula(y).latex      the same for a blackboard   x \cdot y + \sin\left(x\right)
    local_formulas(op)    a row's derivative rule     ("out*(1 - out)",)
    spell(y, {x: "10"})   y as a person writes it, with texts in place of nodes     10 × count
    slope(y, x, names)    ∂y/∂x likewise, if it is short    count

How it works: a derivative is taken with `grad(…, create_graph=True)`, so it is a graph like any other, and printing a graph
is all there is to do. On the way 0·x, 1·x, x + 0, x**1 and the like go, plain numbers are folded, and a part that
is used more than once gets a name and a line of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from autograd_mini import ops
from autograd_mini.derivatives import grad
from autograd_mini.graph import topological_order, uses
from autograd_mini.number import show
from autograd_mini.number_like import rule_of
from autograd_mini.row import LOOSEST, POWER, SIGN, Notation, Operation
from autograd_mini.simplified import Expression, simplified
from autograd_mini.value import Constant, Value, node_from

__all__ = ["Formula", "formula", "local_formulas", "slope", "spell"]

OPERAND_NAMES = ("x", "y", "z")
LONGEST, LONGEST_ROW, LONGEST_SLOPE = 60, 8, 60  # parts of what is spelled; operands of one of them; characters


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
    return _formula_of(simplified(y))


def _formula_of(root: Expression) -> Formula:
    order = topological_order([root])
    names = _names(order, root)
    shared = [node for node in order if node in names and node.op is not None]
    return Formula(_layout(shared, root, names, _text_name, _as_text), _layout(shared, root, names, _latex_name, _as_latex))


def local_formulas(op: Operation, names: Sequence[str] = ()) -> tuple[str, ...]:
    """The local derivatives of a row as text, in terms of its operands (these `names`; else x, y, z, or x1, x2, …) and its output `out`.

    They are written as they hold in general: guards against single points, `gt(abs(x), 0)`, are taken as passed. Raises TypeError
    where none holds in general: the rule of a row of one's own looks at the numbers.

    >>> local_formulas(ops.sigmoid), local_formulas(ops.mul), local_formulas(ops.pow)
    (('out*(1 - out)',), ('y', 'x'), ('y*x**(y - 1)', 'out*log(x)'))
    """
    count = op.arity or 2
    names = names or (OPERAND_NAMES[:count] if count <= len(OPERAND_NAMES) else [f"x{i + 1}" for i in range(count)])
    # Any numbers will do: a rule never branches on them.
    *values, out = [Value(1.0 + i, label=name) for i, name in enumerate([*names, "out"])]
    token = rule_of.set(op.name)
    try:
        rules = op.local(*values, out)
    finally:
        rule_of.reset(token)
    if any(value.was_compared for value in (*values, out)):
        raise TypeError(f"the derivative rule of {op.name} compares numbers, so no formula holds for all of them; write it with ag.where")
    return tuple(_formula_of(simplified(rule, guards_pass=True)).text if isinstance(rule, Value) else show(rule) for rule in rules)


def spell(y: Value, texts: Mapping[Value, str]) -> str:
    """Write y as a person does, × and ÷, down to the nodes that have a text; nothing is simplified, what is long is `f(x, …)`.

    >>> price, count = Value(10.0, label="price"), Value(2.0, label="count")
    >>> spell((price + 1) * count, {price: "10", count: "2"})
    '(10 + 1) × 2'
    """
    if not _is_short(y, texts):
        called, of = "f", list(texts.values())
        if y.op and all(operand in texts for operand in y.operands):
            called, of = y.op.symbol, [texts[operand] for operand in y.operands]
        return f"{called}({', '.join(of if len(of) <= 3 else [*of[:2], f'… {of[-1]}'])})"
    made = {node: Expression() for node in texts}
    for node in topological_order([y], ends=texts):
        made[node] = Expression(node.op, tuple([made[o] for o in node.operands])) if node.op else Expression(number=node.data)
    return _line(made[y], {made[node]: text for node, text in texts.items()}, _text_name, _as_spoken)


def slope(y: Value, x: Value, names: Mapping[Value, str]) -> str | None:
    """Write ∂y/∂x out down to the nodes that have a name, x among them; None where it is long, or no formula holds.

    >>> net, t = Value(2.0, label="net"), Value(1.0, label="t")
    >>> slope((net - t) ** 2, net, {net: "net", t: "t"})
    '2*(net - t)'
    """
    if not _is_short(y, names):
        return None
    made = {node: Constant(node.data, name) if node.is_constant else Value(node.data, name) for node, name in names.items()}
    for node in topological_order([y], ends=names):
        made[node] = node_from(node.op, tuple([made[o] for o in node.operands]), ()) if node.op else node
    try:
        written = formula(made[y], wrt=made[x]).text
    except (TypeError, ArithmeticError):  # a rule of one's own that is not made of rows; a number that is not finite
        return None
    return written if "\n" not in written and len(written) <= LONGEST_SLOPE else None


def _is_short(y: Value, ends: Container[Value]) -> bool:
    """True if y can be written out down to these nodes: every part as often as it occurs there, so a graph of forks can be endless."""
    count, waiting = 0, [y]
    while waiting:
        node = waiting.pop()
        count += 1
        if node is y or node not in ends:
            if len(node.operands) > LONGEST_ROW or count > LONGEST:
                return False
            waiting += node.operands
    return True


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
            further = i > 0 and not style.before  # behind a sign: 2 - (-3), not 2 - -3
            single = operand.op is None or operand in names
            written += [style.between] if i else []
            written.append((operand, POWER if further and single else style.operands[min(i, len(style.operands) - 1)]))
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
