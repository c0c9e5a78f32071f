"""Grading in one process: no kernel, no trainee code, the same points as `nbgrader autograde`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat.v4
from nbformat import NotebookNode
from nbgrader.api import Gradebook, InvalidEntry
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from casework import answers
from casework.account import graded
from casework.editions import remark as remark_on_editions
from casework.grading import CannotStart
from casework.grading.adopt import adopt
from casework.grading.course import Course, shown
from casework.grading.exercise import Exercise, read_keyed
from casework.grading.marks import ReturnedOtherwise, check_returned, lock, save
from casework.grading.register import check_due_date, register
from casework.grading.results import outcomes_in
from casework.grading.submission import (
    NO_TRAINEE,
    READ_ONLY,
    Submission,
    path_of,
    place_answers,
    read_submission,
    restored,
)
from casework.storage import write_file


def grade(
    course: Course,
    name: str,
    *,
    trainee: str | None = None,
    say: Callable[[str], Any] = print,
    ask: Callable[[str], bool] = lambda question: False,
) -> bool:
    """Grade what was handed in for `name`; true if nothing was left ungraded.

    What cannot be graded is said, and stops nobody else. Points that a trainee has on a page already change under a
    changed key only where `ask` says yes; else everything of that trainee stays as it is, which is said.
    """
    exercise = read_keyed(course, name)
    trainees = [folder for folder in course.trainees(name) if trainee in (None, folder)]
    if not trainees:
        whose = f" by {shown(trainee)}" if trainee else ""
        raise CannotStart(f"Nothing was handed in for {name}{whose}: run casework collect first.")
    register(course, exercise)
    adopt(course)
    check_due_date(course, name)
    everything, touched = True, []
    with course.gradebook() as gradebook:
        for number, folder in enumerate(trainees, 1):
            try:
                complete, words = _grade_one(course, exercise, gradebook, folder)
            except ReturnedOtherwise as found:
                gradebook.db.rollback()
                complete, words = True, str(found)
                touched.append(folder)
            everything &= complete
            say(f"{number}/{len(trainees)} {shown(folder)}: {words}")
        if not touched:
            return everything
        whose = ", ".join(touched)
        if not ask(f"Count the new points of {whose}?"):
            say(f"Nothing of {whose} was changed. To count the new points, run casework grade {name} --recount.")
            return False
        for folder in touched:
            complete, words = _grade_one(course, exercise, gradebook, folder, recount=True)
            everything &= complete
            say(f"{shown(folder)}: {words}")
    say(f"Tell {whose}, and run casework feedback {name}, so that their pages say the same.")
    return everything


def _grade_one(
    course: Course, exercise: Exercise, gradebook: Gradebook, folder: str, *, recount: bool = False
) -> tuple[bool, str]:
    """Grade one trainee; whether all was graded, and a line that says so; `ReturnedOtherwise` unless `recount`."""
    if not answers.is_trainee_id(folder):
        return False, NO_TRAINEE
    submission = read_submission(course, exercise.name, folder)
    notebook = run(exercise, submission)
    try:
        _record(course, exercise, gradebook, submission, notebook, recount)
        _write(course, exercise, submission, notebook)
        results = outcomes_in(gradebook, exercise.name, folder)[0].results
    except (OperationalError, InvalidEntry, StaleDataError):
        gradebook.db.rollback()
        return False, "not graded, because another program holds the gradebook: close it and grade again."
    except OSError as error:
        gradebook.db.rollback()
        return False, f"not graded, because {shown(error.filename)} cannot be written: {error.strerror}."
    counts = Counter(result.verdict for result in results)
    words = "; ".join(f"{count} {verdict}" for verdict, count in counts.items())
    remarks = [
        answers.remark_on_halves(submission.sheet["answers"]),
        remark_on_editions(submission.sheet, exercise.edition, exercise.items, exercise.unscored),
    ]
    said = " ".join(remark for remark in remarks if remark)
    return all(result.graded for result in results), f"{words}. {shown(said)}" if said else words


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
            account = graded(submission.sheet, submission.refused, exercise.edition, item.activity, item.needed_key)
            cell.outputs = [_result(account.bundle(), count)]
    return notebook


def _result(data: dict[str, Any], count: int) -> NotebookNode:
    # as `nbformat.v4.new_output` makes it, which checks each against a schema: that took a fifth of the whole
    output: NotebookNode = nbformat.from_dict(
        {"output_type": "execute_result", "metadata": {}, "data": data, "execution_count": count}
    )
    return output


def _record(
    course: Course,
    exercise: Exercise,
    gradebook: Gradebook,
    submission: Submission,
    notebook: NotebookNode,
    recount: bool,
) -> None:
    """Put the points of `notebook` into the gradebook; marks and comments of a supervisor stay with their words."""
    name, trainee = exercise.name, submission.trainee
    gradebook.update_or_create_student(trainee)
    timestamp = course.directory.get_existing_timestamp(str(course.submitted / trainee / name))
    gradebook.update_or_create_submission(name, trainee, **({"timestamp": timestamp} if timestamp else {}))
    lock(gradebook)
    if not recount:
        check_returned(gradebook, name, trainee, notebook)
    save(course, gradebook, submission, gradebook.find_submission(name, trainee), notebook)
    gradebook.db.commit()


def _write(course: Course, exercise: Exercise, submission: Submission, notebook: NotebookNode) -> None:
    """Put the graded notebook where nbgrader's feedback and formgrader look for it."""
    place_answers(course, exercise, submission)
    target = path_of(course.autograded, submission.trainee, exercise.name)
    write_file(target, nbformat.v4.writes(notebook).encode())
    for path in target.parent.iterdir():
        _protect(path)


def _protect(path: Path) -> None:
    if path.is_file() and not path.is_symlink():
        path.chmod(READ_ONLY)
