"""A course folder as the commands see it: where its rooms are, taken from its `nbgrader_config.py`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from casework.grading import CannotStart
from casework.keys import keys_folder

CONFIG = "nbgrader_config.py"


class Course:
    """The rooms of one course; `directory` is nbgrader's own view of it, `config` its settings."""

    def __init__(self, directory: CourseDirectory, config: Config | None = None) -> None:
        self.directory, self.config = directory, config or Config()
        self.root = Path(directory.root)
        self.exercises = self.root / directory.source_directory
        self.released = self.root / directory.release_directory
        self.submitted = self.root / directory.submitted_directory
        self.autograded = self.root / directory.autograded_directory
        self.feedback = self.root / directory.feedback_directory
        self.older = self.submitted.parent / "older"
        self.keys = keys_folder()

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

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """nbgrader's gradebook, made where there is none."""
        self.older.parent.mkdir(exist_ok=True)
        with Gradebook(self.directory.db_url, self.directory.course_id) as gradebook:
            yield gradebook


def open_course(root: Path | None = None) -> Course:
    """The course in `root` (default: the working folder)."""
    root = (root or Path.cwd()).resolve()
    if not (root / CONFIG).is_file():
        raise CannotStart(f"{root} is not a course folder (it has no {CONFIG}): change to the course's folder first.")
    config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    return Course(CourseDirectory(config=config), config)


def shown(text: object) -> str:
    """`text` safe to print: what a terminal could act on or not show is replaced."""
    return "".join(c if c.isprintable() else "�" for c in str(text).encode("utf-8", "replace").decode())


def write_file(path: Path, data: bytes) -> None:
    """Put `data` at `path` whole or not at all, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".casework-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
