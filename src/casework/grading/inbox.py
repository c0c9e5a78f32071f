"""What lies in an inbox, read within limits: plain files and zips, folders in folders, nothing extracted by name."""

from __future__ import annotations

import os
import re
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
MAX_MEMBERS = 5_000
MAX_UNPACKED = 200_000_000
"""The most bytes that are read out of one zip."""

MAX_DEPTH = 4
"""How many folders deep an inbox is looked into: a system's export may lie in a folder, with one for each trainee."""

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_DAMAGED = "The zip is damaged and cannot be opened: ask for it again, or for the answers file alone."
_SAYS = re.compile(rb'"format"\s*:\s*"casework-')


@dataclass(frozen=True)
class Found:
    """One thing in the inbox: where it is, and its name for a report."""

    path: Path
    name: str
    beside: bool = False
    """Whether it lies in a folder, where a notebook beside an answers file is no surprise."""


@dataclass(frozen=True)
class Content:
    """One file of answers, or of all work, that something in the inbox is or holds."""

    name: str
    """Where it lies in a zip of several; empty where what was found holds it alone."""
    data: bytes = b""
    reason: str = ""
    """Why it cannot be read, if it cannot."""
    empty: bool = False
    """Whether it is a folder that holds none, among folders of which each holds some."""


def look(inbox: Path) -> Iterator[Found]:
    """Everything handed in, in alphabetical order; hidden names and what was refused before are left alone."""
    for entry in _visible(inbox):
        if entry.name not in (REFUSED, "__MACOSX"):
            yield from _look_into(entry, entry.name, 1)


def _look_into(entry: Path, name: str, depth: int) -> Iterator[Found]:
    if depth > MAX_DEPTH or entry.is_symlink() or not entry.is_dir():
        yield Found(entry, name, beside=depth > 1)
        return
    try:
        inside = _visible(entry)
    except OSError:  # reported like anything else that cannot be read
        inside = []
        yield Found(entry, name)
    for inner in inside:
        if inner.name != "__MACOSX":
            yield from _look_into(inner, f"{name}/{inner.name}", depth + 1)


def read_found(found: Found) -> Iterator[Content]:
    """What `found` is or holds, one file after the other; an `AnswersError` where there is nothing to read."""
    mode = found.path.lstat().st_mode
    if stat.S_ISDIR(mode):
        raise AnswersError("This is a folder that is not looked into: put the files themselves some levels up.")
    if not stat.S_ISREG(mode):
        raise AnswersError("This is a link or a device, not a file: put the file itself here.")
    if is_notebook(found.path.name):
        raise AnswersError("This is a notebook; the answers are in answers.json beside it: ask for that file.")
    with found.path.open("rb") as file:
        start = file.read(4)
        size = os.fstat(file.fileno()).st_size
        data = b"" if start.startswith(b"PK") else start + file.read(work.MAX_BYTES + 1 - len(start))
    if start.startswith(b"PK"):
        yield from _read_zip(found.path, size)
        return
    if _is_too_large(data):
        raise AnswersError(
            f"The file has {size:,} bytes and an answers file has at most {MAX_BYTES:,}: "
            "ask for the file that Download my answers gives."
        )
    yield Content("", data)


def _is_too_large(data: bytes) -> bool:
    return len(data) > (work.MAX_BYTES if work.is_work(data) else MAX_BYTES)


def is_notebook(name: str) -> bool:
    """Whether `name` is a notebook's, which is often sent along and never read."""
    return name.lower().endswith(".ipynb")


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _read_zip(path: Path, size: int) -> Iterator[Content]:
    if size > MAX_ZIP:
        raise AnswersError(f"The zip has {size:,} bytes: ask for the answers file alone, which is small.")
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _contents(archive)
    except AnswersError:
        raise
    except _DAMAGE:
        raise AnswersError(_DAMAGED) from None


def _contents(archive: zipfile.ZipFile) -> Iterator[Content]:
    """Each file of answers in a zip; what else may be JSON is one only where no other file says that it is."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise AnswersError(f"The zip holds {len(members):,} files: unpack it into the inbox, or ask for less.")
    shown_members = [member for member in members if _parts(member)]
    possible = [member for member in shown_members if _could_be_answers(_parts(member)[-1])]
    candidates = [member for member in possible if not answers.is_set_aside(_parts(member)[-1])] or possible
    inner = [member for member in shown_members if member.filename.lower().endswith(".zip")]
    if not candidates:
        raise AnswersError(
            "The zip holds other zips: unpack it into the inbox."
            if inner
            else "The zip holds no answers file: ask for the file that Download my answers gives."
        )
    unpacked = sum(member.file_size for member in candidates)
    if len(candidates) > 1 and unpacked > MAX_UNPACKED:
        raise AnswersError(f"The zip holds {unpacked:,} bytes of files: unpack it into the inbox, or ask for less.")
    holding, others = set(), []
    for member in candidates:
        content = _content(archive, member, member.filename if len(candidates) + len(inner) > 1 else "")
        if content.reason or _says_so(_parts(member)[-1], content.data):
            holding.add(_parts(member)[:-1])
            yield content
        else:
            others.append(content)
    if not holding:
        yield from others
    for member in inner:
        yield Content(member.filename, reason="A zip in a zip is not looked into: unpack it into the inbox.")
    if len(holding) > 1:  # a group, in which nobody may be passed over in silence
        holding |= {_parts(member)[:-1] for member in inner}
        places = {folder[:-1] for folder in holding}
        for folder in sorted({_parts(member)[:-1] for member in shown_members} - holding):
            if folder and folder[:-1] in places:
                yield Content("/".join(folder), empty=True)


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Content:
    try:
        return Content(name, _read_member(archive, member))
    except AnswersError as error:
        return Content(name, reason=str(error))
    except _DAMAGE:
        return Content(name, reason=_DAMAGED)


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """The folders and the name of a file in a zip; none for a folder and for what a system hides."""
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    hidden = member.is_dir() or not parts or "__MACOSX" in parts or parts[-1].startswith(".")
    return () if hidden else parts


def _says_so(name: str, data: bytes) -> bool:
    """Whether a file claims to hold answers, by its name or by its first words; it may still be damaged."""
    named = "answers" in name.lower() and name.lower().endswith(".json")
    return not answers.is_set_aside(name) and bool(named or _SAYS.search(data[:2000]))


def claims_answers(found: Found) -> bool:
    """Whether `found` claims to hold answers; what does not is a companion of one that does in the same folder."""
    try:
        with found.path.open("rb") as file:
            start = file.read(2000)
    except OSError:
        return True  # read like the others, and said
    zipped = start.startswith(b"PK") and found.path.suffix.lower() in (".zip", "")  # a letter may be one within
    return zipped or _says_so(found.path.name, start)


def _could_be_answers(name: str) -> bool:
    return name.lower().endswith(".json") and name != "practice.json"


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
