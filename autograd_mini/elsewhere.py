"""What functions are called elsewhere, at school and in other programs: what to write here instead.

What you can do with this file: add a name that people type, so that the error proposes the right thing (`parse.py` does).
"""

from __future__ import annotations

import re

from autograd_mini import ops

__all__ = ["ABSENT", "ALSO_CALLED", "INSTEAD"]

#: Other names of what is there: the rows' symbols, and some from elsewhere.
ALSO_CALLED = {op.symbol: op.name for op in ops.TABLE.values()} | {"ln": "log", "average": "mean", "fabs": "abs", "logistic": "sigmoid"}

#: What school calls by a name that is not there, written with what is there.
INSTEAD = {
    **dict.fromkeys(["tan", "tg"], "sin(x)/cos(x)"),
    **dict.fromkeys(["cot", "ctg", "cotan"], "cos(x)/sin(x)"),
    "sec": "1/cos(x)", "csc": "1/sin(x)", "sinh": "(exp(x) - exp(-x))/2", "cosh": "(exp(x) + exp(-x))/2",
    **dict.fromkeys(["lg", "log10"], "log(x)/log(10)"), **dict.fromkeys(["lb", "log2"], "log(x)/log(2)"),
    **dict.fromkeys(["cbrt", "root"], "x**(1/3)"), **dict.fromkeys(["sqr", "square"], "x**2"), **dict.fromkeys(["pow", "power"], "x**y"),
    **dict.fromkeys(["sign", "sgn"], "gt(x, 0) - gt(0, x)"), **dict.fromkeys(["recip", "inv"], "1/x"),
}  # fmt: skip
#: What nothing that is there comes near to, alike though the names may be.
ABSENT = re.compile("a(rc)?(sin|cos|tan|cot|tg|ctg|sinh|cosh|tanh)|floor|ceil|round|erf|gamma|factorial")
