"""A course small enough to read, made anew in a temporary folder, and what people hand in for it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat.v4 as v4
import yaml

from casework.cli import main

ROOT = Path(__file__).resolve().parent.parent
NAME = "first-meeting"
SECRET = "The couple is seen together first, since a partner heard alone sets the tone for the other."
KEYS = {
    "who-first": {
        "points": 2,
        "right": "couple",
        "partial": {"either": 0.5},
        "canary": "walnut-1001",
        "rationale": SECRET,
    },
    "goals": {
        "points": 3,
        "right": ["hers", "his"],
        "canary": "walnut-1002",
        "rationale": 'Each partner\'s own "goal" & both are asked for; <em>neither</em> is weighed.',
    },
    "findings": {
        "points": 4,
        "right": {"fear": "stop", "doubt": "hold"},
        "unsafe": {"stop": ["hold"]},
        "canary": "walnut-1003",
        "rationale": "Fear of a partner stops joint work; doubt only waits for a talk.",
    },
    "letter": {
        "points": 5,
        "canary": "walnut-1004",
        "rationale": "A warm and plain letter names both partners and takes no side at all.",
        "model": "Dear both, thank you for coming.\nI heard how much each of you has tried.",
    },
}
RIGHT = {item: key["right"] for item, key in KEYS.items() if "right" in key}
ASKS = {
    "who-first": 'Choice(id="who-first", prompt="Who is seen first?", options={"couple": "Both", "either": "Either", "one": "One"})',
    "goals": 'Choice(id="goals", prompt="Whose goals?", many=True, options={"hers": "Hers", "his": "His", "mine": "Mine"})',
    "findings": 'Sort(id="findings", prompt="Sort these.", bins={"stop": "Stop", "hold": "Hold"}, cards={"fear": "Fear", "doubt": "Doubt"})',
    "letter": 'Write(id="letter", prompt="Write a letter.", words=80)',
}


def marked(cell, grade_id, **marks):
    """A notebook cell with nbgrader's marks; locked unless said otherwise."""
    cell.id = grade_id
    cell.metadata["nbgrader"] = {
        "grade": False,
        "solution": False,
        "locked": True,
        "task": False,
        "schema_version": 3,
        "grade_id": grade_id,
        **marks,
    }
    return cell


def notebook():
    """The exercise of the small course, as its author keeps it."""
    cells = [
        marked(
            v4.new_code_cell(f'from casework import Choice, Sheet, Sort, Write\nsheet = Sheet("{NAME}")\nsheet'),
            "sheet",
        )
    ]
    for item, ask in ASKS.items():
        cells.append(marked(v4.new_markdown_cell(f"## {item}"), f"task-{item}"))
        cells.append(marked(v4.new_code_cell(f"sheet.ask({ask})"), f"ask-{item}"))
        points = KEYS[item]["points"]
        if item == "letter":
            cells.append(marked(v4.new_code_cell(f'sheet.answered("{item}")'), f"check-{item}"))
            cells.append(
                marked(
                    v4.new_markdown_cell("What is written above is handed in."),
                    item,
                    grade=True,
                    solution=True,
                    locked=False,
                    points=points,
                )
            )
        else:
            check = f'sheet.answered("{item}")\n### BEGIN HIDDEN TESTS\nsheet.score("{item}")\n### END HIDDEN TESTS'
            cells.append(marked(v4.new_code_cell(check), item, grade=True, points=points))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


@dataclass
class SmallCourse:
    """A course folder with commands and handed-in files at hand."""

    root: Path
    name: str = NAME

    @property
    def source(self):
        return self.root / "exercises" / self.name / f"{self.name}.ipynb"

    @property
    def release(self):
        return self.root / "book" / "exercises" / self.name / f"{self.name}.ipynb"

    @property
    def inbox(self):
        folder = self.root / "inbox"
        folder.mkdir(exist_ok=True)
        return folder

    def run(self, *arguments):
        """Run `casework` with `arguments` in this course's folder and return its exit status."""
        return main([str(argument) for argument in arguments])

    def step(self, step, trainee, file):
        return self.root / "grading" / step / trainee / self.name / file

    def graded(self, trainee):
        return v4.reads(self.step("autograded", trainee, f"{self.name}.ipynb").read_text())

    @property
    def edition(self):
        from casework.grading.course import open_course
        from casework.grading.exercise import read_exercise

        return read_exercise(open_course(self.root), self.name).edition

    def sheet(self, trainee="T017", answers=None, *, edition=None, **fields):
        return {
            "format": "casework-answers/1",
            "assignment": self.name,
            "edition": self.edition if edition is None else edition,
            "trainee": trainee,
            "saved": "2026-11-20T10:00:00Z",
            "answers": RIGHT if answers is None else answers,
            **fields,
        }

    def hand_in(self, trainee="T017", answers=None, **fields):
        """Put a sheet straight into the submitted step, as a collector leaves it, and return its path."""
        path = self.step("submitted", trainee, "answers.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.sheet(trainee, answers, **fields)))
        return path


def make_course(root):
    """Write the small course into `root`."""
    shutil.copy(ROOT / "nbgrader_config.py", root)
    course = SmallCourse(root)
    course.source.parent.mkdir(parents=True)
    course.source.write_text(v4.writes(notebook()))
    (root / "keys").mkdir()
    items = {item: {"source": ["a choice of this course"], **key} for item, key in KEYS.items()}
    write_yaml(root / "keys" / f"{NAME}.yaml", {"assignment": NAME, "items": items})
    aims = {
        f"{item}-aim": {
            "text": f"Aim of {item}.",
            "chapter": "book/first-page",
            "items": {NAME: [item]},
            "sources": ["a choice of this course"],
        }
        for item in KEYS
    }
    write_yaml(
        root / "exercises" / "blueprint.yaml",
        {"domains": {NAME: {"title": "First meeting", "minutes": 10, "aims": aims}}},
    )
    write_yaml(root / "exercises" / "program.yaml", {"pass_mark": 75, "attempts": 2})
    (root / "book").mkdir()
    (root / "book" / "first-page.md").write_text("# The first page\n\n*About 10 minutes to read and 20 to practise.*\n")
    return course


def write_yaml(path, data):
    path.write_text(yaml.safe_dump(data, sort_keys=False))


def copy_course(root):
    """Copy the real exercises and keys into `root`."""
    for folder in ("exercises", "keys"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("answers.json", ".*"))
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return SmallCourse(root, "assessment-protocol")
