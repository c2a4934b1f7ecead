"""A check that never fails is no check: every derivative rule is broken on purpose, and every break has to be caught."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from rows import POINTS, ROWS

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.checks import gradcheck
from autograd_mini.errors import GradientMismatch
from autograd_mini.pytest_plugin import COUNTED
from autograd_mini.row import Operation

Derivatives = tuple[Any, ...]


def slightly_off(derivatives: Derivatives, i: int) -> Any:
    # Where the derivative is 0 (comparisons), a relative error would be none.
    return derivatives[i] * (1 + 1e-4) + (1e-4 if as_float(derivatives[i]) == 0 else 0.0)


def wrong_sign(derivatives: Derivatives, i: int) -> Any:
    return -derivatives[i]


def swapped(derivatives: Derivatives, i: int) -> Any:
    return derivatives[i - 1]


def forgotten(derivatives: Derivatives, i: int) -> Any:
    return derivatives[i] * 0.0


MUTATIONS = [slightly_off, wrong_sign, swapped, forgotten]


def as_float(x: Any) -> float:
    return float(x.data if isinstance(x, Value) else x)


def mutated(op: Operation, mutation: Callable[[Derivatives, int], Any], position: int) -> Operation:
    """The row with one of its local derivatives broken."""

    def local(*operands_and_out: Any) -> Derivatives:
        right = op.local(*operands_and_out)
        return tuple(mutation(right, i) if i == position else d for i, d in enumerate(right))

    return replace(op, local=local, partials=None)


def mutants(mutation: Callable[[Derivatives, int], Any]) -> Iterator[tuple[Operation, Operation, tuple[float, ...]]]:
    """All (row, mutant, point) where the mutant's derivative differs."""
    for op in ROWS:
        for point in POINTS[op.name]:
            out = op.kernel(*point)
            for position in range(len(point)):
                mutant = mutated(op, mutation, position)
                if mutant.local(*point, out) != op.local(*point, out):
                    yield op, mutant, point


def alone(op: Operation) -> Callable[..., Value]:
    return op


def inside(op: Operation) -> Callable[..., Value]:
    """The row in the middle of a graph, its result used twice."""

    def f(*xs: Value) -> Value:
        out = op(*xs)
        result: Value = ag.exp(out * 0.01) + 3.0 * out
        return result

    return f


def _who(error: GradientMismatch) -> set[str]:
    """The witnesses that by themselves rule the claim out."""
    found = error.finding
    assert found is not None
    return {seen.witness for seen in found.witnesses if not seen.low - seen.uncertainty <= found.claimed <= seen.high + seen.uncertainty}


by_mutation = pytest.mark.parametrize("mutation", MUTATIONS)


@by_mutation
@pytest.mark.parametrize("used", [alone, inside])
def test_every_mutant_is_caught(
    mutation: Callable[[Derivatives, int], Any], used: Callable[[Operation], Callable[..., Value]], request: pytest.FixtureRequest
) -> None:
    tried, escaped, caught, blamed = set(), [], Counter[str](), 0
    for op, mutant, point in mutants(mutation):
        tried.add(op.name)
        assert gradcheck(used(op), *point), f"a false alarm: {op} at {point}"
        try:
            gradcheck(used(mutant), *point)
        except GradientMismatch as error:
            caught.update(_who(error))
            blamed += f"The slip is in the row {op.name!r}" in str(error)
        else:
            escaped.append((op.name, point))
    assert blamed == caught.total() / 2  # each was seen by both witnesses
    # `pytest --gradient-report` prints it.
    told = ", ".join(f"{witness} {count}" for witness, count in caught.most_common())
    request.node.user_properties.append((COUNTED, f"{caught.total()} findings on mutants, by who saw the slip: {told}"))
    assert escaped == []
    assert len(tried) >= {"swapped": 8}.get(mutation.__name__, 21)


@by_mutation
def test_either_witness_alone_catches_the_ordinary_ones(mutation: Callable[[Derivatives, int], Any]) -> None:
    # Difference quotients only: without `exact`, nobody else is heard.
    for _, mutant, point in mutants(mutation):
        with pytest.raises(GradientMismatch) as caught:
            gradcheck(alone(replace(mutant, exact=None)), *point)
        assert "difference quotients" in str(caught.value)
        assert "mpmath" not in str(caught.value)


@by_mutation
def test_where_floats_are_too_noisy_mpmath_catches(mutation: Callable[[Derivatives, int], Any]) -> None:
    # 1e8 + f: the quotients of f drown in the rounding of the sum.
    for _, mutant, point in mutants(mutation):
        with pytest.raises(GradientMismatch, match="mpmath"):
            gradcheck(lambda *xs, mutant=mutant: 1e8 + mutant(*xs), *point)


def test_a_rule_that_is_right_but_cannot_be_derived_again_is_caught_at_second_order() -> None:
    # `.data` leaves the graph: the first derivative is right, the second is silently 0.
    leaky = ag.operation("leaky", math.exp, lambda x, out: math.exp(x.data if isinstance(x, Value) else x))
    assert gradcheck(leaky, 0.5)
    with pytest.raises(GradientMismatch, match="∂²f/"):
        gradcheck(leaky, 0.5, order=2)
