"""Curves over epochs: the lines are the history's, the notes their last and best values; gradient sizes are those of backward()."""

from __future__ import annotations

from math import isnan, sqrt

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from trained import noise, texts

import autograd_mini as ag
import nn
from nn.optim import SGD
from nn.plots import GradientSizes, curves
from nn.run import Epoch

HISTORY = nn.History(
    loss=[0.5, 0.2, 0.25], train_accuracy=[0.4, 0.6, 0.8], validation_accuracy=[0.5, 0.75, 0.7], test_accuracy=[0.45, 0.7, 0.7]
)


def lines(figure: Figure, axes: int) -> list[list[float]]:
    """The values of the lines, rings left out."""
    return [list(line.get_ydata()) for line in figure.axes[axes].lines if line.get_linestyle() != "None"]  # type: ignore[arg-type]


def notes(figure: Figure, axes: int) -> list[str]:
    return [text.get_text() for text in figure.axes[axes].texts]


def epoch(net: nn.MLP, number: int = 1) -> Epoch:
    return Epoch(number, net, nn.History(), SGD(net.parameters(), 1.0), nn.quadratic_cost, 0.0)


def test_the_lines_are_the_historys() -> None:
    figure = curves(HISTORY)
    assert lines(figure, 0) == [HISTORY.loss]
    assert lines(figure, 1) == [HISTORY.train_accuracy, HISTORY.validation_accuracy, HISTORY.test_accuracy]
    assert all(list(line.get_xdata()) == [1, 2, 3] for line in figure.axes[1].lines if line.get_linestyle() != "None")  # type: ignore[arg-type]


def test_the_last_and_the_best_stand_at_the_end_of_each_line() -> None:
    figure = curves(HISTORY)
    assert notes(figure, 0) == ["0.2500\nbest 0.2000 (epoch 2)"]
    assert notes(figure, 1) == [
        "training 80.00%", "validation 70.00%\nbest 75.00% (epoch 2)", "test 70.00%\nbest 70.00% (epoch 2)",
    ]  # fmt: skip
    rings = [(line.get_xdata(), line.get_ydata()) for line in figure.axes[1].lines if line.get_linestyle() == "None"]
    assert rings == [([3], [0.8]), ([2], [0.75]), ([2], [0.7])]
    assert {text.xy for text in figure.axes[0].texts if isinstance(text, Annotation)} == {(3, 0.25)}


def test_notes_of_lines_that_meet_keep_apart() -> None:
    figure = curves(nn.History([0.5], [0.9], [0.9], [0.9]))
    figure.draw_without_rendering()
    boxes = [Text.get_window_extent(text) for text in figure.axes[1].texts]  # without the lines that lead to them
    assert len(boxes) == 3
    assert not any(one.overlaps(other) for one in boxes for other in boxes if one is not other)


@pytest.mark.parametrize("epochs", [1, 2, 7, 100])
def test_epochs_are_whole_numbers_and_start_at_1(epochs: int) -> None:
    figure = curves(nn.History(loss=[0.5] * epochs, train_accuracy=[0.5] * epochs))
    for axes in figure.axes:
        low, high = axes.get_xlim()
        assert 0 < low < 1 <= epochs < high
        ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
        assert ticks
        assert all(tick == int(tick) for tick in ticks)


def test_only_what_was_measured_is_drawn_and_no_epoch_is_said_in_a_sentence() -> None:
    assert len(lines(curves(nn.History([0.5], [0.5])), 1)) == 1
    assert texts(curves(nn.History())) == ["No epoch was finished: there is nothing to draw."]


def test_chinese() -> None:
    with ag.language("zh"):
        written = texts(curves(HISTORY))
    assert {"损失", "正确率", "轮次"} <= set(written)
    assert any("最佳" in text for text in written)


def test_history_plots_its_curves() -> None:
    assert lines(HISTORY.plot(), 1) == lines(curves(HISTORY), 1)


@pytest.mark.parametrize("cost", [None, nn.mean_squared_error])
def test_gradient_sizes_are_those_of_backward(cost: object) -> None:
    net, samples = nn.MLP(9, [4, 3], rng=0), noise(12)
    sizes = GradientSizes(samples, cost)  # type: ignore[arg-type]
    sizes(epoch(net, 7))
    of_a_sample = nn.mean_squared_error if cost else nn.quadratic_cost
    for x, label in zip(samples.x, samples.y, strict=True):
        of_a_sample(net(x), [float(output == label) for output in range(3)]).backward(gradient=1 / 12)
    expected = [sqrt(sum(w.grad**2 for w in layer.weights) / len(layer.weights)) for layer in net.layers]
    assert sizes.epochs == [7]
    assert sizes.sizes == [pytest.approx(expected, rel=1e-9)]


def test_gradients_are_those_of_the_first_1000_samples() -> None:
    net, samples = nn.MLP(4, [2], rng=0), noise(1100, 2, 2)
    all_of_them, first = GradientSizes(samples), GradientSizes(samples[:1000])
    all_of_them(epoch(net))
    first(epoch(net))
    assert all_of_them.sizes == first.sizes


def test_fit_measures_after_each_epoch_and_each_layer_is_a_line() -> None:
    samples, net = noise(20), nn.MLP(9, [4, 5, 3], rng=0)
    sizes = GradientSizes(samples)
    nn.fit(net, samples, epochs=3, callbacks=[sizes])
    assert sizes.epochs == [1, 2, 3]
    figure = sizes.plot()
    assert figure.axes[0].get_yscale() == "log"
    assert lines(figure, 0) == [list(layer) for layer in zip(*sizes.sizes, strict=True)]
    assert [note.partition(":")[0] for note in notes(figure, 0)] == ["layer 1", "layer 2", "layer 3"]


def test_gradients_of_0_leave_a_gap_and_are_counted() -> None:
    sizes = GradientSizes(noise(2))
    assert texts(sizes.plot()) == ["No epoch was measured yet."]
    sizes.epochs, sizes.sizes = [1, 2], [[0.0, 0.0], [0.0, 0.0]]
    assert texts(sizes.plot()) == ["Every gradient is 0: no weight is being changed."]
    sizes.sizes = [[0.0, 0.1], [0.0, 0.01]]
    figure = sizes.plot()
    assert [isnan(y) for y in lines(figure, 0)[0]] == [True, True]
    assert notes(figure, 0) == ["layer 1: 0\n(0 in 2 of 2 epochs)", "layer 2: 0.01"]
    figure.draw_without_rendering()


def test_samples_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match="takes 4 inputs"):
        GradientSizes(noise(2))(epoch(nn.MLP(4, [2], rng=0)))
