"""Stepper: a walk, the place in it, and the what-ifs in force. Its methods return what is to be said; nothing is printed or read.

What you can do with this file:

    stepper = Stepper(ag.walk(y))
    stepper.next(); stepper.back(); stepper.goto(5); stepper.run_to(x); stepper.reset()
    stepper.set(x, 11.0); stepper.unset(x); stepper.what_if()     what if x were 11? The walk and its old numbers stay
    stepper.why(x); stepper.explain(x)                            why ∂y/∂x is what it is, in short and in full
    stepper.show(); stepper.so_far()                              where we are; the lesson so far

What cannot be done raises Refusal, one sentence in the learner's language, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from autograd_mini.explanation import explain
from autograd_mini.language import _
from autograd_mini.lesson import LIMIT, Walk
from autograd_mini.listing import is_plain
from autograd_mini.number import show
from autograd_mini.reasons import why
from autograd_mini.refusal import Refusal
from autograd_mini.stepper import words
from autograd_mini.stepper.answer import answer, aside
from autograd_mini.stepper.overview import about, nodes_of, overview
from autograd_mini.stepper.said import Said, hint
from autograd_mini.stepper.what_if import WhatIf, what_if
from autograd_mini.value import Value

__all__ = ["Stepper"]

SHORT = 40  # nodes that are listed unasked


class Stepper:
    """A walk that a learner steps through. `nodes`: the nodes of the walk by name; `at`: the what-ifs in force.

    >>> import autograd_mini as ag
    >>> price, count = Value(10.0, label="price"), Value(2.0, label="count")
    >>> stepper = Stepper(ag.walk(price * count))
    >>> stepper.next()[1:]
    ['Compute v1: price × count.', '  10 × 2 = 20']
    >>> stepper.set(price, 11.0)[-1]
    'The derivative foretold 2 × 1 = 2; the true change of v1 is 2.'
    >>> stepper.walk.position, stepper.at == {price: 11.0}
    (1, True)
    """

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.at: Mapping[Value, float] = {}
        known = nodes_of(walk, walk.outputs)
        self.nodes = {name: node for node, name in walk.names.items() if node in known and not is_plain(node)}

    # --- a place in the walk --------------------------------------------------------------------------------------

    def next(self) -> Said:
        """Do one step; at the end, say what can be done now."""
        if self.walk.position == len(self.walk):
            return words.end(self.walk, self.nodes)
        self.walk.next()
        return self._here()

    def back(self) -> Said:
        """Undo one step."""
        if self.walk.position == 0:
            return [_("This is the start: there is no step to undo.")]
        self.walk.back()
        return self._here()

    def goto(self, position: int) -> Said:
        """Go to where `position` steps are done. Raises Refusal outside the walk."""
        if not 0 <= position <= len(self.walk):
            raise Refusal(_("A place in this walk is a whole number from 0 to {n}: the steps that are done.", n=len(self.walk)))
        self.walk.goto(position)
        return self._here()

    def run_to(self, node: Value) -> Said:
        """Go on to the next step that is about the node. Raises Refusal if none is ahead."""
        try:
            self.walk.run_to(node)
        except ValueError:
            name = self.walk.names[node]
            raise Refusal(_("No step with {node} is ahead: go back with b, or to the start with g 0.", node=name)) from None
        return self._here()

    def reset(self) -> Said:
        """Go back to the start, without what-ifs."""
        self.at = {}
        return self.goto(0)

    # --- what if --------------------------------------------------------------------------------------------------

    def set(self, node: Value, number: float) -> Said:
        """What if the node had this number? It is added to the what-ifs in force. Raises Refusal for inf and nan."""
        if not isfinite(number):
            raise Refusal(_("{text} is no number to compute with: write one such as 11 or 0.5.", text=show(number)))
        return self._ask({**self.at, node: number})

    def unset(self, node: Value) -> Said:
        """Take a what-if back. Raises Refusal if there is none for the node."""
        if node not in self.at:
            raise Refusal(_("There is no what-if for {node} to take back.", node=self.walk.names[node]))
        return self._ask({other: number for other, number in self.at.items() if other is not node})

    def what_if(self) -> Said:
        """The what-ifs in force: old → new of each node that changes, and what the derivative foretold beside the true change."""
        return self._ask(self.at)

    def _ask(self, at: Mapping[Value, float]) -> Said:
        """The answer; what is asked comes into force once there is one."""
        if asked := self._asked(at):
            said = answer(self.walk, self.nodes, asked)
        else:
            said = [_("No what-if is in force: set {node} {number} asks one.", **words.example(self.nodes))]
        self.at = at
        return said

    def _asked(self, at: Mapping[Value, float]) -> WhatIf | None:
        return what_if(self.walk.current_pass, at) if at else None

    # --- why ------------------------------------------------------------------------------------------------------

    def why(self, node: Value | None = None) -> Said:
        """Why is the derivative with respect to the node what it is? By default, the node that this step is about."""
        asked = self._node_asked(node)
        said = [line for output in self.walk.current_pass.outputs for line in words.reason(output, self._now(asked))]
        return [*said, hint(_("w {node} all: three ways to this number.", node=self.walk.names[asked]))]

    def explain(self, node: Value | None = None) -> Said:
        """The same with all that is to be said: five paths, three ways to the derivative, and why they differ in the last digits."""
        now = self._now(self._node_asked(node))
        said: Said = []
        for output in self.walk.current_pass.outputs:
            said += [str(why(output, now)), "", str(explain(output, now)), ""]
        return said[:-1]

    def _node_asked(self, node: Value | None) -> Value:
        asked = about(self.walk.current) if node is None else node
        if asked is None:
            raise Refusal(_("Of which node? For example: w {node}", node=words.example(self.nodes)["node"]))
        return asked

    def _now(self, node: Value) -> Value:
        """A node, which the user knows, as it is in this iteration."""
        return self.walk.current_pass.current[node]

    # --- to look at -----------------------------------------------------------------------------------------------

    def intro(self) -> Said:
        """What is to be walked through, and how."""
        if not len(self.walk):
            return words.intro(self.walk)
        listed = self.show() if len(self.nodes) <= SHORT else [words.place(self.walk)]
        return [*words.intro(self.walk), "", *listed, "", words.keys()]

    def show(self) -> Said:
        """Where we are: each node with its number and its derivative so far. Of a very large graph, the nodes of this step."""
        said: Said = [words.place(self.walk)]
        nodes = list(self.nodes.values())
        if len(nodes) > LIMIT:
            near = nodes_of([self.walk.current] if self.walk.current else [], self.walk.outputs)
            said.append(hint(_("Of {count} nodes, those of this step:", count=f"{len(nodes):,}")))
            nodes = [node for node in nodes if node in near]
        return [*said, overview(self.walk, nodes, self._asked(self.at))]

    def so_far(self) -> Said:
        """The lesson so far, from the first step on."""
        steps = [words.step_of(self.walk, position) for position in range(1, self.walk.position + 1)]
        return [line for step in steps for line in [*step, ""]][:-1] if steps else [words.place(self.walk)]

    def _here(self) -> Said:
        said = words.step_of(self.walk, self.walk.position)
        if asked := self._asked(self.at):
            said += aside(self.walk, asked)
        return [*said, "", *words.end(self.walk, self.nodes)] if self.walk.position == len(self.walk) else said
