"""nn: small neural networks made of `Value`s, one node for every number in them.

    import nn

    data = nn.datasets.digits()
    net = nn.MLP(64, [16, 10], rng=0)
    history = nn.fit(net, data.train, data.test, epochs=5)
    nn.evaluate(net, data.test)          # accuracy in [0, 1]

Nothing here knows a derivative: a network is ordinary arithmetic on Values, and its gradients come from `backward()`.
Importing this loads autograd_mini and the standard library only.
"""

from nn import datasets
from nn.losses import cross_entropy, hinge, l2, mean_squared_error, quadratic_cost
from nn.module import Module
from nn.modules import MLP, Layer, Neuron, Perceptron
from nn.neurons import neurons
from nn.optim import SGD, Adam, Momentum, Optimizer
from nn.training import History, evaluate, fit

__all__ = [
    "MLP", "SGD", "Adam", "History", "Layer", "Module", "Momentum", "Neuron", "Optimizer", "Perceptron", "cross_entropy", "datasets",
    "evaluate", "fit", "hinge", "l2", "mean_squared_error", "neurons", "quadratic_cost",
]  # fmt: skip
