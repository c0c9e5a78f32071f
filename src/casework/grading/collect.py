"""Collecting: from an inbox of handed-in files to nbgrader's submitted step, the newest of each trainee first.

Everything stays somewhere: what is accepted also stays in the inbox, what it replaces goes to the older ones, and
what is refused goes beside a reason.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat.v4

from casework import answers, work
from casework.answers import AnswersError
from casework.editions import remark as remark_on_editions
from casework.grading import CannotStart
from casework.grading.adopt import adopt
from casework.grading.attempts import Attempts, read_attempts
from casework.grading.course import TIMESTAMP, Course, shown
from casework.grading.exercise import Exercise, read_exercise, stamped
from casework.grading.inbox import Found, claims_answers, is_notebook, look, read_found, set_aside
from casework.grading.register import register
from casework.grading.submission import path_of, prepared
from casework.records import ContentError
from casework.storage import write_file

AHEAD = timedelta(minutes=10)
"""A file saved later than this from now comes from a wrong clock. It counts only while there is no other."""


class _OtherExercise(AnswersError):
    """The file is good, and answers another exercise than the one that is collected."""


@dataclass(frozen=True)
class Received:
    """One answers file that can be collected: its bytes as they came, and what they say."""

    data: bytes
    sheet: dict[str, Any]

    @property
    def digest(self) -> str:
        """Short hash of what the file says, whatever its line breaks."""
        return hashlib.sha256(json.dumps(self.sheet, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def file(self) -> str:
        """The SHA-256 of the file itself."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def rank(self) -> tuple[bool, datetime]:
        """The higher one counts: the later saved, but a time that has not come yet is below every possible one."""
        saved = answers.saved_at(self.sheet)
        return saved <= datetime.now(UTC) + AHEAD, saved


def collect(course: Course, inbox: Path, *, name: str | None = None, say: Callable[[str], Any] = print) -> bool:
    """Collect everything in `inbox`, or only what belongs to the exercise `name`; true if nothing was refused."""
    _check_inbox(course, inbox)
    exercises = {known: read_exercise(course, known, keys=False) for known in course.names()}
    adopt(course)
    attempts = read_attempts(course)
    if name:
        course.require(name)
    complete, touched = True, set()
    everything = [(found, _rank_in_folder(found)) for found in look(inbox)]
    good_folders = set()
    for found, rank in sorted(everything, key=lambda each: each[1]):  # what lies beside answers after them
        if rank and found.path.parent in good_folders:
            if not is_notebook(found.path.name):
                say(f"{shown(found.name)}: left alone: it lies beside answers, and holds none that count.")
            continue
        lines, refused, known = _take(course, inbox, found, exercises, name, attempts)
        complete &= not refused
        touched |= known
        good_folders |= {found.path.parent} if known and found.beside else set()
        for line in lines:
            say(f"{shown(found.name)}: {line}")
    for assignment in sorted(touched):
        try:
            register(course, exercises[assignment])
        except ContentError as error:
            complete = False
            say(str(error))
    if not everything:
        say(f"{shown(inbox)} holds no files.")
    return complete


def _check_inbox(course: Course, inbox: Path) -> None:
    """Refuse a folder of the course itself, out of which its own files would be moved as refused."""
    if not inbox.is_dir():
        raise CannotStart(f"There is no folder {shown(inbox)}: name the folder in which the handed-in files are.")
    folder, keys = inbox.resolve(), course.keys.resolve()
    rooms = [
        keys,
        course.exercises,
        course.released.parent,
        course.private,
        *(course.root / name for name in ("notebooks", "src", "tests", "work")),
    ]
    if any(place.is_relative_to(folder) for place in (course.root, keys)) or any(map(folder.is_relative_to, rooms)):
        raise CannotStart(
            f"{shown(inbox)} holds files of the course, and what is refused would be moved out of it: "
            "put the files you received into a folder of their own and name that one."
        )


def _rank_in_folder(found: Found) -> int:
    """0 for what may hold answers, 1 for what only lies beside them, where anything does."""
    if is_notebook(found.path.name):
        return 1
    plain = found.beside and found.path.is_file() and not found.path.is_symlink()
    return int(plain and not claims_answers(found))


def _take(
    course: Course, inbox: Path, found: Found, exercises: dict[str, Exercise], name: str | None, attempts: Attempts
) -> tuple[list[str], bool, set[str]]:
    """Collect what `found` is or holds: what is said, whether any was refused, and the exercises that were taken."""
    lines, reasons, known = [], [], set()
    in_folder: dict[str, list[tuple[str, str]]] = {}
    refused = False
    try:
        for content in read_found(found):
            if content.empty:
                lines.append(f"{shown(content.name)}: holds no answers file: see what lies there, and ask for it.")
                continue
            try:
                if content.reason:
                    raise AnswersError(content.reason)
                said, part_refused, taken = _take_data(course, content.data, exercises, name, attempts)
            except AnswersError as error:
                if not content.name:
                    raise
                if not isinstance(error, _OtherExercise):
                    reasons.append(f"{shown(content.name)[:80]}: not taken. {shown(error)}")
                continue
            refused |= part_refused
            known |= {exercise for exercise, _ in taken}
            in_folder.setdefault(content.name.rpartition("/")[0], []).extend(taken)
            lines += [f"{shown(content.name)}: {line}" for line in said] if content.name else said
        if not known:
            more = f" And {len(reasons) - 2} more." if len(reasons) > 2 else ""
            none = f"The zip holds no answers to {name}: move it back to the inbox and collect without --assignment."
            raise AnswersError(f"{' '.join(reasons[:2])}{more}" or none)
    except AnswersError as error:
        return [*lines, _refuse(inbox, found, str(error))], True, known
    except OSError as error:
        lines.append(f"left in the inbox, because it cannot be read or written: {error.strerror}.")
        return lines, True, known
    for taken in in_folder.values():
        lines += _say_whose(taken)
    return lines + reasons, refused or bool(reasons), known


def _take_data(
    course: Course, data: bytes, exercises: dict[str, Exercise], name: str | None, attempts: Attempts
) -> tuple[list[str], bool, list[tuple[str, str]]]:
    """Collect one sheet or the work of a browser; the same as `_take`, with whose each exercise is."""
    if work.is_work(data):
        return _take_work(course, work.current_sheets(data), exercises, name, attempts)
    received = _receive(data, exercises, name, course.moved())
    assignment, trainee = received.sheet["assignment"], received.sheet["trainee"]
    return [_keep(course, exercises[assignment], received, attempts)], False, [(assignment, trainee)]


def _say_whose(taken: list[tuple[str, str]]) -> list[str]:
    """A line where one file or folder holds exercises of several trainees, which may be a slip."""
    if len(owners := sorted({trainee for _, trainee in taken})) < 2:
        return []
    whose = "; ".join(f"{owner}: {', '.join(name for name, theirs in taken if theirs == owner)}" for owner in owners)
    return [
        f"This file holds work of {len(owners)} trainees ({whose}), and each was taken for the id on it: "
        "ask who handed it in whether that is right."
    ]


def _take_work(
    course: Course, sheets: dict[str, bytes], exercises: dict[str, Exercise], name: str | None, attempts: Attempts
) -> tuple[list[str], bool, list[tuple[str, str]]]:
    """Collect the sheets of one browser, each as if it had come alone; refused as a whole only if none can be."""
    lines, reasons, taken = [], [], []
    for assignment, data in sheets.items():
        if name and assignment != name:
            continue
        try:
            received = _receive(data, exercises, assignment, course.moved())
            line = _keep(course, exercises[assignment], received, attempts)
            taken.append((assignment, received.sheet["trainee"]))
            lines.append(f"{shown(assignment)}: {line}")
        except AnswersError as error:
            reasons.append(f"{shown(assignment)[:60]}: not taken. {shown(error)}")
    if not taken:
        raise AnswersError(
            " ".join(reasons)
            or f"The file holds no answers to {name}, but to {', '.join(map(shown, sheets))}: "
            "move it back to the inbox and collect without --assignment."
        )
    return lines + reasons, bool(reasons), taken


def _receive(data: bytes, exercises: dict[str, Exercise], name: str | None, moved: dict[str, str]) -> Received:
    """`data` as a file that can be collected, or an `AnswersError` that says what to do."""
    sheet = answers.parse(data)
    assignment = sheet["assignment"]
    if assignment not in exercises:
        known = ", ".join(exercises) or "none"
        raise AnswersError(
            f"The file answers {shown(ascii(assignment)[:60])}, and this course has no such exercise "
            f"(it has: {known}): ask for the file of the right exercise."
        )
    if name and assignment != name:
        raise _OtherExercise(
            f"The file answers {assignment}, and you are collecting {name}: "
            f"move it back to the inbox and collect {assignment}."
        )
    if not sheet["trainee"]:
        raise AnswersError("The file does not say whose it is: ask the trainee to enter their id and download again.")
    if (right := moved.get(sheet["trainee"])) is not None:
        return renamed(sheet, right)
    return Received(data, sheet)


def renamed(sheet: dict[str, Any], trainee: str) -> Received:
    """`sheet` as if it had been handed in under the id `trainee`."""
    ours = {**sheet, "trainee": trainee}
    return Received(json.dumps(ours, ensure_ascii=False).encode(), ours)


def _refuse(inbox: Path, found: Found, reason: str) -> str:
    try:
        target = set_aside(inbox, found, reason)
    except OSError as error:
        return f"refused, but left in the inbox ({error.strerror}). {shown(reason)}"
    return f"refused, see {shown(target.relative_to(inbox))}. {shown(reason)}"


def _keep(course: Course, exercise: Exercise, received: Received, attempts: Attempts) -> str:
    """Put `received` where it belongs, unless all of the trainee's attempts were graded; a line that says where."""
    trainee = received.sheet["trainee"]
    _refuse_namesake(course, trainee)
    folder = course.submitted / trainee / exercise.name
    if folder.is_symlink() or folder.parent.is_symlink():
        raise AnswersError(f"{shown(folder)} is a link: put a folder there instead, then move this file back.")
    place = folder / answers.FILE_NAME
    current = received_at(place)
    remarks = _remarks(exercise, received)
    back = kept_path(course.taken_back, exercise.name, received)
    if back.exists():
        where = shown(back.relative_to(course.root))
        return f"left alone, because it was taken back. To collect it after all, remove {where}."
    if current and current.digest == received.digest:
        complete(course, exercise, received)
        return "already collected." + remarks
    if kept_path(course.older, exercise.name, received).exists():
        return "already collected; a later file counts." + remarks
    if current and current.rank >= received.rank:
        write_file(kept_path(course.older, exercise.name, received), received.data)
        same = "saved at the same moment, and the first one collected counts"
        how = same if current.rank == received.rank else "saved later"
        return f"kept among the older ones, because {trainee} handed in another file {how}." + remarks
    made = attempts.of(trainee, exercise.name)
    if not attempts.left(trainee, exercise.name) and answers.digest_of_all(received.sheet) not in made:
        most = attempts.most[exercise.name]
        raise AnswersError(
            f"{trainee} has used {'the one attempt' if most == 1 else f'all {most} attempts'} at "
            f"{exercise.name} that the program allows, and other answers were graded: this file was not "
            f"taken. If the program gives another attempt, add a line +1 to grading/attempts/"
            f"{trainee}/{exercise.name}.txt and move this file back."
        )
    _put_among_older(course, exercise, place, current)
    write_file(place, received.data)
    complete(course, exercise, received)
    return f"collected for {trainee}{', in place of an earlier one' if current else ''}." + remarks


def _refuse_namesake(course: Course, trainee: str) -> None:
    there = [p.name for p in course.submitted.iterdir()] if course.submitted.is_dir() else []
    for other in there:
        if other != trainee and other.casefold() == trainee.casefold():
            raise AnswersError(
                f"The id {trainee} differs from {other}, who handed in before, only in capital letters: "
                "correct the id in one of the files, or ask the trainee for a file with the right id."
            )


def received_at(path: Path) -> Received | None:
    """The answers file that was collected to `path`; None where there is none that can be read."""
    try:
        data = answers.load(path)
        return Received(data, answers.parse(data))
    except (AnswersError, OSError):
        return None


def _put_among_older(course: Course, exercise: Exercise, place: Path, current: Received | None) -> None:
    """Keep the file that is about to be replaced, also one that was damaged after it was collected."""
    if current:
        write_file(kept_path(course.older, exercise.name, current), current.data)
    elif os.path.lexists(place):
        older = course.older / place.parent.parent.name / exercise.name
        older.mkdir(parents=True, exist_ok=True)
        number = next(n for n in range(1, 100_000) if not os.path.lexists(older / f"damaged-{n}.json"))
        os.rename(place, older / f"damaged-{number}.json")


def kept_path(room: Path, name: str, received: Received) -> Path:
    """Where `received`, which answers the exercise `name`, is kept in a room for files that do not count."""
    saved = str(received.sheet["saved"]).replace(":", "")
    return room / str(received.sheet["trainee"]) / name / f"{saved}-{received.digest}.json"


def complete(course: Course, exercise: Exercise, received: Received) -> None:
    """See that nbgrader finds what it wants beside the answers: a notebook, and when it was handed in."""
    notebook = path_of(course.submitted, received.sheet["trainee"], exercise.name)
    saved = min(answers.saved_at(received.sheet), datetime.now(UTC))
    _write_changed(notebook.with_name(TIMESTAMP), f"{saved.replace(tzinfo=None, microsecond=0)} UTC\n".encode())
    _write_changed(notebook, nbformat.v4.writes(prepared(stamped(exercise))).encode())


def _write_changed(path: Path, data: bytes) -> None:
    if not path.is_file() or path.read_bytes() != data:
        write_file(path, data)


def _remarks(exercise: Exercise, received: Received) -> str:
    """What a supervisor should know about a file that was accepted."""
    remarks = []
    edition = received.sheet["edition"]
    if edition != exercise.edition:
        remarks.append(
            f"It answers edition {edition or 'unknown'}, and this course has {exercise.edition}: items that "
            "edition did not ask are not scored."
        )
    old = remark_on_editions(received.sheet, exercise.edition, exercise.items, exercise.unscored)
    remarks += [shown(old)] if old else []
    asked = {*exercise.items, *exercise.unscored}
    unknown = [shown(item)[:60] for item in received.sheet["answers"] if item not in asked]
    if unknown:
        remarks.append(
            f"It answers {len(unknown)} item(s) this edition does not ask, which are not scored: "
            f"{', '.join(unknown[:5])}{', …' if len(unknown) > 5 else ''}."
        )
    halves = answers.remark_on_halves(received.sheet["answers"])
    if halves:
        remarks.append(shown(halves))
    if not received.rank[0]:
        remarks.append(
            f"Its clock is wrong (saved {received.sheet['saved']}, which has not come yet): it counts only "
            "until a file with a possible time comes."
        )
    return "".join(f" {remark}" for remark in remarks)
