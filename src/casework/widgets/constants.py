"""What Python and the page must agree on: each value has its home in Python, and the page imports `constants.js`."""

from __future__ import annotations

import json

from casework import answers, work
from casework.content.rehearse import RATINGS
from casework.content.session import BOND
from casework.content.write import MAX_WRITTEN

CONSTANTS: dict[str, object] = {
    "FORMAT": answers.FORMAT,
    "MAX_BYTES": answers.MAX_BYTES,
    "TRAINEE_ID": answers.TRAINEE_ID,
    "BAD_ID": answers.BAD_ID,
    "EDITION": answers.EDITION,
    "WORK_FORMAT": work.FORMAT,
    "MAX_WORK": work.MAX_BYTES,
    "RESUMED": answers.RESUMED,
    "WHOSE": answers.WHOSE,
    "ASIDE": answers.ASIDE,
    "BACK": answers.BACK,
    "MAX_WRITTEN": MAX_WRITTEN,
    "RATINGS": RATINGS,
    "BOND": BOND,
}


def module_text() -> str:
    """The module that the page's scripts import as `./constants.js`."""
    return "".join(
        f"export const {name} = {json.dumps(value, ensure_ascii=False)};\n" for name, value in CONSTANTS.items()
    )
