"""The rooms: imports run one way, through every file of every room, and `import autograd_mini` loads the standard library only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import autograd_mini

ROOT = Path(autograd_mini.__file__).parents[1]

#: The rooms and their files: a file may import those before it. `.` is what `import ROOM` itself loads.
ORDER = {
    "autograd_mini": """
        errors language number whole collector kernels row ops graph backward diagnosis scopes number_like value own_row
        functions replay files derivatives simplified symbols .
        drawing drawing.widths drawing.curves drawing.picture drawing.fold drawing.extras drawing.layout drawing.texts drawing.columns
        drawing.strokes drawing.legend drawing.svg drawing.drawing listing paths portrait
        typesetting moments narration stage lesson slips
        bounds witnesses tally checks.needs checks.called checks.expressions checks.recorded checks.strategies checks.opaque
        checks.gradcheck checks.given checks pytest_plugin hypothesis_plugin
        quotient explanation reason_words reasons
        refusal program
        source stepper.tab_key
        stepper.said stepper.what_if stepper.parting stepper.overview stepper.answer stepper.words stepper.state stepper.typed
        stepper.python stepper.actions stepper.commands stepper.terminal stepper.loop stepper
        elsewhere parse arguments commands cli __main__
        compiler.views compiler.outer compiler.frames compiler.scalars compiler.reading compiler.array_program compiler.grouping
        compiler.completing compiler.places compiler.arrangement compiler.cost compiler.reference compiler.scalar_source
        compiler.numpy_arrays compiler.numpy_source compiler.memory compiler.feeds compiler.bound
        compiler.explaining.plain compiler.explaining.naming compiler.explaining.slopes compiler.explaining.roles
        compiler.explaining.formula compiler.explaining.four_equations compiler.explaining.equations compiler.explaining.work
        compiler.explaining.absorption compiler.explaining.explanation compiler.explaining.portrait compiler.explaining
        compiler.profiling
        compiler.program compiler
    """,
    "nn": """
        words arguments needs shades activations
        datasets.samples datasets.digits datasets.idx datasets.download datasets.mnist datasets.toys datasets
        initial losses module tensors saving modules loading neurons optim answers compiled plots.sheet plots.epochs plots.curves
        history interrupt scalar progress evaluation shuffling checkpoint run training
        plots.files plots.images plots.answered plots.plane plots.boundary plots.confusion plots.digits plots.gradient_sizes
        plots.weights plots image_files ink images .
        command.recipes command.plan command.telling command.complaint command.places command.album command.files command.past
        command.train command.evaluate command.predict command.show command.line command __main__
    """,
    "demos": """
        . words blocks plot painted report glossary two_two_two
        why apples oranges chain_rule adjust by_hand perceptron sigmoid_neuron gradient_descent step_by_step
        matrix_form four_equations handwriting batch_gradients one_update mini_batch untrained a_two one_batch mnist
        slips digits moons brackets three_ways compiled runner __main__
    """,
}
PLACES = [room if name == "." else f"{room}.{name}" for room, names in ORDER.items() for name in names.split()]


def files() -> dict[str, Path]:
    """Every file of the rooms, under the name by which it is imported."""
    paths = [path for room in ORDER for path in (ROOT / room).rglob("*.py")]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def imports(source: str) -> set[str]:
    """The files of the rooms that a file imports, be it when it is loaded or later; under `if TYPE_CHECKING` nothing is imported."""
    found = set()
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            waiting += node.orelse
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            within = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name if name in PLACES else node.module for name in within}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        waiting += ast.iter_child_nodes(node)
    return {name for name in found if name.partition(".")[0] in ORDER}


def test_the_reader_of_imports_sees_what_it_should() -> None:
    source = """
from typing import TYPE_CHECKING
from autograd_mini import ops, Value
from autograd_mini.drawing.svg import paint
import autograd_mini.files, math
if TYPE_CHECKING:
    from autograd_mini.checks import Report
def f():
    from autograd_mini.row import operation
    import nn
"""
    names = {"autograd_mini", "autograd_mini.ops", "autograd_mini.drawing.svg", "autograd_mini.files", "autograd_mini.row", "nn"}
    assert imports(source) == names


def test_every_file_has_its_place() -> None:
    assert sorted(PLACES) == sorted(files())


@pytest.mark.parametrize("name", PLACES)
def test_imports_run_one_way(name: str) -> None:
    before = PLACES[: PLACES.index(name)]
    assert imports(files()[name].read_text()) <= set(before)


def test_importing_loads_the_standard_library_only() -> None:
    # What a bare interpreter of this environment loads anyway (site, editable installs) is not our doing.
    assert loaded_by("import autograd_mini") - loaded_by("pass") - set(sys.stdlib_module_names) == {"autograd_mini"}


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after a statement."""
    script = f"{statement}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
