"""The pytest plugin in projects of its own: fixture, report, pictures; with xdist and without the extras."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import math
import autograd_mini as ag
from autograd_mini.checks import given_gradients
from hypothesis.strategies import floats

@given_gradients(x=floats(0.1, 10), y=floats(-5, 5))
def test_right(x, y):
    return x.log() * y.relu()

def test_at_a_point(gradcheck):
    assert gradcheck(lambda x: x * x, 3.0)

softplus = ag.operation("softplus_", lambda x: math.log1p(math.exp(x)), lambda x, out: -ag.sigmoid(x))

@given_gradients(x=floats(-5, 5))
def test_wrong(x):
    return softplus(x)

def test_of_something_else():
    assert True
"""


@pytest.mark.parametrize("options", [(), ("-n", "2"), ("-p", "no:cacheprovider")])
def test_the_report(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    pytester.makepyfile(test_mine=TESTS)
    result = pytester.runpytest_subprocess("--gradient-report", *options)
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.re_match_lines_random([
        r"test_mine.py::test_right  100 points · agree \d+.* · worst .* at x=.*",
        r"test_mine.py::test_at_a_point  1 point · agree 1.*difference quotients 1",
        r"E .*GradientMismatch: the derivative ∂f/∂x is wrong at x = 0: claimed -0\.5, but difference quotients: 0\.5.*",
        r"E .*The slip is in the row 'softplus_': at x = 0 its rule gives ∂softplus_/∂x = -0\.5, and the slope is 0\.5.*",
        r"E .*v1    softplus_\(x\)  0\.693147         1",
        r"E .*test_wrong\(.*",
        r"E .*reproduce_failure.*",
        r".*gradient picture.*",
        r"test_mine.py::test_wrong  \d+ points? · agree \d+ · disagree \d+.*",
    ])  # fmt: skip
    assert "given.py" not in result.stdout.str().partition("gradient picture")[0].replace("checks/given.py:", "", 1)  # one line at most
    pictures = list(Path(pytester.path).glob(".pytest_cache/d/gradients/*.svg"))
    if "no:cacheprovider" in options:
        assert not pictures
        result.stdout.fnmatch_lines("*no picture: pytest runs without its cache*")
    else:
        [picture] = pictures
        assert picture.name == "test_mine.py-test_wrong.svg"
        assert "softplus_" in picture.read_text(encoding="utf-8")
        result.stdout.fnmatch_lines(f"*{picture}*")


def test_silent_where_nobody_asked(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing():\n    pass")
    silent = pytester.runpytest_subprocess()
    silent.stdout.no_fnmatch_line("*gradient*")
    asked = pytester.runpytest_subprocess("--gradient-report")
    asked.stdout.fnmatch_lines(["*gradient checks*", "no test has checked a gradient"])


def test_the_plugin_imports_nothing_heavy(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys
        def test_nothing():
            heavy = {"hypothesis", "mpmath", "numpy", "rich", "graphviz", "autograd_mini.checks"}
            assert not heavy & set(sys.modules)
    """)
    pytester.runpytest_subprocess("-p", "no:hypothesispytest", "-p", "no:xdist").assert_outcomes(passed=1)


def test_no_profile_is_registered_or_loaded() -> None:
    script = (
        "import hypothesis; before = repr(hypothesis.settings.default);"
        "import autograd_mini.checks, autograd_mini.pytest_plugin, autograd_mini.hypothesis_plugin;"
        "assert repr(hypothesis.settings.default) == before"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
