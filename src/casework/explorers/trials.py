"""The table of trials: one row a result, read strictly from `data/trials.csv`, grouped as in `data/explorers.yaml`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.abc import Traversable
from typing import Any
from urllib.parse import urlsplit

from casework.records import ContentError, data_file, load_yaml, show

NEVER_SHOWN = ("no", "U")
"""What the table calls a number that nobody has read in a source."""


@dataclass(frozen=True)
class Trial:
    """One result as printed in its source; a number that was not printed is None."""

    bibkey: str
    short_label: str
    year: int
    condition: str
    design: str
    n_total: int | None
    comparator: str
    route: str
    outcome: str
    timepoint_hours: str
    effect_type: str
    treat_events: int | None
    treat_n: int | None
    control_events: int | None
    control_n: int | None
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    source_url: str
    verified: str
    comment: str

    @property
    def counts(self) -> tuple[int, int, int, int] | None:
        """Events and people given the drug, then in the comparison group; None where one of the four is not given."""
        if self.treat_events is None or self.treat_n is None or self.control_events is None or self.control_n is None:
            return None
        return self.treat_events, self.treat_n, self.control_events, self.control_n

    @property
    def crossover(self) -> bool:
        """Whether the same people were in both groups."""
        return "crossover" in self.design

    @property
    def pooled(self) -> bool:
        """Whether the source itself put several trials together."""
        return "meta-analysis" in self.design or "pooled" in self.design

    @property
    def drug(self) -> str:
        """Ketamine and its spray are kept apart: evidence for one is not evidence for the other."""
        return "esketamine spray" if "esketamine" in self.route else "ketamine"


@cache
def words() -> dict[str, Any]:
    """The groups, axes and sentences of `explorers.yaml`."""
    found: dict[str, Any] = load_yaml(data_file("explorers.yaml"))
    return found


def load_trials(path: Traversable | None = None) -> list[Trial]:
    """The rows that may be shown; a row marked as unverified is dropped, a status nobody knows is an error."""
    path = path or data_file("trials.csv")
    trials = []
    for number, row in enumerate(csv.DictReader(path.read_text(encoding="utf-8").splitlines()), 2):
        where = f"{path}: line {number} ({row['bibkey']})"
        if row["verified"] in NEVER_SHOWN:
            continue
        if row["verified"] not in words()["statuses"]:
            expected = ", ".join([*words()["statuses"], *NEVER_SHOWN])
            raise ContentError(f"{where}: verified: found {show(row['verified'])}, expected one of {expected}")
        trials.append(_trial(row, where))
    return trials


def _trial(row: Mapping[str, str], where: str) -> Trial:
    whole = ("year", "n_total", "treat_events", "treat_n", "control_events", "control_n")
    decimal = ("estimate", "ci_low", "ci_high")
    values: dict[str, Any] = {}
    for name in Trial.__dataclass_fields__:
        text = row[name].strip()
        try:
            if name in (*whole, *decimal):
                values[name] = (int(text) if name in whole else float(text)) if text else None
            else:
                values[name] = text
        except ValueError:
            raise ContentError(f"{where}: {name}: found {show(text)}, expected a number") from None
    trial = Trial(**values)
    for events, size in ((trial.treat_events, trial.treat_n), (trial.control_events, trial.control_n)):
        if events is not None and size is not None and not 0 <= events <= size:
            raise ContentError(f"{where}: found {events} events in {size} people, expected no more events than people")
    low, middle, high = trial.ci_low, trial.estimate, trial.ci_high
    if low is not None and (middle is None or high is None or not low <= middle <= high):
        raise ContentError(f"{where}: {middle} does not lie in its interval {low} to {high}")
    return trial


def group(kind: str, value: str) -> str:
    """The id of the group that a condition or a comparator of the table belongs to."""
    for name, entry in words()[kind].items():
        if value in entry["values"]:
            return str(name)
    raise ContentError(f"explorers.yaml: {kind}: {show(value)} of trials.csv stands in no group; add it to one")


def last_hour(text: str) -> int | None:
    """The end of a time or a span of times in hours; None where none is stated."""
    return int(text.rpartition("-")[2]) if text else None


def time_group(text: str) -> str:
    """The id of the group that a time belongs to."""
    hours = last_hour(text)
    if hours is None:
        return "unstated"
    return next(str(name) for name, entry in words()["times"].items() if hours <= entry["hours"])


def time_words(text: str) -> str:
    """A time in hours as people say it: `48 hours`, `7 days`, `4 weeks`."""
    if not text:
        return "time not stated"
    start, _, end = text.rpartition("-")
    if start == "0":
        return f"within {_span(int(end))}"
    if start:
        unit, name = (24, "days") if int(end) > 72 else (1, "hours")
        return f"{int(start) // unit} to {int(end) // unit} {name}"
    return _span(int(end))


def _span(hours: int) -> str:
    if hours == 8760:
        return "1 year"
    if hours < 72:
        return f"{hours} hours"
    if hours > 336 and hours % 168 == 0:
        return f"{hours // 168} weeks"
    return f"{hours // 24} days"


def source(trial: Trial) -> str:
    """The address of a row's source, empty unless it is a publisher's or a public index's."""
    address = urlsplit(trial.source_url)
    return trial.source_url if address.scheme == "https" and address.hostname in words()["official"] else ""


def choices(kind: str, used: Iterable[str]) -> list[list[str]]:
    """Id and label of the groups that occur, in their written order."""
    used = set(used)
    return [[name, entry["label"]] for name, entry in words()[kind].items() if name in used]
