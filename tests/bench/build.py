"""`make book` from nothing, with nothing changed, and after one edit of each sort, each of which is then looked for.

Run `python -m tests.bench.build [ROUNDS] [--before FOLDER]`; FOLDER is another checkout with its own `.venv`, which is
measured in the same run, each edit one after the other in both.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.tree import copy_tree, environment

DATA = "src/casework/data"


@dataclass(frozen=True)
class Edit:
    """One edit: in `file` the words `old` get a new word behind them, which `page` then shows."""

    file: str
    old: str
    page: str
    limit: float


EDITS = {
    "one chapter": Edit("book/treatment/records.md", "## Key points\n", "book/treatment/records", 4),
    "an activity": Edit(f"{DATA}/activities/depression.yaml", "She is alone with you.", "book/evidence/depression", 6),
    "a couple": Edit(f"{DATA}/couples/lift-off.yaml", "Produces concerts and festivals", "book/vignettes/lift-off", 6),
    "an instrument": Edit(f"{DATA}/instruments/phq9.yaml", "Little interest or pleasure", "notebooks/measures", 6),
    "a claim": Edit(
        f"{DATA}/claims/c1-depression.yaml", "Against midazolam, which people also feel,", "book/evidence/depression", 6
    ),
    "one exercise": Edit(
        "exercises/capstone/capstone.ipynb", "moved last year for his post.", "book/exercises/capstone/capstone", 12
    ),
}
LIMITS = {"cold": 45.0, "nothing changed": 1.0, **{name: edit.limit for name, edit in EDITS.items()}}


@dataclass
class Course:
    """A copy of a course folder, and how long `make book` took in it."""

    root: Path
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def measure(self, what: str) -> None:
        """Run `make book` and note its time."""
        started = time.perf_counter()
        done = subprocess.run(
            ["make", "book"], cwd=self.root, env=environment(self.root), capture_output=True, text=True, check=False
        )
        self.seconds.setdefault(what, []).append(time.perf_counter() - started)
        if done.returncode:
            raise SystemExit(f"{self.root}: make book, {what}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")

    def edit(self, name: str, word: str) -> None:
        """Make one edit, build, and look for its word."""
        edit = EDITS[name]
        path = self.root / edit.file
        text = path.read_text(encoding="utf-8")
        if edit.old not in text:
            raise SystemExit(f"{path} does not hold {edit.old!r}")
        time.sleep(0.01)  # some file systems tell apart only what is that far apart
        path.write_text(text.replace(edit.old, f"{edit.old} {word}", 1), encoding="utf-8")
        self.measure(name)
        page = self.root / "_build" / "html" / f"{edit.page}.html"
        if word not in page.read_text(encoding="utf-8"):
            raise SystemExit(f"{page} does not show {word}, after an edit of {edit.file}")

    def cold(self) -> None:
        """Forget what was built, and build."""
        for built in ("_build", "book/exercises"):
            shutil.rmtree(self.root / built, ignore_errors=True)
        self.measure("cold")


def measure(rounds: int, before: Path | None = None, say: Callable[[str], None] = print) -> list[Course]:
    """Measure everything `rounds` times, in turn in this course and in the one in `before`."""
    with tempfile.TemporaryDirectory() as folder:
        courses = [Course(copy_tree(Path(folder) / "now"))]
        if before:
            courses.append(Course(copy_tree(Path(folder) / "before", before, before / ".venv")))
        for number in range(1, rounds + 1):
            for step in LIMITS:
                for course in courses:
                    if step == "cold":
                        course.cold()
                    elif step == "nothing changed":
                        course.measure(step)
                    else:
                        course.edit(step, f"zq{step.replace(' ', '')}{number}")
                say(f"round {number}, {step}: {', '.join(f'{c.seconds[step][-1]:.1f} s' for c in courses)}")
    return courses


def report(courses: list[Course]) -> str:
    """A table for a terminal: medians, with the fastest and the slowest round."""
    heads = ["now", "before"][: len(courses)]
    lines = [f"{'make book':16} {'at most':>8} " + " ".join(f"{head:>26}" for head in heads)]
    for step, limit in LIMITS.items():
        shown = [
            f"{statistics.median(s):5.1f} s ({min(s):.1f} to {max(s):.1f})" for s in (c.seconds[step] for c in courses)
        ]
        lines.append(f"{step:16} {limit:6.0f} s " + " ".join(f"{text:>26}" for text in shown))
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.build")
    parser.add_argument("rounds", type=int, nargs="?", default=3)
    parser.add_argument("--before", type=Path, help="another checkout, with its own .venv")
    options = parser.parse_args(arguments)
    print(report(measure(options.rounds, options.before and options.before.resolve())), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
