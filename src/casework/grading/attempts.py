"""How often each trainee's answers to an exercise were graded, against what the program allows.

An attempt is a set of answers that was graded, not a file: the same answers, downloaded or graded again, count once.
Answers none of which could be graded are no attempt. The gradebook keeps each attempt with its answers and, once
another took its place, with what it earned. A line `+1` in `grading/attempts/TRAINEE/EXERCISE.txt` gives one more.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.grading.course import Course
from casework.grading.scores import Result
from casework.grading.tables import Attempt

MORE = "+1"
"""The line of a supervisor's file that gives one attempt more."""


@dataclass(frozen=True)
class Attempts:
    """The attempts of everybody: `made` holds what identifies each, the first one first, by trainee and exercise."""

    course: Course
    most: dict[str, int]
    made: dict[tuple[str, str], list[str]]

    def of(self, trainee: str, name: str) -> list[str]:
        """What identifies each attempt of `trainee` at the exercise `name`, the first one first."""
        return self.made.get((trainee, name), [])

    def left(self, trainee: str, name: str) -> int:
        """How many attempts `trainee` still has, of those the program allows and those a supervisor added."""
        path = self.course.private / "attempts" / trainee / f"{name}.txt"  # written in any editor
        lines = path.read_text(encoding="utf-8-sig", errors="replace").split() if path.is_file() else []
        return max(0, self.most[name] + lines.count(MORE) - len(self.of(trainee, name)))


def read_attempts(course: Course) -> Attempts:
    """The attempts that the gradebook of `course` knows; none where there is no gradebook yet."""
    most, forms = course.program.attempts, course.blueprint.forms
    made: dict[tuple[str, str], list[str]] = {}
    if course.has_gradebook():
        with course.gradebook() as gradebook:
            lines = gradebook.db.execute(
                select(Attempt.student, Attempt.assignment, Attempt.digest).order_by(Attempt.id)
            )
            for student, assignment, digest in lines:
                made.setdefault((student, assignment), []).append(digest)
    return Attempts(course, {name: 1 if name in forms else most for name in course.names()}, made)


def attempt_of(
    db: Session, student: str, assignment: str, digest: str, sheet: bytes, handed_in: datetime | None = None
) -> Attempt:
    """The attempt that `digest` identifies, made where it is new; it is graded now, from the file `sheet`.

    The same answers handed in again, perhaps late, were handed in when they came first.
    """
    found = db.scalars(select(Attempt).filter_by(student=student, assignment=assignment, digest=digest)).first()
    if found is None:
        found = Attempt(student=student, assignment=assignment, digest=digest, returned="")
        db.add(found)
    found.handed_in = min(filter(None, (found.handed_in, handed_in)), default=None)
    found.sheet, found.graded = zlib.compress(sheet, 9), datetime.now(UTC).replace(tzinfo=None)
    found.results, found.penalty = "", 0.0
    db.flush()
    return found


def put_away(attempt: Attempt, results: Iterable[Result], penalty: float) -> None:
    """Keep with `attempt` what it earned, since another takes its place."""
    attempt.results = json.dumps([[line.item, line.points, line.max, line.verdict] for line in results])
    attempt.penalty = penalty
