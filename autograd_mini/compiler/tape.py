"""The tape: a graph as a straight line of scalar instructions, its gradient included.

What you can do with this file: `Tape.of(loss, inputs, parameters, outputs)`; `print(tape)`.

A slot is a number's place: first the inputs, then the parameters, then one slot for each constant and instruction. What is the same is
computed once, constants are folded, and what no result needs is dropped. The chain rule is that of `backward.py`: its steps run on
symbols, which write instructions where Values would hold numbers. The local derivatives come from the rows' own rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import copysign
from typing import Any, NamedTuple

from autograd_mini import ops
from autograd_mini.backward import gradients
from autograd_mini.graph import topological_order
from autograd_mini.number import show
from autograd_mini.row import Operation
from autograd_mini.value import Value

__all__ = ["Instruction", "Tape"]


class Instruction(NamedTuple):
    """`slots[target] = op(slots of the operands)`."""

    target: int
    op: Operation
    operands: tuple[int, ...]


@dataclass(frozen=True)
class Tape:
    """A loss with its outputs and gradients as instructions. `gradients` has one slot for each parameter."""

    inputs: int
    parameters: int
    constants: Mapping[int, float]
    instructions: tuple[Instruction, ...]
    loss: int
    outputs: tuple[int, ...]
    gradients: tuple[int, ...]

    @classmethod
    def of(cls, loss: Value, inputs: Sequence[Value], parameters: Sequence[Value], outputs: Sequence[Value] = ()) -> Tape:
        """Write down a graph and the gradient of its loss."""
        line = _Line(len(inputs) + len(parameters))
        symbols = {leaf: Symbol(line, slot) for slot, leaf in enumerate((*inputs, *parameters))}
        moving = set(parameters)  # what depends on a parameter
        for node in topological_order([loss, *outputs]):
            if node in symbols:
                continue
            symbols[node] = line.apply(node.op, [symbols[o] for o in node.operands]) if node.op else line.constant(node.data)
            if any(operand in moving for operand in node.operands):
                moving.add(node)
        total = _gradients(loss, symbols, moving, line)
        results = [symbols[loss], *(symbols[output] for output in outputs), *(total.get(w, line.constant(0.0)) for w in parameters)]
        first, *rest = [symbol.slot for symbol in results]
        split = len(outputs)
        constants, instructions = _live(line.instructions, line.constants, [first, *rest])
        return cls(len(inputs), len(parameters), constants, instructions, first, tuple(rest[:split]), tuple(rest[split:]))

    def forward(self) -> Tape:
        """The same without gradients: what loss and outputs need."""
        constants, instructions = _live(self.instructions, self.constants, [self.loss, *self.outputs])
        return Tape(self.inputs, self.parameters, constants, instructions, self.loss, self.outputs, ())

    def named(self, slot: int, constant: Callable[[float], str] = show) -> str:
        """What a slot is called: x0 and p0, inputs and parameters; t5, an instruction's result; or a number, as `constant` writes it."""
        if slot < self.inputs:
            return f"x{slot}"
        if slot < self.inputs + self.parameters:
            return f"p{slot - self.inputs}"
        return constant(self.constants[slot]) if slot in self.constants else f"t{slot}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle rows by their names; the table has their kernels."""
        own = {i.op.name for i in self.instructions if i.op is not ops.TABLE.get(i.op.name)}
        if own:
            listed = ", ".join(sorted(own))
            raise TypeError(f"this program has rows of its own, {listed}, and functions do not pickle; compile it anew instead")
        lines = [(i.target, i.op.name, i.operands) for i in self.instructions]
        return _unpickled, (self.inputs, self.parameters, dict(self.constants), lines, self.loss, self.outputs, self.gradients)

    def __str__(self) -> str:
        named = self.named
        lines = [f"{named(i.target)} = {i.op.name}({', '.join(map(named, i.operands))})" for i in self.instructions]
        lines.append(f"loss {named(self.loss)}; outputs {', '.join(map(named, self.outputs)) or 'none'}")
        return "\n".join([*lines, f"gradients {', '.join(map(named, self.gradients)) or 'none'}"])


def _unpickled(inputs: int, parameters: int, constants: dict[int, float], lines: Sequence[Any], *results: Any) -> Tape:
    return Tape(inputs, parameters, constants, tuple([Instruction(t, ops.TABLE[name], slots) for t, name, slots in lines]), *results)


def _live(
    instructions: Sequence[Instruction], constants: Mapping[int, float], wanted: Iterable[int]
) -> tuple[dict[int, float], tuple[Instruction, ...]]:
    """The constants and instructions that the wanted slots need."""
    needed, kept = set(wanted), list[Instruction]()
    for instruction in reversed(instructions):
        if instruction.target in needed:
            kept.append(instruction)
            needed.update(instruction.operands)
    return {slot: x for slot, x in constants.items() if slot in needed}, tuple(kept[::-1])


def _gradients(loss: Value, symbols: Mapping[Value, Symbol], moving: set[Value], line: _Line) -> dict[Value, Symbol]:
    """∂loss/∂node for the nodes that depend on parameters, by the steps of `backward.py`."""
    if loss not in moving:
        return {}

    def local_derivatives(node: Value) -> Iterable[Any]:
        wanted = [operand in moving for operand in node.operands]
        op, operands = node.op, [symbols[operand] for operand in node.operands]
        assert op is not None  # the chain rule asks about operations only
        return _local(op, operands, symbols[node], wanted)

    return gradients({loss: line.constant(1.0)}, local_derivatives)


def _local(op: Operation, operands: Sequence[Symbol], out: Symbol, wanted: Sequence[bool]) -> Sequence[Any]:
    try:
        return op.local_derivatives(operands, out, wanted)
    except TypeError:  # a rule of one's own that takes plain numbers only: it is called as it is, when the program runs
        symbols = [*operands, out]
        return [out.line.apply(_derivative(op, i), symbols) if want else None for i, want in enumerate(wanted)]


@cache
def _derivative(op: Operation, i: int) -> Operation:
    """The i-th local derivative of a row as a row of its own, without a rule."""

    def kernel(*operands_and_out: float) -> float:
        return float(op.local(*operands_and_out)[i])

    def no_rule(*_operands_and_out: Any) -> Any:
        raise TypeError(f"the derivative rule of {op.name} takes plain numbers only, so it has no derivative itself")

    name = f"{op.name}_d{i + 1}"
    return Operation(name, kernel, no_rule, None, name, text=op.text, latex=op.latex)


class Symbol:
    """A slot in place of a number: arithmetic with it writes instructions. It interprets rows, as a Value does."""

    __slots__ = ("line", "slot")

    def __init__(self, line: _Line, slot: int) -> None:
        self.line = line
        self.slot = slot

    def __operation__(self, op: Operation, operands: Sequence[Any]) -> Symbol:
        return self.line.apply(op, [x if isinstance(x, Symbol) else self.line.constant(float(x)) for x in operands])

    def __add__(self, other: Any) -> Symbol:
        return self.__operation__(ops.add, (self, other))

    def __radd__(self, other: Any) -> Symbol:
        # The first contribution is added to 0: it is the sum so far.
        return self if isinstance(other, int) and other == 0 else self.__operation__(ops.add, (other, self))

    def __sub__(self, other: Any) -> Symbol:
        return self.__operation__(ops.sub, (self, other))

    def __rsub__(self, other: Any) -> Symbol:
        return self.__operation__(ops.sub, (other, self))

    def __mul__(self, other: Any) -> Symbol:
        return self.__operation__(ops.mul, (self, other))

    def __rmul__(self, other: Any) -> Symbol:
        return self.__operation__(ops.mul, (other, self))

    def __neg__(self) -> Symbol:
        return self.__operation__(ops.neg, (self,))


@dataclass
class _Line:
    """Instructions as they are written: the same one twice is one, and numbers are folded."""

    first: int
    constants: dict[int, float] = field(default_factory=dict)
    instructions: list[Instruction] = field(default_factory=list)
    known: dict[Any, Symbol] = field(default_factory=dict)
    count: int = 0

    def constant(self, x: float) -> Symbol:
        """The slot of a number; -0.0 is another one than 0.0."""
        key = x, copysign(1.0, x), x != x
        if key not in self.known:
            self.known[key] = self._new()
            self.constants[self.known[key].slot] = x
        return self.known[key]

    def apply(self, op: Operation | None, operands: Sequence[Symbol]) -> Symbol:
        """The slot of a row's result."""
        assert op is not None  # for the types: callers have looked
        slots = tuple([operand.slot for operand in operands])
        if all(slot in self.constants for slot in slots):
            return self.constant(op.kernel(*[self.constants[slot] for slot in slots]))
        if op is ops.mul:  # 1·x is x to the bit, nan included; 0·x is not 0
            for one, other in (slots, slots[::-1]):
                if self.constants.get(one) == 1.0:
                    return Symbol(self, other)
        key = op, slots
        if key not in self.known:
            self.known[key] = self._new()
            self.instructions.append(Instruction(self.known[key].slot, op, slots))
        return self.known[key]

    def _new(self) -> Symbol:
        self.count += 1
        return Symbol(self, self.first + self.count - 1)
