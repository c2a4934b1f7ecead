"""Recorders of convolutions written with scalars: loops over positions, filters, channels and patches.

What you can do with this file: `convolution(Random(0), size=5, kernel=3, padding="skipped", pooling="max")`.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from dense_nets import parameters_of, stack
from net import ACTIVATIONS, Hand, Matrix, Net, Vector, flat, hand, matrix, quadratic, vector

import autograd_mini as ag

Image = list[list[Any]]  # [row][column]
PADDINGS = ("valid", "skipped", "zeros")
POOLINGS = ("none", "mean", "max")


def convolve(write: Hand, images: Sequence[Image], filters: Matrix, biases: Vector, kernel: int, stride: int, padding: str) -> list[Image]:
    """One image for each filter. Padding: none; terms outside the image are skipped; or the image is framed with constant zeros."""
    border = 0 if padding == "valid" else kernel // 2
    if padding == "zeros":
        images, border = [framed(image, border) for image in images], 0
        return convolve(write, images, filters, biases, kernel, stride, "valid")
    size = len(images[0])
    starts = range(-border, size + border - kernel + 1, stride)

    def at(ws: Vector, bias: Any, top: int, left: int) -> Any:
        places = [(c, top + i, left + j) for c in range(len(images)) for i in range(kernel) for j in range(kernel)]
        inside = [(w, images[c][i][j]) for w, (c, i, j) in zip(ws, places, strict=True) if 0 <= i < size and 0 <= j < size]
        return write([w for w, _ in inside], [x for _, x in inside], bias)

    return [[[at(ws, bias, top, left) for left in starts] for top in starts] for ws, bias in zip(filters, biases, strict=True)]


def framed(image: Image, border: int) -> Image:
    """The image with a frame of constants, 0.0."""
    width = len(image) + 2 * border
    empty = [[0.0] * width for _ in range(border)]
    return [*empty, *([*[0.0] * border, *row, *[0.0] * border] for row in image), *empty]


def pooled(image: Image, pooling: str) -> Image:
    """2×2 blocks to their mean or maximum; a last odd row or column is left out, a single number is left as it is."""
    if pooling == "none" or len(image) < 2:
        return image
    half = range(0, len(image) - 1, 2)

    def block(i: int, j: int) -> Any:
        a, b, c, d = image[i][j], image[i][j + 1], image[i + 1][j], image[i + 1][j + 1]
        return (a + b + c + d) / 4 if pooling == "mean" else ag.maximum(ag.maximum(a, b), ag.maximum(c, d))

    return [[block(i, j) for j in half] for i in half]


def convolution(
    rng: Random, size: int = 4, channels: int = 1, filters: Sequence[int] = (2,), kernel: int = 2, stride: int = 1,
    padding: str = "valid", pooling: str = "none", activation: str = "relu", nouts: int = 2, style: str = "chain", shuffled: bool = False,
) -> Net:  # fmt: skip
    """Convolutions with as many filters, one after the other, each with its activation and pooling; a dense layer; the quadratic cost."""
    write = hand(rng, style, shuffled)
    pixels = [matrix(rng, size, size, f"x{c}") for c in range(channels)]
    images: list[Image] = [[list(row) for row in image] for image in pixels]
    made: Vector = []
    for number, count in enumerate(filters, 1):
        kernel = min(kernel, len(images[0]))
        ws, bs = matrix(rng, count, len(images) * kernel * kernel, f"f{number}"), vector(rng, count, f"c{number}")
        images = convolve(write, images, ws, bs, kernel, stride, padding)
        images = [pooled([[ACTIVATIONS[activation](z) for z in row] for row in image], pooling) for image in images]
        made += flat(*ws, bs)
    features = [a for image in images for row in image for a in row]
    [(weights, biases)], ys = stack(rng, (len(features), nouts)), vector(rng, nouts, "y")
    out = write.layer(weights, biases, features, "sigmoid")
    fed = flat(*(row for image in pixels for row in image))
    reached = ag.evaluate(out)  # strides and pooling leave pixels out
    return Net(quadratic(out, ys), [[x for x in fed if x in reached], ys], [*made, *parameters_of([(weights, biases)])], out)
