"""nn: small neural networks made of `Value`s, one node for every number in them.

    import nn

    data = nn.datasets.digits()
    net = nn.MLP(64, [16, 10], rng=0)
    history = nn.fit(net, data.train, data.test, epochs=5)
    nn.evaluate(net, data.test)          # accuracy in [0, 1]
    nn.answers.guess(net, net(nn.images.prepared("four.png", 8).inputs))
    net.save("digits.safetensors")       # nn.load("digits.safetensors") gives an equal one

Nothing here knows a derivative: a network is ordinary arithmetic on Values, and its gradients come from `backward()`.
Importing this loads autograd_mini and the standard library only.
"""

from nn import answers, compiled, datasets, images, plots
from nn.evaluation import evaluate
from nn.history import History
from nn.loading import load
from nn.losses import cross_entropy, hinge, l2, mean_squared_error, quadratic_cost
from nn.module import Module
from nn.modules import MLP, Layer, Neuron, Perceptron
from nn.neurons import neurons
from nn.optim import SGD, Adam, Momentum, Optimizer
from nn.run import Epoch
from nn.tensors import TensorFileError
from nn.training import fit

__all__ = [
    "MLP", "SGD", "Adam", "Epoch", "History", "Layer", "Module", "Momentum", "Neuron", "Optimizer", "Perceptron", "TensorFileError",
    "answers", "compiled", "cross_entropy", "datasets", "evaluate", "fit", "hinge", "images", "l2", "load", "mean_squared_error", "neurons",
    "plots", "quadratic_cost",
]  # fmt: skip
