"""`python -m nn predict`: what a saved network says of pictures, or of a few numbers.

What you can do with this file: look up what `predict(options)` does; `line.py` has the options, `nn/images.py` prepares a picture.
"""

from __future__ import annotations

from argparse import Namespace
from math import isfinite, isqrt
from pathlib import Path
from typing import NamedTuple

from autograd_mini.errors import ExpressionError
from autograd_mini.number import show
from autograd_mini.refusal import Refusal
from nn.answers import boundary, guess, labels_of, softmax
from nn.command.album import sees_images
from nn.command.complaint import complain
from nn.command.files import opened_file
from nn.command.telling import percent, say, say_table
from nn.compiled import outputs_of
from nn.images import Prepared, prepared
from nn.modules import MLP
from nn.shades import framed, in_characters
from nn.words import N_, _

__all__ = ["predict"]

DIGITS = 3  # of an output: enough to see how near a guess was
PROBABLE = frozenset({"linear", "softmax"})  # several outputs of these are logits, or already probabilities


class Answer(NamedTuple):
    """What a network says: the label, the number that it rests on, and all of it in a sentence."""

    label: int
    figure: str
    sentence: str


def predict(options: Namespace) -> int:
    """Print the answer for each picture, what was done to it and what the network sees of it; or the answer for the numbers.

    A picture that cannot be read is told on stderr, and makes the exit code 1; the others are answered.
    """
    net = opened_file(options.file).net
    names = [thing.strip() for thing in options.things]
    if not sees_images(net) or _are_numbers(net, names):
        say(_answer(net, _numbers(net, names)).sentence)
        return 0
    answers = [(name, answer) for name in names if (answer := _of_picture(net, name, alone=len(names) == 1))]
    if answers and len(names) > 1:
        rows = [[name, str(answer.label), answer.figure] for name, answer in answers]
        say_table({_("picture"): "left", _("answer"): "right", _heading(net): "right"}, rows)
    return 0 if len(answers) == len(names) else 1


def _of_picture(net: MLP, name: str, *, alone: bool) -> Answer | None:
    """Tell what was done to a picture, and the answer; None where it cannot be read, which is told too."""
    try:
        picture = prepared(name, isqrt(net.nin))
    except (Refusal, OSError) as error:
        complain(error)
        return None
    answer = _answer(net, picture.inputs)
    say(*_told(name, picture), framed(in_characters(picture.inputs)), answer.sentence, *([] if alone else [""]))
    return answer


def _heading(net: MLP) -> str:
    """What an answer's figure is."""
    return "softmax" if len(labels_of(net)) == net.nouts[-1] and net.output in PROBABLE else _("output")


def _are_numbers(net: MLP, texts: list[str]) -> bool:
    """Whether a network that sees images is asked about numbers: as many as it takes, or such as are not the names of files."""
    return _floats(texts) is not None and (len(texts) == net.nin or not any(Path(text).exists() for text in texts))


def _floats(texts: list[str]) -> list[float] | None:
    """The numbers that were typed; None where one of the texts is none."""
    try:
        return [float(text) for text in texts]
    except ValueError:
        return None


def _numbers(net: MLP, texts: list[str]) -> list[float]:
    """The inputs that were typed. Raises ExpressionError, wrong usage, where they are none, or not as many as the network takes."""
    numbers = _floats(texts) or []
    if len(numbers) == net.nin and all(map(isfinite, numbers)):
        return numbers
    takes = N_("This network takes {n} numbers, such as {such}; got {words}")
    if sees_images(net):
        takes = N_("This network takes pictures, or {n} numbers, such as {such}; got {words}")
    raise ExpressionError(_(takes, n=net.nin, such=_such(net.nin), words=" ".join(texts)))


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
        _("Its ink reaches the edge on {n} sides: lines, a shadow or a table? Crop the picture to the digit.", n=picture.edges)
        if picture.edges > 1 else "",
    ]  # fmt: skip
    return [step for step in told if step]


def _answer(net: MLP, inputs: list[float]) -> Answer:
    """The answer, what it rests on, and the second guess where there are several outputs."""
    row = outputs_of(net, [inputs])
    outputs = row[0].tolist()
    answer = guess(net, outputs)
    if len(outputs) == 1:
        figure, limit = show(outputs[0], DIGITS), show(boundary(net))
        said = _("Answer: {answer}; the output is {figure}, the boundary {boundary}.", answer=answer, figure=figure, boundary=limit)
        return Answer(answer, figure, said)
    second = max((label for label in labels_of(net) if label != answer), key=outputs.__getitem__)
    if net.output in PROBABLE:
        shares = softmax(row)[0].tolist() if net.output == "linear" else outputs
        figure, other = percent(shares[answer]), percent(shares[second])
        sentence = N_("Answer: {answer}, {figure} (softmax); second guess: {second}, {other}.")
    else:
        figure, other = show(outputs[answer], DIGITS), show(outputs[second], DIGITS)
        sentence = N_("Answer: {answer}, its output is {figure}; second guess: {second}, output {other}.")
    return Answer(answer, figure, _(sentence, answer=answer, figure=figure, second=second, other=other))
