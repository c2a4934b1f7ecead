"""The arrangement: where every number lives, and so which arrays the instructions compute.

What you can do with this file: `arranged(scalars, blocks)` → the `ArrayProgram`.

A group takes rows one after another, in the order in which its operands already stand, so that what is read is mostly a range of rows,
or one in even steps, and nothing has to be gathered. The parameters get their rows where they are first read, in the order that this
reader wants: a layer's weights are then a matrix as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd_mini.compiler.array_program import Apply, ArrayProgram, Instruction, Numbers, Operand, Rows, Sum, Term, is_batched
from autograd_mini.compiler.grouping import Products, computed, groups, kinds_of, products
from autograd_mini.compiler.outer import Outer, outer, parts
from autograd_mini.compiler.reading import Scalars
from autograd_mini.compiler.scalars import CONSTANT, INPUT, RATE, Scalar

__all__ = ["arranged"]

FEW = 3  # so many products of a sum are taken one after another, more of them together


def arranged(scalars: Scalars, blocks: Sequence[int]) -> ArrayProgram:
    """Give every number its place."""
    order = computed(scalars)
    plan = _Plan(order, kinds_of(order, 1 + max([scalar.index for scalar in order]), blocks), blocks, scalars.counts)
    forward, gradients = groups(scalars, order, plan.kinds)
    plan.compute(forward)
    plan.place(np.array([leaf.index for leaf in scalars.parameters], int))  # those that only a gradient reads, or nobody
    rows = plan.rows[[leaf.index for leaf in scalars.parameters]] if scalars.parameters else np.zeros(0, int)
    plan.rows[[gradient.index for gradient in scalars.gradients]] = rows
    plan.targets = {gradient.index for gradient in scalars.gradients}
    for members in gradients:
        if members[0].terms:  # else it is 0
            plan.add(members)
    plan.sizes["g"] = plan.sizes["p"]
    loss, *outputs = [plan.read(scalar) for scalar in (scalars.loss, *scalars.outputs)]
    return ArrayProgram(plan.sizes, rows, tuple(plan.instructions), loss, tuple(outputs), plan.labels(scalars))


class _Plan:
    """The rows given so far, and the instructions written."""

    def __init__(self, order: Sequence[Scalar], kinds: list[str], blocks: Sequence[int], counts: Mapping[Scalar, int]) -> None:
        self.kinds = kinds
        self.counts = counts
        self.rows = np.full(len(kinds), -1)
        self.values = np.zeros(len(kinds))  # of constants
        self.sizes = {f"x{block}": size for block, size in enumerate(blocks)} | {"p": 0, "n": 2, "v": 0}
        self.instructions: list[Instruction] = []
        self.targets: set[int] = set()
        starts = np.repeat(np.cumsum([0, *blocks])[:-1], blocks)
        for scalar in order:
            if scalar.source is INPUT:
                self.rows[scalar.index] = scalar.number - starts[int(scalar.number)]
            elif scalar.source is RATE:
                self.rows[scalar.index] = scalar.number
            elif scalar.source is CONSTANT:
                self.values[scalar.index] = scalar.number

    def labels(self, scalars: Scalars) -> dict[str, list[tuple[str, ...]]]:
        """The scope and the label of each row that a Value lives in."""
        found: dict[str, list[tuple[str, ...]]] = {buffer: [()] * size for buffer, size in self.sizes.items()}
        for scalar, value in scalars.values.items():
            row = self.rows[scalar.index]
            if row >= 0 and value.label is not None:
                found[self.kinds[scalar.index]][row] = (*value.scope, value.label)
        return found

    def nodes(self, members: Sequence[Scalar]) -> int:
        """How many nodes of the graph these stand for."""
        return sum([self.counts.get(scalar, 0) for scalar in members])

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

    def place(self, indices: Any) -> None:
        """Give rows to the parameters among these that have none, in this order."""
        fresh = indices[self.rows[indices] < 0]
        if fresh.size:
            fresh = np.array(list(dict.fromkeys(fresh.tolist())))
            self.rows[fresh] = self.sizes["p"] + np.arange(len(fresh))
            self.sizes["p"] += len(fresh)

    def operand(self, indices: Any) -> Operand:
        """These scalars, all of one kind, as an operand."""
        kind = self.kinds[indices.flat[0]]
        if kind == "constant":
            values = self.values[indices]
            same = (values == values.flat[0]).all() or np.isnan(values).all()
            return Numbers(np.array(values.flat[0]) if same else values)
        self.place(indices.ravel())
        return Rows(kind, self.rows[indices])

    def read(self, scalar: Scalar) -> Operand:
        """One scalar as an operand."""
        return self.operand(np.array([scalar.index]))

    def target(self, members: Sequence[Scalar], frame: tuple[int, ...]) -> Rows:
        """The rows of a group, its members in this order."""
        indices = [scalar.index for scalar in members]
        if indices[0] in self.targets:
            return Rows("g", self.rows[indices].reshape(frame))
        buffer = "v" if members[0].batched else "n"
        start = self.sizes[buffer]
        self.sizes[buffer] += len(indices)
        self.rows[indices] = start + np.arange(len(indices))
        return Rows(buffer, self.rows[indices].reshape(frame))

    def add(self, members: list[Scalar]) -> None:
        """Write the instruction of a group, or several."""
        if members[0].op is not None:
            self._apply(members)
        else:
            self._sum(members, products(members, self.kinds))

    def _apply(self, members: list[Scalar]) -> None:
        indices = np.array([[operand.index for operand in scalar.operands] for scalar in members])
        order = self.by_rows(indices)
        op = members[0].op
        assert op is not None  # for the types
        arguments = tuple([self.operand(column) for column in indices[order].T])
        self.instructions.append(Apply(self.target([members[i] for i in order], (len(members),)), op, arguments, self.nodes(members)))

    def by_rows(self, indices: Any) -> Any:
        """An order of [J, K] in which the rows of the first operands ascend; those of targets go first."""
        keys = self.rows[indices[:, :FEW]].T
        return np.lexsort(keys[::-1])

    def _sum(self, members: list[Scalar], found: list[Products]) -> None:
        batched = members[0].batched
        found = sorted(found, key=lambda part: (not self._worth(part, batched), -part.b.shape[1]))
        main = found[0]
        if self._worth(main, batched):
            frame = outer(_left(main), main.b)
            if frame is None and len(members) > 1:
                split = parts(_left(main), main.b)
                if 1 < len(split) <= max(2, len(members) // 4):
                    for part in split:
                        chosen = [members[i] for i in part]
                        self._sum(chosen, [_taken(each, part) for each in found])
                    return
            if frame is not None:
                self._framed(members, found, frame)
                return
        order = self._order(members, found)
        chosen = [members[i] for i in order]
        terms = [term for each in found for term in self._terms(_taken(each, order), (len(members),), batched)]
        self._write(chosen, (len(members),), terms)

    def _worth(self, main: Products, batched: bool) -> bool:
        """Whether a matrix product is a way to do it: not for what is different for each sample on both sides."""
        if not _multiplies(main):
            return False
        left_batched = main.a is not None and is_batched(self.kinds[main.a.flat[0]])
        right_batched = is_batched(self.kinds[main.b.flat[0]])
        over_batch = (left_batched or right_batched) and not batched
        return not (batched and left_batched) and (main.b.shape[1] > 1 or over_batch)

    def _order(self, members: list[Scalar], found: list[Products]) -> Any:
        if members[0].index in self.targets:
            return np.argsort(self.rows[[scalar.index for scalar in members]])
        columns = [np.sort(each.b, 1) if each.a is None else np.concatenate([each.b, each.a], 1) for each in found]
        return self.by_rows(np.concatenate(columns, 1))

    def _framed(self, members: list[Scalar], found: list[Products], frame: Outer) -> None:
        main = found[0]
        frame = self._as_targets(members, frame) if members[0].index in self.targets else self._as_operands(frame, main)
        p, q = frame.order.shape
        flat = frame.order.ravel()
        left = Numbers(np.unique(main.coefficients)[frame.a]) if main.a is None else self.operand(frame.a)
        coefficient = 1.0 if main.a is None else main.coefficients
        terms = [Term(coefficient, left, self.operand(frame.b), "matrix")]
        for each in found[1:]:
            terms += self._terms(_taken(each, flat), (p, q), members[0].batched)
        self._write([members[i] for i in flat], (p, q), terms)

    def _as_targets(self, members: list[Scalar], frame: Outer) -> Outer:
        """A frame in the order in which its targets stand."""
        rows = self.rows[[scalar.index for scalar in members]][frame.order]
        frame = _arranged(frame, np.argsort(rows[:, 0]), np.argsort(rows[0]))
        rows = self.rows[[scalar.index for scalar in members]][frame.order]
        across = rows.shape[1] > 1 and rows[0, 1] - rows[0, 0] == 1
        down = rows.shape[0] > 1 and rows[1, 0] - rows[0, 0] == 1
        if down and not across:
            frame = Outer(frame.order.T, frame.b.T, frame.a.T)
        return self._summed(frame)

    def _as_operands(self, frame: Outer, main: Products) -> Outer:
        """A frame in the order in which its operands stand."""
        down = np.arange(len(frame.a))
        if main.a is not None and (self.rows[frame.a] >= 0).all():
            down = np.lexsort(self.rows[frame.a].T[::-1])
        across = np.lexsort(self.rows[frame.b][::-1])
        return self._summed(_arranged(frame, down, across), main.a is None)

    def _summed(self, frame: Outer, numbers: bool = False) -> Outer:
        """A frame whose products stand in each sum as their factors do."""
        keys = self.rows[frame.b[:, 0]]
        inner = np.lexsort((np.arange(len(keys)) if numbers else self.rows[frame.a[0]], keys))
        return Outer(frame.order, frame.a[:, inner], frame.b[inner])

    def _terms(self, part: Products, frame: tuple[int, ...], batched: bool) -> list[Term]:
        """The terms of one kind, their members in the order of the frame."""
        count = part.b.shape[1]
        if not _multiplies(part):
            indices = np.take_along_axis(part.b, np.argsort(self.rows[part.b], 1, kind="stable"), 1)
            if count <= FEW:
                return [Term(part.coefficients, self.operand(column.reshape(frame))) for column in indices.T]
            return [Term(part.coefficients, self.operand(indices.reshape(*frame, count)), form="rows")]
        left, right = _sorted(part)
        if len(frame) == 2 and part.a is not None:
            a, b = left.reshape(*frame, count), right.reshape(*frame, count)
            if self._worth(part, batched) and (a == a[:, :1]).all() and (b == b[:1]).all():
                return [Term(part.coefficients, self.operand(a[:, 0]), self.operand(b[0].T), "matrix")]
        numbers = None if part.a is not None else np.unique(part.coefficients)
        coefficient = 1.0 if numbers is not None else part.coefficients

        def side(indices: Any) -> Operand:
            return self.operand(indices) if numbers is None else Numbers(numbers[indices])

        if count <= FEW:
            return [
                Term(coefficient, side(x.reshape(frame)), self.operand(y.reshape(frame))) for x, y in zip(left.T, right.T, strict=True)
            ]
        return [Term(coefficient, side(left.reshape(*frame, count)), self.operand(right.reshape(*frame, count)), "rows")]

    def _write(self, members: list[Scalar], frame: tuple[int, ...], terms: list[Term]) -> None:
        numbers = np.array([scalar.number for scalar in members])
        if numbers.any():
            same = (numbers == numbers[0]).all()
            terms = [*terms, Term(1.0, Numbers(numbers[:1].reshape(()) if same else numbers.reshape(frame)))]
        self.instructions.append(Sum(self.target(members, frame), tuple(terms), self.nodes(members)))


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


def _arranged(frame: Outer, down: Any, across: Any) -> Outer:
    return Outer(frame.order[down][:, across], frame.a[down], frame.b[:, across])
