"""The paths of one derivative: how many lead from x to y, and which of them weigh most.

What you can do with this file: count all paths and get the k largest (`paths(y, x, k)`), each with its nodes, its local
derivatives and their product; write one down (`path.chain(names)`, `path.multiplied()`).

∂y/∂x is the sum, over all paths from x to y, of the product of the local derivatives along the path. There may be more
paths than atoms in the world (200 doublings, t = t + t, have 2²⁰⁰), so nobody lists them. Each node in turn learns from
its operands how many paths from x reach it, and which k of these are largest: a path that is not among the k largest at
an operand is not among the k largest further on. What no later node needs is forgotten at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import pairwise
from math import fabs, frexp, inf, isfinite, ldexp, prod
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from autograd_mini.graph import between
from autograd_mini.language import _
from autograd_mini.listing import names_of
from autograd_mini.number import in_brackets, show
from autograd_mini.value import Value

__all__ = ["Path", "Paths", "bracketed", "counted", "folded", "legend", "names_for", "paths", "product"]

T = TypeVar("T")

#: A size: |number| as (exponent, mantissa), mantissa × 2**exponent with a mantissa in ½ … 1. Sizes compare as tuples do, and
#: their exponents have no bounds, so a product of sizes never becomes 0 or infinite on its way.
Size = tuple[int, float]
ONE: Size = (1, 0.5)
# Beyond what any path of finite numbers comes to; and enough for an inf to outweigh the zeros of any path.
OF_ZERO: Size = (-(1 << 60), 0.5)
OF_INFINITY: Size = (1 << 120, 0.5)

LONGEST = 8  # nodes or factors of a path that are written out; of more, only the ENDS first and last ones
ENDS = 3
WRITTEN_OUT = 10**21  # a larger count is rounded
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Path:
    """One way from x to y: `nodes` from x to y; `nodes[i]` is operand number `positions[i]` (from 0) of `nodes[i + 1]`.

    `product` is the product of the local derivatives along it, computed without over- or underflow on the way.
    """

    nodes: tuple[Value, ...]
    positions: tuple[int, ...]
    local_derivatives: tuple[float, ...]
    product: float

    def chain(self, names: Mapping[Value, str]) -> str:
        """The path in the names of its nodes, `x → v1 → y`; where several edges join two nodes, the arrow is numbered: `x →₂ v1`."""
        first, *others = self.nodes
        arrows = ["→" + str(number or "").translate(SUBSCRIPTS) for number in self._numbers()]
        return " ".join(folded([names[first], *(f"{arrow} {names[node]}" for arrow, node in zip(arrows, others, strict=True))]))

    def multiplied(self) -> str:
        """The product with its factors: `2 × (-0.5) = -1`; of one factor, just that."""
        product = show(self.product, 6)
        return f"{self.factors()} = {product}" if len(self.local_derivatives) > 1 else product

    @property
    def is_numbered(self) -> bool:
        """True if an arrow of `chain` has a number."""
        return any(ends([0, *self._numbers()]))

    def _numbers(self) -> list[int]:
        """For each edge which operand it enters as, from 1, if several edges join the same two nodes; else 0."""
        edges = zip(pairwise(self.nodes), self.positions, strict=True)
        return [position + 1 if node.operands.count(operand) > 1 else 0 for (operand, node), position in edges]

    def factors(self) -> str:
        """Its local derivatives as a product, `2 × (-0.5) × 1`; of many, the first and the last ones."""
        shown = [show(local, 6) for local in self.local_derivatives]
        return " × ".join(folded(bracketed(shown))) or "1"


@dataclass(frozen=True)
class Paths:
    """What `paths` found: the count of all paths, and the largest ones, the largest first."""

    count: int
    largest: tuple[Path, ...]


class _Ways(NamedTuple):
    """What a node knows of the paths from x to it: how many there are; size and last link of the largest."""

    how_many: int
    largest: list[tuple[int, float, Any]]  # exponent, mantissa, (node, position, link before) or None at x


def paths(y: Value, x: Value, k: int = 5) -> Paths:
    """Count the paths from x to y, and find the k of them with the largest |product of local derivatives|.

    The order is total: a path through a local derivative that is inf or nan counts as larger than any without, and a path
    through a 0 as smaller than any without; of equal ones that through the first operand comes first. Nothing leads from a
    constant, and from y to itself leads one path without edges. Raises ValueError unless k is a whole number from 1.

    >>> x = Value(3.0, label="x")
    >>> found = paths(x * x * x + x, x, k=1)
    >>> found.count, found.largest[0].local_derivatives, found.largest[0].product
    (4, (3.0, 3.0, 1.0), 9.0)
    """
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise ValueError(f"k={k!r} says how many paths to find; it is a whole number from 1")
    order = between(x, y)
    if x.is_constant or (not order and x is not y):
        return Paths(0, ())
    known = {x: _Ways(1, [(*ONE, None)])}
    waiting = _times_used(x, order)
    for node in order:
        known[node] = _ways(node, known, k)
        for operand in node.operands:
            if operand in waiting:
                waiting[operand] -= 1
                if not waiting[operand]:
                    del known[operand]
    return Paths(known[y].how_many, tuple([_path(x, link) for *_size, link in known[y].largest]))


def _ways(node: Value, known: dict[Value, _Ways], k: int) -> _Ways:
    """The paths to a node, from those to its operands."""
    count, candidates = 0, list[tuple[int, float, Any]]()
    for position, (operand, local) in enumerate(zip(node.operands, node.local_derivatives, strict=True)):
        if operand in known and local is not None:
            ways = known[operand]
            count += ways.how_many
            factor = size(local)
            candidates += [(*times((e, m), factor), (node, position, link)) for e, m, link in ways.largest]
    return _Ways(count, sorted(candidates, key=itemgetter(0, 1), reverse=True)[:k])


def _times_used(x: Value, order: Iterable[Value]) -> dict[Value, int]:
    """How many edges still wait for what x and each node of `order` knows."""
    waiting = dict.fromkeys((x, *order), 0)
    for node in order:
        for operand in node.operands:
            if operand in waiting:
                waiting[operand] += 1
    return waiting


def _path(x: Value, link: Any) -> Path:
    """Follow the links back from y to x."""
    nodes, positions = list[Value](), list[int]()
    while link:
        node, position, link = link
        nodes.append(node)
        positions.append(position)
    nodes.reverse()
    positions.reverse()
    factors = [node.local_derivatives[position] for node, position in zip(nodes, positions, strict=True)]
    return Path((x, *nodes), tuple(positions), tuple(factors), product(factors))  # type: ignore[arg-type]


def names_for(y: Value, x: Value) -> dict[Value, str]:
    """What the nodes of y's graph are called, and x too where it is none of them: by its label, even if a node there has the same."""
    names = names_of([y])
    return names if x in names else {**names_of([y, x]), **(names_of([x]) if x.label else {})}


def counted(count: int) -> str:
    """A count of paths for people: with commas; a very large one rounded."""
    if count < WRITTEN_OUT:
        return f"{count:,}"
    return _("about {count}", count=f"{Decimal(count):.3g}".replace("e+", "e"))


def folded(parts: Sequence[str]) -> Sequence[str]:
    """The parts; of many, the first and the last ones, and between them how many are left out."""
    shown = list(ends(parts))
    if left_out := len(parts) - len(shown):
        shown.insert(ENDS, _("… ({n} more) …", n=f"{left_out:,}"))
    return shown


def ends(parts: Sequence[T]) -> Sequence[T]:
    """The parts; of many, the first and the last ones."""
    return parts if len(parts) <= LONGEST else [*parts[:ENDS], *parts[-ENDS:]]


def legend(paths: Iterable[Path]) -> list[str]:
    """What the numbers of arrows mean, if one of these paths has any."""
    return [_("(→₁, →₂: enters as the first, as the second operand.)")] if any(path.is_numbered for path in paths) else []


def bracketed(terms: Sequence[str]) -> list[str]:
    """The terms of a sum or a product, with brackets around negative ones that follow a sign."""
    return [in_brackets(term) if i else term for i, term in enumerate(terms)]


def size(number: float) -> Size:
    """|number| as a size; 0 and what is not finite get sizes beyond all others."""
    if not isfinite(number):
        return OF_INFINITY
    mantissa, exponent = frexp(fabs(number))
    return (exponent, mantissa) if mantissa else OF_ZERO


def times(a: Size, b: Size) -> Size:
    """The product of two sizes, rounded as floats round."""
    exponent, mantissa = a[0] + b[0], a[1] * b[1]
    return (exponent, mantissa) if mantissa >= 0.5 else (exponent - 1, 2.0 * mantissa)


def product(factors: Iterable[Any]) -> float:
    """The product as a chain of multiplications gives it, but for over- and underflow on the way.

    >>> product([1e-200, 1e-200, 1e300])
    1e-100
    """
    factors = list(factors)
    special = [factor for factor in factors if not (factor and isfinite(factor))]
    regular = [factor for factor in factors if factor and isfinite(factor)]
    sign = -1.0 if sum(factor < 0 for factor in regular) % 2 else 1.0
    if special:
        return sign * float(prod(special))
    exponent, mantissa = reduce(times, map(size, regular), ONE)
    return sign * (ldexp(mantissa, exponent) if exponent <= 1024 else inf)
