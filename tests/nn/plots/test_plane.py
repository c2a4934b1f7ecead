"""Decision boundaries: the regions are the network's own answers, the points the samples, and of many epochs some are kept."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trained import guessed, noise, numbers, texts

import nn
from nn.datasets import Samples
from nn.optim import SGD
from nn.plots import Boundaries, boundary
from nn.plots.boundary import thinned
from nn.run import Epoch

MOONS = nn.datasets.moons(60)


def epoch(net: nn.MLP, number: int) -> Epoch:
    return Epoch(number, net, nn.History(), SGD(net.parameters(), 1.0), nn.quadratic_cost, 0.0)


@pytest.mark.parametrize(
    ("net", "answer"),
    [
        (nn.MLP(2, [5, 1], rng=0), lambda net, x: int(net(x)[0].data > 0.5)),
        (nn.MLP(2, [5, 1], activation="tanh", rng=3), lambda net, x: int(net(x)[0].data > 0)),
        (nn.MLP(2, [5, 3], rng=5), guessed),
    ],
)
def test_every_place_has_the_colour_of_the_networks_answer(net: nn.MLP, answer: object) -> None:
    assert callable(answer)
    (image,) = boundary(net, MOONS).axes[0].get_images()
    colours = numbers(image)
    left, right, bottom, top = image.get_extent()
    side, rng = len(colours), Random(0)
    seen: dict[int, set[tuple[float, ...]]] = {}
    for _ in range(200):
        row, column = rng.randrange(side), rng.randrange(side)
        place = [left + (column + 0.5) / side * (right - left), bottom + (row + 0.5) / side * (top - bottom)]
        seen.setdefault(answer(net, place), set()).add(tuple(colours[row, column]))
    assert len(seen) > 1
    assert all(len(of_one) == 1 for of_one in seen.values())
    assert len(set.union(*seen.values())) == len(seen)
    assert image.origin == "lower"


def test_the_samples_lie_on_it_with_a_sign_for_each_label_and_all_are_inside() -> None:
    axes = boundary(nn.MLP(2, [5, 1], rng=0), MOONS).axes[0]
    signs = {collection.get_label(): collection for collection in axes.collections if str(collection.get_label()).startswith("label")}
    assert set(signs) == {"label 0", "label 1"}
    for label in (0, 1):
        offsets = np.asarray(signs[f"label {label}"].get_offsets())
        assert offsets.tolist() == [list(x) for x, y in zip(MOONS.x, MOONS.y, strict=True) if y == label]
    circle, triangle = (np.asarray(signs[f"label {label}"].get_paths()[0].vertices) for label in (0, 1))
    assert circle.shape != triangle.shape
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert all(left < x < right and bottom < y < top for x, y in MOONS.x)


def test_points_in_a_line_and_one_answer_everywhere_are_drawn_too() -> None:
    net = nn.MLP(2, [1], rng=0)
    net.load_state_dict(dict.fromkeys(net.state_dict(), 0.0))
    boundary(net, Samples([[1.0, 2.0], [1.0, 2.0]], [0, 1])).draw_without_rendering()


def test_epochs_kept_are_the_first_every_so_many_and_the_last() -> None:
    net, kept = nn.MLP(2, [3, 1], rng=0), Boundaries(MOONS, every=3)
    for number, expected in enumerate([[1], [1, 2], [1, 3], [1, 3, 4], [1, 3, 5], [1, 3, 6], [1, 3, 6, 7]], 1):
        kept(epoch(net, number))
        assert kept.epochs == expected
        assert len(kept.leads) == len(expected)


def test_what_is_kept_is_the_network_of_that_epoch() -> None:
    kept, net = Boundaries(MOONS), nn.MLP(2, [6, 1], rng=0)
    shown = []

    def look(now: Epoch) -> None:
        shown.append(numbers(boundary(now.net, MOONS).axes[0].get_images()[0]))

    nn.fit(net, MOONS, epochs=2, batch_size=5, callbacks=[kept, look])
    figure = kept.plot()
    assert [axes.get_title() for axes in figure.axes] == ["epoch 1", "epoch 2"]
    for axes, large in zip(figure.axes, shown, strict=True):
        small = numbers(axes.get_images()[0])
        assert (small != large[::2, ::2]).any(axis=2).mean() < 0.02  # the grids differ by half a field
    assert (kept.leads[0] != kept.leads[1]).any()


def test_of_many_epochs_12_are_drawn() -> None:
    kept, net = Boundaries(MOONS[:10]), nn.MLP(2, [1], rng=0)
    for number in range(1, 31):
        kept(epoch(net, number))
    titles = [axes.get_title() for axes in kept.plot().axes]
    assert len(titles) == 12
    assert (titles[0], titles[-1]) == ("epoch 1", "epoch 30")
    assert texts(Boundaries(MOONS).plot()) == ["No epoch was kept yet."]


@given(many=st.integers(1, 500), most=st.integers(2, 20))
def test_thinning_is_even_and_keeps_both_ends(many: int, most: int) -> None:
    chosen = thinned(many, most)
    assert (chosen[0], chosen[-1], len(chosen)) == (0, many - 1, min(many, most))
    steps = {after - before for before, after in pairwise(chosen)}
    assert not steps or (min(steps) >= 1 and max(steps) - min(steps) <= 1)


def test_what_cannot_be_drawn_is_named() -> None:
    with pytest.raises(ValueError, match="two inputs; this one takes 4"):
        boundary(nn.MLP(4, [2], rng=0), noise(3, 2, 2))
    with pytest.raises(ValueError, match="takes 3 inputs"):
        boundary(nn.MLP(3, [2], rng=0), MOONS)
    with pytest.raises(ValueError, match="every is a whole number from 1 on, got 0"):
        Boundaries(MOONS, every=0)
    kept = Boundaries(MOONS)
    with pytest.raises(ValueError, match="takes 3 inputs"):
        kept(epoch(nn.MLP(3, [2], rng=0), 1))
    assert kept.epochs == kept.leads == []


def test_more_than_1000_samples_are_not_all_drawn() -> None:
    figure = boundary(nn.MLP(2, [1], rng=0), nn.datasets.moons(1200))
    points = [collection for collection in figure.axes[0].collections if "label" in str(collection.get_label())]
    assert sum(len(np.asarray(collection.get_offsets())) for collection in points) == 1000
