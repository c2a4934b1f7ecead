"""The stepper under any sequence of commands: it comes back to equal states, and a walk to the end is `backward()`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from rich.table import Table

import autograd_mini as ag
from autograd_mini import Value, ops
from autograd_mini.checks import Expression, expressions
from autograd_mini.errors import NonFiniteError
from autograd_mini.graph import topological_order
from autograd_mini.listing import lines_of
from autograd_mini.moments import Backward
from autograd_mini.refusal import Refusal
from autograd_mini.stepper import Stepper
from autograd_mini.stepper.said import Said

NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-3, 3).map(float)


def text_of(said: Said) -> list[str]:
    return [line for thing in said for line in (lines_of(thing) if isinstance(thing, Table) else [str(thing)])]


class Steps(RuleBasedStateMachine):
    """The model is what a learner keeps in mind: how many steps are done, and which numbers were set."""

    @initialize(
        expression=expressions(rows=ops.TABLE.values()),
        by=st.sampled_from(["operations", "labels"]),
        labelled=st.sets(st.integers(0, 11)),
        trained=st.booleans(),
    )
    def start(self, expression: Expression, by: str, labelled: set[int], trained: bool) -> None:
        self.leaves, self.y = expression.record()
        self.by = by
        inside = topological_order([self.y], leaves=False)
        for i in labelled & set(range(len(inside))):
            inside[i].label = f"part {i}"
        used = [node for node in topological_order([self.y]) if node in set(self.leaves)]
        more: dict[str, Any] = {"parameters": used, "learning_rate": 0.01, "zero_grad": False} if trained and used else {}
        try:
            walk = ag.walk(self.y, by=by, **more)
        except NonFiniteError:  # an update has led out of a function's domain, as from 0.06 to -0.1 under log: such a walk is refused whole
            walk = ag.walk(self.y, by=by)
        self.stepper = Stepper(walk)
        self.position = 0
        self.at: dict[Value, float] = {}
        self.seen: dict[Any, Any] = {}
        self.recorded = self.graph()

    def graph(self) -> list[tuple[Value, str, str]]:
        return [(node, repr(node.data), repr(node.grad)) for node in topological_order([self.y])]

    def view(self) -> Any:
        """All that can be seen without moving; what-ifs may be refused where the numbers have left the finite ones."""
        seen = [text_of(self.stepper.show()), text_of(self.stepper.so_far())]
        try:
            return [*seen, text_of(self.stepper.what_if())]
        except ArithmeticError as error:
            return [*seen, str(error)]

    def refused(self, act: Callable[[], Said]) -> None:
        with pytest.raises(Refusal) as told:
            act()
        assert len(str(told.value).splitlines()) == 1

    @rule()
    def next(self) -> None:
        self.stepper.next()
        self.position = min(self.position + 1, len(self.stepper.walk))

    @rule()
    def back(self) -> None:
        self.stepper.back()
        self.position = max(self.position - 1, 0)

    @rule()
    def there_and_back(self) -> None:
        before, end = self.view(), self.position == len(self.stepper.walk)
        self.stepper.next()
        if not end:
            self.stepper.back()
        assert self.view() == before

    @rule(k=st.integers(-2, 60))
    def goto(self, k: int) -> None:
        if 0 <= k <= len(self.stepper.walk):
            assert self.stepper.goto(k)
            self.position = k
        else:
            self.refused(lambda: self.stepper.goto(k))

    @rule(data=st.data())
    def run_to(self, data: st.DataObject) -> None:
        node = data.draw(st.sampled_from(list(self.stepper.nodes.values())))
        ahead = [
            k for k, moment in enumerate(self.stepper.walk[self.position :], start=self.position + 1)
            if node is (moment.operand if isinstance(moment, Backward) else getattr(moment, "node", None))
        ]  # fmt: skip
        if ahead:
            self.stepper.run_to(node)
            self.position = ahead[0]
        else:
            self.refused(lambda: self.stepper.run_to(node))

    @rule(data=st.data(), number=NUMBERS)
    def set(self, data: st.DataObject, number: float) -> None:
        node = data.draw(st.sampled_from(list(self.stepper.nodes.values())))
        try:
            self.stepper.set(node, number)
        except ArithmeticError:  # the output is not finite where an update has led
            assert self.position > 0
        else:
            self.at[node] = number

    @rule(data=st.data())
    def unset(self, data: st.DataObject) -> None:
        node = data.draw(st.sampled_from(list(self.stepper.nodes.values())))
        if node not in self.at:
            self.refused(lambda: self.stepper.unset(node))
            return
        try:
            self.stepper.unset(node)
        except ArithmeticError:
            assert self.position > 0
        else:
            del self.at[node]

    @rule(number=st.sampled_from([float("inf"), float("-inf"), float("nan")]))
    def set_to_no_number(self, number: float) -> None:
        self.refused(lambda: self.stepper.set(self.y, number))

    @rule()
    def reset(self) -> None:
        self.stepper.reset()
        self.position, self.at = 0, {}

    @invariant()
    def the_state_is_the_models(self) -> None:
        assert self.stepper.walk.position == self.position
        assert list(self.stepper.at.items()) == list(self.at.items())

    @invariant()
    def the_same_state_looks_the_same_however_it_was_reached(self) -> None:
        view = self.view()
        at = tuple((id(node), repr(number)) for node, number in self.at.items())  # -0.0 is not 0.0, nor one 0 another node's 0
        assert self.seen.setdefault((self.position, at), view) == view

    @invariant()
    def the_graph_is_left_alone(self) -> None:
        assert self.graph() == self.recorded

    def teardown(self) -> None:
        if not hasattr(self, "stepper") or self.by == "labels":  # by labels, what lies between is multiplied first: other last digits
            return
        self.stepper.goto(len(self.stepper.walk))
        totals = {moment.operand: moment.total for moment in self.stepper.walk if isinstance(moment, Backward) and moment.iteration == 1}
        self.y.backward()
        for leaf in self.leaves:
            received = 1.0 if leaf is self.y else totals.get(leaf, 0.0)
            assert repr(received) == repr(float(leaf.grad)), leaf  # nan is nan, and -0.0 is not 0.0


TestSteps = Steps.TestCase
TestSteps.settings = settings(max_examples=60, stateful_step_count=25)
