"""The quadratic cost: its number, its derivative, its errors."""

from __future__ import annotations

import pytest

import nn
from autograd_mini import Value


def test_number_and_derivative() -> None:
    outputs = [Value(0.75), Value(0.25), Value(1.0)]
    cost = nn.quadratic_cost(outputs, [1.0, 0.0, 1.0])
    assert cost.data == 0.5 * (0.0625 + 0.0625)
    cost.backward()
    assert [a.grad for a in outputs] == [-0.25, 0.25, 0.0]  # ∂C/∂a = a − y
    assert cost.scope == ("cost",)


def test_targets_may_be_values() -> None:
    a, y = Value(0.75), Value(0.25)
    nn.quadratic_cost([a], [y]).backward()
    assert (a.grad, y.grad) == (0.5, -0.5)


@pytest.mark.parametrize(("outputs", "targets"), [(2, 1), (1, 2), (0, 0)])
def test_lengths_must_agree(outputs: int, targets: int) -> None:
    with pytest.raises(ValueError, match=f"got {outputs} outputs and {targets} targets"):
        nn.quadratic_cost([Value(0.5)] * outputs, [1.0] * targets)


def test_what_is_no_list_is_named() -> None:
    with pytest.raises(TypeError, match=r"the outputs come as a list.*got Value"):
        nn.quadratic_cost(Value(0.5), [1.0])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"the targets come as a list.*got float 1\.0"):
        nn.quadratic_cost([Value(0.5)], 1.0)  # type: ignore[arg-type]
