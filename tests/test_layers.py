"""The rooms: imports between the files of autograd_mini run one way, and `import autograd_mini` loads the standard library only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import autograd_mini

PACKAGE = Path(autograd_mini.__file__).parent

# The engine: a file may import those before it.
ORDER = [
    "errors", "number", "kernels", "row", "ops", "graph", "backward", "diagnosis", "scopes", "value", "functions", "replay", "files",
    "derivatives", "symbols", "bounds", "witnesses", "expressions", "checks",
]  # fmt: skip


def imports(source: str) -> set[str]:
    """The files of the package that a file imports when it is loaded; what is under `if TYPE_CHECKING` is never loaded."""
    found = set()
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            waiting += node.orelse
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            head, _, rest = node.module.partition(".")
            if head == "autograd_mini":
                found |= {rest.partition(".")[0]} if rest else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("autograd_mini.")}
        waiting += ast.iter_child_nodes(node)
    return found


def test_the_reader_of_imports_sees_what_it_should() -> None:
    source = """
from typing import TYPE_CHECKING
from autograd_mini import ops, Value
from autograd_mini.drawing.svg import paint
import autograd_mini.files
if TYPE_CHECKING:
    from autograd_mini.checks import Report
def f():
    from autograd_mini.row import operation
"""
    assert imports(source) == {"ops", "Value", "drawing", "files", "row"}


def test_imports_run_one_way() -> None:
    rooms = {path.stem: imports(path.read_text()) for path in PACKAGE.glob("*.py") if path.stem != "__init__"}
    assert set(ORDER) <= set(rooms)
    for name in ORDER:
        assert rooms[name] & set(ORDER[ORDER.index(name) :]) == set(), name
    # Whatever is not in ORDER has a place somewhere too: leave out, again and again, what needs nothing that is left.
    left = set(rooms)
    while ready := {name for name in left if not rooms[name] & left}:
        left -= ready
    assert left == set(), "these import one another in a circle"


def test_importing_loads_the_standard_library_only() -> None:
    # What a bare interpreter of this environment loads anyway (site, editable installs) is not our doing.
    assert loaded_by("import autograd_mini") - loaded_by("pass") - set(sys.stdlib_module_names) == {"autograd_mini"}


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after a statement."""
    script = f"{statement}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
