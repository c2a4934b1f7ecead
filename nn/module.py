"""Module: anything that has parameters.

What you can do with this file: write a network of your own (`class Line(Module)`), list its parameters under their names, save them as
numbers (`state_dict`) and set them again (`load_state_dict`), forget their gradients (`zero_grad`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import autograd_mini as ag
from autograd_mini import Value
from nn.arguments import finite, require_names

__all__ = ["Module"]


class Module:
    """Anything with parameters: the Values among its attributes, those of its submodules, and those in lists of either.

    To make your own, assign Values and Modules to attributes; constants and computed Values are not parameters.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.start = Value(2.0), Value(1.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.start
    >>> Line().state_dict()
    {'slope': 2.0, 'start': 1.0}
    """

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Yield each parameter once, with its path: `layers.0.neurons.2.weights.16` (a path counts from 0, as Python does)."""
        found = _Gathered(self)
        yield from zip(found.names, found.values, strict=True)

    def parameters(self) -> list[Value]:
        """List the parameters, layer by layer, neuron by neuron: its weights, then its bias."""
        return _Gathered(self).values

    def state_dict(self) -> dict[str, float]:
        """Return the parameters' numbers, under their names, in their order; plain data, to be saved."""
        return {name: parameter.data for name, parameter in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Set all parameters to the numbers saved under their names; gradients stay.

        Everything is checked first: either all parameters are set or none. Raises ValueError for a name missing, for one too much,
        and for inf or nan; TypeError for what is no number; the message names the first.

        >>> class Line(Module):
        ...     def __init__(self):
        ...         self.slope, self.start = Value(2.0), Value(1.0)
        >>> line = Line()
        >>> line.load_state_dict({"slope": 3.0})
        Traceback (most recent call last):
            ...
        ValueError: the state has no 'start' (1 name for the 2 of this Line); was it saved from another one? Nothing was changed
        >>> line.load_state_dict({"slope": 3.0, "start": 0.5})
        >>> line.slope.data, line.start.data
        (3.0, 0.5)
        """
        parameters = dict(self.named_parameters())
        require_names(state, parameters, f"this {type(self).__name__}")
        numbers = [finite(state[name], f"the number saved for {name!r}") for name in parameters]
        for parameter, x in zip(parameters.values(), numbers, strict=True):
            parameter.data = x

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters, so that the next backward pass starts anew."""
        ag.zero_grad(self.parameters())

    def __getstate__(self) -> dict[str, Any]:
        # A copy or a pickle leaves out the compiled programs that a network keeps (`compiled.py`): they hold the Values of this one, and a
        # cost that may be a lambda. The copy compiles its own when it needs one.
        return {name: part for name, part in vars(self).items() if name != "_programs"}


class _Gathered:
    """The parameters of a module, each once, and their paths. (Two lists: a hundred thousand pairs would keep Python's collector busy.)"""

    def __init__(self, module: Module) -> None:
        self.names: list[str] = []
        self.values: list[Value] = []
        self._seen: set[int] = set()
        self._gather("", vars(module))

    def _gather(self, name: str, part: Any) -> None:
        if isinstance(part, Value):
            if part.op is None and not part.is_constant and self._new(part):
                self.names.append(name)
                self.values.append(part)
        elif isinstance(part, Module):
            if self._new(part):
                self._gather(name, vars(part))
        elif isinstance(part, (list, tuple, dict)):
            for key, item in part.items() if isinstance(part, dict) else enumerate(part):
                self._gather(f"{name}.{key}" if name else str(key), item)

    def _new(self, part: Value | Module) -> bool:
        """Is it met for the first time? A shared parameter counts once: an optimizer must not step it twice."""
        before = len(self._seen)
        self._seen.add(id(part))
        return len(self._seen) > before
