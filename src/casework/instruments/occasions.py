"""Change between two occasions: reliable by each published rule for itself, otherwise not established."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from html import escape
from typing import Any

from casework.instruments.schema import Instrument, Mark, Reliable
from casework.instruments.scores import Score, score_answers
from casework.records import ResponseError

NOT_ESTABLISHED = "not established"
DISAGREE = "the rules disagree"


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What one published rule says of one change.

    `verdict`: "reliable improvement", "reliable worsening", "no reliable change", "not established" where its own
    samples differ, or None where the rule says nothing of this direction; `text` is that in a sentence.
    """

    rule: str
    source: str
    verdict: str | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """One person's change between two occasions.

    `verdict`: what all rules that speak of it say ("reliable improvement", "reliable worsening", "no reliable
    change"), "the rules disagree", or "not established". `rulings`: each rule by itself. `reasons`: what each says in
    a sentence and then what is not known; `why` is all of them. `points`: after less before, None if a total is
    missing. `marks`: one sentence for each other named number of points, which says nothing about reliable change.
    """

    instrument: str
    title: str
    verdict: str
    points: int | float | None
    reasons: tuple[str, ...]
    rulings: tuple[Ruling, ...] = ()
    marks: tuple[str, ...] = ()
    totals: tuple[int | float | None, int | float | None] = (None, None)

    @property
    def why(self) -> str:
        """All reasons in one text."""
        return " ".join(self.reasons)

    @property
    def lines(self) -> tuple[str, ...]:
        """The change in sentences: what it is, the reasons one by one, and what else its size is called."""
        settled = f"{self.verdict[:1].upper()}{self.verdict[1:]}"
        said = f"Reliable change: {self.verdict}." if self.verdict == NOT_ESTABLISHED else f"{settled}."
        if self.points is None:
            return (f"{self.title}. {said}", *self.reasons)
        way = "higher" if self.points > 0 else "lower"
        moved = f"{_points(abs(self.points))} {way}" if self.points else "no change"
        before, after = self.totals
        return (f"{self.title}, {before} and then {after}: {moved}. {said}", *self.reasons, *self.marks)

    def _repr_html_(self) -> str:
        first, *rest = (escape(line) for line in self.lines)
        return "".join([f"<p><strong>{first}</strong></p>", *(f"<p>{line}</p>" for line in rest)])


def measure_change(form: Instrument, before: Any, after: Any) -> Change:
    """The `Change` of one person from `before` to `after`: two scores, two sets of answers, or two totals.

    Raises `ResponseError` for the score of another instrument or a total outside the range.
    """
    first, second = _total(form, before), _total(form, after)
    if first is None or second is None:
        return Change(
            instrument=form.id,
            title=form.short_title,
            verdict=NOT_ESTABLISHED,
            points=None,
            reasons=(
                "There is no total on one of the two occasions."
                if form.scoring and form.scoring.total
                else form.change_rule.why,
            ),
        )
    points = round(second - first, 2)
    rulings = tuple(_ruling(form, rule, points) for rule in form.change_rule.reliable)
    return Change(
        instrument=form.id,
        title=form.short_title,
        verdict=_together(rulings),
        points=points,
        reasons=(*(ruling.text for ruling in rulings), form.change_rule.why),
        rulings=rulings,
        marks=tuple(_mark(mark, points) for mark in form.change_rule.marks),
        totals=(first, second),
    )


def _together(rulings: tuple[Ruling, ...]) -> str:
    verdicts = {ruling.verdict for ruling in rulings} - {None}
    if len(verdicts) > 1:
        return DISAGREE
    return verdicts.pop() or NOT_ESTABLISHED if verdicts else NOT_ESTABLISHED


def _ruling(form: Instrument, rule: Reliable, points: int | float) -> Ruling:
    change = "improvement" if (points > 0) == (form.direction == "better") else "worsening"
    size, possible = abs(points), rule.points if rule.possible is None else rule.possible
    verdict: str | None
    if points and change not in rule.speaks_of:
        spoken, unspoken = ("fall", "rise") if points > 0 else ("rise", "fall")
        verdict, said = (
            None,
            f"nothing, since it speaks of a {spoken} and what was read of it says nothing of a {unspoken}",
        )
    elif size >= rule.points:
        verdict = f"reliable {change}"
        said = f"{verdict}, since {_points(size)} {'reaches' if size == 1 else 'reach'} {rule.points}"
    elif size >= possible:
        verdict = NOT_ESTABLISHED
        said = f"{verdict}, since {_points(size)} are reliable in one of its samples and not in another"
    else:
        verdict = "no reliable change"
        reason = f"{_points(size)} {'does' if size == 1 else 'do'} not reach {possible}"
        said = f"{verdict}, since {reason if points else 'the two totals are the same'}"
    return Ruling(
        rule=rule.name, source=rule.source, verdict=verdict, text=f"By {rule.name}: {said} ({rule.source}). {rule.text}"
    )


def _points(size: int | float) -> str:
    return f"{size} {'point' if size == 1 else 'points'}"


def _mark(mark: Mark, points: int | float) -> str:
    reached = "reaches" if abs(points) >= mark.points else "does not reach"
    return f"The change of {_points(abs(points))} {reached} {_points(mark.points)}: {mark.text} ({mark.source})."


def _total(form: Instrument, given: Any) -> int | float | None:
    if isinstance(given, Score):
        if given.instrument != form.id:
            raise ResponseError(f"{form.short_title}: found a score of {given.instrument}")
        return given.total
    if isinstance(given, bool) or not hasattr(given, "__index__"):
        return score_answers(form, given).total
    total = operator.index(given)
    ends = form.scoring.total.range if form.scoring and form.scoring.total else ()
    if not ends or "scoring" in form.unestablished:
        raise ResponseError(f"{form.short_title}: found the total {total}, but this instrument has none here")
    low, high = ends
    if not low <= total <= high:
        raise ResponseError(f"{form.short_title}: found the total {total}; allowed are {low} to {high}")
    return total
