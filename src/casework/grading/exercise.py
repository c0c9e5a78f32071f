"""An exercise read from its source notebook: what it asks, in which edition, and whether all of it fits together."""

from __future__ import annotations

import ast
import contextlib
import copy
import hashlib
import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat.v4
from nbformat import NotebookNode

from casework.blueprint import check_aims
from casework.content.activity import Activity
from casework.grading import CannotStart
from casework.grading.course import Course
from casework.grading.leaks import find_secrets, load_secrets
from casework.keys import ExerciseKey, ItemKey, load_key
from casework.records import ContentError
from casework.scoring import check_key, is_automatic
from casework.sheet import Sheet, Unanswered
from casework.widgets.readable import ReadableWidget

CHECK = 'sheet.answered("{0}")\n### BEGIN HIDDEN TESTS\nsheet.score("{0}")\n### END HIDDEN TESTS'
"""The whole text of an automatically checked item's grade cell."""


@dataclass(frozen=True)
class ExerciseItem:
    """One asked item. `key` is None where no keys are on this machine."""

    activity: Activity
    points: float
    key: ItemKey | None

    @property
    def needed_key(self) -> ItemKey:
        """Its key, for whoever cannot do without."""
        if self.key is None:
            raise CannotStart(f"{self.activity.id} has no key here: grade where the keys are, or set CASEWORK_KEYS.")
        return self.key

    @property
    def automatic(self) -> bool:
        """Whether a rule scores it; a supervisor marks it otherwise."""
        return is_automatic(self.activity)


@dataclass(frozen=True)
class Exercise:
    """One exercise: its items by id in the order they are asked, and its source notebook.

    `unscored` is what is asked beside the items and has no points, by id; `shown` holds what its own cells show,
    `grade_id` to HTML.
    """

    name: str
    edition: str
    items: dict[str, ExerciseItem]
    unscored: dict[str, Activity]
    notebook: NotebookNode
    shown: dict[str, str]


def read_exercise(course: Course, name: str, *, notebook: NotebookNode | None = None, keys: bool = True) -> Exercise:
    """The exercise `name`, from its source file unless `notebook` is given, checked whole.

    With `keys` it is checked against its key file as well, where there are keys. An error is a `ContentError`
    that names file, cell, what was found and what was expected.
    """
    path = course.source(name)
    notebook = notebook or read_notebook(path)
    key = load_key(name, course.keys) if keys and course.has_keys() else None
    exercise = exercise_of(notebook, name, key, where=str(path))
    check_aims(course.blueprint, name, exercise.items, str(path))
    if key:
        for secret in find_secrets(json.dumps(notebook), load_secrets(course.keys)):
            raise ContentError(f"{path}: holds the key of {secret}; expected in the key file only")
    return exercise


def read_keyed(course: Course, name: str) -> Exercise:
    """The exercise `name` with its keys, without which nothing can be graded."""
    if not course.has_keys():
        raise CannotStart(f"There are no keys in {course.keys}: grade where they are, or set CASEWORK_KEYS.")
    return read_exercise(course, course.require(name))


def read_notebook(path: Path) -> NotebookNode:
    """The notebook in the file `path`, its texts joined; a `ContentError` where it is none."""
    try:
        notebook: NotebookNode = nbformat.v4.reads(path.read_text(encoding="utf-8"))
        return notebook
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise ContentError(f"{path}: cannot be read as a notebook: {error}") from None


def exercise_of(notebook: NotebookNode, name: str, key: ExerciseKey | None, where: str) -> Exercise:
    """The exercise in a source notebook, checked; see `read_exercise`."""
    cells = _marked_cells(notebook, name, where)
    sheet, shown = _run(notebook, name, where)
    grades = {grade_id: cell for grade_id, cell in cells.items() if cell.metadata.nbgrader.get("grade")}
    _same_ids(grades, sheet.scored, f"{where}: grade cells", "asked items")
    if key:
        _same_ids(key.items, sheet.scored, f"{where}: items of the key file", "asked items")
    items = {}
    for item_id, widget in sheet.scored.items():
        spot = f"{where}: cell {item_id}"
        points = grades[item_id].metadata.nbgrader.get("points")
        item = ExerciseItem(widget.activity, points, key.items[item_id] if key else None)
        _check_grade_cell(grades[item_id], item, spot)
        if item.key:
            check_key(item.activity, item.key, f"{spot}: key")
            if item.key.points != points:
                raise ContentError(f"{spot}: points: found {points}, expected {item.key.points} as in the key file")
        items[item_id] = item
    if not items:
        raise ContentError(f"{where}: asks nothing; expected at least one sheet.ask(…)")
    asked = {item_id: widget.activity for item_id, widget in sheet.widgets.items()}
    edition = _edition(asked)
    sheet.panel.edition = edition  # what the cell shows once the edition is stamped into it
    unscored = {item_id: activity for item_id, activity in asked.items() if item_id not in items}
    return Exercise(name, edition, items, unscored, notebook, {**shown, "sheet": sheet.page_html()})


def heading(notebook: NotebookNode, grade_id: str) -> str:
    """The heading of a marked cell of words, without "Exercise:" or its number, or an empty text."""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            match = re.match(r"#+ (?:Exercise: |\d+\. )?(.+)", cell.source)
            return f"{match[1][:1].upper()}{match[1][1:]}" if match else ""
    return ""


def rules_of(course: Course, name: str) -> str:
    """What the program asks of those who hand in the exercise, as its release states it."""
    return course.program.rule_of(form=name in course.blueprint.forms)


def stamped(exercise: Exercise, **more: str) -> NotebookNode:
    """A copy of the source notebook in which `Sheet("name")` also names the edition, and `more`."""
    notebook = copy.deepcopy(exercise.notebook)
    stamp(notebook, exercise.name, edition=exercise.edition, **more)
    return notebook


def stamp(notebook: NotebookNode, name: str, **fields: str) -> None:
    """Put `fields` into the call of `Sheet` in the cell "sheet" of `notebook`."""
    cell = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "sheet")
    named = [f"{field}={json.dumps(text, ensure_ascii=False)}" for field, text in fields.items()]
    call = ", ".join([f'Sheet("{name}"', *named])
    cell.source = cell.source.replace(f'Sheet("{name}"', call, 1)


def stamped_edition(notebook: NotebookNode, name: str) -> str:
    """The edition a released notebook names, or an empty text."""
    pattern = re.compile(rf'Sheet\("{re.escape(name)}", edition="([0-9a-f]+)"\)')
    found = [match[1] for cell in notebook.cells if cell.cell_type == "code" for match in pattern.finditer(cell.source)]
    return found[0] if len(found) == 1 else ""


def _edition(asked: dict[str, Activity]) -> str:
    listed = [[item_id, activity.kind, activity.as_data()] for item_id, activity in asked.items()]
    canonical = json.dumps(listed, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:6]


def _marked_cells(notebook: NotebookNode, name: str, where: str) -> dict[str, NotebookNode]:
    """The cells with a `grade_id`; an unmarked or unlocked code cell is refused, for it would never be run."""
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        raise ContentError(f"{where}: kernel: found {notebook.metadata.get('kernelspec')}, expected python3")
    cells: dict[str, NotebookNode] = {}
    for number, cell in enumerate(notebook.cells, 1):
        mark = cell.metadata.get("nbgrader", {})
        grade_id = mark.get("grade_id")
        if cell.cell_type == "code" and not (grade_id and mark.get("locked")):
            raise ContentError(f"{where}: cell {grade_id or number}: a code cell must be locked and have a grade_id")
        if grade_id in cells:
            raise ContentError(f"{where}: cell {grade_id}: this grade_id is given twice")
        if grade_id:
            cells[grade_id] = cell
    if "sheet" not in cells or f'Sheet("{name}")' not in cells["sheet"].source:
        raise ContentError(f'{where}: expected a cell "sheet" with sheet = Sheet("{name}")')
    return cells


def _run(notebook: NotebookNode, name: str, where: str) -> tuple[Sheet, dict[str, str]]:
    """Run the locked, ungraded code cells, which are ours, where no answers lie; the sheet, and what they show."""
    namespace: dict[str, Any] = {}
    shown, panel = {}, False
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for cell in notebook.cells:
            mark = cell.metadata.get("nbgrader", {})
            if cell.cell_type != "code" or mark.get("grade"):
                continue
            try:
                value = _value(cell.source, namespace)
            except Unanswered:  # what the cell is for
                continue
            except Exception as error:
                raise ContentError(f"{where}: cell {mark['grade_id']}: {type(error).__name__}: {error}") from None
            panel |= isinstance(value, Sheet)
            if isinstance(value, (Sheet, ReadableWidget)):
                shown[mark["grade_id"]] = value.page_html()
    sheet = namespace.get("sheet")
    if not isinstance(sheet, Sheet) or sheet.assignment != name:
        raise ContentError(f'{where}: cell sheet: expected sheet = Sheet("{name}")')
    if not panel:
        raise ContentError(f"{where}: expected a cell that ends in the line sheet, where answers are handed in")
    return sheet, shown


def _value(source: str, namespace: dict[str, Any]) -> Any:
    """Run `source` and return its last expression's value, as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "exercise", "exec"), namespace)
        return None
    tree.body.pop()
    exec(compile(tree, "exercise", "exec"), namespace)
    return eval(compile(ast.Expression(last.value), "exercise", "eval"), namespace)


def _same_ids(found: Any, expected: Any, what: str, counterpart: str) -> None:
    if set(found) != set(expected):
        extra, missing = sorted(set(found) - set(expected)), sorted(set(expected) - set(found))
        raise ContentError(
            f"{what}: not among the {counterpart}: {', '.join(extra) or 'none'}; "
            f"missing: {', '.join(missing) or 'none'}"
        )


def _check_grade_cell(cell: NotebookNode, item: ExerciseItem, where: str) -> None:
    mark = cell.metadata.nbgrader
    if type(mark.get("points")) not in (int, float) or not mark.points > 0:
        raise ContentError(f"{where}: points: found {mark.get('points')!r}, expected a number above 0")
    if item.automatic:
        if cell.cell_type != "code" or mark.get("solution") or cell.source.strip() != CHECK.format(item.activity.id):
            raise ContentError(
                f"{where}: expected a locked code cell with exactly these lines:\n" + CHECK.format(item.activity.id)
            )
    elif cell.cell_type != "markdown" or not mark.get("solution"):
        raise ContentError(f"{where}: a written answer needs a markdown cell with grade and solution set")
