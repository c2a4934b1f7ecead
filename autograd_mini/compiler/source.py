"""A tape as Python: one readable line for each instruction, in one function.

What you can do with this file: `written(tape)` is the text, `function(text, kernels)` the function. The same text runs on floats, one
sample at a time, and on arrays [B], a whole batch at once: the rows are called by name, and the names are given by whoever runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
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
    named = partial(tape.named, constant=_literal)
    blocks = (("x", tape.inputs), ("p", tape.parameters))
    unpacked = [f"({', '.join(f'{block}{i}' for i in range(count))},) = {block}" for block, count in blocks if count]
    results = f"return {named(tape.loss)}, {_tuple(map(named, tape.outputs))}, {_tuple(map(named, tape.gradients))}"
    lines = [*unpacked, *(_line(instruction, named) for instruction in tape.instructions), results]
    return "\n".join([f"def {NAME}(x, p):", *(f"    {line}" for line in lines)])


def function(text: str, kernels: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    """The function that a text of `written` defines, with its rows computed by these kernels."""
    space: dict[str, Any] = {**kernels, "__builtins__": {"inf": float("inf"), "nan": float("nan")}}
    exec(compile(text, "<ag.compile>", "exec"), space)  # our own text: numbers, and names made here
    made: Callable[..., Any] = space[NAME]
    return made


def _literal(x: float) -> str:
    return f"({x!r})" if repr(x).startswith("-") else repr(x)


def _tuple(texts: Iterable[str]) -> str:
    listed = list(texts)
    return f"({', '.join(listed)}{',' * (len(listed) == 1)})"


def _line(instruction: Instruction, named: Callable[[int], str]) -> str:
    target, op, operands = instruction
    texts = [named(operand) for operand in operands]
    if op.name in SIGNS:
        return f"{named(target)} = {SIGNS[op.name].join(texts)}"
    return f"{named(target)} = -{texts[0]}" if op.name == "neg" else f"{named(target)} = {op.name}({', '.join(texts)})"


def calls(tape: Tape) -> Iterator[Any]:
    """The rows that the text calls by name."""
    return (op for op in dict.fromkeys(i.op for i in tape.instructions) if op.name not in (*SIGNS, "neg"))
