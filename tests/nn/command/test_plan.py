"""Plans: whatever is asked for, the network fits its cost."""

from __future__ import annotations

from argparse import Namespace

import pytest

from nn.command.plan import ACTIVATIONS, plan_of
from nn.command.recipes import COSTS, RECIPES
from nn.losses import require_fitting

OPTIONS = {"optimizer": "sgd", "seed": 0, "engine": "compiled", "dtype": "float64"}


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("data", RECIPES)
def test_the_last_layer_fits_the_cost(data: str, activation: str, cost: str) -> None:
    plan = plan_of(Namespace(data=data, activation=activation, cost=cost, **OPTIONS))
    require_fitting(plan.cost_of_a_sample, plan.outputs, plan.output)
    labels = plan.recipe.labels
    assert plan.outputs == (1 if labels == 2 and cost != "cross-entropy" else labels)
    assert plan.output == ("linear" if cost in ("cross-entropy", "hinge") or activation == "relu" else activation)
