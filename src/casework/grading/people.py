"""Whose work it is, put right: a file taken back, work moved to another id, and everything of one id forgotten."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy import delete, select, update

from casework import answers
from casework.grading import CannotStart
from casework.grading.backup import ASIDE, ROOM
from casework.grading.collect import complete, kept_path, received_at, renamed
from casework.grading.course import MOVED, Course, shown
from casework.grading.exercise import read_exercise
from casework.grading.submission import path_of
from casework.grading.tables import Attempt, Excused, Graded, KeptMark, Words
from casework.storage import write_file


def take_back(course: Course, trainee: str, name: str) -> str:
    """Undo the file of `trainee` that counts for `name`: the one before it counts again. A sentence that says so."""
    exercise = read_exercise(course, course.require(name), keys=False)
    _check_id(trainee)
    folder = course.submitted / trainee / name
    wrong = received_at(folder / answers.FILE_NAME)
    if wrong is None:
        raise CannotStart(f"Nothing of {shown(trainee)} was collected for {name} that could be taken back.")
    write_file(kept_path(course.taken_back, name, wrong), wrong.data)
    older = [found for path in (course.older / trainee / name).glob("*.json") if (found := received_at(path))]
    before = max(older, key=lambda found: found.rank, default=None)
    others = {answers.digest_of_all(found.sheet) for found in older}
    with course.gradebook() as gradebook:
        if (digest := answers.digest_of_all(wrong.sheet)) not in others:
            mine = select(Attempt.id).filter_by(student=trainee, assignment=name, digest=digest)
            gradebook.db.execute(update(Graded).where(Graded.attempt.in_(mine)).values(attempt=None))
            gradebook.db.execute(delete(Attempt).where(Attempt.id.in_(mine)))
        if before is None:
            _forget_rows(gradebook, trainee, name)
        gradebook.db.commit()
        if before is None:
            with contextlib.suppress(MissingEntry):
                gradebook.remove_submission(name, trainee)
    kept = f"The file saved {wrong.sheet['saved']} lies in grading/taken-back now."
    if before is None:
        for step in (course.submitted, course.autograded, course.feedback):
            shutil.rmtree(step / trainee / name, ignore_errors=True)
        return f"{kept} There was none before it: {trainee} has handed in nothing for {name}."
    write_file(folder / answers.FILE_NAME, before.data)
    complete(course, exercise, before)
    kept_path(course.older, name, before).unlink(missing_ok=True)
    return f"{kept} The one saved {before.sheet['saved']} counts again: run casework grade {name}."


def move(course: Course, old: str, new: str) -> list[str]:
    """Let everything of the id `old` be that of `new`; the exercises that were moved.

    Raises `CannotStart` where both have handed in the same exercise: nobody's work is merged with another's.
    """
    for trainee in (old, new):
        _check_id(trainee)
    names = _exercises_of(course, old)
    if not names:
        raise CannotStart(f"Nothing was handed in under the id {shown(old)}.")
    if both := sorted(set(names) & set(_exercises_of(course, new))):
        raise CannotStart(
            f"{old} and {new} have both handed in {', '.join(both)}: nothing was moved. Take one of the two back first "
            f"(casework take-back {old} {both[0]})."
        )
    digests = {}
    for room in (course.submitted, course.older, course.taken_back):
        for path in sorted((room / old).rglob("*.json")):
            if (found := received_at(path)) is None:
                continue
            moved = renamed(found.sheet, new)
            digests[found.file] = moved.file
            folder = path.relative_to(room / old).parent
            is_current = path.name == answers.FILE_NAME
            target = room / new / folder / path.name if is_current else kept_path(room, folder.name, moved)
            write_file(target, moved.data)
            path.unlink()
    for step in (course.submitted, course.autograded, course.feedback, course.older, course.private / "attempts"):
        _move_files(step / old, step / new)
    with course.gradebook() as gradebook:
        db = gradebook.db
        for table in (Attempt, KeptMark, Excused):
            db.execute(update(table).where(table.student == old).values(student=new))
        try:
            rows = list(gradebook.find_student(old).submissions)
        except MissingEntry:
            rows = []
        if rows:
            gradebook.update_or_create_student(new)
        for row in rows:
            row.student_id = new
            last = db.get(Graded, row.id)
            if last is not None:
                last.file = digests.get(last.file, last.file)
        db.commit()
        if rows:
            db.expire_all()
            gradebook.remove_student(old)
    _note_moved(
        course, {**{one: new if to == old else to for one, to in course.moved().items() if one != new}, old: new}
    )
    for name in names:  # the page names its trainee
        path_of(course.feedback, new, name).with_suffix(".html").unlink(missing_ok=True)
    return names


def excuse(course: Course, trainee: str, name: str, item: str, *, undo: bool = False) -> None:
    """Leave `item` of the exercise `name` out for `trainee`, or count it again."""
    items = read_exercise(course, course.require(name), keys=False).items
    if item not in items:
        raise CannotStart(f"There is no question {shown(item)} in {name}; there is: {', '.join(items)}.")
    _check_id(trainee)
    with course.gradebook() as gradebook:
        gradebook.db.execute(delete(Excused).filter_by(student=trainee, assignment=name, item=item))
        if not undo:
            gradebook.db.add(Excused(student=trainee, assignment=name, item=item))
        gradebook.db.commit()


def forget(course: Course, trainee: str) -> list[Path]:
    """Delete everything of `trainee`, and return the files of the course's folder that still hold an id of theirs."""
    _check_id(trainee)
    moved = course.moved()
    ids = [trainee, *(one for one, to in moved.items() if to == trainee)]
    rooms = [path for path in course.private.iterdir() if path.is_dir() and not path.name.startswith(ASIDE)]
    for room in rooms:
        if room.name != ROOM:
            shutil.rmtree(room / trainee, ignore_errors=True)
    if course.has_gradebook():
        with course.gradebook() as gradebook:
            _forget_rows(gradebook, trainee)
            gradebook.db.commit()
            with contextlib.suppress(MissingEntry):
                gradebook.remove_student(trainee)
        _compact(course)
    _note_moved(course, {one: to for one, to in moved.items() if trainee not in (one, to)})
    return list(_holding(course, ids))


def _check_id(trainee: str) -> None:
    """Refuse what is no id before it is part of the name of a folder."""
    if not answers.is_trainee_id(trainee):
        raise CannotStart(f"{shown(trainee)!r} cannot be an id. {answers.BAD_ID}")


def _note_moved(course: Course, pairs: dict[str, str]) -> None:
    """Write down which ids were moved to which; no file where there are none."""
    path = course.private / MOVED
    if pairs:
        write_file(path, "".join(f"{one} {other}\n" for one, other in sorted(pairs.items())).encode())
    else:
        path.unlink(missing_ok=True)


def _forget_rows(gradebook: Gradebook, trainee: str, name: str | None = None) -> None:
    """Delete what our tables hold of `trainee`, of the exercise `name` or of all."""
    db = gradebook.db
    try:
        rows = [row for row in gradebook.find_student(trainee).submissions if name in (None, row.assignment.name)]
    except MissingEntry:
        rows = []
    for row in rows:
        ids = [grade.id for part in row.notebooks for grade in part.grades]
        db.execute(delete(Words).where(Words.grade_id.in_(ids)))
        db.execute(delete(Graded).where(Graded.submission_id == row.id))
    for table in (Attempt, KeptMark):
        of = delete(table).where(table.student == trainee)
        db.execute(of if name is None else of.where(table.assignment == name))
    if name is None:
        db.execute(delete(Excused).filter_by(student=trainee))


def _exercises_of(course: Course, trainee: str) -> list[str]:
    """The exercises of which something of `trainee` is anywhere."""
    found = {
        path.name
        for room in (course.submitted, course.older, course.autograded)
        for path in (room / trainee).glob("*/")
        if (room / trainee).is_dir()
    }
    with course.gradebook() as gradebook:
        found |= set(gradebook.db.scalars(select(Attempt.assignment).where(Attempt.student == trainee)))
    return sorted(found)


def _move_files(old: Path, new: Path) -> None:
    """Move what is left in the folder `old` to `new`, unless it is there already."""
    for path in sorted(old.rglob("*")):
        target = new / path.relative_to(old)
        if path.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.rename(path, target)
    shutil.rmtree(old, ignore_errors=True)


def _compact(course: Course) -> None:
    """Write the gradebook anew, without what was deleted in it."""
    if course.gradebook_file is not None:
        with contextlib.closing(sqlite3.connect(course.gradebook_file)) as gradebook:
            gradebook.execute("vacuum")


def _holding(course: Course, ids: list[str]) -> Iterator[Path]:
    """The files of the course's folder in which one of `ids` stands by itself, in their name or their bytes."""
    edge, any_id = "[A-Za-z0-9._-]", "|".join(map(re.escape, ids))
    pattern = re.compile(f"(?<!{edge})(?:{any_id})(?!{edge})".encode())
    places = [*course.private.rglob("*"), *course.root.glob("*"), *(course.root / "inbox").rglob("*")]
    for path in sorted({path for path in places if path.is_file() and not path.is_symlink()}):
        holds = pattern.search(path.name.encode()) or pattern.search(path.read_bytes())
        if holds or (path.suffix == ".zip" and _zip_holds(path, pattern)):
            yield path


def _zip_holds(path: Path, pattern: re.Pattern[bytes]) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(
                pattern.search(entry.filename.encode()) or pattern.search(archive.read(entry))
                for entry in archive.infolist()
            )
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return True  # nobody can tell
