"""What the two forms of the test say about learning, those included who answered only one of them.

The difference is that of the same people, with a confidence interval; nothing is filled in for those who did not
finish. `book/appendix/reading-the-difference` tells a program how to read it.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection
from dataclasses import dataclass

from casework import answers
from casework.blueprint import load_blueprint
from casework.content import Rate
from casework.grading import CannotStart
from casework.grading.course import Course
from casework.grading.exercise import read_exercise
from casework.grading.results import all_results, rows_as_csv
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
        return 100 * self.points / self.max

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
    forms = load_blueprint(course.exercises).forms
    if not forms:
        raise CannotStart(f"{course.exercises / 'blueprint.yaml'} names no forms of a test: nothing can be compared.")
    sat, left_out = {}, []
    for form in forms:
        sat[form], open_ = _sittings(course, form)
        left_out += [f"{trainee}: {form} was handed in and is not wholly graded, so {trainee} is left out: see "
                     f"casework export --assignment {form}" for trainee in open_]
    out = {line.partition(":")[0] for line in left_out}
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
    scales = {name: len(activity.scale) for name, activity in
              read_exercise(course, form, keys=False).unscored.items() if isinstance(activity, Rate)}
    found: dict[str, list] = {}
    for result in all_results(course, form):
        found.setdefault(result.trainee, []).append(result)
    whole = {trainee: results for trainee, results in found.items() if all(r.points is not None for r in results)}
    sat = {trainee: Sitting(sum(r.points for r in results), sum(r.max for r in results),
                            sum(r.verdict == "blank" for r in results),
                            {r.item: r.points / r.max for r in results if r.verdict != "blank"},
                            _confidence(course, form, trainee, scales))
           for trainee, results in whole.items()}
    return sat, sorted({*found, *course.trainees(form)} - set(whole))


def _confidence(course: Course, form: str, trainee: str, scales: dict[str, int]) -> dict[str, int]:
    try:
        sheet = answers.read(path_of(course.autograded, trainee, form).with_name(answers.FILE_NAME))
    except (answers.AnswersError, OSError):
        return {}
    given = {name: sheet["answers"].get(name) for name in scales}
    return {name.removeprefix(CONFIDENCE): level for name, level in given.items()
            if type(level) is int and 1 <= level <= scales[name]}


@dataclass(frozen=True)
class Line:
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

    return rows_as_csv(Line, [Line(
        one.trainee, rounded(one.before and one.before.percent), rounded(one.after and one.after.percent),
        rounded(one.change), rounded(one.before and one.before.mean_sure, 2),
        rounded(one.after and one.after.mean_sure, 2)) for one in everybody])


def summary(everybody: list[Learner]) -> list[str]:
    """What a program should be told, in sentences; nothing of it is about one person."""
    both = [learner for learner in everybody if learner.change is not None]
    only_before = [learner.before.percent for learner in everybody if learner.before and not learner.after]
    only_after = [learner.after.percent for learner in everybody if learner.after and not learner.before]
    lines = [f"{len(everybody)} trainee(s) answered a form: {len(both)} both, {len(only_before)} only the one before, "
             f"{len(only_after)} only the one after."]
    if both:
        before, after = [learner.before.percent for learner in both], [learner.after.percent for learner in both]
        lines.append(f"Of those who answered both: {_mean(before)} before, {_mean(after)} after; {_change(both)}.")
        lines += _blank_lines(both)
        lines += _confidence_lines(both)
    if only_before:
        stayed = _mean([learner.before.percent for learner in both]) if both else ""
        beside = f", beside {stayed} of those who answered both" if both else ""
        lines.append(f"Those who did not answer the second form had {_mean(only_before)} before{beside}. Nothing is "
                     "known of what they learnt; the change above is not theirs.")
    if only_after:
        lines.append(f"Those who answered only the form after had {_mean(only_after)}; no change can be told.")
    return lines


def _blank_lines(both: list[Learner]) -> list[str]:
    said = []
    for when in ("before", "after"):
        sat = [getattr(learner, when) for learner in both]
        unfinished = sum(one.blank * 4 > one.blank + len(one.shares) for one in sat)
        if unfinished:
            said.append(f"{unfinished} of {len(sat)} left more than a quarter of the form {when} open, which counts "
                        "as not right: look at them apart before you read the change.")
    return said


def _mean(percents: list[float]) -> str:
    return f"{statistics.fmean(percents):.0f} %"


def _change(both: list[Learner]) -> str:
    changes = [learner.change for learner in both]
    middle = statistics.fmean(changes)
    if len(changes) < FEWEST:
        return f"mean change {middle:+.0f} percentage points (no interval: fewer than {FEWEST} people)"
    low, high = interval(changes)
    worse = sum(change < 0 for change in changes)
    return (f"mean change {middle:+.0f} percentage points (95 % confidence interval {low:+.0f} to {high:+.0f}); "
            f"{worse} of {len(changes)} had less after than before")


def interval(values: list[float]) -> tuple[float, float]:
    """The 95 % confidence interval of the mean of two or more `values` (Student's t)."""
    from statsmodels.stats.weightstats import DescrStatsW

    low, high = DescrStatsW(values).tconfint_mean(alpha=0.05)
    return float(low), float(high)


def _confidence_lines(both: list[Learner]) -> list[str]:
    said = []
    for when in ("before", "after"):
        sat = [getattr(learner, when) for learner in both]
        rated = [(one.sure[item], share) for one in sat for item, share in one.shares.items() if item in one.sure]
        if rated:
            sure = [share for level, share in rated if level >= 3]
            unsure = [share for level, share in rated if level < 3]
            mean = statistics.fmean(level for level, _ in rated)
            said.append(f"Confidence {when}: mean {mean:.1f} of 4. Right, of the answers given with \"fairly sure\" or "
                        f"\"sure\": {_share(sure)}; of the others: {_share(unsure)}. Open ones do not count.")
    return said


def _share(shares: list[float]) -> str:
    return f"{100 * statistics.fmean(shares):.0f} % of {len(shares)}" if shares else "none (nobody answered so)"
