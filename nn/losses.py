"""Costs: one number that says how far the outputs are from what was wanted.

What you can do with this file: `quadratic_cost(net(x), target)`, then `.backward()` on it. All costs are of *one* sample; over a batch,
take the mean. Their target is a list, one number for each output:

| cost | last layer | targets |
|---|---|---|
| `quadratic_cost`, `mean_squared_error` | any | the outputs that are wanted |
| `cross_entropy` | linear | probabilities: 1 for the label, 0 elsewhere |
| `hinge` | any, linear at best; a single output: linear or tanh | one output: +1 or −1; several: 1 for the label, 0 elsewhere |

Where nothing would be learned through a last layer, `nn.fit` refuses it: `require_fitting` has the rules, those of each cost in
`LAST_LAYERS`, which the command line reads too.

`l2(net.weights, strength)` is no cost of a sample; it is added to one, and keeps the weights small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.number_like import require_values
from nn.activations import OF_A_LAYER, OF_A_NEURON, SIGNED
from nn.arguments import listed, positive

__all__ = [
    "LAST_LAYERS", "Fitting", "LastLayer", "cross_entropy", "hinge", "l2", "mean_squared_error", "quadratic_cost", "require_fitting"
]  # fmt: skip


def quadratic_cost(outputs: Iterable[Value], targets: Iterable[Value | float]) -> Value:
    """C = ½ Σ (a − y)², the quadratic cost of *one* sample; over a batch, take the mean of it.

    `outputs` are the network's activations a, `targets` as many wanted numbers y. The ½ makes ∂C/∂a = a − y. (M. Nielsen,
    *Neural Networks and Deep Learning*, chapter 1, eq. 6, for one input. A library's "mean squared error" has no ½ and divides
    by the number of outputs m too: it is 2/m times this one.) Raises ValueError when the lengths differ or are 0.

    >>> a = Value(0.8, label="a")
    >>> cost = quadratic_cost([a, Value(0.0)], [1.0, 0.0])
    >>> cost.backward()
    >>> round(cost.data, 12), round(a.grad, 12)
    (0.02, -0.2)
    """
    outputs, targets = _compared(outputs, targets)
    with ag.scope("cost"):
        cost: Value = 0.5 * ag.sum([(a - y) ** 2 for a, y in zip(outputs, targets, strict=True)])
    return cost


def mean_squared_error(outputs: Iterable[Value], targets: Iterable[Value | float]) -> Value:
    """C = 1/m Σ (a − y)² over the m outputs: PyTorch's MSELoss of one sample, 2/m times the quadratic cost. ∂C/∂a = 2/m (a − y).

    Raises ValueError when the lengths differ or are 0.

    >>> mean_squared_error([Value(0.75), Value(0.5)], [0.25, 0.0]).data
    0.25
    """
    outputs, targets = _compared(outputs, targets)
    with ag.scope("cost"):
        cost: Value = ag.mean([(a - y) ** 2 for a, y in zip(outputs, targets, strict=True)])
    return cost


def cross_entropy(logits: Iterable[Value], targets: Iterable[Value | float]) -> Value:
    """C = −Σ y·log p, where p = softmax(z) of the logits z; computed as Σ y·(log Σ e^z − z), which overflows nowhere.

    The last layer is linear (`output="linear"`), for the softmax is in here already, and has an output for each label, two at least: of
    one, the softmax is always 1, and the cost 0. `targets` are probabilities that add up to 1. For a
    label they are 1 at its place and 0 elsewhere, so that C = −log p of the label; soft targets are any others, such as 0.9 and 0.1
    where a label is doubtful. Then ∂C/∂z = p − y, however wrong the outputs are: no σ′ makes it small. (M. Nielsen, *Neural Networks
    and Deep Learning*, chapter 3; PyTorch's CrossEntropyLoss of one sample.) Raises ValueError when the lengths differ or are 0.

    >>> z = Value(0.0, label="z")
    >>> cost = cross_entropy([z, Value(0.0)], [1.0, 0.0])
    >>> cost.backward()
    >>> cost.data, z.grad                     # log 2, and ½ − 1
    (0.6931471805599453, -0.5)
    """
    logits, targets = _compared(logits, targets)
    with ag.scope("cost"):
        total = ag.logsumexp(logits)
        cost: Value = ag.dot(targets, [total - z for z in logits])
    return cost


def hinge(scores: Iterable[Value], targets: Iterable[Value | float]) -> Value:
    """How much is missing to a margin of 1, nothing where it is reached: the cost of a support vector machine.

    * One output s, its target y = +1 or −1: C = max(0, 1 − y·s). The answer is the sign of s.
    * Several outputs, targets 1 for the label k and 0 elsewhere: C = Σ_(j≠k) max(0, 1 + s_j − s_k), every other score should be at
      least 1 below that of the label. (J. Weston and C. Watkins, *Support vector machines for multi-class pattern recognition*, 1999.)

    The last layer is linear (`output="linear"`); one output may be tanh too. A sigmoid or relu has no sign, and its target for the label 0
    would be 0, where the cost is 1 whatever the output is: `nn.fit` refuses it. At the edge of the margin the derivative is 0. Raises
    ValueError when the lengths differ or are 0.

    >>> s = Value(0.25, label="s")
    >>> hinge([s], [1.0]).data, hinge([s], [-1.0]).data, hinge([s, Value(2.0)], [0.0, 1.0]).data
    (0.75, 1.25, 0.0)
    """
    scores, targets = _compared(scores, targets)
    with ag.scope("cost"):
        if len(scores) == 1:
            return ag.relu(1.0 - targets[0] * scores[0])
        of_label = ag.dot(targets, scores)
        # For the label itself 1 − y is 0, and so is its term.
        cost: Value = ag.sum([ag.relu(s - of_label + (1.0 - y)) for s, y in zip(scores, targets, strict=True)])
    return cost


def l2(parameters: Iterable[Value], strength: float) -> Value:
    """strength/2 · Σ p²: added to a cost, it pulls each of the parameters towards 0, the farther it is the more: by strength·p.

    Usually the weights alone, `net.weights`, and not the biases. Where a course writes λ/2n Σ w² (M. Nielsen, *Neural Networks and
    Deep Learning*, eq. 87), the strength is λ/n, n being the number of training samples; PyTorch's `weight_decay` is the strength as it
    stands; micrograd's `alpha * Σ p²` is a strength of 2·alpha.

    Raises ValueError for no parameters and for a strength that is not finite and above 0, TypeError for what is no Value or no number.

    >>> w = Value(3.0, label="w")
    >>> penalty = l2([w], strength=0.5)
    >>> penalty.backward()
    >>> penalty.data, w.grad
    (2.25, 1.5)
    """
    shrunk = listed(parameters, "the parameters of l2")
    require_values(shrunk, "l2(parameters, strength)")
    if not shrunk:
        raise ValueError("l2 got no parameters; pass net.weights")
    with ag.scope("penalty"):
        penalty: Value = 0.5 * positive(strength, "strength") * ag.sum([p**2 for p in shrunk])
    return penalty


class Fitting(NamedTuple):
    """The activations of a last layer that a cost can learn through, and what to say of others: `why`, with a place for the `output`."""

    activations: frozenset[str]
    why: str = ""


class LastLayer(NamedTuple):
    """What a last layer may be before a cost: where it has one output, and where it has several."""

    one: Fitting
    several: Fitting


ANY = Fitting(frozenset({*OF_A_NEURON, *OF_A_LAYER}))

#: The costs that read numbers of any size and sign: a linear last layer suits them, and this is what they can learn through at all.
LAST_LAYERS: Mapping[Callable[..., Value], LastLayer] = MappingProxyType(
    {
        cross_entropy: LastLayer(
            Fitting(
                frozenset(),
                "nn.cross_entropy weighs the outputs against each other, and the softmax of a single one is always 1: make the network "
                'with an output for each label, two at least, and output="linear"; or train this one by nn.quadratic_cost or nn.hinge',
            ),
            Fitting(
                frozenset({"linear"}),
                'nn.cross_entropy takes logits, the softmax is in it: make the network with output="linear", not {output!r}',
            ),
        ),
        hinge: LastLayer(
            Fitting(
                SIGNED,
                "nn.hinge tells two labels by the sign of the one output, which has to take both: make the network with "
                'output="linear", not {output!r}',
            ),
            ANY,
        ),
    }
)


def require_fitting(cost: Callable[..., Value], outputs: int, activation: str) -> None:
    """Raise ValueError where this cost would learn nothing through a last layer of so many outputs and this activation.

    >>> require_fitting(hinge, 1, "relu")
    Traceback (most recent call last):
        ...
    ValueError: nn.hinge tells two labels by the sign of the one output, which has to take both: make the network with \
output="linear", not 'relu'
    """
    if activation == "step":
        raise ValueError('through output="step" nothing is learned, its derivative is 0 everywhere: make the network with output="sigmoid"')
    if activation == "softmax" and outputs == 1:
        raise ValueError('the softmax of a single output is always 1: make the network with output="sigmoid", or an output for each label')
    for known, last_layer in LAST_LAYERS.items():
        fitting = last_layer.one if outputs == 1 else last_layer.several
        if known is cost and activation not in fitting.activations:  # a cost of one's own may be no key of a dict
            raise ValueError(fitting.why.format(output=activation))


def _compared(outputs: Iterable[Value], targets: Iterable[Value | float]) -> tuple[list[Value], list[Value | float]]:
    """Both as lists, of the same length."""
    outputs, targets = listed(outputs, "the outputs"), listed(targets, "the targets")
    if len(outputs) != len(targets) or not outputs:
        raise ValueError(f"the cost compares outputs and targets one by one, got {len(outputs)} outputs and {len(targets)} targets")
    return outputs, targets
