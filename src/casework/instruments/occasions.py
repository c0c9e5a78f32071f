"""Change between two occasions: reliable where a source says so, otherwise not established."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.content.build import ResponseError
from casework.instruments.scores import Score

if TYPE_CHECKING:
    from casework.instruments.form import Instrument, Mark


@dataclass(frozen=True, kw_only=True)
class Change:
    """One person's change between two occasions.

    `verdict`: "reliable improvement", "reliable worsening", "no reliable change" or "not established"; `why`
    gives the reason with its source. `points`: after less before, None if a total is missing. `marks`: one
    sentence for each other named number of points, which says nothing about reliable change.
    """

    instrument: str
    verdict: str
    points: int | float | None
    why: str
    marks: tuple[str, ...] = ()


def measure_change(form: Instrument, before: Any, after: Any) -> Change:
    """The `Change` of one person from `before` to `after`: two scores, two sets of answers, or two totals.

    Raises `ResponseError` for the score of another instrument or a total outside the range.
    """
    first, second = _total(form, before), _total(form, after)
    if first is None or second is None:
        return Change(instrument=form.id, verdict="not established", points=None,
                      why="There is no total on one of the two occasions." if form.scoring and form.scoring.total
                      else form.change_rule.why)
    points = round(second - first, 2)
    marks = tuple(_mark(mark, points) for mark in form.change_rule.marks)
    verdict, why = _verdict(form, points)
    return Change(instrument=form.id, verdict=verdict, points=points, why=why, marks=marks)


def _verdict(form: Instrument, points: int | float) -> tuple[str, str]:
    rule = form.change_rule.reliable
    if rule is None or form.direction == "neither":
        return "not established", form.change_rule.why
    size = abs(points)
    based = f"({rule.source}; found among {rule.among}). {form.change_rule.why}"
    if size >= rule.certain:
        better = (points > 0) == (form.direction == "better")
        return (f"reliable {'improvement' if better else 'worsening'}",
                f"{size} points reach {rule.certain}, the largest threshold of the source {based}")
    if size >= rule.possible:
        return "not established", (f"{size} points count as reliable in one sample and not in another: the "
                                   f"threshold ran from {rule.possible} to {rule.certain} {based}")
    return "no reliable change", f"{size} points do not reach {rule.possible}, the smallest threshold {based}"


def _mark(mark: Mark, points: int | float) -> str:
    reached = "reaches" if abs(points) >= mark.points else "does not reach"
    return f"The change of {abs(points)} points {reached} {mark.points} points: {mark.text} ({mark.source})."


def _total(form: Instrument, given: Any) -> int | float | None:
    if isinstance(given, Score):
        if given.instrument != form.id:
            raise ResponseError(f"{form.short_title}: found a score of {given.instrument}")
        return given.total
    if isinstance(given, bool) or not hasattr(given, "__index__"):
        return form.score(given).total
    total = operator.index(given)
    low, high = form.scoring.total.range if form.scoring and form.scoring.total else (None, None)
    if low is None or "scoring" in form.unestablished:
        raise ResponseError(f"{form.short_title}: found the total {total}, but this instrument has none here")
    if not low <= total <= high:
        raise ResponseError(f"{form.short_title}: found the total {total}; allowed are {low} to {high}")
    return total
