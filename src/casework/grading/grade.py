"""Grading in one process: no kernel, no trainee code, the same points as `nbgrader autograde`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat.v4
from nbformat import NotebookNode
from nbgrader.api import Gradebook, InvalidEntry, SubmittedAssignment
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import OperationalError

from casework import answers
from casework.account import graded
from casework.grading import CannotStart
from casework.grading.course import Course, shown, write_file
from casework.grading.exercise import Exercise, read_keyed
from casework.grading.register import register
from casework.grading.results import results_of
from casework.grading.scores import auto_score
from casework.grading.submission import TIMESTAMP, Submission, path_of, place_answers, read_submission, restored

READ_ONLY = 0o444
"""As nbgrader leaves what it graded: nobody changes it by accident."""


def grade(course: Course, name: str, *, trainee: str | None = None, say: Callable[[str], Any] = print) -> bool:
    """Grade what was handed in for `name`; true if nothing was left ungraded.

    What cannot be graded is said, and stops nobody else.
    """
    exercise = read_keyed(course, name)
    trainees = [folder for folder in course.trainees(name) if trainee in (None, folder)]
    if not trainees:
        whose = f" by {shown(trainee)}" if trainee else ""
        raise CannotStart(f"Nothing was handed in for {name}{whose}: run casework collect first.")
    register(course, exercise)
    everything = True
    with course.gradebook() as gradebook:
        for number, folder in enumerate(trainees, 1):
            complete, words = _grade_one(course, exercise, gradebook, folder)
            everything &= complete
            say(f"{number}/{len(trainees)} {shown(folder)}: {words}")
    return everything


def _grade_one(course: Course, exercise: Exercise, gradebook: Gradebook, folder: str) -> tuple[bool, str]:
    """Grade one trainee; whether all was graded, and a line that says so."""
    if not answers.is_trainee_id(folder):
        return False, "not graded, because the folder's name is not a trainee id: collect this work from an inbox."
    submission = read_submission(course, exercise, folder)
    notebook = run(exercise, submission)
    try:
        row = _record(course, exercise, gradebook, submission, notebook)
        _write(course, exercise, submission, notebook)
        results = list(results_of(course, exercise.name, row))
    except (OperationalError, InvalidEntry):
        gradebook.db.rollback()
        return False, "not graded, because another program holds the gradebook: close it and grade again."
    except OSError as error:
        gradebook.db.rollback()
        return False, f"not graded, because {shown(error.filename)} cannot be written: {error.strerror}."
    counts: dict[str, int] = {}
    for result in results:
        counts[result.verdict] = counts.get(result.verdict, 0) + 1
    words = "; ".join(f"{count} {verdict}" for verdict, count in counts.items())
    return all(result.graded for result in results), words


def run(exercise: Exercise, submission: Submission) -> NotebookNode:
    """The graded notebook of `submission`: each of our cells with what it shows, as a kernel would leave it."""
    notebook = restored(exercise, submission)
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code_cells, 1):
        cell.execution_count = count
        grade_id = cell.metadata.nbgrader.grade_id
        if grade_id in exercise.shown:
            cell.outputs = [_result({"text/html": exercise.shown[grade_id]}, count)]
        elif grade_id in exercise.items:
            item = exercise.items[grade_id]
            account = graded(submission.sheet, submission.refused, exercise.edition, item.activity, item.key)
            cell.outputs = [_result(account._repr_mimebundle_(), count)]
    return notebook


def _result(data: dict, count: int) -> NotebookNode:
    return nbformat.v4.new_output("execute_result", data, execution_count=count)


def _record(course: Course, exercise: Exercise, gradebook: Gradebook, submission: Submission,
            notebook: NotebookNode) -> SubmittedAssignment:
    """Put the points of `notebook` into the gradebook; marks and comments of a supervisor stay."""
    name, trainee = exercise.name, submission.trainee
    gradebook.update_or_create_student(trainee)
    timestamp = _timestamp(course, name, trainee)
    row = gradebook.update_or_create_submission(name, trainee, **({"timestamp": timestamp} if timestamp else {}))
    before = _answers_before(course, name, trainee)
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    for graded_notebook in row.notebooks:
        for entry in graded_notebook.grades:
            points = auto_score(cells[entry.name])
            answer = submission.sheet["answers"].get(entry.name)
            changed = points != entry.auto_score or answer != before.get(entry.name)
            entry.auto_score = points
            if entry.manual_score is None:
                entry.needs_manual_grade = points is None
            elif changed:  # a supervisor looks again at what a new answer made out of date
                entry.needs_manual_grade = True
        for comment in graded_notebook.comments:
            comment.auto_comment = "No response." if auto_score(cells[comment.name]) == 0 else None
    gradebook.db.commit()
    if row.total_seconds_late > 0 or row.late_submission_penalty:
        AssignLatePenalties(config=course.config).preprocess(notebook, {"nbgrader": {
            "notebook": name, "assignment": name, "student": trainee, "db_url": course.directory.db_url}})
        gradebook.db.expire_all()
    return row


def _timestamp(course: Course, name: str, trainee: str) -> Any:
    try:
        return course.directory.get_existing_timestamp(str(course.submitted / trainee / name))
    except (AttributeError, OSError, ValueError, OverflowError):  # nbgrader's own way out of a strange file is broken
        return None


def _answers_before(course: Course, name: str, trainee: str) -> dict:
    try:
        return answers.read(course.autograded / trainee / name / answers.FILE_NAME)["answers"]
    except (answers.AnswersError, OSError):
        return {}


def _write(course: Course, exercise: Exercise, submission: Submission, notebook: NotebookNode) -> None:
    """Put the graded notebook where nbgrader's feedback and formgrader look for it."""
    name = exercise.name
    place_answers(course, exercise, submission)
    target = path_of(course.autograded, submission.trainee, name)
    write_file(target, nbformat.v4.writes(notebook).encode())
    stamp = course.submitted / submission.trainee / name / TIMESTAMP
    if stamp.is_file() and not stamp.is_symlink():
        write_file(target.with_name(stamp.name), stamp.read_bytes()[:100])
    for path in target.parent.iterdir():
        _protect(path)


def _protect(path: Path) -> None:
    if path.is_file() and not path.is_symlink():
        path.chmod(READ_ONLY)
