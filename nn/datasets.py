"""Data sets: samples to train on, and samples held out to test on.

What you can do with this file: `data = digits()` gives real handwritten digits without any download;
`Samples(x, y)` wraps your own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from autograd_mini.errors import MissingExtra

__all__ = ["Dataset", "Samples", "digits"]


@dataclass(frozen=True, eq=False, repr=False)
class Samples:
    """Samples and their labels: `.x` [n, inputs], `.y` [n] whole numbers from 0 on; NumPy arrays or lists alike.

    `len()` is n, and a slice is Samples again. Raises ValueError when there are not as many labels as samples.

    >>> samples = Samples([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0, 1, 0])
    >>> len(samples), samples[:2].y
    (3, [0, 1])
    """

    x: Any
    y: Any

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(f"Samples need one label for each x, got {len(self.x)} x and {len(self.y)} labels")

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, part: slice) -> Samples:
        return Samples(self.x[part], self.y[part])

    def __repr__(self) -> str:
        return f"<Samples: {len(self):,}>"


class Dataset(NamedTuple):
    """Two sets of samples that share no sample: `train` to learn from, `test` to measure on."""

    train: Samples
    test: Samples


def digits() -> Dataset:
    """Return 1,797 real handwritten digits, 8×8 pixels each: 1,437 to train, 360 held out, always the same split.

    `.x` [n, 64] is in 0..1 (0 white, 1 black ink; rows of the image one after the other), `.y` [n] the digit. Each digit has
    the same share in both parts; the order is shuffled, so a slice is a fair sample too. The set comes with scikit-learn, no
    download: the test part of E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI, 1998. Writers may
    be in both parts, which makes it easier than MNIST's test set.

    Raises MissingExtra without scikit-learn.

    >>> data = digits()
    >>> data
    Dataset(train=<Samples: 1,437>, test=<Samples: 360>)
    >>> data.train.x.shape, float(data.train.x.max())
    ((1437, 64), 1.0)
    """
    try:
        from sklearn.datasets import load_digits
        from sklearn.model_selection import train_test_split
    except ImportError as error:
        raise MissingExtra('nn.datasets.digits() reads scikit-learn\'s set of digits: pip install "autograd-mini[digits]"') from error
    images, labels = load_digits(return_X_y=True)
    inks = images / 16.0  # the set counts the black points of each 4×4 block: 0 to 16
    train_x, test_x, train_y, test_y = train_test_split(inks, labels, test_size=360, random_state=0, stratify=labels)
    return Dataset(Samples(train_x, train_y), Samples(test_x, test_y))
