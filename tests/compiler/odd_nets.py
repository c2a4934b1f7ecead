"""Recorders of what is no network: corners of the API, choices, powers, rows of one's own, and random graphs over the whole op table.

What you can do with this file: `random_graph(Random(0), nodes=20_000)`, `odd_outputs(Random(0))`, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fabs, isfinite
from random import Random
from typing import Any

from dense_nets import dense
from net import Net, chain, flat, hand, matrix, quadratic, vector
from samples import gap, tame

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.row import Operation

softsign = ag.operation("softsign", lambda x: x / (1 + abs(x)), lambda x, out: ag.ops.div(1.0, (1 + ag.abs(x)) * (1 + ag.abs(x))))
cube = ag.operation("cube", lambda x: x**3, lambda x, out: 3 * float(x) ** 2)  # float(x): this rule takes plain numbers only
blend = ag.operation("blend", lambda x, y: x * y + x, lambda x, y, out: y + 1.0, lambda x, y, out: x)


def unreached(rng: Random, nin: int = 3) -> Net:
    """The loss reaches only some of the parameters; an output reaches one more."""
    net = dense(rng, (nin, 2))
    lost, shown = Value(0.7, label="lost"), Value(-0.3, label="shown")
    return Net(net.loss, net.inputs, [lost, *net.parameters, shown], [*net.outputs, shown * net.inputs[0][0]])


def loss_is_a_parameter(rng: Random, nin: int = 2) -> Net:
    """The loss is a parameter itself; the inputs reach an output only."""
    w, xs = Value(rng.uniform(-1.0, 1.0), label="w"), vector(rng, nin, "x")
    return Net(w, [xs], [w], [x * w for x in xs])


def loss_is_an_input(rng: Random, nin: int = 2) -> Net:
    """The loss is an input itself, and no parameter moves it."""
    w, xs = Value(rng.uniform(-1.0, 1.0), label="w"), vector(rng, nin, "x")
    return Net(xs[0], [xs], [w], [w * x for x in xs])


def loss_is_a_constant(rng: Random, nin: int = 2) -> Net:
    xs = vector(rng, nin, "x")
    w = Value(rng.uniform(-1.0, 1.0), label="w")
    return Net(ag.constant(2.0) * 3.0, [xs], [w], xs)


def odd_outputs(rng: Random, nin: int = 2) -> Net:
    """Outputs that are inputs, a parameter, constants, another leaf, the loss, the same node twice, what no input reaches."""
    net = dense(rng, (nin, 3, 2))
    w, other = net.parameters[0], Value(4.0, label="other")
    last = [net.loss, net.loss, w * w, other, ag.constant(7.0), other * 2.0]
    return Net(net.loss, net.inputs, net.parameters, [net.inputs[0][0], w, *last, *net.outputs])


def parameters_alone(rng: Random, count: int = 4) -> Net:
    """Nearly all of it depends on parameters only."""
    ws, x = vector(rng, count, "w"), vector(rng, 1, "x")
    size = ag.sqrt(ag.sum([w * w for w in ws]) + 1.0)
    return Net(ag.logsumexp(ws) * size + x[0] * ws[0], [x], ws, [size])


def own_rows(rng: Random, nin: int = 3, nouts: int = 2, style: str = "chain") -> Net:
    """Layers with rows of one's own: one that is traced, one of plain numbers, one of two operands."""
    w, v, b = matrix(rng, nouts, nin, "w"), matrix(rng, nouts, nouts, "v"), vector(rng, nouts, "b")
    xs, ys, write = vector(rng, nin, "x"), vector(rng, nouts, "y"), hand(rng, style, False)
    out = [softsign(z) for z in write.layer(w, b, xs, "linear")]
    out = [cube(z) for z in write.layer(v, b, out, "linear")]
    out = [blend(a, x) for a, x in zip(out, xs, strict=False)]
    return Net(quadratic(out, ys[: len(out)]), [xs, ys[: len(out)]], flat(*w, *v, b), out)


def choices(rng: Random, nin: int = 3) -> Net:
    """where, gt, ge, maximum, minimum, abs; the last term ties exactly where both sides of the maximum are 0."""
    xs, ws, vs = vector(rng, nin, "x"), vector(rng, nin, "w"), vector(rng, nin, "v")
    terms = list[Any]()
    for x, w, v in zip(xs, ws, vs, strict=True):
        up = ag.gt(w * x, 0.1)
        terms.append(ag.where(up, w * x, v * x * x))
        terms.append(ag.where(ag.ge(x, v), ag.minimum(w, x), 2.0) + up * w)
        terms.append(ag.where(w, v, x) * abs(w - x))
        terms.append(ag.maximum(ag.relu(w * x), ag.relu(v - x)) + ag.maximum(w, w) * ag.minimum(x, -x))
    return Net(ag.sum(terms), [xs], flat(ws, vs), terms)


def powers(rng: Random, nin: int = 3) -> Net:
    """x·x, x², x³, x⁰, x¹, √x, 1/x, x^y with numbers, parameters and inputs in either place, x/y, 1/y."""
    xs, ws = vector(rng, nin, "x", 0.5, 2.0), vector(rng, nin, "w", 0.5, 2.0)
    terms = list[Any]()
    for x, w in zip(xs, ws, strict=True):
        terms += [w * w * x, x**2 * w, (w - x) ** 2, (w - 3 * x) ** 3, w**3, x**0 * w, w**1.0, (w + x) ** 0.5, x**-1 * w, (w * x) ** -2.0]
        terms += [w**x, x**w, 2.0**w, 1.5 ** (x * w), w / x, x / w, 1 / w, (w + x) / (w * w + x * x), w / 3.0, ag.sqrt(w) / w]
    return Net(ag.sum(terms), [xs], ws, terms)


def repeated(rng: Random, nin: int = 3, times: int = 3) -> Net:
    """The same subexpressions written several times, also with the operands the other way round."""
    xs, ws = vector(rng, nin, "x"), vector(rng, nin, "w")
    terms = list[Any]()
    for i in range(times):
        pairs = list(zip(xs, ws, strict=True))[:: (-1) ** i]
        terms.append(ag.tanh(chain([w * x for x, w in pairs], None)))
        terms.append(ag.tanh(chain([x * w for x, w in pairs], None)) * ag.exp(ws[0] * xs[0]))
        terms.append((xs[0] + ws[0]) - (ws[0] + xs[0] * 2.0) + 3.0 * (2.0 * ws[0]) + ag.sin(ag.constant(1.0) + 2.0))
    return Net(ag.mean(terms), [xs], ws, terms)


def detached(rng: Random, nin: int = 3) -> Net:
    """What `detach` made of something that is neither fed nor trained is a constant, with the number that it had."""
    net = dense(rng, (nin, 3, 2), "tanh")
    apart = Value(rng.uniform(-1, 1))
    stopped = apart.exp().detach()
    w = net.parameters[0]
    return Net(net.loss + stopped * w + apart.detach() * w, net.inputs, net.parameters, [stopped * w, net.outputs[0]])


def loose_ends(rng: Random, count: int = 4) -> Net:
    """Rows with a single operand where many are usual, double minus signs, adding 0, multiplying by 0 and 1, subtracting from itself."""
    xs, ws = vector(rng, count, "x"), vector(rng, count, "w")
    terms = list[Any]()
    for x, w in zip(xs, ws, strict=True):
        terms += [ag.sum([w * x]), ag.logsumexp([w]), ops.neg(-w), w + 0.0, 0.0 - x, w * 1.0, w * 0.0, x * 0]
        terms += [(w - w) * x, w + w, -w * -x, x - (w - x), 0.0 + x * w, 1.0 * w * 1.0, (w / 1.0) ** 1]
    return Net(ag.sum(terms) * 1.0, [xs], ws, [ag.sum(terms[:5]), ag.logsumexp(terms)])


# --- random graphs ------------------------------------------------------------------------------------------------

Step = tuple[Operation, list["int | float"]]  # an int is the position of a node
ROWS = [op for op in ops.TABLE.values() for _ in range(1 if op.side else 2)]  # fewer with kinks: each side of them cuts much off
PLAIN = (0.5, -1.0, 2.0, 3.0, 0.0, 1.0)  # numbers that come in as operands; also as exponents
LARGEST = 10.0  # numbers stay below this in size,
MARGIN = 0.1  # this far from poles,
APART = 1e-6  # and the operands of a comparison this far from a tie: another order of adding up must not decide it
NOISE = 1000.0  # and rounding errors of one unit in every node come to less than so many units in any node


def random_graph(rng: Random, nodes: int = 200, leaves: int = 12, reach: int | None = None, style: str = "chain") -> Net:
    """Rows of the op table at random operands, anywhere or among the last `reach` nodes; the loss is the mean of all loose ends.

    Now and then the last step is an earlier one, again.
    """
    made = vector(rng, leaves, "leaf", -2.0, 2.0)
    noise, used, steps = [1.0] * leaves, set[int](), list[Step]()
    while len(made) < nodes:
        again = steps and rng.random() < 0.02
        op, operands = rng.choice(steps) if again else _step(rng, len(made), leaves, reach)
        numbers = [made[o].data if isinstance(o, int) else o for o in operands]
        arrives = _noise(op, numbers, [noise[o] if isinstance(o, int) else 0.0 for o in operands])
        if arrives < NOISE:
            made.append(op(*[made[o] if isinstance(o, int) else o for o in operands]))
            noise.append(arrives)
            used.update(o for o in operands if isinstance(o, int))
            steps.append((op, operands))
    ends = [node for i, node in enumerate(made) if i not in used]
    loss = ag.mean(ends) if style == "one_node" else chain(ends, None) / len(ends)
    order = list(range(leaves))
    rng.shuffle(order)
    half = leaves // 2
    return Net(loss, [[made[i] for i in order[:half]]], [made[i] for i in order[half:]], rng.sample(made, 3))


def _step(rng: Random, count: int, leaves: int, reach: int | None) -> Step:
    """A row and its operands: nodes (leaves among them, or all derivatives would soon be 0) or plain numbers, one node at least."""
    op = rng.choice(ROWS)
    near, size = min(count, reach or count), op.arity or rng.randint(1, 5)

    def operand(share: float) -> int | float:
        if share < 0.1:
            return float(rng.choice(PLAIN))
        return rng.randrange(leaves) if share < 0.25 else count - 1 - rng.randrange(near)

    operands = [operand(rng.random()) for _ in range(size)]
    return op, operands if any(isinstance(o, int) for o in operands) else [count - 1, *operands[1:]]


def _noise(op: Operation, numbers: Sequence[float], noise: Sequence[float]) -> float:
    """How many units rounding may have moved the result of a step; inf for a step that is not wanted."""
    if not tame(op, numbers, MARGIN, LARGEST) or (op.side and gap(op, numbers) < APART):
        return float("inf")
    local_derivatives = op.local(*numbers, op.kernel(*numbers))
    came = [fabs(d) * n if n else 0.0 for d, n in zip(local_derivatives, noise, strict=True)]
    return 1.0 + sum(came) if all(map(isfinite, came)) else float("inf")
