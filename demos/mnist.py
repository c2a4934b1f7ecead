"""MNIST: an untrained network is shown a 2; then it learns; then it is shown the same 2 again.

What you can do with this file: `python -m demos mnist` tells the lesson, on MNIST where it is on this machine, else on scikit-learn's
digits; `--step` steps through the output neuron that should know the 2, and through its first update; `python -i -m demos.mnist` leaves
`images`, the trained `net`, its `history` and the image `two` in the REPL: try `[round(a.data, 3) for a in net(two)]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import autograd_mini as ag
import nn
from autograd_mini import Value
from autograd_mini.graph import topological_order
from autograd_mini.number import show
from demos.a_two import DIGIT, STRONGEST, OneNeuron, Shown, first_two, one_neuron, shown
from demos.blocks import Block, Figure, Figures, Heading, Picture, Row, Say, Table
from demos.handwriting import Handwriting, handwriting
from demos.one_batch import OneBatch
from demos.painted import Painted
from demos.report import alone
from demos.untrained import accuracies
from demos.words import N_, _
from nn.answers import guess
from nn.plots.answered import Answered, answered
from nn.shades import in_characters

__all__ = ["SLIDES", "TITLE", "build", "step", "tell", "train"]

TITLE = N_("MNIST: from random parameters to 93 %")
SLIDES = "000 训练结果 · 002 使用梯度下降算法进行学习"

GOAL = 0.93  # the slide's accuracy
BATCH, RATE, EPOCHS = 10, 3.0, 5
SEEDS = 100

#: The quick form: how many images it takes, to train and to test, and how many untrained networks.
QUICK, QUICK_SEEDS = 5000, 10


def build() -> OneNeuron:
    """The output neuron for the 2 of the untrained network, which is shown one; not yet differentiated."""
    images = handwriting()
    return one_neuron(images.network(), first_two(images))


def step() -> ag.Walk:
    """The walk through that neuron, and on through its first update."""
    weights, bias, _answer, cost = build()
    return ag.walk(cost, parameters=[*weights, bias], learning_rate=RATE)


def train(images: Handwriting, net: nn.MLP, epochs: int = EPOCHS) -> nn.History:
    """Train the network as the courses do."""
    data = images.data
    return nn.fit(net, data.train, data.test, epochs=epochs, batch_size=BATCH, learning_rate=RATE, dtype="float32")


def tell(quick: bool = False) -> Iterator[Block]:
    """The lesson: a 2 and an untrained network, how often such a network is right, back from the 2, a batch, training, the same 2."""
    images = handwriting().first(QUICK) if quick else handwriting()
    net, two = images.network(), first_two(images)
    before = shown(net, two)
    before.cost.backward()
    yield from _question(images)
    yield from _a_two(net, two, before)
    untrained = nn.evaluate(net, images.data.test)
    yield from _by_chance(images, net, untrained, QUICK_SEEDS if quick else SEEDS)
    yield from _back(net, two, before)
    yield from _batch(images, net)
    history = train(images, net, 1 if quick else EPOCHS)
    yield from _training(history)
    yield from _the_same_two(before, shown(net, two))
    yield from _how_sure(images, net)
    yield from _the_end(images, untrained, history)
    yield from _notes()


def _question(images: Handwriting) -> Iterator[Block]:
    yield Say(images.says)
    if _are_mnist(images):
        yield Say(_("(nn.datasets.digits() are smaller ones: without MNIST, this lesson takes those.)"))
    else:
        yield Say(
            _("To have MNIST: nn.datasets.mnist() downloads it once (11 MB); or name the folder"),
            _("that has its four files: AUTOGRAD_MINI_DATA=folder"),
        )
    yield Say(
        _("The last slide: “from random parameters, with gradient descent and"),
        _("backpropagation, from under 10 % to 93 %”. Let us watch that, from the start."),
    )


def _are_mnist(images: Handwriting) -> bool:
    return len(images.data.train.x[0]) == 784


def _a_two(net: nn.MLP, two: Any, before: Shown) -> Iterator[Block]:
    sizes = "-".join(map(str, [net.nin, *net.nouts]))
    yield Heading(_("An untrained network is shown a 2"))
    yield Say(
        _("{sizes}: {count:,} weights and biases, all of them random, from N(0, 1), seed 0.", sizes=sizes, count=len(net.parameters())),
        _("It has seen nothing yet. This is the first 2 of the test images:"),
        *_drawn(two),
    )
    yield Table((_("digit"), _("answer a"), _("wanted y"), _("wish y − a")), (_wish(digit, a) for digit, a in enumerate(before.answers)))
    yield Say(
        _("The largest answer counts: it says {answer}.", answer=guess(net, [a.data for a in before.answers])),
        _("An output's wish is y − a, its distance to the target. As C = ½ Σ (y − a)², that"),
        _("is −∂C/∂a. So there was nothing to work out: backward() found it, in the graph of"),
        _("this 2, together with the wishes of all its {count:,} Values.", count=len(topological_order([before.cost]))),
    )


def _drawn(image: Any) -> Iterator[str]:
    """The image, without the white above and below it."""
    yield from ["", *(f"    {line}".rstrip() for line in in_characters(image) if line.strip()), ""]


def _wish(digit: int, a: Value) -> Row:
    wanted = Figure(_("wish of output {digit}", digit=digit), -a.grad, decimals=3)
    return str(digit), Figure(_("untrained: answer {digit}", digit=digit), a.data, decimals=3), str(int(digit == DIGIT)), wanted


def _by_chance(images: Handwriting, net: nn.MLP, untrained: float, seeds: int) -> Iterator[Block]:
    found = [100 * share for share in accuracies(net, images.data.test, range(seeds))]
    yield Heading(_("How often is it right?"))
    yield Figures(Figure(_("untrained: test accuracy, %"), 100 * untrained, decimals=1))
    yield Say(
        _("Whoever guesses among ten digits is right one time in ten. (Ours.) {count} more such", count=seeds),
        _("networks, their random numbers from NumPy, seeds 0 to {last}:", last=seeds - 1),
    )
    yield Figures(
        Figure(_("untrained networks: test accuracy, mean, %"), sum(found) / seeds, decimals=1),
        Figure(_("untrained networks: the worst, %"), min(found), decimals=1),
        Figure(_("untrained networks: the best, %"), max(found), decimals=1),
        Figure(_("untrained networks: how many are below 10 %"), sum(share < 10 for share in found)),
    )


def _back(net: nn.MLP, two: Any, before: Shown) -> Iterator[Block]:
    most = sorted(range(len(before.hidden)), key=lambda k: -abs(before.hidden[k].grad))[:STRONGEST]
    yield Heading(_("Back from the 2, layer by layer"))
    yield Say(
        _("Each of the {count} hidden neurons gets the wishes of all ten outputs, each times the", count=len(before.hidden)),
        _("weight between them, and σ′ of that output. The three of which most is wanted:"),
    )
    yield Table((_("hidden neuron"), _("activation a"), _("wish −∂C/∂a")), (_wanted(k + 1, before.hidden[k]) for k in most))
    yield Say(
        _("In the same way on, through σ′, to the weights of the first layer. There:"),
        _("∂C/∂w = x·δ. A white pixel has x = 0: of its weights this 2 wants nothing."),
    )
    neuron = one_neuron(net, two)
    neuron.cost.backward()
    yield Say(_("And the output neuron for the 2 itself, with the three inputs that count most:"))
    says = _("“rest”: what all other hidden neurons add")
    yield Picture("mnist_neuron", ag.draw(neuron.cost, legend=True), says)


def _wanted(number: int, a: Value) -> Row:
    return str(number), f"{a.data:.4f}", Figure(_("wish of hidden neuron {number}", number=number), -a.grad, decimals=4)


def _batch(images: Handwriting, net: nn.MLP) -> Iterator[Block]:
    few = images.data.train[:BATCH]
    batch = OneBatch(net, few)
    yield Heading(_("A batch of ten, seen through backward"))
    yield Say(
        _("The first ten training images: {digits}. Each forward and", digits=" ".join(map(str, few.y.tolist()))),
        _("back, ten graphs; the gradients add up, a tenth of each."),
    )
    columns = (_("layer"), _("weights and biases"), _("derivative 0"), _("length of the gradient"))
    yield Table(columns, (_layer(number, gradient) for number, gradient in enumerate(batch.by_layer, 1)))
    yield Say(
        _("0 are the derivatives at pixels that are white in all ten. Now the step,"),
        _("Δv = −η∇C, and how the cost of these ten changes: foretold, −η‖∇C‖², and true."),
    )
    yield Table(("η", _("cost before"), _("after"), _("change"), _("foretold")), (_stepped(batch, rate) for rate in (0.01, RATE)))
    yield Say(
        _("A small step does what was foretold. η = 3 is bold, and the slope changes on the"),
        _("way: the cost falls by less than foretold, but much further."),
    )


def _layer(number: int, gradient: list[float]) -> Row:
    return (
        str(number),
        Figure(_("layer {number}: weights and biases", number=number), len(gradient)),
        Figure(_("layer {number}: derivative 0", number=number), gradient.count(0.0)),
        Figure(_("layer {number}: length of the gradient", number=number), sum(slope**2 for slope in gradient) ** 0.5, decimals=4),
    )


def _stepped(batch: OneBatch, rate: float) -> Row:
    after, name = batch.step(rate), f"η = {show(rate)}"
    return (
        show(rate),
        f"{batch.cost:.6f}",
        Figure(_("{what}: cost after the step", what=name), after.cost, decimals=6),
        Figure(_("{what}: change", what=name), after.change, decimals=6, signed=True),
        Figure(_("{what}: foretold", what=name), after.foretold, decimals=6, signed=True),
    )


def _training(history: nn.History) -> Iterator[Block]:
    epochs = zip(history.loss, history.train_accuracy, history.test_accuracy, strict=True)
    yield Heading(_("Training"))
    yield Say(
        _("Such a step, η = 3, with the next ten images, and the next, until all have had"),
        _("their turn: an epoch. nn.fit takes the same steps on arrays, without the graphs."),
    )
    columns = (_("epoch"), _("loss ½Σ(a−y)²"), _("training accuracy, %"), _("test accuracy, %"))
    yield Table(columns, (_epoch(number, *found) for number, found in enumerate(epochs, 1)))
    yield Say(
        _("{samples:,} images forward and backward in {seconds:.2g} s: {speed:,.0f} a second.",
          samples=history.samples, seconds=history.seconds, speed=history.samples_per_second),
    )  # fmt: skip
    passed = [number for number, share in enumerate(history.test_accuracy, 1) if share > GOAL]
    if passed:
        yield Figures(Figure(_("the first epoch above the slide's 93 %"), passed[0]))
        yield Say(_("(Ours.) With other random numbers it is another epoch, on MNIST often the third."))
    else:
        yield Say(_("Not at 93 % yet: --quick stops here, the whole lesson after {epochs} epochs.", epochs=EPOCHS))
    yield Picture("mnist_curves", Painted(partial(nn.plots.curves, history)), _("the loss and the accuracies"))


def _epoch(number: int, loss: float, training: float, test: float) -> Row:
    return (
        str(number),
        Figure(_("epoch {n}: loss", n=number), loss, decimals=4),
        Figure(_("epoch {n}: training accuracy, %", n=number), 100 * training, decimals=1),
        Figure(_("epoch {n}: test accuracy, %", n=number), 100 * test, decimals=1),
    )


def _the_same_two(before: Shown, after: Shown) -> Iterator[Block]:
    rows = (_compared(digit, *pair) for digit, pair in enumerate(zip(before.answers, after.answers, strict=True)))
    yield Heading(_("The same 2 again"))
    yield Table((_("digit"), _("untrained"), _("trained"), _("wanted y")), rows)
    yield Figures(
        Figure(_("cost of this 2, untrained"), before.cost.data, decimals=6),
        Figure(_("cost of this 2, trained"), after.cost.data, decimals=6),
    )
    yield Say(_("It was never trained on this 2: that is a test image, like those below."))


def _compared(digit: int, before: Value, after: Value) -> Row:
    trained = Figure(_("trained: answer {digit}", digit=digit), after.data, decimals=3)
    return str(digit), f"{before.data:.3f}", trained, str(int(digit == DIGIT))


def _how_sure(images: Handwriting, net: nn.MLP) -> Iterator[Block]:
    test = images.data.test
    said = answered(net, test)
    yield Heading(_("How sure is it?"))
    yield Say(_("The largest answer is how sure it says it is, from 0 to 1."), _("The first ten test images:"))
    columns = (_("image"), _("it is a"), _("the network says"), _("how sure, %"))
    yield Table(columns, (_said(_("image {number}: how sure, %", number=place + 1), place, said) for place in range(10)))
    yield Picture("mnist_digits", Painted(partial(nn.plots.digits, net, test)), _("the first 40"))
    yield Say(
        _("It is wrong on {wrong:,} of {count:,}. The mistakes that it is surest of,", wrong=len(said.wrong), count=len(test)),
        _("and below them the first one:"),
    )
    mistakes = enumerate(said.wrong[:5], 1)
    yield Table(columns, (_said(_("mistake {number}: how sure, %", number=number), place, said) for number, place in mistakes))
    for worst in said.wrong[:1]:
        yield Say(*_drawn(test.x[worst]))
    yield Picture("mnist_mistakes", Painted(partial(nn.plots.mistakes, net, test)), _("the 20 surest mistakes"))
    yield Say(_("How sure a network says it is, and how often it is right: two different things."))


def _said(name: str, place: int, said: Answered) -> Row:
    label, answer = said.labels[place], said.answers[place]
    sure = Figure(name, 100 * said.confidences[place], decimals=1)
    return f"{place + 1:,}", str(label), f"{answer} {'✓' if answer == label else '✗'}", sure


def _the_end(images: Handwriting, untrained: float, history: nn.History) -> Iterator[Block]:
    yield Heading(_("The end of the path"))
    rows: list[Row] = [
        (_("with random parameters"), f"{100 * untrained:.1f}", "< 10"),
        (_("trained"), f"{100 * history.test_accuracy[-1]:.1f}", "93"),
    ]
    yield Table((_("test accuracy, %"), _("here"), _("slide")), rows)
    yield Say(
        _("Here the courses end: an apple's price, a chain rule, four equations; and with"),
        _("nothing else, a machine that reads handwriting. What comes next is yours:"),
        f"  python -m nn train --data {'mnist' if _are_mnist(images) else 'digits'} --hidden 100 --epochs 30",
        _("More neurons, more epochs, other costs: what does each of them do?"),
    )


def _notes() -> Iterator[Block]:
    yield Heading(_("Notes on the course"))
    yield Say(
        _("“Under 10 %” (不到10%) is how that network happened to start. With ten digits an"),
        _("untrained one is near 10 %, by its random numbers below it or above it."),
        _("The slide does not say which network reaches its 93 %, nor after how long. On"),
        _("MNIST a 784-30-10, as in course 002, is there in a few epochs, and goes on."),
        _("The wish of an output: y − a, its distance, as the lesson adjust says."),
        _("“Gradient descent and backpropagation”: one makes the step, the other finds the"),
        _("gradient for it. In this lesson backpropagation (反向传播) is the finding alone."),
    )


if __name__ == "__main__":
    alone(_(TITLE), tell)
    images = handwriting()
    net, two = images.network(), first_two(images)
    history = train(images, net)
