"""Recorders of networks made of dense layers: each writes a graph down as scalars, as a user would, and returns it as a `Net`.

What you can do with this file: `dense(Random(0), sizes=(4, 3, 2))`, and so on. All arguments but the generator have defaults.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import Any

from net import ACTIVATIONS, Matrix, Net, Vector, cross_entropy, flat, hand, matrix, quadratic, vector

import autograd_mini as ag
from autograd_mini import Value

Sizes = tuple[int, ...]


def stack(rng: Random, sizes: Sizes) -> list[tuple[Matrix, Vector]]:
    """The weights and biases of dense layers."""
    pairs = enumerate(pairwise(sizes), 1)
    return [(matrix(rng, n, m, f"w{i}"), vector(rng, n, f"b{i}")) for i, (m, n) in pairs]


def parameters_of(layers: Sequence[tuple[Matrix, Vector]]) -> Vector:
    return [w for weights, biases in layers for w in flat(*weights, biases)]


def dense(rng: Random, sizes: Sizes = (4, 3, 2), activation: str = "sigmoid", style: str = "chain", shuffled: bool = False) -> Net:
    """Dense layers, the quadratic cost; x and y are two blocks of inputs."""
    layers, write = stack(rng, sizes), hand(rng, style, shuffled)
    xs, ys = vector(rng, sizes[0], "x"), vector(rng, sizes[-1], "y")
    out: Any = xs
    for weights, biases in layers:
        out = write.layer(weights, biases, out, activation)
    return Net(quadratic(out, ys), [xs, ys], parameters_of(layers), out)


def missing_biases(rng: Random, sizes: Sizes = (3, 4, 2), activation: str = "tanh", style: str = "chain") -> Net:
    """Some neurons have a bias, some have none, and one has the number 0.5."""
    layers, write = stack(rng, sizes), hand(rng, style, False)
    xs, ys = vector(rng, sizes[0], "x"), vector(rng, sizes[-1], "y")
    out: Any = xs
    kept: Vector = []
    for weights, biases in layers:
        some: list[Any] = [rng.choice([bias, bias, None]) for bias in biases]
        some[rng.randrange(len(some))] = 0.5
        kept += flat(*weights, [bias for bias in some if isinstance(bias, Value)])
        out = write.layer(weights, some, out, activation)
    return Net(quadratic(out, ys), [xs, ys], kept, out)


def frozen(rng: Random, sizes: Sizes = (3, 4, 2), activation: str = "tanh", style: str = "chain", as_values: bool = True) -> Net:
    """The first layer has constant weights, all different: Values that are no parameters, or plain numbers."""
    layers, write = stack(rng, sizes), hand(rng, style, False)
    xs, ys = vector(rng, sizes[0], "x"), vector(rng, sizes[-1], "y")
    first, biases = layers[0]
    fixed: Any = first if as_values else [[w.data for w in row] for row in first]
    out = write.layer(fixed, biases if as_values else [b.data for b in biases], xs, activation)
    for weights, biases in layers[1:]:
        out = write.layer(weights, biases, out, activation)
    return Net(quadratic(out, ys), [xs, ys], parameters_of(layers[1:]), out)


def skip_connections(rng: Random, width: int = 3, depth: int = 3, activation: str = "tanh", style: str = "chain") -> Net:
    """a ← a + f(a), layer after layer."""
    layers, write = stack(rng, (width,) * (depth + 1)), hand(rng, style, False)
    xs, ys = vector(rng, width, "x"), vector(rng, width, "y")
    out: Any = xs
    for weights, biases in layers:
        out = [a + f for a, f in zip(out, write.layer(weights, biases, out, activation), strict=True)]
    return Net(quadratic(out, ys), [xs, ys], parameters_of(layers), out)


def minibatch(
    rng: Random, samples: int = 3, sizes: Sizes = (3, 4, 2), activation: str = "sigmoid", style: str = "chain", one_block: bool = False
) -> Net:
    """A mini-batch unrolled by hand: the samples side by side, the mean of their costs; one feed is the whole batch."""
    layers, write = stack(rng, sizes), hand(rng, style, False)
    xs = [vector(rng, sizes[0], f"x{i}") for i in range(samples)]
    ys = [vector(rng, sizes[-1], f"y{i}") for i in range(samples)]
    costs, outs = list[Any](), list[Any]()
    for x, y in zip(xs, ys, strict=True):
        out: Any = x
        for weights, biases in layers:
            out = write.layer(weights, biases, out, activation)
        costs.append(quadratic(out, y))
        outs += out
    blocks = [flat(*xs, *ys)] if one_block else [flat(*xs), flat(*ys)]
    return Net(ag.mean(costs) if style == "one_node" else sum(costs) / samples, blocks, parameters_of(layers), outs)


def recurrent(
    rng: Random, steps: int = 3, nin: int = 2, hidden: int = 3, style: str = "chain", zero_start: bool = True, shuffled: bool = False
) -> Net:
    """h_t = tanh(W x_t + U h_{t−1} + b), the same W, U, b at all times; a read-out after the last, or of all."""
    write = hand(rng, style, shuffled)
    w, u, b = matrix(rng, hidden, nin, "W"), matrix(rng, hidden, hidden, "U"), vector(rng, hidden, "b")
    v, y = vector(rng, hidden, "v"), vector(rng, 1, "y")
    xs = [vector(rng, nin, f"x{t}") for t in range(steps)]
    state: Any = [0.0] * hidden if zero_start else vector(rng, hidden, "h")
    start = [] if zero_start else [list(state)]
    for x in xs:
        state = [ag.tanh(write(w[i], x, b[i]) + write(u[i], state)) for i in range(hidden)]
    read = write(v, state)
    return Net(quadratic([read], y), [*xs, *start, y], flat(*w, *u, b, v), [read, *state])


def autoencoder(rng: Random, nin: int = 4, hidden: int = 2, activation: str = "sigmoid", style: str = "chain") -> Net:
    """The way back uses the weights of the way there, transposed; the input is the target too."""
    write, w = hand(rng, style, False), matrix(rng, hidden, nin, "W")
    there, back, xs = vector(rng, hidden, "b"), vector(rng, nin, "c"), vector(rng, nin, "x")
    code = write.layer(w, there, xs, activation)
    out = write.layer([list(column) for column in zip(*w, strict=True)], back, code, activation)
    return Net(quadratic(out, xs), [xs], flat(*w, there, back), [*code, *out])


def penalised(rng: Random, sizes: Sizes = (3, 4, 2), style: str = "chain", strength: str = "number", square: str = "power") -> Net:
    """½λΣw² on top of the cost; λ is a number, a constant Value, or a leaf that is no parameter. The biases go free."""
    net = dense(rng, sizes, "sigmoid", style)
    weights = [w for w in net.parameters if (w.label or "").startswith("w")]
    rate: Any = {"number": 0.1, "constant": ag.constant(0.1, label="λ"), "leaf": Value(0.1, label="λ")}[strength]
    penalty: Any = 0.0
    for w in weights:
        penalty = penalty + (w**2 if square == "power" else w * w)
    return Net(net.loss + 0.5 * rate * penalty, net.inputs, net.parameters, [*net.outputs, penalty])


def classifier(rng: Random, sizes: Sizes = (3, 4, 3), style: str = "chain", form: str = "logsumexp") -> Net:
    """Softmax cross-entropy: through ag.logsumexp, through ag.softmax, or with exp, sum and division by hand."""
    layers, write = stack(rng, sizes), hand(rng, style, False)
    xs, ys = vector(rng, sizes[0], "x"), vector(rng, sizes[-1], "y", 0.0, 1.0)
    out: Any = xs
    for weights, biases in layers:
        out = write.layer(weights, biases, out, "linear" if biases is layers[-1][1] else "relu")
    if form == "logsumexp":
        return Net(cross_entropy(out, ys), [xs, ys], parameters_of(layers), out)
    if form == "softmax":
        shares = ag.softmax(out)
    else:
        grown = [z.exp() for z in out]
        shares = [g / sum(grown) for g in grown]  # the sum is written once for each
    loss = -sum(y * p.log() for y, p in zip(ys, shares, strict=True))
    return Net(loss, [xs, ys], parameters_of(layers), shares)


def hinge(rng: Random, nin: int = 4, nouts: int = 3, style: str = "chain", margin: float = 1.0, best_only: bool = False) -> Net:
    """Σ relu(margin − t·z), or the largest of them."""
    [(weights, biases)], write = stack(rng, (nin, nouts)), hand(rng, style, False)
    xs, ts = vector(rng, nin, "x"), vector(rng, nouts, "t")
    zs = write.layer(weights, biases, xs, "linear")
    short = [ag.relu(margin - t * z) for t, z in zip(ts, zs, strict=True)]
    loss = short[0]
    for each in short[1:]:
        loss = ag.maximum(loss, each) if best_only else loss + each
    return Net(loss + 0.01 * ag.dot(biases, biases), [xs, ts], flat(*weights, biases), zs)


def attention(rng: Random, tokens: int = 3, width: int = 2, style: str = "chain", form: str = "by hand") -> Net:
    """softmax(q·k / √d) v, each of q, k, v a linear layer of the tokens."""
    write = hand(rng, style, False)
    q, k, v = (matrix(rng, width, width, name) for name in "QKV")
    xs, ys = [vector(rng, width, f"x{t}") for t in range(tokens)], vector(rng, width, "y")
    none = [None] * width
    queries, keys, values = ([write.layer(m, none, x, "linear") for x in xs] for m in (q, k, v))
    outs = list[Any]()
    for query in queries:
        scores = [write(query, key) / width**0.5 for key in keys]
        if form == "softmax":
            shares = ag.softmax(scores)
        else:
            grown = [score.exp() for score in scores]
            total = ag.sum(grown)
            shares = [g / total for g in grown]
        outs.append([write(shares, [value[i] for value in values]) for i in range(width)])
    mean = [sum(out[i] for out in outs) / tokens for i in range(width)]
    return Net(quadratic(mean, ys), [flat(*xs), ys], flat(*q, *k, *v), mean)


def weight_normalised(rng: Random, nin: int = 3, nouts: int = 3, activation: str = "tanh", style: str = "chain") -> Net:
    """Each neuron's weights are g·w / √Σw²: much of the graph depends on parameters only."""
    [(weights, biases)], write = stack(rng, (nin, nouts)), hand(rng, style, False)
    gains, xs, ys = vector(rng, nouts, "g", 0.5, 2.0), vector(rng, nin, "x"), vector(rng, nouts, "y")
    normal = list[Any]()
    for ws, gain in zip(weights, gains, strict=True):
        length = ag.sqrt(sum(w * w for w in ws))
        normal.append([gain * w / length for w in ws])
    out = write.layer(normal, biases, xs, activation)
    return Net(quadratic(out, ys), [xs, ys], flat(*weights, biases, gains), out)


def two_biases(rng: Random, nin: int = 3, nouts: int = 2, activation: str = "tanh", style: str = "chain") -> Net:
    """z = W·x + b + c: two parameters with the same gradient; and one weight that stands for two connections."""
    [(weights, biases)], write = stack(rng, (nin, nouts)), hand(rng, style, False)
    more, xs, ys = vector(rng, nouts, "c"), vector(rng, nin, "x"), vector(rng, nouts, "y")
    tied = [[weights[0][0], *row[1:]] for row in weights]
    kept = flat([weights[0][0]], *(row[1:] for row in weights), biases, more)
    out = [ACTIVATIONS[activation](write(ws, xs, b) + c) for ws, b, c in zip(tied, biases, more, strict=True)]
    return Net(quadratic(out, ys), [xs, ys], kept, out)
