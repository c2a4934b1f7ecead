"""Optimizers: the published update rules, in closed form; Values and arrays move alike; states; errors."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
import nn
from autograd_mini import Value

Make = Callable[[list[Value]], nn.Optimizer]

MAKERS: dict[str, Make] = {
    "SGD": lambda parameters: nn.SGD(parameters, learning_rate=0.25),
    "Momentum": lambda parameters: nn.Momentum(parameters, learning_rate=0.25, momentum=0.75),
    "Adam": lambda parameters: nn.Adam(parameters, learning_rate=0.25),
}
GRADIENTS = st.floats(-1e3, 1e3).filter(lambda g: g == 0 or abs(g) > 1e-6)
#: Some steps; for each of three parameters a gradient.
ROWS = st.lists(st.lists(GRADIENTS, min_size=3, max_size=3), min_size=1, max_size=8)
START = [1.0, -2.0, 0.5]


def step(optimizer: nn.Optimizer, gradients: Sequence[float]) -> None:
    """One step with these gradients, one for each parameter."""
    for parameter, gradient in zip(optimizer.parameters, gradients, strict=True):
        parameter.grad = gradient
    optimizer.step()


def trajectory(make: Make, rows: Sequence[Sequence[float]], start: Sequence[float] = START) -> list[list[float]]:
    """Where the parameters are after each step."""
    optimizer = make([Value(x) for x in start])
    places = []
    for row in rows:
        step(optimizer, row)
        places.append([parameter.data for parameter in optimizer.parameters])
    return places


# --- the published rules ---------------------------------------------------------------------------------------------


def test_one_step_of_sgd_is_the_formula() -> None:
    p, q = Value(1.0), Value(-2.0)
    optimizer = nn.SGD([p, q], learning_rate=0.25)
    (p * p + 3 * q).backward()
    optimizer.step()
    assert (p.data, q.data) == (1.0 - 0.25 * 2.0, -2.0 - 0.25 * 3.0)


def test_sgd_descends_a_bowl() -> None:
    """C = v₁² + v₂² from (2, 1), η = 0.1: each step shortens v by the factor 1 − 2η."""
    v = [Value(2.0), Value(1.0)]
    optimizer = nn.SGD(v, learning_rate=0.1)
    for _ in range(10):
        optimizer.zero_grad()
        (v[0] ** 2 + v[1] ** 2).backward()
        optimizer.step()
    assert [x.data for x in v] == pytest.approx([2.0 * 0.8**10, 1.0 * 0.8**10], rel=1e-12)


def test_momentum_by_hand() -> None:
    """v ← μv + g, p ← p − ηv with η = ½, μ = ½, and the gradients 1, 2, −4: v is 1, 2½, −2¾."""
    places = trajectory(lambda p: nn.Momentum(p, learning_rate=0.5, momentum=0.5), [[1.0], [2.0], [-4.0]], start=[0.0])
    assert places == [[-0.5], [-1.75], [-0.375]]


@given(st.lists(GRADIENTS, min_size=1, max_size=8), st.floats(0.0, 0.99))
def test_momentum_is_a_sum_of_all_gradients_so_far(gradients: list[float], mu: float) -> None:
    """v after step t is Σ μ^(t−i) gᵢ; B. Polyak's form is p_(t+1) = p_t − ηg_t + μ(p_t − p_(t−1))."""
    places = [0.0, *(x for [x] in trajectory(lambda p: nn.Momentum(p, 0.25, mu), [[g] for g in gradients], start=[0.0]))]
    largest = max(1.0, *map(abs, places))
    for t in range(1, len(places)):
        velocity = math.fsum(mu ** (t - i) * g for i, g in enumerate(gradients[:t], 1))
        assert places[t] == pytest.approx(places[t - 1] - 0.25 * velocity, abs=1e-13 * largest)
        before = places[t - 2] if t > 1 else 0.0
        assert places[t] == pytest.approx(places[t - 1] - 0.25 * gradients[t - 1] + mu * (places[t - 1] - before), abs=1e-13 * largest)


def test_momentum_in_a_bowl() -> None:
    """C = ½p², η = μ = ¼: p_(t+1) = p_t + ¼(p_t − p_(t−1)) − ¼p_t, whose solution from 1, at rest, is (1 + t/2)/2ᵗ, exactly."""
    p = Value(1.0)
    optimizer = nn.Momentum([p], learning_rate=0.25, momentum=0.25)
    for t in range(1, 40):
        optimizer.zero_grad()
        (0.5 * p**2).backward()
        optimizer.step()
        assert p.data == (1 + t / 2) / 2**t


@given(ROWS)
def test_momentum_zero_is_sgd(rows: list[list[float]]) -> None:
    assert trajectory(lambda p: nn.Momentum(p, 0.25, momentum=0.0), rows) == trajectory(lambda p: nn.SGD(p, 0.25), rows)


def test_adam_by_hand() -> None:
    """β₁ = β₂ = ½, η = 1, gradients 1 and 3: m is ½, 1¾, v is ½, 4¾; divided by ½ and ¾: steps of 1/√1 and (7/3)/√(19/3)."""
    places = trajectory(lambda p: nn.Adam(p, 1.0, beta1=0.5, beta2=0.5, epsilon=1e-30), [[1.0], [3.0]], start=[0.0])
    assert [x for [x] in places] == pytest.approx([-1.0, -1.0 - 7 / 3 / math.sqrt(19 / 3)], rel=1e-15)


def weighted_mean(numbers: Sequence[float], beta: float) -> float:
    """The mean with weights 1, β, β², … from the last number back."""
    weights = [beta**age for age in reversed(range(len(numbers)))]
    return math.fsum(w * x for w, x in zip(weights, numbers, strict=True)) / math.fsum(weights)


@given(st.lists(GRADIENTS, min_size=1, max_size=8), st.floats(0.0, 0.99), st.floats(0.0, 0.9999), st.floats(1e-8, 1.0))
def test_adam_divides_weighted_means(gradients: list[float], beta1: float, beta2: float, epsilon: float) -> None:
    """The paper, section 3: v_t = (1 − β) Σ β^(t−i) gᵢ²; divided by 1 − βᵗ, the sum of the weights, it is a weighted mean."""
    places = [0.0, *(x for [x] in trajectory(lambda p: nn.Adam(p, 0.25, beta1, beta2, epsilon), [[g] for g in gradients], start=[0.0]))]
    largest = max(1.0, *map(abs, places))
    for t in range(1, len(places)):
        mean = weighted_mean(gradients[:t], beta1)
        square = weighted_mean([g * g for g in gradients[:t]], beta2)
        # Gradients of both signs may cancel in the mean, down to rounding, which a square near 0 enlarges again.
        rounding = 1e-11 * (largest + weighted_mean([abs(g) for g in gradients[:t]], beta1) / (math.sqrt(square) + epsilon))
        assert places[t] - places[t - 1] == pytest.approx(-0.25 * mean / (math.sqrt(square) + epsilon), abs=rounding)


@given(GRADIENTS, st.integers(1, 20))
def test_adam_goes_evenly_down_an_even_slope(gradient: float, steps: int) -> None:
    """Where the gradient is always g, m̂ = g and v̂ = g²: each step is ηg/(|g| + ε)."""
    [last] = trajectory(lambda p: nn.Adam(p, 0.25), [[gradient]] * steps, start=[0.0])[-1]
    assert last == pytest.approx(-steps * 0.25 * gradient / (abs(gradient) + 1e-8), rel=1e-12, abs=1e-12)


# --- properties ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SGD", "Momentum"])
@given(ROWS, st.integers(-8, 8))
def test_steps_are_as_many_times_as_large_as_the_gradients(name: str, rows: list[list[float]], power: int) -> None:
    # A power of 2: no rounding.
    larger = trajectory(MAKERS[name], [[2.0**power * g for g in row] for row in rows], start=[0.0] * 3)
    assert larger == [[2.0**power * x for x in places] for places in trajectory(MAKERS[name], rows, start=[0.0] * 3)]


@given(ROWS, st.integers(-8, 8))
def test_adam_does_not_see_how_large_gradients_are(rows: list[list[float]], power: int) -> None:
    larger = trajectory(lambda p: nn.Adam(p, epsilon=2.0 ** (power - 30)), [[2.0**power * g for g in row] for row in rows])
    assert larger == trajectory(lambda p: nn.Adam(p, epsilon=2.0**-30), rows)


@pytest.mark.parametrize("name", MAKERS)
@given(ROWS)
def test_parameters_move_independently(name: str, rows: list[list[float]]) -> None:
    together = trajectory(MAKERS[name], rows)
    for place, x in enumerate(START):
        alone = trajectory(MAKERS[name], [[row[place]] for row in rows], start=[x])
        assert [places[place] for places in together] == [y for [y] in alone]


@pytest.mark.parametrize("name", MAKERS)
@given(ROWS)
def test_arrays_move_in_place_as_values_do(name: str, rows: list[list[float]]) -> None:
    optimizer, array = MAKERS[name]([Value(x) for x in START]), np.array(START)
    update = optimizer.bind(array)
    for row, places in zip(rows, trajectory(MAKERS[name], rows), strict=True):
        gradients = optimizer.scale * np.array(row)
        before = gradients.copy()
        update(array, gradients)
        assert array.tolist() == pytest.approx(places, rel=1e-14, abs=1e-14)  # √v by another function
        assert (gradients == before).all()
    assert optimizer.steps == len(rows)


@pytest.mark.parametrize("name", MAKERS)
def test_arrays_of_float32_stay_so(name: str) -> None:
    optimizer, array = MAKERS[name]([Value(x) for x in START]), np.array(START, np.float32)
    update = optimizer.bind(array)
    for _ in range(3):
        update(array, optimizer.scale * np.ones(3, np.float32))
    update.write_back()
    columns: list[list[float]] = list(optimizer.memory.values())
    assert all(x == float(np.float32(x)) for column in columns for x in column)
    assert array.dtype == np.float32
    assert array.tolist() == pytest.approx(trajectory(MAKERS[name], [[1.0] * 3] * 3)[-1], rel=1e-6)


@pytest.mark.parametrize("name", MAKERS)
@given(rows=ROWS, cuts=st.tuples(st.integers(0, 8), st.integers(0, 8)), order=st.permutations(range(3)))
def test_values_and_arrays_take_turns(name: str, rows: list[list[float]], cuts: tuple[int, int], order: list[int]) -> None:
    """First steps on Values, then on an array in another order with room for more, then, from a saved state, on Values again."""
    first, last = sorted(cuts)
    values = [Value(x) for x in START]
    optimizer = MAKERS[name](values)
    for row in rows[:first]:
        step(optimizer, row)
    array, places = np.full(5, 7.0), np.array(order) + 1
    array[places] = [value.data for value in values]
    update = optimizer.bind(array, places)
    for row in rows[first:last]:
        gradients = np.zeros(5)
        gradients[places] = row
        update(array, optimizer.scale * gradients)
    update.write_back()
    twin = MAKERS[name]([Value(x) for x in array[places].tolist()])
    twin.load_state_dict(json.loads(json.dumps(optimizer.state_dict())))
    for row in rows[last:]:
        step(twin, row)
    assert [p.data for p in twin.parameters] == pytest.approx(trajectory(MAKERS[name], rows)[-1], rel=1e-13, abs=1e-13)
    assert twin.steps == len(rows)
    assert (array[[i for i in range(5) if i not in places]] == 7.0).all()


@pytest.mark.parametrize("name", MAKERS)
def test_a_compiled_step_trains_as_backward_does(name: str) -> None:
    """As the head of nn/optim.py has it: the program's own order, and the scale folded into its gradients."""
    nets = [nn.MLP(2, [3, 2], rng=0) for _ in range(2)]
    optimizers = [MAKERS[name](net.parameters()) for net in nets]
    x, y = [Value(0.0), Value(0.0)], [Value(0.0), Value(0.0)]
    program = ag.compile(nn.quadratic_cost(nets[0](x), y), inputs=[x, y], parameters=nets[0].parameters())
    bound = program.bind(batch_size=2)
    batch, targets = [[0.5, -1.0], [1.5, 0.25]], [[1.0, 0.0], [0.0, 1.0]]
    blocks = bound.checked(np.array(batch), np.array(targets))
    update = optimizers[0].bind(bound.parameters, bound.order)
    for _ in range(5):
        bound.gradients(*blocks, scale=optimizers[0].scale / 2)
        update(bound.parameters, bound.grad)
        optimizers[1].zero_grad()
        for pixels, target in zip(batch, targets, strict=True):
            nn.quadratic_cost(nets[1](pixels), target).backward(gradient=0.5)
        optimizers[1].step()
    bound.write_back()
    update.write_back()
    assert list(nets[0].state_dict().values()) == pytest.approx(list(nets[1].state_dict().values()), rel=1e-10)
    states = [optimizer.state_dict() for optimizer in optimizers]
    for key in states[0]:
        assert states[0][key] == pytest.approx(states[1][key], rel=1e-9)


# --- what a step does with gradients ---------------------------------------------------------------------------------


def test_zero_grad_separates_batches() -> None:
    p = Value(3.0)
    optimizer = nn.SGD([p], learning_rate=1.0)
    for _ in range(2):
        optimizer.zero_grad()
        (2 * p).backward()
    assert p.grad == 2.0
    optimizer.zero_grad()
    assert p.grad is ag.NOT_YET
    optimizer.step()
    assert p.data == 3.0


@pytest.mark.parametrize("name", MAKERS)
def test_a_parameter_without_a_gradient_stays_where_it_is(name: str) -> None:
    p, q = Value(1.0), Value(2.0)
    optimizer = MAKERS[name]([p, q])
    step(optimizer, [1.0, 1.0])
    before, memory = q.data, {key: column[1] for key, column in optimizer.memory.items()}
    optimizer.zero_grad()
    (3 * p).backward()
    optimizer.step()
    assert q.data == before  # it has a velocity, but nothing to tell it where to go
    assert {key: column[1] for key, column in optimizer.memory.items()} == memory


def test_a_parameter_given_twice_moves_once() -> None:
    p = Value(1.0)
    optimizer = nn.SGD([p, p], learning_rate=0.5)
    (1 * p).backward()
    optimizer.step()
    assert p.data == 0.5


def test_the_learning_rate_may_change_between_steps() -> None:
    # As in PyTorch: η is no part of the velocity.
    p = Value(0.0)
    optimizer = nn.Momentum([p], learning_rate=1.0, momentum=0.5)
    step(optimizer, [1.0])
    optimizer.learning_rate = 0.125
    step(optimizer, [1.0])
    assert p.data == -1.0 - 0.125 * 1.5
    assert optimizer.state_dict() == {"learning_rate": 0.125, "momentum": 0.5, "steps": 2, "velocity": [1.5]}


# --- states ----------------------------------------------------------------------------------------------------------

GOOD = {"learning_rate": 0.5, "momentum": 0.25, "steps": 3, "velocity": [1.0, 2.0]}
REFUSED: list[tuple[Any, type[Exception], str]] = [
    ({}, ValueError, r"the state has no 'learning_rate' \(0 names for the 4 of this Momentum\)"),
    (nn.SGD([Value(1.0)], 0.5).state_dict(), ValueError, r"the state has no 'momentum' \(2 names for the 4 of this Momentum\)"),
    (GOOD | {"square": [1.0, 1.0]}, ValueError, r"the state has a 'square', which is unknown \(5 names for the 4"),
    (GOOD | {"velocity": [1.0]}, ValueError, "the state has 1 number under 'velocity', for 2 parameters"),
    (GOOD | {"velocity": [1.0, math.inf]}, ValueError, "a number saved under 'velocity' is inf"),
    (GOOD | {"velocity": [1.0, "2"]}, TypeError, "a number saved under 'velocity' should be a real number"),
    (GOOD | {"velocity": 1.0}, TypeError, "the numbers of 'velocity' come as a list or an array"),
    (GOOD | {"steps": -1}, ValueError, "the steps of a state are a whole number from 0 on, got -1"),
    (GOOD | {"steps": 2.5}, ValueError, r"the steps of a state are a whole number from 0 on, got 2\.5"),
    (GOOD | {"momentum": 1.0}, ValueError, "momentum is a number from 0 on and below 1"),
    (GOOD | {"learning_rate": math.nan}, ValueError, "learning_rate is a finite number from 0 on"),
    (GOOD | {"learning_rate": None}, TypeError, "learning_rate= takes a real number"),
    ([GOOD], TypeError, r"load_state_dict\(\) takes what state_dict\(\) gives, names and numbers; got list"),
]


@pytest.mark.parametrize(("state", "error", "message"), REFUSED)
def test_a_foreign_state_is_refused_and_nothing_is_set(state: Any, error: type[Exception], message: str) -> None:
    optimizer = nn.Momentum([Value(1.0), Value(2.0)], 0.125)
    step(optimizer, [1.0, 1.0])
    before = optimizer.state_dict()
    with pytest.raises(error, match=message):
        optimizer.load_state_dict(state)
    assert optimizer.state_dict() == before


def test_a_state_may_come_as_arrays_and_is_a_copy() -> None:
    optimizer = nn.Momentum([Value(1.0), Value(2.0)], 0.125)
    optimizer.load_state_dict(GOOD | {"velocity": np.array([1.0, 2.0], np.float32), "steps": np.int64(3)})
    assert optimizer.state_dict() == GOOD
    optimizer.state_dict()["velocity"][0] = 5.0
    assert optimizer.state_dict() == GOOD


# --- arguments -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [nn.SGD, nn.Momentum, nn.Adam])
@pytest.mark.parametrize("wrong", [1.0, ag.constant(1.0), Value(1.0) * 2, "w", [Value(1.0)]])
def test_only_leaves_are_moved(kind: Any, wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"{kind.__name__} moves leaves only"):
        kind([Value(1.0), wrong], learning_rate=0.1)


@pytest.mark.parametrize("kind", [nn.SGD, nn.Momentum, nn.Adam])
def test_learning_rates_and_parameters_that_are_none(kind: Any) -> None:
    for rate in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="learning_rate is a finite number above 0"):
            kind([Value(1.0)], learning_rate=rate)
    for thing in ("a", None, 1j):
        with pytest.raises(TypeError, match="learning_rate= takes a real number"):
            kind([Value(1.0)], learning_rate=thing)
    for parameters in (Value(1.0), nn.MLP(2, [1]), 5):
        with pytest.raises(TypeError, match=f"the parameters of {kind.__name__} come as a list"):
            kind(parameters, learning_rate=0.1)
    with pytest.raises(ValueError, match=f"{kind.__name__} got no parameters"):
        kind([], learning_rate=0.1)


@pytest.mark.parametrize(
    ("kind", "name", "wrong", "allowed"),
    [
        (nn.Momentum, "momentum", [-0.1, 1.0, math.nan], "a number from 0 on and below 1"),
        (nn.Adam, "beta1", [-0.1, 1.0, math.nan], "a number from 0 on and below 1"),
        (nn.Adam, "beta2", [-0.1, 1.0, math.nan], "a number from 0 on and below 1"),
        (nn.Adam, "epsilon", [0.0, -1.0, math.inf, math.nan], "a finite number above 0"),
    ],
)
def test_options_out_of_range(kind: Any, name: str, wrong: list[float], allowed: str) -> None:
    for number in wrong:
        with pytest.raises(ValueError, match=f"{name} is {allowed}, got {number}"):
            kind([Value(1.0)], learning_rate=0.1, **{name: number})


def test_reprs() -> None:
    parameters = nn.MLP(64, [16, 10]).parameters()
    assert repr(nn.SGD(parameters, learning_rate=3.0)) == "SGD(1,210 parameters, learning_rate=3.0)"
    assert repr(nn.Momentum(parameters, 3)) == "Momentum(1,210 parameters, learning_rate=3.0, momentum=0.9)"
    assert repr(nn.Adam([Value(1.0)])) == "Adam(1 parameter, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08)"


def test_an_optimizer_of_ones_own_works_on_values_and_on_arrays() -> None:
    class Signs(nn.Optimizer):
        """Steps of η against the sign of the gradient; it remembers how many."""

        remembers = ("taken",)

        def rule(self, gradient: Any, *memory: Any) -> tuple[Any, ...]:
            return self.learning_rate * gradient / (gradient * gradient) ** 0.5, memory[0] + 1.0

    rows = [[3.0, -2.0, 0.5], [-1.0, -1.0, 4.0]]
    assert trajectory(lambda p: Signs(p, 0.5), rows) == [[0.5, -1.5, 0.0], [1.0, -1.0, -0.5]]
    optimizer, array = Signs([Value(x) for x in START], 0.5), np.array(START)
    update = optimizer.bind(array)
    for row in rows:
        update(array, np.array(row))
    update.write_back()
    assert array.tolist() == [1.0, -1.0, -0.5]
    assert optimizer.state_dict() == {"learning_rate": 0.5, "steps": 2, "taken": [2.0, 2.0, 2.0]}


def test_optimizers_need_no_numpy() -> None:
    script = "import sys; sys.modules['numpy'] = None; import nn; nn.Adam(nn.MLP(2, [1]).parameters()).step()"
    subprocess.run([sys.executable, "-c", script], check=True)
