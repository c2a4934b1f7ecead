"""What people type: nodes by their names, and numbers.

What you can do with this file: `split_node("apple price 11", nodes)` finds the node of the longest name that the text starts
with, and what comes after it; `number_of("11")`, `whole_number_of("3")`; `close_to("prise", names)` to ask: did you mean …?

Names may have spaces, with or without quotation marks around them. What a Chinese keyboard types (full-width letters, digits
and spaces, “ ” 。) is taken for what it means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from math import isfinite

from autograd_mini.language import _
from autograd_mini.refusal import Refusal
from autograd_mini.source import MEANT, short
from autograd_mini.stepper.said import listed
from autograd_mini.value import Value

__all__ = ["NAMED", "close_to", "node_of", "number_of", "plain", "split_node", "whole_number_of"]

TYPED = MEANT | str.maketrans("“”‘’「」。", "\"\"''\"\".")
ALIKE = 0.65  # from 0, nothing in common, to 1
NAMED = 12  # nodes that a sentence lists


def plain(text: str) -> str:
    """The text as an English keyboard types it, with single spaces."""
    return " ".join(text.translate(TYPED).split())


def node_of(text: str, nodes: Mapping[str, Value]) -> Value:
    """The node of this name. Raises Refusal if there is none, or if more was typed."""
    node, rest = split_node(text, nodes)
    if rest:
        name = next(name for name, other in nodes.items() if other is node)
        raise Refusal(_("Only a node is written here: what is {rest} after {node}?", rest=short(rest), node=name))
    return node


def split_node(text: str, nodes: Mapping[str, Value]) -> tuple[Value, str]:
    """The node of the longest name that the text starts with, and the rest of the text. Raises Refusal if there is none."""
    typed = plain(text)
    names = {plain(name): node for name, node in list(nodes.items())[::-1] if plain(name)}
    spelled = {form: node for name, node in names.items() for form in (f"'{name}'", f'"{name}"')} | names
    for form in sorted(spelled, key=len, reverse=True):
        if typed.startswith(form) and typed[len(form) : len(form) + 1] in ("", " ", "="):
            return spelled[form], typed[len(form) :].strip()
    raise _unknown(typed, nodes)


def number_of(text: str) -> float:
    """The number that was typed. Raises Refusal for anything else, inf and nan included."""
    typed = plain(text).removeprefix("=").strip()
    try:
        number = float(typed)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise Refusal(_("{text} is no number to compute with: write one such as 11 or 0.5.", text=short(typed)))
    return number


def whole_number_of(text: str) -> int:
    """The whole number that was typed. Raises Refusal for anything else."""
    try:
        return int(plain(text))
    except ValueError:
        raise Refusal(_("{text} is no whole number.", text=short(plain(text)))) from None


def close_to(typed: str, names: Iterable[str]) -> str | None:
    """The name that was perhaps meant."""
    return next(iter(get_close_matches(typed, list(names), 1, ALIKE)), None)


def _unknown(typed: str, nodes: Mapping[str, Value]) -> Refusal:
    name = _without_a_number(typed).strip("'\"")
    if guess := close_to(name, nodes):
        return Refusal(_("There is no node {name}; did you mean {guess}?", name=short(name), guess=guess))
    return Refusal(_("There is no node {name}; the nodes are {names}.", name=short(name), names=listed(nodes, NAMED)))


def _without_a_number(typed: str) -> str:
    """prise 11, prise=11: what was meant as a name."""
    name, _space, last = typed.replace("=", " ").rstrip().rpartition(" ")
    try:
        float(last)
    except ValueError:
        return typed
    return name.strip() or typed
