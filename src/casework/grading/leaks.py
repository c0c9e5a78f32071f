"""What must never leave the keys, and a search for it that sees through JSON, HTML and line breaks."""

from __future__ import annotations

import hashlib
import html
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from casework.couples import read_couple
from casework.keys import load_key

NO_KEYS = "There are no keys on this machine, so it could not be checked that no key is in what was made."
_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)", re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,500}>")
_REST = re.compile(r"[\W_]+")
_WAY = hashlib.sha256(Path(__file__).read_bytes()).digest()
SHORTEST = 20
"""Fewer letters than this of a rationale or model could stand anywhere by chance."""


@dataclass(frozen=True)
class Secret:
    """One text of a key file in letters alone, with and without its markup; `where` names exercise, item, field."""

    where: str
    letters: frozenset[str]


def load_secrets(folder: Path) -> list[Secret]:
    """Every canary, rationale and model answer in the key files of `folder`, and what is decided about its couples."""
    files = [*sorted(folder.glob("*.yaml")), *sorted(folder.glob("couples/*.yaml"))]
    return list(_read_secrets(tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files)))


@lru_cache(maxsize=1)
def _read_secrets(files: tuple[tuple[Path, int, int], ...]) -> tuple[Secret, ...]:
    # read once for all exercises of a course, and again whenever the date or size of a file is another
    found: list[Secret] = []
    for path, _, _ in files:
        found += _of_couple(path) if path.parent.name == "couples" else _of_exercise(path)
    return tuple(found)


def _of_exercise(path: Path) -> list[Secret]:
    found = []
    for item, key in load_key(path.stem, path.parent).items.items():
        texts = {"canary": key.canary, "rationale": key.rationale, "model": key.model}
        found += [
            Secret(f"{path.stem}, {item}: {name}", frozenset({_letters(text), _letters(_TAG.sub(" ", text))}))
            for name, text in texts.items()
            if name == "canary" or len(_letters(text)) >= SHORTEST
        ]
    return found


def _of_couple(path: Path) -> list[Secret]:
    couple = read_couple(path)
    texts = {"decision": couple.decision.text, **{name: wrong.why for name, wrong in couple.tempting.items()}}
    return [
        Secret(f"{path.stem}: {name}", frozenset({_letters(text)}))
        for name, text in texts.items()
        if len(_letters(text)) >= SHORTEST
    ]


def find_secrets(text: str, secrets: list[Secret]) -> list[str]:
    """Where the texts come from that stand in `text`, as they are or escaped for JSON or HTML."""
    plain = html.unescape(text)
    unescaped = html.unescape(_JSON_ESCAPE.sub(_unescape, text))
    written = {text, plain, unescaped, _TAG.sub(" ", plain), _TAG.sub(" ", unescaped)}
    forms = {_letters(form) for form in written}
    return [secret.where for secret in secrets if any(letters in form for letters in secret.letters for form in forms)]


def search_folder(folder: Path, secrets: list[Secret], record: Path | None = None) -> list[str]:
    """One line for each file under `folder` that holds something of a key.

    What is in a file that holds nothing is noted in `record`, and need not be searched for the same keys again.
    """
    searched_for = _digest(repr([(secret.where, sorted(secret.letters)) for secret in secrets]).encode())
    before = _noted(record, searched_for) if record else set()
    clean, lines = set(), []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        name = _digest(data)
        found = find_secrets(data.decode("utf-8", "ignore"), secrets) if name not in before else []
        lines += [f"{path}: holds the key of {where}" for where in found]
        clean |= set() if found else {name}
    if record:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps({"searched_for": searched_for, "clean": sorted(clean)}), encoding="utf-8")
    return lines


def _noted(record: Path, searched_for: str) -> set[str]:
    """What was found clean before; nothing, if other keys were looked for or in another way."""
    try:
        noted = json.loads(record.read_text(encoding="utf-8"))
        return set(noted["clean"]) if noted["searched_for"] == searched_for else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _digest(data: bytes) -> str:
    """A name for `data`, another one whenever the way of searching is another."""
    return hashlib.sha256(_WAY + data).hexdigest()


def _unescape(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return " " if match[2] in "nrtbf" else match[2]


def _letters(text: str) -> str:
    """Letters and digits alone: no line break, quotation mark or dash can hide a text."""
    return _REST.sub("", text.casefold())
