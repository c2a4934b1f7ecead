"""Modules: neurons, layers and networks, which own parameters and turn inputs into Values.

What you can do with this file: build a network (`MLP(64, [16, 10])`), call it on a list of numbers, ask it for its
`parameters()`; build a `Layer`, a `Neuron` or a `Perceptron` alone. `module.py` has what they share.

    net = MLP(2, [3, 1], rng=0)
    output = net([0.5, -1.0])       # always a list of Values, here of one
    output[0].backward()
    net.parameters()[0].grad

A neuron computes z = w·x + b and a = σ(z); its nodes and its parameters live in the scopes `layer 1`, `neuron 3`, so that a
picture can fold them. Counting starts at 1, and layer 1 is the first layer *of weights* (a course that counts the inputs as
layer 1 calls it layer 2).

What they take in common:

* `activation`: how a follows from z: sigmoid, tanh, relu, linear (a = z) or step (1 if z > 0, else 0); for layers and networks softmax too.
* `init` and `scale`: how wide the weights and biases are drawn, as in `initial.py`: normal (the courses' N(0, 1), the default), lecun,
  xavier, he; their standard deviations are multiplied by `scale`.
* `rng`: a seed or a `random.Random`, where all of them come from.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.scopes import current_scope
from nn.activations import OF_A_LAYER, OF_A_NEURON
from nn.arguments import chosen, count, generator, listed
from nn.initial import spread
from nn.module import Module
from nn.saving import save

__all__ = ["MLP", "Layer", "Module", "Neuron", "Perceptron"]


class Neuron(Module):
    """One neuron: `neuron(x)` is the Value σ(w·x + b).

    `nin` is the number of inputs; the rest as the head of this file says. `nout` is the number of neurons in its layer, which xavier
    asks for. Attributes: `weights` (list of Values), `bias`, `activation` (its name).

    Raises ValueError for an unknown name, a number of inputs below 1 or a scale not above 0, and when called with another number of inputs.

    >>> neuron = Neuron(2, rng=0)
    >>> neuron.weights[0].data, neuron.weights[1].data, neuron.bias.data = 1.0, 2.0, -3.0
    >>> neuron([1.0, 1.0]).data
    0.5
    """

    def __init__(
        self, nin: int, activation: str = "sigmoid", init: str = "normal", rng: int | Random = 0, *, scale: float = 1.0, nout: int = 1
    ) -> None:
        chosen(OF_A_NEURON, activation, "activation")
        nin, rng = count(nin, "nin"), generator(rng)
        deviations = spread(init, nin, count(nout, "nout"), scale)
        # The scopes that are open while a neuron is made are its place in the network, and so the start of its labels.
        place = current_scope()
        self.weights = [Value(rng.gauss(0.0, deviations.weights), _label(place, f"w[{number}]")) for number in range(1, nin + 1)]
        self.bias = Value(rng.gauss(0.0, deviations.bias) if deviations.bias else 0.0, _label(place, "b"))
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
        a = OF_A_NEURON[self.activation](z)
        if a is not z:  # a linear neuron has no node for a
            a.label = _label(place, "a")
        return a

    def __repr__(self) -> str:
        return f"Neuron({self.nin}, activation={self.activation!r}): {_counted(self)}"


class Perceptron(Neuron):
    """F. Rosenblatt's neuron: it answers 1 if w·x + b > 0, that is, if w·x is above its threshold −b; else 0.

    Its answer jumps, so every derivative of it is 0, and gradient descent learns nothing. `MLP(…, activation="step")` is a network of them.
    Arguments and errors are those of `Neuron`.

    >>> perceptron = Perceptron(2)
    >>> perceptron.load_state_dict({"weights.0": 2.0, "weights.1": 1.0, "bias": -2.0})
    >>> perceptron.threshold, [perceptron([1.0, friends]).data for friends in (0.0, 1.0)]
    (2.0, [0.0, 1.0])
    """

    def __init__(self, nin: int, init: str = "normal", rng: int | Random = 0, *, scale: float = 1.0) -> None:
        super().__init__(nin, "step", init, rng, scale=scale)

    @property
    def threshold(self) -> float:
        """What the weighted sum of the inputs has to exceed: −b."""
        return -self.bias.data

    def __repr__(self) -> str:
        return f"Perceptron({self.nin}): {_counted(self)}"


class Layer(Module):
    """Neurons side by side, all reading the same inputs: `layer(x)` is the *list* of their outputs, also for one neuron.

    `nin` inputs, `nout` neurons; the rest, and the errors, as for `Neuron`. Attributes: `neurons`, `activation`.

    With softmax the outputs are probabilities, which add up to 1: a_j = exp(z_j) / Σ exp(z).

    >>> len(Layer(3, 2, rng=0)([0.0, 0.5, 1.0]))
    2
    >>> [a.data for a in Layer(3, 4, activation="softmax", init="he", rng=0)([0.0, 0.0, 0.0])]
    [0.25, 0.25, 0.25, 0.25]
    """

    def __init__(
        self, nin: int, nout: int, activation: str = "sigmoid", init: str = "normal", rng: int | Random = 0, *, scale: float = 1.0
    ) -> None:
        chosen({**OF_A_NEURON, **OF_A_LAYER}, activation, "activation")
        of_each = "linear" if activation in OF_A_LAYER else activation
        rng = generator(rng)
        self.activation = activation
        self.neurons: list[Neuron] = []
        for number in range(1, count(nout, "nout") + 1):
            with ag.scope(f"neuron {number}"):
                self.neurons.append(Neuron(nin, of_each, init, rng, scale=scale, nout=nout))

    @property
    def nin(self) -> int:
        """How many inputs it takes."""
        return self.neurons[0].nin

    @property
    def nout(self) -> int:
        """How many outputs it gives: one a neuron."""
        return len(self.neurons)

    @property
    def weights(self) -> list[Value]:
        """The weights of all its neurons, without the biases."""
        return [weight for neuron in self.neurons for weight in neuron.weights]

    def __call__(self, inputs: Iterable[Value | float]) -> list[Value]:
        """Return the list of outputs for these inputs, numbers or Values."""
        return self.forward(_nodes(inputs, self.nin, "this layer"))

    def forward(self, inputs: Sequence[Value]) -> list[Value]:
        """Compute the outputs from Values already checked."""
        outputs = []
        for number, neuron in enumerate(self.neurons, 1):
            with ag.scope(f"neuron {number}"):
                outputs.append(neuron.forward(inputs))
        return self._together(outputs) if self.activation in OF_A_LAYER else outputs

    def _together(self, zs: Sequence[Value]) -> list[Value]:
        """The outputs where each depends on all z."""
        outputs = OF_A_LAYER[self.activation](zs)
        for number, a in enumerate(outputs, 1):
            a.label = _label((*current_scope(), f"neuron {number}"), "a")
        return outputs

    def __repr__(self) -> str:
        return f"Layer({self.nin}, {self.nout}, activation={self.activation!r}): {_counted(self)}"


class MLP(Module):
    """A multilayer perceptron: layers one after the other. `net(x)` is the list of the last layer's outputs, always a list.

    `nin` inputs; `nouts` the number of neurons of each layer, the last one included: `MLP(784, [30, 10])` is the 784-30-10
    network of M. Nielsen, *Neural Networks and Deep Learning*, chapter 1. `output` is the activation of the last layer, the same as
    that of the others where nothing is said. The rest as the head of this file says: the same seed, the same network.
    Attributes: `layers`, `activation`, `output`; `notes`, a dict of plain JSON data of your own, which is saved with the network.

    Inputs are numbers or Values. A plain number becomes one constant, x1, x2, …, however many neurons read it.

    Raises ValueError for an unknown name, a size below 1 or a scale not above 0, and when called with another number of inputs.

    >>> net = MLP(2, [3, 1], rng=0)
    >>> net
    MLP(2, [3, 1], activation='sigmoid'): 13 parameters
    >>> MLP(2, [16, 16, 1], activation="relu", output="linear", init="he", rng=0)
    MLP(2, [16, 16, 1], activation='relu', output='linear'): 337 parameters
    >>> net.parameters()[0].label
    'layer 1 · neuron 1 · w[1]'
    >>> net([1.0, 2.0, 3.0])
    Traceback (most recent call last):
        ...
    ValueError: this network takes 2 inputs, got 3
    """

    def __init__(
        self,
        nin: int,
        nouts: Iterable[int],
        activation: str = "sigmoid",
        init: str = "normal",
        rng: int | Random = 0,
        *,
        output: str | None = None,
        scale: float = 1.0,
    ) -> None:
        sizes = list(nouts) if isinstance(nouts, Iterable) else []
        if not sizes:
            raise ValueError(f"nouts lists the number of neurons of each layer, for example [30, 10]; got {nouts!r}")
        rng = generator(rng)
        self.activation, self.output = activation, activation if output is None else output
        names = [self.activation] * (len(sizes) - 1) + [self.output]
        self.notes: dict[str, Any] = {}
        self.layers: list[Layer] = []
        for number, (fan_in, fan_out, name) in enumerate(zip([nin, *sizes], sizes, names, strict=False), 1):
            with ag.scope(f"layer {number}"):
                self.layers.append(Layer(fan_in, fan_out, name, init, rng, scale=scale))

    @property
    def nin(self) -> int:
        """How many inputs it takes."""
        return self.layers[0].nin

    @property
    def nouts(self) -> list[int]:
        """How many neurons each layer has; the last one is the number of outputs."""
        return [layer.nout for layer in self.layers]

    @property
    def weights(self) -> list[Value]:
        """The weights of all layers, without the biases: what `l2` keeps small."""
        return [weight for layer in self.layers for weight in layer.weights]

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

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network and its notes into a safetensors file, whole or not at all; `nn.load(path)` gives an equal one, bit for bit.

        Raises TypeError for notes that are no plain JSON data, ValueError for a network that was rebuilt by hand and for a parameter
        that is inf or nan; the OSError of the system if the path cannot be written; MissingExtra without safetensors or NumPy.
        """
        save(self, path)

    def __repr__(self) -> str:
        output = f", output={self.output!r}" * (self.output != self.activation)
        return f"MLP({self.nin}, {self.nouts}, activation={self.activation!r}{output}): {_counted(self)}"


def _nodes(inputs: Iterable[Value | float], expected: int, who: str) -> list[Value]:
    """Every input as one node: Values as they are, numbers as constants. Never cuts to fit, as `zip` would."""
    given = listed(inputs, f"the inputs of {who}")
    if len(given) != expected:
        raise ValueError(f"{who} takes {expected} input{'s' * (expected != 1)}, got {len(given)}")
    with ag.scope("inputs"):
        return [x if isinstance(x, Value) else ag.constant(x, f"x{number}") for number, x in enumerate(given, 1)]


def _label(place: tuple[str, ...], name: str) -> str:
    return " · ".join((*place, name))


def _counted(module: Module) -> str:
    parameters = len(module.parameters())
    return f"{parameters:,} parameter{'s' * (parameters != 1)}"
