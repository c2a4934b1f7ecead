"""A race to an accuracy on MNIST: nn.fit, and PyTorch doing the same.

What you can do with this file: `ours(race, data, seed)`, `in_pytorch(race, data, seed)`; the races are `RACES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import nn
from nn.compiled import program_of
from peers.recipes import EPOCHS


@dataclass(frozen=True)
class Race:
    """A plain network of relus and how it is trained, until its test accuracy is `goal` after an epoch; PyTorch does the same."""

    goal: float
    hidden: int
    batch: int
    learning_rate: float
    momentum: float
    decay: float  # of the learning rate, after each epoch

    def __str__(self) -> str:
        rate = f"η {self.learning_rate:g} × {self.decay:g} an epoch"
        return f"784-{self.hidden}-10 relu, batches of {self.batch}, {rate}, μ {self.momentum:g}"


RACES = (Race(0.97, 50, 32, 0.06, 0.9, 0.7), Race(0.98, 128, 32, 0.06, 0.9, 0.7))


def ours(race: Race, data: nn.datasets.Dataset, seed: int) -> tuple[float, float, int, float]:
    """Seconds to compile and seconds to the goal, measuring included; the epoch, the accuracy."""
    net = nn.MLP(784, [race.hidden, 10], "relu", "he", seed, output="linear")
    start = perf_counter()
    program_of(net, nn.cross_entropy).bind(race.batch, "float32", results=True)
    compiled = perf_counter() - start

    def decayed(epoch: nn.Epoch) -> bool:
        epoch.optimizer.learning_rate *= race.decay
        return epoch.history.test_accuracy[-1] >= race.goal

    optimizer = nn.Momentum(net.parameters(), race.learning_rate, race.momentum)
    start = perf_counter()
    history = nn.fit(
        net, data.train, data.test, EPOCHS, race.batch, cost=nn.cross_entropy, rng=seed, dtype="float32", optimizer=optimizer,
        callbacks=[decayed],
    )  # fmt: skip
    return compiled, perf_counter() - start, len(history.loss), history.test_accuracy[-1]


def in_pytorch(race: Race, data: nn.datasets.Dataset, seed: int) -> tuple[float, float, int, float]:
    """The same by PyTorch's own modules, eager, as its tutorials write it."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    linear, relu = torch.nn.Linear, torch.nn.ReLU
    net = torch.nn.Sequential(linear(784, race.hidden), relu(), linear(race.hidden, 10))
    for layer in (net[0], net[2]):
        torch.nn.init.kaiming_normal_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(net.parameters(), lr=race.learning_rate, momentum=race.momentum)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, race.decay)
    cost = torch.nn.CrossEntropyLoss()
    xs, ys, test_xs, test_ys = (torch.as_tensor(part) for samples in data for part in (samples.x, samples.y))
    start, accuracy, epoch = perf_counter(), 0.0, 0
    while accuracy < race.goal and epoch < EPOCHS:
        order, epoch = torch.randperm(len(xs)), epoch + 1
        for first in range(0, len(xs), race.batch):
            batch = order[first : first + race.batch]
            optimizer.zero_grad()
            cost(net(xs[batch]), ys[batch]).backward()
            optimizer.step()
        schedule.step()
        with torch.no_grad():
            accuracy = float((net(test_xs).argmax(dim=1) == test_ys).float().mean())
    return 0.0, perf_counter() - start, epoch, accuracy
