"""The pytest plugin: a fixture `gradcheck`, and `--gradient-report`.

What you can do with this file, once the package is installed:

    def test_at_a_point(gradcheck):
        gradcheck(lambda x, y: x * y.exp(), 1.0, 2.0)

    pytest --gradient-report     how many points each test checked, how many agreed, met a kink, or could not be told, and who decided

The graph of a gradient that is wrong is drawn into the cache folder of pytest (`.pytest_cache/d/gradients`), and the report names the
file. It works under pytest-xdist. Nothing but pytest and the standard library is imported before a test checks a gradient.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from typing import Any

import pytest

from autograd_mini.tally import collecting

COUNTED, PICTURE = "gradient checks", "gradient picture"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--gradient-report`."""
    group = parser.getgroup("gradients", "gradient checks of autograd-mini")
    group.addoption("--gradient-report", action="store_true", help="for each test: how many points were checked, and how they were decided")


@pytest.fixture
def gradcheck() -> Callable[..., Any]:
    """`autograd_mini.checks.gradcheck`, whose points are counted in the report."""
    from autograd_mini.checks import gradcheck

    return gradcheck


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Count the checks of each test."""
    with collecting() as tally:
        try:
            return (yield)
        finally:
            if tally.total:
                item.user_properties.append((COUNTED, str(tally)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Draw the graph of a gradient that is wrong."""
    report = yield
    error = call.excinfo.value if call.excinfo else None
    graph = getattr(error, "graph", None) if type(error).__name__ == "GradientMismatch" else None
    if graph is not None:
        report.sections.append((PICTURE, _drawn(graph, item)))
    return report


def _drawn(graph: Any, item: pytest.Item) -> str:
    """The path of the picture, or why there is none."""
    from autograd_mini.errors import GraphTooLarge, MissingExtra
    from autograd_mini.portrait import draw

    cache = getattr(item.config, "cache", None)
    if cache is None:
        return "no picture: pytest runs without its cache"
    path = cache.mkdir("gradients") / (re.sub(r"[^\w.-]+", "-", item.nodeid).strip("-")[-120:] + ".svg")
    try:
        return str(draw(graph, legend=True, local_derivatives=True).save(path))
    except (MissingExtra, GraphTooLarge, OSError) as error:
        return f"no picture: {error}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the report."""
    if not config.getoption("--gradient-report"):
        return
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    told = [(report.nodeid, text) for report in reports for key, text in report.user_properties if key == COUNTED and report.when == "call"]
    terminalreporter.section("gradient checks")
    for nodeid, text in told:
        terminalreporter.line(f"{nodeid}  {text}")
    if not told:
        terminalreporter.line("no test has checked a gradient")
