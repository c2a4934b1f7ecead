"""A tape as Python: one readable line for each instruction, in one function.

What you can do with this file: `written(tape)` is the text, `function(text, kernels)` the function. The same text runs on floats, one
sample at a time, and on arrays [B], a whole batch at once: the rows are called by name, and the names are given by whoever runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from autograd_mini.compiler.tape import Instruction, Tape

__all__ = ["function", "written"]

SIGNS = {"add": "+", "sub": "-", "mul": "*"}
NAME = "run"


def written(tape: Tape) -> str:
    """The text of a function `run(x, p)` → (loss, outputs, gradients). All identifiers in it are ours.

    >>> from autograd_mini import Value
    >>> x, w = Value(3.0), Value(2.0)
    >>> print(written(Tape.of((w * x).exp(), [x], [w])))
    def run(x, p):
        (x0,) = x
        (p0,) = p
        t2 = p0*x0
        t3 = exp(t2)
        t5 = t3*x0
        return t3, (), (t5,)
    """
    named = _Names(tape)
    unpacked = [f"({', '.join(f'{block}{i}' for i in range(count))},) = {block}" for block, count in named.blocks if count]
    results = f"return {named(tape.loss)}, {named.tuple(tape.outputs)}, {named.tuple(tape.gradients)}"
    lines = [*unpacked, *(_line(instruction, named) for instruction in tape.instructions), results]
    return "\n".join([f"def {NAME}(x, p):", *(f"    {line}" for line in lines)])


def function(text: str, kernels: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    """The function that a text of `written` defines, with its rows computed by these kernels."""
    space: dict[str, Any] = {**kernels, "__builtins__": {"inf": float("inf"), "nan": float("nan")}}
    exec(compile(text, "<ag.compile>", "exec"), space)  # our own text: numbers, and names made here
    made: Callable[..., Any] = space[NAME]
    return made


class _Names:
    """What slots are called: x0, p0, t5, or a number."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.blocks = (("x", tape.inputs), ("p", tape.parameters))

    def __call__(self, slot: int) -> str:
        if slot < self.tape.inputs:
            return f"x{slot}"
        if slot < self.tape.inputs + self.tape.parameters:
            return f"p{slot - self.tape.inputs}"
        x = self.tape.constants.get(slot)
        return f"t{slot}" if x is None else f"({x!r})" if x < 0 or str(x)[0] == "-" else repr(x)

    def tuple(self, slots: tuple[int, ...]) -> str:
        return f"({', '.join(map(self, slots))}{',' * (len(slots) == 1)})"


def _line(instruction: Instruction, named: _Names) -> str:
    target, op, operands = instruction
    texts = [named(operand) for operand in operands]
    if op.name in SIGNS:
        return f"{named(target)} = {SIGNS[op.name].join(texts)}"
    return f"{named(target)} = -{texts[0]}" if op.name == "neg" else f"{named(target)} = {op.name}({', '.join(texts)})"


def calls(tape: Tape) -> Iterator[Any]:
    """The rows that the text calls by name."""
    return (op for op in dict.fromkeys(i.op for i in tape.instructions) if op.name not in (*SIGNS, "neg"))
