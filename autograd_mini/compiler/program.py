"""Programs: a graph, compiled.

What you can do with this file:

    program = ag.compile(loss, inputs=[xs, ys], parameters=ws, outputs=[prediction])
    result = program(batch_xs, batch_ys)          arrays [B, n]
    result.loss, result.outputs, result.gradients      mean over the batch; [B, m]; of the mean loss, in the order of the parameters
    program.parameters -= 0.1 * result.gradients       one array, read from the Values at first
    program.write_back()                               and back into the Values
    step = program.bind(batch_size=10, dtype="float32")   for training loops: see `bound.py`
    print(program.explain())                           what was found in the graph
    print(program.source)                              the program as Python

The graph is read once. Setting a Value's `.data` afterwards changes no program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import index
from threading import Lock
from typing import Any

from autograd_mini.collector import collector_paused
from autograd_mini.diagnosis import require_finite
from autograd_mini.drawing.picture import Picture
from autograd_mini.errors import ConstantError, MissingExtra, NonFiniteError
from autograd_mini.graph import topological_order
from autograd_mini.number import show
from autograd_mini.number_like import listed, require_values
from autograd_mini.value import Detached, Value

try:
    import numpy as np
except ImportError:
    raise MissingExtra('ag.compile needs numpy; get it with pip install "autograd-mini[compile]".') from None

from autograd_mini.compiler import numpy_source, scalar_source
from autograd_mini.compiler.arrangement import arranged
from autograd_mini.compiler.array_program import ArrayProgram, Rows
from autograd_mini.compiler.bound import Bound, Kernel, Step
from autograd_mini.compiler.cost import Cost
from autograd_mini.compiler.explaining.equations import Equations
from autograd_mini.compiler.explaining.explanation import Explanation
from autograd_mini.compiler.explaining.formula import plain_ascii
from autograd_mini.compiler.explaining.portrait import portrait
from autograd_mini.compiler.feeds import Feeds, leaves
from autograd_mini.compiler.memory import aligned
from autograd_mini.compiler.profiling import Profile, profile
from autograd_mini.compiler.reading import Scalars
from autograd_mini.compiler.reference import evaluate, story

__all__ = ["Program", "Result", "compile"]

KEPT = 8  # batch sizes that a program keeps its arrays for


def compile(
    loss: Value, *, inputs: Sequence[Any], parameters: Sequence[Value] = (), outputs: Sequence[Value] = (), backend: str | None = None
) -> Program:
    """Compile a graph into a program that runs it, forward and back, for whole batches.

    * `inputs`: the leaves that each sample feeds, in one list or in several, each of which gets its own array [B, n].
    * `parameters`: the leaves to differentiate by. All other leaves are constants.
    * `outputs`: nodes whose numbers the results show. `backend`: "numpy" (arrays), "floats" (sample by sample), "reference" (slow,
      to test the others by), or None: what `program.cost` finds cheaper for the size of the batch.

    Raises TypeError and ValueError for arguments that are no leaves, for a leaf given twice, or for an input that neither the loss
    nor an output reaches; NonFiniteError if the loss is inf or nan.

    >>> x, y, w = Value(1.0, label="x"), Value(0.0, label="y"), Value(3.0, label="w")
    >>> program = compile((w * x - y) ** 2, inputs=[[x], [y]], parameters=[w])
    >>> result = program([[1.0], [2.0]], [[1.0], [1.0]])
    >>> result.loss, result.gradients
    (14.5, array([12.]))
    """
    outputs, parameters = listed(outputs, "compile(outputs=…)"), listed(parameters, "compile(parameters=…)")
    require_values([loss, *outputs], "compile(loss, outputs=…)")
    require_finite(loss, "compile()")
    if backend not in (None, *BACKENDS):
        raise ValueError(f"compile(backend={backend!r}): the backends are {', '.join(BACKENDS)}, or None")
    feeds, fed = Feeds.of(inputs)
    moved = leaves(parameters, "compile(parameters=…)")
    if both := set(fed) & set(moved):
        raise ValueError(f"compile(): {next(leaf for leaf in fed if leaf in both)!r} is an input and a parameter; it can be one of them")
    order = topological_order([loss, *outputs])
    _require_reached(set(order), feeds, fed)
    _require_not_cut(order, {*fed, *moved})
    compared = tuple([node.label or "a node" for node in order if node.was_compared])
    with collector_paused():
        arrays = arranged(Scalars.of(loss, fed, moved, outputs, order), feeds.sizes)
    behind = tuple([tuple(number for _, number in arrays.fixed.get(f"x{i}", ())) for i in range(len(feeds.sizes))])
    return Program(arrays, replace(feeds, behind=behind), moved, backend, len(order), compared)


def _require_not_cut(order: Sequence[Value], varying: set[Value]) -> None:
    """A detached node is a constant: where it came from something that is fed or trained, the program would be another one."""
    sources = {node: node.source for node in order if isinstance(node, Detached)}
    for node in topological_order([source for source in sources.values() if source is not None]):
        if not varying.isdisjoint(node.operands):
            varying.add(node)
    for node, source in sources.items():
        if source in varying:
            raise ConstantError(
                f"compile(): {node.label or 'a node'} was detached from what depends on the inputs or the parameters. In a program it "
                "would stay the number that it is now, for every sample. Leave out detach(), or feed that number as an input of its own."
            )


def _require_reached(reached: set[Value], feeds: Feeds, fed: Sequence[Value]) -> None:
    for i, leaf in enumerate(fed):
        if leaf not in reached:
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
        self, array_program: ArrayProgram, feeds: Feeds, values: Sequence[Value], backend: str | None, nodes: int, compared: tuple[str, ...]
    ) -> None:
        self.array_program = array_program
        self.feeds = feeds
        self.values = tuple(values)
        self.backend = backend
        self.nodes = nodes
        self.compared = compared
        self.parameters = np.array([value.data for value in values], dtype=np.float64)

    def __call__(self, *blocks: Any) -> Result:
        """Run a batch: one array [B, n] for each block of inputs.

        Raises TypeError and ValueError where it does not fit, NonFiniteError if the loss of a row is inf or nan.
        """
        batch = self.feeds.blocks(blocks)
        count = len(batch[0])
        with self._lock, np.errstate(all="ignore"):  # as in a graph: what overflows is inf
            losses, outputs, gradients = BACKENDS[self.backend or self.cost.cheaper(count)](self, batch)
        if not np.isfinite(losses).all():
            row = int(np.flatnonzero(~np.isfinite(losses))[0])
            came = story(self.array_program, [block[row : row + 1] for block in batch], self.parameters.tolist())
            raise NonFiniteError(f"the loss of row {row} is {show(float(losses[row]))}. It went wrong first at {came}.")
        return Result(float(np.mean(losses)), outputs, gradients, self.values)

    def predict(self, *blocks: Any) -> Any:
        """The outputs alone [B, m], from the blocks that they read: those behind may be left out. Raises as a call does."""
        batch = self.feeds.checked(blocks, some=True)
        missing = [None] * (len(self.feeds.sizes) - len(batch))
        for i in range(len(batch), len(self.feeds.sizes)):
            if f"x{i}" in self._read_by_outputs:
                raise TypeError(f"predict() got {len(batch)} block(s) of inputs, and the outputs read block {i} too")
        found = np.empty((len(batch[0]), len(self.array_program.outputs)))
        with self._lock, np.errstate(all="ignore"):
            for tile in self._parts(len(found)):
                part = self.feeds.completed([block[tile] for block in batch])
                bound, run = self._tile(len(part[0]), "outputs")
                run(*part, *missing)
                found[tile] = bound.outputs(part)
        return found

    def bind(self, batch_size: int, dtype: Any = "float64", results: bool = False, share: Step | None = None) -> Step:
        """A step for batches of one size: it fills a flat array of gradients in place. Its parameters are a copy, of this type.

        `results`: it computes the losses and the outputs too, which takes a little longer. `share`: a step of this program for another
        size, whose parameters and gradients it is to share (the last batch of an epoch may be smaller).

        Raises ValueError for a batch size that is no whole number from 1 on, or another type than float64 and float32.
        """
        if dtype not in ("float64", "float32", np.float64, np.float32):
            raise ValueError(f"bind(dtype={dtype!r}): the types are float64 and float32")
        if isinstance(batch_size, bool) or not hasattr(batch_size, "__index__") or index(batch_size) < 1:
            raise ValueError(f"bind(batch_size={batch_size!r}): a whole number from 1 on")
        parameters, grad = (share.parameters, share.part) if share else (self._flat(dtype), self._room(dtype))
        sizes = [(part, part.stop - part.start) for part in self._parts(batch_size)]
        bounds = {size: Bound(self.array_program, size, dtype, parameters, grad) for size in dict.fromkeys(size for _, size in sizes)}
        parts = [(part, bounds[size]) for part, size in sizes]
        return Step(parts, self._kernels["all" if results else "gradients"], self.feeds, self.write_back, results)

    def read(self) -> None:
        """Set the program's numbers to the parameters' `.data` as it is now."""
        self.parameters[:] = [value.data for value in self.values]

    def write_back(self, parameters: Any = None) -> None:
        """Set the parameters' `.data` to the program's numbers; `parameters`: to these, in the same order, and the program's too."""
        if parameters is not None:
            given = np.asarray(parameters, np.float64)
            if given.shape != self.parameters.shape or not np.isfinite(given).all():
                raise ValueError(f"write_back() takes {len(self.values)} finite numbers, one for each parameter; got {parameters!r:.80}")
            self.parameters[:] = given
        for value, x in zip(self.values, self.parameters.tolist(), strict=True):
            value.data = x

    @cached_property
    def cost(self) -> Cost:
        """What a run costs on arrays and on floats."""
        return Cost.of(self.array_program)

    @property
    def source(self) -> str:
        """The program as Python: NumPy calls, below the formula of each, or one line for each number where `backend` is "floats"."""
        if self.backend == "floats":
            return scalar_source.written(self.array_program)
        program = self.array_program.needed(loss=True, gradients=True)
        equations = Equations(self.array_program)
        return numpy_source.written(program, [plain_ascii(equations.formula(each)) for each in program.instructions]).text

    def explain(self, batch_size: int = 1) -> Explanation:
        """What became of the graph: its arrays as formulas, what each takes for a batch, and why. Print it; in Jupyter it is a table."""
        return Explanation.of(self, batch_size)

    def profile(self, *blocks: Any, batch_size: int | None = None, dtype: Any = "float64", repeat: int = 200) -> Profile:
        """How long each statement of a gradient step takes: its median over so many steps, on the first samples of these blocks, or all.

        Print it; in Jupyter it is a table. Raises TypeError and ValueError for blocks and numbers that do not fit.
        """
        return profile(self, blocks, batch_size, dtype, repeat)

    def __picture__(self) -> Picture:
        """The program for `ag.draw`: its arrays as boxes, with their formulas and shapes."""
        return portrait(self.array_program)

    def __repr__(self) -> str:
        sizes = " + ".join(map(str, self.feeds.sizes))
        counts = f"{len(self.values)} parameters, {len(self.array_program.outputs)} outputs"
        return f"<Program: {sizes} inputs, {counts}; {len(self.array_program.instructions)} instructions>"

    def __getstate__(self) -> dict[str, Any]:
        made = ("_kernels", "_on_floats", "_bounds", "_lock")
        return {key: value for key, value in self.__dict__.items() if key not in made}

    # --- what is made when it is first needed -----------------------------------------------------------------------

    @cached_property
    def _lock(self) -> Lock:
        """Calls from several threads take turns: they share the arrays."""
        return Lock()

    @cached_property
    def _kernels(self) -> _Kernels:
        return _Kernels(self.array_program)

    @cached_property
    def _on_floats(self) -> Callable[..., Any]:
        return scalar_source.function(self.array_program)

    @cached_property
    def _bounds(self) -> dict[tuple[int, str], tuple[Bound, Callable[..., None]]]:
        return {}

    @cached_property
    def _read_by_outputs(self) -> set[str]:
        """The buffers that the outputs are computed from."""
        program = self.array_program.needed(loss=False, gradients=False, outputs=True)
        operands = [*program.outputs, *(operand for each in program.instructions for operand in each.operands())]
        return {operand.buffer for operand in operands if isinstance(operand, Rows)}

    def _room(self, dtype: Any) -> Any:
        """A new array with a number for each parameter, in the program's own order."""
        return aligned((self.array_program.sizes["p"],), dtype)

    def _flat(self, dtype: Any) -> Any:
        """A new array of the parameters as they are now, in the program's own order."""
        parameters = self._room(dtype)
        with np.errstate(over="ignore"):
            parameters[self.array_program.order] = self.parameters
        if np.isinf(parameters).any() and np.isfinite(self.parameters).all():
            value = self.values[int(np.argmax(np.isinf(parameters[self.array_program.order])))]
            raise ValueError(f"the parameter {value!r} is beyond what {np.dtype(dtype)} holds")
        return parameters

    def _parts(self, count: int) -> Iterator[slice]:
        """A batch in parts that stay in the cache."""
        return _tiles(count, self.cost.samples_at_a_time())

    def _tile(self, size: int, kernel: str = "all") -> tuple[Bound, Callable[..., None]]:
        """Arrays for a batch size, kept for the next call."""
        if (size, kernel) not in self._bounds:
            if len(self._bounds) >= KEPT:
                del self._bounds[next(iter(self._bounds))]
            bound = Bound(self.array_program, size, np.float64, self._room(np.float64), self._room(np.float64))
            self._bounds[size, kernel] = bound, bound.bound(self._kernels[kernel])
        bound, run = self._bounds[size, kernel]
        bound.buffers["p"][self.array_program.order] = self.parameters
        return bound, run


class _Kernels:
    """The NumPy sources of a program: "all", "gradients", "outputs", each written and compiled when first asked for."""

    def __init__(self, program: ArrayProgram) -> None:
        self.program = program
        self.made: dict[str, Kernel] = {}

    def __getitem__(self, name: str) -> Kernel:
        if name not in self.made:
            program = self.program.needed(loss=name == "all", gradients=name != "outputs", outputs=name != "gradients")
            self.made[name] = Kernel(numpy_source.written(program))
        return self.made[name]


def _by_floats(program: Program, batch: Sequence[Any]) -> tuple[Any, Any, Any]:
    """Sample by sample, on Python's floats."""
    whole, numbers, count = np.concatenate(batch, axis=1).tolist(), program._flat(np.float64).tolist(), len(batch[0])
    losses, outputs, gradients = zip(*[program._on_floats(x, numbers, 1.0 / count, 1.0) for x in whole], strict=True)
    total = np.array(gradients).sum(axis=0)[program.array_program.order]
    return np.array(losses), np.array(outputs, dtype=float).reshape(count, -1), total


def _by_numpy(program: Program, batch: Sequence[Any]) -> tuple[Any, Any, Any]:
    """On arrays, a part of the batch at a time that stays in the cache."""
    arrays = program.array_program
    count = len(batch[0])
    losses, outputs = np.empty(count), np.empty((count, len(arrays.outputs)))
    gradients = np.zeros(len(program.parameters))
    for tile in program._parts(count):
        blocks = [block[tile] for block in batch]
        bound, run = program._tile(len(blocks[0]))
        bound.buffers["n"][0] = 1.0 / count
        run(*blocks)
        losses[tile], outputs[tile] = bound.read(arrays.loss, blocks), bound.outputs(blocks)
        gradients += bound.buffers["g"][arrays.order]
    return losses, outputs, gradients


def _tiles(count: int, largest: int) -> Iterator[slice]:
    """A batch in parts of one size, and a rest."""
    parts = -(-count // largest)
    size = -(-count // parts)
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def _by_reference(program: Program, batch: Sequence[Any]) -> tuple[Any, Any, Any]:
    return evaluate(program.array_program, batch, program.parameters.tolist(), 1.0 / len(batch[0]))


BACKENDS = {"numpy": _by_numpy, "floats": _by_floats, "reference": _by_reference}
