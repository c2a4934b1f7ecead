"""The graph compiler: from a graph of Values to a program that runs it, forward and back, for whole batches.

What you can do with this package: `ag.compile(loss, inputs=[xs, ys], parameters=ws)`; see `program.py`. The files in the order of the
work:

* reading: `scalars.py` and `reading.py`, a graph as sums of products and rows, its gradient included;
* finding: `grouping.py`, what can be computed together; `completing.py`, what lacks a little; `outer.py`, what is a matrix product;
* placing: `places.py` and `frames.py`, where each number lives; `arrangement.py`, which instructions that makes;
* the result: `array_program.py`;
* its interpreters: `reference.py`, slow and plain; `scalar_source.py`, straight-line Python on floats; `numpy_source.py` with
  `numpy_arrays.py`, NumPy calls on arrays, which read them in place where `views.py` finds a stride;
* running: `feeds.py` checks batches, `memory.py` and `bound.py` make the arrays, `cost.py` chooses, `program.py` is what the user sees;
* telling: `explaining/`, `profiling.py`.
"""

from autograd_mini.compiler.program import Program, Result, compile

__all__ = ["Program", "Result", "compile"]
