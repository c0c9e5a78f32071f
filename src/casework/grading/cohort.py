"""How a cohort is doing: who has passed, and how each item behaves."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from casework.grading.attempts import read_attempts
from casework.grading.course import Course
from casework.grading.progress import standing
from casework.grading.results import Outcome
from casework.grading.scores import EXCUSED, Result

FEWEST = 20
"""Below so many trainees, how an item separates them is not told: chance would decide."""


@dataclass(frozen=True)
class Standing:
    """One trainee and one exercise: points so far, percent of all points, whether passed.

    `attempts` is how many attempts were graded, `counts` the number of the one that counts.
    """

    trainee: str
    assignment: str
    points: float
    max: float
    percent: float
    standing: str
    attempts: int
    counts: int


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


def standings(course: Course, found: Iterable[Outcome]) -> list[Standing]:
    """One line for each trainee and exercise of `found`; the forms of the test are left out."""
    made = read_attempts(course)
    lines = []
    for outcome in found:
        if outcome.assignment in course.blueprint.forms:
            continue
        most = sum(result.max for result in outcome.results)
        lines.append(
            Standing(
                outcome.trainee,
                outcome.assignment,
                points=round(outcome.points, 2),
                max=most,
                percent=_percent(outcome.points, most),
                standing=standing(outcome.results, course.program.pass_mark, outcome.penalty),
                attempts=len(made.of(outcome.trainee, outcome.assignment)),
                counts=outcome.attempt,
            )
        )
    return lines


def _percent(points: float, most: float) -> float:
    """Percent to one place, rounded down, so that nobody seems to reach a mark they miss."""
    if not most:
        return 100.0  # all of it was left out
    return math.floor(1000 * points / most + 1e-9) / 10  # the last term is what adding floats may have lost


def item_figures(results: Iterable[Result]) -> list[ItemFigures]:
    """How each item behaves, by exercise in the order of its items."""
    people = _grouped(results)
    items = dict.fromkeys((result.assignment, result.item) for group in people.values() for result in group)
    figures = []
    for assignment, item in items:
        groups = [group for (_, of), group in people.items() if of == assignment]
        found = _figures_of(assignment, item, groups)
        if found:
            figures.append(found)
    return figures


def _figures_of(assignment: str, item: str, groups: list[list[Result]]) -> ItemFigures | None:
    """How `item` behaves, from each trainee's results in its exercise; None while nobody has points for it."""
    shares, pairs, blank = [], [], 0
    for group in groups:
        this = next((result for result in group if result.item == item), None)
        if this is None or this.points is None or this.verdict == EXCUSED:
            continue
        share = min(1.0, max(0.0, this.points / this.max))  # extra credit is no easier item
        shares.append(share)
        if this.verdict == "blank":
            blank += 1
        others = [result.points for result in group if result is not this and result.points is not None]
        if len(others) == len(group) - 1:
            pairs.append((share, sum(others)))
    if not shares:
        return None
    facility, separation = statistics.fmean(shares), _separation(pairs)
    return ItemFigures(
        assignment,
        item,
        trainees=len(shares),
        facility=round(facility, 2),
        blank=blank,
        separation=separation,
        remark=_remark(facility, separation, len(shares)),
    )


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
