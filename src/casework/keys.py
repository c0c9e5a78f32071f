"""Keys of graded exercises: what is right, why, and by which source. Read only when grading.

They are found in the folder named by `CASEWORK_KEYS` (default `keys/` in the working folder), so that a
program can hold them in a private place.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.records import ContentError, build, load_yaml


@dataclass(frozen=True, kw_only=True)
class ItemKey:
    """The key of one item. Which fields it needs is decided by the rule of its kind (`casework.scoring`).

    `source` names what the key rests on: bibliography keys, ids of claims, or "a choice of this course". `canary`
    is a word found nowhere else, so that a leak of this file can be searched for. Which aim an item serves is not
    said here but in the blueprint, which is public (`casework.blueprint`).
    """

    points: float
    rationale: str
    source: tuple[str, ...]
    canary: str
    right: Any = None
    partial: dict[str, float] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    unsafe: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tolerance: float = 0.0
    near: float = 0.0
    model: str = ""


@dataclass(frozen=True, kw_only=True)
class ExerciseKey:
    """All keys of one exercise, item id to key, in the file's order."""

    assignment: str
    items: dict[str, ItemKey]


def keys_folder() -> Path:
    """Where keys are looked for."""
    return Path(os.environ.get("CASEWORK_KEYS") or "keys")


def load_key(assignment: str, folder: Path | None = None) -> ExerciseKey:
    """The key file of `assignment`; a `ContentError` says what is missing or wrong in it."""
    path = (folder or keys_folder()) / f"{assignment}.yaml"
    key = build(ExerciseKey, load_yaml(path), str(path))
    if key.assignment != assignment:
        raise ContentError(f"{path}: assignment: found {key.assignment!r}, expected {assignment!r}")
    return key
