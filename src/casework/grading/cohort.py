"""How a cohort is doing: who has passed, and how each item behaves."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from nbgrader.api import MissingEntry

from casework.blueprint import load_blueprint, load_program
from casework.grading.attempts import attempts
from casework.grading.course import Course
from casework.grading.progress import standing
from casework.grading.results import all_results
from casework.grading.scores import Result

FEWEST = 20
"""Below so many trainees, how an item separates them is not told: chance would decide."""


@dataclass(frozen=True)
class Standing:
    """One trainee and one exercise: points so far, percent of all points, whether passed, and attempts graded."""

    trainee: str
    assignment: str
    points: float
    max: float
    percent: float
    standing: str
    attempts: int


@dataclass(frozen=True)
class ItemFigures:
    """One item over everybody with points for it.

    `facility` is the mean share of its points (0 to 1); `blank` how many left it open; `separation` the correlation of
    its points with those of the rest of its exercise, over those who have points for all of it; None with fewer than
    `FEWEST` of them or where all are alike.
    """

    assignment: str
    item: str
    trainees: int
    facility: float
    blank: int
    separation: float | None
    remark: str


def standings(course: Course, name: str | None = None) -> list[Standing]:
    """One line for each trainee and exercise; the forms of the test are left out."""
    program, forms = load_program(course.exercises), load_blueprint(course.exercises).forms
    late = cache(lambda assignment: _late(course, assignment))
    lines = []
    for (trainee, assignment), results in _grouped(all_results(course, name)).items():
        if assignment in forms:
            continue
        most, earned = sum(r.max for r in results), sum(r.points or 0 for r in results)
        less = late(assignment).get(trainee, 0)
        lines.append(Standing(trainee, assignment, round(earned - less, 2), most,
                              math.floor(1000 * (earned - less) / most + 1e-9) / 10,
                              standing(results, program.pass_mark, less), len(attempts(course, assignment, trainee))))
    return lines


def item_figures(results: Iterable[Result]) -> list[ItemFigures]:
    """How each item behaves, by exercise in the order of its items."""
    figures = []
    people = _grouped(results)
    order = {(r.assignment, r.item): None for group in people.values() for r in group}
    for assignment, item in order:
        shares, pairs, blank = [], [], 0
        for (_, of), group in people.items():
            this = next((r for r in group if r.item == item), None)
            if of != assignment or this is None or this.points is None:
                continue
            blank += this.verdict == "blank"
            shares.append(min(1.0, max(0.0, this.points / this.max)))  # extra credit is no easier item
            if all(r.points is not None for r in group):
                pairs.append((shares[-1], sum(r.points for r in group if r is not this)))
        if shares:
            facility, separation = statistics.fmean(shares), _separation(pairs)
            figures.append(ItemFigures(assignment, item, len(shares), round(facility, 2), blank,
                                       separation, _remark(facility, separation, len(shares))))
    return figures


def _separation(pairs: list[tuple[float, float]]) -> float | None:
    if len(pairs) < FEWEST:
        return None
    try:
        found = statistics.correlation(*zip(*pairs, strict=True))
    except statistics.StatisticsError:
        return None
    return None if math.isnan(found) else round(found, 2)


def _remark(facility: float, separation: float | None, trainees: int) -> str:
    if trainees < FEWEST:
        return ""
    if separation is not None and separation < 0:
        return "those who do well elsewhere do worse here: look at the key and the wording"
    if facility < 0.3:
        return "hard: is it taught, and is the key right?"
    if facility > 0.95:
        return "easy: it tells nobody apart"
    return ""


def _grouped(results: Iterable[Result]) -> dict[tuple[str, str], list[Result]]:
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.trainee, result.assignment), []).append(result)
    return groups


def _late(course: Course, assignment: str) -> dict[str, float]:
    """What each trainee loses for handing in late."""
    with course.gradebook() as gradebook:
        try:
            rows = gradebook.find_assignment(assignment).submissions
        except MissingEntry:
            return {}
        return {row.student.id: row.late_submission_penalty or 0 for row in rows}
