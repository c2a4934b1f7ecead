"""Optimizers: how parameters move once their gradients are known.

What you can do with this file: `SGD(net.parameters(), learning_rate=3.0)`, or `Momentum`, or `Adam`; then for each batch `zero_grad()`,
a backward pass, `step()`. `state_dict()` is all that they remember, to go on later as if nothing had happened.

Each has one rule (`Optimizer.rule`): from a gradient, and from what is remembered of the gradients before, what to subtract from the
parameter. It is written with + - * / and ** only, so the same lines move a single Value and, in place, an array of all parameters:

    step = program.bind(batch_size=10)                                     a compiled program, see autograd_mini/compiler/bound.py
    update = optimizer.bind(step.parameters, step.order)
    step.gradients(xs, ys, scale=optimizer.scale / 10)                     the gradient of the mean, times what the rule wants it to be
    update(step.parameters, step.grad)
    step.write_back(); update.write_back()                                 back into the Values and into the optimizer

To make your own, subclass `Optimizer`; its docstring has an example.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from math import inf
from typing import Any, ClassVar

import autograd_mini as ag
from autograd_mini import NOT_YET, Value
from autograd_mini.number import number
from nn.arguments import finite, listed, positive, require_names

__all__ = ["SGD", "Adam", "Momentum", "Optimizer", "Update"]


class Optimizer(ABC):
    """Something that moves parameters against their gradients; `SGD`, `Momentum` and `Adam` are some.

    `parameters`: Values that are leaves; one that is given twice counts once. `learning_rate`: finite, above 0; it may be set anew
    between steps, also to 0, which moves nothing. Raises TypeError for anything else among the parameters and for a learning rate that
    is no number, ValueError for no parameters and for a learning rate out of range. Attribute: `steps`, how many there have been.

    A subclass says which numbers it `remembers` of each parameter, all 0 at first, writes its `rule`, and lists its `options`, the
    keywords of its constructor, which are also its attributes:

    >>> class RMSprop(Optimizer):
    ...     remembers = ("square",)
    ...     def rule(self, gradient, square):
    ...         square = 0.75 * square + 0.25 * gradient * gradient
    ...         return self.learning_rate * gradient / (square**0.5 + 1e-8), square
    >>> p = Value(1.0)
    >>> optimizer = RMSprop([p], learning_rate=0.125)
    >>> (p * p).backward()
    >>> optimizer.step()
    >>> round(p.data, 6), optimizer.state_dict()
    (0.75, {'learning_rate': 0.125, 'steps': 1, 'square': [1.0]})
    """

    options: ClassVar[tuple[str, ...]] = ("learning_rate",)
    remembers: ClassVar[tuple[str, ...]] = ()

    def __init__(self, parameters: Iterable[Value], learning_rate: float) -> None:
        name = type(self).__name__
        given = listed(parameters, f"the parameters of {name}")
        if not given:
            raise ValueError(f"{name} got no parameters; pass net.parameters()")
        for parameter in given:
            if not isinstance(parameter, Value) or parameter.is_constant or parameter.op is not None:
                raise TypeError(f"{name} moves leaves only (Values not computed from others, no constants), got {parameter!r}")
        self.parameters: list[Value] = list(dict.fromkeys(given))  # each once, in order
        self.learning_rate = positive(learning_rate, "learning_rate")
        self.steps = 0
        #: Under each name, one number for each parameter, in their order.
        self.memory: dict[str, list[float]] = {name: [0.0] * len(self.parameters) for name in self.remembers}

    @property
    def learning_rate(self) -> float:
        """How far a step goes."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        x = number(rate, "learning_rate=")
        if not 0 <= x < inf:
            raise ValueError(f"learning_rate is a finite number from 0 on, got {rate!r}")
        self._learning_rate = x

    @property
    def scale(self) -> float:
        """What gradients are multiplied by before the rule sees them: 1, or what a compiled step may multiply them by for nothing."""
        return 1.0

    @abstractmethod
    def rule(self, gradient: Any, *memory: Any) -> tuple[Any, ...]:
        """Return what to subtract from the parameter, then what to remember in place of `memory`.

        All are floats, or arrays with an element for each parameter. `gradient` has been multiplied by `scale`, and stays as it is;
        `memory` may be changed in place. `self.steps` counts this step already: the first one is 1.
        """

    def step(self) -> None:
        """Move every parameter against its gradient; one without a gradient yet stays where it is."""
        self.steps += 1
        rule, scale, remembered = self.rule, self.scale, []
        for parameter, *memory in zip(self.parameters, *self.memory.values(), strict=True):
            if parameter.grad is not NOT_YET:
                change, *memory = rule(scale * parameter.grad, *memory)
                parameter.data -= change
            remembered.append(memory)
        for column, numbers in zip(self.memory.values(), zip(*remembered, strict=True), strict=True):
            column[:] = numbers

    def zero_grad(self) -> None:
        """Forget the gradients: backward passes add to them, so this comes before each batch."""
        ag.zero_grad(self.parameters)

    def bind(self, parameters: Any, order: Any = slice(None)) -> Update:
        """Return what moves flat arrays like `parameters` in place, going on from what the optimizer remembers now.

        `parameters[order]` are the numbers of this optimizer's parameters, in their order; what else the array holds is moved alike.
        """
        return Update(self, parameters, order)

    def state_dict(self) -> dict[str, Any]:
        """Return the options, the number of steps, and for each name in `remembers` a list, in the order of the parameters."""
        options = {name: getattr(self, name) for name in self.options}
        return {**options, "steps": self.steps, **{name: list(column) for name, column in self.memory.items()}}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a state that was saved: the next step is the one that would have come then.

        Everything is checked first: either all is set or nothing. Raises ValueError for a name missing, for one too much, for an option
        out of range, for numbers that are not as many as the parameters, or not finite; TypeError for what is no number.

        >>> SGD([Value(1.0)], learning_rate=1.0).load_state_dict({"learning_rate": 0.5})
        Traceback (most recent call last):
            ...
        ValueError: the state has no 'steps' (1 name for the 2 of this SGD); was it saved from another one? Nothing was changed
        """
        require_names(state, self.state_dict(), f"this {type(self).__name__}")
        checked = type(self)(self.parameters, **{name: state[name] for name in self.options} | {"learning_rate": 1.0})
        checked.learning_rate = state["learning_rate"]  # which a schedule may have brought to 0
        checked.steps = _steps(state["steps"])
        checked.memory = {name: _column(state[name], name, len(self.parameters)) for name in self.remembers}
        vars(self).update(vars(checked))

    def __repr__(self) -> str:
        options = "".join(f", {name}={getattr(self, name)}" for name in self.options)
        count = len(self.parameters)
        return f"{type(self).__name__}({count:,} parameter{'s' * (count != 1)}{options})"


class SGD(Optimizer):
    """Gradient descent: every step moves each parameter p to p − η·∂C/∂p, η being the learning rate.

    "Stochastic" is where the gradient comes from: a few random samples instead of all of them (`nn.fit` picks those).
    Arguments and errors are those of `Optimizer`.

    >>> p = Value(1.0)
    >>> optimizer = SGD([p], learning_rate=0.1)
    >>> (p * p).backward()
    >>> optimizer.step()
    >>> p.data
    0.8
    """

    @property
    def scale(self) -> float:
        """η: the whole rule is in the scale, so in place a step is one subtraction."""
        return self.learning_rate

    def rule(self, gradient: Any, *memory: Any) -> tuple[Any, ...]:
        """Return η·∂C/∂p, which is what it was given."""
        return (gradient,)


class Momentum(Optimizer):
    """Gradient descent with a velocity, like a ball that rolls on: v ← μ·v + ∂C/∂p, then p ← p − η·v.

    `momentum` μ, from 0 (plain descent) to below 1, is how much of the velocity is left after a step; on an even slope it grows to
    1/(1 − μ) times the gradient. (B. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964; this form, with η
    outside of v, is PyTorch's.) The other arguments, and the errors, are those of `Optimizer`; ValueError for μ out of range too.

    >>> p = Value(1.0)
    >>> optimizer = Momentum([p], learning_rate=0.25, momentum=0.5)
    >>> for _ in range(2):                     # the slope is 1 everywhere: v = 1, then 1.5
    ...     optimizer.zero_grad()
    ...     (1 * p).backward()
    ...     optimizer.step()
    >>> p.data
    0.375
    """

    options = ("learning_rate", "momentum")
    remembers = ("velocity",)

    def __init__(self, parameters: Iterable[Value], learning_rate: float, momentum: float = 0.9) -> None:
        super().__init__(parameters, learning_rate)
        self.momentum = _share(momentum, "momentum")

    def rule(self, gradient: Any, *memory: Any) -> tuple[Any, ...]:
        """Return η·v, and v."""
        (velocity,) = memory
        velocity *= self.momentum  # an array changes in place; of a float this makes a new one
        velocity += gradient
        return self.learning_rate * velocity, velocity


class Adam(Optimizer):
    """Steps of about η for each parameter, however large or small its gradients are: p ← p − η·m̂ / (√v̂ + ε).

    m ← β₁·m + (1 − β₁)·g and v ← β₂·v + (1 − β₂)·g² are running means of the gradient g and of its square. Both begin at 0, so that the
    first ones are too small; m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ) make up for it at step t. (D. Kingma and J. Ba, *Adam: A Method for
    Stochastic Optimization*, 2015, algorithm 1; the defaults are theirs, and PyTorch's.)

    `beta1`, `beta2`: from 0 to below 1; `epsilon`: finite, above 0. The other arguments, and the errors, are those of `Optimizer`.

    >>> p, q = Value(1.0), Value(1.0)
    >>> optimizer = Adam([p, q], learning_rate=0.25)
    >>> (1000 * p - 0.001 * q).backward()
    >>> optimizer.step()
    >>> round(p.data, 4), round(q.data, 4)
    (0.75, 1.25)
    """

    options = ("learning_rate", "beta1", "beta2", "epsilon")
    remembers = ("mean", "square")

    def __init__(
        self, parameters: Iterable[Value], learning_rate: float = 0.001, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.beta1, self.beta2 = _share(beta1, "beta1"), _share(beta2, "beta2")
        self.epsilon = positive(epsilon, "epsilon")

    def rule(self, gradient: Any, *memory: Any) -> tuple[Any, ...]:
        """Return η·m̂ / (√v̂ + ε), and m and v."""
        mean, square = memory
        mean *= self.beta1
        mean += (1.0 - self.beta1) * gradient
        square *= self.beta2
        square += (1.0 - self.beta2) * gradient * gradient
        rate = self.learning_rate / (1.0 - self.beta1**self.steps)
        root = (square / (1.0 - self.beta2**self.steps)) ** 0.5
        return rate * mean / (root + self.epsilon), mean, square


class Update:
    """The steps of an optimizer on flat arrays, in place; `optimizer.bind` makes it.

    >>> import numpy as np
    >>> p = Value(1.0)
    >>> optimizer, numbers = SGD([p], learning_rate=0.25), np.array([1.0])
    >>> update = optimizer.bind(numbers)
    >>> update(numbers, optimizer.scale * np.array([2.0]))
    >>> numbers, optimizer.steps
    (array([0.5]), 1)
    """

    def __init__(self, optimizer: Optimizer, parameters: Any, order: Any) -> None:
        self._optimizer = optimizer
        self._order = order
        self._memory = [_array(column, parameters, order) for column in optimizer.memory.values()]

    def __call__(self, parameters: Any, gradients: Any) -> None:
        """Move these parameters, an array like the one that was bound, by gradients that were multiplied by `optimizer.scale`."""
        self._optimizer.steps += 1
        change, *self._memory = self._optimizer.rule(gradients, *self._memory)
        parameters -= change

    def standing(self) -> tuple[int, list[Any]]:
        """How many steps there were, and copies of what is remembered: for `return_to`."""
        return self._optimizer.steps, [array.copy() for array in self._memory]

    def return_to(self, standing: tuple[int, list[Any]]) -> None:
        """Go back to where `standing` was asked for; the parameters are the caller's."""
        self._optimizer.steps, self._memory = standing

    def write_back(self) -> None:
        """Let the optimizer itself remember what the arrays hold: before its `state_dict()`, or a `step()` of its own."""
        for name, array in zip(self._optimizer.remembers, self._memory, strict=True):
            self._optimizer.memory[name] = array[self._order].tolist()


def _array(column: list[float], like: Any, order: Any) -> Any:
    """An array of this kind with a number for each parameter in its place, 0 elsewhere."""
    array = like.copy()
    array[:] = 0.0
    array[order] = column
    return array


def _share(thing: Any, name: str) -> float:
    x = number(thing, f"{name}=")
    if not 0 <= x < 1:
        raise ValueError(f"{name} is a number from 0 on and below 1, got {thing!r}")
    return x


def _steps(thing: Any) -> int:
    try:
        whole = operator.index(thing)
    except TypeError:
        whole = -1
    if whole < 0:
        raise ValueError(f"the steps of a state are a whole number from 0 on, got {thing!r}")
    return whole


def _column(thing: Any, name: str, count: int) -> list[float]:
    numbers = [finite(x, f"a number saved under {name!r}") for x in listed(thing, f"the numbers of {name!r}")]
    if len(numbers) != count:
        raise ValueError(f"the state has {len(numbers):,} number{'s' * (len(numbers) != 1)} under {name!r}, for {count:,} parameters")
    return numbers
