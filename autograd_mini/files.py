"""Graphs as files: JSON, versioned, data only.

What you can do with this file: `save("g.json", y=y, x=x)` writes the graph of these outputs, `load("g.json")` reads
them back as a dict of Values. Numbers survive bit for bit, gradients, labels, scopes and constants too.

The file holds one list per column (operation, operands, number, …), its nodes in topological order, so that an
operand always comes before its user. Nothing in it is ever run: an operation is a name, looked up in the op table.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from math import isfinite
from typing import Any

from autograd_mini import ops
from autograd_mini.errors import GraphFileError
from autograd_mini.graph import topological_order
from autograd_mini.row import Operation
from autograd_mini.value import NOT_YET, Constant, Value, make
from autograd_mini.whole import write_whole

__all__ = ["load", "save"]

FORMAT, VERSION = "autograd-mini graph", 1
COLUMNS = ("op", "operands", "data", "local_derivatives", "grad", "label", "constant", "compared", "scope")
#: Files beyond this many bytes are refused unread (a million-node graph takes about 60 MB).
LARGEST = 1 << 30


def save(path: str | os.PathLike[str], /, **outputs: Value) -> None:
    """Write the graph of the named outputs. The file appears whole or not at all.

    A cut edge (`detach`) is read back as a plain constant.

    Raises TypeError if there is no output or one is no Value, ValueError if two different rows have one name, and the OSError
    of the system if the path cannot be written.

    >>> import tempfile, os
    >>> x = Value(3.0, label="x")
    >>> path = os.path.join(tempfile.mkdtemp(), "g.json")
    >>> save(path, y=x * x, x=x)
    >>> again = load(path)
    >>> again["y"].backward()
    >>> again["x"].grad
    6.0
    """
    if not outputs or not all(isinstance(output, Value) for output in outputs.values()):
        raise TypeError(f"save(path, y=y, …) takes the outputs by name, each a Value; got {outputs!r:.200}")
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"save(path, y=y, …) takes a path first, for example save('graph.json', y=y); got {path!r:.200}")
    order = topological_order(outputs.values())
    _table({node.op: None for node in order if node.op})
    position = {node: i for i, node in enumerate(order)}
    document = {
        "format": FORMAT,
        "version": VERSION,
        "outputs": {name: position[output] for name, output in outputs.items()},
        "op": [node.op.name if node.op else None for node in order],
        "operands": [[position[operand] for operand in node.operands] for node in order],
        "data": [_written(node.data) for node in order],
        "local_derivatives": [[None if d is None else _written(d) for d in node.local_derivatives] for node in order],
        "grad": [None if node.grad is NOT_YET or node.grad is None else _written(node.grad) for node in order],
        "label": [node.label for node in order],
        "constant": [node.is_constant for node in order],
        "compared": [node.was_compared for node in order],
        "scope": [list(node.scope) for node in order],
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    write_whole(path, text.encode("utf-8", "surrogatepass"))  # a label may hold any str


def load(path: str | os.PathLike[str], operations: Iterable[Operation] = ()) -> dict[str, Value]:
    """Read a graph file: a dict from output name to Value. `operations` are rows of your own that the graph uses.

    Raises TypeError if `operations` are no rows, ValueError if two rows have one name; GraphFileError, with nothing loaded, if
    the file is no graph file, damaged, or larger than 1 GiB; OSError if it cannot be opened.
    """
    rows = list(operations) if isinstance(operations, Iterable) else [None]
    if not all(isinstance(op, Operation) for op in rows):
        raise TypeError(f"load(path, operations=[…]) takes a list of rows made by ag.operation; got {operations!r:.200}")
    table = _table(rows)
    try:
        return _graph(_document(path), table)
    except GraphFileError as error:
        raise GraphFileError(f"{os.fspath(path)}: {error}") from None


def _table(operations: Iterable[Operation]) -> dict[str, Operation]:
    """The op table with rows of one's own; a file holds names only, so that one name has to be one row."""
    table = dict(ops.TABLE)
    for op in operations:
        if table.setdefault(op.name, op) is not op:
            other = "a row of the op table" if op.name in ops.TABLE else "another row"
            raise ValueError(f"a graph file knows rows by their names, and {op.name!r} is also {other}'s; give yours another name")
    return table


def _document(path: str | os.PathLike[str]) -> dict[str, Any]:
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST:
            raise GraphFileError(f"this is not read: {size:,} bytes, and the limit is {LARGEST:,}")
        head = file.read(64)
        # Looked at before the rest is read, so that a film or a disk image costs nothing.
        if FORMAT.encode() not in head:
            raise GraphFileError("this is not a graph file of autograd-mini (it does not begin like one)")
        content = head + file.read(LARGEST)
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise GraphFileError(f"this graph file is damaged: {str(error) or type(error).__name__:.200}") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise GraphFileError("this is not a graph file of autograd-mini")
    if type(document.get("version")) is not int or document["version"] != VERSION:
        raise GraphFileError(f"this graph file has version {document.get('version')!r}; this program reads version {VERSION}")
    return document


def _graph(document: dict[str, Any], table: dict[str, Operation]) -> dict[str, Value]:
    columns = [document.get(name) for name in COLUMNS]
    if not all(isinstance(column, list) and len(column) == len(columns[0] or ()) for column in columns):
        raise GraphFileError(f"this graph file is damaged: it needs the columns {', '.join(COLUMNS)}, all of one length")
    nodes: list[Value] = []
    for row in zip(*columns, strict=True):
        try:
            nodes.append(_node(dict(zip(COLUMNS, row, strict=True)), nodes, table))
        except (TypeError, ValueError, OverflowError) as error:
            raise GraphFileError(f"this graph file is damaged at node {len(nodes)}: {error!s:.200}") from None
    outputs = document.get("outputs")
    if not isinstance(outputs, dict) or not outputs or not all(_is_position(i, nodes) for i in outputs.values()):
        raise GraphFileError("this graph file is damaged: its outputs do not name nodes")
    return {name: nodes[i] for name, i in outputs.items()}


def _node(row: dict[str, Any], nodes: list[Value], table: dict[str, Operation]) -> Value:
    """One node from its row; raises ValueError or TypeError where the row contradicts itself."""
    name, positions, local, label, scope = (row[column] for column in ("op", "operands", "local_derivatives", "label", "scope"))
    _require(isinstance(positions, list) and all(_is_position(i, nodes) for i in positions), "its operands are not earlier nodes")
    operands = tuple([nodes[i] for i in positions])
    op = None
    if name is None:
        _require(not operands, "a leaf has operands")
    else:
        _require(name in table, f"the operation {name!r} is not known; if it is yours, pass it: load(path, operations=[…])")
        op = table[name]
        op.check_arity(len(operands))
        _require(row["constant"] is all(operand.is_constant for operand in operands), "constant or not: it contradicts its operands")
    _require(isinstance(local, list) and len(local) == len(operands), "each operand needs a local derivative")
    _require(all((d is None) is operand.is_constant for d, operand in zip(local, operands, strict=True)), "null is for constants")
    _require(isinstance(row["constant"], bool) and isinstance(row["compared"], bool), "constant and compared are true or false")
    _require(label is None or isinstance(label, str), "its label is no text")
    _require(isinstance(scope, list) and all(isinstance(part, str) for part in scope), "its scope is no list of texts")
    derivatives = tuple([None if d is None else _read(d) for d in local])
    kind = Constant if row["constant"] else Value
    node = make(kind, _read(row["data"]), label, op, operands, derivatives, tuple(scope))
    if row["grad"] is not None:
        node.grad = _read(row["grad"])
    if row["compared"]:
        node._compared = True
    return node


def _require(condition: bool, complaint: str) -> None:
    if not condition:
        raise ValueError(complaint)


def _is_position(i: object, nodes: list[Value]) -> bool:
    return type(i) is int and 0 <= i < len(nodes)


def _written(x: float) -> float | str:
    # JSON has no word for these three.
    return x if isfinite(x) else str(x)


def _read(x: Any) -> float:
    _require(type(x) in (int, float) or x in ("inf", "-inf", "nan"), f"{x!r:.40} is not a number")
    return float(x)
