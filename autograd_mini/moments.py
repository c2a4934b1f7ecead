"""The moments of a walkthrough, as data: each operation forward, each edge backward, each update.

What you can do with this file: `passes(outputs, …)` lists them, iteration by iteration, for a whole graph or for its named nodes
only. All numbers come from the recorded graph and from `backward.steps`; nothing is derived here, and no `.grad` is touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Protocol

from autograd_mini import backward
from autograd_mini.backward import Step, gradients
from autograd_mini.diagnosis import require_finite
from autograd_mini.graph import topological_order
from autograd_mini.replay import replay
from autograd_mini.value import Value

__all__ = ["Backward", "Forward", "Moment", "Part", "Pass", "Steps", "Update", "View", "ZeroGrad", "passes"]

Steps = Callable[[Mapping[Any, float]], Iterator[Step]]


@dataclass(eq=False)
class Part:
    """A node of the walk: a Value; or, by labels, a named Value with all that lies between it and the next named ones."""

    value: Value
    operands: tuple[Part, ...] = ()
    local_derivatives: tuple[float | None, ...] = ()


class View(Protocol):
    """A moment's place in its walk, where it has words and a picture."""

    def text(self) -> str:
        """The moment in words."""

    def draw(self) -> Any:
        """The picture of the moment."""

    def _repr_mimebundle_(self) -> dict[str, str]:
        """What Jupyter shows."""


@dataclass(frozen=True, repr=False)
class Moment:
    """What all moments know. `iteration` counts from 1. It shows itself in words, and in Jupyter with its picture."""

    phase: ClassVar[str]

    iteration: int
    view: View | None = field(default=None, compare=False, kw_only=True)

    def __repr__(self) -> str:
        return self.view.text() if self.view else f"<{self.phase} moment of iteration {self.iteration}>"

    def draw(self) -> Any:
        """The picture of the moment: an `ag.Drawing`."""
        if self.view is None:
            raise ValueError("this moment belongs to no walk, so it has no picture; take one of ag.walk(y)")
        return self.view.draw()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return self.view._repr_mimebundle_() if self.view else {"text/plain": repr(self)}


@dataclass(frozen=True, repr=False)
class Forward(Moment):
    """An operation is computed: `result`, from the `numbers` of its `operands`."""

    phase = "forward"

    node: Value
    operands: tuple[Value, ...]
    numbers: tuple[float, ...]
    result: float


@dataclass(frozen=True, repr=False)
class Backward(Moment):
    """One edge carries back: contribution = upstream × local derivative.

    The operand had received `before`; with this contribution it is `total`. `arrival` counts them, of `branches` in all; an output
    that other nodes use has its own 1 from the start, as its first.
    `operands`, `numbers` and `result` are those of the node.

    Where the walk follows other steps than the chain rule's: `right` is the contribution that the chain rule gives, `derivative`
    the sum of all of them, ∂output/∂operand.
    """

    phase = "backward"

    node: Value
    operands: tuple[Value, ...]
    numbers: tuple[float, ...]
    result: float
    position: int
    upstream: float
    local_derivative: float
    contribution: float
    before: float
    total: float
    arrival: int
    branches: int
    right: float
    derivative: float

    @property
    def operand(self) -> Value:
        """The one that receives."""
        return self.operands[self.position]


@dataclass(frozen=True, repr=False)
class Update(Moment):
    """A parameter moves: new = old − learning rate × gradient, where the gradient is what was left over from earlier iterations and
    what was received in this one.
    """

    phase = "update"

    node: Value
    old: float
    left_over: float
    received: float
    gradient: float
    learning_rate: float
    new: float


@dataclass(frozen=True, repr=False)
class ZeroGrad(Moment):
    """The gradients of the parameters are forgotten, so that the next backward pass starts anew."""

    phase = "zero_grad"

    gradients: dict[Value, float]


@dataclass
class Pass:
    """One iteration: the graph at its numbers, and its moments. `original` maps its nodes to those that the user knows."""

    outputs: list[Value]
    parts: list[Part]
    original: dict[Value, Value]
    moments: list[Moment] = field(default_factory=list)

    @cached_property
    def current(self) -> dict[Value, Value]:
        """The nodes that the user knows, as they are in this iteration."""
        return {original: node for node, original in self.original.items()}


def passes(
    outputs: list[Value],
    by_labels: bool,
    parameters: Sequence[Value],
    learning_rate: float,
    zero_grad: bool,
    iterations: int,
    steps: Steps = backward.steps,
) -> list[Pass]:
    """The iterations of a walk: a single one without parameters. Raises NonFiniteError if one of them starts from inf or nan."""
    order = topological_order(outputs)
    now, held, done = order, dict.fromkeys(parameters, 0.0), list[Pass]()
    for iteration in range(1, iterations + 1):
        original = dict(zip(now, order, strict=True))
        current = dict(zip(order, now, strict=True))
        this = Pass([current[output] for output in outputs], [], original)
        for output in this.outputs:
            require_finite(output, f"walk(), iteration {iteration}," if parameters else "walk()")
        this.parts = _named_parts(this.outputs, now) if by_labels else _all_parts(now)
        this.moments += _forward(this, iteration)
        back = list(_backward(this, iteration, steps))
        this.moments += back
        done.append(this)
        if parameters:
            received = {**dict.fromkeys(outputs, 1.0), **{moment.operand: moment.total for moment in back}}
            updates = [
                # What the loss does not depend on receives nothing, and stays where it is.
                _update(iteration, w, current.get(w, w).data, received.get(w, 0.0), held[w], learning_rate)
                for w in parameters
            ]
            this.moments += updates
            held = {update.node: update.gradient for update in updates}
            if zero_grad:
                this.moments.append(ZeroGrad(iteration, held))
                held = dict.fromkeys(parameters, 0.0)
            now = replay(now, {current[update.node]: update.new for update in updates if update.node in current})
    return done


def _update(iteration: int, w: Value, old: float, received: float, left_over: float, learning_rate: float) -> Update:
    gradient = left_over + received
    return Update(iteration, w, old, left_over, received, gradient, learning_rate, old - learning_rate * gradient)


def _forward(this: Pass, iteration: int) -> Iterator[Forward]:
    for part in this.parts:
        if part.value.op is not None:
            yield Forward(iteration, *_computation(this, part))


def _computation(this: Pass, part: Part) -> tuple[Value, tuple[Value, ...], tuple[float, ...], float]:
    """A node as the user knows it, its operands, their numbers, and the result."""
    operands = tuple([this.original[operand.value] for operand in part.operands])
    return this.original[part.value], operands, tuple([operand.value.data for operand in part.operands]), part.value.data


def _backward(this: Pass, iteration: int, steps: Steps) -> Iterator[Backward]:
    part_of = {part.value: part for part in this.parts}
    seeds = {part_of[output]: 1.0 for output in this.outputs if not output.is_constant}
    computed = {part: _computation(this, part) for part in this.parts}
    taken = list(steps(seeds))
    rule = list(backward.steps(seeds))
    right = {(step.node, step.position): step.contribution for step in rule}
    derivatives = {step.operand: step.total for step in rule}
    branches = Counter([*seeds, *(step.operand for step in taken)])
    arrivals = Counter(list(seeds))
    totals: dict[Part, float] = dict(seeds)
    for node, position, operand, upstream, local, contribution, total in taken:
        arrivals[operand] += 1
        before, totals[operand] = totals.get(operand, 0.0), total
        counted = before, total, arrivals[operand], branches[operand]
        told = right[node, position], derivatives[operand]
        yield Backward(iteration, *computed[node], position, upstream, local, contribution, *counted, *told)


def _all_parts(order: list[Value]) -> list[Part]:
    parts: dict[Value, Part] = {}
    for node in order:
        parts[node] = Part(node, tuple([parts[operand] for operand in node.operands]), node.local_derivatives)
    return list(parts.values())


def _named_parts(outputs: list[Value], order: list[Value]) -> list[Part]:
    """Outputs, nodes with a label and variable leaves, each joined to the next ones below it by all that lies between."""
    boundary = {node for node in order if node.label is not None or (node.op is None and not node.is_constant)} | set(outputs)
    parts: dict[Value, Part] = {}
    seen: dict[Value, Part] = {}  # each node as those above see it: at a named one the view ends
    for node in order:
        whole = Part(node, tuple([seen[operand] for operand in node.operands]), node.local_derivatives)
        seen[node] = Part(node) if node in boundary else whole
        if node in boundary:
            below = [part for part in topological_order(whole.operands) if part.value in boundary]
            local = gradients({whole: 1.0})
            locals_ = tuple([None if part.value.is_constant else local[part] for part in below])
            parts[node] = Part(node, tuple([parts[part.value] for part in below]), locals_)
    return list(parts.values())
