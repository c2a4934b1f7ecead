"""Derivatives of any order: `grad` of a graph, and the derivatives of functions.

What you can do with this file:
    grad(y, [x, w])                    the gradients of a graph, written nowhere
    grad(y, [x], create_graph=True)    the same as Values, to derive again
    gradient(f)(1.0, 2.0)              [∂f/∂x, ∂f/∂y] of a function of Values
    derivative(f, order=3)(1.5)        f'''(1.5)
    hessian(f)(1.0, 2.0), jacobian(f)(1.0, 2.0), jvp(f)((1.0, 2.0), (1.0, 0.0))

How it works: a row's derivative rule is written in rows. Evaluated on floats it gives a number; evaluated on the
operand *Values* it records nodes, so the gradient is again a graph with derivatives of its own. The chain rule is
the one in `backward.py`, with Values passed through it. (PyTorch calls this `create_graph` too.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, overload

from autograd_mini.backward import gradients
from autograd_mini.diagnosis import require_finite
from autograd_mini.errors import ConstantError
from autograd_mini.graph import outputs_of, topological_order
from autograd_mini.number import number, show
from autograd_mini.number_like import require_values, rule_of
from autograd_mini.scopes import scope
from autograd_mini.value import Value, constant, node_from

__all__ = ["GRADIENT_SCOPE", "derivative", "forward", "grad", "gradient", "hessian", "jacobian", "jvp"]

#: The scope of nodes that `create_graph=True` makes, so that a picture can tell them from the forward part.
GRADIENT_SCOPE = "∂"


@overload
def grad(y: Value, wrt: Sequence[Value], create_graph: Literal[False] = False) -> list[float]: ...
@overload
def grad(y: Value, wrt: Sequence[Value], create_graph: Literal[True]) -> list[Value]: ...
@overload
def grad(y: Value, wrt: Sequence[Value], create_graph: bool) -> list[Any]: ...
def grad(y: Value, wrt: Sequence[Value], create_graph: bool = False) -> list[Any]:
    """Return [∂y/∂x for x in wrt]; nothing is written to the graph, so threads may share it.

    `wrt` may hold leaves and interior nodes. What y does not depend on gives 0.0. With `create_graph=True` the
    results are Values (a constant one where the derivative is constant), which can be derived again.

    Raises ConstantError for a constant in `wrt`, NonFiniteError if y is inf or nan, TypeError if y is no Value or
    `wrt` is no list of Values.

    >>> x, y = Value(3.0, label="x"), Value(2.0, label="y")
    >>> grad(x * x * y, [x, y])
    [12.0, 9.0]
    >>> [dx] = grad(x ** 3, [x], create_graph=True)
    >>> grad(dx, [x])
    [18.0]
    """
    require_values([y], "grad(y, wrt)")
    if not isinstance(wrt, (list, tuple)) or not all(isinstance(x, Value) for x in wrt):
        raise TypeError(f"grad(y, wrt) takes a list of Values to differentiate with respect to, for example grad(y, [x]); got {wrt!r:.80}")
    for x in wrt:
        if x.is_constant:
            name = repr(x.label) if x.label is not None else f"{show(x.data)} (without a label)"
            mend = f"Value({show(x.data)}, label={x.label!r})" if x.label is not None else f"Value({show(x.data)})"
            raise ConstantError(f"{name} is a constant, so nothing is differentiated with respect to it; make it a variable with {mend}.")
    require_finite(y, "grad()")
    if create_graph:
        with scope(GRADIENT_SCOPE):
            totals = gradients({y: 1.0}, _local_values, _times)
            return _fresh([totals.get(x, 0.0) for x in wrt], set(topological_order([y])))
    totals = gradients({y: 1.0})
    return [totals.get(x, 0.0) for x in wrt]


def gradient(f: Callable[..., Any]) -> Callable[..., list[Any]]:
    """Return the function that gives [∂f/∂x, ∂f/∂y, …] at a point.

    Called with Values, it returns Values that are connected to them, so that derivatives nest.

    >>> gradient(lambda x, y: x * y.exp())(2.0, 0.0)
    [1.0, 2.0]
    """

    def of(*point: Any) -> list[Any]:
        xs, stand_for = _variables(point)
        return _connected(grad(_output(f(*xs)), xs, create_graph=bool(stand_for)), stand_for)

    return of


def derivative(f: Callable[[Any], Any], order: int = 1) -> Callable[[Any], Any]:
    """Return the derivative, of the given order ≥ 1, of a function of one number.

    >>> derivative(lambda x: x ** 4, order=3)(2.0)
    48.0
    """
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ValueError(f"derivative() got order={order!r}; the order is a whole number from 1")

    def of(point: Any) -> Any:
        [x], stands_for = _variables((point,))
        y = _output(f(x))
        for _ in range(order - 1):
            [y] = grad(y, [x], create_graph=True)
        [result] = _connected(grad(y, [x], create_graph=bool(stands_for)), stands_for)
        return result

    return of


def hessian(f: Callable[..., Any]) -> Callable[..., list[list[Any]]]:
    """Return the function that gives the matrix of second derivatives, row by row: ∂²f/∂x∂y is entry [0][1].

    >>> hessian(lambda x, y: x * x * y)(3.0, 2.0)
    [[4.0, 6.0], [6.0, 0.0]]
    """

    def of(*point: Any) -> list[list[Any]]:
        xs, stand_for = _variables(point)
        rows = grad(_output(f(*xs)), xs, create_graph=True)
        return [_connected(grad(row, xs, create_graph=bool(stand_for)), stand_for) for row in rows]

    return of


def jacobian(f: Callable[..., Any]) -> Callable[..., list[list[Any]]]:
    """Return the function that gives, for an f that returns several outputs, one gradient for each: entry [i][j] is ∂fᵢ/∂xⱼ.

    >>> jacobian(lambda x, y: [x * y, x + y])(3.0, 2.0)
    [[2.0, 3.0], [1.0, 1.0]]
    """

    def of(*point: Any) -> list[list[Any]]:
        xs, stand_for = _variables(point)
        outputs = f(*xs)
        if not isinstance(outputs, (list, tuple)):
            raise TypeError(f"jacobian(f) needs an f that returns a list of Values, got {outputs!r:.80}; for one output use ag.gradient(f)")
        return [_connected(grad(_output(y), xs, create_graph=bool(stand_for)), stand_for) for y in outputs]

    return of


def jvp(f: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """Forward mode: return the function (point, direction) → how fast f changes along that direction.

    The rate is carried from the leaves to the output over the same rows, with no backward pass: one sweep gives one
    direction and all outputs, where a backward pass gives one output and all inputs. Raises NonFiniteError if an output is
    inf or nan.

    >>> jvp(lambda x, y: x * y)((3.0, 2.0), (1.0, 0.0))
    2.0
    """

    def along(point: Any, direction: Any) -> Any:
        xs = [Value(number(x, "jvp(f)(point, …)")) for x in _listed(point)]
        rates = [number(rate, "jvp(f)(…, direction)") for rate in _listed(direction)]
        if len(xs) != len(rates):
            raise ValueError(f"jvp(f)(point, direction): the point has {len(xs)} numbers, the direction {len(rates)}")
        result = f(*xs)
        outputs = [_output(y) for y in outputs_of(result)]
        for y in outputs:
            require_finite(y, "jvp()")
        tangents = forward(outputs, dict(zip(xs, rates, strict=True)))
        along_it = [tangents.get(y, 0.0) for y in outputs]
        return along_it if isinstance(result, (list, tuple)) else along_it[0]

    return along


def forward(outputs: Sequence[Value], rates: Mapping[Value, float]) -> dict[Value, float]:
    """Carry rates of change from some nodes forward: each node's own is Σ local derivative × operand's rate.

    What depends on none of them has no rate.

    >>> x, w = Value(3.0), Value(2.0)
    >>> y = x * x * w
    >>> forward([y], {x: 1.0})[y]
    12.0
    """
    tangents = dict(rates)
    for node in topological_order(outputs, leaves=False):
        edges = zip(node.operands, node.local_derivatives, strict=True)
        parts = [local * tangents[operand] for operand, local in edges if local is not None and operand in tangents]
        if parts:
            tangents[node] = sum(parts)
    return tangents


def _local_values(node: Value) -> tuple[Any, ...]:
    """The local derivatives of a node as Values, by running the row's rule on the operands themselves."""
    assert node.op is not None  # only interior nodes have edges
    token = rule_of.set(node.op.name)
    try:
        return node.op.local_derivatives(node.operands, node, [not operand.is_constant for operand in node.operands])
    finally:
        rule_of.reset(token)


def _times(upstream: Any, local: Any) -> Any:
    # 1 × anything is that thing exactly (inf and nan too): leaving the node out keeps gradient graphs readable.
    if isinstance(upstream, float) and upstream == 1.0:
        return local
    return upstream if isinstance(local, float) and local == 1.0 else upstream * local


def _fresh(results: list[Any], taken: set[Value]) -> list[Value]:
    """Each result as a node of its own, for the caller to label: ∂(x·w)/∂x *is* the node w, and comes as w × 1."""
    fresh = []
    for result in results:
        node = result if isinstance(result, Value) else constant(result)
        fresh.append(node * 1.0 if node in taken else node)
        taken.add(node)
    return fresh


def _variables(point: Sequence[Any]) -> tuple[list[Value], dict[Value, Value]]:
    """New variables to differentiate with respect to, and which of the caller's Values each of them stands for.

    New ones even for Values, because f may know the caller's Value too, as in `lambda x: derivative(lambda y: x * y)(x)`:
    x and y are two variables there, which happen to hold the same number.
    """
    xs = [Value(x.data, x.label) if isinstance(x, Value) else Value(x) for x in point]
    return xs, {x: given for x, given in zip(xs, point, strict=True) if isinstance(given, Value)}


def _connected(results: list[Any], stand_for: dict[Value, Value]) -> list[Any]:
    """The results (plain numbers if no Value was given), with the caller's Values put back for what stood for them."""
    if not stand_for:
        return results
    new = dict(stand_for)
    for node in topological_order(results, leaves=False):
        if not new.keys().isdisjoint(node.operands):
            new[node] = node_from(node.op, tuple([new.get(operand, operand) for operand in node.operands]), node.scope, node.label)
    for node, replaced in new.items():
        if node.was_compared:
            replaced._compared = True
    return [new.get(result, result) for result in results]


def _listed(numbers: Any) -> list[Any]:
    return list(numbers) if isinstance(numbers, (list, tuple)) else [numbers]


def _output(y: Any) -> Value:
    if isinstance(y, Value):
        return y
    return constant(number(y, "the result of the differentiated function"))
