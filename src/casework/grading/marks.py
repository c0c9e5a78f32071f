"""Marks bound to words: how a graded notebook gets into the gradebook, and when a supervisor must look at a mark again.

Both graders, `casework grade` and `nbgrader autograde`, come here, in one transaction for each submission. An item's
row keeps its id as long as its words stay the same. For other words it gets another id and no mark, and the mark goes
to those that wait for their words to come back. So a mark is never beside words it was not given for, whoever wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.api import new_uuid as new_id
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.grading.attempts import attempt_of, put_away
from casework.grading.course import Course
from casework.grading.results import outcomes_in
from casework.grading.scores import Result, auto_score, verdict_data
from casework.grading.submission import GRADED, ROW, Submission, cells_of, path_of
from casework.grading.tables import Attempt, Graded, KeptMark, Words
from casework.storage import write_file

EARLIER = "casework_earlier"
"""The key of an item's cell metadata that tells the mark given to other words before: points and comment."""
CHANGED = "could not be graded, because other answers took their place while they were graded: run casework grade again"


class ReturnedOtherwise(Exception):
    """The key has changed, and a trainee has other points on a page already; the message tells which."""


def lock(gradebook: Gradebook) -> None:
    """Let nobody else write until the next commit: what is read now is still so when it is written."""
    db = gradebook.db
    db.commit()
    if gradebook.engine.dialect.name == "sqlite":
        db.connection().exec_driver_sql("begin immediate")
    else:
        db.connection().exec_driver_sql("lock table grade, comment in share row exclusive mode")
    db.expire_all()


def check_returned(gradebook: Gradebook, name: str, trainee: str, notebook: NotebookNode) -> None:
    """Raise `ReturnedOtherwise` where a rule gives `notebook` other points for the same words than a page tells."""
    db, graded = gradebook.db, notebook.metadata[GRADED]
    whose = {"student": trainee, "assignment": name, "digest": graded["attempt"]}
    attempt = db.scalars(select(Attempt).filter_by(**whose)).first()
    told = json.loads(attempt.returned)["auto"] if attempt is not None and attempt.returned else {}
    cells = cells_of(notebook)
    found = [
        f"{item} from {old:g} to {new:g}"
        for item, old in told.items()
        if item in cells and old is not None and (new := auto_score(cells[item])) is not None and new != old
    ]
    if found:
        raise ReturnedOtherwise(
            f"left as it is: the key has changed, and the page that {trainee} has tells other points "
            f"({'; '.join(found)})."
        )


def note_returned(gradebook: Gradebook, row: SubmittedAssignment, results: list[Result]) -> None:
    """Note what a page of feedback tells; to be committed by the caller."""
    last = gradebook.db.get(Graded, row.id)
    attempt = gradebook.db.get(Attempt, last.attempt) if last is not None and last.attempt is not None else None
    if attempt is not None:
        grades = [grade for part in row.notebooks for grade in part.grades if grade.manual_score is None]
        by_rule = {grade.name: grade.auto_score for grade in grades if grade.auto_score is not None}
        told = {line.item: line.points for line in results if line.points is not None}
        attempt.returned = json.dumps({"points": told, "auto": by_rule})


def save(
    course: Course, gradebook: Gradebook, submission: Submission, row: SubmittedAssignment, notebook: NotebookNode
) -> None:
    """Bring the rows of `row` up to date with `notebook`, in which `submission` was graded, and tell the cells of them.

    Nothing is committed. What a supervisor gave to these words stays.
    """
    db, name = gradebook.db, row.assignment.name
    graded = notebook.metadata[GRADED]
    _change_attempt(course, gradebook, submission, row, graded)
    cells = cells_of(notebook)
    places = {item: place for place, item in enumerate(cells)}
    for part in row.notebooks:
        # asked for once and held here, since each would be asked for by itself otherwise
        held = [*part.notebook.grade_cells, *_words_of(db, part)]
        comments = {comment.name: comment for comment in part.comments}
        for grade in part.grades:
            item = _Item(db, submission.trainee, name, grade, comments.get(grade.name))
            item.save(cells[grade.name], places[grade.name], graded["words"][grade.name])
        for comment in part.comments:
            comment.auto_comment = "No response." if auto_score(cells[comment.name]) == 0 else None
        del held
    _take_off_for_lateness(course, db, row)


def _words_of(db: Session, part: SubmittedNotebook) -> Sequence[Words]:
    return db.scalars(select(Words).where(Words.grade_id.in_([grade.id for grade in part.grades]))).all()


def _change_attempt(
    course: Course, gradebook: Gradebook, submission: Submission, row: SubmittedAssignment, graded: dict[str, Any]
) -> None:
    """Note what is graded now, and put away what the attempt before it earned."""
    db, name, trainee = gradebook.db, row.assignment.name, submission.trainee
    last = db.get(Graded, row.id)
    if last is None:
        last = Graded(submission_id=row.id)
        db.add(last)
    before = db.get(Attempt, last.attempt) if last.attempt is not None else None
    if before is not None and before.digest != graded["attempt"]:
        found = outcomes_in(gradebook, name, trainee)
        put_away(before, found[0].results if found else [], row.late_submission_penalty or 0.0)
        if before.returned:
            _keep_page(course, name, trainee, before)
    last.file = graded["file"]
    last.attempt = None
    if graded["attempt"]:
        attempt = attempt_of(db, trainee, name, graded["attempt"], submission.data, row.timestamp)
        last.attempt, row.timestamp = attempt.id, attempt.handed_in
    db.flush()


def _take_off_for_lateness(course: Course, db: Session, row: SubmittedAssignment) -> None:
    """What `AssignLatePenalties` does, in the same transaction: points never stand without what being late costs."""
    step = AssignLatePenalties(config=course.config)
    step.init_plugin()
    db.flush()
    for part in row.notebooks:
        db.refresh(part)
        part.late_submission_penalty = None
        if row.total_seconds_late > 0:
            less = step.plugin_inst.late_submission_penalty(row.student.id, part.score, row.total_seconds_late)
            if less is not None:
                part.late_submission_penalty = min(max(less, 0.0), part.score)


def _keep_page(course: Course, name: str, trainee: str, attempt: Attempt) -> None:
    """Keep the page that tells of `attempt`, beside the files that were handed in before; none is written over."""
    page = path_of(course.feedback, trainee, name).with_suffix(".html")
    if not page.is_file():
        return
    data, folder, stem = page.read_bytes(), course.older / trainee / name, f"page-{attempt.digest[:12]}"
    for number in range(1, 1000):
        kept = folder / (f"{stem}.html" if number == 1 else f"{stem}-{number}.html")
        if not kept.exists():
            write_file(kept, data)
        if kept.read_bytes() == data:
            return


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
