"""Slips: the numbers with each slip, as the chain rule gives them, and as finite differences; and course 004's own."""

from __future__ import annotations

import pytest
from told import as_typed, of_the_course, told

import autograd_mini as ag
from autograd_mini.moments import Backward
from demos import slips
from demos.blocks import Figure, Picture

#: ∂…/∂…: with the slip, and right.
DERIVATIVES = {
    "∂y/∂x": ("3", "6"),
    "∂c/∂a": ("6", "12"), "∂c/∂b": ("2", "2"),
    "∂t/∂u": ("12", "6"), "∂t/∂s": ("2", "1"),
    "∂y/∂w1": ("0.3", "0.8"), "∂y/∂w2": ("1", "1"),
    "∂C/∂a1": ("3", "4"), "∂C/∂a2": ("7", "6"),
}  # fmt: skip
W_AFTER = {
    1: ("0.8000", "0.8000"), 2: ("0.6400", "0.4400"), 3: ("0.5120", "-0.0080"), 5: ("0.3277", "-0.8099"),
    10: ("0.1074", "0.0240"), 20: ("0.0115", "-1.0096"), 30: ("0.0012", "0.3814"),
}  # fmt: skip
OURS = {
    **{f"{what}, with the slip": wrong for what, (wrong, _) in DERIVATIVES.items()},
    **{what: right for what, (_, right) in DERIVATIVES.items()},
    **{f"{what}, finite difference": f"{float(right):.6f}" for what, (_, right) in DERIVATIVES.items()},
    "∂c/∂a of a = 1, depth first": "2", "∂c/∂a of a = 1": "4",
    "gradient of u after two passes, with the slip": "18", "gradient of u after two passes": "12",
    **{f"w after update {n}": right for n, (right, _) in W_AFTER.items()},
    **{f"w after update {n}, forgotten": wrong for n, (_, wrong) in W_AFTER.items()},
    # courses.md: what course 004's net gives without the transpose, and with it
    "∂E/∂out_h1, with the slip": "0.038255", "∂E/∂out_h1": "0.036350",
    "∂E/∂out_h2, with the slip": "0.048295", "∂E/∂out_h2": "0.041370",
}  # fmt: skip
COURSE = {"E after one update": "0.291027924"}


@pytest.fixture(scope="module")
def found() -> dict[str, Figure]:
    return told(slips.tell())


def test_the_numbers(found: dict[str, Figure]) -> None:
    assert as_typed(found, COURSE | OURS) == COURSE | OURS
    assert of_the_course(found) == COURSE


def test_finite_differences_side_with_the_chain_rule(found: dict[str, Figure]) -> None:
    for what in DERIVATIVES:
        assert found[f"{what}, finite difference"].value == pytest.approx(found[what].value, rel=1e-12)


@pytest.mark.parametrize("name", ["fork", "inner_fork", "two_passes", "two_weights", "layer"])
def test_each_graph_goes_wrong(name: str) -> None:
    graph: slips.Spoiled = getattr(slips.build(), name)
    assert ag.slips.grad(graph.y, graph.xs, graph.slip) != ag.grad(graph.y, graph.xs)


@pytest.mark.parametrize("quick", [False, True])
def test_every_slip_has_a_picture_that_marks_it(quick: bool) -> None:
    drawings = {block.name: block.drawing for block in slips.tell(quick) if isinstance(block, Picture)}
    assert list(drawings) == [
        "slips_overwrite", "slips_without_order", "slips_stale", "slips_without_zero_grad", "slips_too_early", "slips_without_transpose",
    ]  # fmt: skip
    for drawing in drawings.values():
        assert isinstance(drawing, ag.Drawing)
        assert "✗" in drawing.source
        assert "✓" in drawing.source


def test_without_zero_grad_the_weight_swings_without_end(found: dict[str, Figure]) -> None:
    """w and the sum of the gradients turn on one ellipse: what the pendulum has in all stays what it was."""
    eta, w, collected = 0.1, 1.0, 0.0
    for n in range(1, 31):
        collected += 2 * w
        w -= eta * collected
        if n in W_AFTER:
            assert found[f"w after update {n}, forgotten"].value == pytest.approx(w, abs=1e-12)
        assert 2 * w**2 + eta * collected**2 + 2 * eta * w * collected == pytest.approx(2.0)


def test_stepping_meets_the_slip() -> None:
    last = slips.step()[-1]
    assert isinstance(last, Backward)
    assert (last.total, last.derivative) == (3.0, 6.0)
