"""Release: nbgrader makes the trainees' version, and nothing reaches the book before it was verified."""

from __future__ import annotations

import copy
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log

from casework.grading import CannotStart
from casework.grading.course import Course, shown
from casework.grading.exercise import Exercise, read_exercise, read_notebook, rules_of, stamped_edition
from casework.grading.leaks import NO_KEYS, Secret, find_secrets, load_secrets, search_folder
from casework.records import ContentError

MARKERS = ("HIDDEN TESTS", "sheet.score(")


def release(course: Course, names: list[str], *, say: Callable[[str], Any] = print) -> bool:
    """Generate, verify and only then put in place each exercise; true if none was refused.

    An unchanged release is left as it is, so that the book is not built again for it. On a machine without any
    key the release is made all the same, and said not to be checked against the keys.
    """
    secrets = _secrets(course, say)
    complete = True
    for name in names or course.names():
        try:
            exercise = read_exercise(course, course.require(name))
            changed = _release_one(course, exercise, secrets)
            say(f"{name}: {'released' if changed else 'released before, unchanged'} (edition {exercise.edition})")
        except ContentError as error:
            complete = False
            say(f"{name}: not released. {error}")
    return complete


def verify(course: Course, site: Path | None = None, *, say: Callable[[str], Any] = print) -> bool:
    """Verify whatever lies in the released folder, whoever made it, and search the built `site`; true if clean."""
    secrets = _secrets(course, say)
    problems = []
    folders = sorted(path for path in course.released.glob("*") if not path.name.startswith("."))
    for folder in folders:
        problems += verify_released(course, folder, secrets)
    if site is not None:
        if not site.is_dir():
            raise CannotStart(f"There is no folder {site}: build the book first.")
        problems += search_folder(site, secrets)
    for problem in problems:
        say(problem)
    if not problems:
        say(f"{len(folders)} released exercise(s) verified{f'; no key in {site}' if site and secrets else ''}")
    return not problems


def verify_released(course: Course, folder: Path, secrets: list[Secret]) -> list[str]:
    """What is wrong with one released folder, one line each; the cure is always a new release."""
    if folder.name not in course.names():
        return [f"{folder}: there is no exercise of this name: remove it"]
    try:
        exercise = read_exercise(course, folder.name)
        return verify_folder(folder, exercise, secrets) + _rules_stated(course, folder, exercise)
    except ContentError as error:
        return [str(error)]


def _rules_stated(course: Course, folder: Path, exercise: Exercise) -> list[str]:
    """Whether the release says what the program asks today; an exercise without a first cell of words says nothing."""
    target = folder / f"{exercise.name}.ipynb"
    if not target.is_file() or not any(_is_about(cell) for cell in exercise.notebook.cells):
        return []
    rules = rules_of(course, exercise.name)
    stated = any(_is_about(cell) and rules in cell.source for cell in read_notebook(target).cells)
    return [] if stated else [f"{target}: states other rules than program.yaml: run casework release"]


def _is_about(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade_id") == "about")


def verify_folder(folder: Path, exercise: Exercise, secrets: list[Secret]) -> list[str]:
    """What is wrong with `folder` as the release of `exercise`, one line each."""
    target = folder / f"{exercise.name}.ipynb"
    others = sorted(path for path in folder.rglob("*") if path != target)
    problems = [f"{path}: a release holds {target.name} alone: run casework release" for path in others]
    if folder.is_symlink() or target.is_symlink() or not target.is_file():
        return [*problems, f"{target}: is missing or a link: run casework release"]
    notebook, text = read_notebook(target), target.read_text(encoding="utf-8")
    problems += [
        f"{target}: holds {marker!r}: run casework release"
        for marker in MARKERS
        if any(marker in cell.source for cell in notebook.cells)
    ]
    if any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells):
        problems.append(f"{target}: holds outputs of a run: run casework release")
    edition = stamped_edition(notebook, exercise.name)
    if edition != exercise.edition:
        found = f"found {edition or 'none'}, expected {exercise.edition}"
        problems.append(f"{target}: edition: {found}: run casework release")
    return problems + [f"{target}: holds the key of {where}" for where in find_secrets(text, secrets)]


def _secrets(course: Course, say: Callable[[str], Any]) -> list[Secret]:
    if course.has_keys():
        return load_secrets(course.keys)
    say(NO_KEYS)
    return []


def _release_one(course: Course, exercise: Exercise, secrets: list[Secret]) -> bool:
    course.released.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".release-", dir=course.released) as folder:
        made = _generate(course, exercise.name, Path(folder))
        problems = verify_folder(made, exercise, secrets)
        if problems:
            raise ContentError("; ".join(problems))
        return _put_in_place(made, course.released / exercise.name, Path(folder) / "before")


def _generate(course: Course, name: str, folder: Path) -> Path:
    """nbgrader's own release step into `folder`, without the gradebook, which a release never needs."""
    config = copy.deepcopy(course.config)
    config.CourseDirectory.release_directory = str(folder)
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    directory = CourseDirectory(config=config, assignment_id=name)
    converter = GenerateAssignment(coursedir=directory, config=config)
    converter.log.setLevel("CRITICAL")
    result = capture_log(converter)
    made = folder / name
    if not result["success"] or not made.is_dir():
        lines = (result.get("log") or result.get("error") or "").strip().splitlines()
        raise ContentError(f"nbgrader could not make it: {shown(lines[-1]) if lines else 'it gives no reason'}")
    return made


def _put_in_place(made: Path, target: Path, before: Path) -> bool:
    """Swap `made` in for `target`; false if they are the same."""
    notebook = f"{target.name}.ipynb"
    if (
        target.is_dir()
        and not target.is_symlink()
        and [p.name for p in target.iterdir()] == [notebook]
        and (target / notebook).read_bytes() == (made / notebook).read_bytes()
    ):
        return False
    if os.path.lexists(target):
        os.replace(target, before)
    try:
        shutil.move(made, target)
    except OSError:
        if os.path.lexists(before):
            os.replace(before, target)
        raise
    return True
