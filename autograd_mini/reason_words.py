"""The reasons of `ag.why` in words: one sentence for the verdict, one for the reason.

What you can do with this file: look up what each `Reason.verdict` and `Reason.reason` means (`VERDICTS`, `REASONS`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fabs
from types import MappingProxyType
from typing import TYPE_CHECKING

from autograd_mini.backward import Step
from autograd_mini.language import N_, _
from autograd_mini.listing import made_by
from autograd_mini.number import show
from autograd_mini.paths import Path, bracketed, counted, folded, legend, names_for
from autograd_mini.value import Value

if TYPE_CHECKING:
    from autograd_mini.reasons import Reason

__all__ = ["REASONS", "VERDICTS", "told"]

SHOWN = 3  # further edges that are named; of more, their count is said

VERDICTS: Mapping[str, str] = MappingProxyType({
    "zero": N_("∂{y}/∂{x} is 0."),
    "tiny": N_("∂{y}/∂{x} = {derivative} is tiny: below a millionth."),
    "huge": N_("∂{y}/∂{x} = {derivative} is huge: above a million."),
    "infinite": N_("∂{y}/∂{x} is {derivative}: infinite."),
    "nan": N_("∂{y}/∂{x} is nan: not a number."),
    "ordinary": N_("∂{y}/∂{x} = {derivative}, nothing unusual."),
})  # fmt: skip

REASONS: Mapping[str, str] = MappingProxyType({
    # nothing leads from x to y
    "constant": N_(
        "{x} is a constant, and no derivative is computed for constants. A variable is made with Value({value}); "
        "on the command line, with name=number after the expression."
    ),
    "detached_itself": N_("{x} came from detach(): it is a constant, cut from the graph, and no derivative is computed for it."),
    "detached": N_("The way from {x} is cut: in {written}, {at} came from detach(), and no derivative goes back through it."),
    "detached_output": N_("{y} itself came from detach(): it is a constant, and no derivative goes back through it."),
    "perhaps_detached": N_(
        "No path leads from {x} to {y}. Perhaps it was cut: in {written}, {at} came from detach(), and what it was cut from is gone."
    ),
    "not_connected": N_("No path leads from {x} to {y}: {y} was computed without it, and stays as it is however {x} changes."),
    "namesake": N_("No path leads from {x} to {y}. Another node of this graph has that label too: was {y} computed from an earlier {x}?"),
    "other_way_round": N_("{x} was computed from {y}, not {y} from {x}; ask for ∂{x}/∂{y} with ag.why({x}, {y})."),
    "not_finite": N_("{y} itself is {whole}, and has no derivative; the first number that went wrong is {at}."),
    # an edge passes 0 back
    "dead_relu": N_("{written}, and {at_operand} is not above 0: there relu is flat and passes nothing back ({arithmetic})."),
    "saturated": N_("{written} is saturated at {at_operand}: so far out the curve is flat ({arithmetic})."),
    "zero_factor": N_("{written} passes back to {operand} the upstream times the other factor, {other} ({arithmetic})."),
    "zero_numerator": N_("{written} divides 0, and 0 divided by anything stays 0, however {operand} changes ({arithmetic})."),
    "comparison": N_("{written} is a comparison: it jumps between 0 and 1 and is flat everywhere else ({arithmetic})."),
    "condition": N_("{operand} only decides which branch {written} takes; moved a little, it decides the same ({arithmetic})."),
    "untaken_branch": N_("{written} takes the other branch, so {operand} has no say in it here ({arithmetic})."),
    "loser": N_("{written} takes {other}, so {at_operand} has no say in it here ({arithmetic})."),
    "kink": N_("{written} has a kink at {at_operand}, where its slope is 0 by convention ({arithmetic})."),
    "flat": N_("{written} is flat at {at_operand} ({arithmetic})."),
    "underflow": N_(
        "At {written} what comes back falls below the smallest double, about 5e-324, and rounds to 0 ({arithmetic}): "
        "of the {n} local derivatives on the largest path, {small} are below 1."
    ),
    "paths_cancel": N_("The contributions that meet at {node} cancel: {sum}."),
    # tiny and huge
    "small_factor": N_("{written} passes back to {operand} the upstream times the other factor, {other} ({arithmetic})."),
    "small_slope": N_("{written} is almost flat at {at_operand} ({arithmetic})."),
    "vanishing": N_(
        "No single edge is to blame, the gradient vanishes little by little: "
        "of the {n} local derivatives on the largest path, {small} are below 1 ({multiplied})."
    ),
    "large_factor": N_("{written} passes back to {operand} the upstream times the other factor, {other} ({arithmetic})."),
    "steep": N_("{written} is steep at {at_operand} ({arithmetic})."),
    "exploding": N_(
        "No single edge is to blame, the gradient explodes little by little: "
        "of the {n} local derivatives on the largest path, {large} are above 1 ({multiplied})."
    ),
    "many_paths": N_("No path is huge by itself (the largest comes to {product}), but {count} paths add up."),
    # infinity and nan
    "infinite_slope": N_("{written} is infinitely steep at {at_operand} ({arithmetic})."),
    "overflow": N_("At {written} what comes back grows beyond the largest double, about 1.8e308 ({arithmetic})."),
    "sum_overflow": N_("The contributions that meet at {node} add up to more than the largest double, about 1.8e308: {sum}."),
    "zero_times_infinity": N_("At {written} a 0 meets an infinity on the way back to {operand}, and 0 × inf is no number ({arithmetic})."),
    "nan_slope": N_("{written} has no slope at {at_operand} ({arithmetic})."),
    "infinities_meet": N_("The contributions that meet at {node} are infinite with opposite signs, and inf − inf is no number: {sum}."),
    # nothing is wrong
    "single_path": N_("One path makes it up, {chain}: {multiplied}."),
    "largest_path": N_("The largest of {count} paths is {chain}: {multiplied}."),
    "itself": N_("It is the derivative of a number with respect to itself."),
})  # fmt: skip


def told(found: Reason) -> str:
    """The verdict, the reason, and where further paths end, in the language of the moment."""
    text = ""
    for sentence in _sentences(found):
        text = _("{before} {sentence}", before=text, sentence=sentence) if text else sentence
    return text


def _sentences(found: Reason) -> Iterator[str]:
    names = names_for(found.y, found.x)
    fields = _fields(found, names)
    yield _(VERDICTS[found.verdict], **fields)
    yield _(REASONS[found.reason], **fields)
    if found.path is not None and "{chain}" in REASONS[found.reason]:
        yield from legend([found.path])
    others = dict.fromkeys((step.node, step.operand) for step in found.others if (step.node, step.operand) != found.edge)
    if others:
        yield _others([f"{names[node]} → {names[operand]}" for node, operand in others])
    if found.step and found.contributions:
        cancelled = REASONS["paths_cancel"]
        yield _(cancelled, **fields)


def _others(edges: list[str]) -> str:
    more = len(edges) - SHOWN
    listed = _(", ").join(edges[:SHOWN])
    if more <= 0:
        return _("Other paths end, on the way back, at {edges}.", edges=listed)
    return _("Other paths end, on the way back, at {edges} and at {more} further edges.", edges=listed, more=f"{more:,}")


def _fields(found: Reason, names: Mapping[Value, str]) -> dict[str, str]:
    """Whatever a sentence may name."""
    x, y = found.x, found.y
    fields = {"y": names[y], "x": names[x], "derivative": show(found.derivative), "value": show(x.data), "whole": show(y.data)}
    if found.at is not None:
        fields |= {"node": names[found.at], "at": _with_number(found.at, names)}
    if found.edge is not None:
        fields["written"] = f"{names[found.edge[0]]} = {made_by(found.edge[0], names)}"
    if found.contributions:
        fields["sum"] = _sum(found.contributions)
    if found.step is not None:
        fields |= _of_edge(found.step, names)
    if found.path is not None:
        fields |= _of_path(found.path, names) | {"count": counted(found.count)}
    return fields


def _of_edge(step: Step, names: Mapping[Value, str]) -> dict[str, str]:
    node, operand = step.node, step.operand
    arithmetic = _(
        "upstream {upstream} × local {local} = {contribution}",
        upstream=show(step.upstream, 6), local=show(step.local_derivative, 6), contribution=show(step.contribution, 6),
    )  # fmt: skip
    return {
        "operand": names[operand],
        "at_operand": _with_number(operand, names),
        "other": _with_number(node.operands[1 - step.position], names) if len(node.operands) == 2 else "",
        "arithmetic": arithmetic,
    }


def _of_path(path: Path, names: Mapping[Value, str]) -> dict[str, str]:
    sizes = [fabs(local) for local in path.local_derivatives]
    return {
        "chain": path.chain(names),
        "product": show(path.product, 6),
        "multiplied": path.multiplied(),
        "n": f"{len(sizes):,}",
        "small": f"{sum(size < 1.0 for size in sizes):,}",
        "large": f"{sum(size > 1.0 for size in sizes):,}",
    }


def _with_number(node: Value, names: Mapping[Value, str]) -> str:
    """`x = -2`; a plain number is its own name."""
    number = show(node.data, 6)
    return number if names[node] == number else f"{names[node]} = {number}"


def _sum(contributions: tuple[float, ...]) -> str:
    shown = [show(contribution) for contribution in contributions]
    return f"{' + '.join(folded(bracketed(shown)))} = {show(sum(contributions))}"
