"""The chain rule on a curve: z = t², t = x + y, where derivative and what-if part.

Course 001 (链式求导法则). The course gives no numbers; x = 1 and y = 2 are ours. Try it: `python -i -m demos.chain_rule`.
"""

from __future__ import annotations

from pathlib import Path

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.number import show
from demos.report import alone, backward_numbers, forward_numbers, heading, pictures, say, title, what_ifs

TITLE = "The chain rule: z = t², t = x + y (course 001, 链式求导法则)"

x = Value(1.0, label="x")
y = Value(2.0, label="y")
t = x + y
z = t**2
ag.label(t=t, z=z)
z.backward()

STEPS = (1.0, 0.1, 0.01, 0.001)


def run(out: Path, quick: bool = False) -> None:
    """Tell the lesson and save its pictures in the folder `out`."""
    title(TITLE)
    heading("Forward: compute")
    forward_numbers([t])
    say(f"  t**2 = {show(t.data)}**2 = z {show(z.data)}")
    heading("Backward: ∂z/∂x = ∂z/∂t × ∂t/∂x")
    backward_numbers(z, [z, t, x, y])
    say("  the power brings its exponent down: 1 × 2t = 2 × 3 = 6; the add node sends 6 on to x and to y, unchanged")
    say(f"  as a formula: ∂z/∂x = {ag.formula(z, wrt=x)}")
    heading("Try it: on a curve, derivative and what-if part")
    what_ifs(z, [{x: 1.0 + step} for step in STEPS], watch=[t])
    say("The derivative is the slope of the tangent: true for ever smaller steps. What is missing is step²:")
    for step in STEPS:
        change = ag.evaluate(z, {x: 1.0 + step})[z] - z.data
        say(f"  step {show(step):5}  change / step = {show(change / step, 8):6}  derivative = {show(x.grad)}")
    heading("The nodes, by name")
    say("  a general node y = f(x) sends E × ∂y/∂x to its operand")
    say("  an add node sends E on as it is")
    say("  a multiply node sends E × the other operand")
    changes = {"1": {x: 2.0}, "0.01": {x: 1.01}}
    pictures(out, "chain_rule", z, {} if quick else changes, {})


if __name__ == "__main__":
    alone(run)
