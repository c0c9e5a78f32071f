"""`casework grade` beside stock `nbgrader autograde`, on the same submissions of the real exercise.

Run `python -m tests.bench.grading [ROUNDS]`. Each round times both, one after the other, each with a fresh
gradebook, and compares the tables that both export.
"""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

SUBMISSIONS = 40


@dataclass
class Figures:
    """Seconds of each round, and whether every pair of exports was the same."""

    ours: list[float] = field(default_factory=list)
    stock: list[float] = field(default_factory=list)
    equal: bool = True

    @property
    def ratio(self) -> float:
        """How many times as fast, the median of the pairs: both of a pair ran in the same minutes."""
        return statistics.median(stock / ours for ours, stock in zip(self.ours, self.stock, strict=True))


def measure(rounds: int = 3, submissions: int = SUBMISSIONS, say=print) -> Figures:
    """Time both on `submissions` handed-in sheets, `rounds` times."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        course = _make_course(Path(folder), submissions)
        name = course.name
        for number in range(1, rounds + 1):
            tables = []
            for command, seconds in (
                (["casework.cli", "grade", name], figures.ours),
                (["nbgrader", "autograde", name, "--force"], figures.stock),
            ):
                _fresh(course)
                started = time.perf_counter()
                _run(course.root, *command)
                seconds.append(time.perf_counter() - started)
                tables.append(_table(course.root))
            figures.equal &= tables[0] == tables[1]
            say(
                f"round {number}: casework grade {figures.ours[-1]:.1f} s, nbgrader autograde {figures.stock[-1]:.1f} s, "
                f"exports {'equal' if tables[0] == tables[1] else 'DIFFERENT'}"
            )
    return figures


def report(figures: Figures) -> str:
    """One paragraph for a terminal."""

    def spread(seconds):
        return f"{statistics.median(seconds):.1f} s (from {min(seconds):.1f} to {max(seconds):.1f})"

    return (
        f"casework grade      {spread(figures.ours)}\n"
        f"nbgrader autograde  {spread(figures.stock)}\n"
        f"{figures.ratio:.1f} times as fast (median of {len(figures.ours)} pairs); "
        f"exports {'equal' if figures.equal else 'DIFFERENT'}"
    )


def _make_course(root: Path, submissions: int):
    from casework.grading.course import open_course
    from casework.grading.exercise import read_exercise
    from tests.small_course import copy_course

    course = copy_course(root)
    os.environ["CASEWORK_KEYS"] = str(root / "keys")
    exercise = read_exercise(open_course(root), course.name)
    for number in range(submissions):
        chance = random.Random(number)
        sheet = course.sheet(f"T{number:03}", {item: _answer(found, chance) for item, found in exercise.items.items()})
        (course.inbox / f"{number}.json").write_text(json.dumps(sheet))
    _run(root, "casework.cli", "collect", "inbox")
    return course


def _answer(item, chance: random.Random):
    """The right answer, a part of it, or none."""
    right = item.key.right
    if right is None:
        return " ".join(["A plan that both partners can agree to."] * chance.randrange(0, 30))
    if chance.random() < 0.2:
        return None
    if item.activity.kind == "order":
        return chance.sample(right, len(right))
    if item.activity.kind == "rate":
        return right[0] if isinstance(right, list) else right
    if isinstance(right, list):
        return right[: chance.randrange(1, len(right) + 1)]
    if isinstance(right, dict):
        return {card: right[card] for card in right if chance.random() < 0.8}
    return right


def _fresh(course) -> None:
    shutil.rmtree(course.root / "grading" / "autograded", ignore_errors=True)
    (course.root / "grading" / "gradebook.db").unlink(missing_ok=True)
    _run(course.root, "casework.cli", "collect", "inbox")  # registers the exercise, which nbgrader wants first


def _table(root: Path) -> list[list[str]]:
    _run(root, "casework.cli", "export", "-o", "table.csv")
    return list(csv.reader((root / "table.csv").open()))


def _run(root: Path, module: str, *arguments: str) -> None:
    scripts = str(Path(sys.executable).parent)
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": os.pathsep.join([scripts, os.environ["PATH"]])},
    )
    if done.returncode:
        raise SystemExit(f"{module} {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    print(report(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 3)))
