"""Programs: a graph, compiled.

What you can do with this file:

    program = ag.compile(loss, inputs=[xs, ys], parameters=ws, outputs=[prediction])
    result = program(batch_xs, batch_ys)          arrays [B, n]
    result.loss, result.outputs, result.gradients      mean over the batch; [B, m]; of the mean loss, in the order of the parameters
    program.parameters -= 0.1 * result.gradients       one array, read from the Values at first
    program.write_back()                               and back into the Values
    print(program.source)                              the program as Python

The graph is read once. Setting a Value's `.data` afterwards changes no program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograd_mini.compiler.reference import story
from autograd_mini.compiler.source import calls, function, written
from autograd_mini.compiler.tape import Tape
from autograd_mini.diagnosis import require_finite
from autograd_mini.errors import MissingExtra, NonFiniteError
from autograd_mini.graph import topological_order
from autograd_mini.number import show
from autograd_mini.number_like import require_values
from autograd_mini.value import Value

try:
    import numpy as np
except ImportError:
    raise MissingExtra('ag.compile needs numpy; get it with pip install "autograd-mini[compile]".') from None

from autograd_mini.compiler.feeds import Feeds, leaves
from autograd_mini.compiler.kernels import on_arrays

__all__ = ["Program", "Result", "compile"]

ARRAYS_FROM = 8  # samples: from here on a whole batch at once is quicker than sample by sample


def compile(
    loss: Value, *, inputs: Sequence[Any], parameters: Sequence[Value] = (), outputs: Sequence[Value] = (), backend: str | None = None
) -> Program:
    """Compile a graph into a program that runs it, forward and back, for whole batches.

    * `inputs`: the leaves that each sample feeds, in one list or in several, each of which gets its own array [B, n].
    * `parameters`: the leaves to differentiate by. All other leaves are constants.
    * `outputs`: nodes whose numbers the results show. `backend`: "floats" (sample by sample), "arrays" (the whole batch at once),
      or None: by the size of the batch.

    Raises TypeError and ValueError for arguments that are no leaves, for a leaf given twice, or for an input that neither the loss
    nor an output reaches; NonFiniteError if the loss is inf or nan.

    >>> x, y, w = Value(1.0, label="x"), Value(0.0, label="y"), Value(3.0, label="w")
    >>> program = compile((w * x - y) ** 2, inputs=[[x], [y]], parameters=[w])
    >>> result = program([[1.0], [2.0]], [[1.0], [1.0]])
    >>> result.loss, result.gradients
    (14.5, array([12.]))
    """
    require_values([loss, *outputs], "compile(loss, outputs=…)")
    require_finite(loss, "compile()")
    if backend not in (None, *BACKENDS):
        raise ValueError(f"compile(backend={backend!r}): the backends are {', '.join(BACKENDS)}, or None")
    feeds, fed = Feeds.of(inputs)
    moved = leaves(parameters, "compile(parameters=…)")
    if both := set(fed) & set(moved):
        raise ValueError(f"compile(): {next(leaf for leaf in fed if leaf in both)!r} is an input and a parameter; it can be one of them")
    tape = Tape.of(loss, fed, moved, list(outputs))
    _require_reached(tape.forward(), feeds, fed)
    order = topological_order([loss, *outputs])
    return Program(tape, feeds, moved, backend, len(order), tuple([node.label or "a node" for node in order if node.was_compared]))


def _require_reached(tape: Tape, feeds: Feeds, fed: Sequence[Value]) -> None:
    used = {operand for instruction in tape.instructions for operand in instruction.operands} | {tape.loss, *tape.outputs}
    for i, leaf in enumerate(fed):
        if i not in used:
            raise ValueError(f"compile(inputs=…): {feeds.place(i)}, {leaf!r}, has no part in the loss or an output; leave it out")


@dataclass(frozen=True)
class Result:
    """What a program says of a batch: the mean `loss`, the `outputs` [B, m], the `gradients` of the mean loss by the parameters."""

    loss: float
    outputs: Any
    gradients: Any
    order: tuple[Value, ...]

    def gradients_of(self, values: Sequence[Value]) -> list[float]:
        """The gradients by these parameters. Raises ValueError for a Value that is none."""
        place = {value: i for i, value in enumerate(self.order)}
        for value in values:
            if value not in place:
                raise ValueError(f"{value!r} is no parameter of this program")
        return [float(self.gradients[place[value]]) for value in values]


class Program:
    """A compiled graph; `ag.compile` makes it. `parameters` is the array of their numbers, in the order in which they were given."""

    def __init__(
        self, tape: Tape, feeds: Feeds, values: Sequence[Value], backend: str | None, nodes: int, compared: tuple[str, ...]
    ) -> None:
        self.tape = tape
        self.nodes = nodes
        self.compared = compared
        self.feeds = feeds
        self.values = tuple(values)
        self.backend = backend
        self.parameters = np.array([value.data for value in values], dtype=np.float64)

    def __call__(self, *blocks: Any) -> Result:
        """Run a batch: one array [B, n] for each block of inputs.

        Raises TypeError and ValueError where it does not fit, NonFiniteError if the loss of a row is inf or nan.
        """
        batch = self.feeds.batch(blocks)
        backend = self.backend or ("arrays" if len(batch) >= ARRAYS_FROM else "floats")
        with np.errstate(all="ignore"):  # as in a graph: what overflows is inf
            losses, outputs, gradients = BACKENDS[backend](self, batch)
        if not np.isfinite(losses).all():
            row = int(np.flatnonzero(~np.isfinite(losses))[0])
            came = story(self.tape, batch[row].tolist(), self.parameters.tolist())
            raise NonFiniteError(f"the loss of row {row} is {show(float(losses[row]))}. It went wrong first at {came}.")
        return Result(float(np.mean(losses)), outputs, gradients / len(batch), self.values)

    def write_back(self) -> None:
        """Set the parameters' `.data` to the program's numbers."""
        for value, x in zip(self.values, self.parameters.tolist(), strict=True):
            value.data = x

    @property
    def source(self) -> str:
        """The program as Python, one line for each instruction."""
        return written(self.tape)

    def explain(self) -> str:
        """What became of the graph, in a few lines. Comparisons that Python made while it was recorded are frozen: they are named."""
        forward = len(self.tape.forward().instructions)
        lines = [
            f"{self.nodes:,} nodes of the graph: {forward:,} instructions forward, "
            f"{len(self.tape.instructions) - forward:,} more for the gradients, {len(self.tape.constants):,} different constants"
        ]
        if self.compared:
            names = ", ".join(self.compared[:3]) + (f", … {len(self.compared)} nodes" if len(self.compared) > 3 else "")
            lines.append(f"compared by Python while the graph was recorded, and frozen so: {names}; ag.where keeps the choice in the graph")
        return "\n".join(lines)

    def __repr__(self) -> str:
        sizes = " + ".join(map(str, self.feeds.sizes))
        counts = f"{len(self.values)} parameters, {len(self.tape.outputs)} outputs"
        return f"<Program: {sizes} inputs, {counts}; {len(self.tape.instructions)} instructions>"

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if not key.startswith("_on_")}

    @cached_property
    def _on_floats(self) -> Callable[..., Any]:
        return function(self.source, {op.name: op.kernel for op in calls(self.tape)})

    @cached_property
    def _on_arrays(self) -> Callable[..., Any]:
        return function(self.source, {op.name: on_arrays(op) for op in calls(self.tape)})


def _by_floats(program: Program, batch: Any) -> tuple[Any, Any, Any]:
    """Sample by sample, on Python's floats."""
    p = program.parameters.tolist()
    results = [program._on_floats(x, p) for x in batch.tolist()]
    losses, outputs, gradients = zip(*results, strict=True)
    return np.array(losses), np.array(outputs, dtype=float).reshape(len(batch), -1), np.array(gradients).sum(axis=0)


def _by_arrays(program: Program, batch: Any) -> tuple[Any, Any, Any]:
    """The whole batch at once: every number of the text is an array [B]."""
    count = len(batch)
    loss, outputs, gradients = program._on_arrays(np.ascontiguousarray(batch.T), program.parameters)
    shown = np.array([np.broadcast_to(output, count) for output in outputs]).reshape(-1, count).T
    return np.broadcast_to(loss, count), shown, np.array([np.broadcast_to(g, count).sum() for g in gradients])


BACKENDS = {"floats": _by_floats, "arrays": _by_arrays}
