"""What activities are made of: one frozen dataclass a kind, in a module of its name, found because it is there."""

from __future__ import annotations

from importlib.abc import Traversable

from casework.content.activity import Activity
from casework.records import ContentError, build, import_all, load_yaml, show

__all__ = ["KINDS", "Activity", "load_activities"]

import_all(__name__)

KINDS: dict[str, type[Activity]] = Activity.kinds
"""Kind, as a file of activities names it, to its dataclass."""


def load_activities(path: Traversable) -> dict[str, Activity]:
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
