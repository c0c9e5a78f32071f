"""What each explorer shows, as plain data: the front end only filters and draws it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from casework.explorers import blinding, effects
from casework.explorers.trials import (
    Trial,
    choices,
    group,
    last_hour,
    load_trials,
    source,
    time_group,
    time_words,
    words,
)
from casework.records import ContentError

POSITIVE = "positive favours ketamine"


def view(name: str) -> dict[str, Any]:
    """The state of the explorer called `name`: `forest`, `absolute`, `course` or `blinding`."""
    if name not in VIEWS:
        raise ContentError(f"there is no explorer {name!r}; there is {', '.join(VIEWS)}")
    return {"view": name, **words()["explorers"][name], **VIEWS[name]()}


def forest() -> dict[str, Any]:
    """Every result that can stand on an axis with others, and why the rest cannot."""
    trials = load_trials()
    printed = {(trial.bibkey, trial.outcome) for trial in trials if trial.effect_type == "risk_difference_pct"}
    rows: list[dict[str, Any]] = []
    left_out: Counter[str] = Counter()
    for trial in trials:
        axis, reason = axis_of(trial)
        if trial.effect_type == "response_rate" and (trial.bibkey, trial.outcome) in printed:
            axis, reason = "", "counts of a difference that is drawn as printed"
        if axis:
            rows.append(_forest_row(trial, axis))
        else:
            left_out[reason] += 1
    used = {row["axis"] for row in rows}
    return {
        "axes": {name: axis for name, axis in words()["axes"].items() if name in used},
        "filters": {
            "condition": choices("conditions", (row["condition"] for row in rows)),
            "comparator": choices("comparators", (row["comparator"] for row in rows)),
            "time": choices("times", (row["time"] for row in rows)),
            "drug": [[drug, drug.capitalize()] for drug in sorted({row["drug"] for row in rows}, reverse=True)],
        },
        "start": {"axis": "smd", "condition": "depression"},
        "statuses": words()["statuses"],
        "rows": rows,
        "left_out": [[reason, number] for reason, number in left_out.most_common()],
    }


def axis_of(trial: Trial) -> tuple[str, str]:
    """The axis a result stands on; if on none, an empty text and the reason."""
    both = group("comparators", trial.comparator) == "both"
    if trial.effect_type == "SMD":
        return ("added" if both else "smd"), ""
    if trial.effect_type == "mean_difference":
        if trial.outcome.startswith("MADRS"):
            return "madrs", ""
        if trial.outcome.startswith("percent days abstinent"):
            return "abstinent", ""
        return "", "points on a scale that no other row uses"
    if trial.effect_type == "OR":
        return ("", "odds of a bad outcome, the only such row") if "relapse" in trial.outcome else ("odds", "")
    if trial.effect_type == "HR":
        return "hazard", ""
    if trial.effect_type == "risk_difference_pct":
        return "risk", ""
    if trial.effect_type == "response_rate" and trial.counts:
        if both:
            return "", "counts where both groups had ketamine: another question"
        if trial.crossover:
            return "", "counts of a trial in which the same people were in both groups"
        return "risk", ""
    if trial.effect_type.startswith(("arm_", "mean_change", "within_arm")):
        return "", "results of one group alone, which are no comparison"
    if trial.effect_type.startswith("cohens_d"):
        return "", "ends of a range over several times, which is not an interval"
    return "", "a result in words, without a number we could read"


def _forest_row(trial: Trial, axis: str) -> dict[str, Any]:
    estimate, interval, note = _printed(trial)
    if axis == "smd" and turned(trial):
        estimate, note = -estimate, "sign turned"
        interval = None if interval is None else (-interval[1], -interval[0])
    low, high = interval or (None, None)
    read = f"{_number(interval[0], axis)} to {_number(interval[1], axis)}" if interval else "interval not read"
    text = f"{_number(estimate, axis)} ({read})"
    return {
        **_shared(trial),
        "axis": axis,
        "pooled": trial.pooled,
        "estimate": estimate,
        "low": low,
        "high": high,
        "text": text,
        "note": note,
    }


def _printed(trial: Trial) -> tuple[float, tuple[float, float] | None, str]:
    """The estimate of a row and its interval as printed, or as its counts give them; and a note on which."""
    if trial.effect_type == "response_rate" and trial.counts:
        estimate, low, high = _hundred(effects.risk_difference(*trial.counts))
        return estimate, (low, high), "computed"
    if trial.estimate is None:
        raise ContentError(f"trials.csv: {trial.short_label}, {trial.outcome}: estimate is missing")
    ends = (trial.ci_low, trial.ci_high)
    return trial.estimate, None if ends[0] is None or ends[1] is None else (ends[0], ends[1]), ""


def turned(trial: Trial) -> bool:
    """Whether the source of a standardised difference prints improvement as a minus; each source must be known."""
    if trial.bibkey in words()["turned"]:
        return True
    if POSITIVE in trial.comment:
        return False
    raise ContentError(
        f"trials.csv: {trial.short_label}, {trial.outcome}: the comment must say '{POSITIVE}', or "
        "explorers.yaml must list the source under turned"
    )


def _number(value: float, axis: str) -> str:
    digits = 1 if axis in ("risk", "abstinent") else 2
    text = f"{value:.{digits}f}"
    return text.replace("-", "−") if float(text) else f"{0:.{digits}f}"


def _shared(trial: Trial) -> dict[str, Any]:
    return {
        "study": trial.short_label,
        "outcome": trial.outcome,
        "people": trial.n_total,
        "condition": group("conditions", trial.condition),
        "comparator": group("comparators", trial.comparator),
        "against": trial.comparator,
        "drug": trial.drug,
        "time": time_group(trial.timepoint_hours),
        "when": time_words(trial.timepoint_hours),
        "status": trial.verified,
        "href": source(trial),
    }


def absolute() -> dict[str, Any]:
    """Events per 100 people in each group, from rows with counts, with the difference and the number needed."""
    rows = [
        _absolute_row(trial, trial.counts)
        for trial in load_trials()
        if trial.effect_type == "response_rate" and trial.counts and not trial.crossover
    ]
    return {
        "filters": {"condition": choices("conditions", (row["condition"] for row in rows))},
        "start": {"condition": "suicidal-thoughts"},
        "statuses": words()["statuses"],
        "rows": rows,
    }


def _absolute_row(trial: Trial, counts: tuple[int, int, int, int]) -> dict[str, Any]:
    difference = effects.risk_difference(*counts)
    needed = effects.number_needed(difference)
    mid, low, high = _hundred(difference)
    return {
        **_shared(trial),
        "counts": counts,
        "per_100": [round(100 * events / people) for events, people in (counts[:2], counts[2:])],
        "estimate": mid,
        "low": low,
        "high": high,
        "text": f"{_number(mid, 'risk')} ({_number(low, 'risk')} to {_number(high, 'risk')})",
        "nnt": effects.number_needed_words(needed, difference),
    }


def course() -> dict[str, Any]:
    """The published points after one dose, study by study, for each group and for their difference."""
    trials = load_trials()
    return {"studies": [_study(name, entry, trials) for name, entry in words()["courses"].items()]}


def _study(name: str, entry: dict[str, str], trials: Iterable[Trial]) -> dict[str, Any]:
    found = sorted(
        (
            trial
            for trial in trials
            if trial.bibkey == name
            and trial.outcome == entry["outcome"]
            and trial.effect_type == "response_rate"
            and trial.verified == "yes"
        ),
        key=lambda trial: last_hour(trial.timepoint_hours) or 0,
    )
    if not found:
        raise ContentError(f"explorers.yaml: courses: {name}: no verified row of trials.csv has {entry['outcome']!r}")
    points = []
    for trial in found:
        counts = trial.counts
        if counts is None:
            raise ContentError(f"trials.csv: {trial.short_label}, {trial.outcome}: counts are missing")
        points.append(
            {
                "hours": last_hour(trial.timepoint_hours),
                "when": time_words(trial.timepoint_hours),
                "counts": counts,
                "treat": _hundred(effects.share(*counts[:2])),
                "control": _hundred(effects.share(*counts[2:])),
                "difference": _hundred(effects.risk_difference(*counts)),
            }
        )
    first = found[0]
    return {
        "id": name,
        "label": entry["label"],
        "note": entry["note"],
        "study": first.short_label,
        "outcome": first.outcome,
        "against": first.comparator,
        "href": source(first),
        "points": points,
    }


def _hundred(interval: effects.Interval) -> list[float]:
    return [round(100 * value, 1) for value in (interval.estimate, interval.low, interval.high)]


def blind() -> dict[str, Any]:
    """The grid of the simulation and where its controls start."""
    return {"grid": blinding.grid(), "start": {"effect": 0.2, "expectancy": 0.6, "rate": 0.75, "size": 50}}


VIEWS: dict[str, Callable[[], dict[str, Any]]] = {
    "forest": forest,
    "absolute": absolute,
    "course": course,
    "blinding": blind,
}


def table(state: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Heads and cells of the table a page shows without JavaScript: verified rows only."""
    if state["view"] == "forest":
        return ["Scale", "Study", "Outcome", "Against", "When", "Result (95% interval)", "Source"], [
            [
                state["axes"][row["axis"]]["label"],
                row["study"],
                row["outcome"],
                row["against"],
                row["when"],
                ", ".join(filter(None, [row["text"], row["note"]])),
                row["href"],
            ]
            for row in sorted(state["rows"], key=lambda row: list(state["axes"]).index(row["axis"]))
            if row["status"] == "yes"
        ]
    if state["view"] == "absolute":
        return ["Study", "Outcome", "Against", "When", "Drug", "Comparison", "Difference per 100", "NNT", "Source"], [
            [
                row["study"],
                row["outcome"],
                row["against"],
                row["when"],
                *(
                    f"{hundred} of 100 ({events} of {people})"
                    for hundred, events, people in zip(
                        row["per_100"], row["counts"][::2], row["counts"][1::2], strict=True
                    )
                ),
                row["text"],
                row["nnt"],
                row["href"],
            ]
            for row in state["rows"]
            if row["status"] == "yes"
        ]
    if state["view"] == "course":
        return ["Study", "When", "Ketamine", "Comparison", "Difference per 100", "Source"], [
            [
                study["label"],
                point["when"],
                "{} of {}".format(*point["counts"][:2]),
                "{} of {}".format(*point["counts"][2:]),
                _span(point["difference"]),
                study["href"],
            ]
            for study in state["studies"]
            for point in study["points"]
        ]
    start = state["start"]
    return ["Right guesses", "Measured difference (95 of 100 trials)"], [
        [f"{rate:.0%}", _span([one.mean, one.low, one.high], 2)]
        for rate in blinding.GUESS_RATES
        for one in [blinding.measured(start["effect"], start["expectancy"], rate, start["size"])]
    ]


def _span(values: list[float], digits: int = 1) -> str:
    mid, low, high = (f"{value:.{digits}f}".replace("-", "−") for value in values)
    return f"{mid} ({low} to {high})"
