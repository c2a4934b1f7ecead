"""Points in the plane, made on the spot: what a net with two inputs can be watched to learn.

What you can do with this file: `moons(100)`, `circles(100)`, `spiral(300, classes=3)`, `xor()`, each with as much noise as you like.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, inf, pi, sin
from random import Random

from nn.arguments import count, generator
from nn.datasets.samples import Samples

__all__ = ["circles", "moons", "spiral", "xor"]

Curve = Callable[[float], tuple[float, float]]
CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))


def moons(n: int = 200, noise: float = 0.1, rng: int | Random = 0) -> Samples:
    """Return n points on two half circles of radius 1 that reach into each other: label 0 the upper one, 1 the lower one.

    The upper one is about (0, 0), the lower one about (1, 0.5); the points of each are evenly spaced, and 0.5 from the other moon
    or more. `noise` is the standard deviation of a Gaussian added to both coordinates. Both labels have the same share (for an odd
    n, label 1 has one more), in shuffled order. `rng` is a seed or a `random.Random`; the same seed makes the same points.

    Raises ValueError for n below 1 or a noise that is no finite number from 0 on, TypeError for an rng that is none.

    >>> samples = moons(4, noise=0)
    >>> sorted(zip(samples.y, [[round(x, 9) for x in point] for point in samples.x]))
    [(0, [-1.0, 0.0]), (0, [1.0, 0.0]), (1, [0.0, 0.5]), (1, [2.0, 0.5])]
    """

    def upper(t: float) -> tuple[float, float]:
        return cos(pi * t), sin(pi * t)

    def lower(t: float) -> tuple[float, float]:
        return 1 - cos(pi * t), 0.5 - sin(pi * t)

    return _scattered([upper, lower], lambda i, many: i / max(1, many - 1), n, noise, rng)


def circles(n: int = 200, noise: float = 0.05, rng: int | Random = 0) -> Samples:
    """Return n points on two circles about (0, 0): label 0 the one of radius 1, label 1 the one of radius 1/2 within it.

    n, `noise`, `rng`, the order and the errors are those of `moons`.

    >>> samples = circles(10, noise=0)
    >>> sorted({(label, round(x**2 + y**2, 9)) for (x, y), label in zip(samples.x, samples.y)})
    [(0, 1.0), (1, 0.25)]
    """

    def circle(radius: float) -> Curve:
        return lambda t: (radius * cos(2 * pi * t), radius * sin(2 * pi * t))

    return _scattered([circle(1.0), circle(0.5)], lambda i, many: i / many, n, noise, rng)


def spiral(n: int = 300, classes: int = 3, noise: float = 0.02, rng: int | Random = 0) -> Samples:
    """Return n points on as many arms of a spiral as there are classes, labels 0, 1, 2, …

    Arm k leaves (0, 0) at the angle 2πk/classes, and has turned by 4 radians where it ends, at radius 1. n, `noise`, `rng`, the
    order and the errors are those of `moons`; the shares differ by one point at most. Raises ValueError for classes below 1 too.

    >>> samples = spiral(9, noise=0)
    >>> sorted(samples.y), sorted({round((x**2 + y**2) ** 0.5, 6) for x, y in samples.x})
    ([0, 0, 0, 1, 1, 1, 2, 2, 2], [0.333333, 0.666667, 1.0])
    """
    classes = count(classes, "classes")

    def arm(start: float) -> Curve:
        return lambda t: (t * cos(start + 4 * t), t * sin(start + 4 * t))

    arms = [arm(2 * pi * k / classes) for k in range(classes)]
    return _scattered(arms, lambda i, many: (i + 1) / many, n, noise, rng)  # not from 0: all arms would share that point


def xor(n: int = 4, noise: float = 0.0, rng: int | Random = 0) -> Samples:
    """Return n points at the corners of the unit square, label 1 where just one coordinate is 1, else 0.

    The corners come in turn, so that the four of the default are the truth table. n, `noise`, `rng` and the errors are those of
    `moons`.

    >>> vars(xor())
    {'x': [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], 'y': [0, 1, 1, 0]}
    """
    blur = _blur(noise, rng)
    corners = [CORNERS[i % 4] for i in range(count(n, "n"))]
    return Samples([blur(a, b) for a, b in corners], [a ^ b for a, b in corners])


def _scattered(curves: Sequence[Curve], place: Callable[[int, int], float], n: int, noise: float, rng: int | Random) -> Samples:
    """n points on the curves, label k on curve k: its point i of m at the place t = place(i, m) of it; blurred and shuffled."""
    n, rng = count(n, "n"), generator(rng)
    blur, points = _blur(noise, rng), []
    for label, curve in enumerate(curves):
        many = (n + label) // len(curves)
        points += [(blur(*curve(place(i, many))), label) for i in range(many)]
    rng.shuffle(points)
    return Samples([point for point, _ in points], [label for _, label in points])


def _blur(noise: float, rng: int | Random) -> Callable[[float, float], list[float]]:
    """What adds noise to the coordinates of a point."""
    if not 0 <= noise < inf:
        raise ValueError(f"noise is a standard deviation, a finite number from 0 on; got {noise!r}")
    rng = generator(rng)
    return lambda x, y: [x + rng.gauss(0.0, noise), y + rng.gauss(0.0, noise)]
