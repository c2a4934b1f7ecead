"""Optimizers: how parameters move once their gradients are known.

What you can do with this file: `SGD(net.parameters(), learning_rate=3.0)`, then for each batch
`zero_grad()`, a backward pass, `step()`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.number import number
from nn.arguments import listed

__all__ = ["SGD"]


class SGD:
    """Gradient descent: every step moves each parameter p to p − η·∂C/∂p, η being the learning rate.

    "Stochastic" is where the gradient comes from: a few random samples instead of all of them (`nn.fit` picks those).

    `parameters`: Values that are leaves. `learning_rate`: finite, above 0. Raises TypeError for anything else among the
    parameters and for a learning rate that is no number, ValueError for no parameters, for a learning rate out of range.

    >>> p = Value(1.0)
    >>> optimizer = SGD([p], learning_rate=0.1)
    >>> (p * p).backward()
    >>> optimizer.step()
    >>> p.data
    0.8
    """

    def __init__(self, parameters: Iterable[Value], learning_rate: float) -> None:
        given = listed(parameters, "the parameters of SGD")
        if not given:
            raise ValueError("SGD got no parameters; pass net.parameters()")
        for parameter in given:
            if not isinstance(parameter, Value) or parameter.is_constant or parameter.op is not None:
                raise TypeError(f"SGD moves leaves only (Values not computed from others, no constants), got {parameter!r}")
        self.parameters: list[Value] = list(dict.fromkeys(given))  # each once, in order
        if not 0 < number(learning_rate, "learning_rate=") < math.inf:
            raise ValueError(f"learning_rate is a finite number above 0, got {learning_rate!r}")
        self.learning_rate = float(learning_rate)

    def step(self) -> None:
        """Move every parameter against its gradient; one without a gradient yet stays where it is."""
        for parameter in self.parameters:
            parameter.data -= self.learning_rate * parameter.grad

    def zero_grad(self) -> None:
        """Forget the gradients: backward passes add to them, so this comes before each batch."""
        ag.zero_grad(self.parameters)

    def __repr__(self) -> str:
        return f"SGD({len(self.parameters):,} parameters, learning_rate={self.learning_rate})"
