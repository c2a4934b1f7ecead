"""Groups: scalars that are computed in the same way, at the same time, and so can be computed together.

What you can do with this file: `groups(levels(order), kinds, forward)` → the groups in an order in which they can be computed;
`products(members, kinds)`, the factors of a group of sums as arrays.

The level of a scalar is one more than the highest level of its operands, so scalars of one level do not need one another. Two of them are
alike if they are the same row, or sums with as many products of the same kinds; the kind of a scalar is the buffer that it lives in.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler.scalars import Scalar

__all__ = ["Products", "groups", "levels", "products"]

VARIED = None  # a coefficient that is neither 1 nor -1: a group may hold many


def levels(order: Sequence[Scalar]) -> dict[tuple[int, bool], list[Scalar]]:
    """These scalars, which stand with operands first, by level and by whether they are batched."""
    level: dict[Scalar, int] = {}
    found: dict[tuple[int, bool], list[Scalar]] = {}
    for scalar in order:
        if scalar.source is None:
            level[scalar] = 1 + max([level.get(operand, 0) for operand in scalar.operands], default=0)
            found.setdefault((level[scalar], scalar.batched), []).append(scalar)
    return found


def groups(found: Mapping[tuple[int, bool], list[Scalar]], kinds: Sequence[str], forward: Container[Scalar]) -> list[list[Scalar]]:
    """The groups of these levels, those of the way forward first."""
    alike: dict[Any, list[Scalar]] = {}
    for (level, batched), members in found.items():
        for scalar in members:
            alike.setdefault((scalar not in forward, level, batched, _shape(scalar, kinds)), []).append(scalar)
    return [members for _, members in sorted(alike.items(), key=lambda item: item[0][:2])]


def _shape(scalar: Scalar, kinds: Sequence[str]) -> Any:
    """What scalars have in common that can be computed together."""
    if scalar.op is not None:
        return scalar.op, tuple([kinds[operand.index] for operand in scalar.operands])
    if len(scalar.terms) == 1:
        return bool(scalar.number), _signature(*scalar.terms[0], kinds)
    counts: dict[Any, int] = {}
    for coefficient, factors in scalar.terms:
        signature = _signature(coefficient, factors, kinds)
        counts[signature] = counts.get(signature, 0) + 1
    return bool(scalar.number), frozenset(counts.items())


def _signature(coefficient: float, factors: Sequence[Scalar], kinds: Sequence[str]) -> Any:
    return coefficient if coefficient in (1.0, -1.0) else VARIED, *[kinds[factor.index] for factor in factors]


class Products(NamedTuple):
    """Terms of one kind in a group of J sums, K in each: their coefficients, and the indices of their factors.

    `a` is None where the terms have one factor; where their coefficients vary, those are the other factor.
    """

    coefficients: Any  # [J, K], or a single number
    a: Any | None
    b: Any


def products(members: Sequence[Scalar], kinds: Sequence[str]) -> list[Products]:
    """The terms of a group of sums by their kinds."""
    first = members[0]
    signatures = list(dict.fromkeys(_signature(*term, kinds) for term in first.terms))
    if len(signatures) == 1:
        return [_products([list(scalar.terms) for scalar in members], signatures[0])]
    sorted_terms: dict[Any, list[Any]] = {signature: [] for signature in signatures}
    for scalar in members:
        rows: dict[Any, list[Any]] = {signature: [] for signature in signatures}
        for term in scalar.terms:
            rows[_signature(*term, kinds)].append(term)
        for signature, row in rows.items():
            sorted_terms[signature].append(row)
    return [_products(rows, signature) for signature, rows in sorted_terms.items()]


def _products(rows: list[list[Any]], signature: Any) -> Products:
    shape = len(rows), len(rows[0])
    last = np.array([factors[-1].index for row in rows for _, factors in row]).reshape(shape)
    first = np.array([factors[0].index for row in rows for _, factors in row]).reshape(shape) if len(signature) == 3 else None
    if signature[0] is not VARIED:
        return Products(signature[0], first, last)
    coefficients = np.array([coefficient for row in rows for coefficient, _ in row]).reshape(shape)
    uniform = (coefficients == coefficients[0, 0]).all()
    return Products(float(coefficients[0, 0]) if uniform else coefficients, first, last)
