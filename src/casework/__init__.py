"""Activities, answer sheets and grading for the course; see the README for who uses what.

Content is YAML. An activity shows content and writes `response`. Scoring reads `response`. An exercise
turns the score into points.

Each kind of activity, such as `Choice`, is a public name too. Names are looked up when they are first used: a
command that shows no widget then starts without the widgets.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "ContentError": "casework.records",
    "ResponseError": "casework.records",
    "Sheet": "casework.sheet",
    "compare_coders": "casework.side_by_side",
    "compare_hours": "casework.side_by_side",
    "explorer": "casework.explorers",
    "load_instrument": "casework.instruments",
    "measure_change": "casework.instruments",
    "measure_of": "casework.activities",
    "practice": "casework.activities",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name[:1].isupper() and name in (makers := import_module("casework.widgets").MAKERS):
        return makers[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
