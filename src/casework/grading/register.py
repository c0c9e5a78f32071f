"""The exercise in nbgrader's gradebook, so that grading needs no release on the same machine."""

from __future__ import annotations

from nbgrader.api import InvalidEntry, MissingEntry
from nbgrader.preprocessors import SaveCells
from sqlalchemy.exc import IntegrityError

from casework.grading.course import Course
from casework.grading.exercise import Exercise, stamped
from casework.grading.submission import prepared
from casework.records import ContentError


def register(course: Course, exercise: Exercise) -> None:
    """Record `exercise` and its cells, or bring them up to date; a `ContentError` says why it cannot be done."""
    try:
        _register(course, exercise)
    except (IntegrityError, InvalidEntry):  # another command records the same at this moment
        _register(course, exercise)


def _register(course: Course, exercise: Exercise) -> None:
    name = exercise.name
    notebook = prepared(stamped(exercise))
    cells = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader
        for cell in notebook.cells
        if "nbgrader" in cell.metadata and "checksum" in cell.metadata.nbgrader
    }
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(name)
        try:
            row = gradebook.find_notebook(name, name)
            known, graded = {cell.name: cell.checksum for cell in row.source_cells}, bool(row.submissions)
        except MissingEntry:
            known, graded = {}, False
    if known == {grade_id: mark.get("checksum") for grade_id, mark in cells.items()}:
        return
    if graded and set(known) != set(cells):
        raise ContentError(_changed(name, set(known), set(cells)))
    SaveCells().preprocess(
        notebook, {"nbgrader": {"notebook": name, "assignment": name, "db_url": course.directory.db_url}}
    )


def check_due_date(course: Course, name: str) -> None:
    """Raise `ContentError` where more time was given and there is no due date: nbgrader fails in the middle of that."""
    with course.gradebook() as gradebook:
        assignment = gradebook.find_assignment(name)
        extended = [row.student.id for row in assignment.submissions if row.extension is not None]
        if extended and assignment.duedate is None:
            raise ContentError(
                f"{name}: {', '.join(extended)} was given more time, and the exercise has no due date. Nothing was "
                "changed. Set a due date for it in formgrader, or take the extension back."
            )


def _changed(name: str, known: set[str], cells: set[str]) -> str:
    added, gone = ", ".join(sorted(cells - known)) or "none", ", ".join(sorted(known - cells)) or "none"
    return (
        f"{name}: the exercise has other cells than when it was first graded (added: {added}; gone: {gone}), and "
        f"nbgrader cannot add or remove cells under grades. Nothing was changed. Either undo this change of the "
        f"exercise, or give the new version a new name (a copy of its folder and its key file), or, to grade "
        f"everybody anew: run casework export -o marks.csv, move grading/gradebook.db and grading/autograded to "
        f"another place, and run casework grade {name} again; marks given by hand are then in marks.csv only."
    )
