"""The graph compiler: from a graph of Values to a program that runs it, forward and back, for whole batches.

What you can do with this package: `ag.compile(loss, inputs=[xs, ys], parameters=ws)`; see `program.py`. The files in the order of the
work: `scalars.py` and `reading.py` (a graph as sums of products and rows, its gradient included), `grouping.py` (what can be computed
together), `outer.py` (what is a matrix product), `arrangement.py` (where each number lives), which give an `array_program.py`. Three
interpreters run that: `reference.py`, slow and plain; `scalar_source.py`, straight-line Python on floats; `numpy_source.py` with
`numpy_arrays.py`, NumPy calls on arrays, which read them in place where `views.py` finds a stride. `feeds.py` checks batches, `bound.py`
makes the arrays, `cost.py` chooses, `program.py` is what the user sees.

What was found is told in formulas: `plain.py` takes the tricks out of instructions, `naming.py`, `roles.py` and `slopes.py` find names for
the arrays, `equations.py` writes formulas (`formula.py`) and knows the `four_equations.py`; `explanation.py` (with `work.py` and
`absorption.py`), `portrait.py` and `profiling.py` show them.
"""

from autograd_mini.compiler.program import Program, Result, compile

__all__ = ["Program", "Result", "compile"]
