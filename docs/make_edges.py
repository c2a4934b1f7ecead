"""Write docs/edges.md: what every row of the op table gives at its edges.

What you can do with this file: `python docs/make_edges.py` writes the table anew, from the rows themselves. A test
holds the written table equal to what this makes, and every interpretation equal to the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import copysign, inf, nan
from pathlib import Path

from autograd_mini import ops
from autograd_mini.number import show
from autograd_mini.row import Operation

TINY = 5e-324
#: The points shown: where an operation leaves its domain, overflows, ties, or meets -0.0, ±inf, nan, subnormals.
EDGES: dict[str, list[tuple[float, ...]]] = {
    "add": [(inf, -inf), (-0.0, 0.0), (1e308, 1e308), (nan, 1.0)],
    "sub": [(inf, inf), (0.0, 0.0), (-0.0, 0.0), (1.0, nan)],
    "mul": [(0.0, inf), (-0.0, 3.0), (1e200, 1e200), (TINY, 0.5), (nan, 0.0)],
    "div": [(1.0, 0.0), (1.0, -0.0), (-1.0, 0.0), (0.0, 0.0), (inf, inf), (1.0, inf), (TINY, 2.0), (1.0, TINY)],
    "neg": [(0.0,), (-0.0,), (inf,), (nan,)],
    "pow": [
        (0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (0.0, 0.5), (0.0, -1.0), (-0.0, -1.0), (-0.0, 3.0), (-1.0, 2.0), (-2.0, 3.0), (-8.0, 1 / 3),
        (1.0, nan), (nan, 0.0), (nan, 2.0), (-1.0, inf), (2.0, inf), (0.5, inf), (inf, -1.0), (-inf, 3.0), (-inf, 0.5), (10.0, 309.0),
    ],
    "exp": [(710.0,), (-746.0,), (inf,), (-inf,), (-0.0,), (nan,)],
    "log": [(0.0,), (-0.0,), (-1.0,), (TINY,), (inf,), (nan,)],
    "sqrt": [(0.0,), (-0.0,), (-1.0,), (TINY,), (inf,), (nan,)],
    "sin": [(0.0,), (-0.0,), (inf,), (nan,)],
    "cos": [(0.0,), (inf,), (nan,)],
    "tanh": [(-0.0,), (19.0,), (20.0,), (-1000.0,), (inf,), (nan,)],
    "sigmoid": [(0.0,), (36.0,), (37.0,), (-37.0,), (1000.0,), (-745.0,), (-1000.0,), (inf,), (-inf,), (nan,)],
    "relu": [(0.0,), (-0.0,), (TINY,), (-inf,), (inf,), (nan,)],
    "softplus": [(0.0,), (37.0,), (-37.0,), (1000.0,), (-1000.0,), (inf,), (-inf,), (nan,)],
    "abs": [(0.0,), (-0.0,), (-TINY,), (-inf,), (nan,)],
    "maximum": [(2.0, 2.0), (0.0, -0.0), (-0.0, 0.0), (-inf, inf), (nan, 1.0), (1.0, nan)],
    "minimum": [(2.0, 2.0), (0.0, -0.0), (-0.0, 0.0), (-inf, inf), (nan, 1.0), (1.0, nan)],
    "gt": [(2.0, 2.0), (0.0, -0.0), (inf, inf), (nan, 1.0)],
    "ge": [(2.0, 2.0), (0.0, -0.0), (inf, inf), (nan, 1.0)],
    "where": [(0.0, 1.0, 2.0), (-0.0, 1.0, 2.0), (nan, 1.0, 2.0), (1.0, nan, 2.0), (0.0, inf, 2.0)],
    "sum": [(inf, -inf), (1e16, 1.0, -1e16), (-0.0, -0.0), (nan, 1.0)],
    "logsumexp": [(1000.0, 1000.0), (-1000.0, -1001.0), (-inf, -inf), (-inf, 0.0), (inf, 0.0), (inf, inf), (nan, 0.0)],
}  # fmt: skip

INTRODUCTION = """\
# Edge values

What every operation gives where arithmetic gets interesting: its value, and its local derivative for each operand.
This table is made by `python docs/make_edges.py` from the op table, and a test holds it true: kernels on plain numbers, recorded graphs,
gradients that are graphs (`create_graph=True`), `evaluate` and `replay` all give these numbers. NumPy gives the same values (with one
exception: some of its versions compute `(-inf)**0.5` as a square root, nan; C, Python and JavaScript say inf).

The conventions behind it:

* Kernels never raise. They follow IEEE 754: 1/0 is inf, log(-1) is nan, exp(710) is inf, (-8)**(1/3) is nan.
* A kink has one stated slope: relu'(0) = 0, abs'(0) = 0, a tie in maximum or minimum splits ½ ½. Comparisons have slope 0.
* 0**0 = 1, and its slope along the base is 0. Where x = 0, the slope along the exponent counts log(x) as 0. A negative base has no slope
  along its exponent: nan. A *constant* exponent is never differentiated, so x**2 at -1 takes no logarithm.
* σ' is computed as a(1 - a) and tanh' as 1 - a², as they are taught. Far out they lose what a float cannot hold: σ' is 0 from x ≈ 37, where
  the truth is about 1e-16, and tanh' from |x| ≈ 19.
* The chain rule multiplies: 0 · inf is nan, and nobody skips a zero. `(x.sqrt() * 0.0)` at x = 0 has the gradient 0 · inf = nan.
* An infinite *gradient* of a finite value is no error (sqrt at 0). `backward()` from a *value* that is inf or nan raises `NonFiniteError`.
"""


def written(x: float) -> str:
    """A number as the table shows it; the sign of -0.0 matters here."""
    if x == 0 and copysign(1.0, x) < 0:
        return "-0"
    return repr(x) if 0 < abs(x) < 1e-300 else show(x)


def rows_of(op: Operation) -> Iterator[str]:
    """The lines of one operation's table."""
    for point in EDGES[op.name]:
        out = op.kernel(*point)
        derivatives = ", ".join(written(d) for d in op.local(*point, out))
        yield f"| {op.name}({', '.join(map(written, point))}) | {written(out)} | {derivatives} |"


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for op in ops.TABLE.values():
        parts.append(f"\n## {op.name}\n\nDefined and smooth: {op.domain.text}{', away from its kink' if op.side else ''}.\n\n")
        parts.append("| at | value | local derivatives |\n|---|---|---|\n")
        parts += [line + "\n" for line in rows_of(op)]
    return "".join(parts)


if __name__ == "__main__":
    Path(__file__).with_name("edges.md").write_text(page(), encoding="utf-8")
