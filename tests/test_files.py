"""Graph files: what is written comes back bit for bit; anything else is one error, with nothing loaded and nothing left behind."""

from __future__ import annotations

import json
import math
import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rows import ROWS, same

import autograd_mini as ag
from autograd_mini import NOT_YET, Value
from autograd_mini.checks import Expression, expressions
from autograd_mini.errors import GraphFileError
from autograd_mini.graph import topological_order


def round_trip(**outputs: Value) -> dict[str, Value]:
    with TemporaryDirectory() as folder:
        ag.save(Path(folder) / "g.json", **outputs)
        return ag.load(Path(folder) / "g.json")


def assert_alike(a: Value, b: Value) -> None:
    left, right = topological_order([a]), topological_order([b])
    assert len(left) == len(right)
    place = [{node: i for i, node in enumerate(order)} for order in (left, right)]
    for x, y in zip(left, right, strict=True):
        assert same(x.data, y.data)
        assert same(x.grad, y.grad)
        assert (x.grad is NOT_YET) == (y.grad is NOT_YET)
        assert (x.op, x.label, x.scope, x.is_constant, x.was_compared) == (y.op, y.label, y.scope, y.is_constant, y.was_compared)
        assert [place[0][o] for o in x.operands] == [place[1][o] for o in y.operands]
        for d, e in zip(x.local_derivatives, y.local_derivatives, strict=True):
            assert (d is None and e is None) or (d is not None and e is not None and same(d, e))


@given(expressions(rows=ROWS))
def test_random_graphs_come_back_bit_for_bit(expression: Expression) -> None:
    leaves, y = expression.record()
    y.backward()
    again = round_trip(y=y, x=leaves[0])
    assert_alike(again["y"], y)
    assert (again["x"] in topological_order([again["y"]])) == (leaves[0] in topological_order([y]))


@given(st.floats(allow_nan=True, allow_infinity=True), st.text())
@example(-0.0, "苹果")
@example(math.nan, '"\\\n')
@example(-math.inf, "\ud800")
def test_any_number_and_any_label_come_back(x: float, label: str) -> None:
    leaf = Value(x, label=label)
    again = round_trip(x=leaf)["x"]
    assert same(again.data, x)
    assert again.label == label


def test_labels_scopes_marks_and_several_outputs() -> None:
    x, w = Value(2.0, label="单价"), ag.constant(1.1, label="税")
    with ag.scope("layer"), ag.scope("neuron 1"):
        y = x * w
    z = y + x
    y.label = "y"
    assert z > 0
    z.backward()
    again = round_trip(y=y, z=z)
    assert list(again) == ["y", "z"]
    assert_alike(again["z"], z)
    assert again["z"].operands[0] is again["y"]


def test_rows_of_ones_own_are_passed_when_loading(tmp_path: Path) -> None:
    cube = ag.operation("cube", lambda x: x * x * x, lambda x, out: 3 * x * x)
    x = Value(2.0)
    ag.save(tmp_path / "g.json", y=cube(x), x=x)
    with pytest.raises(GraphFileError, match=r"'cube' is not known; if it is yours, pass it"):
        ag.load(tmp_path / "g.json")
    again = ag.load(tmp_path / "g.json", operations=[cube])
    assert ag.grad(again["y"], [again["x"]]) == [12.0]


def test_one_name_is_one_row(tmp_path: Path) -> None:
    cube = ag.operation("cube", lambda x: x * x * x, lambda x, out: 3 * x * x)
    other = ag.operation("cube", lambda x: x + x + x, lambda x, out: 3.0)
    foreign = replace(ag.ops.mul, kernel=lambda x, y: x * y + 1)
    x, path = Value(2.0), tmp_path / "g.json"
    for y, message in ((cube(x) * other(x), "'cube' is also another row's"), (foreign(x, x), "'mul' is also a row of the op table's")):
        with pytest.raises(ValueError, match=message):
            ag.save(path, y=y)
    ag.save(path, y=cube(cube(x)))
    for operations, message in (([cube, other], "'cube' is also"), ([foreign], "'mul' is also")):
        with pytest.raises(ValueError, match=message):
            ag.load(path, operations=operations)
    wrong: list[Any] = [cube, ["cube"], 5, "cube"]
    for operation in wrong:
        with pytest.raises(TypeError, match=r"load\(path, operations=\[…\]\) takes a list of rows"):
            ag.load(path, operations=operation)
    assert ag.load(path, operations=iter([cube]))["y"].data == 512.0


def test_an_output_may_be_called_path(tmp_path: Path) -> None:
    ag.save(tmp_path / "g.json", path=Value(2.0))
    assert ag.load(tmp_path / "g.json")["path"].data == 2.0


def test_a_gradient_set_to_none_is_saved_as_not_computed() -> None:
    x = Value(2.0)
    x.grad = None  # type: ignore[assignment]
    assert round_trip(x=x)["x"].grad is NOT_YET


def test_what_cannot_be_saved(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="takes the outputs by name"):
        ag.save(tmp_path / "g.json")
    with pytest.raises(TypeError, match="takes the outputs by name"):
        ag.save(tmp_path / "g.json", y=3.0)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="takes a path first"):
        ag.save(Value(1.0), y=Value(1.0))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_path_is_the_systems_error_with_the_path(tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "g.json"
    with pytest.raises(FileNotFoundError) as caught:
        ag.save(missing, y=Value(1.0))
    assert caught.value.filename == str(missing)
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError) as caught_too:  # noqa: PT011 (the kind differs between systems)
        ag.save(folder, y=Value(1.0))
    assert caught_too.value.filename == str(folder)
    assert list(tmp_path.iterdir()) == [folder]
    assert list(folder.iterdir()) == []


def test_an_interrupted_save_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "g.json"
    ag.save(path, y=Value(1.0))
    before = path.read_bytes()

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left on device"):
        ag.save(path, y=Value(2.0))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_file_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ag.load(tmp_path / "none.json")


# --- damaged and foreign files ------------------------------------------------------------------------------------


def valid() -> dict[str, Any]:
    x, y = Value(2.0, label="x"), Value(-0.5)
    z = (x * y + 3).maximum(x) / y
    z.backward()
    with TemporaryDirectory() as folder:
        ag.save(Path(folder) / "g.json", z=z, x=x)
        document: dict[str, Any] = json.loads((Path(folder) / "g.json").read_text())
    return document


VALID = valid()
VALID_BYTES = json.dumps(VALID, separators=(",", ":")).encode()


def load_bytes(content: bytes) -> dict[str, Value]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "g.json"
        path.write_bytes(content)
        return ag.load(path)


def only_an_error_or_values(content: bytes) -> None:
    try:
        outputs, complaint = load_bytes(content), "g.json: "
    except GraphFileError as error:
        outputs, complaint = {}, str(error)
    assert "g.json: " in complaint
    assert len(complaint) < 1000
    for y in outputs.values():
        assert y in ag.evaluate(y)
        assert all(len(node.operands) == len(node.local_derivatives) for node in topological_order([y]))


@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    with pytest.raises(GraphFileError):
        load_bytes(content)


@given(st.integers(0, len(VALID_BYTES)), st.integers(0, 20), st.binary(max_size=20))
def test_a_damaged_stretch(start: int, length: int, instead: bytes) -> None:
    only_an_error_or_values(VALID_BYTES[:start] + instead + VALID_BYTES[start + length :])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(VALID)), json_values)
def test_a_damaged_entry(name: str, instead: Any) -> None:
    only_an_error_or_values(json.dumps({**VALID, name: instead}).encode())


@given(st.sampled_from([name for name in sorted(VALID) if isinstance(VALID[name], list)]), st.integers(0, 6), json_values)
def test_a_damaged_cell(name: str, row: int, instead: Any) -> None:
    column = list(VALID[name])
    column[row % len(column)] = instead
    only_an_error_or_values(json.dumps({**VALID, name: column}).encode())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "does not begin like one"),
        (b"\x1f\x8b\x08" + bytes(100), "does not begin like one"),
        (b"<!DOCTYPE html><html>", "does not begin like one"),
        (VALID_BYTES[:-5], "damaged"),
        (json.dumps({**VALID, "version": 2}).encode(), "has version 2; this program reads version 1"),
        (json.dumps({**VALID, "version": True}).encode(), "has version True"),
        (json.dumps({**VALID, "outputs": {}}).encode(), "its outputs do not name nodes"),
        (json.dumps({**VALID, "outputs": {"y": 99}}).encode(), "its outputs do not name nodes"),
        (json.dumps({**VALID, "op": VALID["op"][:-1]}).encode(), "all of one length"),
        (json.dumps({**VALID, "op": ["__import__", *VALID["op"][1:]]}).encode(), "damaged at node 0"),
        (b'{"format":"autograd-mini graph","x":' + b"[" * 100_000, "damaged"),
        (b'{"format":"autograd-mini graph","x":' + b"9" * 5_000 + b"}", "damaged"),
    ],
)
def test_each_kind_of_damage_has_its_sentence(content: bytes, message: str) -> None:
    with pytest.raises(GraphFileError, match=message):
        load_bytes(content)


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.write(b'{"format":"autograd-mini graph"')
        file.truncate((1 << 30) + 1)  # sparse: takes no room
    with pytest.raises(GraphFileError, match="is not read: 1,073,741,825 bytes"):
        ag.load(path)
