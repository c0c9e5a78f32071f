"""From answers to a `Score`: check them, turn codes into points, and apply the rules the file names."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from casework.instruments import rules
from casework.instruments.schema import Instrument, Item, Scoring
from casework.records import ResponseError, show

Codes = Mapping[str, int | None]
"""Item id to the code of its answer, or to None where it is left out."""


PROVISIONAL = "Worked with a key that is not established, to check the arithmetic: not for a person."


@dataclass(frozen=True, kw_only=True)
class Score:
    """What one person's answers to one instrument come to.

    `total`: int in the instrument's points, float (two decimals) where it is a mean, None where there is none;
    `why` then says the reason, as it does where the band is open. `between`: the lowest and the highest total that
    the open answers leave, None where there is a total or can be none. `band`: its name, or None where an open
    answer could change it. `flags`: ids of the cut-offs and flags that hold, whatever is still open. `undecided`: ids
    of those that missing answers or context leave open. `subscales`: name to number, or to None if an answer is
    missing. `missing`: ids of unanswered items. `skipped`: ids of those that the form's own rule lets a person leave
    out, which are not missing. `steps`: counts and products on the way. `points`: item id to its points after skips
    and reversal, or None.
    """

    instrument: str
    total: int | float | None = None
    band: str | None = None
    flags: tuple[str, ...] = ()
    subscales: dict[str, int | float | None] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    why: str = ""
    undecided: tuple[str, ...] = ()
    steps: dict[str, int | float | None] = field(default_factory=dict)
    points: dict[str, int | None] = field(default_factory=dict)
    between: tuple[int | float, int | float] | None = None
    skipped: tuple[str, ...] = ()


def score_answers(
    form: Instrument, responses: Any, context: Mapping[str, str] | None = None, *, provisional: bool = False
) -> Score:
    """The `Score` of one person's answers to `form`: a list in item order, or a mapping of item id to code.

    None in the list, or an id absent from the mapping, is a missing answer. `context` gives what the
    instrument's `context` asks for, such as `{"sex": "female"}` for AUDIT-C; without it the band stays open
    and `why` says so. `provisional` works a key that is not established, to check arithmetic and never for
    a person. Raises `ResponseError` naming item, value and what is allowed.
    """
    context = context or {}
    check_codes = provisional or "options" not in form.unestablished
    codes = read_responses(form, responses, check_codes)
    _check_context(form, context)
    missing = tuple(name for name, code in codes.items() if code is None)
    if form.scoring is None:
        return Score(instrument=form.id, why=form.not_scored)
    if "scoring" in form.unestablished and not provisional:
        return Score(instrument=form.id, missing=missing, why=f"Not scored: {form.unestablished['scoring']}")
    return _worked_out(form, form.scoring, codes, context, provisional)


# -- reading answers ------------------------------------------------------------------------------


def read_responses(form: Instrument, responses: Any, check_codes: bool = True) -> dict[str, int | None]:
    """Item id to code, or to None where unanswered, in item order; `ResponseError` for anything else."""
    if isinstance(responses, Mapping):
        given = _by_id(form, responses)
    elif isinstance(responses, (list, tuple)):
        if len(responses) != len(form.items):
            raise ResponseError(
                f"{form.short_title}: found {len(responses)} answers, expected "
                f"{len(form.items)}, with None for a question left out"
            )
        given = {item.id: value for item, value in zip(form.items, responses, strict=True)}
    else:
        raise ResponseError(
            f"{form.short_title}: found {show(responses)}, expected a list of codes in item "
            "order or a mapping of item id to code"
        )
    return {item.id: _code(form, item, given.get(item.id), check_codes) for item in form.items}


def _by_id(form: Instrument, responses: Mapping[Any, Any]) -> dict[str, Any]:
    known = [item.id for item in form.items]
    for name in responses:
        if name not in known:
            raise ResponseError(
                f"{form.short_title}: {show(name)} is not an item of this instrument; allowed "
                f"are {', '.join(known) or 'none'}"
            )
    return dict(responses)


def _code(form: Instrument, item: Item, value: Any, check_codes: bool) -> int | None:
    if value is None:
        return None
    codes = [option.code for option in form.options_of(item)]
    allowed = f"allowed are {', '.join(map(str, codes))}" if check_codes else "allowed are whole numbers"
    whole = _whole(value)
    if whole is None:
        raise ResponseError(
            f"{form.short_title}: {item.id}: found {show(value)}, which is not a whole number; {allowed}"
        )
    if check_codes and whole not in codes:
        raise ResponseError(f"{form.short_title}: {item.id}: found {show(value)}; {allowed}")
    return whole


def _whole(value: Any) -> int | None:
    # A whole number of any library counts; True, "2", 2.0 and NaN do not.
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None


def _check_context(form: Instrument, context: Mapping[str, str]) -> None:
    for name, value in context.items():
        if name not in form.context:
            raise ResponseError(
                f"{form.short_title}: {name} is not used in its scoring; allowed are "
                f"{', '.join(form.context) or 'no further details'}"
            )
        if value is not None and value not in form.context[name].values:
            raise ResponseError(
                f"{form.short_title}: {name}: found {show(value)}; allowed are {', '.join(form.context[name].values)}"
            )


# -- working out ----------------------------------------------------------------------------------


def _worked_out(
    form: Instrument, scoring: Scoring, given: Codes, context: Mapping[str, str], provisional: bool
) -> Score:
    left_out = rules.skipped(scoring.skips, given)
    codes = {**given, **left_out}
    points = _points(form, scoring, codes)
    spans = _spans(form, points)
    for part in (*scoring.steps, *scoring.subscales, *([scoring.total] if scoring.total else [])):
        spans[part.name] = rules.work_out(part, spans)
    total = rules.known(spans["total"]) if scoring.total else None
    held = {name: rules.all_hold(flag.when, spans, context) for name, flag in (form.cutoffs | form.flags).items()}
    score = Score(
        instrument=form.id,
        total=total,
        between=spans["total"] if scoring.total and total is None else None,
        band=rules.band(form.bands, spans, context) if form.bands else None,
        missing=tuple(name for name, code in codes.items() if code is None),
        skipped=tuple(left_out),
        points=points,
        flags=tuple(name for name, found in held.items() if found),
        undecided=tuple(name for name, found in held.items() if found is None),
        subscales={part.name: rules.known(spans[part.name]) for part in scoring.subscales},
        steps={part.name: rules.known(spans[part.name]) for part in scoring.steps},
    )
    return replace(
        score,
        why=" ".join(
            ([PROVISIONAL] if provisional and "scoring" in form.unestablished else [])
            + _what_was_left_out(scoring, left_out)
            + _what_is_open(form, scoring, score, context)
        ),
    )


def _points(form: Instrument, scoring: Scoring, codes: Codes) -> dict[str, int | None]:
    points = dict(codes)
    for item in form.items:
        code = codes[item.id]
        if item.id in scoring.reverse and code is not None:
            points[item.id] = rules.reverse(code, [option.code for option in form.options_of(item)])
    return points


def _spans(form: Instrument, points: Codes) -> dict[str, rules.Span]:
    """Each item's lowest and highest points; reversal keeps the ends, since it only turns the codes round."""
    spans: dict[str, rules.Span] = {}
    for item in form.items:
        found, codes = points[item.id], [option.code for option in form.options_of(item)]
        spans[item.id] = (min(codes), max(codes)) if found is None else (found, found)
    return spans


def _what_was_left_out(scoring: Scoring, left_out: Mapping[str, int]) -> list[str]:
    """What the form's own rule filled in, one sentence a rule."""
    told = []
    for skip in scoring.skips:
        names = [name for name in skip.left_out if name in left_out]
        if names:
            was, count = ("was", "counts") if len(names) == 1 else ("were", "count")
            told.append(f"{', '.join(names)} {was} left out by the form's own rule and {count} {skip.counts_as}.")
    return told


def _what_is_open(form: Instrument, scoring: Scoring, score: Score, context: Mapping[str, str]) -> list[str]:
    """Why there is no total or no band, in sentences."""
    reasons = [scoring.no_total] if score.total is None and scoring.no_total else []
    open_band = score.band is None and form.bands is not None and form.bands.rule != "none"
    if score.missing and (score.between or open_band):
        what = "No total" if score.between else "The band is open"
        reasons.append(f"{what}: {', '.join(score.missing)} not answered. {scoring.missing.text}")
    if score.between and scoring.total and score.between != scoring.total.range:
        low, high = score.between
        reasons.append(f"Whatever is answered there, the total is at least {low:g} and at most {high:g}.")
    if open_band and not score.missing:
        reasons += [
            f"The band is open, because {name} was not given. {part.text}"
            for name, part in form.context.items()
            if context.get(name) is None
        ]
    return reasons
