"""Outer products: many sums of products that are one matrix product.

What you can do with this file: `outer(a, b)` looks at J sums of K products each, sum j being Σ_k a[j, k]·b[j, k], and finds the p rows
of factors and the q rows of factors that meet each other exactly once, p·q = J: then the sums are the matrix product of the two.

The 30 neurons of a layer are p = 30 rows of weights that meet q = 1 row of inputs; a convolution is p filters that meet q patches; a
mini-batch written out by hand p neurons that meet q samples; the gradient by a layer's weights p deltas that meet q inputs.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = ["Outer", "outer", "parts"]


class Outer(NamedTuple):
    """Sum `order[i, j]` is the product of row i of `a` [p, K] and column j of `b` [K, q]."""

    order: Any
    a: Any
    b: Any


def outer(a: Any, b: Any) -> Outer | None:
    """The two sides of a matrix product, from the numbers of the factors [J, K]; None where the sums are none.

    The order of the products within a sum does not matter.

    >>> found = outer(np.array([[0, 1], [3, 2]]), np.array([[8, 9], [9, 8]]))       # w0·x8 + w1·x9, w3·x9 + w2·x8
    >>> found.order.tolist(), found.a.tolist(), found.b.tolist()
    ([[0], [1]], [[0, 1], [2, 3]], [[8], [9]])
    """
    for first, second in ((b, a), (a, b)):
        order = np.lexsort((second, first), axis=1)
        left, right = np.take_along_axis(a, order, 1), np.take_along_axis(b, order, 1)
        found = _complete(left, right)
        if found is not None:
            return found
        if a.shape[1] == 1:  # there is nothing to sort
            return None
    return None


def _complete(a: Any, b: Any) -> Outer | None:
    (i, p), (j, q) = distinct(a), distinct(b)
    if len(p) * len(q) != len(a):
        return None
    order = np.full((len(p), len(q)), -1)
    order[i, j] = np.arange(len(a))
    if (order < 0).any():  # a pair that meets twice, and one that never meets
        return None
    return Outer(order, a[p], b[q].T)


def distinct(rows: Any) -> tuple[Any, Any]:
    """Which distinct row each row is, and where each distinct one stands first; numbered in the order in which they appear."""
    keys = rows[:, 0] if rows.shape[1] == 1 else np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1] * rows.itemsize)))[:, 0]
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    appeared = np.argsort(first)
    rank = np.empty_like(appeared)
    rank[appeared] = np.arange(len(appeared))
    return rank[inverse.reshape(-1)], first[appeared]


def parts(a: Any, b: Any) -> list[Any]:
    """The sums in parts that share no row of factors with another part: each may be a matrix product of its own."""
    order = np.lexsort((a, b), axis=1)
    (i, p), (j, _) = distinct(np.take_along_axis(a, order, 1)), distinct(np.take_along_axis(b, order, 1))
    leader = list(range(len(p) + int(j.max()) + 1))

    def find(x: int) -> int:
        while leader[x] != x:
            leader[x] = x = leader[leader[x]]
        return x

    for x, y in zip(i.tolist(), (j + len(p)).tolist(), strict=True):
        leader[find(y)] = find(x)
    part = distinct(np.array([[find(x)] for x in i.tolist()]))[0]
    return [np.flatnonzero(part == k) for k in range(int(part.max()) + 1)]
