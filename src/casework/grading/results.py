"""Results from nbgrader's gradebook and graded notebooks, and their table for a supervisor's records."""

from __future__ import annotations

import csv
import dataclasses
import filecmp
import io
from collections.abc import Iterable, Iterator
from typing import Any

from nbgrader.api import SubmittedAssignment

from casework import answers
from casework.grading.course import Course
from casework.grading.exercise import read_exercise, read_notebook
from casework.grading.scores import Result, result_of
from casework.grading.submission import path_of
from casework.records import ContentError

NOT_YET = "could not be graded, because it has not been graded yet: run casework grade"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def results_of(course: Course, name: str, row: SubmittedAssignment) -> Iterator[Result]:
    """The results of one trainee, in the order of the exercise."""
    try:
        notebook = read_notebook(path_of(course.autograded, row.student.id, name))
        cells = {
            cell.metadata.nbgrader.grade_id: cell
            for cell in notebook.cells
            if "grade_id" in cell.metadata.get("nbgrader", {})
        }
    except ContentError:
        cells = {}
    order = list(cells)
    for graded in row.notebooks:
        most = {cell.name: cell.max_score for cell in graded.notebook.grade_cells}
        for grade in sorted(graded.grades, key=lambda g: (order.index(g.name) if g.name in cells else -1, g.name)):
            yield result_of(
                grade, cells.get(grade.name), trainee=row.student.id, assignment=name, most=most[grade.name]
            )


def all_results(course: Course, name: str | None = None) -> list[Result]:
    """The results of everybody, of the exercise `name` or of all; what is not graded yet is named as such.

    So is what was handed in for an exercise of which the gradebook knows nothing, since it is new, lost or emptied.
    """
    found: list[Result] = []
    with course.gradebook() as gradebook:
        known = {assignment.name: assignment for assignment in gradebook.assignments}
        for assignment in sorted({*known, *course.names()} if name is None else {name}):
            handed_in = course.trainees(assignment)
            if assignment not in known:
                items = read_exercise(course, assignment, keys=False).items if handed_in else {}
                most, rows = {item: asked.points for item, asked in items.items()}, {}
            else:
                cells = [cell for notebook in known[assignment].notebooks for cell in notebook.grade_cells]
                most = {cell.name: cell.max_score for cell in cells}
                rows = {row.student.id: row for row in known[assignment].submissions}
            for trainee in sorted({*rows, *handed_in}):
                if trainee in rows:
                    found += results_of(course, assignment, rows[trainee])
                else:
                    found += [Result(trainee, assignment, item, None, points, NOT_YET) for item, points in most.items()]
    return found


def handed_in_since(course: Course, name: str) -> list[str]:
    """Trainees whose file is not the one that was graded last."""
    changed = []
    for trainee in course.trainees(name):
        new, graded = (step / trainee / name / answers.FILE_NAME for step in (course.submitted, course.autograded))
        if graded.is_file() and new.is_file() and not filecmp.cmp(new, graded, shallow=False):
            changed.append(trainee)
    return changed


def table(results: list[Result]) -> str:
    """`results` as CSV; no cell of it can act as a formula in a spreadsheet."""
    return rows_as_csv(Result, results)


def rows_as_csv(kind: type, lines: Iterable[Any]) -> str:
    """Dataclasses of one `kind` as CSV with a heading; no cell of it can act as a formula in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in dataclasses.fields(kind)])
    writer.writerows([_plain(value) for value in dataclasses.astuple(line)] for line in lines)
    return text.getvalue()


def _plain(value: str | float | None) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{value:g}"
    return f"'{value}" if value.startswith(_FORMULA) else value
