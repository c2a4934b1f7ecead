"""Data sets: real digits, points in the plane, and your own.

* `mnist()`: 70,000 handwritten digits, 28×28, from your folder or downloaded; `digits()`: 1,797 of 8×8, without any download
* `moons()`, `circles()`, `spiral()`, `xor()`: points in the plane, made on the spot
* `Samples(x, y)`, `Dataset(train, test)`: what all of them return, and what holds your own
* `read_idx(path)`: an array in the format of MNIST's files

Importing this loads the standard library only; the extras `mnist` and `digits` bring what the two sets need.
"""

from nn.datasets.digits import digits
from nn.datasets.idx import IdxError, read_idx
from nn.datasets.mnist import DatasetNotFound, mnist
from nn.datasets.samples import Dataset, Samples
from nn.datasets.toys import circles, moons, spiral, xor

__all__ = ["Dataset", "DatasetNotFound", "IdxError", "Samples", "circles", "digits", "mnist", "moons", "read_idx", "spiral", "xor"]
