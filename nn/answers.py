"""Answers: what a label is to a network, and what its outputs say.

What you can do with this file: `target(net, 3)` → the numbers that its outputs should have for the label 3; `guess(net, net(inputs))`
→ the label that its outputs name. `targets`, `guesses` and `confidences` do so for many samples at once, on arrays.

| the network has | the label is told by | the answer is | how sure, 0 to 1 |
|---|---|---|---|
| several outputs | 1 at the label's place, 0 elsewhere | the place of the largest | the largest one; of linear ones (logits), its softmax |
| one output: sigmoid, relu, step, softmax | 0 or 1 | 1 above ½, else 0 | how near to the answer, on the way from one label to the other |
| one output: tanh, linear | −1 for 0, +1 for 1 (as `hinge` wants them) | 1 above 0, else 0 | the same |

How sure a network *says* it is need not be how often it is right.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd_mini import Value
from nn.activations import SIGNED
from nn.modules import MLP

__all__ = ["boundary", "confidences", "guess", "guesses", "labels_of", "leads", "softmax", "target", "targets"]


def labels_of(net: MLP) -> range:
    """The labels that a network can tell apart.

    >>> labels_of(MLP(2, [3])), labels_of(MLP(2, [1]))
    (range(0, 3), range(0, 2))
    """
    return range(max(2, net.nouts[-1]))


def target(net: MLP, label: int) -> list[float]:
    """What the outputs should be for this label, one of `labels_of(net)`.

    >>> target(MLP(2, [3]), 1), target(MLP(2, [1]), 1), target(MLP(2, [1], output="linear"), 0)
    ([0.0, 1.0, 0.0], [1.0], [-1.0])
    """
    many = net.nouts[-1]
    if many == 1:
        return [_ends(net)[label]]
    return [float(output == label) for output in range(many)]


def targets(net: MLP, labels: Any, dtype: Any = "float64") -> Any:
    """The same for each of the labels: an array [n, outputs]."""
    import numpy as np

    rows = np.array([target(net, label) for label in labels_of(net)], dtype)
    return rows.take(labels, 0)


def guess(net: MLP, outputs: Iterable[Value | float]) -> int:
    """The label that these outputs name, as Values or as numbers: of equal ones, the first; at the boundary, 0.

    >>> guess(MLP(2, [3]), [0.1, 0.7, 0.7]), guess(MLP(2, [1]), [0.5]), guess(MLP(2, [1], output="linear"), [0.5])
    (1, 0, 1)
    >>> net = MLP(2, [3], rng=0)
    >>> guess(net, net([0.5, -1.0]))
    0
    """
    numbers = [float(output) for output in outputs]
    if len(numbers) == 1:
        return int(numbers[0] > boundary(net))
    return numbers.index(max(numbers))


def guesses(net: MLP, outputs: Any) -> Any:
    """The same for each row of an array [n, outputs]: whole numbers [n]."""
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > boundary(net)).astype(int)
    return outputs.argmax(axis=1)


def leads(net: MLP, outputs: Any) -> Any:
    """How far each label is ahead of all others, for each row of an array [n, outputs]: an array [n, labels]; of the answer, 0 or more.

    >>> import numpy as np
    >>> leads(MLP(2, [3]), np.array([[1.0, 3.0, 2.5]])), leads(MLP(2, [1]), np.array([[0.75]]))
    (array([[-2. ,  0.5, -0.5]]), array([[-0.25,  0.25]]))
    """
    import numpy as np

    if outputs.shape[1] == 1:
        return (outputs - boundary(net)) * [[-1.0, 1.0]]
    best, second = np.sort(outputs, axis=1)[:, :-3:-1].T[:, :, None]
    return outputs - np.where(outputs == best, second, best)


def confidences(net: MLP, outputs: Any) -> Any:
    """How sure the network says it is of its answer, from 0 to 1, for each row of an array [n, outputs].

    >>> import numpy as np
    >>> confidences(MLP(2, [2], output="linear"), np.array([[0.0, 0.0]])), confidences(MLP(2, [1]), np.array([[0.25]]))
    (array([0.5]), array([0.75]))
    """
    import numpy as np

    if outputs.shape[1] == 1:
        low, high = _ends(net)
        way = np.clip((outputs[:, 0] - low) / (high - low), 0.0, 1.0)
        return np.maximum(way, 1.0 - way)
    return np.clip((softmax(outputs) if net.output == "linear" else outputs).max(axis=1), 0.0, 1.0)


def softmax(logits: Any) -> Any:
    """The probabilities that logits stand for, in each row of an array [n, outputs].

    >>> import numpy as np
    >>> softmax(np.array([[0.0, 0.0], [1000.0, -1000.0]])).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    import numpy as np

    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _ends(net: MLP) -> tuple[float, float]:
    """What one output should be for the label 0, and for 1."""
    return (-1.0, 1.0) if net.output in SIGNED else (0.0, 1.0)


def boundary(net: MLP) -> float:
    """The output up to which a network with one output says 0.

    >>> boundary(MLP(2, [1])), boundary(MLP(2, [1], output="tanh"))
    (0.5, 0.0)
    """
    return sum(_ends(net)) / 2
