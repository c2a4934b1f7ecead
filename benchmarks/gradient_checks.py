"""gradcheck beside the usual recipes: how often each cries wolf, how often it sleeps, what it costs.

What you can do with this file: `pip install "autograd-mini[checks]" torch`, then `python benchmarks/gradient_checks.py --count 3000`
prints two tables, measured in one run on the same functions and points (PyTorch's column is left out where it is not installed).
The exit code is 1 if a correct gradient was called wrong, or if less than 99.9 % of the wrong ones were caught.

The functions: eight on which fixed tolerances are known to fail, two at their kinks, and as many random ones of all rows, with shared
nodes and kinks. A correct gradient is that of the graph. A wrong one has one partial derivative off by 1e-4 of itself, where that is
more than what rounding may have done to it, and where f has no kink.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.checks import CANNOT_TELL, Expression, GradientMismatch, Report, gradcheck, gradient_rounding, random_expression
from autograd_mini.graph import topological_order

torch: Any = import_module("torch") if find_spec("torch") else None

OFF = 1e-4
CAUGHT = 0.999  # the share of wrong partials to catch

HARD: dict[str, Callable[..., Any]] = {
    "1e8 + x*y": lambda x, y: 1e8 + x * y,
    "(x*y + 1e8) - 1e8": lambda x, y: (x * y + 1e8) - 1e8,
    "log(1 + 1e-9*x)*y": lambda x, y: ag.log(1 + 1e-9 * x) * y,
    "sin(50*x)*y": lambda x, y: ag.sin(50 * x) * y,
    "sigmoid(x)*sigmoid(y)": lambda x, y: ag.sigmoid(x) * ag.sigmoid(y),
    "(x*y)**3/(1 + y*y)": lambda x, y: (x * y) ** 3 / (1 + y * y),
    "a sum of 200 terms": lambda x, y: ag.sum([x * ((-1.0) ** k / k) + y * (1.0 / k**2) for k in range(1, 201)]),
    "(x - y)*(x + y) - x*x": lambda x, y: (x - y) * (x + y) - x * x,
}
KINKS: dict[str, Callable[..., Any]] = {
    "relu(x)*y + abs(y)": lambda x, y: ag.relu(x) * y + ag.abs(y),
    "maximum(x, y)*x": lambda x, y: ag.maximum(x, y) * x,
}
RANDOM = "random expressions"

identity = ag.operation("off", lambda x: x, lambda x, out: 1.0 + OFF, exact=lambda mp, x: x)


@dataclass
class Case:
    """A function at a point: as a graph, as a function of floats, and its partial derivatives."""

    family: str
    f: Callable[..., Any]
    point: tuple[float, ...]
    partials: list[float] = field(default_factory=list)
    worth: list[int] = field(default_factory=list)  # the inputs whose partial can be off by 1e-4 beyond rounding

    def __post_init__(self) -> None:
        xs = [Value(x) for x in self.point]
        y = self.f(*xs)
        if not isinstance(y, Value):
            return
        self.partials = ag.grad(y, xs)
        bounds = gradient_rounding(y, xs)
        self.worth = [i for i, (g, bound) in enumerate(zip(self.partials, bounds, strict=True)) if abs(g) * OFF > 10 * bound]

    def with_slip(self, i: int) -> Callable[..., Any]:
        """f with the derivative by its input i off, and nothing else."""
        return lambda *xs: self.f(*xs[:i], identity(xs[i]), *xs[i + 1 :])


def cases(count: int, random: Random) -> Iterator[Case]:
    """Half hard functions and kinks, half random ones."""
    for _ in range(count // 2):
        name = random.choice([*HARD, *KINKS])
        if name in HARD:
            yield Case(name, HARD[name], (random.uniform(-10, 10), random.uniform(-10, 10)))
        else:  # at the kinks, and beside them
            yield Case(name, KINKS[name], (random.choice([0.0, 1.0, random.gauss(0, 1)]), random.choice([0.0, 1.0, random.gauss(0, 1)])))
        expression = random_expression(random, list(ops.TABLE.values()), max_steps=20)
        yield Case(RANDOM, expression, expression.point)


# --- the checkers: each says for a case, with input i off or none, whether it complains ---------------------------


@dataclass
class Checker:
    """A way to check, and what came of it. `complains(case, i)` is True, False, or None where it cannot tell."""

    name: str
    complains: Callable[[Case, int | None], bool | None]
    alarms: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    undecided: int = 0
    caught: int = 0
    wrong: int = 0
    seconds: float = 0.0
    inputs: int = 0


def by_gradcheck(witnesses: Counter[str], floats: bool) -> Callable[[Case, int | None], bool | None]:
    """Ours: of the graph, or of a function of floats with the gradient beside it."""

    def complains(case: Case, i: int | None) -> bool | None:
        f, gradient = (case.f if i is None else case.with_slip(i)), None
        if floats:
            claimed = [g * (1 + OFF) if j == i else g for j, g in enumerate(case.partials)]
            f, gradient = case.f, lambda *_: claimed
        try:
            report: Report = gradcheck(f, *case.point, gradient=gradient)
        except GradientMismatch as error:
            if i is not None and error.finding:
                witnesses[error.finding.witnesses[-1].witness.partition(",")[0]] += 1
            return True
        wanted = report.findings if i is None else [report.findings[i]]
        return None if any(finding.verdict == CANNOT_TELL for finding in wanted) else False

    return complains


def by_central_difference(case: Case, i: int | None) -> bool:
    """The recipe of many tutorials: h = cbrt(eps)·max(1, |x|), relative tolerance 1e-6."""
    for j, (x, g) in enumerate(zip(case.point, case.partials, strict=True)):
        h = sys.float_info.epsilon ** (1 / 3) * max(1.0, abs(x))
        claimed = g * (1 + OFF) if j == i else g
        left, right = (float(case.f(*case.point[:j], x + side * h, *case.point[j + 1 :])) for side in (-1, 1))
        if not abs((right - left) / (2 * h) - claimed) <= 1e-6 * abs(claimed):
            return True
    return False


def by_torch(case: Case, i: int | None) -> bool:
    """PyTorch's gradcheck with its defaults (eps 1e-6, atol 1e-5, rtol 1e-3), on the same graph in its own operations."""
    xs = [Value(x) for x in case.point]
    order = topological_order([case.f(*xs)])

    class Off(torch.autograd.Function):  # type: ignore[misc]  # PyTorch is not installed where types are checked
        @staticmethod
        def forward(_context: Any, x: Any) -> Any:
            return x.clone()

        @staticmethod
        def backward(_context: Any, upstream: Any) -> Any:
            return upstream * (1 + OFF)

    def f(*tensors: Any) -> Any:
        numbers = dict(zip(xs, tensors, strict=True))
        if i is not None:
            numbers[xs[i]] = Off.apply(tensors[i])
        for node in order:
            if node not in numbers:
                operands = [numbers[operand] for operand in node.operands]
                numbers[node] = in_torch(node.op.name, operands) if node.op else torch.tensor(node.data, dtype=torch.float64)
        return numbers[order[-1]]

    inputs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in case.point]
    return not torch.autograd.gradcheck(f, inputs, raise_exception=False)


def in_torch(name: str, operands: Sequence[Any]) -> Any:
    """A row in PyTorch's operations."""
    if name in ("gt", "ge"):
        return getattr(torch, name)(*operands).to(torch.float64)
    if name == "where":
        return torch.where(operands[0] != 0, *operands[1:])
    if name in ("sum", "logsumexp"):
        return getattr(torch, name)(torch.stack(list(operands)), dim=0)
    if name == "softplus":
        return torch.nn.functional.softplus(*operands)
    return getattr(torch, name)(*operands)


# --- the run ------------------------------------------------------------------------------------------------------


def run(checkers: list[Checker], count: int, random: Random) -> None:
    """Let all of them check the same cases, correct and with a slip."""
    for case in cases(count, random):
        slip = random.choice(case.worth) if case.worth and not kinked(case) else None
        for checker in checkers:
            start = perf_counter()
            complaint = checker.complains(case, None)
            checker.seconds += perf_counter() - start
            checker.inputs += len(case.point)
            checker.asked[case.family] += 1
            checker.alarms[case.family] += complaint is True
            checker.undecided += complaint is None
            if slip is not None:
                checker.wrong += 1
                checker.caught += checker.complains(case, slip) is True


def kinked(case: Case) -> bool:
    """At a kink a claim between the slopes of the two sides is right, and 1e-4 more may still lie between them."""
    report = gradcheck(case.f, *case.point)
    return any(seen.kinks for finding in report.findings for seen in finding.witnesses)


def milliseconds(random: Random, wanted: int = 40) -> float:
    """The median time for a point and an input, over expressions of about 20 nodes for which difference quotients suffice."""
    times = list[float]()
    while len(times) < wanted:
        expression = random_expression(random, max_steps=20)
        size = len(topological_order([expression.record()[1]]))
        report = gradcheck(expression, *expression.point) if 18 <= size <= 24 else None
        if report and not any(seen.witness == "mpmath" for finding in report.findings for seen in finding.witnesses):
            runs = [_timed(expression) for _ in range(5)]
            times.append(min(runs) / len(expression.point))
    return 1e3 * median(times)


def _timed(expression: Expression) -> float:
    start = perf_counter()
    gradcheck(expression, *expression.point)
    return perf_counter() - start


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.3g} %" if whole else ""


def printed(checkers: list[Checker], witnesses: dict[str, Counter[str]]) -> None:
    console, table = Console(width=150), Table(title="correct gradients called wrong, by function")
    table.add_column("")
    for checker in checkers:
        table.add_column(checker.name, justify="right")
    for family in [*HARD, *KINKS, RANDOM]:
        table.add_row(family, *(f"{c.alarms[family]} of {c.asked[family]}" for c in checkers))
    console.print(table)
    table = Table(title="wrong gradients (one partial off by 1e-4) and the cost")
    for column in ("", "false alarms", "cannot tell", "wrong ones caught", "ms per point and input"):
        table.add_column(column, justify="right" if column else "left")
    for c in checkers:
        alarms = f"{c.alarms.total()} of {c.asked.total()}"
        caught = f"{c.caught} of {c.wrong} = {percent(c.caught, c.wrong)}"
        table.add_row(c.name, alarms, percent(c.undecided, c.asked.total()), caught, f"{1e3 * c.seconds / c.inputs:.2f}")
    console.print(table)
    for name, counts in witnesses.items():
        console.print(f"{name}: who caught them: {', '.join(f'{witness} {count}' for witness, count in counts.most_common())}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=3000, help="functions and points (default: 3000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ours", action="store_true", help="only ours, for long runs")
    options = parser.parse_args()
    witnesses = {"gradcheck, graph": Counter[str](), "gradcheck, floats": Counter[str]()}
    ours = [Checker(name, by_gradcheck(counts, floats="floats" in name)) for name, counts in witnesses.items()]
    others = [Checker("central difference, rtol 1e-6", by_central_difference)]
    if torch is not None:
        others.append(Checker(f"PyTorch {torch.__version__} gradcheck", by_torch))
    checkers = ours if options.ours else ours + others
    run(checkers, options.count, Random(options.seed))
    printed(checkers, witnesses)
    print(f"about 20 nodes, where quotients suffice: {milliseconds(Random(3)):.2f} ms per point and input")
    return int(any(c.alarms.total() for c in ours) or ours[0].caught < CAUGHT * ours[0].wrong)


if __name__ == "__main__":
    sys.exit(main())
