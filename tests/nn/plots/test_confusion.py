"""The confusion matrix: its counts are those of an independent count, and so are its recalls."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from trained import colours, guessed, noise, numbers, texts

import nn
from nn.datasets import Samples
from nn.plots import confusion


def cells(figure: Figure) -> dict[tuple[int, int], int]:
    """(label, answer) → the number in that cell."""
    found = [(*text.get_position(), int(text.get_text().replace(",", ""))) for text in figure.axes[0].texts]
    return {(round(y), round(x)): number for x, y, number in found}


def recalls(figure: Figure) -> list[str]:
    (beside,) = figure.axes[0].child_axes
    return [label.get_text() for label in beside.get_yticklabels()]


@given(seed=st.integers(0, 10**6), labels=st.integers(2, 4), n=st.integers(1, 40))
@settings(max_examples=8, deadline=None)
def test_counts_and_recalls_are_those_of_an_independent_count(seed: int, labels: int, n: int) -> None:
    net, samples = nn.MLP(4, [labels], rng=seed), noise(n, 2, labels, seed)
    figure = confusion(net, samples)
    pairs = Counter((label, guessed(net, x)) for x, label in zip(samples.x, samples.y, strict=True))
    assert cells(figure) == {(row, column): pairs[row, column] for row in range(labels) for column in range(labels)}
    totals = Counter(samples.y)
    assert recalls(figure) == [f"{pairs[row, row] / totals[row]:.1%}" if totals[row] else "–" for row in range(labels)]
    right = sum(pairs[row, row] for row in range(labels))
    assert f"Accuracy: {right / n:.2%} ({right} of {n})" in texts(figure)


def test_one_output_tells_two_labels() -> None:
    net, moons = nn.MLP(2, [4, 1], rng=0), nn.datasets.moons(50)
    pairs = Counter((label, int(net(x)[0].data > 0.5)) for x, label in zip(moons.x, moons.y, strict=True))
    assert cells(confusion(net, moons)) == {(row, column): pairs[row, column] for row in (0, 1) for column in (0, 1)}


def test_mistakes_are_darker_the_more_there_are_and_few_stay_pale() -> None:
    net = nn.MLP(1, [2], activation="linear", rng=0)
    net.load_state_dict(dict(zip(net.state_dict(), [-1.0, 0.0, 1.0, 0.0], strict=True)))  # it answers 1 where x > 0

    def darkness(wrong: int) -> float:
        samples = Samples([[1.0]] * (100 + wrong) + [[-1.0]] * 100, [1] * 100 + [0] * (100 + wrong))
        (image,) = confusion(net, samples).axes[0].get_images()
        return 1.0 - float(colours(image, numbers(image))[0, 1, 0])

    assert 0.0 < darkness(1) < 0.25 < darkness(4) < darkness(60)
    assert darkness(0) == pytest.approx(0.0, abs=0.01)


def test_samples_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match="takes 4 inputs"):
        confusion(nn.MLP(4, [2], rng=0), nn.datasets.xor())
    with pytest.raises(TypeError, match=r"Samples\(x, y\)"):
        confusion(nn.MLP(4, [2], rng=0), [[0.0] * 4])  # type: ignore[arg-type]
