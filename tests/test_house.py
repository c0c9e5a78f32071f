"""The package as a house: rooms in layers, names said once, plain functions, and kinds that are found by their files."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from casework.content import KINDS
from casework.widgets.front_end import modules

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
FILES = sorted((SOURCE / "casework").rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LONGEST = 60
"""The most lines a function may have."""

IMPORT_EACH = """
import importlib, os, sys
for name in ("anywidget", "nbgrader.apps", "sphinx.application", "myst_nb.sphinx_ext", "sphinxcontrib.bibtex"):
    importlib.import_module(name)  # other people's, so that each child starts at once
failed = 0
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        assert not [loaded for loaded in sys.modules if loaded.startswith("casework")]
        importlib.import_module(name)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    failed += status != 0
sys.exit(failed)
"""


def dotted(path: Path) -> str:
    name = path.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")
    return name.removesuffix(".__init__")


def test_the_layers_hold():
    said = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, text=True, capture_output=True)
    assert said.returncode == 0, said.stdout


def test_the_contract_makes_no_exception():
    assert "ignore_imports" not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_any_module_can_be_imported_first():
    names = [dotted(path) for path in FILES]
    said = subprocess.run([sys.executable, "-c", IMPORT_EACH, *names], text=True, capture_output=True)
    assert said.returncode == 0, said.stderr


def test_no_two_classes_have_one_name():
    names = Counter(node.name for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert {name: number for name, number in names.items() if number > 1} == {}


def ours(tree: ast.Module) -> set[str]:
    """The private names that a module of this package defines."""
    defined = {node.name for node in ast.walk(tree) if isinstance(node, (ast.ClassDef, *FUNCTIONS))}
    defined |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and is_own(node)}
    return {name for name in defined if name.startswith("_") and not name.endswith("_")}


def is_own(node: ast.Attribute) -> bool:
    """Whether the attribute is looked up in the object itself, or in what its class inherits."""
    if isinstance(node.value, ast.Call):
        return ast.unparse(node.value.func) == "super"
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def test_nothing_private_is_used_from_outside():
    private = set().union(*map(ours, TREES.values()))
    strangers = [
        f"{dotted(path)}: {ast.unparse(node)}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in private and not is_own(node)
    ]
    borrowed = [
        f"{dotted(path)}: {node.module}.{alias.name}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_")
    ]
    assert strangers + borrowed == []


def test_every_function_fits_a_screen():
    long = [
        f"{dotted(path)}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS) and node.end_lineno - node.lineno + 1 > LONGEST
    ]
    assert long == []


def test_every_public_class_and_function_says_what_it_is():
    silent = [
        f"{dotted(path)}: {node.name}"
        for path, tree in TREES.items()
        for node in tree.body
        if isinstance(node, (ast.ClassDef, *FUNCTIONS))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_kind_has_its_files_and_stands_in_the_gallery(kind):
    folder = SOURCE / "casework"
    for file in (f"content/{kind.kind}.py", f"widgets/{kind.kind}.js", f"widgets/{kind.kind}.css"):
        assert (folder / file).is_file(), file
    assert kind.kind in modules()
    assert f"kind: {kind.__name__}\n" in (folder / "data/activities/gallery.yaml").read_text(encoding="utf-8")
