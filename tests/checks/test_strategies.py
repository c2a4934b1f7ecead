"""Strategies: points inside the domain, at its edges, near kinks; Values; and what they shrink to."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.checks import points, values
from autograd_mini.checks.expressions import Expression, expressions
from autograd_mini.graph import topological_order

FEW = settings(max_examples=2000, database=None)


def inside(*point: float) -> bool:
    return point[0] > 0 and abs(point[1]) <= 1


def f(x: Value, y: Value) -> Value:
    """Defined where x > 0 and |y| ≤ 1, with a kink at y = 0.5."""
    return x.log() * (1 - y * y).sqrt() + (y - 0.5).relu()


@given(points(f))
def test_all_points_are_inside(point: tuple[float, ...]) -> None:
    assert len(point) == 2
    assert inside(*point)


@pytest.mark.parametrize("near", ["inside", "edges", "kinks"])
def test_what_was_asked_for_comes(near: str) -> None:
    seen: list[tuple[float, ...]] = []

    @settings(max_examples=200, database=None)
    @given(points(f, near=[near]))
    def look(point: tuple[float, ...]) -> None:
        seen.append(point)

    look()
    at_edge = [p for p in seen if p[0] < 1e-7 or abs(p[1]) > 1 - 1e-7]
    at_kink = [p for p in seen if 0 < abs(p[1] - 0.5) < 1e-7]
    assert len(at_edge) > 40 or near != "edges"
    assert len(at_kink) > 20 or near != "kinks"
    assert len(set(seen)) > 60


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(expressions(), st.data())
def test_points_of_any_function_are_inside(expression: Expression, data: st.DataObject) -> None:
    def g(*xs: Value) -> Value:
        result: Value = expression(*xs)
        return result

    point = data.draw(points(g, len(expression.point), low=-4.0, high=4.0))
    for node in topological_order([g(*map(Value, point))], leaves=False):
        assert node.op is not None
        assert node.op.domain.contains(*[operand.data for operand in node.operands])


def test_they_shrink_to_what_a_person_would_have_written() -> None:
    assert find(points(f), lambda p: True, settings=FEW) == (0.5, 0.0)
    assert find(points(f), lambda p: p[0] > 3, settings=FEW, random=Random(0)) == (4.0, 0.0)
    assert find(values(), lambda x: True, settings=FEW).data == 0.0
    assert find(values(), lambda x: x.data < -1, settings=FEW, random=Random(0)).data == -2.0


def test_a_type_hint_draws_values() -> None:
    @settings(max_examples=20, database=None)
    @given(st.from_type(Value))
    def look(x: Value) -> None:
        assert type(x) is Value
        assert not x.operands

    look()


def test_bad_calls() -> None:
    with pytest.raises(ValueError, match="f is defined at none; say where it is"):
        points(lambda x: x.log(), low=-5.0, high=-1.0)
    with pytest.raises(ValueError, match="choose from inside, edges, kinks"):
        points(f, near=["corners"])
    with pytest.raises(TypeError, match=r"say it: points\(f, 3\)"):
        points(lambda *xs: ag.sum(xs))
