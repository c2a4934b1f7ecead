"""The graph compiler: from a graph of Values to a program that runs it, forward and back, for whole batches.

What you can do with this package: `ag.compile(loss, inputs=[xs, ys], parameters=ws)`; see `program.py`. The files in the order of the
work: `tape.py` (the graph as a straight line of instructions, its gradient included), `source.py` (that line as Python),
`kernels.py` (the rows on arrays), `reference.py` (the same line run slowly and plainly, to test the others by), `feeds.py` (batches,
checked), `program.py`.
"""

from autograd_mini.compiler.program import Program, Result, compile

__all__ = ["Program", "Result", "compile"]
