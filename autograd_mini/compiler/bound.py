"""A program bound to a batch size and a type: its arrays are made, and a step writes into them in place.

What you can do with this file:

    step = program.bind(batch_size=10, dtype="float32")
    xs, ys = step.checked(xs, ys)                        the whole data set, once
    step.gradients(xs[:10], ys[:10], scale=eta / 10)     fills step.grad: scale × the sum of the gradients of these samples
    np.subtract(step.parameters, step.grad, step.parameters)
    step.write_back()                                    the parameters, back into the program and the Values

`step.parameters` and `step.grad` are flat, in the program's own order: `step.parameters[step.order]` is the order of the user. A step
looks at the shapes of its arrays and at nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from autograd_mini.compiler.array_program import ArrayProgram, Numbers, Operand, Rows
from autograd_mini.compiler.feeds import Feeds
from autograd_mini.compiler.memory import aligned
from autograd_mini.compiler.numpy_source import Source
from autograd_mini.row import Operation

__all__ = ["Bound", "Kernel", "Step"]

FUNCTIONS = (
    "absolute", "add", "copyto", "cos", "dot", "einsum", "exp", "greater", "greater_equal", "log", "logaddexp", "matmul", "maximum",
    "minimum", "multiply", "negative", "positive", "power", "reciprocal", "sin", "sqrt", "subtract", "tanh", "true_divide",
)  # fmt: skip


def choose(condition: Any, x: Any, y: Any, out: Any) -> None:
    """x where the condition is not 0, else y."""
    np.copyto(out, y)
    np.copyto(out, x, where=np.not_equal(condition, 0.0))


def logsumexp(terms: Any, out: Any) -> None:
    """log Σ e^term over the second axis, shifted by the largest term so that nothing overflows."""
    largest = terms.max(axis=1)
    shift = np.where(np.isfinite(largest), largest, 0.0).astype(out.dtype)
    np.subtract(terms, shift[:, None], terms_ := np.empty_like(terms))
    np.add.reduce(np.exp(terms_, terms_), 1, None, out)
    np.add(np.log(out, out), shift, out)


def _own(op: Operation) -> Callable[..., Any]:
    """The kernel for arrays of a row of a user's own."""
    if not callable(op.arrays):
        return np.vectorize(op.kernel, otypes=[float])
    kernel = op.arrays

    def checked(*arrays: Any) -> Any:
        found, shape = np.asarray(kernel(*arrays)), np.broadcast_shapes(*[array.shape for array in arrays])
        if found.shape != shape:
            raise ValueError(f"the kernel for arrays of {op.name} got arrays of the shape {shape} and returned one of {found.shape}")
        return found

    return checked


class Make:
    """What a source calls to make its arrays. Views share the memory of their buffer by construction."""

    def __init__(self, source: Source, batch_size: int, dtype: Any) -> None:
        self.batch_size = batch_size
        self.dtype = np.dtype(dtype)
        self.rows = source.rows
        self.numbers = [numbers.astype(dtype) for numbers in source.numbers]
        self.own = [_own(op) for op in source.own]

    def number(self, x: Any) -> Any:
        """A constant."""
        return np.array(float(x), self.dtype)

    def ones(self) -> Any:
        """A one for each sample."""
        return np.ones(self.batch_size, self.dtype)

    def room(self, shape: tuple[int, ...], batched: bool) -> Any:
        """A new array."""
        return aligned((*shape, self.batch_size) if batched else shape, self.dtype)

    def view(self, buffer: Any, start: int, shape: tuple[int, ...], strides: tuple[int, ...], axis: bool = False) -> Any:
        """Rows of a buffer, from `start` on, in even steps."""
        row = buffer.strides[0]
        batch, steps = (buffer.shape[1:], buffer.strides[1:]) if buffer.ndim > 1 else ((1,) * axis, (0,) * axis)
        return np.ndarray((*shape, *batch), self.dtype, buffer, start * row, (*(stride * row for stride in strides), *steps))

    def one(self, buffer: Any, start: int) -> Any:
        """One number, as an array of no axis."""
        return buffer[start:].reshape(-1)[:1].reshape(())

    def table(self, buffer: Any, start: int, shape: tuple[int, int], step: int) -> Any:
        """Rows of a buffer as a matrix: in each of its rows, the samples of several."""
        row, height, width = buffer.strides[0], *shape
        return np.ndarray((height, width * self.batch_size), self.dtype, buffer, start * row, (step * row, buffer.itemsize))

    def shaped(self, array: Any, shape: tuple[int, ...]) -> Any:
        """A contiguous array in another shape, sharing its memory."""
        shaped = array.reshape(shape)
        if not np.shares_memory(shaped, array):
            raise RuntimeError("a reshaped array does not share its memory")  # a gradient written there would be lost
        return shaped


class Kernel:
    """A source, compiled once and bound to any number of batch sizes and types."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._code = compile(source.text, "<ag.compile>", "exec")

    def bind(self, buffers: Mapping[str, Any], batch_size: int, dtype: Any) -> Callable[..., None]:
        """The function that runs a batch, writing into these buffers."""
        return self.run_with(Make(self.source, batch_size, dtype), buffers)

    def run_with(self, make: Make, buffers: Mapping[str, Any]) -> Callable[..., None]:
        """The same, with arrays made by `make`."""
        space: dict[str, Any] = {name: getattr(np, name) for name in FUNCTIONS} | {"choose": choose, "logsumexp": logsumexp}
        space |= {**buffers, "make": make, "__builtins__": {}}
        exec(self._code, space)  # our own text: calls, names and numbers made in numpy_source.py
        run: Callable[..., None] = space["run"]
        return run


class Bound:
    """The buffers of a program for one batch size and type, and its kernels bound to them."""

    def __init__(self, program: ArrayProgram, batch_size: int, dtype: Any, parameters: Any, grad: Any) -> None:
        self.program = program
        self.batch_size = batch_size
        self.dtype = np.dtype(dtype)
        sizes = program.sizes
        self.buffers = {"v": aligned((sizes["v"], batch_size), dtype), "n": aligned((sizes["n"],), dtype), "p": parameters, "g": grad}
        self.buffers["n"][1] = batch_size
        for row, number in program.fixed.get("v", ()):
            self.buffers["v"][row] = number

    def bound(self, kernel: Kernel) -> Callable[..., None]:
        """A kernel on these buffers."""
        return kernel.bind(self.buffers, self.batch_size, self.dtype)

    def read(self, operand: Operand, blocks: Sequence[Any]) -> Any:
        """What an operand of one row holds after a run, for each sample [B]."""
        if isinstance(operand, Numbers):
            return np.full(self.batch_size, float(operand.values), self.dtype)
        row = int(operand.rows[0])
        if operand.buffer == "v":
            return self.buffers["v"][row]
        if operand.buffer[0] == "x":
            return blocks[int(operand.buffer[1:])][:, row]
        return np.broadcast_to(self.buffers[operand.buffer][row], (self.batch_size,))

    @cached_property
    def _output_rows(self) -> Any:
        """The rows of the outputs in v, as a slice if they stand together; None if some live elsewhere."""
        rows = [int(output.rows[0]) for output in self.program.outputs if isinstance(output, Rows) and output.buffer == "v"]
        if not rows or len(rows) < len(self.program.outputs):
            return None
        whole = range(rows[0], rows[0] + len(rows))
        return slice(whole.start, whole.stop) if rows == list(whole) else rows

    def outputs(self, blocks: Sequence[Any]) -> Any:
        """What the outputs hold after a run [B, m]."""
        if self._output_rows is not None:
            return self.buffers["v"][self._output_rows].T
        columns = [self.read(output, blocks) for output in self.program.outputs]
        return np.array(columns, self.dtype).reshape(len(columns), self.batch_size).T


class Step:
    """Gradients in place, for batches of one size; `program.bind` makes it. `parts` are the slices of a batch computed at a time."""

    def __init__(
        self, parts: Sequence[tuple[slice, Bound]], kernel: Kernel, feeds: Feeds, write_back: Callable[[Any], None], keeps: bool = False
    ) -> None:
        bound = parts[0][1]
        self.batch_size = parts[-1][0].stop
        self.dtype = bound.dtype
        self._parameters = bound.buffers["p"]
        self.grad = bound.buffers["g"] if len(parts) == 1 else np.zeros_like(bound.buffers["g"])
        self.order = bound.program.order
        self._feeds = feeds
        self._write_back = write_back
        self._shapes = [(self.batch_size, size + len(feeds.behind[i] if feeds.behind else ())) for i, size in enumerate(feeds.sizes)]
        bounds = {id(one): (one.buffers["n"][:1].reshape(()), one.bound(kernel)) for _, one in parts}
        self._rate, self._run = bounds[id(bound)]
        self._parts = [(part, one, *bounds[id(one)]) for part, one in parts]
        self._keeps = keeps
        self._kept: list[tuple[Any, Any]] = []  # losses and outputs of the parts
        self._bound, self.part = bound, bound.buffers["g"]  # the gradient of one part

    @property
    def parameters(self) -> Any:
        """The numbers that the gradients are taken at, to be changed in place."""
        return self._parameters

    @parameters.setter
    def parameters(self, numbers: Any) -> None:
        self._parameters[:] = numbers  # `step.parameters -= change` ends here too

    def checked(self, *blocks: Any) -> list[Any]:
        """The arrays of a data set, checked and cast once, as `gradients` takes them. Raises as a call of the program does.

        They have the columns [n, …] that were given; a program may want a few behind them.
        """
        return self._feeds.blocks(blocks, self.dtype)

    def gradients(self, *blocks: Any, scale: float) -> None:
        """Fill `grad` with scale × the sum over the batch of each parameter's ∂loss/∂parameter.

        The arrays are `batch_size` rows of those that `checked` gave: else ValueError. What overflows is inf, as in a graph; NumPy warns
        of it unless it is told, around the loop: `with np.errstate(over="ignore")`.
        """
        if [block.shape for block in blocks] != self._shapes:
            wanted = ", ".join(map(str, self._shapes))
            got = ", ".join(str(block.shape) for block in blocks)
            raise ValueError(f"a step takes as many rows as its batch has, of the arrays that checked() gave: {wanted}; got {got}")
        if len(self._parts) == 1:
            self._rate[()] = scale
            self._run(*blocks)
            return
        self.grad[:] = 0.0
        self._kept.clear()
        for part, one, rate, run in self._parts:
            rate[()] = scale
            here = [block[part] for block in blocks]
            run(*here)
            np.add(self.grad, self.part, self.grad)
            if self._keeps:
                self._kept.append((one.read(one.program.loss, here).copy(), one.outputs(here).copy()))

    def results(self, *blocks: Any) -> tuple[Any, Any]:
        """The losses [B] and the outputs [B, m] of the batch that the last `gradients` was for, if the step was bound with them.

        They may be views, which hold the next batch's after the next call.
        """
        if len(self._parts) == 1:
            return self._bound.read(self._bound.program.loss, blocks), self._bound.outputs(blocks)
        losses, outputs = zip(*self._kept, strict=True)
        return np.concatenate(losses), np.concatenate(outputs)

    def write_back(self) -> None:
        """Set the program's parameters, and the Values' `.data`, to the numbers of this step."""
        self._write_back(self.parameters[self.order])
