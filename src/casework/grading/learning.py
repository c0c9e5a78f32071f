"""What the two forms of the test say about learning, those included who answered only one of them.

The difference is that of the same people, with a confidence interval; nothing is filled in for those who did not
finish. `book/appendix/reading-the-difference` tells a program how to read it.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection
from dataclasses import dataclass

from casework import answers
from casework.content.rate import Rate
from casework.grading import CannotStart
from casework.grading.course import Course
from casework.grading.exercise import read_exercise
from casework.grading.results import all_results, rows_as_csv
from casework.grading.scores import EXCUSED, Result
from casework.grading.submission import path_of

CONFIDENCE = "sure-"
"""The id of a rating of confidence is this and the id of its item."""
FEWEST = 5
"""With fewer pairs no interval is told."""


@dataclass(frozen=True)
class Sitting:
    """One trainee's answers to one form.

    `shares` holds the share of its points by answered item, `sure` the confidence by item (1 to 4). `blank` is how
    many items were left open; they earn nothing.
    """

    points: float
    max: float
    blank: int
    shares: dict[str, float]
    sure: dict[str, int]

    @property
    def percent(self) -> float:
        """Points of a hundred."""
        return 100 * self.points / self.max if self.max else 0.0

    @property
    def mean_sure(self) -> float | None:
        """Mean confidence, from 1 (not sure at all) to 4 (sure)."""
        return statistics.fmean(self.sure.values()) if self.sure else None


@dataclass(frozen=True)
class Learner:
    """One trainee: the form answered before and the one after, either of which may be missing."""

    trainee: str
    before: Sitting | None
    after: Sitting | None

    @property
    def change(self) -> float | None:
        """After less before, in percentage points; None unless both forms were answered."""
        return self.after.percent - self.before.percent if self.before and self.after else None


def learners(course: Course, crossed: Collection[str] = ()) -> tuple[list[Learner], list[str]]:
    """Everybody who answered a form, and in sentences what was left out because not all of it is graded.

    `crossed` answered the forms in the other order.
    """
    forms = course.blueprint.forms
    if not forms:
        raise CannotStart(f"{course.exercises / 'blueprint.yaml'} names no forms of a test: nothing can be compared.")
    sat: dict[str, dict[str, Sitting]] = {}
    out: set[str] = set()
    left_out = []
    for form in forms:
        sat[form], not_whole = _sittings(course, form)
        out.update(not_whole)
        for trainee in not_whole:
            left_out.append(
                f"{trainee}: {form} was handed in and is not wholly graded, so {trainee} is left out: see "
                f"casework export --assignment {form}"
            )
    everybody = sorted({trainee for found in sat.values() for trainee in found} - out)
    unknown = sorted(set(crossed) - set(everybody) - out)
    if unknown:
        raise CannotStart(f"{', '.join(unknown)} answered no form of the test: correct the ids after --crossed.")
    made = []
    for trainee in everybody:
        first, second = reversed(forms) if trainee in crossed else forms
        made.append(Learner(trainee, sat[first].get(trainee), sat[second].get(trainee)))
    return made, left_out


def _sittings(course: Course, form: str) -> tuple[dict[str, Sitting], list[str]]:
    """Those of whom every item has points, and the ids of the others who handed the form in."""
    scales = _scales(course, form)
    by_trainee: dict[str, list[Result]] = {}
    for result in all_results(course, form):
        by_trainee.setdefault(result.trainee, []).append(result)
    sat = {}
    for trainee, results in by_trainee.items():
        if all(result.points is not None for result in results):
            sat[trainee] = _sitting(results, _confidence(course, form, trainee, scales))
    handed_in = {*by_trainee, *course.trainees(form)}
    return sat, sorted(handed_in - set(sat))


def _sitting(results: list[Result], sure: dict[str, int]) -> Sitting:
    """One trainee's form, of which every item has points."""
    shares, points, blank = {}, 0.0, 0
    for result in results:
        earned = result.points or 0.0
        points += earned
        if result.verdict == "blank":
            blank += 1
        elif result.verdict != EXCUSED:
            shares[result.item] = earned / result.max
    return Sitting(points, sum(result.max for result in results), blank, shares, sure)


def _scales(course: Course, form: str) -> dict[str, int]:
    """The ratings a form asks beside its items, by id, each with the number of its points."""
    unscored = read_exercise(course, form, keys=False).unscored
    return {name: len(activity.scale) for name, activity in unscored.items() if isinstance(activity, Rate)}


def _confidence(course: Course, form: str, trainee: str, scales: dict[str, int]) -> dict[str, int]:
    try:
        sheet = answers.read(path_of(course.autograded, trainee, form).with_name(answers.FILE_NAME))
    except (answers.AnswersError, OSError):
        return {}
    given = {name: sheet["answers"].get(name) for name in scales}
    return {
        name.removeprefix(CONFIDENCE): level
        for name, level in given.items()
        if type(level) is int and 1 <= level <= scales[name]
    }


@dataclass(frozen=True)
class LearnerRow:
    """One trainee in a table: percent and mean confidence (1 to 4) before and after; empty where there is none."""

    trainee: str
    before: float | None
    after: float | None
    change: float | None
    sure_before: float | None
    sure_after: float | None


def table(everybody: list[Learner]) -> str:
    """One line for each trainee as CSV."""

    def rounded(value: float | None, digits: int = 1) -> float | None:
        return None if value is None else round(value, digits)

    return rows_as_csv(
        LearnerRow,
        [
            LearnerRow(
                one.trainee,
                rounded(one.before.percent if one.before else None),
                rounded(one.after.percent if one.after else None),
                rounded(one.change),
                rounded(one.before.mean_sure if one.before else None, 2),
                rounded(one.after.mean_sure if one.after else None, 2),
            )
            for one in everybody
        ],
    )


def summary(everybody: list[Learner]) -> list[str]:
    """What a program should be told, in sentences; nothing of it is about one person."""
    pairs = [(one.before, one.after) for one in everybody if one.before and one.after]
    before, after = [first for first, _ in pairs], [second for _, second in pairs]
    only_before = [one.before.percent for one in everybody if one.before and not one.after]
    only_after = [one.after.percent for one in everybody if one.after and not one.before]
    lines = [
        f"{len(everybody)} trainee(s) answered a form: {len(pairs)} both, {len(only_before)} only the one before, "
        f"{len(only_after)} only the one after."
    ]
    stayed = _mean([sitting.percent for sitting in before]) if pairs else ""
    if pairs:
        changes = [second.percent - first.percent for first, second in pairs]
        then = _mean([sitting.percent for sitting in after])
        lines.append(f"Of those who answered both: {stayed} before, {then} after; {_change(changes)}.")
        lines += [*_on_blanks("before", before), *_on_blanks("after", after)]
        lines += [*_on_confidence("before", before), *_on_confidence("after", after)]
    if only_before:
        beside = f", beside {stayed} of those who answered both" if pairs else ""
        lines.append(
            f"Those who did not answer the second form had {_mean(only_before)} before{beside}. Nothing is "
            "known of what they learnt; the change above is not theirs."
        )
    if only_after:
        lines.append(f"Those who answered only the form after had {_mean(only_after)}; no change can be told.")
    return lines


def _on_blanks(when: str, sittings: list[Sitting]) -> list[str]:
    unfinished = sum(one.blank * 4 > one.blank + len(one.shares) for one in sittings)
    if not unfinished:
        return []
    return [
        f"{unfinished} of {len(sittings)} left more than a quarter of the form {when} open, which counts "
        "as not right: look at them apart before you read the change."
    ]


def _mean(percents: list[float]) -> str:
    return f"{statistics.fmean(percents):.0f} %"


def _change(changes: list[float]) -> str:
    middle = statistics.fmean(changes)
    if len(changes) < FEWEST:
        return f"mean change {middle:+.0f} percentage points (no interval: fewer than {FEWEST} people)"
    low, high = interval(changes)
    worse = sum(change < 0 for change in changes)
    return (
        f"mean change {middle:+.0f} percentage points (95 % confidence interval {low:+.0f} to {high:+.0f}); "
        f"{worse} of {len(changes)} had less after than before"
    )


def interval(values: list[float]) -> tuple[float, float]:
    """The 95 % confidence interval of the mean of two or more `values` (Student's t)."""
    from statsmodels.stats.weightstats import DescrStatsW

    low, high = DescrStatsW(values).tconfint_mean(alpha=0.05)
    return float(low), float(high)


def _on_confidence(when: str, sittings: list[Sitting]) -> list[str]:
    rated = [(one.sure[item], share) for one in sittings for item, share in one.shares.items() if item in one.sure]
    if not rated:
        return []
    mean = statistics.fmean(level for level, _ in rated)
    sure = _share([share for level, share in rated if level >= 3])
    others = _share([share for level, share in rated if level < 3])
    return [
        f'Confidence {when}: mean {mean:.1f} of 4. Right, of the answers given with "fairly sure" or '
        f'"sure": {sure}; of the others: {others}. Open ones do not count.'
    ]


def _share(shares: list[float]) -> str:
    return f"{100 * statistics.fmean(shares):.0f} % of {len(shares)}" if shares else "none (nobody answered so)"
