"""From answers to a `Score`: check them, turn codes into points, and apply the rules the file names."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casework.content.build import ResponseError
from casework.instruments import rules

if TYPE_CHECKING:
    from casework.instruments.form import Instrument, Item


@dataclass(frozen=True, kw_only=True)
class Score:
    """What one person's answers to one instrument come to.

    `total`: int in the instrument's points, float (two decimals) where it is a mean, None where there is none;
    `why` then says the reason, as it does where the band is open. `band`: its name or None. `flags`: ids of the
    cut-offs and flags that hold. `undecided`: ids of those that missing answers or context leave open.
    `subscales`: name to number, or to None if an answer is missing. `missing`: ids of unanswered items.
    `steps`: counts and products on the way. `points`: item id to its points after reversal, or None.
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


def score(form: Instrument, responses: Any, context: Mapping[str, str], provisional: bool) -> Score:
    """The `Score` of `responses`; see `Instrument.score`."""
    check_codes = provisional or "options" not in form.unestablished
    codes = read_responses(form, responses, check_codes)
    _check_context(form, context)
    missing = tuple(name for name, code in codes.items() if code is None)
    if form.scoring is None:
        return Score(instrument=form.id, why=form.not_scored)
    if "scoring" in form.unestablished and not provisional:
        return Score(instrument=form.id, missing=missing,
                     why=f"Not scored: {form.unestablished['scoring']}")
    points = _points(form, codes)
    values: dict[str, Any] = dict(points)
    for part in (*form.scoring.steps, *form.scoring.subscales):
        values[part.name] = rules.work_out(part, values)
    values["total"] = rules.work_out(form.scoring.total, values) if form.scoring.total else None
    held = {name: rules.all_hold(flag.when, values, context) for name, flag in (form.cutoffs | form.flags).items()}
    band = rules.band(form.bands, values, context) if form.bands else None
    return Score(
        instrument=form.id, total=values["total"], band=band, missing=missing, points=points,
        flags=tuple(name for name, found in held.items() if found),
        undecided=tuple(name for name, found in held.items() if found is None),
        subscales={part.name: values[part.name] for part in form.scoring.subscales},
        steps={part.name: values[part.name] for part in form.scoring.steps},
        why=_why(form, values["total"], band, missing, context, provisional),
    )


def explain(form: Instrument, score: Score) -> list[str]:
    """The result, the band's consequence, each flag and what is open, one sentence or two a line."""
    if score.instrument != form.id:
        raise ResponseError(f"{form.short_title}: this is a score of {score.instrument}")
    lines = []
    if score.total is not None:
        top = form.scoring.total.range[-1:]
        of = f" of {top[0]}" if top else ""
        lines.append(f"{form.short_title}: {score.total}{of}. Higher means {form.higher_means}.")
    if score.band is not None:
        text = next(level.text for level in form.bands.levels if level.name == score.band)
        lines.append(f"{form.short_title}: {score.band}. {text}".strip())
    lines += [f"{name}: {value}" for name, value in score.subscales.items() if value is not None]
    lines += [form.flag(name).text for name in score.flags]
    lines += [f"Not decided: {', '.join(score.undecided)}."] if score.undecided else []
    lines += [score.why] if score.why else []
    return lines


# -- reading answers ------------------------------------------------------------------------------


def read_responses(form: Instrument, responses: Any, check_codes: bool = True) -> dict[str, int | None]:
    """Item id to code, or to None where unanswered, in item order; `ResponseError` for anything else."""
    if isinstance(responses, Mapping):
        given = _by_id(form, responses)
    elif isinstance(responses, (list, tuple)):
        if len(responses) != len(form.items):
            raise ResponseError(f"{form.short_title}: found {len(responses)} answers, expected "
                                f"{len(form.items)}, with None for a question left out")
        given = {item.id: value for item, value in zip(form.items, responses, strict=True)}
    else:
        raise ResponseError(f"{form.short_title}: found {_show(responses)}, expected a list of codes in item "
                            "order or a mapping of item id to code")
    return {item.id: _code(form, item, given.get(item.id), check_codes) for item in form.items}


def _by_id(form: Instrument, responses: Mapping) -> dict:
    known = [item.id for item in form.items]
    for name in responses:
        if name not in known:
            raise ResponseError(f"{form.short_title}: {_show(name)} is not an item of this instrument; allowed "
                                f"are {', '.join(known) or 'none'}")
    return dict(responses)


def _code(form: Instrument, item: Item, value: Any, check_codes: bool) -> int | None:
    if value is None:
        return None
    codes = [option.code for option in form.options_of(item)]
    allowed = f"allowed are {', '.join(map(str, codes))}" if check_codes else "allowed are whole numbers"
    whole = _whole(value)
    if whole is None:
        raise ResponseError(f"{form.short_title}: {item.id}: found {_show(value)}, which is not a whole number; "
                            f"{allowed}")
    if check_codes and whole not in codes:
        raise ResponseError(f"{form.short_title}: {item.id}: found {_show(value)}; {allowed}")
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
            raise ResponseError(f"{form.short_title}: {name} is not used in its scoring; allowed are "
                                f"{', '.join(form.context) or 'no further details'}")
        if value is not None and value not in form.context[name].values:
            raise ResponseError(f"{form.short_title}: {name}: found {_show(value)}; allowed are "
                                f"{', '.join(form.context[name].values)}")


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


# -- working out ----------------------------------------------------------------------------------


def _points(form: Instrument, codes: Mapping[str, int | None]) -> dict[str, int | None]:
    points = dict(codes)
    for item in form.items:
        if item.id in form.scoring.reverse and codes[item.id] is not None:
            points[item.id] = rules.reverse(codes[item.id], [option.code for option in form.options_of(item)])
    return points


def _why(form: Instrument, total: Any, band: str | None, missing: tuple[str, ...], context: Mapping[str, str],
         provisional: bool) -> str:
    reasons = []
    if provisional and "scoring" in form.unestablished:
        reasons.append("Worked with a key that is not established, to check the arithmetic: not for a person.")
    if total is None and form.scoring.no_total:
        reasons.append(form.scoring.no_total)
    open_total = total is None and form.scoring.total is not None
    open_band = band is None and form.bands is not None and form.bands.rule != "none"
    if missing and (open_total or open_band):
        reasons.append(f"{'No total' if open_total else 'The band is open'}: "
                       f"{', '.join(missing)} not answered. {form.scoring.missing.text}")
    if open_band and not missing:
        reasons += [f"The band is open, because {name} was not given. {part.text}"
                    for name, part in form.context.items() if context.get(name) is None]
    return " ".join(reasons)
