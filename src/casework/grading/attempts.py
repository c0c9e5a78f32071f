"""How often each trainee's answers to an exercise were graded, against what the program allows.

An attempt is a set of answers that was graded, not a file: the same answers, downloaded or graded again, count once.
The record is a text file for each trainee and exercise in `grading/attempts`, a line an attempt; to give an attempt
back, a supervisor deletes its line.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from casework.blueprint import load_blueprint, load_program
from casework.grading.course import Course, write_file


def allowed(course: Course) -> dict[str, int]:
    """How many attempts each exercise has; a form of the test has one."""
    most, forms = load_program(course.exercises).attempts, load_blueprint(course.exercises).forms
    return {name: 1 if name in forms else most for name in course.names()}


def attempts(course: Course, name: str, trainee: str) -> list[str]:
    """What identifies each attempt of `trainee` at `name`, the first one first."""
    path = _record(course, name, trainee)
    return path.read_text(encoding="utf-8").split() if path.is_file() else []


def attempt_number(course: Course, name: str, trainee: str, sheet: dict) -> int:
    """Which attempt the answers of `sheet` are, counted from 1; the next one if they were not graded yet."""
    made, this = attempts(course, name, trainee), identify(sheet)
    return made.index(this) + 1 if this in made else len(made) + 1


def note_attempt(course: Course, name: str, trainee: str, sheet: dict) -> None:
    """Record that the answers of `sheet` are graded."""
    made, this = attempts(course, name, trainee), identify(sheet)
    if this not in made:
        write_file(_record(course, name, trainee), "".join(f"{line}\n" for line in [*made, this]).encode())


def identify(sheet: dict) -> str:
    """A short hash of the answers alone, whatever the file's date."""
    return hashlib.sha256(json.dumps(sheet["answers"], sort_keys=True).encode()).hexdigest()[:12]


def _record(course: Course, name: str, trainee: str) -> Path:
    return course.older.parent / "attempts" / trainee / f"{name}.txt"
