"""Frames: in which order the places of an instruction stand.

What you can do with this file: bring an `Outer` into the order of its operands (`as_operands`) or of its targets (`as_targets`), so that
what is read and written is a range of rows, or one in even steps, and nothing has to be gathered; `by_rows`, the same for what is
computed place by place. `rows` are the row of each scalar by its index, -1 where it has none yet.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_mini.compiler.outer import Outer

__all__ = ["as_operands", "as_targets", "by_rows"]

KEYS = 3  # so many operands decide about an order


def by_rows(rows: Any, indices: Any) -> Any:
    """An order of [J, K] in which the rows of the first operands ascend."""
    return np.lexsort(rows[indices[:, :KEYS]].T[::-1])


def as_operands(rows: Any, frame: Outer, numbers: bool) -> Outer:
    """A frame in the order in which its operands stand; `numbers`: those on the left are constants, which stand as they will."""
    down = np.arange(len(frame.a))
    if not numbers and (rows[frame.a] >= 0).all():
        down = np.lexsort(rows[frame.a].T[::-1])
    across = np.lexsort(rows[frame.b][::-1])
    return _inner(rows, _arranged(frame, down, across), numbers)


def as_targets(rows: Any, targets: Any, frame: Outer, numbers: bool) -> Outer:
    """A frame in the order in which its targets stand, sum j in row `targets[j]`; `numbers` as above."""
    places = targets[frame.order]
    frame = _arranged(frame, np.argsort(places[:, 0]), np.argsort(places[0]))
    places = targets[frame.order]
    across = places.shape[1] > 1 and places[0, 1] - places[0, 0] == 1
    down = places.shape[0] > 1 and places[1, 0] - places[0, 0] == 1
    if down and not across and not numbers:
        frame = Outer(frame.order.T, frame.b.T, frame.a.T)
    return _inner(rows, frame, numbers)


def _arranged(frame: Outer, down: Any, across: Any) -> Outer:
    return Outer(frame.order[down][:, across], frame.a[down], frame.b[:, across])


def _inner(rows: Any, frame: Outer, numbers: bool) -> Outer:
    """A frame whose products stand in each sum as their factors do."""
    keys = rows[frame.b[:, 0]]
    order = np.lexsort((np.arange(len(keys)) if numbers else rows[frame.a[0]], keys))
    return Outer(frame.order, frame.a[:, order], frame.b[order])
