"""docs/edges.md is what the rows give, and every interpretation gives it."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rows import same
from test_kernels import EXCEPTIONS, NUMPY, close, in_numpy

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.row import Operation

DOCS = Path(__file__).parent.parent / "docs"
MADE = runpy.run_path(str(DOCS / "make_edges.py"))
EDGES: dict[str, list[tuple[float, ...]]] = MADE["EDGES"]
POINTS = [(ops.TABLE[name], point) for name, points in EDGES.items() for point in points]
at_every_edge = pytest.mark.parametrize(("op", "point"), POINTS, ids=lambda x: getattr(x, "name", str(x)))


def table() -> Iterator[tuple[str, float, list[float]]]:
    """The lines of the page, as numbers."""
    for line in (DOCS / "edges.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and not line.startswith("| at "):
            call, value, derivatives = [cell.strip() for cell in line.strip("|").split("|")]
            yield call, float(value), [float(d) for d in derivatives.split(", ")]


def test_the_page_is_up_to_date() -> None:
    assert (DOCS / "edges.md").read_text(encoding="utf-8") == MADE["page"](), "run: python docs/make_edges.py"


def test_every_row_of_the_table_is_on_the_page() -> None:
    assert set(EDGES) == set(ops.TABLE)
    assert len(list(table())) == len(POINTS)


def test_the_page_says_what_the_rows_give() -> None:
    for (call, value, derivatives), (op, point) in zip(table(), POINTS, strict=True):
        out = op.kernel(*point)
        assert close(value, out, 1e5), call  # twelve digits are shown
        assert all(close(d, e, 1e5) for d, e in zip(derivatives, op.local(*point, out), strict=True)), call


@at_every_edge
def test_all_interpretations_give_the_same_number(op: Operation, point: tuple[float, ...]) -> None:
    expected = op.kernel(*point)
    xs, elsewhere = [Value(x) for x in point], [Value(0.25) for _ in point]
    y, other = op(*xs), op(*elsewhere)
    at = dict(zip(elsewhere, point, strict=True))
    for value in (op(*point), y.data, ag.evaluate(other, at)[other], ag.replay(other, at).data):
        assert same(value, expected)
    if op.name in NUMPY and (op.name, point) not in EXCEPTIONS:
        assert close(expected, in_numpy(op.name, *point))


@at_every_edge
def test_all_interpretations_give_the_same_derivatives(op: Operation, point: tuple[float, ...]) -> None:
    def plain(d: Any) -> float:
        return d.data if isinstance(d, Value) else d

    expected = op.local(*point, op.kernel(*point))
    xs = [Value(x) for x in point]
    y = op(*xs)
    assert all(map(same, y.local_derivatives, expected))
    assert all(map(same, map(plain, op.local(*xs, y)), expected))
