"""Random expressions that share nodes, for tests.

What you can do with this file: draw `Expression`s with Hypothesis (`expressions()`), or many in a row from a seeded
generator (`random_expression`); record one as a graph, or run it on any numbers that rows take.

An expression is built by local choices: each step picks a row, and for each operand either how many nodes to count
back from the newest one (so nodes get shared, and the graph stays deep) or a plain number. A step that would leave its
domain, grow too large or divide by almost nothing is left out. So every list of choices is a valid expression, and
Hypothesis can shrink one by dropping steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from autograd_mini import ops
from autograd_mini.checks.needs import needs
from autograd_mini.row import Operation
from autograd_mini.value import Value

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["SMOOTH", "Expression", "expressions", "random_expression"]

#: The rows that have a derivative everywhere in their domain; the others of the table have a kink or a jump.
SMOOTH = tuple(op for op in ops.TABLE.values() if op.side is None)
LARGEST = 1e3  # numbers stay below this in size, …
SMALLEST = 1e-3  # … and whatever has a pole at 0 stays away from it by this

FARTHEST = 8  # an operand is one of the newest nodes, counted back, …
PLAIN = 3  # … or one of so many plain numbers

Choice = tuple[Operation, Sequence["int | float"]]


@dataclass(frozen=True)
class Expression:
    """A recipe: `point` holds the leaves' numbers, `steps` the rows with their operands (an int is a node's position).

    Call it on one number for each leaf, plain or Value; the last node is the result.
    """

    point: tuple[float, ...]
    steps: tuple[tuple[Operation, tuple[int | float, ...]], ...]

    def __call__(self, *numbers: Any) -> Any:
        """The result at these numbers, one for each leaf."""
        return self.run(numbers, lambda op, operands: op(*operands))

    def run(self, numbers: Iterable[Any], apply: Callable[[Operation, list[Any]], Any], plain: Callable[[float], Any] = float) -> Any:
        """The result of the recipe in another arithmetic: `apply(op, operands)` computes a row, `plain(x)` converts a constant."""
        nodes = list(numbers)
        for op, operands in self.steps:
            nodes.append(apply(op, [nodes[o] if isinstance(o, int) else plain(o) for o in operands]))
        return nodes[-1]

    def record(self) -> tuple[list[Value], Value]:
        """Record the graph: (leaves, output)."""
        leaves = [Value(x, label=f"x{i}") for i, x in enumerate(self.point)]
        return leaves, self(*leaves)

    def __repr__(self) -> str:
        lines = [f"x{i} = {x!r}" for i, x in enumerate(self.point)]
        for i, (op, operands) in enumerate(self.steps, start=len(self.point)):
            lines.append(f"x{i} = {op.name}({', '.join(f'x{o}' if isinstance(o, int) else repr(o) for o in operands)})")
        return "; ".join(lines)


def expressions(rows: Iterable[Operation] = SMOOTH, max_leaves: int = 3, max_steps: int = 12) -> SearchStrategy[Expression]:
    """A Hypothesis strategy of expressions whose nodes are shared; they shrink to few steps and simple numbers.

    `rows` may hold your own. Raises MissingExtra without Hypothesis, ValueError if there is no row to choose from.

    >>> from hypothesis import find
    >>> find(expressions(), lambda e: len(e.steps) == 1)
    x0 = 0.0; x1 = add(x0, x0)
    """
    st = needs("hypothesis", "expressions()").strategies
    available = list(rows)
    if not available:
        raise ValueError("expressions(rows=…) needs at least one row to choose from")
    numbers = st.floats(-4.0, 4.0).filter(lambda x: x == 0 or abs(x) >= SMALLEST)
    # Whole numbers only: where a choice may change its type (`integers() | floats()`), Hypothesis often fails to drop steps.
    operands = st.tuples(*[st.integers(0, FARTHEST + PLAIN - 1)] * 3)
    choices = st.lists(st.tuples(st.sampled_from(available), operands), min_size=1, max_size=max_steps)
    leaves, plain = st.lists(numbers, min_size=1, max_size=max_leaves), st.lists(numbers, min_size=PLAIN, max_size=PLAIN)
    built: SearchStrategy[Expression] = st.builds(
        lambda point, plain, choices: assemble(point, _with_plain(choices, plain)), leaves, plain, choices
    )
    return built


def random_expression(random: Random, rows: Sequence[Operation] = SMOOTH, max_leaves: int = 3, max_steps: int = 12) -> Expression:
    """One expression from a seeded generator, for long runs.

    >>> random_expression(Random(1)) == random_expression(Random(1))
    True
    """

    def operand() -> int | float:
        return random.randrange(FARTHEST) if random.random() < 0.8 else random.uniform(-4.0, 4.0)

    point = [random.uniform(-4.0, 4.0) for _ in range(random.randint(1, max_leaves))]
    return assemble(point, [(random.choice(rows), [operand() for _ in range(3)]) for _ in range(random.randint(1, max_steps))])


def _with_plain(choices: Iterable[Choice], plain: Sequence[float]) -> Iterator[Choice]:
    """The choices with plain numbers in place of what is counted back too far."""
    for op, raw in choices:
        yield op, [plain[int(o) - FARTHEST] if o >= FARTHEST else o for o in raw]


def assemble(point: Sequence[float], choices: Iterable[Choice]) -> Expression:
    """Turn raw choices into an expression: resolve what is counted back, leave out the steps that are out of bounds."""
    numbers = list(point)
    steps = []
    for op, raw in choices:
        operands = tuple([len(numbers) - 1 - o % len(numbers) if isinstance(o, int) else o for o in raw[: op.arity or len(raw)]])
        if not any(isinstance(o, int) for o in operands):
            operands = (len(numbers) - 1, *operands[1:])  # a step of plain numbers only would be no step
        known = [numbers[o] if isinstance(o, int) else o for o in operands]
        # With a negative base, a power is defined at isolated exponents only: a computed one is beside them.
        isolated = op is ops.pow and known[0] < 0 and isinstance(operands[1], int)
        if not isolated and _tame(op, known):
            numbers.append(op(*known))
            steps.append((op, operands))
    return Expression(tuple(point), tuple(steps))


def _tame(op: Operation, operands: list[float]) -> bool:
    if not op.domain.contains(*operands) or not abs(op(*operands)) <= LARGEST:
        return False
    # Near a pole all bounds are honest and useless.
    return op.domain.text == "everywhere" or all(abs(x) >= SMALLEST for x in operands)
