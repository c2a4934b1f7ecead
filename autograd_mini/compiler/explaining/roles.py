"""Roles: which arrays of a program are weights, weighted sums, activations, errors.

What you can do with this file: `Roles.of(program)`: its `arrays`, each with a name if it has a label or plays a part; `owners(rows)`, the
arrays that rows belong to; what `layers` were found, and which statements are the four `equations` of backpropagation.

A layer is a sum of products of what all samples share with what each has for itself; an activation is a row of the op table of such a sum
and of nothing else. The error δ of a layer is what the gradient of its weights multiplies by the layer's inputs: ∂C/∂W = δ aᵀ. And the
factor σ′(z) of an error is known by its numbers: those of the row's own derivative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd_mini.compiler.array_program import Apply, ArrayProgram, Instruction, Operand, Rows, Sum, Term
from autograd_mini.compiler.explaining.naming import LABEL, Array, above, give_names, told
from autograd_mini.compiler.explaining.plain import plainly
from autograd_mini.compiler.explaining.slopes import depending, is_slope
from autograd_mini.row import Operation

__all__ = ["SYMBOLS", "Layer", "Roles", "unrepeated"]

COST = "C"
SYMBOLS = {"sigmoid": "σ"}


@dataclass(eq=False)
class Layer:
    """A weighted sum z, with the weights and what they weigh, and its activation: a row, and what it gives."""

    z: Array
    inputs: list[tuple[Array | None, Any]] = field(default_factory=list)
    bias: Array | None = None
    op: Operation | None = None
    error: Array | None = None
    slope: Array | None = None


class Roles:
    """The arrays of a program and their parts. `made[i]` is what instruction i computes, None for gradients: they go by the parameters."""

    def __init__(self, program: ArrayProgram) -> None:
        self.program = program
        self.plain = plainly(program)
        self.forward = set(program.needed(loss=True, gradients=False).instructions)
        self.arrays: list[Array] = []
        self.layers: list[Layer] = []
        self._owner = {buffer: np.full(size, -1) for buffer, size in program.sizes.items()}
        self._layer_of: dict[Array, Layer] = {}
        self._inputs()
        self.made = [self._made(plain) for plain, *_ in self.plain]
        self._forward_parts()
        self._parameters()
        self.cost = self._cost()
        self._errors()
        self._name()

    # --- arrays -----------------------------------------------------------------------------------------------------

    def owners(self, rows: Rows) -> list[Array | None]:
        """The arrays that rows belong to, in the order in which they come; None for rows of fixed numbers."""
        buffer = "p" if rows.buffer == "g" else rows.buffer
        found = dict.fromkeys(self._owner[buffer][rows.rows.ravel()].tolist())
        return [self.arrays[i] if i >= 0 else None for i in found]

    def whole(self, operand: Operand | None) -> Array | None:
        """The array that an operand is, all of it and in its order."""
        if not isinstance(operand, Rows):
            return None
        array = self.arrays[i] if (i := self._owner[operand.buffer][operand.rows.flat[0]]) >= 0 else None
        return array if array and np.array_equal(operand.rows.ravel(), array.rows.ravel()) else None

    def _add(self, buffer: str, rows: Any, stem: str = "", layer: int | None = None, ordinal: int = 0) -> Array:
        array = Array(buffer, rows, stem, layer, ordinal)
        self._owner[buffer][rows.ravel()] = len(self.arrays)
        self.arrays.append(array)
        return array

    def _labels(self, buffer: str, rows: Any) -> list[tuple[str, ...]]:
        labels = self.program.labels[buffer]
        return [labels[row] for row in rows.ravel().tolist()]

    def _inputs(self) -> None:
        """What each sample feeds: columns of a block that stand together and have one stem are an array."""
        for row, name in enumerate(("rate", "B")):
            self._add("n", np.array([row])).name = name
        blocks = [buffer for buffer in self.program.sizes if buffer[0] == "x"]
        for block, default in zip(blocks, ["x", "y"] if len(blocks) < 3 else ["x"] * len(blocks), strict=False):
            fixed = {row for row, _ in self.program.fixed.get(block, ())}
            rows = [row for row in range(self.program.sizes[block]) if row not in fixed]
            stems = [match[1] if (match := _read(label)) else default for label in self._labels(block, np.array(rows, int))]
            starts = [i for i in range(len(rows)) if i == 0 or stems[i] != stems[i - 1]]
            for start, stop in zip(starts, [*starts[1:], len(rows)], strict=True):
                part = np.array(rows[start:stop])
                stem, number = told(self._labels(block, part))
                self._add(block, part, stem or stems[start], number)

    def _made(self, instruction: Instruction) -> Array | None:
        target = instruction.target
        if target.buffer == "g":
            return None
        return self._add(target.buffer, target.rows, *told(self._labels(target.buffer, target.rows)))

    # --- the way forward --------------------------------------------------------------------------------------------

    def _forward_parts(self) -> None:
        """Weighted sums and their activations."""
        for instruction, array, [plain, *_] in zip(self.program.instructions, self.made, self.plain, strict=True):
            if array is None or instruction not in self.forward:
                continue
            if isinstance(plain, Sum) and any(_weighs(plain, term) for term in plain.terms):
                self._layer(array, plain)
            elif isinstance(plain, Apply) and len(plain.arguments) == 1:
                z = self.whole(plain.arguments[0])
                layer = self._layer_of.get(z) if z else None
                if layer and layer.op is None:
                    layer.op = plain.op
                    _call(array, "a", layer.z)
        if len(self.layers) > 1:
            for array in self.arrays:
                array.layer = array.ordinal if array.layer is None and array.by_role else array.layer

    def _layer(self, z: Array, plain: Sum) -> None:
        layer = Layer(z)
        self.layers.append(layer)
        self._layer_of[z] = layer
        z.ordinal = len(self.layers)
        for term in plain.terms:
            if _weighs(plain, term):
                default = "W" if term.form == "matrix" else "w"
                layer.inputs.append((self._claim(term.a, default, z), _set_of(term.b)))
            elif isinstance(term.a, Rows) and term.a.buffer == "p" and term.b is None:
                layer.bias = self._claim(Rows("p", unrepeated(term.a.rows)), "b", z)
        weights = [array for array, _ in layer.inputs if array]
        numbered = next((array for array in [*weights, layer.bias] if array and array.layer is not None), z)
        if all(_weighs(plain, term) or not any(operand.batched for operand in term.operands()) for term in plain.terms):
            _call(z, "z", numbered)
        elif not z.stem:  # more than a weighted sum, so it is no z
            z.layer, z.by_role = numbered.layer, True

    def _claim(self, operand: Operand, stem: str, z: Array | None = None) -> Array | None:
        """The parameters read here, as an array; those that have a place in one already keep it."""
        if not isinstance(operand, Rows) or operand.buffer != "p":
            return None
        flat = np.array(list(dict.fromkeys(operand.rows.ravel().tolist())))
        fresh = flat[self._owner["p"][flat] < 0]
        if not fresh.size:
            [array, *others] = self.owners(operand)
            return None if others else array
        rows = operand.rows if operand.rows.size == fresh.size else fresh
        labelled, layer = told(self._labels("p", rows))
        if labelled and (known := self._namesake(labelled, layer, rows)):
            known.rows = np.concatenate([known.rows.ravel(), fresh])
            self._owner["p"][fresh] = self.arrays.index(known)
            return known
        name = labelled.upper() if labelled == "w" and stem == "W" else labelled
        array = self._add("p", rows, name or stem, layer, z.ordinal if z else 0)
        array.by_role = not labelled
        return array

    def _namesake(self, stem: str, layer: int | None, rows: Any) -> Array | None:
        """An array of parameters with the same name, whose labels go on with these: the rest of a matrix that is read in parts."""
        alike = [a for a in self.arrays if a.buffer == "p" and a.stem.lower() == stem.lower() and a.layer == layer and not a.by_role]
        labels = set(self._labels("p", rows)) if alike else set()
        return next((array for array in alike if not labels & set(self._labels("p", array.rows))), None)

    def _parameters(self) -> None:
        """Parameters that are no weights of a layer."""
        for instruction in self.program.instructions:
            for operand in instruction.operands():
                self._claim(operand, "w")

    def _cost(self) -> str:
        """What the loss is called."""
        loss = self.program.loss
        if isinstance(loss, Rows) and (array := self.whole(loss)) and array.buffer in "vn":
            array.stem = array.stem or COST
            return array.stem
        return COST

    # --- the way back -----------------------------------------------------------------------------------------------

    def _errors(self) -> None:
        """The errors: what stands beside the inputs of a layer in the gradient of its weights; then the slopes among their factors."""
        for plain in self.plain:
            for statement in plain:
                if statement.target.buffer == "g" and isinstance(statement, Sum):
                    [weights, *others] = self.owners(statement.target)
                    for term in statement.terms if not others else ():
                        self._error(weights, term)
        made = dict(zip(self.made, self.program.instructions, strict=True))
        numbers = depending(self.program.instructions, self.made, self.whole, [layer.z for layer in self.layers])
        for layer in self.layers:
            instruction = made.get(layer.error)
            if layer.op and isinstance(instruction, Sum) and len(instruction.terms) == 1:
                factors = [array for factor in instruction.terms[0].operands() if (array := self.whole(factor))]
                layer.slope = next((array for array in factors if is_slope(numbers.get(array), layer.z, layer.op)), None)

    def _error(self, weights: Array | None, term: Term) -> None:
        """Of the two factors in the gradient of these weights, one is what a layer weighs by them; the other is its error."""
        if not isinstance(term.a, Rows) or not isinstance(term.b, Rows):
            return
        sides = ((term.a, _set_of(term.b)), (term.b, _set_of(term.a)))
        for layer in [layer for layer in self.layers if layer.error is None]:
            found = [self._all_of(back) for back, inputs in sides if (weights, inputs) in layer.inputs]
            layer.error = next((array for array in found if array and array not in self._layer_of), None)

    def _all_of(self, operand: Rows) -> Array | None:
        """The computed array that an operand is, in any order."""
        [array, *others] = self.owners(operand)
        return array if array and array.buffer == "v" and not others and array.size == operand.rows.size else None

    def _name(self) -> None:
        give_names(self.arrays, [array.name for array in self.arrays])
        for layer in self.layers:
            if layer.error and not layer.error.stem:
                number = "" if layer.z.layer is None else above(layer.z.layer)
                layer.error.stem, layer.error.name = "δ", self.unused(f"δ{layer.z.suffix if layer.z.name else number}")
            if layer.slope and layer.op and not layer.slope.stem:
                layer.slope.stem = layer.slope.name = self.unused(f"{SYMBOLS.get(layer.op.name, layer.op.name)}′({layer.z.name})")

    def unused(self, name: str) -> str:
        """This name, with as many primes as it takes to be no other's."""
        taken = {array.name for array in self.arrays}
        while name in taken:
            name += "′"
        return name


def _read(label: Sequence[str]) -> Any:
    return LABEL.fullmatch(label[-1].rpartition(" · ")[2]) if label else None


def _weighs(plain: Sum, term: Term) -> bool:
    """Whether a term of a sum weighs what each sample has with what all share."""
    if term.b is None or term.a.batched or not term.b.batched or not plain.target.batched:
        return False
    if term.form == "matrix":
        return True
    single_input = isinstance(term.b, Rows) and plain.target.rows.size > 1 and bool((term.b.rows == term.b.rows.flat[0]).all())
    return single_input and isinstance(term.a, Rows) and term.a.buffer == "p"


def unrepeated(rows: Any) -> Any:
    """Rows without an axis along which they are the same."""
    if rows.ndim > 1 and (rows == rows[..., :1]).all():
        return rows[..., 0]
    return rows[0] if rows.ndim > 1 and (rows == rows[:1]).all() else rows


def _set_of(operand: Operand | None) -> Any:
    """Which rows an operand has, in any order."""
    return (operand.buffer, np.unique(operand.rows).tobytes()) if isinstance(operand, Rows) else None


def _call(array: Array, stem: str, like: Array) -> None:
    """Name an array by its part, with the number of another one, unless it has a label."""
    array.ordinal = array.ordinal or like.ordinal
    if not array.stem:
        array.stem, array.by_role = stem, True
        array.layer = like.layer
