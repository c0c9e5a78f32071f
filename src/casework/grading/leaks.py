"""What must never leave the keys, and a search for it that sees through JSON, HTML and line breaks."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

from casework.couples import read_couple
from casework.keys import load_key

_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)", re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,500}>")
SHORTEST = 20
"""Fewer letters than this of a rationale or model could stand anywhere by chance."""


@dataclass(frozen=True)
class Secret:
    """One text of a key file in letters alone, with and without its markup; `where` names exercise, item, field."""

    where: str
    letters: frozenset[str]


def load_secrets(folder: Path) -> list[Secret]:
    """Every canary, rationale and model answer in the key files of `folder`, and what is decided about its couples."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        for item, key in load_key(path.stem, folder).items.items():
            texts = {"canary": key.canary, "rationale": key.rationale, "model": key.model}
            found += [Secret(f"{path.stem}, {item}: {name}", frozenset({_letters(text), _letters(_TAG.sub(" ", text))}))
                      for name, text in texts.items()
                      if name == "canary" or len(_letters(text)) >= SHORTEST]
    for path in sorted(folder.glob("couples/*.yaml")):
        couple = read_couple(path)
        texts = {"decision": couple.decision.text, **{name: wrong.why for name, wrong in couple.tempting.items()}}
        found += [Secret(f"{path.stem}: {name}", frozenset({_letters(text)})) for name, text in texts.items()
                  if len(_letters(text)) >= SHORTEST]
    return found


def find_secrets(text: str, secrets: list[Secret]) -> list[str]:
    """Where the texts come from that stand in `text`, as they are or escaped for JSON or HTML."""
    plain = html.unescape(text)
    unescaped = html.unescape(_JSON_ESCAPE.sub(_unescape, text))
    forms = {_letters(form) for form in (text, plain, unescaped, _TAG.sub(" ", plain), _TAG.sub(" ", unescaped))}
    return [secret.where for secret in secrets
            if any(letters in form for letters in secret.letters for form in forms)]


def search_folder(folder: Path, secrets: list[Secret]) -> list[str]:
    """One line for each file under `folder` that holds something of a key."""
    lines = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found = find_secrets(path.read_bytes().decode("utf-8", "ignore"), secrets)
        lines += [f"{path}: holds the key of {where}" for where in found]
    return lines


def _unescape(match: re.Match) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return " " if match[2] in "nrtbf" else match[2]


def _letters(text: str) -> str:
    """Letters and digits alone: no line break, quotation mark or dash can hide a text."""
    return "".join(filter(str.isalnum, text.casefold()))
