"""Scalar source: an array program as straight-line Python on plain floats, one line for each number.

What you can do with this file: `written(program)` is the text, `function(program)` the function that it defines: one sample in, its loss,
outputs and gradients out. For tiny networks and irregular graphs no array call is quicker than this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from autograd_mini.compiler.array_program import Apply, ArrayProgram, Numbers, Operand, Sum, Term
from autograd_mini.ops import TABLE
from autograd_mini.row import Operation

__all__ = ["function", "written"]

NAME = "run"
LONGEST = 200  # products in a line


def written(program: ArrayProgram) -> str:
    """The text of a function `run(x, p, n0, n1)` → (loss, outputs, gradients), of one sample; n0 is the rate, n1 the number of samples.

    All names in it are ours.
    """
    sizes = program.sizes
    inputs = [f"{name}_{row}" for name, size in sizes.items() if name[0] == "x" for row in range(size)]
    parameters = [f"p{row}" for row in range(sizes["p"])]
    own = _own(program)
    lines = [f"{_tuple(names)} = {block}" for names, block in ((inputs, "x"), (parameters, "p")) if names]
    lines += [f"v{row} = {_literal(number)}" for row, number in program.fixed.get("v", ())]
    lines += [line for instruction in program.instructions for line in _lines(instruction, own)]
    computed = {f"g{row}" for i in program.instructions if i.target.buffer == "g" for row in i.target.rows.ravel().tolist()}
    gradients = [name if name in computed else "0.0" for name in (f"g{row}" for row in range(sizes["g"]))]
    results = ", ".join([_name(program.loss, (0,)), _tuple([_name(output, (0,)) for output in program.outputs]), _tuple(gradients)])
    return "\n".join([f"def {NAME}(x, p, n0, n1):", *(f"    {line}" for line in [*lines, f"return {results}"]), ""])


def function(program: ArrayProgram) -> Callable[..., Any]:
    """The function of a program's text, with its rows computed by their kernels."""
    kernels = {op.name: op.kernel for op in TABLE.values()} | {name: op.kernel for op, name in _own(program).items()}
    space: dict[str, Any] = {**kernels, "__builtins__": {}, "inf": float("inf"), "nan": float("nan")}
    exec(compile(written(program), "<ag.compile>", "exec"), space)  # our own text: numbers, and names made here
    made: Callable[..., Any] = space[NAME]
    return made


def _own(program: ArrayProgram) -> dict[Operation, str]:
    """Names for rows that the table does not have; two of a user's own may have one name."""
    rows = dict.fromkeys(i.op for i in program.instructions if isinstance(i, Apply) and TABLE.get(i.op.name) is not i.op)
    return {op: f"own{k}" for k, op in enumerate(rows)}


def _lines(instruction: Apply | Sum, own: dict[Operation, str]) -> Iterator[str]:
    """One line for each place of an instruction's frame."""
    target = instruction.target
    for place in np.ndindex(target.rows.shape):
        name = _name(target, place)
        if isinstance(instruction, Apply):
            operands = ", ".join([_name(argument, place) for argument in instruction.arguments])
            yield f"{name} = {own.get(instruction.op, instruction.op.name)}({operands})"
        else:
            products = [product for term in instruction.terms for product in _products(term, place)]
            yield f"{name} = {''.join(products[:LONGEST]).strip()}"
            for start in range(LONGEST, len(products), LONGEST):  # Python parses an expression by recursion
                yield f"{name} = {name}{''.join(products[start : start + LONGEST])}"


def _products(term: Term, place: tuple[int, ...]) -> Iterator[str]:
    """What a term adds at one place: signed products."""
    if term.form == "each":
        yield _signed(term.coefficient, [_name(operand, place) for operand in term.operands()])
        return
    for k in range(term.inner):
        if term.form == "rows":
            yield _signed(term.coefficient, [_name(operand, (*place, k)) for operand in term.operands()])
        else:
            i, j = place
            yield _signed(term.coefficient, [_name(term.a, (i, k)), _name(term.b, (k, j))])  # type: ignore[arg-type]


def _signed(coefficient: float, names: list[str]) -> str:
    """A product with its sign in front, ready to follow others."""
    sign = "-" if coefficient == -1.0 else "+"
    factors = names if coefficient in (1.0, -1.0) else [_literal(coefficient), *names]
    return f" {sign} " + "*".join(factors)


def _name(operand: Operand, place: tuple[int, ...]) -> str:
    """A number of an operand, by its name."""
    if isinstance(operand, Numbers):
        return _literal(float(operand.values[place] if operand.values.ndim else operand.values))
    row = operand.rows[place]
    return f"{operand.buffer}_{row}" if operand.buffer[0] == "x" else f"{operand.buffer}{row}"


def _literal(x: float) -> str:
    return f"({x!r})" if repr(x).startswith("-") else repr(x)


def _tuple(texts: Iterable[str]) -> str:
    listed = list(texts)
    return f"({', '.join(listed)}{',' * (len(listed) == 1)})"
