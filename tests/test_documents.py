"""Every example in the README, the docs and the docstrings runs and prints what it says; the heads of files name what there is."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

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
PROMPT = r"^\d+/\d+> (.*)"
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_heads_name_files_that_exist(name: str) -> None:
    module = importlib.import_module(name)
    folders = [Path(module.__file__ or "").parent, ROOT / name.partition(".")[0], ROOT]
    for file in re.findall(r"`([\w/]+\.py)`", module.__doc__ or ""):
        assert any((folder / file).is_file() for folder in folders), file


@pytest.mark.parametrize("name", MODULES)
def test_calls_in_heads_fit_their_functions(name: str) -> None:
    for called, call in calls_in_head(importlib.import_module(name)):
        cut_short = any(ast.unparse(argument) == "..." for argument in call.args)  # fit(…, patience=5)
        signature = inspect.signature(called)
        keywords = {keyword.arg or "": None for keyword in call.keywords}
        if cut_short:
            signature.bind_partial(**keywords)
        else:
            signature.bind(*call.args, **keywords)


def calls_in_head(module: ModuleType) -> Iterator[tuple[Callable[..., Any], ast.Call]]:
    """What the code in a file's head calls, of what can be looked up from there."""
    head, package = module.__doc__ or "", importlib.import_module(module.__name__.partition(".")[0])
    names = {"ag": autograd_mini, "nn": nn, **vars(package), **vars(module)}
    for code in [*re.findall(r"`([^`]+)`", head), *re.findall(r"^    (\S.*?)(?:  |$)", head, re.MULTILINE)]:
        try:
            tree = ast.parse(code.replace("…", "..."))
        except SyntaxError:  # a command, a part of a call, a shape
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                first, *attributes = ast.unparse(node.func).split(".")
                called: Any = names.get(first)
                for attribute in attributes:
                    called = getattr(called, attribute, None)
                ours = inspect.isfunction(called) or (inspect.isclass(called) and not issubclass(called, BaseException))
                if ours and (node.args or node.keywords):  # f() may be just what a function is called
                    yield called, node


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_examples(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # examples write files
    assert doctest.testfile(str(page), module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8").failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_commands(page: Path, tmp_path: Path) -> None:
    # In a block marked `console`, a line that starts with "$ " is run, and what it prints must be what follows. What is typed at
    # a prompt of the stepper (3/6> set price 11) is its input; a prompt is printed for people only.
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            how = {"cwd": tmp_path, "env": environment, "encoding": "utf-8"}
            typed = "\n".join(re.findall(PROMPT, shown, re.MULTILINE))
            done = subprocess.run(command, shell=True, input=typed, capture_output=True, check=True, **how)  # type: ignore[call-overload]
            assert done.stdout.rstrip() == re.sub(rf"{PROMPT}\n", "", shown, flags=re.MULTILINE).rstrip(), command


def test_the_readmes_have_examples() -> None:
    for page in PAGES[:2]:
        text = page.read_text(encoding="utf-8")
        assert "\n>>> " in text
        assert "```console\n$ " in text
