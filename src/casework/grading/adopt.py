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
from sqlalchemy import select

from casework import answers
from casework.grading.attempts import MORE, attempt_of
from casework.grading.course import Course
from casework.grading.exercise import read_notebook
from casework.grading.scores import verdict_data
from casework.grading.submission import GRADED, READ_ONLY, ROW, Submission, path_of, read_submission
from casework.grading.tables import Graded, Words
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
    path = path_of(course.autograded, trainee, name)
    try:
        notebook = read_notebook(path)
        data = answers.load(path.with_name(answers.FILE_NAME))
        submission = Submission(trainee, answers.belonging(answers.parse(data), name, trainee), data)
    except ContentError:
        return
    except (answers.AnswersError, OSError):
        submission = read_submission(course, name, trainee)  # one that was refused left no answers, and has no points
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    grades = [grade for part in row.notebooks for grade in part.grades]
    numbers = any(grade.auto_score is not None or grade.manual_score is not None for grade in grades)
    if numbers if submission.refused else not _agrees(records[0], made, submission):
        return
    last = Graded(submission_id=row.id, file=submission.file)
    gradebook.db.add(last)
    for digest in made:
        sheet = next((found for found in _sheets(course, submission, name) if _is(found[0], digest)), None)
        whole, content = sheet or (digest, b"")
        attempt = attempt_of(gradebook.db, trainee, name, whole, content)
        last.attempt = attempt.id if whole == answers.digest_of_all(submission.sheet) else None
    places = {item: place for place, item in enumerate(cells)}
    for part in row.notebooks:
        comments = {comment.name: comment for comment in part.comments}
        for grade in part.grades:
            told = verdict_data(cells.get(grade.name))
            words = {"state": told.get("state", ""), "reason": told.get("reason", ""), "earlier": ""}
            if grade.manual_score is not None and grade.needs_manual_grade:  # of other words, as far as anybody knows
                said = comments[grade.name].manual_comment if grade.name in comments else ""
                words["earlier"] = json.dumps({"points": grade.manual_score, "comment": said or ""})
                grade.manual_score = None
                if grade.name in comments:
                    comments[grade.name].manual_comment = None
            gradebook.db.add(
                Words(
                    grade_id=grade.id,
                    digest=submission.words(grade.name),
                    place=places.get(grade.name, len(places)),
                    **words,
                )
            )
            if grade.name in cells:
                cells[grade.name].metadata[ROW] = grade.id
    notebook.metadata[GRADED] = {
        "file": submission.file,
        "attempt": answers.digest_of_all(submission.sheet) if last.attempt is not None else "",
        "words": {grade.name: submission.words(grade.name) for grade in grades},
    }
    _write(path, notebook)
    gradebook.db.commit()
    records[0].unlink(missing_ok=True)
    more = [f"{MORE}\n" for line in lines if line == MORE]
    write_file(records[1], "".join(more).encode()) if more else records[1].unlink(missing_ok=True)


def _agrees(record: Path, made: list[str], submission: Submission) -> bool:
    """Whether the text files say that the answers of `submission` were graded last."""
    try:
        found: Any = json.loads(record.read_bytes())
    except (OSError, ValueError):
        found = None
    if isinstance(found, dict):
        return all(isinstance(digest, str) and _is(submission.words(item), digest) for item, digest in found.items())
    return bool(made) and _is(answers.digest_of_all(submission.sheet), made[-1])


def _is(digest: str, short: str) -> bool:
    """Whether `short`, the beginning of a digest as the text files hold it, is that of `digest`."""
    return digest[: len(short)] == short and bool(short) == bool(digest)


def _sheets(course: Course, submission: Submission, name: str) -> Iterator[tuple[str, bytes]]:
    """What identifies the answers of each file that the trainee handed in, and the file."""
    yield answers.digest_of_all(submission.sheet), submission.data
    for path in sorted((course.older / submission.trainee / name).glob("*.json")):
        try:
            data = answers.load(path)
            yield answers.digest_of_all(answers.parse(data)), data
        except (answers.AnswersError, OSError):
            continue


def _write(path: Path, notebook: NotebookNode) -> None:
    write_file(path, nbformat.v4.writes(notebook).encode())
    path.chmod(READ_ONLY)
