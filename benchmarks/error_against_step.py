"""How the error of a difference quotient depends on its step: the plot of docs/checks.md.

What you can do with this file: `pip install "autograd-mini[plots]"`, then `python benchmarks/error_against_step.py` writes
docs/pictures/error-against-step.svg anew, the same bytes each time, and prints the best step and error of each function.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "error-against-step.svg"

#: A name, the function, its derivative there by a closed form, and the point.
CASES: list[tuple[str, Callable[[float], float], float, float]] = [
    ("exp(x) at 1", math.exp, math.e, 1.0),
    ("sin(50·x) at 1", lambda x: math.sin(50 * x), 50 * math.cos(50), 1.0),
    ("(2·x + 1e8) − 1e8 at 1", lambda x: (2 * x + 1e8) - 1e8, 2.0, 1.0),
]
STEPS = [10 ** (-k / 8) for k in range(8, 8 * 13 + 1)]  # from 1e-1 to 1e-13


def errors(f: Callable[[float], float], derivative: float, x: float) -> list[float]:
    """The relative error of the central difference for each step."""
    return [abs((f(x + h) - f(x - h)) / (2 * h) - derivative) / abs(derivative) for h in STEPS]


def main() -> None:
    mpl.rcParams.update({"svg.hashsalt": "autograd-mini", "svg.fonttype": "none", "font.size": 11})
    figure = Figure(figsize=(7.5, 4.2), layout="constrained")
    axes = figure.subplots()
    for (name, f, derivative, x), style in zip(CASES, ("o-", "s--", "^:"), strict=True):
        found = errors(f, derivative, x)
        axes.loglog(STEPS, [max(error, 1e-17) for error in found], style, markersize=3, label=name)
        error, step = min(zip(found, STEPS, strict=True))
        print(f"{name:24} best error {error:.1e} at step {step:.1e}")
    axes.axvline(1e-6, color="0.6", linewidth=0.8)
    axes.text(1.1e-6, 2.0, "1e-6, the step of many recipes", color="0.4", fontsize=9)
    axes.set(xlabel="step h", ylabel="relative error of (f(x+h) − f(x−h)) / 2h", ylim=(1e-13, 1e1))
    axes.invert_xaxis()
    axes.legend(loc="lower right")
    figure.savefig(PICTURE, metadata={"Date": None, "Creator": None})
    print(f"→ {PICTURE}")


if __name__ == "__main__":
    main()
