"""A course folder as the commands see it: where its rooms are, taken from its `nbgrader_config.py`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from casework.blueprint import Blueprint, Program, load_blueprint, load_program
from casework.grading import CannotStart, tables  # noqa: F401 (the tables are made with nbgrader's own)
from casework.keys import keys_folder

CONFIG = "nbgrader_config.py"
TIMESTAMP = "timestamp.txt"
"""nbgrader's file for when something was handed in."""
MOVED = "moved.txt"
"""The file in `grading` that says which ids were moved to which."""


class CourseFolders(CourseDirectory):
    """nbgrader's own view of a course's folders, in which no strange timestamp stops anything."""

    @classmethod
    def for_grading(cls, directory: CourseDirectory) -> CourseFolders:
        """The same folders and choices as in `directory`, for a step that copies no file beside a notebook."""
        return cls(config=directory.config, **{**directory.trait_values(config=True), "ignore": ["*"]})

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        """When the work in `dest_path` was handed in; None where no file says so that can be read."""
        if not Path(dest_path, TIMESTAMP).is_file():  # a pipe would be waited for without end
            return None
        try:
            found: datetime | None = super().get_existing_timestamp(dest_path)
            return found
        except (AttributeError, OSError, ValueError, OverflowError):  # nbgrader's own way out calls what is not there
            return None


class Course:
    """The rooms of one course; `directory` is nbgrader's own view of it, `config` its settings.

    `private` holds everything people hand in and get back, `older` what was handed in before, `taken_back` what a
    supervisor took back.
    """

    def __init__(self, directory: CourseDirectory, config: Config | None = None) -> None:
        self.directory, self.config = directory, config or Config()
        self.root = Path(directory.root)
        self.exercises: Path = self.root / directory.source_directory
        self.released: Path = self.root / directory.release_directory
        self.submitted: Path = self.root / directory.submitted_directory
        self.autograded: Path = self.root / directory.autograded_directory
        self.feedback: Path = self.root / directory.feedback_directory
        self.private: Path = self.submitted.parent
        self.older: Path = self.private / "older"
        self.taken_back: Path = self.private / "taken-back"
        self.keys = keys_folder()

    @cached_property
    def blueprint(self) -> Blueprint:
        """What the exercises examine, read once."""
        return load_blueprint(self.exercises)

    @cached_property
    def program(self) -> Program:
        """What the program sets, read once."""
        return load_program(self.exercises)

    def names(self) -> list[str]:
        """The exercises of the course, in alphabetical order."""
        return sorted(path.parent.name for path in self.exercises.glob("*/*.ipynb") if path.stem == path.parent.name)

    def source(self, name: str) -> Path:
        """The notebook of the exercise `name`, nbgrader's source step."""
        return self.exercises / name / f"{name}.ipynb"

    def require(self, name: str) -> str:
        """`name` itself if there is such an exercise."""
        if name not in self.names():
            known = ", ".join(self.names()) or "none yet"
            raise CannotStart(f"There is no exercise {shown(name)} in {self.exercises}; there is: {known}.")
        return name

    def has_keys(self) -> bool:
        """Whether keys are on this machine. A folder that was named but holds none is a mistake."""
        if self.keys.is_dir() and any(self.keys.glob("*.yaml")):
            return True
        if self.keys != self.root / "keys":
            raise CannotStart(f"CASEWORK_KEYS names {self.keys}, which holds no key file: correct it, or unset it.")
        return False

    def trainees(self, name: str) -> list[str]:
        """The folders in which something was handed in for `name`, in alphabetical order."""
        if not self.submitted.is_dir():
            return []
        folders = [entry.name for entry in self.submitted.iterdir() if not entry.name.startswith(".")]
        return sorted(folder for folder in folders if os.path.lexists(self.submitted / folder / name))

    def moved(self) -> dict[str, str]:
        """Ids whose work was moved to another id, each with that id; the file that says so has one pair a line."""
        path = self.private / MOVED
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        return {old: new for old, _, new in (line.partition(" ") for line in lines)}

    @property
    def gradebook_file(self) -> Path | None:
        """The file of the gradebook; None where it is on a server."""
        address = make_url(self.directory.db_url)
        return Path(str(address.database)) if address.get_backend_name() == "sqlite" else None

    def has_gradebook(self) -> bool:
        """Whether there is a gradebook; one on a server is taken to be there."""
        return self.gradebook_file is None or self.gradebook_file.is_file()

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """nbgrader's gradebook with the tables of this course, made where there is none."""
        self.private.mkdir(exist_ok=True)
        with _opened(self.directory.db_url, self.directory.course_id) as gradebook:
            yield gradebook


def _opened(address: str, course: str) -> Gradebook:
    """The gradebook; where another command makes its tables at this moment, once they are there."""
    for wait in (0.1, 0.3, 1.0):
        try:
            return Gradebook(address, course)
        except (OperationalError, ProgrammingError, IntegrityError) as error:
            if not any(word in str(error) for word in ("already exists", "locked", "UNIQUE", "unique")):
                raise
            time.sleep(wait)
    return Gradebook(address, course)


def open_course(root: Path | None = None) -> Course:
    """The course in `root` (default: the working folder)."""
    root = (root or Path.cwd()).resolve()
    if not (root / CONFIG).is_file():
        raise CannotStart(f"{root} is not a course folder (it has no {CONFIG}): change to the course's folder first.")
    config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    return Course(CourseFolders(config=config), config)


def shown(text: object) -> str:
    """`text` safe to print: what a terminal could act on or not show is replaced."""
    return "".join(c if c.isprintable() else "�" for c in str(text).encode("utf-8", "replace").decode())
