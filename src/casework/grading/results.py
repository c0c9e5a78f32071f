"""Results from nbgrader's gradebook, each for the words it was given for, and their table for a program's records."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from nbgrader.api import Assignment, Grade, Gradebook, GradeCell, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from casework import answers
from casework.grading.adopt import adopt
from casework.grading.course import Course
from casework.grading.exercise import read_exercise
from casework.grading.scores import EXCUSED, Result, Row, points_of
from casework.grading.submission import Submission, read_submission
from casework.grading.tables import Attempt, Excused, Graded, Words

NOT_YET = "could not be graded, because it has not been graded yet: run casework grade"
_Query = TypeVar("_Query", bound="Select[*tuple[Any, ...]]")
LATE = "(late)"
"""In place of an item, in the line that tells what handing in late costs; no item has such an id."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Outcome:
    """What one trainee has of one exercise: the results of the attempt that counts, in the order of the exercise.

    `penalty` is what is lost for handing in late. `newer` says that another file was handed in since it was graded,
    `outdated` that the page the trainee got back tells other points.
    """

    trainee: str
    assignment: str
    attempt: int
    results: list[Result]
    penalty: float = 0.0
    newer: bool = False
    outdated: bool = False

    @property
    def points(self) -> float:
        """All points so far, without what being late costs."""
        return sum(result.points or 0.0 for result in self.results) - self.penalty


def outcomes_in(gradebook: Gradebook, name: str, trainee: str) -> list[Outcome]:
    """What `trainee` has of the attempt at `name` that was graded last, whatever was handed in since: one, or none."""
    return _read(None, gradebook.db, name, trainee)


def outcomes(
    course: Course, name: str | None = None, trainee: str | None = None, *, handed_in_since: bool = True
) -> list[Outcome]:
    """What everybody has, or `trainee` alone, of the exercise `name` or of all.

    What was handed in since it was graded has no points yet, unless that is not to be looked at. Where the best attempt
    counts, one that was graded goes on counting meanwhile.

    What is not graded yet is named as such, and so is what was handed in for an exercise of which the
    gradebook knows nothing, since it is new, lost or emptied.
    """
    adopt(course)
    with course.gradebook() as gradebook:
        held = course if handed_in_since else None
        found = {(line.assignment, line.trainee): line for line in _read(held, gradebook.db, name, trainee)}
        if course.program.counts == "best":
            graded = _read(None, gradebook.db, name, trainee) if handed_in_since else found.values()
            found = _best(gradebook.db, found, graded, name, trainee)
        known = {row.name: row for row in gradebook.assignments}
        excused = _excused(gradebook.db)
        for assignment in sorted({*known, *course.names()} if name is None else {name}):
            here = course.trainees(assignment) if trainee is None else []
            new = [other for other in here if (assignment, other) not in found]
            if not new:
                continue
            if assignment in known:
                cells = [cell for notebook in known[assignment].notebooks for cell in notebook.grade_cells]
                most = {cell.name: cell.max_score for cell in cells}
            else:
                items = read_exercise(course, assignment, keys=False).items
                most = {item: asked.points for item, asked in items.items()}
            for other in new:
                results = [Result(other, assignment, item, None, points, NOT_YET) for item, points in most.items()]
                found[assignment, other] = Outcome(other, assignment, 0, [_less(line, excused) for line in results])
    return [found[key] for key in sorted(found)]


def all_results(course: Course, name: str | None = None) -> list[Result]:
    """The results of everybody, see `outcomes`."""
    return [result for outcome in outcomes(course, name) for result in outcome.results]


def _read(course: Course | None, db: Session, name: str | None = None, trainee: str | None = None) -> list[Outcome]:
    """What the gradebook says of what was graded last; with a `course`, held against what is at hand there."""
    query = (
        select(
            Assignment.name,
            SubmittedAssignment.student_id,
            Graded.file,
            Graded.attempt,
            Attempt.returned,
            SubmittedNotebook.late_submission_penalty,
            GradeCell.name,
            GradeCell.max_score,
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
            Words.digest,
            Words.state,
            Words.reason,
            Words.earlier,
        )
        .join(SubmittedAssignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(GradeCell, GradeCell.id == Grade.cell_id)
        .outerjoin(Words, Words.grade_id == Grade.id)
        .outerjoin(Graded, Graded.submission_id == SubmittedAssignment.id)
        .outerjoin(Attempt, Attempt.id == Graded.attempt)
        .order_by(Assignment.name, SubmittedAssignment.student_id, Words.place, GradeCell.name)
    )
    query = _only(query, {Assignment.name: name, SubmittedAssignment.student_id: trainee})
    numbers, excused = _numbers(db, name, trainee), _excused(db)
    found = []
    for (assignment, student, file, attempt, told, penalty), lines in groupby(db.execute(query), lambda line: line[:6]):
        newer = _at_hand(course, assignment, student, file) if course else None
        number = numbers.get(attempt, 0)
        results = []
        for line in lines:
            row = Row(*line[6:])
            points, verdict = points_of(row, newer.words(row.item) if newer else None)
            said = " ".join(verdict.split())
            results.append(_less(Result(student, assignment, row.item, points, row.max, said, number), excused))
        now = {line.item: line.points for line in results if line.points is not None}
        outdated = bool(told) and newer is None and json.loads(told)["points"] != now
        found.append(Outcome(student, assignment, number, results, penalty or 0.0, newer is not None, outdated))
    return found


def _only(query: _Query, wanted: Mapping[Any, str | None]) -> _Query:
    """`query` for what is wanted in its columns; None takes everything."""
    return query.where(*(column == value for column, value in wanted.items() if value is not None))


def _numbers(db: Session, name: str | None, trainee: str | None) -> dict[int, int]:
    """The number of each attempt, counted from 1 for each trainee and exercise, by its id in the gradebook."""
    query = select(Attempt.student, Attempt.assignment, Attempt.id)
    query = _only(query, {Attempt.assignment: name, Attempt.student: trainee})
    lines = db.execute(query.order_by(Attempt.student, Attempt.assignment, Attempt.id))
    return {
        attempt: number
        for _, group in groupby(lines, key=lambda line: line[:2])
        for number, (_, _, attempt) in enumerate(group, 1)
    }


def _excused(db: Session) -> set[tuple[str, str, str]]:
    """What is left out: trainee, exercise and item."""
    return {(line.student, line.assignment, line.item) for line in db.scalars(select(Excused))}


def _less(result: Result, excused: set[tuple[str, str, str]]) -> Result:
    """`result`, or 0 of 0 points where the item is left out for this trainee."""
    if (result.trainee, result.assignment, result.item) not in excused:
        return result
    return dataclasses.replace(result, points=0.0, max=0.0, verdict=EXCUSED)


def _at_hand(course: Course, name: str, trainee: str, file: str | None) -> Submission | None:
    """What lies there to be graded, unless it is the `file` that was graded last, or nothing lies there any more."""
    path = course.submitted / trainee / name / answers.FILE_NAME
    if file is None or not path.parent.exists():
        return None
    with contextlib.suppress(answers.AnswersError, OSError):
        if hashlib.sha256(answers.load(path)).hexdigest() == file:
            return None
    found = read_submission(course, name, trainee)
    return found if found.file != file else None


def _best(
    db: Session, found: dict[tuple[str, str], Outcome], graded: Iterable[Outcome], name: str | None, trainee: str | None
) -> dict[tuple[str, str], Outcome]:
    """The same, with another attempt of `graded` or one before where it has more points; of equal ones the later."""
    best = dict(found)

    def take(one: Outcome) -> None:
        key = (one.assignment, one.trainee)
        now = found.get(key)
        if now is not None and (one.points, one.attempt) > (best[key].points, best[key].attempt):
            best[key] = dataclasses.replace(one, newer=now.newer, outdated=now.outdated)

    for line in graded:
        take(line)
    numbers, excused = _numbers(db, name, trainee), _excused(db)
    query = select(Attempt.id, Attempt.student, Attempt.assignment, Attempt.results, Attempt.penalty)
    query = _only(query, {Attempt.assignment: name, Attempt.student: trainee})
    for attempt, student, assignment, text, penalty in db.execute(query.where(Attempt.results != "")):
        number = numbers[attempt]
        results = [
            _less(Result(student, assignment, item, points, most, verdict, number), excused)
            for item, points, most, verdict in json.loads(text)
        ]
        take(Outcome(student, assignment, number, results, penalty))
    return best


def table(found: Iterable[Outcome]) -> str:
    """All results as CSV, with a line for what handing in late costs, so that sums are the same everywhere."""
    lines = []
    for outcome in found:
        lines += outcome.results
        if outcome.penalty:
            less = Result(
                outcome.trainee, outcome.assignment, LATE, -outcome.penalty, 0.0, "handed in late", outcome.attempt
            )
            lines.append(less)
    return rows_as_csv(Result, lines)


def remarks(found: Iterable[Outcome]) -> Iterator[str]:
    """What a supervisor has to do before these results are what trainees know, in sentences."""
    for line in found:
        if line.newer:
            again = f"{line.trainee} handed in {line.assignment} again since it was graded"
            yield f"{again}: run casework grade {line.assignment}"
        if line.outdated:
            page = f"The page that {line.trainee} has of {line.assignment} tells other points than there are now"
            yield f"{page}: run casework feedback {line.assignment}"


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
