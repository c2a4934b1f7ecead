"""The four equations of backpropagation, as course 002 numbers them, among the instructions of a program.

What you can do with this file: `FourEquations(roles).number(array, plain)`, which of them a plain instruction is.

    (1) δᴸ = ∇ₐC ⊙ σ′(zᴸ)        (2) δˡ = ((Wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ′(zˡ)        (3) ∂C/∂b = δ        (4) ∂C/∂W = δ aᵀ
"""

from __future__ import annotations

from autograd_mini.compiler.array_program import Instruction, Rows, Sum
from autograd_mini.compiler.explaining.naming import Array
from autograd_mini.compiler.explaining.roles import Roles

__all__ = ["FourEquations"]


class FourEquations:
    """Knows the errors δ of a program, their slopes σ′, and what is computed from an error."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        self.errors = {layer.error: layer for layer in roles.layers if layer.error}
        self.made_by = {array: each for array, each in zip(roles.made, roles.program.instructions, strict=True) if array}
        self.behind: set[Array] = set()  # what is computed from an error
        for array, instruction in self.made_by.items():
            if any(owner in self.errors or owner in self.behind for owner in self._read(instruction)):
                self.behind.add(array)

    def number(self, array: Array | None, plain: Instruction) -> int | None:
        """1 to 4, or None; `array` is what the instruction makes, None for a gradient."""
        if array is None:
            return self._of_parameters(plain) if isinstance(plain, Sum) else None
        layer = self.errors.get(array)
        if layer is None or layer.slope is None:
            return None
        back = next((found for operand in plain.operands() if (found := self.roles.whole(operand)) is not layer.slope), None)
        if back is None or back not in self.behind:
            return 1
        made = self.made_by[back]
        weighed = isinstance(made, Sum) and len(made.terms) == 1 and any(o.buffer == "p" for o in made.operands() if isinstance(o, Rows))
        return 2 if weighed else None

    def _of_parameters(self, plain: Sum) -> int | None:
        """3 for sums of errors, 4 for products of errors and what the weights weigh."""
        kinds = set()
        for term in plain.terms:
            read = [[array for array in self.roles.owners(o) if array] for o in term.operands() if isinstance(o, Rows)]
            single = all(len(owners) == 1 for owners in read) and any(owners[0] in self.errors for owners in read)
            kinds.add(len(read) if single and term.coefficient == 1.0 else 0)
        return {1: 3, 2: 4}.get(kinds.pop()) if len(kinds) == 1 else None

    def _read(self, instruction: Instruction) -> list[Array]:
        operands = [operand for operand in instruction.operands() if isinstance(operand, Rows)]
        return [array for operand in operands for array in self.roles.owners(operand) if array]
