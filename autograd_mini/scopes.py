"""Scopes: names for groups of nodes, so that a picture can fold a layer or a neuron into one box.

What you can do with this file: `with ag.scope("hidden"):` around the code that makes the nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["current_scope", "scope"]

_scope: ContextVar[tuple[str, ...]] = ContextVar("autograd_mini_scope", default=())

#: The scope that a node made now belongs to, outermost name first. A ContextVar: each thread has its own.
current_scope = _scope.get


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Group the nodes made inside the `with` block: pictures can fold them into one box. Scopes nest.

    >>> from autograd_mini import Value
    >>> with scope("hidden"):
    ...     y = Value(1.0) * 2
    >>> y.scope
    ('hidden',)
    """
    token = _scope.set((*_scope.get(), name))
    try:
        yield
    finally:
        _scope.reset(token)
