"""The arrangement: which scalars are computed together, and where they live, so which arrays the instructions compute.

What you can do with this file: `arranged(scalars, blocks)` → the `ArrayProgram`.

Groups of sums become matrix products where `outer.py` finds one; what else is added to them is brought into the same order. A bias joins
the weights of its layer as the weight of an input that is always 1, and its gradient theirs.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini.compiler.array_program import Apply, ArrayProgram, Instruction, Numbers, Operand, Rows, Sum, Term, is_batched
from autograd_mini.compiler.completing import complete, settle
from autograd_mini.compiler.frames import as_operands, as_targets, by_rows
from autograd_mini.compiler.grouping import Products, groups, levels, products
from autograd_mini.compiler.outer import Outer, outer, parts
from autograd_mini.compiler.places import Places
from autograd_mini.compiler.reading import Scalars, needed
from autograd_mini.compiler.scalars import FIXED, Scalar

__all__ = ["arranged"]

FEW = 3  # so many products of a sum are taken one after another, more of them together


def arranged(scalars: Scalars, blocks: Sequence[int]) -> ArrayProgram:
    """Give every number its place, and write the instructions."""
    order = scalars.order
    places = Places(order, 1 + max(scalar.index for scalar in order), blocks)
    plan = _Plan(places, scalars.counts)
    gradients = set(scalars.gradients)
    if any(scalar.source is FIXED for scalar in order):
        settle(order, places.kinds, plan.zero)
    forward = set(needed(order, [scalars.loss, *scalars.outputs]))
    plan.compute(plan.grouped([scalar for scalar in order if scalar not in gradients], forward))
    leaves = places.indices(scalars.parameters)
    places.place(leaves)  # those that only a gradient reads, or nobody
    rows = places.rows[leaves]
    places.rows[places.indices(scalars.gradients)] = rows
    plan.targets = {gradient.index for gradient in scalars.gradients}
    last = [scalar for scalar in order if scalar in gradients and scalar.terms]  # the others are 0
    for leaf, gradient in zip(scalars.parameters, scalars.gradients, strict=True):
        if leaf.index in plan.biases:
            last += plan.join(gradient, plan.biases[leaf.index])
    for members in plan.grouped(last, forward):
        plan.add(members)
    sizes = {**places.sizes, "g": places.sizes["p"]}
    loss, *outputs = [places.operand(places.indices([scalar])) for scalar in (scalars.loss, *scalars.outputs)]
    return ArrayProgram(sizes, rows, tuple(plan.instructions), loss, tuple(outputs), places.fixed, _labels(scalars, places, sizes))


def _labels(scalars: Scalars, places: Places, sizes: Mapping[str, int]) -> dict[str, list[tuple[str, ...]]]:
    """The scope and the label of each row that a Value lives in."""
    found: dict[str, list[tuple[str, ...]]] = {buffer: [()] * size for buffer, size in sizes.items()}
    for scalar, value in scalars.values.items():
        row = places.rows[scalar.index]
        if row >= 0 and value.label is not None:
            found[places.kinds[scalar.index]][row] = (*value.scope, value.label)
    return found


class _Bias(NamedTuple):
    """A bias as a weight: of an input that is always 1. Behind it stand weights of inputs that are always 0."""

    one: Scalar
    padding: list[tuple[Scalar, Scalar]]


class _Plan:
    """The instructions written so far."""

    def __init__(self, places: Places, counts: Mapping[Scalar, int]) -> None:
        self.places = places
        self.counts = counts
        self.instructions: list[Instruction] = []
        self.targets: set[int] = set()  # the gradients: they have their rows before they are computed
        self.biases: dict[int, _Bias] = {}  # parameters that are weights of an input that is always 1

    def zero(self, buffer: str) -> Scalar:
        """The zero of a buffer."""
        return self.places.constant(buffer, 0.0)

    def grouped(self, order: Sequence[Scalar], forward: Container[Scalar]) -> list[list[Scalar]]:
        """The groups of these scalars, those of the way forward first; what they lack is completed."""
        found = levels(order)
        for members in found.values():
            complete([scalar for scalar in members if scalar.op is None], self.places.kinds, self.zero)
        return groups(found, self.places.kinds, forward)

    def compute(self, found: Sequence[list[Scalar]]) -> None:
        """Write the instructions of all groups. What all samples share waits until it is read, so that layers place the parameters."""
        waiting: set[Scalar] = set()
        late: list[list[Scalar]] = []
        for members in found:
            if not members[0].batched:
                late.append(members)
                waiting.update(members)
                continue
            if waiting and not waiting.isdisjoint(operand for scalar in members for operand in scalar.operands):
                for group in late:
                    self.add(group)
                waiting, late = set(), []
            self.add(members)
        for group in late:
            self.add(group)

    def add(self, members: list[Scalar]) -> None:
        """Write the instruction of a group, or several."""
        if members[0].op is not None:
            self._apply(members)
        else:
            self._sum(members, [self._weighed(part) for part in products(members, self.places.kinds)])

    def join(self, gradient: Scalar, bias: _Bias) -> list[Scalar]:
        """The gradient of a bias among those of the weights: what comes back, times 1. Returns the gradients of its padding."""
        back = [(c, factors) for c, factors in gradient.terms if len(factors) == 1 and factors[0].batched]
        others = [term for term in gradient.terms if term not in back]
        gradient.set_terms([*((c, (bias.one, delta)) for c, (delta,) in back), *others])
        padding = bias.padding if not others else []  # beside other terms they would stand apart: they are 0 as it is
        found = [self.places.gradient(pad, [(c, (zero, delta)) for c, (delta,) in back]) for pad, zero in padding]
        self.targets |= {each.index for each in found}
        return found

    # --- rows of the op table ---------------------------------------------------------------------------------------

    def _apply(self, members: list[Scalar]) -> None:
        indices = np.array([[operand.index for operand in scalar.operands] for scalar in members])
        order = by_rows(self.places.rows, indices)
        op, chosen = members[0].op, [members[i] for i in order]
        assert op is not None  # for the types
        arguments = tuple([self.places.operand(column) for column in indices[order].T])
        self.instructions.append(Apply(self._target(chosen, (len(members),)), op, arguments, self._nodes(members)))

    def _target(self, members: Sequence[Scalar], frame: tuple[int, ...]) -> Rows:
        """The rows of a group, its members in this order."""
        if members[0].index in self.targets:
            return Rows("g", self.places.rows[self.places.indices(members)].reshape(frame))
        return Rows(self.places.kinds[members[0].index], self.places.take(members).reshape(frame))

    def _nodes(self, members: Sequence[Scalar]) -> int:
        """How many nodes of the graph these stand for."""
        return sum([self.counts.get(scalar, 0) for scalar in members])

    def _weighed(self, part: Products) -> Products:
        """Products of two numbers whose coefficients vary: the first of them times its coefficient is a number of its own."""
        if part.a is None or np.ndim(part.coefficients) == 0:
            return part
        fresh = self.places.fresh(part.a)
        target = Rows(self.places.kinds[fresh.flat[0]], self.places.rows[fresh.ravel()])
        factors = Numbers(part.coefficients.ravel()), self.places.operand(part.a.ravel())
        self.instructions.append(Sum(target, (Term(1.0, *factors),)))
        return Products(1.0, fresh, part.b)

    # --- sums of products -------------------------------------------------------------------------------------------

    def _sum(self, members: list[Scalar], found: list[Products]) -> None:
        batched = members[0].batched
        found = sorted(found, key=lambda part: (not self._worth(part, batched), -part.b.shape[1]))
        if not self._worth(found[0], batched):
            self._apart(members, found)
            return
        frame = outer(_left(found[0]), found[0].b)
        if frame is not None:
            self._framed(members, self._with_bias(found), batched)
            return
        split = parts(_left(found[0]), found[0].b)
        if 1 < len(split) <= max(2, len(members) // 4):
            for part in split:
                self._sum([members[i] for i in part], [_taken(each, part) for each in found])
        else:
            self._apart(members, found)

    def _worth(self, part: Products, batched: bool) -> bool:
        """Whether a matrix product is a way to do it: not for what is different for each sample on both sides."""
        if not _multiplies(part):
            return False
        left_batched, right_batched = part.a is not None and self._batched(part.a), self._batched(part.b)
        over_batch = (left_batched or right_batched) and not batched
        return not (batched and left_batched) and (part.b.shape[1] > 1 or over_batch)

    def _batched(self, indices: Any) -> bool:
        return is_batched(self.places.kinds[indices.flat[0]])

    def _with_bias(self, found: list[Products]) -> list[Products]:
        """The bias of a layer among its weights, if a row of ones can stand behind what these multiply."""
        main, kinds = found[0], self.places.kinds
        biases = [part for part in found[1:] if part.a is None and np.ndim(part.coefficients) == 0 and part.coefficients == 1.0]
        biases = [part for part in biases if part.b.shape[1] == 1 and kinds[part.b.flat[0]] == "p"]
        weighs = main.a is not None and main.coefficients == 1.0 and kinds[main.a.flat[0]] == "p" and is_batched(kinds[main.b.flat[0]])
        if main.a is None or not weighs or len(biases) != 1:
            return found
        [bias], one = biases, self.places.one_behind(main.b)
        if one is None:
            return found
        ones = np.full_like(bias.b, one.index)
        if outer(np.concatenate([main.a, bias.b], 1), np.concatenate([main.b, ones], 1)) is None:
            return found
        leaves = bias.b.ravel().tolist()
        zeros = self.places.padding(main.b) if self.biases.keys().isdisjoint(leaves) else []  # a bias is padded where it is first read
        for leaf in leaves:
            if leaf not in self.biases:
                self.biases[leaf] = _Bias(one, [(self.places.parameter(), zero) for zero in zeros])
        weights = np.array([[pad.index for pad, _ in self.biases[leaf].padding[: len(zeros)]] for leaf in leaves], np.intp)
        inputs = np.broadcast_to(self.places.indices(zeros), weights.shape)
        joined = Products(1.0, np.concatenate([main.a, bias.b, weights], 1), np.concatenate([main.b, ones, inputs], 1))
        return [joined, *(part for part in found[1:] if part is not bias)]

    def _framed(self, members: list[Scalar], found: list[Products], batched: bool) -> None:
        """A matrix product, and what is added to it."""
        main, rows = found[0], self.places.rows
        frame = outer(_left(main), main.b)
        assert frame is not None  # the caller has looked
        if members[0].index in self.targets:
            frame = as_targets(rows, rows[self.places.indices(members)], frame, main.a is None)
        else:
            frame = as_operands(rows, frame, main.a is None)
            if batched and len(found) == 1 and main.a is not None:
                members, frame = self._with_back_to_one(members, frame)
        left = Numbers(np.unique(main.coefficients)[frame.a]) if main.a is None else self.places.operand(frame.a)
        terms = [Term(1.0 if main.a is None else main.coefficients, left, self.places.operand(frame.b), "matrix")]
        flat = frame.order.ravel()
        for each in found[1:]:
            terms += self._terms(_taken(each, flat), frame.order.shape, batched)
        self._write([members[i] for i in flat], frame.order.shape, terms)

    def _with_back_to_one(self, members: list[Scalar], frame: Outer) -> tuple[list[Scalar], Outer]:
        """A frame over the weights of a layer, one row longer: over their biases too, which stand behind them.

        What comes back to the input that is always 1 is read by nobody; but the matrix is then whole, and quicker to multiply by.
        """
        behind = {int(self.places.rows[bias]): bias for bias in self.biases}
        biases = [behind.get(row + 1) for row in self.places.rows[frame.a[-1]].tolist()]
        if frame.order.shape[1] > 1 or None in biases or any(scalar.number for scalar in members):
            return members, frame
        a = np.concatenate([frame.a, [biases]])
        if (np.diff(self.places.rows[a].T.ravel()) != 1).any():
            return members, frame
        order = np.concatenate([frame.order, [[len(members)]]])
        return [*members, self.places.unread()], Outer(order, a, frame.b)

    def _apart(self, members: list[Scalar], found: list[Products]) -> None:
        """Sums that are no matrix product, place by place."""
        rows = self.places.rows
        if members[0].index in self.targets:
            order = np.argsort(rows[self.places.indices(members)])
        else:
            order = by_rows(rows, np.concatenate([np.sort(x.b, 1) if x.a is None else np.concatenate([x.b, x.a], 1) for x in found], 1))
        terms = [term for each in found for term in self._terms(_taken(each, order), (len(members),), members[0].batched)]
        self._write([members[i] for i in order], (len(members),), terms)

    def _terms(self, part: Products, frame: tuple[int, ...], batched: bool) -> list[Term]:
        """The terms of one kind, their members in the order of the frame."""
        count, operand = part.b.shape[1], self.places.operand
        if not _multiplies(part):
            indices = np.take_along_axis(part.b, np.argsort(self.places.rows[part.b], 1, kind="stable"), 1)
            if count <= FEW:
                return [Term(part.coefficients, operand(column.reshape(frame))) for column in indices.T]
            return [Term(part.coefficients, operand(indices.reshape(*frame, count)), form="rows")]
        left, right = _sorted(part)
        if len(frame) == 2 and part.a is not None and self._worth(part, batched):
            sides = left.reshape(*frame, count), right.reshape(*frame, count)
            for a, b in (sides, sides[::-1]):  # either may be what differs from row to row
                if (a == a[:, :1]).all() and (b == b[:1]).all() and (batched <= self._batched(b)):
                    return [Term(part.coefficients, operand(a[:, 0]), operand(b[0].T), "matrix")]
        coefficient = 1.0 if part.a is None else part.coefficients

        def factor(indices: Any) -> Operand:
            return operand(indices) if part.a is not None else Numbers(np.unique(part.coefficients)[indices])

        if count <= FEW:
            pairs = zip(left.T, right.T, strict=True)
            return [Term(coefficient, factor(x.reshape(frame)), operand(y.reshape(frame))) for x, y in pairs]
        shape = (*frame, count)
        return [Term(coefficient, factor(left.reshape(shape)), operand(right.reshape(shape)), "rows")]

    def _write(self, members: list[Scalar], frame: tuple[int, ...], terms: list[Term]) -> None:
        numbers = np.array([scalar.number for scalar in members])
        if numbers.any():
            same = (numbers == numbers[0]).all()
            terms = [*terms, Term(1.0, Numbers(numbers[:1].reshape(()) if same else numbers.reshape(frame)))]
        self.instructions.append(Sum(self._target(members, frame), tuple(terms), self._nodes(members)))


def _multiplies(part: Products) -> bool:
    return part.a is not None or np.ndim(part.coefficients) > 0


def _left(part: Products) -> Any:
    """The left factors; of coefficients that vary, their numbers among the distinct ones."""
    if part.a is not None:
        return part.a
    return np.unique(part.coefficients, return_inverse=True)[1].reshape(part.b.shape)


def _sorted(part: Products) -> tuple[Any, Any]:
    left = _left(part)
    order = np.lexsort((left, part.b), axis=1)
    return np.take_along_axis(left, order, 1), np.take_along_axis(part.b, order, 1)


def _taken(part: Products, chosen: Any) -> Products:
    """The same terms of these members only, or in this order."""
    coefficients = part.coefficients[chosen] if np.ndim(part.coefficients) else part.coefficients
    return Products(coefficients, None if part.a is None else part.a[chosen], part.b[chosen])
