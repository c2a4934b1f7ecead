"""One derivative, explained: the paths that make it up, and three ways to the same number.

What you can do with this file: `print(ag.explain(y, x))`.

    the paths             which ways from x to y there are, how many, and which weigh most
    backward mode         the number of `backward()` and `ag.grad`: from y back to x
    forward mode          the same sum, from x on to y
    finite difference     y computed anew a little to the left and to the right of x, without any rule
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fabs, fsum, inf, isfinite, nan

from autograd_mini.bounds import claim_rounding, weights
from autograd_mini.derivatives import forward, grad
from autograd_mini.diagnosis import require_finite
from autograd_mini.graph import between
from autograd_mini.language import _, ngettext
from autograd_mini.listing import lines_of
from autograd_mini.number import show
from autograd_mini.number_like import require_values
from autograd_mini.paths import Path, counted, legend, names_for, paths
from autograd_mini.quotient import Quotient, quotient
from autograd_mini.replay import changed_since
from autograd_mini.value import Value

__all__ = ["Explanation", "explain"]


@dataclass(frozen=True, repr=False)
class Explanation:
    """What `explain` found; print it to read it.

    `count`: how many paths lead from x to y, exactly. `paths`: the largest of them. `all_paths`: Σ |product| over all paths.
    `backward`, `forward`: the derivative in the two modes; `bound`: how far rounding may have moved either. `quotient`: the
    finite difference, None where there is none.
    """

    y: Value
    x: Value
    count: int
    paths: tuple[Path, ...]
    all_paths: float
    backward: float
    forward: float
    bound: float
    quotient: Quotient | None

    @property
    def share(self) -> float:
        """Which part of Σ |product| over all paths the shown ones carry, 0 to 1; nan where there is none, or it is not finite."""
        if 0 < self.count == len(self.paths):
            return 1.0
        shown = fsum(fabs(path.product) for path in self.paths)
        return min(shown / self.all_paths, 1.0) if self.all_paths and isfinite(self.all_paths) else nan

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    __repr__ = __str__


def explain(y: Value, x: Value, k: int = 5) -> Explanation:
    """Explain ∂y/∂x: the k largest paths from x to y, the count of all, and why three ways to the number differ in the last digits.

    The paths are counted, never listed: there may be more of them than atoms in the world. Nothing is written to the graph,
    and x may be any node of it. From what y does not depend on no path leads, and `ag.why` says why.

    Raises NonFiniteError if y is inf or nan, TypeError unless both are Values, ValueError unless k is a whole number from 1.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + x
    >>> found = explain(y, x)
    >>> found.count, found.backward, found.share
    (3, 7.0, 1.0)
    >>> print(found)  # doctest: +ELLIPSIS
    ∂v2/∂x = 7
    From x to v2 lead 3 paths.
    <BLANKLINE>
    path          local derivatives  product
    x →₁ v1 → v2  3 × 1                    3
    x →₂ v1 → v2  3 × 1                    3
    x → v2        1                        1
    These are all paths: ∂v2/∂x is the sum of their products.
    ...
    """
    require_values([y, x], "explain(y, x)")
    require_finite(y, "explain()")
    found = paths(y, x, k)
    if not found.count:
        return Explanation(y, x, 0, (), 0.0, 0.0, 0.0, 0.0, None)
    weight = weights(y)[x]
    [backward] = grad(y, [x])
    bound = claim_rounding(weight, grad(y, [x], create_graph=True)[0]) if isfinite(backward) else inf
    ahead = forward([y], {x: 1.0})[y]
    return Explanation(y, x, found.count, found.largest, weight.paths, backward, ahead, bound, quotient(y, x))


# --- the text -----------------------------------------------------------------------------------------------------


def _lines(found: Explanation) -> Iterator[str]:
    names = names_for(found.y, found.x)
    called = {"y": names[found.y], "x": names[found.x]}
    yield _("∂{y}/∂{x} = {derivative}", derivative=show(found.backward), **called)
    if not found.count:
        yield _("No path leads from {x} to {y}; ag.why({y}, {x}) says why.", **called)
        return
    count = counted(found.count)
    yield ngettext("From {x} to {y} leads {count} path.", "From {x} to {y} lead {count} paths.", found.count, count=count, **called)
    yield ""
    yield from _paths(found, names, called)
    yield ""
    yield from _three_ways(found)
    yield ""
    yield from _why_they_differ(found, called)


def _paths(found: Explanation, names: Mapping[Value, str], called: Mapping[str, str]) -> Iterator[str]:
    rows = [(path.chain(names), path.factors(), show(path.product, 6)) for path in found.paths]
    yield from _table((_("path"), _("local derivatives"), _("product")), rows)
    if found.count == len(found.paths):
        yield _("These are all paths: ∂{y}/∂{x} is the sum of their products.", **called)
    else:
        share = f"{show(100 * found.share, 3)} %" if isfinite(found.share) else _("not defined")
        yield _(
            "∂{y}/∂{x} is the sum of the products of all paths; these are the largest. "
            "Their share of the sum of all |products|: {share}.", share=share, **called
        )  # fmt: skip
    yield from legend(found.paths)


def _three_ways(found: Explanation) -> list[str]:
    ways = [(_("backward mode"), found.backward, found.backward), (_("forward mode"), found.forward, found.forward)]
    if seen := found.quotient:
        ways.append((_("finite difference"), seen.low, seen.high))
    rows = []
    for way, low, high in ways:
        differs = way != ways[0][0] and low == high and isfinite(found.backward)
        number = _exactly(low) if low == high or low != low else f"{_exactly(low)} … {_exactly(high)}"
        rows.append((way, number, show(low - found.backward, 2) if differs else ""))
    return _table(("", _("derivative"), _("difference")), rows)


def _why_they_differ(found: Explanation, called: Mapping[str, str]) -> Iterator[str]:
    if not isfinite(found.backward):
        yield _("ag.why({y}, {x}) says where the derivative stopped being a finite number.", **called)
        return
    yield _("Backward mode multiplies and adds from {y} back, forward mode from {x} on: the same factors in another order.", **called)
    if found.forward == found.backward:
        yield _("Every step rounds; here both come to the very same number.")
    elif not fabs(found.forward - found.backward) <= 2 * found.bound:
        yield _("On its way forward mode met numbers too large or too small for a double, and came out elsewhere.")
    else:
        yield _("Every step rounds, so the last digits differ.")
    if isfinite(found.bound):
        yield _("Rounding moves neither by more than {bound}.", bound=show(found.bound, 2))
    yield from _about_the_quotient(found, called)


def _about_the_quotient(found: Explanation, called: Mapping[str, str]) -> Iterator[str]:
    seen, at = found.quotient, {"value": show(found.x.data), **called}
    if seen is None and any(changed_since(between(found.x, found.y))):
        yield _("There is no finite difference: {y} no longer follows from its leaves, whose .data was set since.", **called)
    elif seen is None:
        yield _("There is no finite difference: {y} is not defined around {x} = {value}.", **at)
    elif seen.is_kink:
        yield _("The finite difference sees a kink or a jump at {x} = {value}, with another slope on each side.", **at)
    else:
        at["step"] = show(seen.step, 2)
        if seen.one_sided:
            yield _("The finite difference takes steps of {step} to one side; on the other, {y} is not defined.", **at)
        else:
            yield _("The finite difference computes {y} anew at {x} − {step} and {x} + {step}, and knows no rule.", **at)
        yield from _what_it_loses(seen, found.backward, called["y"])


def _what_it_loses(seen: Quotient, backward: float, y: str) -> Iterator[str]:
    if seen.low == backward:
        yield _("It comes to the very same number.")
        return
    yield _(
        "Two things blur it: the step is too long where {y} bends (truncation, up to about {truncation}), and of the difference of "
        "two nearly equal numbers rounding is left, divided by the step (cancellation, up to {cancellation}).",
        y=y, truncation=show(seen.truncation, 2), cancellation=show(seen.cancellation, 2),
    )  # fmt: skip


def _exactly(x: float) -> str:
    """The shortest text that reads back as the same number, so that the last digits can be compared."""
    return next((text for digits in (15, 16, 17) if float(text := show(x, digits)) == x), show(x))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="")
    for column in columns:
        table.add_column(column, justify="right" if column == columns[-1] else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return lines_of(table)
