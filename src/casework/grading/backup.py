"""One file with everything people handed in and were given, and putting it back: the gradebook as of one moment.

The file is a zip: `grading/` as it lies there, but for earlier such files, and `backup.json` with the SHA-256 of each.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from casework.grading import CannotStart
from casework.grading.course import Course, shown

FORMAT = "casework-backup/1"
LIST = "backup.json"
ROOM = "backups"
"""The folder in `grading` for these files. It, and what was put aside, goes into none of them."""
ASIDE = "aside-"


def back_up(course: Course, target: Path | None = None) -> Path:
    """Write everything into `target`, or a file named after this moment, and return it. Raises `OSError`."""
    target = target or course.private / ROOM / f"{_now()}.zip"
    gradebook = _gradebook(course)
    target.parent.mkdir(parents=True, exist_ok=True)
    digests: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        made = Path(folder) / "made.zip"
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in _files(course, gradebook):
                if path == gradebook:
                    path = Path(folder) / "gradebook.db"
                    with (
                        contextlib.closing(sqlite3.connect(gradebook)) as old,
                        contextlib.closing(sqlite3.connect(path)) as copy,
                    ):
                        old.backup(copy)
                    name = gradebook.relative_to(course.private).as_posix()
                else:
                    name = path.relative_to(course.private).as_posix()
                try:
                    data = path.read_bytes()
                except FileNotFoundError:  # collected or graded anew at this moment
                    continue
                digests[name] = hashlib.sha256(data).hexdigest()
                archive.writestr(name, data)
            archive.writestr(LIST, json.dumps({"format": FORMAT, "made": _now(), "files": digests}, indent=1))
        os.replace(made, target)
    return target


def restore(course: Course, source: Path) -> tuple[int, Path]:
    """Put back what `source` holds once all of it is checked; how many files, and where what was there lies now.

    Raises `CannotStart` where the file is damaged or none of ours; then nothing was changed.
    """
    gradebook = _gradebook(course)
    course.private.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=course.private, prefix=".restore-") as folder:
        there = Path(folder)
        count = _unpack(source, there)
        copy = there / gradebook.relative_to(course.private)
        if copy.is_file() and not _is_sound(copy):
            raise CannotStart(f"{shown(source)} holds a damaged gradebook: nothing was changed. Take another file.")
        aside = course.private / f"{ASIDE}{_now()}"
        aside.mkdir()
        for entry in list(course.private.iterdir()):
            if entry not in (there, aside) and not _is_ours(entry.name):
                os.rename(entry, aside / entry.name)
        for entry in list(there.iterdir()):
            os.rename(entry, course.private / entry.name)
    return count, aside


def _files(course: Course, gradebook: Path) -> list[Path]:
    """The gradebook first, so that what is handed in after it is only newer; then every plain file."""
    found = [gradebook] if gradebook.is_file() else []
    for folder, names, files in os.walk(course.private):
        top = Path(folder) == course.private
        names[:] = sorted(name for name in names if not (top and (_is_ours(name) or name.startswith("."))))
        for name in sorted(files):
            path = Path(folder) / name
            if not name.endswith(".part") and not name.startswith(gradebook.name) and not path.is_symlink():
                found.append(path)
    return found


def _unpack(source: Path, target: Path) -> int:
    try:
        with zipfile.ZipFile(source) as archive:
            listed = json.loads(archive.read(LIST))
            if not isinstance(listed, dict) or listed.get("format") != FORMAT:
                raise CannotStart(f"{shown(source)} was not made by casework backup: nothing was changed.")
            for name, digest in listed["files"].items():
                path = target / name
                data = archive.read(name)
                if hashlib.sha256(data).hexdigest() != digest or not path.resolve().is_relative_to(target.resolve()):
                    raise ValueError(name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            return len(listed["files"])
    except FileNotFoundError:
        raise CannotStart(f"There is no file {shown(source)}: name one that casework backup wrote.") from None
    except (zipfile.BadZipFile, KeyError, ValueError, AttributeError, EOFError, NotImplementedError) as error:
        raise CannotStart(
            f"{shown(source)} is damaged ({shown(error)}): nothing was changed. Take another file."
        ) from None


def _is_sound(gradebook: Path) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(gradebook)) as opened:
            return bool(opened.execute("pragma integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def _is_ours(name: str) -> bool:
    return name == ROOM or name.startswith(ASIDE)


def _gradebook(course: Course) -> Path:
    if course.gradebook_file is None:
        raise CannotStart("The gradebook is on a server: back it up, and put it back, by the server's own means.")
    return course.gradebook_file


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
