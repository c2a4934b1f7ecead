"""`python -m nn predict`: what a saved network says of pictures, or of a few numbers.

What you can do with this file: look up what `predict(options)` does; `line.py` has the options, `nn/images.py` prepares a picture.
"""

from __future__ import annotations

import math
from argparse import Namespace
from math import isqrt
from typing import Any

from autograd_mini.errors import ExpressionError
from nn.answers import confidences, guess, labels_of
from nn.command.album import sees_images
from nn.command.files import opened_file
from nn.command.telling import percent, say
from nn.compiled import outputs_of
from nn.images import Prepared, prepared
from nn.modules import MLP
from nn.shades import framed, in_characters
from nn.words import _

__all__ = ["predict"]


def predict(options: Namespace) -> int:
    """Print the answer for each picture, what was done to it and what the network sees of it; or the answer for the numbers."""
    net = opened_file(options.file).net
    if not sees_images(net):
        say(_answer(net, _numbers(net, options.things)))
        return 0
    for place, thing in enumerate(options.things):
        picture = prepared(thing.strip(), isqrt(net.nin))
        pixels = picture.pixels.ravel().tolist()
        if place:
            say("")
        say(*_told(thing.strip(), picture), framed(in_characters(pixels)), _answer(net, pixels))
    return 0


def _numbers(net: MLP, texts: list[str]) -> list[float]:
    """The inputs that were typed. Raises ExpressionError, wrong usage, where they are none, or not as many as the network takes."""
    try:
        numbers = [float(text) for text in texts]
    except ValueError:
        numbers = []
    if len(numbers) != net.nin or not all(map(math.isfinite, numbers)):
        words = " ".join(texts)
        raise ExpressionError(_("This network takes {n} numbers, such as {such}; got {words}", n=net.nin, such=_such(net.nin), words=words))
    return numbers


def _such(many: int) -> str:
    return " ".join(["0.5", "-0.2", "1"][place % 3] for place in range(min(many, 3))) + (" …" if many > 3 else "")


def _told(name: str, picture: Prepared) -> list[str]:
    """What was done to a picture, step by step."""
    left, top, right, bottom = picture.box
    width, height = picture.scaled
    told = [
        _("{name}: {width} × {height} pixels.", name=name, width=picture.size[0], height=picture.size[1]),
        _("Dark on light, so it is inverted.") if picture.inverted else _("Light on dark, so it is not inverted."),
        _("The light was uneven, and is evened out.") if picture.evened else "",
        _("Cropped to {width} × {height} at ({left}, {top}).", width=right - left, height=bottom - top, left=left, top=top),
        _("Its lines were thin, and are made broader.") if picture.thickened else "",
        _("Scaled to {width} × {height}, its centre of mass put in the middle of {side} × {side}.",
          width=width, height=height, side=picture.block * len(picture.pixels)),
        _("Each block of {block} × {block} is one pixel, their mean.", block=picture.block) if picture.block > 1 else "",
    ]  # fmt: skip
    return [step for step in told if step]


def _answer(net: MLP, inputs: list[float]) -> str:
    """The answer, how sure the network says it is, and the second guess."""
    outputs = outputs_of(net, [inputs])
    shares = _shares(net, outputs)
    answer = guess(net, outputs[0].tolist())
    second = max((label for label in labels_of(net) if label != answer), key=shares.__getitem__)
    return _("Answer: {answer}, {share} sure; second guess: {second}, {other}.",
             answer=answer, share=percent(shares[answer]), second=second, other=percent(shares[second]))  # fmt: skip


def _shares(net: MLP, outputs: Any) -> list[float]:
    """How sure the network says it is of each label, as `nn.answers.confidences` says it of its answer."""
    import numpy as np

    sure = float(confidences(net, outputs)[0])
    if outputs.shape[1] == 1:
        return [1 - sure, sure] if guess(net, outputs[0].tolist()) else [sure, 1 - sure]
    if net.output == "linear":  # its softmax
        return (sure * np.exp(outputs[0] - outputs[0].max())).tolist()  # type: ignore[no-any-return]
    return np.clip(outputs[0], 0.0, 1.0).tolist()  # type: ignore[no-any-return]
