"""Every example in the README, the docs and the docstrings runs and prints what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import autograd_mini
import demos
import nn

ROOT = Path(__file__).parent.parent
MODULES = [
    module.name
    for package in (autograd_mini, nn, demos)
    for module in [pkgutil.ModuleInfo(None, package.__name__, True), *pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]  # type: ignore[arg-type]
    if not module.name.endswith("__main__")
]
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_examples(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # examples write files
    assert doctest.testfile(str(page), module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8").failed == 0


def test_the_readme_has_examples() -> None:
    assert "\n>>> " in PAGES[0].read_text(encoding="utf-8")
