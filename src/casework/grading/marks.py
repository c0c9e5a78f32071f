"""A mark beside an answer: what one item's row in the gradebook says, and when a supervisor must look at a mark again.

Both graders, `casework grade` and `nbgrader autograde`, write their rows and their record of what was graded here. The
record is a JSON file for each trainee and exercise beside that of the attempts: item to a digest of its answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Grade

from casework import answers
from casework.grading.attempts import attempts, identify, identify_answer, note_attempt
from casework.grading.course import Course
from casework.grading.scores import auto_score
from casework.grading.submission import GRADED
from casework.storage import write_file


def last_graded(course: Course, name: str, trainee: str, items: Iterable[str]) -> Mapping[str, str]:
    """Each of `items` with the digest of its answer that was graded last; empty where nobody knows."""
    try:
        found = json.loads(_record(course, name, trainee).read_bytes())
    except (OSError, ValueError):
        found = None
    return found if isinstance(found, dict) else _last_attempt(course, name, trainee, items)


def is_graded_last(last: Mapping[str, str], item: str, answer: str) -> bool:
    """Whether `answer`, a digest, is the answer of `item` that was graded last."""
    return last.get(item) == answer


def needs_a_look(grade: Grade, points: float | None, same_answer: bool) -> bool:
    """Whether a supervisor has to look at an item that now has `points` of its own: for the first time, or again.

    A mark stands as long as the answer and its points are those it was given for. One that waits for a look goes on
    waiting until a supervisor has had it.
    """
    if grade.manual_score is None:
        return points is None
    return bool(grade.needs_manual_grade) or not same_answer or points != grade.auto_score


def write_row(grade: Grade, cell: NotebookNode, graded: Mapping[str, Any], last: Mapping[str, str]) -> None:
    """Bring an item's row up to date with its graded `cell`; what a supervisor gave stays."""
    points = auto_score(cell)
    same_answer = is_graded_last(last, grade.name, graded["answers"][grade.name])
    grade.needs_manual_grade = needs_a_look(grade, points, same_answer)
    grade.auto_score = points


def note_graded(course: Course, name: str, trainee: str, notebook: NotebookNode) -> None:
    """Record what `notebook` graded, once its rows are in the gradebook: before that, a mark could stand by mistake."""
    graded = notebook.metadata[GRADED]
    if graded["attempt"]:
        note_attempt(course, name, trainee, graded["attempt"])
    write_file(_record(course, name, trainee), json.dumps(graded["answers"], indent=1, sort_keys=True).encode())


def _record(course: Course, name: str, trainee: str) -> Path:
    return course.private / "attempts" / trainee / f"{name}.json"


def _last_attempt(course: Course, name: str, trainee: str, items: Iterable[str]) -> dict[str, str]:
    """The same for work graded before there were such records: the last attempt, found among the files collected."""
    last = attempts(course, name, trainee)[-1:]
    current = course.submitted / trainee / name / answers.FILE_NAME
    for path in (current, *sorted((course.older / trainee / name).glob("*.json"))):
        try:
            sheet = answers.read(path)
        except (answers.AnswersError, OSError):
            continue
        if last == [identify(sheet)]:
            return {item: identify_answer(sheet["answers"].get(item)) for item in items}
    return {}
