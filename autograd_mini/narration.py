"""The moments of a walkthrough in words: one or two sentences, the rule from the op table, one line of arithmetic.

What you can do with this file: `Narrator(…).told(moment)` gives the lines for one moment, in the learner's language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatchmethod

from autograd_mini.language import _
from autograd_mini.moments import Backward, Forward, Moment, Update, ZeroGrad
from autograd_mini.number import corrected, show
from autograd_mini.replay import replay
from autograd_mini.row import Operation
from autograd_mini.symbols import formula, local_formulas, spell
from autograd_mini.value import Value

__all__ = ["Narrator"]

LONGEST_SUM = 8  # operands written out
LONGEST_FORMULA = 60  # characters
LETTERS = "xyzuvwpq"


@dataclass(frozen=True)
class Narrator:
    """Tells moments. `names`: what the nodes are called; `outputs`: where the way back starts; `uses`: how often each is used."""

    names: Mapping[Value, str]
    outputs: list[Value]
    uses: Mapping[Value, int]
    digits: int
    by_labels: bool

    def heading(self, moment: Moment) -> str:
        """The phase, and what it is about: a node, or an edge in the direction of the signal."""
        phase = {"forward": _("forward"), "backward": _("backward"), "update": _("update"), "zero_grad": _("zero_grad")}[moment.phase]
        return f"{phase} · {about}" if (about := self._about(moment)) else phase

    def _about(self, moment: Moment) -> str:
        if isinstance(moment, Backward):
            return f"{self.names[moment.node]} → {self.names[moment.operand]}"
        return self.names[moment.node] if isinstance(moment, (Forward, Update)) else ""

    @singledispatchmethod
    def told(self, moment: Moment) -> list[str]:
        """The sentences of one moment, and last its arithmetic."""
        raise TypeError(f"told() takes a moment of a walk, got {moment!r:.80}")

    @told.register
    def _forward(self, moment: Forward) -> list[str]:
        name, uses = self.names[moment.node], self.uses[moment.node]
        sentences = [_("Compute {node}: {written}.", node=name, written=self._spelled(moment, [self.names[x] for x in moment.operands]))]
        if uses > 1:
            fork = _("{node} is used {n} times, a fork: what comes back along its branches will add up.", node=name, n=uses)
            sentences.append(fork)
        return [*sentences, f"{self._spelled(moment, [self._show(x) for x in moment.numbers])} = {self._show(moment.result)}"]

    @told.register
    def _backward(self, moment: Backward) -> list[str]:
        why, rule = (self._between(moment), "") if self.by_labels else self._rule(moment)
        sentences = [self._from_above(moment), why]
        product = self._corrected(moment.contribution, moment.right)
        arithmetic = f"{rule}{self._show(moment.upstream)} × {self._bracketed(moment.local_derivative)} = {product}"
        if moment.branches > 1:
            fork = _("{node} is used {n} times: what comes back adds up; this is number {k}.")
            sentences.append(fork.format(node=self.names[moment.operand], n=moment.branches, k=moment.arrival))
        arithmetic += self._sum(moment)
        if moment.arrival == moment.branches and len(self.outputs) == 1:
            derivative = f"∂{self.names[self.outputs[0]]}/∂{self.names[moment.operand]}"
            arithmetic += f"   → {derivative} = {self._corrected(moment.total, moment.derivative)}"
        return [*sentences, arithmetic]

    @told.register
    def _update(self, moment: Update) -> list[str]:
        name = self.names[moment.node]
        sentences = [_("{node} takes a step against its derivative: {node} ← {node} − learning rate × derivative.", node=name)]
        if moment.left_over:
            parts = self._show(moment.left_over), self._show(moment.gradient - moment.left_over), self._show(moment.gradient)
            held = _("The derivatives of earlier iterations were not forgotten: {old} + {new} = {whole}.")
            sentences.append(held.format(**dict(zip(("old", "new", "whole"), parts, strict=True))))
        rate, gradient = self._show(moment.learning_rate), self._bracketed(moment.gradient)
        return [*sentences, f"{self._show(moment.old)} − {rate} × {gradient} = {self._show(moment.new)}"]

    @told.register
    def _zero_grad(self, moment: ZeroGrad) -> list[str]:
        names = ", ".join(self.names[w] for w in moment.gradients)
        return [_("The gradients of {names} are set to zero. Otherwise the next backward pass would add to what they hold.", names=names)]

    def _sum(self, moment: Backward) -> str:
        """What the operand held, and this contribution: where it held something."""
        whole, total = self._show(moment.before + moment.contribution), self._show(moment.total)
        if moment.arrival == 1 and total == whole:
            return ""
        before = moment.before if moment.arrival > 1 else moment.total - moment.contribution  # left over, by a slip
        return f";  {self._show(before)} + {self._bracketed(moment.contribution)} = {corrected(total, whole)}"

    # --- the sentences of a backward step -------------------------------------------------------------------------

    def _from_above(self, moment: Backward) -> str:
        name, upstream = self.names[moment.node], self._show(moment.upstream)
        if moment.node in self.outputs and moment.upstream == 1.0:
            return _("The way back starts at the output: ∂{node}/∂{node} = 1.", node=name)
        return _("From above (the side of the output) {node} has received {upstream}.", node=name, upstream=upstream)

    def _rule(self, moment: Backward) -> tuple[str, str]:
        """The row's own words, with what its operands hold; and its formula, to stand before the arithmetic."""
        op: Operation = moment.node.op  # type: ignore[assignment]  # only operations pass anything back
        held = [self._held(operand, number) for operand, number in zip(moment.operands[:3], moment.numbers, strict=False)]
        fields = dict(zip("xyz", held, strict=False))
        fields |= {"other": held[1 - moment.position] if len(moment.operands) == 2 else "", "out": self._show(moment.result)}
        sentence = _(op.words[min(moment.position, len(op.words) - 1)], **fields)
        return sentence, self._formula(op, moment.position, len(moment.operands))

    def _formula(self, op: Operation, position: int, count: int) -> str:
        """∂(x*y)/∂x = y, from the op table, and a colon."""
        if count > LONGEST_SUM:
            return ""
        names = LETTERS[:count] if op.arity else [f"x{i + 1}" for i in range(count)]
        letters = [Value(1.0, name) for name in names]
        whole = formula(op(*letters)).text
        rule = re.sub(r"\bout\b", lambda _match: whole if whole.endswith(")") else f"({whole})", local_formulas(op, count)[position])
        return f"∂{whole if op.arity == 1 else f'({whole})'}/∂{names[position]} = {rule}:   "

    def _between(self, moment: Backward) -> str:
        """By labels: how much does one named node move the next? The answer is a formula too, if it is short."""
        node, operand, answer = self.names[moment.node], self.names[moment.operand], self._show(moment.local_derivative)
        again = replay([moment.node, *moment.operands], dict(zip(moment.operands, moment.numbers, strict=True)))
        written = formula(again[0], wrt=again[1 + moment.position]).text
        if "\n" not in written and len(written) <= LONGEST_FORMULA and written != answer:
            answer = f"{written} = {answer}"
        question = _("How much does {node} move when {operand} moves? ∂{node}/∂{operand} = {answer}.")
        return question.format(node=node, operand=operand, answer=answer)

    # --- numbers and names ----------------------------------------------------------------------------------------

    def _spelled(self, moment: Forward, texts: list[str]) -> str:
        if len(texts) <= LONGEST_SUM:
            return spell(moment.node, dict(zip(moment.operands, texts, strict=True)))
        op: Operation = moment.node.op  # type: ignore[assignment]  # it was computed
        return f"{op.symbol}({texts[0]}, {texts[1]}, … {texts[-1]})"

    def _held(self, operand: Value, number: float) -> str:
        name, shown = self.names[operand], self._show(number)
        return shown if name == shown else f"{name} = {shown}"

    def _show(self, x: float) -> str:
        return show(x + 0.0, self.digits)  # + 0.0: nobody writes -0

    def _corrected(self, found: float, right: float) -> str:
        """A number; where a slip led to another one, with the right one beside it."""
        return corrected(self._show(found), self._show(right))

    def _bracketed(self, x: float) -> str:
        shown = self._show(x)
        return f"({shown})" if shown.startswith("-") else shown
