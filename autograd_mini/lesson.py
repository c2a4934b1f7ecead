"""The walkthrough: step the computation of a graph forward, and the chain rule back, in words and pictures.

What you can do with this file:

    w = ag.walk(y)          every operation forward, every edge backward
    w.next(); w.back()      one step; also w.goto(5), w.run_to(x), w.reset()
    w.draw(); print(w)      the picture of this moment; the whole lesson as text
    ag.draw(w)              the picture when all is done
    w.save("steps/")        one slide for each moment, in which nothing jumps

    ag.walk(y, by="labels")                                           only the named nodes, and what lies between them
    ag.walk(loss, parameters=[w1, w2], learning_rate=0.5)             goes on to the update, and to the next iteration

It derives nothing by itself (`moments.py` takes the steps of `backward.py`) and leaves the gradients of the graph as they are.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any, overload

from autograd_mini import backward
from autograd_mini.drawing.drawing import FORMATS, Drawing
from autograd_mini.drawing.picture import Picture
from autograd_mini.drawing.svg import frame
from autograd_mini.drawing.texts import Style
from autograd_mini.errors import ConstantError, GraphTooLarge, MissingExtra
from autograd_mini.graph import outputs_of
from autograd_mini.language import _
from autograd_mini.listing import names_of
from autograd_mini.moments import Backward, Moment, Pass, Steps, Update, passes
from autograd_mini.narration import Narrator
from autograd_mini.number import number, show
from autograd_mini.number_like import listed, require_values
from autograd_mini.replay import evaluate
from autograd_mini.stage import Stage, of_labels, of_values
from autograd_mini.value import Value

__all__ = ["Walk", "walk"]

LIMIT = 200  # nodes in a picture


def walk(
    outputs: Value | Sequence[Value],
    *,
    by: str = "operations",
    parameters: Iterable[Value] = (),
    learning_rate: float | None = None,
    zero_grad: bool = True,
    iterations: int | None = None,
    digits: int = 6,
    steps: Steps = backward.steps,
) -> Walk:
    """Walk through a graph, forward and back; of several outputs, the way back is that of their sum.

    * `by="labels"` goes by named Values: the local derivatives of all that lies between two of them are multiplied.
    * `parameters` with a `learning_rate` goes on to the update, each w ← w − learning rate × gradient, and the next iteration (2 in
      all, or `iterations`). With `zero_grad=False` the gradients are not set to zero in between: see what that does.
    * `digits`: significant digits of the numbers. `steps`: the chain rule to follow, `ag.slips` has some that go wrong.

    Raises NonFiniteError if an output is inf or nan in any of the iterations, TypeError and ValueError for arguments of the wrong
    kind, ConstantError for a parameter that is a constant.

    >>> price, count = Value(10.0, label="price"), Value(2.0, label="count")
    >>> w = walk(price * count)
    >>> w.next()
    1 of 3 · forward · v1
    Compute v1: price × count.
      10 × 2 = 20
    >>> w.goto(2).contribution
    2.0
    """
    wanted = outputs_of(outputs)
    require_values(wanted, "walk(y)")
    wanted = list(dict.fromkeys(wanted))
    if not wanted:
        raise TypeError("walk() takes a Value or a list of Values, got an empty list")
    if by not in ("operations", "labels"):
        raise ValueError(f"walk(by={by!r}): a walk goes by operations or by labels")
    if type(digits) is not int or digits < 1:
        raise ValueError(f"walk(digits={digits!r}): the number of significant digits is a whole number from 1")
    moved = listed(parameters, "walk(loss, parameters=[w, …])")
    rate, count = _training(wanted, moved, learning_rate, zero_grad, iterations)
    made = passes(wanted, by == "labels", list(dict.fromkeys(moved)), rate, zero_grad, count, steps)
    return Walk(wanted, made, by == "labels", digits)


def _training(
    outputs: list[Value], parameters: list[Value], learning_rate: float | None, zero_grad: bool, iterations: int | None
) -> tuple[float, int]:
    """The learning rate and the number of iterations, checked."""
    if bool(parameters) != (learning_rate is not None):
        raise ValueError("walk(loss, parameters=[w, …], learning_rate=0.5): the update needs both, the parameters and the learning rate")
    if learning_rate is None:
        if iterations is not None or not zero_grad:
            raise ValueError("walk(iterations=…, zero_grad=…): there are iterations only with parameters=[w, …] and learning_rate=…")
        return 0.0, 1
    require_values(parameters, "walk(loss, parameters=[w, …])")
    for w in parameters:
        if w.is_constant or w.operands:
            raise ConstantError(f"walk(parameters=…): {w!r} is no variable leaf; give the Values that were made from numbers")
    if len(outputs) > 1:
        raise ValueError("walk(loss, parameters=[w, …]) takes one loss; add several up first")
    count = 2 if iterations is None else iterations
    if type(count) is not int or count < 1:
        raise ValueError(f"walk(iterations={iterations!r}): the number of iterations is a whole number from 1")
    rate = number(learning_rate, "walk(learning_rate=…)")
    if not 0 < rate < inf:
        raise ValueError(f"walk(learning_rate={show(rate)}): a learning rate is a finite number above 0")
    return rate, count


class Walk(Sequence[Moment]):
    """A walkthrough, made by `ag.walk`: a sequence of moments, and a place in it. `position` counts the moments done.

    `names`: what its nodes are called; `digits`: how many significant digits its numbers show.
    """

    def __init__(self, outputs: list[Value], made: list[Pass], by_labels: bool, digits: int) -> None:
        self.outputs = outputs
        self.position = 0
        self._passes = made
        self._by_labels = by_labels
        self.digits = digits
        moments = [moment for this in made for moment in this.moments]
        self._moments = [replace(moment, view=View(self, i + 1)) for i, moment in enumerate(moments)]
        uses = {moment.operand: moment.branches for moment in moments if isinstance(moment, Backward)}
        self.names = names_of([*outputs, *(moment.node for moment in moments if isinstance(moment, Update))], digits)
        self._narrator = Narrator(self.names, outputs, uses, digits, by_labels)

    # --- a sequence -----------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._moments)

    @overload
    def __getitem__(self, index: int) -> Moment: ...
    @overload
    def __getitem__(self, index: slice) -> list[Moment]: ...
    def __getitem__(self, index: int | slice) -> Moment | list[Moment]:
        return self._moments[index]

    # --- a place in it --------------------------------------------------------------------------------------------

    @property
    def current(self) -> Moment | None:
        """The moment that was done last; None before the first."""
        return self._moments[self.position - 1] if self.position else None

    @property
    def current_pass(self) -> Pass:
        """The iteration of this moment: the graph at its numbers, and all its moments."""
        return self._passes[self.current.iteration - 1 if self.current else 0]

    def next(self) -> Moment | None:
        """Do one step and return it; None at the end, where nothing is left to do."""
        if self.position == len(self):
            return None
        return self.goto(self.position + 1)

    def back(self) -> Moment | None:
        """Undo one step and return the one before it; None at the start."""
        return self.goto(max(self.position - 1, 0))

    def goto(self, position: int) -> Moment | None:
        """Go to where `position` steps are done, from 0 to `len(walk)`; return the last of them. Raises ValueError outside."""
        self.position = self._place(position, "goto({})")
        return self.current

    def _place(self, position: int, call: str) -> int:
        if type(position) is not int or not 0 <= position <= len(self):
            asked = call.format(repr(position))
            raise ValueError(f"{asked}: a place in this walk is a whole number from 0 to {len(self)}, the steps that are done")
        return position

    def run_to(self, value: Value) -> Moment:
        """Go on to the next step in which `value` is computed, receives, or takes a step. Raises ValueError if none is ahead."""
        require_values([value], "run_to(x)")
        for position in range(self.position, len(self)):
            moment = self._moments[position]
            if value is (moment.operand if isinstance(moment, Backward) else getattr(moment, "node", None)):
                self.position = position + 1
                return moment
        name = self.names.get(value)
        known = f"no step with {name} is ahead; go back with reset(), or goto(k)" if name else f"{value!r} is not in this walk"
        raise ValueError(f"run_to(): {known}")

    def reset(self) -> None:
        """Go back to the start."""
        self.position = 0

    # --- pictures -------------------------------------------------------------------------------------------------

    def draw(
        self, at: Mapping[Value, float] | None = None, *, direction: str = "LR", legend: bool = False, position: int | None = None
    ) -> Drawing:
        """The picture of this moment: what is done, current, to come; every moment has the same layout.

        `at={x: 11.0}` adds a what-if, old → new on each edge that changes; `position` asks for another moment. Raises
        GraphTooLarge beyond 200 nodes, ValueError for an unknown direction or a node that is not in the graph.
        """
        style = Style(direction, self.digits, legend=legend)
        place = self.position if position is None else self._place(position, "draw(position={})")
        if at is not None:
            evaluate(self.outputs, at)  # complains about what is no node of this graph, or no number
        pictures = self._pictures(at or {})
        return Drawing(pictures[place], style, frame(pictures, style))

    def save(self, folder: str | os.PathLike[str], *, direction: str = "LR", legend: bool = True, format: str = "svg") -> list[Path]:
        """Write one slide for each moment, from before the first step, into `folder` (made if needed); return their paths.

        Raises as `draw` and `Drawing.save` do, OSError if the folder cannot be written.
        """
        if f".{format}" not in FORMATS:
            raise ValueError(f"save(format={format!r}): the formats are {', '.join(FORMATS)}")
        style = Style(direction, self.digits, legend=legend)
        pictures = self._pictures({})
        within = frame(pictures, style)
        Path(folder).mkdir(parents=True, exist_ok=True)
        width = len(str(len(self)))
        named = {Path(folder) / f"step-{i:0{width}}.{format}": picture for i, picture in enumerate(pictures)}
        return [Drawing(picture, style, within).save(path) for path, picture in named.items()]

    def __picture__(self) -> Picture:
        """The graph when all is done, for `ag.draw(walk)`."""
        return self._stages({})[-1].at(self._passes[-1].moments, None)

    def _pictures(self, at: Mapping[Value, float]) -> list[Picture]:
        """The pictures of all moments, from before the first."""
        stages = self._stages(at)
        seen = [(stage, this.moments[:done]) for stage, this in zip(stages, self._passes, strict=True) for done in _counting(this)]
        first = (stages[0], list[Moment]())
        return [stage.at(done, done[-1] if done else None, tuple(self.lines(i))) for i, (stage, done) in enumerate([first, *seen])]

    def _stages(self, at: Mapping[Value, float]) -> list[Stage]:
        """The whole picture of each iteration."""
        stages = [(of_labels if self._by_labels else of_values)(this, at, self.names, self.digits) for this in self._passes]
        nodes = len(stages[0].picture.nodes)
        if nodes > LIMIT:
            raise GraphTooLarge(
                f"this walk's picture would have {nodes:,} nodes, and the limit is {LIMIT}: walk(y, by='labels') has the named ones only, "
                "walk(part) a part; as text: print(walk)."
            )
        return stages

    # --- words ----------------------------------------------------------------------------------------------------

    def lines(self, position: int) -> list[str]:
        """What is said where `position` steps are done: a heading, sentences, and the arithmetic."""
        of = _("{k} of {n}", k=self._place(position, "lines({})"), n=len(self))
        if position == 0:
            return [_("{of} · before the first step", of=of)]
        moment = self._moments[position - 1]
        place = _("{of}, iteration {i}", of=of, i=moment.iteration) if len(self._passes) > 1 else of
        return [f"{place} · {self._narrator.heading(moment)}", *self._narrator.told(moment)]

    def __str__(self) -> str:
        if not self._moments:
            return _("There is nothing to walk through: the output was not computed from anything.")
        return "\n\n".join("\n".join(self.lines(position)) for position in range(1, len(self) + 1))

    def __repr__(self) -> str:
        return "\n".join(self.lines(self.position))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return View(self, self.position)._repr_mimebundle_()


def _counting(this: Pass) -> range:
    """How many moments of the iteration are done, from the first on."""
    return range(1, len(this.moments) + 1)


@dataclass(frozen=True)
class View:
    """A moment's place in its walk."""

    walk: Walk
    position: int

    def text(self) -> str:
        """The moment in words."""
        return "\n".join(self.walk.lines(self.position))

    def draw(self) -> Drawing:
        """The picture of the moment."""
        return self.walk.draw(position=self.position)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What Jupyter shows: the words, and the picture where there can be one."""
        words = {"text/plain": self.text()}
        try:
            return {**self.draw()._repr_mimebundle_(), **words}
        except (GraphTooLarge, MissingExtra):
            return words
