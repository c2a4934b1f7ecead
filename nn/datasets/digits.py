"""scikit-learn's handwritten digits: real data without any download.

What you can do with this file: `data = digits()`.
"""

from __future__ import annotations

from nn.datasets.samples import Dataset, Samples
from nn.needs import needed

__all__ = ["digits"]


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
    images, labels = needed("sklearn.datasets", "nn.datasets.digits()", "digits").load_digits(return_X_y=True)
    inks = images / 16.0  # the set counts the black points of each 4×4 block: 0 to 16
    split = needed("sklearn.model_selection", "nn.datasets.digits()", "digits").train_test_split
    train_x, test_x, train_y, test_y = split(inks, labels, test_size=360, random_state=0, stratify=labels)
    return Dataset(Samples(train_x, train_y), Samples(test_x, test_y))
