"""Hypothesis strategies: Values, and points at which a function is worth checking.

What you can do with this file: `values()` draws Values; `points(f)` draws points inside the domain of f, close to the edges of the
domain, and close to kinks. `expressions()`, in its own file, draws whole functions.

How points come about: nothing is thrown away. A drawn point outside the domain is moved along the line to one inside, up to the
edge; where f takes other sides of a kink at two drawn points, the place between them is found where it changes. Both by bisection.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice, product
from math import isfinite
from random import Random
from typing import TYPE_CHECKING, Any

from autograd_mini.checks.needs import needs
from autograd_mini.checks.recorded import probe_of
from autograd_mini.graph import topological_order
from autograd_mini.value import Value
from autograd_mini.witnesses import Probe

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["points", "values"]

NEAR = ("inside", "edges", "kinks")
TRIES = 2000  # random points, to find one inside
HALVINGS = 30  # of the way to an edge or a kink: 1e-9 of it is left. At the edge itself there is nothing to check
DECIMALS = 6  # numbers as people write them; 1e-300 says nothing about a derivative rule

Point = tuple[float, ...]


def values(min_value: float = -1e3, max_value: float = 1e3) -> SearchStrategy[Value]:
    """A strategy of variable leaves; they shrink to Value(0.0). Raises MissingExtra without Hypothesis.

    `from_type(Value)` draws from it too.

    >>> from hypothesis import find
    >>> find(values(), lambda x: x.data > 2).data
    3.0
    """
    drawn: SearchStrategy[Value] = needs("hypothesis.strategies").floats(min_value, max_value).map(Value)
    return drawn


def points(
    f: Callable[..., Any], count: int | None = None, *, low: float = -10.0, high: float = 10.0, near: Sequence[str] = NEAR
) -> SearchStrategy[Point]:
    """A strategy of points, one number for each of the `count` parameters of f (by default as many as it has), in low … high.

    f takes Values and returns one. All points are inside its domain. `near` says which are wanted: "inside" anywhere in it,
    "edges" close to where it ends, "kinks" close to where a row such as relu changes sides. They shrink to simple numbers.

    Raises ValueError if no point inside is found, or for other words in `near`; TypeError where the parameters cannot be counted;
    MissingExtra without Hypothesis.

    >>> from hypothesis import find
    >>> find(points(lambda x, y: (x - y).log()), lambda point: True)
    (0.0, -0.5)
    """
    st = needs("hypothesis.strategies")
    if not near or set(near) - set(NEAR):
        raise ValueError(f"points(near={near!r}): choose from {', '.join(NEAR)}")
    look = partial(_look, f)
    size = _count(f) if count is None else count
    anchor = _anchor(look, size, low, high)
    drawn = st.tuples(*[st.floats(low, high).map(lambda x: round(x, DECIMALS))] * size)

    def placed(kind: str, point: Point, other: Point) -> Point:
        inside = _last(anchor, point, lambda p: look(p).inside)
        if kind == "kinks":
            here, there = look(inside).sides, _last(anchor, other, lambda p: look(p).inside)
            return _last(inside, there, lambda p: (seen := look(p)).inside and seen.sides == here)
        if kind == "edges" or inside == point:
            return inside
        well_inside = tuple([(a + b) / 2 for a, b in zip(anchor, inside, strict=True)])
        rounded = tuple([round(x, DECIMALS) for x in well_inside])
        return rounded if look(rounded).inside else well_inside

    found: SearchStrategy[Point] = st.builds(placed, st.sampled_from(list(near)), drawn, drawn)
    return found


def _look(f: Callable[..., Any], point: Point) -> Probe:
    """What f does at a point: whether that is inside its domain, and which sides it takes."""
    try:
        y = f(*map(Value, point))
    except (ArithmeticError, ValueError):
        return Probe(point, 0.0, (), False)
    if not isinstance(y, Value):
        return Probe(point, 0.0, (), isfinite(y))
    return probe_of(point, y, topological_order([y], leaves=False))


def _anchor(look: Callable[[Point], Probe], size: int, low: float, high: float) -> Point:
    """The simplest point inside that comes to hand."""
    random = Random(0)
    simple = islice(product([x for x in (0.0, 1.0, -1.0, 0.5, 2.0) if low <= x <= high], repeat=size), TRIES)
    for point in (*simple, *(tuple(random.uniform(low, high) for _ in range(size)) for _ in range(TRIES))):
        if look(point).inside:
            return point
    raise ValueError(f"points(f): among {TRIES:,} points between {low:g} and {high:g} f is defined at none; say where it is: low=…, high=…")


def _last(start: Point, end: Point, holds: Callable[[Point], bool]) -> Point:
    """The last point on the way from start to end up to which `holds` does; `end` itself, if it does there."""
    if holds(end):
        return end
    good, bad, best = 0.0, 1.0, start
    for _ in range(HALVINGS):
        middle = (good + bad) / 2
        point = tuple([a + (b - a) * middle for a, b in zip(start, end, strict=True)])
        if holds(point):
            good, best = middle, point
        else:
            bad = middle
    return best


def _count(f: Callable[..., Any]) -> int:
    parameters = inspect.signature(f).parameters.values()
    if any(p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters):
        raise TypeError(f"points(f): how many numbers f takes cannot be seen from {inspect.signature(f)}; say it: points(f, 3)")
    return len(parameters)
