"""Two partners side by side: never averaged, and only for the clinicians named in the instrument's `use`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.instruments.schema import Instrument
from casework.instruments.scores import Score, score_answers
from casework.records import ResponseError


@dataclass(frozen=True, kw_only=True)
class SideBySide:
    """Two partners' results on one instrument.

    `lines`: one sentence a partner, then what the difference says. `scores`: the two scores, or none where the
    answers must be kept apart. `points`: the difference between the totals, None where there is none.
    `crosses_line`: whether one is below the cut-off and the other is not, None where the form has no such line or an
    open answer could decide it; `why` gives the rule, or says that there is none. There is no joint number.
    """

    instrument: str
    names: tuple[str, str]
    scores: tuple[Score, ...]
    lines: tuple[str, ...]
    points: int | float | None
    crosses_line: bool | None
    why: str


def compare_partners(
    form: Instrument, a: Any, b: Any, *, names: tuple[str, str] = ("Partner A", "Partner B")
) -> SideBySide:
    """The results of two partners, each given as a `Score` or as answers.

    Raises `ResponseError` for the score of another instrument, or answers that cannot be read.
    """
    scores = (_score(form, a), _score(form, b))
    if form.couple_rule.apart:
        return SideBySide(
            instrument=form.id,
            names=names,
            scores=(),
            lines=(),
            points=None,
            crosses_line=None,
            why=form.couple_rule.text,
        )
    first, second = (score.total for score in scores)
    lines = [_line(name, score) for name, score in zip(names, scores, strict=True)]
    points = None
    if first is not None and second is not None:
        points = round(abs(first - second), 2)
        lines.append(_difference(form, names[0] if first > second else names[1], points))
    crosses, why = _crossing(form, scores)
    if crosses and form.couple_rule.crossing:
        lines.append(form.couple_rule.crossing.text)
    return SideBySide(
        instrument=form.id, names=names, scores=scores, lines=tuple(lines), points=points, crosses_line=crosses, why=why
    )


def _score(form: Instrument, given: Any) -> Score:
    if not isinstance(given, Score):
        return score_answers(form, given)
    if given.instrument != form.id:
        raise ResponseError(f"{form.short_title}: found a score of {given.instrument}")
    return given


def _crossing(form: Instrument, scores: tuple[Score, Score]) -> tuple[bool | None, str]:
    rule = form.couple_rule.crossing
    if rule is None:
        return None, form.couple_rule.text
    if any(rule.differs in score.undecided for score in scores):
        return None, "It is open whether they cross the line, because answers are missing."
    crosses = (rule.differs in scores[0].flags) != (rule.differs in scores[1].flags)
    return crosses, f"{form.couple_rule.text} ({rule.source})"


def _line(name: str, score: Score) -> str:
    if score.total is None and score.band is None and not any(v is not None for v in score.subscales.values()):
        return f"{name}: no result. {score.why}".strip()
    found = [] if score.total is None else [str(score.total)]
    found += [] if score.band is None else [score.band]
    found += [f"{part} {value}" for part, value in score.subscales.items() if value is not None]
    return f"{name}: {', '.join(found)}."


def _difference(form: Instrument, higher: str, points: int | float) -> str:
    if points == 0:
        return "The two totals are the same."
    valued = {
        "better": " A higher score is the better one here.",
        "worse": " A higher score is the worse one here.",
        "neither": "",
    }[form.direction]
    return (
        f"{points} {'point' if points == 1 else 'points'} apart: {higher} has the higher score, which means "
        f"{form.higher_means}.{valued}"
    )
