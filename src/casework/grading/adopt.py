"""A gradebook from before marks were bound to their words, brought over when it is first used.

Then text files beside the gradebook said what was graded last: `grading/attempts/TRAINEE/EXERCISE.json` the answers by
item, `.txt` the attempts. Where they agree with the answers that lie beside the graded notebook, the rows of the
gradebook are bound to those; where they do not, nobody knows whose the marks are, and none of them counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat.v4
from nbformat import NotebookNode
from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.api import new_uuid as new_id
from sqlalchemy import select

from casework import answers
from casework.grading.attempts import MORE, attempt_of
from casework.grading.course import Course
from casework.grading.exercise import read_notebook
from casework.grading.scores import auto_score, verdict_data
from casework.grading.submission import GRADED, READ_ONLY, ROW, Submission, cells_of, path_of, read_submission
from casework.grading.tables import Attempt, Graded, Words
from casework.records import ContentError
from casework.storage import write_file


def adopt(course: Course) -> None:
    """Bring over what the gradebook of `course` holds and has not noted the words of; nothing, in most calls."""
    if not (course.private / "attempts").is_dir() or not course.has_gradebook():
        return
    with course.gradebook() as gradebook:
        known = select(Graded.submission_id)
        for row in gradebook.db.scalars(select(SubmittedAssignment).where(SubmittedAssignment.id.not_in(known))).all():
            _adopt_one(course, gradebook, row)


def _adopt_one(course: Course, gradebook: Gradebook, row: SubmittedAssignment) -> None:
    name, trainee = row.assignment.name, row.student.id
    records = [course.private / "attempts" / trainee / f"{name}{ending}" for ending in (".json", ".txt")]
    lines = records[1].read_text(encoding="utf-8-sig", errors="replace").split() if records[1].is_file() else []
    made = [line for line in lines if line != MORE]
    found = _graded(course, row)
    last = Graded(submission_id=row.id, file=found[0].file if found else "")
    gradebook.db.add(last)
    digest = answers.digest_of_all(found[0].sheet) if found and not found[0].refused else ""
    for short in made:
        fitting = (each for each in _sheets(course, trainee, name, found) if _is(each[0], short))
        whole, content = next(fitting, (short, b""))
        attempt = attempt_of(gradebook.db, trainee, name, whole, content, row.timestamp if whole == digest else None)
        if whole == digest:
            last.attempt = attempt.id
    if found and _agrees(records[0], made, *found, row):
        _bind(course, gradebook, row, *found, last)
    gradebook.db.commit()
    records[0].unlink(missing_ok=True)
    more = [f"{MORE}\n" for line in lines if line == MORE]
    write_file(records[1], "".join(more).encode()) if more else records[1].unlink(missing_ok=True)


def _graded(course: Course, row: SubmittedAssignment) -> tuple[Submission, NotebookNode] | None:
    """What was graded last, by the files in nbgrader's step for it; None where there is no graded notebook."""
    name, trainee = row.assignment.name, row.student.id
    path = path_of(course.autograded, trainee, name)
    try:
        notebook = read_notebook(path)
        data = answers.load(path.with_name(answers.FILE_NAME))
        return Submission(trainee, answers.belonging(answers.parse(data), name, trainee), data), notebook
    except ContentError:
        return None
    except (answers.AnswersError, OSError):
        submission = read_submission(course, name, trainee)  # one that was refused left no answers, and has no points
        return (submission, notebook) if submission.refused else None


def _bind(
    course: Course,
    gradebook: Gradebook,
    row: SubmittedAssignment,
    submission: Submission,
    notebook: NotebookNode,
    last: Graded,
) -> None:
    """Note the words of each row, which gets a new id: a page that was opened before marks nothing more."""
    name = row.assignment.name
    cells = cells_of(notebook)
    places = {item: place for place, item in enumerate(cells)}
    told: dict[str, dict[str, float]] = {"points": {}, "auto": {}}
    for part in row.notebooks:
        comments = {comment.name: comment for comment in part.comments}
        for grade in part.grades:
            comment = comments.get(grade.name)
            said = verdict_data(cells.get(grade.name))
            earlier = ""
            if grade.manual_score is not None and grade.needs_manual_grade:  # of other words, as far as anybody knows
                text = (comment.manual_comment if comment is not None else "") or ""
                earlier = json.dumps({"points": grade.manual_score, "comment": text})
                grade.manual_score = None
                if comment is not None:
                    comment.manual_comment = None
            elif grade.manual_score is not None:
                told["points"][grade.name] = grade.manual_score + (grade.extra_credit or 0.0)
            elif grade.auto_score is not None:
                told["points"][grade.name] = grade.auto_score + (grade.extra_credit or 0.0)
                told["auto"][grade.name] = grade.auto_score
            grade.id = new_id()
            if comment is not None:
                comment.id = new_id()
            words = Words(grade_id=grade.id, digest=submission.words(grade.name), earlier=earlier)
            words.state, words.reason = said.get("state", ""), said.get("reason", "")
            words.place = places.get(grade.name, len(places))
            gradebook.db.add(words)
            if grade.name in cells:
                cells[grade.name].metadata[ROW] = grade.id
    attempt = gradebook.db.get(Attempt, last.attempt) if last.attempt is not None else None
    if attempt is not None and path_of(course.feedback, submission.trainee, name).with_suffix(".html").is_file():
        attempt.returned = json.dumps(told)
    notebook.metadata[GRADED] = {
        "file": submission.file,
        "attempt": attempt.digest if attempt is not None else "",
        "words": {grade.name: submission.words(grade.name) for part in row.notebooks for grade in part.grades},
    }
    path = path_of(course.autograded, submission.trainee, name)
    write_file(path, nbformat.v4.writes(notebook).encode())
    path.chmod(READ_ONLY)


def _agrees(
    record: Path, made: list[str], submission: Submission, notebook: NotebookNode, row: SubmittedAssignment
) -> bool:
    """Whether all that is known says that the rows are for `submission`: points, time and text files."""
    grades = [grade for part in row.notebooks for grade in part.grades]
    if submission.refused:
        return all(grade.auto_score is None and grade.manual_score is None for grade in grades)
    cells = cells_of(notebook)
    if any(grade.name not in cells or auto_score(cells[grade.name]) != grade.auto_score for grade in grades):
        return False
    if row.timestamp is not None and row.timestamp != answers.saved_at(submission.sheet).replace(tzinfo=None):
        return False
    try:
        found: Any = json.loads(record.read_bytes())
    except (OSError, ValueError):
        found = None
    if isinstance(found, dict):
        digests = {grade.name: found.get(grade.name) for grade in grades}
        return all(isinstance(short, str) and _is(submission.words(item), short) for item, short in digests.items())
    return bool(made) and _is(answers.digest_of_all(submission.sheet), made[-1])


def _is(digest: str, short: str) -> bool:
    """Whether `short`, the beginning of a digest as the text files hold it, is that of `digest`."""
    return digest[: len(short)] == short and bool(short) == bool(digest)


def _sheets(
    course: Course, trainee: str, name: str, found: tuple[Submission, NotebookNode] | None
) -> Iterator[tuple[str, bytes]]:
    """What identifies the answers of each file that the trainee handed in, and the file."""
    if found and not found[0].refused:
        yield answers.digest_of_all(found[0].sheet), found[0].data
    current = course.submitted / trainee / name / answers.FILE_NAME
    for path in (current, *sorted((course.older / trainee / name).glob("*.json"))):
        try:
            data = answers.load(path)
            yield answers.digest_of_all(answers.parse(data)), data
        except (answers.AnswersError, OSError):
            continue
