"""Points in the plane: where they lie, by closed form and by scikit-learn's; shares, noise, determinism, errors."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.datasets import Samples, circles, moons, spiral, xor

TOYS: dict[str, tuple[Callable[..., Samples], int]] = {
    "moons": (moons, 2),
    "circles": (circles, 2),
    "spiral": (spiral, 3),
    "five arms": (partial(spiral, classes=5), 5),
    "xor": (xor, 2),
}
each_toy = pytest.mark.parametrize("name", TOYS)


def sorted_points(samples: Samples, label: int) -> list[list[float]]:
    return sorted(point for point, of in zip(samples.x, samples.y, strict=True) if of == label)


@each_toy
@given(n=st.integers(1, 60), noise=st.floats(0, 10), seed=st.integers())
def test_shapes_shares_and_determinism(name: str, n: int, noise: float, seed: int) -> None:
    make, labels = TOYS[name]
    samples = make(n, noise=noise, rng=seed)
    assert len(samples) == n
    assert {(type(point), len(point), *map(type, point)) for point in samples.x} == {(list, 2, float, float)}
    assert {type(label) for label in samples.y} == {int}
    counts = Counter(samples.y)
    assert set(counts) <= set(range(labels))
    assert max(counts[k] for k in range(labels)) - min(counts[k] for k in range(labels)) <= 1
    assert vars(make(n, noise=noise, rng=Random(seed))) == vars(samples)


@each_toy
def test_a_generator_goes_on_and_seeds_differ(name: str) -> None:
    make, rng = TOYS[name][0], Random(0)
    first, second, other = make(20, noise=0.1, rng=rng), make(20, noise=0.1, rng=rng), make(20, noise=0.1, rng=1)
    assert first.x == make(20, noise=0.1, rng=0).x
    assert first.x != second.x
    assert first.x != other.x


@each_toy
def test_the_noise_is_gaussian_and_in_proportion(name: str) -> None:
    make = TOYS[name][0]
    clean, noisy, noisier = (np.array(make(5000, noise=noise, rng=7).x) for noise in (0, 0.1, 0.3))
    noise = noisy - clean  # the same seed draws the same directions and the same order
    np.testing.assert_allclose(noisier - clean, 3 * noise, atol=1e-12)
    # 10,000 normal numbers: five standard errors of the mean, of the deviation, of the share within one deviation.
    assert abs(noise.mean()) < 5 * 0.1 / 100
    assert abs(noise.std() - 0.1) < 5 * 0.1 / math.sqrt(20_000)
    assert abs((np.abs(noise) < 0.1).mean() - 0.6827) < 5 * math.sqrt(0.6827 * 0.3173 / 10_000)
    assert abs(np.corrcoef(noise.T)[0, 1]) < 5 / math.sqrt(5000)


@pytest.mark.parametrize("n", [1, 2, 7, 100])
def test_moons_and_circles_are_scikit_learns(n: int) -> None:
    from sklearn.datasets import make_circles, make_moons

    for ours, theirs in ((moons, make_moons), (circles, partial(make_circles, factor=0.5))):
        points, labels = theirs(n, noise=None)
        for label in (0, 1):
            expected = sorted(points[labels == label].round(12).tolist())
            found = sorted(np.array(sorted_points(ours(n, noise=0), label)).reshape(-1, 2).round(12).tolist())
            np.testing.assert_allclose(found, expected, atol=1e-11)


@pytest.mark.parametrize("make", [moons, circles])
def test_moons_and_circles_are_half_a_unit_apart(make: Callable[..., Samples]) -> None:
    samples = make(802, noise=0)
    zeros, ones = (np.array(sorted_points(samples, label)) for label in (0, 1))
    gap = np.linalg.norm(zeros[:, None] - ones[None], axis=2).min()
    assert abs(gap - 0.5) < 1e-12


@given(st.integers(1, 7), st.integers(1, 100))
def test_the_arms_of_a_spiral_are_told_by_their_angle(classes: int, n: int) -> None:
    samples = spiral(n, classes=classes, noise=0)
    for (x, y), label in zip(samples.x, samples.y, strict=True):
        radius = math.hypot(x, y)
        arm = (math.atan2(y, x) - 4 * radius) / (2 * math.pi / classes)
        assert abs(arm - round(arm)) < 1e-9
        assert round(arm) % classes == label
    for label in range(classes):
        many = samples.y.count(label)
        radii = sorted(math.hypot(*point) for point in sorted_points(samples, label))
        np.testing.assert_allclose(radii, [(i + 1) / many for i in range(many)])


def test_xor_is_the_truth_table_and_its_corners_in_turn() -> None:
    assert xor().x == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert xor().y == [0, 1, 1, 0]
    assert xor(9).x == [*xor().x, *xor().x, [0, 0]]
    assert all(label == ((x > 0.5) != (y > 0.5)) for (x, y), label in zip(xor(9).x, xor(9).y, strict=True))


@pytest.mark.parametrize("make", [moons, circles, spiral])
def test_the_order_is_shuffled(make: Callable[..., Samples]) -> None:
    samples = make(300)
    assert samples.y != sorted(samples.y)
    assert len(set(samples.y[:30])) == len(set(samples.y))  # a slice is a fair sample too


@each_toy
def test_bad_arguments(name: str) -> None:
    make = TOYS[name][0]
    with pytest.raises(ValueError, match="n is a whole number from 1 on, got 0"):
        make(0)
    for noise in (-0.1, math.inf, math.nan):
        with pytest.raises(ValueError, match=f"noise is a standard deviation, a finite number from 0 on; got {noise}"):
            make(4, noise=noise)
    with pytest.raises(TypeError, match="rng= takes a seed"):
        make(4, rng="seed")
    with pytest.raises(ValueError, match="classes is a whole number from 1 on, got 0"):
        spiral(4, classes=0)
