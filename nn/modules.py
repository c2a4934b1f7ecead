"""Modules: neurons, layers and networks that own parameters and turn inputs into Values.

What you can do with this file: build a network (`MLP(64, [16, 10])`), call it on a list of numbers, ask it for its
`parameters()`; build a `Layer` or a `Neuron` alone; write your own `Module`.

    net = MLP(2, [3, 1], rng=0)
    output = net([0.5, -1.0])       # always a list of Values, here of one
    output[0].backward()
    net.parameters()[0].grad

A neuron computes z = w·x + b and a = σ(z); its nodes and its parameters live in the scopes `layer 1`, `neuron 3`, so that a
picture can fold them. Counting starts at 1, and layer 1 is the first layer *of weights* (a course that counts the inputs as
layer 1 calls it layer 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import Any

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.row import Operation
from autograd_mini.scopes import current_scope
from nn.arguments import count, generator, listed

__all__ = ["ACTIVATIONS", "MLP", "Layer", "Module", "Neuron"]

#: What `activation=` accepts: the row of the op table that turns z into a; None leaves z as it is.
ACTIVATIONS: Mapping[str, Operation | None] = MappingProxyType(
    {"sigmoid": ops.sigmoid, "tanh": ops.tanh, "relu": ops.relu, "linear": None}
)

#: What `init=` accepts: how one weight or bias is drawn. "normal" is N(0, 1), as in Nielsen's book, chapter 1.
INITS: Mapping[str, Callable[[Random], float]] = MappingProxyType({"normal": lambda rng: rng.gauss(0.0, 1.0)})


class Module:
    """Anything with parameters: the Values among its attributes, those of its submodules, and those in lists of either.

    To make your own, assign Values and Modules to attributes; constants and computed Values are not parameters.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.start = Value(2.0), Value(1.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.start
    >>> [name for name, parameter in Line().named_parameters()]
    ['slope', 'start']
    """

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Yield each parameter once, with its path: `layers.0.neurons.2.weights.16` (a path counts from 0, as Python does)."""
        yield from _named_parameters("", vars(self), set())

    def parameters(self) -> list[Value]:
        """List the parameters, layer by layer, neuron by neuron: its weights, then its bias."""
        return [parameter for _, parameter in self.named_parameters()]

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters, so that the next backward pass starts anew."""
        ag.zero_grad(self.parameters())


class Neuron(Module):
    """One neuron: `neuron(x)` is the Value σ(w·x + b).

    `nin` is the number of inputs; `activation` one of sigmoid, tanh, relu, linear; weights and bias are drawn from N(0, 1)
    by `rng` (a seed or a `random.Random`). Attributes: `weights` (list of Values), `bias`, `activation` (its name).

    Raises ValueError for an unknown name or a number of inputs below 1, and when called with another number of inputs.

    >>> neuron = Neuron(2, rng=0)
    >>> neuron.weights[0].data, neuron.weights[1].data, neuron.bias.data = 1.0, 2.0, -3.0
    >>> neuron([1.0, 1.0]).data
    0.5
    """

    def __init__(self, nin: int, activation: str = "sigmoid", init: str = "normal", rng: int | Random = 0) -> None:
        _choose(ACTIVATIONS, activation, "activation")
        draw, rng = _choose(INITS, init, "init"), generator(rng)
        # The scopes that are open while a neuron is made are its place in the network, and so the start of its labels.
        place = current_scope()
        self.weights = [Value(draw(rng), _label(place, f"w[{number}]")) for number in range(1, count(nin, "nin") + 1)]
        self.bias = Value(draw(rng), _label(place, "b"))
        self.activation = activation

    @property
    def nin(self) -> int:
        """How many inputs it takes."""
        return len(self.weights)

    def __call__(self, inputs: Iterable[Value | float]) -> Value:
        """Return the output for these inputs, numbers or Values."""
        return self.forward(_nodes(inputs, self.nin, "this neuron"))

    def forward(self, inputs: Sequence[Value]) -> Value:
        """Compute the output from Values already checked: a layer checks once for all its neurons."""
        place = current_scope()
        z: Value = ag.dot(self.weights, inputs) + self.bias
        z.label = _label(place, "z")
        activation = ACTIVATIONS[self.activation]
        if activation is None:
            return z
        a: Value = activation(z)
        a.label = _label(place, "a")
        return a

    def __repr__(self) -> str:
        return f"Neuron({self.nin}, activation={self.activation!r}): {_counted(self)}"


class Layer(Module):
    """Neurons side by side, all reading the same inputs: `layer(x)` is the *list* of their outputs, also for one neuron.

    `nin` inputs, `nout` neurons; the rest, and the errors, as for `Neuron`. Attribute: `neurons`.

    >>> len(Layer(3, 2, rng=0)([0.0, 0.5, 1.0]))
    2
    """

    def __init__(self, nin: int, nout: int, activation: str = "sigmoid", init: str = "normal", rng: int | Random = 0) -> None:
        rng = generator(rng)
        self.neurons: list[Neuron] = []
        for number in range(1, count(nout, "nout") + 1):
            with ag.scope(f"neuron {number}"):
                self.neurons.append(Neuron(nin, activation, init, rng))

    @property
    def nin(self) -> int:
        """How many inputs it takes."""
        return self.neurons[0].nin

    @property
    def nout(self) -> int:
        """How many outputs it gives: one a neuron."""
        return len(self.neurons)

    def __call__(self, inputs: Iterable[Value | float]) -> list[Value]:
        """Return the list of outputs for these inputs, numbers or Values."""
        return self.forward(_nodes(inputs, self.nin, "this layer"))

    def forward(self, inputs: Sequence[Value]) -> list[Value]:
        """Compute the outputs from Values already checked."""
        outputs = []
        for number, neuron in enumerate(self.neurons, 1):
            with ag.scope(f"neuron {number}"):
                outputs.append(neuron.forward(inputs))
        return outputs

    def __repr__(self) -> str:
        return f"Layer({self.nin}, {self.nout}, activation={self.neurons[0].activation!r}): {_counted(self)}"


class MLP(Module):
    """A multilayer perceptron: layers one after the other. `net(x)` is the list of the last layer's outputs, always a list.

    `nin` inputs; `nouts` the number of neurons of each layer, the last one included: `MLP(784, [30, 10])` is the 784-30-10
    network of M. Nielsen, *Neural Networks and Deep Learning*, chapter 1. The activation is applied on the output layer too.
    Weights and biases are drawn from N(0, 1) by `rng` (a seed or a `random.Random`): the same seed, the same network.
    Attribute: `layers`.

    Inputs are numbers or Values. A plain number becomes one constant, x1, x2, …, however many neurons read it.

    Raises ValueError for an unknown name or a size below 1, and when called with another number of inputs.

    >>> net = MLP(2, [3, 1], rng=0)
    >>> net
    MLP(2, [3, 1], activation='sigmoid'): 13 parameters
    >>> net.parameters()[0].label
    'layer 1 · neuron 1 · w[1]'
    >>> net([1.0, 2.0, 3.0])
    Traceback (most recent call last):
        ...
    ValueError: this network takes 2 inputs, got 3
    """

    def __init__(
        self, nin: int, nouts: Iterable[int], activation: str = "sigmoid", init: str = "normal", rng: int | Random = 0
    ) -> None:
        sizes = list(nouts) if isinstance(nouts, Iterable) else []
        if not sizes:
            raise ValueError(f"nouts lists the number of neurons of each layer, for example [30, 10]; got {nouts!r}")
        rng = generator(rng)
        self.layers: list[Layer] = []
        for number, (fan_in, fan_out) in enumerate(zip([nin, *sizes], sizes, strict=False), 1):
            with ag.scope(f"layer {number}"):
                self.layers.append(Layer(fan_in, fan_out, activation, init, rng))

    @property
    def nin(self) -> int:
        """How many inputs it takes."""
        return self.layers[0].nin

    @property
    def nouts(self) -> list[int]:
        """How many neurons each layer has; the last one is the number of outputs."""
        return [layer.nout for layer in self.layers]

    def __call__(self, inputs: Iterable[Value | float]) -> list[Value]:
        """Return the list of outputs for these inputs, numbers or Values."""
        return self.forward(_nodes(inputs, self.nin, "this network"))

    def forward(self, inputs: Sequence[Value]) -> list[Value]:
        """Compute the outputs from Values already checked."""
        activations = list(inputs)
        for number, layer in enumerate(self.layers, 1):
            with ag.scope(f"layer {number}"):
                activations = layer.forward(activations)
        return activations

    def __repr__(self) -> str:
        return f"MLP({self.nin}, {self.nouts}, activation={self.layers[0].neurons[0].activation!r}): {_counted(self)}"


def _nodes(inputs: Iterable[Value | float], expected: int, who: str) -> list[Value]:
    """Every input as one node: Values as they are, numbers as constants. Never cuts to fit, as `zip` would."""
    given = listed(inputs, f"the inputs of {who}")
    if len(given) != expected:
        raise ValueError(f"{who} takes {expected} input{'s' * (expected != 1)}, got {len(given)}")
    with ag.scope("inputs"):
        return [x if isinstance(x, Value) else ag.constant(x, f"x{number}") for number, x in enumerate(given, 1)]


def _named_parameters(name: str, part: Any, seen: set[int]) -> Iterator[tuple[str, Value]]:
    if isinstance(part, (Value, Module)):
        if id(part) in seen:  # a shared parameter counts once: an optimizer must not step it twice
            return
        seen.add(id(part))
    if isinstance(part, Value):
        if part.op is None and not part.is_constant:
            yield name, part
    elif isinstance(part, Module):
        yield from _named_parameters(name, vars(part), seen)
    elif isinstance(part, (list, tuple, dict)):
        for key, item in part.items() if isinstance(part, dict) else enumerate(part):
            yield from _named_parameters(f"{name}.{key}" if name else str(key), item, seen)


def _choose(table: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in table:
        raise ValueError(f"{what}={name!r} is not known; choose one of {', '.join(map(repr, table))}")
    return table[name]


def _label(place: tuple[str, ...], name: str) -> str:
    return " · ".join((*place, name))


def _counted(module: Module) -> str:
    parameters = len(module.parameters())
    return f"{parameters:,} parameter{'s' * (parameters != 1)}"
