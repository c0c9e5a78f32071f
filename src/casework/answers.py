"""The answer sheet: one small file, `answers.json`, that holds everything a trainee hands in.

```
{"format": "casework-answers/1", "assignment": "assessment-protocol", "edition": "3f9a1c",
 "trainee": "T017", "saved": "2026-11-22T10:04:31Z", "answers": {"who-first": "couple"},
 "editions": {"who-first": "9b80fa"}}
```

`editions` may be missing; it names the answers that were given to another edition and not looked at since.

Reading is strict, writing is atomic and item by item, and keys this version does not know are kept. Half a character,
as a browser leaves of an emoji that it cuts in two, is the one thing that is replaced: no file or kernel takes it.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from casework.editions import is_given, with_answers
from casework.storage import write_file

FORMAT = "casework-answers/1"
FILE_NAME = "answers.json"
MAX_BYTES = 1_000_000
MAX_DEPTH = 20

TRAINEE_ID = r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
"""The form of a trainee's id, which is also the name of a folder, in the words that Python and JavaScript share."""

BAD_ID = (
    "An id has letters, digits, single dots, hyphens or underscores, at most 64, and begins with a letter or a digit."
)
RESUMED = "Your answers from the file are back."
WHOSE = "Here is work of {}: say first whose it is."
ASIDE = "The answers of {} are set aside; they come back with that id."
BACK = "The answers of {} are back."

HALF = "\ufffd"
"""What is read and shown in place of half a character."""

EDITION = "[0-9a-f]{6,64}"
"""The form of an edition, in the words that Python and JavaScript share."""

_EDITION = re.compile(EDITION)
_SAVED = "%Y-%m-%dT%H:%M:%SZ"


class AnswersError(ValueError):
    """An answers file cannot be used; the message is one sentence that says what to do."""


def is_trainee_id(text: Any) -> bool:
    """Whether `text` may name a trainee: letters, digits, dot, hyphen, underscore; at most 64."""
    return isinstance(text, str) and re.fullmatch(TRAINEE_ID, text) is not None


def empty(assignment: str, edition: str | None = None, trainee: str = "") -> dict[str, Any]:
    """A sheet with no answers yet."""
    return {
        "format": FORMAT,
        "assignment": assignment,
        "edition": edition or "",
        "trainee": trainee,
        "saved": now(),
        "answers": {},
    }


def now() -> str:
    """The time in UTC as the sheet writes it, to the second."""
    return datetime.now(UTC).strftime(_SAVED)


def saved_at(sheet: dict[str, Any]) -> datetime:
    """When `sheet` was last saved, in UTC."""
    return datetime.strptime(sheet["saved"], _SAVED).replace(tzinfo=UTC)


def parse(data: bytes) -> dict[str, Any]:
    """The sheet in `data`, or an `AnswersError`; nothing is guessed, and nothing repaired but half a character."""
    if not data.strip():
        raise AnswersError("The file is empty: ask the trainee to download their answers again and send that file.")
    if len(data) > MAX_BYTES:
        raise AnswersError(
            f"The file has {len(data):,} bytes and an answers file has at most {MAX_BYTES:,}: "
            "ask for the file that Download my answers gives."
        )
    try:
        # some editors put a byte order mark before a text; a page that resumes from the file skips it too
        sheet = json.loads(
            data.decode("utf-8-sig"), parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=said_once
        )
    except UnicodeDecodeError:
        raise AnswersError("This is not a text file: ask for the file that Download my answers gives.") from None
    except RecursionError:
        raise AnswersError(
            "The file is nested too deeply to be an answers file: ask for the file that Download my answers gives."
        ) from None
    except AnswersError:
        raise
    except ValueError as error:
        where = f"in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise AnswersError(
            f"The file is damaged or cut short ({where}): ask the trainee to download their answers again."
        ) from None
    mended: dict[str, Any] = whole(checked(sheet))
    return mended


def whole(value: Any) -> Any:
    """Plain data as `value` is, with `HALF` for each half of a character in its texts."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [whole(part) for part in value]
    if isinstance(value, dict):
        return {whole(key): whole(part) for key, part in value.items()}
    return value


def remark_on_halves(given: dict[str, Any]) -> str:
    """A sentence about the answers, by item, that hold half a character; empty where none does."""
    items = [item[:60] for item, answer in given.items() if HALF in json.dumps(answer, ensure_ascii=False)]
    if not items:
        return ""
    return (
        f"The answer to {', '.join(items)} holds half a character, as an emoji that was cut in two leaves it: "
        f"it is shown as {HALF}."
    )


def said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The `pairs` of one JSON object, or an `AnswersError` where a name stands twice: nobody could say which counts."""
    said: dict[str, Any] = {}
    for name, value in pairs:
        if name in said:
            raise AnswersError(
                f"The file says {_short(name)} twice, and nobody can tell which one counts: ask the trainee to "
                "download their answers again."
            )
        said[name] = value
    return said


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a value an answer can have")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{_short(text)} is too large a number")
    return number


def checked(sheet: Any) -> dict[str, Any]:
    """`sheet` itself if it is an answer sheet in every known field, else an `AnswersError`."""
    if not isinstance(sheet, dict) or "format" not in sheet:
        raise AnswersError(
            "This is not an answers file of this course: ask for the file that Download my answers gives."
        )
    if sheet["format"] != FORMAT:
        raise AnswersError(
            f"The file says its format is {_short(sheet['format'])}; this course reads {FORMAT}: "
            "update the course, or ask for a new download."
        )
    for key, fits, wanted in (
        ("assignment", lambda v: isinstance(v, str) and v, "the name of an exercise"),
        ("edition", _is_edition, "letters and digits"),
        (
            "trainee",
            lambda v: v == "" or is_trainee_id(v),
            "at most 64 letters, digits, dots, hyphens or underscores, starting with a letter or digit",
        ),
        ("saved", _is_time, "a time such as 2026-11-22T10:04:31Z"),
        ("answers", lambda v: isinstance(v, dict), "answers by item"),
    ):
        if key not in sheet:
            raise AnswersError(f"The file has no {key!r}: ask the trainee to download their answers again.")
        if not fits(sheet[key]):
            raise AnswersError(
                f"{key!r} is {_short(sheet[key])}; expected {wanted}: ask the trainee to put it right "
                "and download again."
            )
    editions = sheet.get("editions", {})
    if not isinstance(editions, dict) or not all(map(_is_edition, editions.values())):
        raise AnswersError(
            f"'editions' is {_short(editions)}; expected an edition by item: ask the trainee to download their answers "
            "again."
        )
    if _depth(sheet) > MAX_DEPTH:
        raise AnswersError(
            "The file is nested too deeply to be an answers file: ask for the file that Download my answers gives."
        )
    return sheet


def _is_edition(value: Any) -> bool:
    return isinstance(value, str) and (not value or bool(_EDITION.fullmatch(value)))


def _is_time(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.strptime(value, _SAVED))
    except ValueError:
        return False


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= MAX_DEPTH:
        deepest += 1
        level = [
            child
            for parent in level
            if isinstance(parent, (dict, list))
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
    return deepest


def _short(value: Any) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."


def read(path: Path) -> dict[str, Any]:
    """The sheet in the file `path`: a regular file of at most `MAX_BYTES`, else an `AnswersError`."""
    return parse(load(path))


def load(path: Path) -> bytes:
    """The bytes of the file `path`, which is a regular file of at most `MAX_BYTES`, else an `AnswersError`."""
    if path.is_symlink() or not path.is_file():
        there = path.is_symlink() or path.exists()
        raise AnswersError(
            "This is a link or a folder, not a file: put the file itself here."
            if there
            else "There is no answers file: nothing was handed in here."
        )
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        size = path.stat().st_size
        raise AnswersError(
            f"The file has {size:,} bytes and an answers file has at most {MAX_BYTES:,}: "
            "ask for the file that Download my answers gives."
        )
    return data


def digest_of(answer: Any) -> str:
    """The SHA-256 of one answer, or an empty text where there is none."""
    return _digest(answer) if is_given(answer) else ""


def digest_of_all(sheet: dict[str, Any]) -> str:
    """The SHA-256 of the answers alone, whatever the file's date; what was emptied again is no answer."""
    return _digest({item: answer for item, answer in sheet["answers"].items() if is_given(answer)})


def _digest(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def belonging(sheet: dict[str, Any], assignment: str, trainee: str | None = None) -> dict[str, Any]:
    """`sheet` itself if it answers `assignment` (and is `trainee`'s, where given), else an `AnswersError`."""
    if sheet["assignment"] != assignment:
        raise AnswersError(
            f"These answers belong to the exercise {_short(sheet['assignment'])}, "
            f"not to {assignment!r}: hand in the file of this exercise."
        )
    if trainee is not None and sheet["trainee"] != trainee:
        raise AnswersError(
            f"The file names the trainee {sheet['trainee']!r} but lies in the folder of {trainee!r}: "
            "collect it again from the inbox."
        )
    return sheet


def write(path: Path, sheet: dict[str, Any]) -> None:
    """Put `sheet` at `path` whole or not at all; a reader never sees half a file."""
    text = json.dumps(whole(sheet), ensure_ascii=False, indent=1, allow_nan=False)
    write_file(path, text.encode(), mode=0o600, durable=True)


def update(
    path: Path,
    start: dict[str, Any],
    *,
    trainee: str | None = None,
    answers: dict[str, Any] | None = None,
    editions: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Change single items of the sheet at `path` and return the whole; `start` is used where there is none.

    An answer is given to the edition of `start`, unless `editions` names another for its item.
    The file is read again under a lock, so that two windows on one sheet keep each other's answers and the
    newest answer to an item wins. A file that cannot be read is set aside, never overwritten.
    """
    with FileLock(path.parent / ".answers-lock", timeout=10):
        sheet = start
        if path.exists():
            try:
                sheet = read(path)
            except AnswersError:
                set_aside(path)
        if sheet["assignment"] != start["assignment"]:
            set_aside(path)
            sheet = start
        edition = start["edition"] or sheet["edition"]
        sheet = with_answers(sheet, edition, whole(answers or {}), editions) | {"saved": now()}
        if trainee is not None:
            sheet["trainee"] = trainee
        write(path, sheet)
        return sheet


def set_aside(path: Path, trainee: str = "") -> None:
    """Give the file at `path`, where there is one, another name beside it: `trainee`'s, or the next number."""
    if path.exists():
        own = aside_of(path, trainee)
        os.replace(path, own if trainee and not own.exists() else _free_name(path))


def is_set_aside(name: str) -> bool:
    """Whether a file called `name` was set aside, by `set_aside` or for another trainee."""
    return re.fullmatch(rf"{Path(FILE_NAME).stem}-(?:set-aside-\d+|of-(?:{TRAINEE_ID}))\.json", name) is not None


def aside_of(path: Path, trainee: str) -> Path:
    """Where the sheet of `trainee` lies while another one uses the sheet at `path`."""
    return path.with_name(f"{path.stem}-of-{trainee}{path.suffix}")


def change_owner(path: Path, trainee: str) -> bool:
    """Set the sheet at `path` aside for its owner and bring back what `trainee` left; true if there was any."""
    with FileLock(path.parent / ".answers-lock", timeout=10):
        left = aside_of(path, trainee) if trainee else None
        comes_back = left is not None and left.is_file()
        if path.exists():
            try:
                owner = read(path)["trainee"]
            except AnswersError:
                owner = ""
            set_aside(path, owner)  # first, so that whatever happens next each sheet lies under a name
        if left is not None and comes_back:
            os.replace(left, path)
        return comes_back


def _free_name(path: Path) -> Path:
    for number in range(1, 10_000):
        candidate = path.with_name(f"{path.stem}-set-aside-{number}{path.suffix}")
        if not candidate.exists():
            return candidate
    raise AnswersError(f"{path.parent} holds too many files that were set aside: remove some.")
