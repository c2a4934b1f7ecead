"""The courses' networks for MNIST, as nn trains them, and the figures that they have to reach.

What you can do with this file: `RECIPES[0].train(data, seed=0)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import nn

EPOCHS = 30


@dataclass(frozen=True)
class Recipe:
    """A network and how it is trained; the figures to reach, and those of M. Nielsen's book where it has them."""

    name: str
    hidden: Sequence[int]
    seeds: int
    must: str
    book: str = ""
    net: dict[str, Any] = field(default_factory=dict)
    fit: dict[str, Any] = field(default_factory=dict)

    def train(self, data: nn.datasets.Dataset, seed: int, epochs: int = EPOCHS, **options: Any) -> nn.History:
        """Train it once."""
        net = nn.MLP(784, [*self.hidden, 10], rng=seed, **self.net)
        return nn.fit(net, data.train, data.test, epochs=epochs, rng=seed, **self.fit, **options)


L2 = {"cost": nn.cross_entropy, "learning_rate": 0.5, "l2": 5.0 / 60_000}
RECIPES = (
    Recipe("784-30-10, quadratic, η 3, N(0, 1)", [30], 5, "95.0 % mean, none below 94.5 %", "95.42 %"),
    Recipe("784-100-10, quadratic, η 3, N(0, 1)", [100], 3, "shown", "96.59 %"),
    Recipe("784-100-10, quadratic, η 3, N(0, 1/n_in)", [100], 3, "97.8 %", net={"init": "lecun"}),
    Recipe(
        "784-100-10, cross-entropy, η 0.5, λ 5, N(0, 1/n_in)", [100], 3, "97.7 %", "97.92 % (validation, N(0, 1))",
        net={"init": "lecun", "output": "linear"}, fit=L2,
    ),
)  # fmt: skip
