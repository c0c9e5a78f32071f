"""One file with everything that a browser keeps of the course, as the page *Your work* gives it.

```
{"format": "casework-work/1", "course": "…", "saved": "2026-11-22T10:04:31Z", "trainee": "T017",
 "kept": {"assessment-protocol": {an answer sheet}, "assessment-protocol@T009": {one set aside}, "practice": {…}}}
```
"""

from __future__ import annotations

import json
import re
from typing import Any

from casework import answers
from casework.answers import AnswersError
from casework.editions import is_given

FORMAT = "casework-work/1"
MAX_BYTES = 10_000_000
"""The most that a file may have; a browser keeps about half of it."""

PRACTICE = "practice"
_ASIDE = "@"
_SAID = re.compile(rb'"format"\s*:\s*"casework-work/1"')


def is_work(data: bytes) -> bool:
    """Whether `data` says at its beginning that it holds the work of a browser."""
    return bool(_SAID.search(data[:200]))


def current_sheets(data: bytes) -> dict[str, bytes]:
    """The answer sheets in `data` that somebody is answering, by exercise, each as a file of its own.

    What was set aside, practice and sheets without an answer are left out. Only the whole is looked at here: each sheet
    is read like any other file that was handed in.
    """
    try:
        held = json.loads(data.decode("utf-8-sig"), object_pairs_hook=answers.said_once)
    except AnswersError:
        raise
    except (UnicodeDecodeError, ValueError, RecursionError):
        held = None
    kept = held.get("kept") if isinstance(held, dict) and held.get("format") == FORMAT else None
    if not isinstance(kept, dict):
        raise AnswersError(
            "The file is damaged or cut short: ask the trainee to download all their work again on the page Your work."
        )
    found = {
        name: sheet for name, sheet in kept.items() if _ASIDE not in name and name != PRACTICE and _is_begun(sheet)
    }
    if not found:
        raise AnswersError("The file holds no exercise with an answer: ask the trainee for the work they want marked.")
    return {name: json.dumps(sheet, ensure_ascii=True).encode() for name, sheet in found.items()}


def _is_begun(sheet: Any) -> bool:
    given = sheet.get("answers") if isinstance(sheet, dict) and sheet.get("format") == answers.FORMAT else None
    return isinstance(given, dict) and any(map(is_given, given.values()))
