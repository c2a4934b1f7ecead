"""Completing: sums that lack some products which the others of their kind have, as at the border of a picture.

What you can do with this file: `complete(sums, kinds, zero)` adds to each of these sums what it lacks, times a number that is always 0.

A filter that hangs over the border of a picture reads fewer pixels there. People write such a convolution in two ways: they leave out
what is outside, or they multiply by a constant 0. In both, all places together are one matrix product over a picture with zeros around
it, and so is each gradient. What is added is 0 (only a weight that is inf or nan would make it nan, as it does inside the picture).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini.compiler.array_program import is_batched
from autograd_mini.compiler.scalars import FIXED, Scalar

__all__ = ["complete", "settle"]

WORTH = 4  # products in a sum, for it to be a model for others
SPREAD = 4  # times as many products as before, at most

Zero = Callable[[str], Scalar]  # the zero that lives in a buffer


def settle(scalars: Sequence[Scalar], kinds: Sequence[str], zero: Zero) -> None:
    """Give the zeros that people wrote a buffer: that of the factors in whose place they stand."""
    for scalar in scalars:
        if any(_is_zero(operand) for operand in scalar.operands):
            scalar.set_terms([(c, _settled(factors, scalar, kinds, zero)) for c, factors in scalar.terms])


def _is_zero(scalar: Scalar) -> bool:
    return scalar.source is FIXED and not scalar.number


def _settled(factors: tuple[Scalar, ...], scalar: Scalar, kinds: Sequence[str], zero: Zero) -> tuple[Scalar, ...]:
    if not any(map(_is_zero, factors)):
        return factors
    place = 0 if _is_zero(factors[0]) else 1
    partner = kinds[factors[1 - place].index]
    alike = (kinds[pair[place].index] for _, pair in scalar.terms if len(pair) == 2 and kinds[pair[1 - place].index] == partner)
    instead = zero(next((kind for kind in alike if kind and is_batched(kind)), "v"))
    return (instead, factors[1]) if place == 0 else (factors[0], instead)


def complete(sums: Sequence[Scalar], kinds: Sequence[str], zero: Zero) -> None:
    """Complete the sums of one level."""
    sizes = {len(scalar.terms) for scalar in sums}
    if len(sizes) < 2 or max(sizes) < WORTH:  # none lacks anything that others have
        return
    families: dict[Any, list[Scalar]] = {}
    for scalar in sums:
        signatures = {(c, kinds[pair[0].index], kinds[pair[1].index]) for c, pair in scalar.terms if len(pair) == 2}
        if len(signatures) == 1:
            families.setdefault(signatures.pop(), []).append(scalar)
    for (coefficient, left, right), family in families.items():
        sides = (1, 0) if is_batched(left) else (0, 1)  # what all samples share is the model; then what is computed
        for side in sides if len(family) > 1 else ():
            kind = (right, left)[side]
            if is_batched(kind) and _complete(family, coefficient, side, lambda: zero(kind)):  # noqa: B023 (it is called at once)
                break


def _complete(family: Sequence[Scalar], coefficient: float, side: int, zero: Callable[[], Scalar]) -> bool:
    """Complete a family by the factors on one side; says whether there was anything to do."""
    sets: dict[frozenset[Scalar], list[Scalar]] = {}
    for scalar in family:
        factors = [pair[side] for _, pair in scalar.terms if len(pair) == 2]
        if len(set(factors)) == len(factors):
            sets.setdefault(frozenset(factors), []).append(scalar)
    largest = sorted(sets, key=len, reverse=True)
    if len(largest[0] if largest else ()) < WORTH or len(sets) < 2:
        return False
    models: dict[frozenset[Scalar], list[frozenset[Scalar]]] = {}
    holding: dict[Scalar, list[frozenset[Scalar]]] = {}
    for each in largest:
        model = next((model for model in holding.get(next(iter(each)), ()) if each < model), None)
        if model is not None:
            models.setdefault(model, []).append(each)
        elif len(each) >= WORTH:
            for factor in each:
                holding.setdefault(factor, []).append(each)
    done = False
    for model, smaller in models.items():
        before = sum([len(each) * len(sets[each]) for each in (model, *smaller)])
        after = len(model) * sum([len(sets[each]) for each in (model, *smaller)])
        if after <= SPREAD * before:
            done = True
            for each in smaller:
                _fill(sets[each], sorted(model - each, key=lambda factor: factor.index), coefficient, side, zero())
    return done


def _fill(sums: Sequence[Scalar], missing: Sequence[Scalar], coefficient: float, side: int, zero: Scalar) -> None:
    for scalar in sums:
        added = [(coefficient, (factor, zero) if side == 0 else (zero, factor)) for factor in missing]
        scalar.set_terms([*scalar.terms, *added])
