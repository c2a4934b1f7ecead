"""A training as it was asked for, with what was not said filled in.

What you can do with this file: `plan = plan_of(options)`; `net = plan.net(inputs)`, `optimizer = plan.optimizer_of(net)`.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nn.command.recipes import COSTS, RECIPES, Recipe
from nn.compiled import Cost
from nn.losses import LAST_LAYERS
from nn.modules import MLP
from nn.optim import SGD, Adam, Momentum, Optimizer

__all__ = ["ACTIVATIONS", "OPTIMIZERS", "Plan", "plan_of"]

OPTIMIZERS: Mapping[str, type[Optimizer]] = MappingProxyType({"sgd": SGD, "momentum": Momentum, "adam": Adam})

#: What an activation starts from, where nothing is said: see `initial.py`.
ACTIVATIONS: Mapping[str, str] = MappingProxyType({"sigmoid": "lecun", "tanh": "xavier", "relu": "he", "linear": "xavier"})

#: A careful learning rate for each sample of a batch, where a recipe has none: found on the digits.
RATES: Mapping[str, float] = MappingProxyType({"quadratic": 0.01, "mean-squared": 0.01, "cross-entropy": 0.03, "hinge": 0.01})
SATURATING = 30.0  # times as much where σ′ makes every step small
ADAM = 0.003
STEPS_OF_MOMENTUM = 10.0  # how far it goes with one gradient: 1/(1 − 0.9)


@dataclass(frozen=True)
class Plan:
    """A training: plain data, which a network keeps in its notes."""

    data: str
    hidden: list[int]
    activation: str
    init: str
    cost: str
    l2: float
    optimizer: str
    learning_rate: float
    batch: int
    epochs: int
    seed: int
    engine: str
    dtype: str
    patience: int | None = None

    @property
    def recipe(self) -> Recipe:
        """That of the data set."""
        return RECIPES[self.data]

    @property
    def cost_of_a_sample(self) -> Cost:
        """The cost, as a function."""
        return COSTS[self.cost]

    @property
    def output(self) -> str:
        """The activation of the last layer: of a relu that answers 0 for every sample no gradient comes, so it ends in a linear one."""
        return "linear" if self.cost_of_a_sample in LAST_LAYERS or self.activation == "relu" else self.activation

    @property
    def outputs(self) -> int:
        """One for each label; a single one for two labels, where the cost can learn from one."""
        last_layer = LAST_LAYERS.get(self.cost_of_a_sample)
        one_is_enough = last_layer is None or last_layer.one.activations
        return 1 if self.recipe.labels == 2 and one_is_enough else self.recipe.labels

    def net(self, inputs: int) -> MLP:
        """The network as it is before training."""
        return MLP(inputs, [*self.hidden, self.outputs], self.activation, self.init, self.seed, output=self.output)

    def optimizer_of(self, net: MLP) -> Optimizer:
        """What moves its parameters."""
        return OPTIMIZERS[self.optimizer](net.parameters(), self.learning_rate)


def plan_of(options: Namespace) -> Plan:
    """The training that these options ask for. What is None or missing is as the recipe of the data has it, or suits the rest."""
    recipe = RECIPES[options.data]
    given = {name: x for name in Plan.__dataclass_fields__ if (x := getattr(options, name, None)) is not None}
    like_recipe = {name: getattr(recipe, name) for name in ("activation", "cost", "l2", "batch", "epochs")}
    filled = {"hidden": list(recipe.hidden), **like_recipe, **given}
    filled.setdefault("init", ACTIVATIONS[filled["activation"]])
    rate = filled.pop("learning_rate", None)
    plan = Plan(**filled, learning_rate=rate or recipe.learning_rate)
    return plan if rate or _as_the_recipe(plan) else Plan(**filled, learning_rate=_rate(plan))


def _as_the_recipe(plan: Plan) -> bool:
    return (plan.cost, plan.activation, plan.optimizer) == (plan.recipe.cost, plan.recipe.activation, "sgd")


def _rate(plan: Plan) -> float:
    """A learning rate that does little harm anywhere; it grows with the batch, as the noise in its gradient gets less."""
    if plan.optimizer == "adam":
        return ADAM
    rate = RATES[plan.cost] * min(plan.batch, 10)
    if plan.output == "sigmoid":
        rate *= SATURATING
    if plan.cost == "mean-squared":
        rate *= plan.outputs / 2
    return float(f"{rate / (STEPS_OF_MOMENTUM if plan.optimizer == 'momentum' else 1.0):.3g}")
