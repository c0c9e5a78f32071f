"""Two partners side by side: never averaged, and only for the clinicians named in the instrument's `use`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.content.build import ResponseError
from casework.instruments.scores import Score

if TYPE_CHECKING:
    from casework.instruments.form import Instrument


@dataclass(frozen=True, kw_only=True)
class Couple:
    """Two partners' results on one instrument.

    `lines`: one sentence a partner, then what the difference says. `scores`: the two scores, or none where the
    answers must be kept apart. `points`: the difference between the totals, None where there is none.
    `large_gap`: True or False where the course has a rule for it, None where it has none or a total is missing;
    `why` gives the rule, or says that there is none. There is no joint number.
    """

    instrument: str
    names: tuple[str, str]
    scores: tuple[Score, ...]
    lines: tuple[str, ...]
    points: int | float | None
    large_gap: bool | None
    why: str


def compare_partners(form: Instrument, a: Any, b: Any, *,
                     names: tuple[str, str] = ("Partner A", "Partner B")) -> Couple:
    """The `Couple` report of two partners, each given as a `Score` or as answers.

    Raises `ResponseError` for the score of another instrument, or answers that cannot be read.
    """
    scores = (_score(form, a), _score(form, b))
    if form.couple_rule.apart:
        return Couple(instrument=form.id, names=names, scores=(), lines=(), points=None, large_gap=None,
                      why=form.couple_rule.text)
    totals = [score.total for score in scores]
    points = None if None in totals else round(abs(totals[0] - totals[1]), 2)
    large, why = _gap(form, scores, points)
    lines = [_line(form, name, score) for name, score in zip(names, scores, strict=True)]
    if points is not None:
        lines.append(_difference(form, names, totals, points))
    if large:
        lines.append(form.couple_rule.gap.text)
    return Couple(instrument=form.id, names=names, scores=scores, lines=tuple(lines), points=points,
                  large_gap=large, why=why)


def _score(form: Instrument, given: Any) -> Score:
    if not isinstance(given, Score):
        return form.score(given)
    if given.instrument != form.id:
        raise ResponseError(f"{form.short_title}: found a score of {given.instrument}")
    return given


def _gap(form: Instrument, scores: tuple[Score, Score], points: Any) -> tuple[bool | None, str]:
    rule = form.couple_rule.gap
    if rule is None:
        return None, form.couple_rule.text
    if points is None:
        return None, "The gap is open, because a total is missing."
    large = (rule.differs in scores[0].flags) != (rule.differs in scores[1].flags)
    return large, f"{form.couple_rule.text} ({rule.source})"


def _line(form: Instrument, name: str, score: Score) -> str:
    if score.total is None and score.band is None and not any(v is not None for v in score.subscales.values()):
        return f"{name}: no result. {score.why}".strip()
    found = [] if score.total is None else [str(score.total)]
    found += [] if score.band is None else [score.band]
    found += [f"{part} {value}" for part, value in score.subscales.items() if value is not None]
    return f"{name}: {', '.join(found)}."


def _difference(form: Instrument, names: tuple[str, str], totals: list, points: int | float) -> str:
    if points == 0:
        return "The two totals are the same."
    higher = names[0] if totals[0] > totals[1] else names[1]
    valued = {"better": " A higher score is the better one here.", "worse": " A higher score is the worse one here.",
              "neither": ""}[form.direction]
    return (f"{points} {'point' if points == 1 else 'points'} apart: {higher} has the higher score, which means "
            f"{form.higher_means}.{valued}")
