"""`python -m nn evaluate`: the test accuracy of a saved network, and the recall of each label.

What you can do with this file: look up what `evaluate(options)` does; `line.py` has the options.
"""

from __future__ import annotations

from argparse import Namespace

from nn.command.files import opened_file
from nn.command.telling import percent, say, say_table
from nn.plots.answered import answered
from nn.words import _

__all__ = ["evaluate"]


def evaluate(options: Namespace) -> int:
    """Print the test accuracy, the recall of each label, and what the label was most often taken for."""
    opened = opened_file(options.file)
    data = opened.data(options.data)
    said = answered(opened.net, data.test)
    n = len(data.test)
    name = options.data or opened.named
    say(_("{name}: {right:,} of {n:,} test samples are classified correctly, test accuracy {share}.",
          name=name, right=said.right, n=n, share=percent(said.right / n)), "")  # fmt: skip
    pairs = list(zip(said.labels.tolist(), said.answers.tolist(), strict=True))
    say_table(
        {_("label"): "right", _("samples"): "right", _("correct"): "right", _("recall"): "right", _("most often taken for"): "left"},
        [_row(label, [answer for true, answer in pairs if true == label]) for label in sorted({label for label, _answer in pairs})],
    )
    return 0


def _row(label: int, answers: list[int]) -> list[str]:
    right = answers.count(label)
    mistakes = [answer for answer in answers if answer != label]
    taken = max(sorted(set(mistakes)), key=mistakes.count, default=None)
    other = "" if taken is None else _("{label} ({n}×)", label=taken, n=mistakes.count(taken))
    return [str(label), f"{len(answers):,}", f"{right:,}", percent(right / len(answers)), other]
