"""What activities are made of: one frozen dataclass a kind, and a loader that refuses what it does not know."""

from __future__ import annotations

from pathlib import Path

from casework.content.activity import Activity
from casework.content.build import ContentError, ResponseError, build, load_yaml, show
from casework.content.choice import Choice
from casework.content.cyclemap import CycleMap
from casework.content.interview import Interview
from casework.content.number import Number
from casework.content.order import Order
from casework.content.questionnaire import Questionnaire
from casework.content.rate import Rate
from casework.content.sort import Sort
from casework.content.transcript import Transcript
from casework.content.write import MAX_WRITTEN, Write

__all__ = [
    "KINDS", "MAX_WRITTEN", "Activity", "Choice", "ContentError", "CycleMap", "Interview", "Number", "Order",
    "Questionnaire", "Rate", "ResponseError", "Sort", "Transcript", "Write", "build", "load_activities", "load_yaml",
]

KINDS: dict[str, type[Activity]] = {cls.__name__: cls for cls in (
    Choice, Order, Sort, Number, Rate, Write, Transcript, Interview, CycleMap, Questionnaire)}
"""Kind, as a file of activities names it, to its dataclass."""


def load_activities(path: Path) -> dict[str, Activity]:
    """The practice activities of one YAML file: activity id to content, in the file's order."""
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise ContentError(f"{path}: found {show(data)}, expected a mapping of activity ids")
    activities = {}
    for name, fields in data.items():
        where = f"{path}: {name}"
        if not isinstance(fields, dict) or fields.get("kind") not in KINDS:
            raise ContentError(f"{where}: kind must be one of {', '.join(KINDS)}")
        rest = {key: value for key, value in fields.items() if key != "kind"}
        activities[name] = build(KINDS[fields["kind"]], {"id": name, **rest}, where)
    return activities
