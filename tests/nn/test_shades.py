"""Images in characters: the more ink, the darker."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nn.shades import framed, in_characters


@given(st.lists(st.floats(0, 16), min_size=64, max_size=64))
def test_a_small_image_has_each_pixel_twice(pixels: list[float]) -> None:
    lines = in_characters(pixels)
    assert [len(line) for line in lines] == [16] * 8
    assert all(line[::2] == line[1::2] for line in lines)
    shades = [" ░▒▓█".index(character) for line in lines for character in line[::2]]
    in_order = sorted(range(64), key=lambda i: pixels[i])
    assert [shades[i] for i in in_order] == sorted(shades)
    assert max(shades) == (4 if any(pixels) else 0)


def test_a_large_image_has_two_rows_in_a_line() -> None:
    image = np.zeros((28, 28))
    image[2, 3] = image[3, 3] = 1.0
    image[4, 5] = 0.5
    lines = in_characters(image.ravel().tolist())
    assert [len(line) for line in lines] == [28] * 14
    assert "".join(lines).replace(" ", "") == "█░"
    assert (lines[1][3], lines[2][5]) == ("█", "░")


def test_a_frame_stands_around_the_lines() -> None:
    assert framed(["ab", "cd"]) == "+--+\n|ab|\n|cd|\n+--+"
