"""Value: a number that remembers how it was made.

What you can do with this file: write ordinary arithmetic on `Value`s, then call `backward()` and read `.grad`;
make constants (`constant`).

    apple, tax = Value(10.0, label="apple"), Value(1.1, label="tax")
    payment = apple * 2 * tax
    payment.backward()
    apple.grad                      # 2.2

How it works: each operator computes its number *and* keeps its operands and the local derivatives beside it
(`operands`, `local_derivatives`). That record is the computational graph; `backward.py` walks it from the output.
No operator has a rule of its own here: `__mul__ = binary(ops.mul)` takes everything from the op table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, TypeVar
from weakref import ref

from autograd_mini import backward, ops
from autograd_mini.diagnosis import require_finite, require_number_gradients
from autograd_mini.errors import ConstantError
from autograd_mini.graph import topological_order
from autograd_mini.number import number, show
from autograd_mini.number_like import NumberLike, accepts
from autograd_mini.row import Operation
from autograd_mini.scopes import current_scope

__all__ = ["NOT_YET", "Constant", "Detached", "Value", "constant", "make", "node_from"]

V = TypeVar("V", bound="Value")
M = TypeVar("M", bound=Callable[..., Any])

#: What `.grad` holds before any backward pass: 0.0, recognised by identity and shown as "not computed yet".
NOT_YET = float("0.0")

_new = object.__new__


def record(op: Operation, operands: Sequence[Any]) -> Value:
    """Apply a row to operands of any accepted kind (Values, constants, plain numbers) and record the new node."""
    op.check_arity(len(operands))
    nodes = tuple([node if isinstance(node, Value) else _constant(number(node, f"{op.name}()")) for node in operands])
    return node_from(op, nodes, current_scope())


def node_from(op: Operation, operands: tuple[Value, ...], scope: tuple[str, ...], label: str | None = None) -> Value:
    """The general way to make an interior node; the operators below write it out for their common case."""
    numbers = [operand._data for operand in operands]
    variable = [not operand.is_constant for operand in operands]
    out = op.kernel(*numbers)
    if any(variable):
        return make(Value, out, label, op, operands, op.local_derivatives(numbers, out, variable), scope)
    return make(Constant, out, label, op, operands, (None,) * len(operands), scope)


def make(
    kind: type[V],
    data: float,
    label: str | None = None,
    op: Operation | None = None,
    operands: tuple[Value, ...] = (),
    local_derivatives: tuple[float | None, ...] = (),
    scope: tuple[str, ...] = (),
) -> V:
    """Make a node from its parts, checking nothing: for code that has checked them (recording, copying, loading)."""
    node = _new(kind)
    node._data = data
    node.grad = NOT_YET
    node.label = label
    node.op = op
    node.operands = operands
    node.local_derivatives = local_derivatives
    node.scope = scope
    return node


def _named(method: M, name: str) -> M:
    method.__name__ = name
    method.__qualname__ = f"Value.{name}"
    method.__doc__ = f"The operation `{name}` of the op table, recorded as a node."
    return method


def unary(op: Operation) -> Callable[[Value], Value]:
    """The method for a row of one operand."""
    kernel, local = op.kernel, op.local

    def method(self: Value) -> Value:
        if type(self) is not Value:
            return record(op, (self,))
        x = self._data
        node = _new(Value)
        node._data = out = kernel(x)
        node.grad = NOT_YET
        node.label = None
        node.op = op
        node.operands = (self,)
        node.local_derivatives = local(x, out)
        node.scope = current_scope()
        return node

    return _named(method, op.name)


def binary(op: Operation) -> Callable[[Value, Any], Value]:
    """The method for a row of two operands: one closure a row, flat for a variable with another or with a number."""
    kernel, local, partials = op.kernel, op.local, op.partials

    def by_first(x: float, y: float, out: float) -> tuple[float | None, ...]:
        return (partials[0](x, y, out) if partials else local(x, y, out)[0]), None

    def method(self: Value, other: Any) -> Value:
        rule: Callable[..., tuple[float | None, ...]] = local
        if type(other) is not Value or type(self) is not Value:
            if not accepts(other):
                return NotImplemented  # type: ignore[no-any-return]
            if not isinstance(other, Value):
                other = _constant(number(other, f"{op.name}()"))
            if type(self) is not Value or not other.is_constant:
                return record(op, (self, other))
            rule = by_first
        x = self._data
        y = other._data
        node = _new(Value)
        node._data = out = kernel(x, y)
        node.grad = NOT_YET
        node.label = None
        node.op = op
        node.operands = (self, other)
        node.local_derivatives = rule(x, y, out)
        node.scope = current_scope()
        return node

    return _named(method, op.name)


def reflected(op: Operation) -> Callable[[Value, Any], Value]:
    """The method for a plain number on the left: 2 / x."""

    def method(self: Value, other: Any) -> Value:
        return record(op, (other, self)) if accepts(other) else NotImplemented

    return _named(method, f"r{op.name}")


class Value(NumberLike):
    """A number in a computational graph.

    `Value(2.0, label="x")` is a leaf, a variable to differentiate with respect to. Operators and methods make interior
    nodes. Plain numbers mixed in become constants. `data` is the number, `grad` the derivative of the last output(s)
    with respect to it after `backward()`; leaves accumulate over several passes until `zero_grad`. `op`, `operands`
    and `local_derivatives` say how a node was made (None and empty for a leaf); operands keep their order, and x*x has two.

    Comparisons `< <= > >=` and `bool()` look at the numbers and return plain bools (use `ag.gt`, `ag.where` to keep a choice
    in the graph). `==` and hash are *identity*, so that Values can be keys of a dict; compare numbers with `y.data == 22`.
    `float(x)` and `math.exp(x)` leave the graph: what comes out is a plain number without a gradient.

    Raises TypeError for anything but a real number: strings, None, complex numbers, arrays.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + 2 * x
    >>> y.backward()
    >>> y.data, x.grad
    (15.0, 8.0)
    """

    __slots__ = ("__weakref__", "grad", "label", "local_derivatives", "op", "operands", "scope")

    grad: float
    label: str | None
    op: Operation | None
    operands: tuple[Value, ...]
    local_derivatives: tuple[float | None, ...]
    scope: tuple[str, ...]

    def __init_subclass__(cls) -> None:
        if cls.__module__ != __name__:
            raise TypeError(
                f"class {cls.__name__}(Value): a Value is not to be subclassed, since operators, copies and pickles make plain Values. "
                "Keep a Value as an attribute of your class, or make an operation of your own with ag.operation."
            )

    def __init__(self, data: float, label: str | None = None) -> None:
        if isinstance(data, Value):
            raise TypeError("Value() takes a plain number, got a Value; use it as it is, or x.detach(), or Value(x.data)")
        if label is not None and not isinstance(label, str):
            raise TypeError(f"the label of a Value is text, got {label!r}; for example Value(2.0, label='x')")
        self._data = number(data)
        self.grad = NOT_YET
        self.label = label
        self.op = None
        self.operands = ()
        self.local_derivatives = ()
        self.scope = current_scope()

    @property
    def data(self) -> float:
        """The number. A leaf's may be set; graphs already recorded keep the number they were made with (see `ag.evaluate`)."""
        return self._data

    @data.setter
    def data(self, data: float) -> None:
        if self.operands:
            raise AttributeError(
                f"{self._name()} was computed from its operands, so its number is not set by hand; "
                "see what would follow with ag.evaluate(y, {node: number}), or make a leaf with .detach()"
            )
        self._data = number(data, "setting .data")

    def backward(self, gradient: float = 1.0) -> None:
        """Run the chain rule from this output: afterwards every node's `.grad` is ∂output/∂node, times `gradient`.

        Leaves add to what they hold (call `ag.zero_grad` between passes), interior nodes are set anew. Not to be called
        on shared nodes from several threads at once: `ag.grad` is safe there, since it writes nothing.

        Raises NonFiniteError if the output is inf or nan, ConstantError if it is made of constants only, ValueError if
        `gradient` is inf or nan.
        """
        if self.is_constant:
            raise ConstantError(
                f"backward() started from the constant {self._name()}: it is made of plain numbers only, so there is nothing "
                "to differentiate with respect to. Make the inputs Values: x = Value(2.0)."
            )
        require_finite(self, "backward()")
        seed = number(gradient, "backward(gradient=…)")
        if not isfinite(seed):
            raise ValueError(f"backward(gradient=…) takes a finite number, got {show(seed)}; it would make every gradient inf or nan")
        try:
            backward.accumulate(self, seed)
        except TypeError:
            require_number_gradients(self)
            raise

    def detach(self) -> Value:
        """The same number, cut from the graph: a constant. No gradient flows through it, and it keeps nothing alive."""
        node = make(Detached, self._data, self.label, scope=current_scope())
        node.cut_from(self)
        return node

    # --- the rows -------------------------------------------------------------------------------------------------

    __add__ = binary(ops.add)
    __sub__ = binary(ops.sub)
    __mul__ = binary(ops.mul)
    __truediv__ = binary(ops.div)
    __pow__ = binary(ops.pow)
    __rsub__ = reflected(ops.sub)
    __rmul__ = reflected(ops.mul)
    __rtruediv__ = reflected(ops.div)
    __rpow__ = reflected(ops.pow)
    __neg__ = unary(ops.neg)
    __abs__ = abs = unary(ops.abs)
    exp = unary(ops.exp)
    log = unary(ops.log)
    sqrt = unary(ops.sqrt)
    sin = unary(ops.sin)
    cos = unary(ops.cos)
    tanh = unary(ops.tanh)
    sigmoid = unary(ops.sigmoid)
    relu = unary(ops.relu)
    softplus = unary(ops.softplus)
    maximum = binary(ops.maximum)
    minimum = binary(ops.minimum)
    gt = binary(ops.gt)
    ge = binary(ops.ge)

    def __radd__(self, other: Any) -> Value:
        # Python's sum(values) starts from the int 0; the picture has no use for it.
        if type(other) is int and other == 0:
            return self
        return record(ops.add, (other, self)) if accepts(other) else NotImplemented

    def where(self, x: Any, y: Any) -> Value:
        """x where this condition (a 0/1 node, as `ag.gt` makes it) is not 0, else y; the choice stays in the graph."""
        return record(ops.where, (self, x, y))

    def __pos__(self) -> Value:
        return self

    def __operation__(self, op: Operation, operands: Sequence[Any]) -> Value:
        return record(op, operands)

    # --- looking, copying -----------------------------------------------------------------------------------------

    def _name(self) -> str:
        return repr(self.label) if self.label is not None else repr(self)

    def _shown_grad(self) -> str:
        if self.grad is NOT_YET:
            return "not computed yet"
        return show(self.grad) if isinstance(self.grad, (float, int)) else repr(self.grad)  # a .grad = None is shown as it is

    def __repr__(self) -> str:
        kind = "constant" if self.is_constant else "Value"
        grad = "" if self.is_constant else f", grad={self._shown_grad()}"
        named = f", label={self.label!r}" if self.label is not None else ""
        return f"{kind}(data={show(self._data)}{grad}{named})"

    def __copy__(self) -> Value:
        return self._copy(self.operands)

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        # Without recursion; through `memo`, everything that is copied in the same call shares the same new nodes.
        order = topological_order([self])
        for node in order:
            if id(node) not in memo:
                memo[id(node)] = node._copy(tuple([memo[id(operand)] for operand in node.operands]))
        for node in order:
            if isinstance(node, Detached) and (source := node.source) is not None and id(source) in memo:
                memo[id(node)].cut_from(memo[id(source)])
        copied: Value = memo[id(self)]
        return copied

    def _copy(self, operands: tuple[Value, ...]) -> Value:
        node = make(type(self), self._data, self.label, self.op, operands, self.local_derivatives, self.scope)
        node.grad = self.grad
        if self.was_compared:
            node._compared = True
        return node

    def __reduce__(self) -> tuple[Any, ...]:
        if self.operands:
            raise TypeError(
                f"{self._name()} is part of a graph, and pickle would follow it node by node; write it with "
                "ag.save('graph.json', y=y), read it with ag.load('graph.json'). Leaves, and so modules, do pickle."
            )
        grad = None if self.grad is NOT_YET else self.grad
        return _unpickled_leaf, (self.is_constant, self._data, grad, self.label, self.scope)


class Constant(Value):
    """A plain number in the graph: no derivative is ever computed for it. Made by `constant` and by mixing in numbers."""

    __slots__ = ()
    is_constant = True


class Detached(Constant):
    """What `detach` makes: a constant that still knows, weakly, which node it was cut from, so that a picture can show it."""

    __slots__ = ("_source",)

    _source: Callable[[], Value | None]

    @property
    def source(self) -> Value | None:
        """The node it was cut from, or None once that node is gone."""
        return self._source()

    def cut_from(self, source: Value) -> None:
        """Remember, weakly, that this was cut from `source`."""
        self._source = ref(source)

    def _copy(self, operands: tuple[Value, ...]) -> Value:
        node = super()._copy(operands)
        node._source = self._source  # type: ignore[attr-defined]
        return node


def constant(data: float, label: str | None = None) -> Value:
    """A named constant, to share: it stands in pictures and formulas, and never has a gradient.

    >>> g = constant(9.81, label="g")
    >>> g.is_constant, (g * 2).is_constant
    (True, True)
    """
    return Constant(data, label)


def _constant(data: float) -> Constant:
    return make(Constant, data, scope=current_scope())


def _unpickled_leaf(is_constant: bool, data: float, grad: float | None, label: str | None, scope: tuple[str, ...]) -> Value:
    leaf = make(Constant if is_constant else Value, data, label, scope=scope)
    if grad is not None:
        leaf.grad = grad
    return leaf
