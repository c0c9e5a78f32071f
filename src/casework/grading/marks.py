"""Marks bound to words: how a graded notebook gets into the gradebook, and when a supervisor must look at a mark again.

Both graders, `casework grade` and `nbgrader autograde`, come here, in one transaction for each submission. An item's
row keeps its id as long as its words stay the same. For other words it gets another id and no mark, and the mark goes
to those that wait for their words to come back. So a mark is never beside words it was not given for, whoever wrote it.
"""

from __future__ import annotations

import json
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook, SubmittedAssignment
from nbgrader.api import new_uuid as new_id
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.grading.attempts import attempt_of, put_away
from casework.grading.course import Course
from casework.grading.results import outcomes_in
from casework.grading.scores import Result, auto_score, verdict_data
from casework.grading.submission import GRADED, ROW, Submission, path_of
from casework.grading.tables import Attempt, Graded, KeptMark, Words
from casework.storage import write_file

EARLIER = "casework_earlier"
"""The key of an item's cell metadata that tells the mark given to other words before: points and comment."""
CHANGED = "could not be graded, because other answers took their place while they were graded: run casework grade again"


class ReturnedOtherwise(Exception):
    """The key has changed, and a trainee has other points on a page already; the message tells which."""


def check_returned(gradebook: Gradebook, row: SubmittedAssignment, notebook: NotebookNode) -> None:
    """Raise `ReturnedOtherwise` where `notebook` has other points for the same words than a page told the trainee."""
    last = gradebook.db.get(Graded, row.id)
    told = json.loads(last.returned) if last is not None and last.returned else {}
    words = notebook.metadata[GRADED]["words"]
    points = {
        cell.metadata.nbgrader.grade_id: auto_score(cell) for cell in notebook.cells if "nbgrader" in cell.metadata
    }
    found = []
    for grade in (grade for part in row.notebooks for grade in part.grades if grade.manual_score is None):
        known, new, old = gradebook.db.get(Words, grade.id), points[grade.name], told.get(grade.name)
        if known is not None and known.digest == words[grade.name] and None not in (old, new) and old != new:
            found.append(f"{grade.name} from {old:g} to {new:g}")
    if found:
        raise ReturnedOtherwise(
            f"left as it is: the key has changed, and the page that {row.student.id} has tells other points "
            f"({'; '.join(found)})."
        )


def note_returned(gradebook: Gradebook, submission_id: str, results: list[Result]) -> None:
    """Note what a page of feedback tells; to be committed by the caller."""
    if (last := gradebook.db.get(Graded, submission_id)) is not None:
        last.returned = json.dumps({line.item: line.points for line in results if line.points is not None})


def save(
    course: Course, gradebook: Gradebook, submission: Submission, row: SubmittedAssignment, notebook: NotebookNode
) -> None:
    """Bring the rows of `row` up to date with `notebook`, in which `submission` was graded, and tell the cells of them.

    Nothing is committed. What a supervisor gave to these words stays.
    """
    db, name = gradebook.db, row.assignment.name
    graded = notebook.metadata[GRADED]
    _change_attempt(course, gradebook, submission, row, graded)
    cells = {
        cell.metadata.nbgrader.grade_id: (place, cell)
        for place, cell in enumerate(notebook.cells)
        if "nbgrader" in cell.metadata
    }
    for part in row.notebooks:
        comments = {comment.name: comment for comment in part.comments}
        for grade in part.grades:
            place, cell = cells[grade.name]
            item = _Item(db, submission.trainee, name, grade, comments.get(grade.name))
            item.save(cell, place, graded["words"][grade.name])
        for comment in part.comments:
            comment.auto_comment = "No response." if auto_score(cells[comment.name][1]) == 0 else None


def _change_attempt(
    course: Course, gradebook: Gradebook, submission: Submission, row: SubmittedAssignment, graded: dict[str, Any]
) -> None:
    """Note what is graded now, and put away what the attempt before it earned."""
    db, name = gradebook.db, row.assignment.name
    last = db.get(Graded, row.id)
    if last is None:
        last = Graded(submission_id=row.id)
        db.add(last)
    before = db.get(Attempt, last.attempt) if last.attempt is not None else None
    if before is not None and before.digest != graded["attempt"]:
        found = outcomes_in(gradebook, name, submission.trainee)
        put_away(before, found[0].results if found else [], row.late_submission_penalty or 0.0)
        page = path_of(course.feedback, submission.trainee, name).with_suffix(".html")
        if found and last.returned and page.is_file():
            kept = course.older / submission.trainee / name / f"attempt-{found[0].attempt}.html"
            write_file(kept, page.read_bytes())
    if before is None or before.digest != graded["attempt"]:
        last.returned = ""
    last.file = graded["file"]
    last.attempt = None
    if graded["attempt"]:
        last.attempt = attempt_of(db, submission.trainee, name, graded["attempt"], submission.data).id
    db.flush()


class _Item:
    """One item's row, with its comment and what is known of its words."""

    def __init__(self, db: Session, student: str, assignment: str, grade: Grade, comment: Comment | None) -> None:
        self.db, self.grade, self.comment = db, grade, comment
        self.whose = {"student": student, "assignment": assignment, "item": grade.name}
        self.words = db.get(Words, grade.id)

    def save(self, cell: NotebookNode, place: int, digest: str) -> None:
        """Bring the row up to date with its graded `cell`, for the words that `digest` identifies."""
        points, told = auto_score(cell), verdict_data(cell)
        state, reason = told.get("state", ""), told.get("reason", "")
        if cell.cell_type == "code" and state != "ungraded" and told.get("words") != digest:
            points, state, reason = None, "ungraded", CHANGED if "words" in told else ""
        if self.words is None or self.words.digest != digest:
            self._change_words(digest, points)
        elif self.grade.manual_score is None:
            waits = self.grade.needs_manual_grade and bool(self.words.earlier)
            self.grade.needs_manual_grade = points is None or waits
        elif points != self.grade.auto_score:
            self.grade.needs_manual_grade = True
        self.grade.auto_score = points
        assert self.words is not None
        self.words.state, self.words.reason, self.words.place = state, reason, place
        cell.metadata[ROW] = self.grade.id
        cell.metadata.pop(EARLIER, None)
        if self.words.earlier and self.grade.manual_score is None:
            cell.metadata[EARLIER] = json.loads(self.words.earlier)

    def _change_words(self, digest: str, points: float | None) -> None:
        """Give the row another id for other words, with the mark that was once given to those, if any."""
        grade, comment = self.grade, self.comment
        earlier = self.words.earlier if self.words else ""
        if grade.manual_score is not None:
            earlier = json.dumps(
                {
                    "points": grade.manual_score + (grade.extra_credit or 0.0),
                    "comment": (comment and comment.manual_comment) or "",
                }
            )
        if self.words is not None:
            self._keep(self.words.digest)
            self.db.delete(self.words)
            self.db.flush()
        grade.id = new_id()
        if comment is not None:
            comment.id = new_id()
        kept = self.db.scalars(select(KeptMark).filter_by(**self.whose, digest=digest)).first()
        grade.manual_score = kept.manual_score if kept else None
        grade.extra_credit = kept.extra_credit if kept else None
        if comment is not None:
            comment.manual_comment = kept.comment if kept else None
        if kept and kept.manual_score is not None:
            earlier = ""
            grade.needs_manual_grade = kept.needs_manual_grade or points != kept.auto_score
        else:
            grade.needs_manual_grade = points is None or bool(earlier)
        self.words = Words(grade_id=grade.id, digest=digest, earlier=earlier)
        self.db.add(self.words)

    def _keep(self, digest: str) -> None:
        """Keep what a supervisor gave to the words of this row until now, for when they come back."""
        grade, comment = self.grade, self.comment.manual_comment if self.comment else None
        kept = self.db.scalars(select(KeptMark).filter_by(**self.whose, digest=digest)).first()
        if kept is None:
            if grade.manual_score is None and grade.extra_credit is None and not comment:
                return
            kept = KeptMark(**self.whose, digest=digest)
            self.db.add(kept)
        kept.auto_score, kept.manual_score, kept.extra_credit = grade.auto_score, grade.manual_score, grade.extra_credit
        kept.needs_manual_grade, kept.comment = bool(grade.needs_manual_grade), comment
