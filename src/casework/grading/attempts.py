"""How often each trainee's answers to an exercise were graded, against what the program allows.

An attempt is a set of answers that was graded, not a file: the same answers, downloaded or graded again, count once.
Answers of which something could not be graded are no attempt. The record is a text file for each trainee and exercise
in `grading/attempts`, a line an attempt; a line `+1` gives one attempt more.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from casework.editions import is_given
from casework.grading.course import Course
from casework.storage import write_file

MORE = "+1"
"""The line of a record that gives one attempt more."""


def allowed(course: Course) -> dict[str, int]:
    """How many attempts each exercise has; a form of the test has one."""
    most, forms = course.program.attempts, course.blueprint.forms
    return {name: 1 if name in forms else most for name in course.names()}


def attempts(course: Course, name: str, trainee: str) -> list[str]:
    """What identifies each attempt of `trainee` at `name`, the first one first."""
    return [line for line in _lines(course, name, trainee) if line != MORE]


def attempts_left(course: Course, name: str, trainee: str, most: int) -> int:
    """How many attempts `trainee` still has, of `most` and those a supervisor added."""
    added = _lines(course, name, trainee).count(MORE)
    return max(0, most + added - len(attempts(course, name, trainee)))


def _lines(course: Course, name: str, trainee: str) -> list[str]:
    path = _record(course, name, trainee)  # which a supervisor may have edited in any editor
    return path.read_text(encoding="utf-8-sig", errors="replace").split() if path.is_file() else []


def attempt_number(course: Course, name: str, trainee: str, sheet: dict[str, Any]) -> int:
    """Which attempt the answers of `sheet` are, counted from 1; the next one if they were not graded yet."""
    made, this = attempts(course, name, trainee), identify(sheet)
    return made.index(this) + 1 if this in made else len(made) + 1


def note_attempt(course: Course, name: str, trainee: str, attempt: str) -> None:
    """Record that the answers which `attempt` identifies are graded."""
    lines = _lines(course, name, trainee)
    if attempt not in lines:
        write_file(_record(course, name, trainee), "".join(f"{line}\n" for line in [*lines, attempt]).encode())


def identify(sheet: dict[str, Any]) -> str:
    """A short hash of the answers alone, whatever the file's date; what was emptied again is no answer."""
    return _digest({item: answer for item, answer in sheet["answers"].items() if is_given(answer)})


def identify_answer(answer: Any) -> str:
    """A short hash of one answer, or an empty text where there is none."""
    return _digest(answer) if is_given(answer) else ""


def _digest(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]


def _record(course: Course, name: str, trainee: str) -> Path:
    return course.private / "attempts" / trainee / f"{name}.txt"
