"""The moments of a walkthrough in words: one or two sentences, the rule from the op table, one line of arithmetic.

What you can do with this file: `Narrator(…).told(moment)` gives the lines for one moment, in the learner's language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, singledispatchmethod

from autograd_mini.graph import topological_order
from autograd_mini.language import _
from autograd_mini.listing import is_plain
from autograd_mini.moments import Backward, Forward, Moment, Update, ZeroGrad
from autograd_mini.number import corrected, in_brackets, show
from autograd_mini.replay import changed_since
from autograd_mini.row import Operation
from autograd_mini.symbols import formula, local_formulas, slope, spell
from autograd_mini.value import Value, make

__all__ = ["Narrator"]

LONGEST = 100  # characters of a formula
MOST = 8  # names in a row, operands of a rule
LETTERS = "xyzuvwpq"  # of operands, while a rule is written
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Narrator:
    """Tells moments. `names`: what the nodes are called; `outputs`: where the way back starts; `uses`: how often each is used."""

    names: Mapping[Value, str]
    outputs: Sequence[Value]
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
        """The lines for one moment: its sentences, then its arithmetic, set in."""
        raise TypeError(f"told() takes a moment of a walk, got {moment!r:.80}")

    @told.register
    def _forward(self, moment: Forward) -> list[str]:
        name, uses = self.names[moment.node], self.uses.get(moment.node, 0)
        sentences = [_("Compute {node}: {written}.", node=name, written=self._spelled(moment, [self.names[x] for x in moment.operands]))]
        if uses > 1:
            sentences.append(_("{node} is used {n} times, a fork: what comes back along its branches will add up.", node=name, n=uses))
        if moment.iteration == 1 and any(changed_since(topological_order([moment.node], ends=moment.operands))):
            sentences.append(_("{node} no longer follows from its operands: a leaf's .data was set since.", node=name))
        return [*sentences, f"  {self._spelled(moment, [self._show(x) for x in moment.numbers])} = {self._show(moment.result)}"]

    @told.register
    def _backward(self, moment: Backward) -> list[str]:
        why, rule = (self._between(moment), "") if self.by_labels else self._rule(moment)
        sentences = [self._from_above(moment), why]
        product = self._corrected(moment.contribution, moment.right)
        arithmetic = f"{rule}{self._show(moment.upstream)} × {self._bracketed(moment.local_derivative)} = {product}"
        if moment.branches > 1:
            name, n, k = self.names[moment.operand], moment.branches, moment.arrival
            sentences.append(_("{node} is used {n} times: what comes back adds up; this is number {k}.", node=name, n=n, k=k))
        arithmetic += self._sum(moment)
        if moment.arrival == moment.branches and self._whole:
            arithmetic += f"   → ∂{self._whole}/∂{self.names[moment.operand]} = {self._corrected(moment.total, moment.derivative)}"
        return [*sentences, f"  {arithmetic}"]

    @told.register
    def _update(self, moment: Update) -> list[str]:
        name = self.names[moment.node]
        sentences = [_("{node} takes a step against its derivative: {node} ← {node} − learning rate × derivative.", node=name)]
        if moment.left_over:
            old, new, whole = self._show(moment.left_over), self._bracketed(moment.received), self._show(moment.gradient)
            held = _("The derivatives of earlier iterations were not forgotten: {old} + {new} = {whole}.", old=old, new=new, whole=whole)
            sentences.append(held)
        rate, gradient = self._show(moment.learning_rate), self._bracketed(moment.gradient)
        return [*sentences, f"  {self._show(moment.old)} − {rate} × {gradient} = {self._show(moment.new)}"]

    @told.register
    def _zero_grad(self, moment: ZeroGrad) -> list[str]:
        names = [self.names[w] for w in moment.gradients]
        listed = ", ".join(names if len(names) <= MOST else [*names[:2], f"… {names[-1]}"])
        return [_("The gradients of {names} are set to zero. Otherwise the next backward pass would add to what they hold.", names=listed)]

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
        if moment.node in self._starts and moment.upstream == 1.0:
            return _("The way back starts at the output: ∂{node}/∂{node} = 1.", node=name)
        return _("From above (the side of the output) {node} has received {upstream}.", node=name, upstream=upstream)

    def _rule(self, moment: Backward) -> tuple[str, str]:
        """The row's own words, with what its operands hold; and its formula, to stand before the arithmetic."""
        op: Operation = moment.node.op  # type: ignore[assignment]  # only operations pass anything back
        held = [self._held(operand, number) for operand, number in zip(moment.operands[:3], moment.numbers, strict=False)]
        fields = dict(zip("xyz", held, strict=False))
        fields |= {"other": held[1 - moment.position] if len(moment.operands) == 2 else "", "out": self._show(moment.result)}
        sentence = _(op.words[min(moment.position, len(op.words) - 1)], **fields)
        return sentence, self._formula(moment)

    def _formula(self, moment: Backward) -> str:
        """∂(price*count)/∂price = count, from the op table, and a colon; nothing where that would be long, or where no formula holds."""
        op: Operation = moment.node.op  # type: ignore[assignment]  # only operations pass anything back
        letters = LETTERS[: len(moment.operands)]
        if len(moment.operands) > MOST:
            return ""
        whole = formula(make(Value, 1.0, None, op, tuple([Value(1.0, letter) for letter in letters]))).text
        whole = whole if whole.endswith(")") else f"({whole})"
        try:
            rule = local_formulas(op, letters)[moment.position]
        except (TypeError, ValueError, ArithmeticError):  # a rule of one's own that takes numbers only
            return ""
        rule = re.sub(r"\bout\b(?!\()", lambda _match: whole, rule)
        said = dict(zip(letters, self._told_apart(moment), strict=True))
        line = re.sub(rf"\b[{letters}]\b(?!\()", lambda letter: said[letter[0]], f"∂{whole}/∂{letters[moment.position]} = {rule}:   ")
        return line if len(line) <= LONGEST and "\n" not in line else ""

    def _told_apart(self, moment: Backward) -> list[str]:
        """What the operands are called; the uses of one that is used twice: x₁, x₂."""
        uses, count = Counter[Value](), Counter(moment.operands)
        names = []
        for operand, number in zip(moment.operands, moment.numbers, strict=True):
            uses[operand] += 1
            name = self._bracketed(number) if is_plain(operand) else self.names[operand]
            names.append(name + str(uses[operand]).translate(SUBSCRIPTS) if count[operand] > 1 else name)
        return names

    def _between(self, moment: Backward) -> str:
        """By labels: how much does one named node move the next? The answer is a formula too, if it is short."""
        node, operand, answer = self.names[moment.node], self.names[moment.operand], self._show(moment.local_derivative)
        written = slope(moment.node, moment.operand, {x: self.names[x] for x in moment.operands})
        answer = answer if written in (None, answer) else f"{written} = {answer}"
        fields = {"node": node, "operand": operand, "answer": answer}
        return _("How much does {node} move when {operand} moves? ∂{node}/∂{operand} = {answer}.", **fields)

    @cached_property
    def _starts(self) -> frozenset[Value]:
        """Where the way back starts."""
        return frozenset(self.outputs)

    @cached_property
    def _whole(self) -> str:
        """What is differentiated: the output, or the sum of some; of many it would be too long."""
        names = [self.names[output] for output in self.outputs]
        return "" if len(names) > MOST else names[0] if len(names) == 1 else f"({' + '.join(names)})"

    # --- numbers and names ----------------------------------------------------------------------------------------

    def _spelled(self, moment: Forward, texts: list[str]) -> str:
        return spell(moment.node, dict(zip(moment.operands, texts, strict=True)))

    def _held(self, operand: Value, number: float) -> str:
        name, shown = self.names[operand], self._show(number)
        return shown if name == shown else f"{name} = {shown}"

    def _show(self, x: float) -> str:
        return show(x, self.digits)

    def _corrected(self, found: float, right: float) -> str:
        """A number; where a slip led to another one, with the right one beside it."""
        return corrected(self._show(found), self._show(right))

    def _bracketed(self, x: float) -> str:
        return in_brackets(self._show(x))
