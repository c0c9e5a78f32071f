"""What lies in an inbox, read within limits: plain files and zips, one level of folders, nothing extracted by name."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from casework import answers, work
from casework.answers import MAX_BYTES, AnswersError
from casework.grading.course import shown

REFUSED = "refused"
MAX_ZIP = 25_000_000
MAX_MEMBERS = 1_000


@dataclass(frozen=True)
class Found:
    """One thing in the inbox: where it is, and its name for a report."""

    path: Path
    name: str
    beside: bool = False
    """Whether it lies in a folder, where a notebook beside an answers file is no surprise."""


def look(inbox: Path) -> Iterator[Found]:
    """Everything handed in, in alphabetical order; hidden names and what was refused before are left alone."""
    for entry in _visible(inbox):
        if entry.name == REFUSED or entry.name == "__MACOSX":
            continue
        if entry.is_dir() and not entry.is_symlink():
            try:
                inside = _visible(entry)
            except OSError:  # reported like anything else that cannot be read
                inside = []
                yield Found(entry, entry.name)
            for inner in inside:
                yield Found(inner, f"{entry.name}/{inner.name}", beside=True)
        else:
            yield Found(entry, entry.name)


def read_found(found: Found) -> bytes:
    """The bytes of the one file of answers, or of all work, that `found` is or holds; else an `AnswersError`."""
    mode = found.path.lstat().st_mode
    if stat.S_ISDIR(mode):
        raise AnswersError("This is a folder that is not looked into: put the files themselves one level up.")
    if not stat.S_ISREG(mode):
        raise AnswersError("This is a link or a device, not a file: put the file itself here.")
    if is_notebook(found.path.name):
        raise AnswersError("This is a notebook; the answers are in answers.json beside it: ask for that file.")
    with found.path.open("rb") as file:
        start = file.read(4)
        size = os.fstat(file.fileno()).st_size
        if start.startswith(b"PK"):
            return _read_zip(found.path, size)
        data = start + file.read(work.MAX_BYTES + 1 - len(start))
    if _is_too_large(data):
        raise AnswersError(
            f"The file has {size:,} bytes and an answers file has at most {MAX_BYTES:,}: "
            "ask for the file that Download my answers gives."
        )
    return data


def _is_too_large(data: bytes) -> bool:
    return len(data) > (work.MAX_BYTES if work.is_work(data) else MAX_BYTES)


def is_notebook(name: str) -> bool:
    """Whether `name` is a notebook's, which is often sent along and never read."""
    return name.lower().endswith(".ipynb")


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _read_zip(path: Path, size: int) -> bytes:
    if size > MAX_ZIP:
        raise AnswersError(f"The zip has {size:,} bytes: ask for the answers file alone, which is small.")
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_member(archive, _answers_member(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, AnswersError):
            raise
        raise AnswersError(
            "The zip is damaged and cannot be opened: ask for it again, or for the answers file alone."
        ) from None


def _answers_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise AnswersError(f"The zip holds {len(members):,} files: ask for the answers file alone.")
    candidates = [member for member in members if _could_be_answers(member)]
    named = [member for member in candidates if PurePosixPath(member.filename).name == answers.FILE_NAME]
    chosen = named or candidates
    if len(chosen) != 1:
        raise AnswersError(
            "The zip holds no answers file: ask for the file that Download my answers gives."
            if not chosen
            else f"The zip holds {len(chosen)} answers files: if they are of several trainees, unpack it "
            "into the inbox; if not, ask for the one that counts, alone."
        )
    return chosen[0]


def _could_be_answers(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    if member.is_dir() or not parts or "__MACOSX" in parts or parts[-1].startswith("."):
        return False
    return parts[-1].endswith(".json") and parts[-1] != "practice.json"


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise AnswersError(
            f"The zip holds {shown(member.filename)[:80]}, a path that leads out of its folder: "
            "ask for the answers file alone."
        )
    if member.flag_bits & 1:
        raise AnswersError("The zip has a password: ask for the answers file alone.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise AnswersError("The zip is packed in an unusual way: ask for the answers file alone.")
    with archive.open(member) as file:
        data = file.read(work.MAX_BYTES + 1)
    if _is_too_large(data):
        raise AnswersError(
            f"The answers file in the zip has more than {MAX_BYTES:,} bytes: "
            "ask for the file that Download my answers gives."
        )
    return data


def set_aside(inbox: Path, found: Found, reason: str) -> Path:
    """Move `found` into the inbox's `refused` folder, beside a file that says why; nothing is overwritten."""
    folder = inbox / REFUSED
    folder.mkdir(exist_ok=True)
    name = found.name.replace("/", "-")
    while len(os.fsencode(name)) > 200:
        name = name[:-1]
    for number in range(1, 100_000):
        candidate = name if number == 1 else f"{Path(name).stem}-{number}{Path(name).suffix}"
        target, note = folder / candidate, folder / f"{candidate}.reason.txt"
        if os.path.lexists(target):
            continue
        try:
            with note.open("x", encoding="utf-8") as file:
                file.write(reason + "\n")
        except FileExistsError:
            continue
        try:
            os.rename(found.path, target)
        except OSError:
            note.unlink()
            raise
        return target
    raise AnswersError(f"{folder} is full: empty it.")
