"""Grids of images: each image is the sample's, its caption is what the network says, mistakes stand out and are sorted."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from trained import colours, guessed, noise, numbers, texts

import autograd_mini as ag
import nn
from nn.datasets import Samples
from nn.plots import digits, mistakes, weights

NET = nn.MLP(9, [4, 3], rng=1)
SAMPLES = noise(25)


def test_each_image_is_that_of_its_sample_dark_ink_on_white() -> None:
    shown = digits(NET, SAMPLES, count=12).axes[0].get_images()
    assert len(shown) == 12
    for image, x in zip(shown, SAMPLES.x, strict=False):
        assert np.array_equal(numbers(image), np.array(x).reshape(3, 3))
        assert image.norm.vmin == 0.0
        brightness = colours(image, [0.0, 0.5, image.norm.vmax]).mean(axis=1)
        assert brightness[0] == 1.0 > brightness[1] > brightness[2] == 0.0


def test_the_captions_say_what_the_network_says() -> None:
    captions = [text.get_text() for text in digits(NET, SAMPLES, count=12).axes[0].texts]
    assert len(captions) == 12
    for caption, x, label in zip(captions, SAMPLES.x, SAMPLES.y, strict=False):
        answer = guessed(NET, x)
        sure = max(output.data for output in NET(x))
        assert caption == (f"✓ {answer}" if answer == label else f"✗ {answer} (is {label})") + f"\n{sure:.1%}"


def test_mistakes_alone_have_a_thick_frame() -> None:
    figure = digits(NET, SAMPLES, count=12)
    axes = figure.axes[0]
    thick = [patch.get_linewidth() > 2 for patch in axes.patches if isinstance(patch, Rectangle)]
    wrong = [guessed(NET, x) != label for x, label in zip(SAMPLES.x[:12], SAMPLES.y, strict=False)]
    assert thick == wrong
    assert set(wrong) == {True, False}
    assert f"Correct: {wrong.count(False)} of the first 12" in texts(figure)


def test_the_images_do_not_overlap_and_lie_within_the_axes() -> None:
    axes = digits(NET, SAMPLES, count=23).axes[0]
    corners = {(round(left, 9), round(top, 9)) for left, _right, _bottom, top in (image.get_extent() for image in axes.get_images())}
    assert len(corners) == 23
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert all(left <= x and x + 1 <= right and top <= y and y + 1 <= bottom for x, y in corners)


def test_more_images_than_there_are_shows_all() -> None:
    assert len(digits(NET, SAMPLES, count=1000).axes[0].get_images()) == len(SAMPLES)


def test_mistakes_are_all_mistakes_the_most_confident_first() -> None:
    axes = mistakes(NET, SAMPLES, count=100).axes[0]
    wrong = [(x, label) for x, label in zip(SAMPLES.x, SAMPLES.y, strict=True) if guessed(NET, x) != label]
    wrong.sort(key=lambda sample: -max(output.data for output in NET(sample[0])))
    expected = [f"✗ {guessed(NET, x)} (is {y})\n{max(output.data for output in NET(x)):.1%}" for x, y in wrong]
    assert [text.get_text() for text in axes.texts] == expected
    for image, (x, _label) in zip(axes.get_images(), wrong, strict=True):
        assert np.array_equal(numbers(image), np.array(x).reshape(3, 3))
    assert [text.get_text() for text in mistakes(NET, SAMPLES, count=4).axes[0].texts] == expected[:4]


def test_no_mistake_is_said_in_a_sentence() -> None:
    right = Samples(SAMPLES.x, [guessed(NET, x) for x in SAMPLES.x])
    assert texts(mistakes(NET, right)) == ["No mistakes: all 25 samples are classified correctly."]
    with ag.language("zh"):
        assert texts(mistakes(NET, right[:1])) == ["没有答错：1 个样本全部答对。"]


def test_weights_are_the_first_layers_on_one_scale_about_0() -> None:
    images = weights(NET).axes[0].get_images()
    own = [[weight.data for weight in neuron.weights] for neuron in NET.layers[0].neurons]
    assert [numbers(image).ravel().tolist() for image in images] == own
    largest = np.abs(own).max()
    assert {(image.norm.vmin, image.norm.vmax) for image in images} == {(-largest, largest)}
    red, _green, blue = colours(images[0], [-largest, 0.0, largest]).T
    assert blue[0] > red[0]
    assert blue[1] == pytest.approx(red[1], abs=0.01)
    assert blue[2] < red[2]


def test_of_many_neurons_100_are_drawn_and_the_rest_counted() -> None:
    figure = weights(nn.MLP(4, [101, 2], rng=0))
    assert len(figure.axes[0].get_images()) == 100
    assert any("(one more is left out)" in text for text in texts(figure))
    assert any("(1,100 more are left out)" in text for text in texts(weights(nn.MLP(1, [1200], rng=0))))


def test_weights_that_are_all_0() -> None:
    net = nn.MLP(4, [2], rng=0)
    net.load_state_dict(dict.fromkeys(net.state_dict(), 0.0))
    assert weights(net).axes[0].get_images()[0].norm.vmax == 1.0


def test_what_cannot_be_drawn_is_named() -> None:
    plane = nn.MLP(2, [3], rng=0)
    for draw in (digits, mistakes):
        with pytest.raises(ValueError, match=r"form a square.*takes 2"):
            draw(plane, nn.datasets.xor())
    with pytest.raises(ValueError, match=r"form a square.*takes 2"):
        weights(plane)
    with pytest.raises(ValueError, match="count is a whole number from 1 on, got 0"):
        digits(NET, SAMPLES, count=0)
    with pytest.raises(ValueError, match="count"):
        mistakes(NET, SAMPLES, count=0)
    with pytest.raises(ValueError, match="label 7"):
        digits(NET, Samples(SAMPLES.x[:1], [7]))
    with pytest.raises(ValueError, match="no samples"):
        mistakes(NET, Samples([], []))
    with pytest.raises(TypeError, match=r"Samples\(x, y\)"):
        digits(NET, SAMPLES.x)
