"""Claims: what the evidence pages state, how strongly, on what, and when it was last reviewed.

A claim is written once, in `data/claims/`; a chapter cites it by its id. Nothing here knows Sphinx.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any

from casework.records import ID, ContentError, build, load_yaml, show


@dataclass(frozen=True)
class Word:
    """A word for strength, with the sentence that says what it means."""

    label: str
    meaning: str


@dataclass(frozen=True)
class Status:
    """How much of the source was read."""

    code: str
    label: str
    meaning: str


@dataclass(frozen=True)
class Scale:
    """The words a claim may be marked with, and how often claims are reviewed."""

    strengths: dict[str, Word]
    statuses: tuple[Status, ...]
    review_months: int = field(default=18)

    def status(self, code: str) -> Status:
        """The reading status with this code."""
        return next(status for status in self.statuses if status.code == code)


@dataclass(frozen=True)
class Claim:
    """One sentence a clinician can use, with what it rests on."""

    statement: str
    strength: str
    design: str
    limitation: str
    source: tuple[str, ...]
    status: str
    reviewed: datetime.date
    id: str
    section: str
    n: str = ""
    numbers: str = ""
    holds_until: datetime.date | None = None
    """The last day on which what it says is known to hold, such as the last day of a temporary law."""

    def next_review(self, scale: Scale) -> datetime.date:
        """The day on which this claim has to be looked at again; on the last day it holds, if that comes first."""
        months = self.reviewed.year * 12 + self.reviewed.month - 1 + scale.review_months
        year, month = months // 12, months % 12 + 1
        usual = datetime.date(year, month, min(self.reviewed.day, calendar.monthrange(year, month)[1]))
        return min(usual, self.holds_until or usual)

    def due(self, scale: Scale, today: datetime.date) -> bool:
        """Whether the review is due on `today`."""
        return today >= self.next_review(scale)


def load_claims(folder: Any = None) -> dict[str, Claim]:
    """All claims by id, in the order of the sections; anything wrong is a `ContentError`."""
    claims, problems = check_claims(folder)
    if problems:
        raise ContentError("\n".join(problems))
    return claims


def load_scale(folder: Any = None) -> Scale:
    """The words for strength and for what was read."""
    path = (folder or _data() / "claims") / "scale.yaml"
    data = load_yaml(path)
    if isinstance(data, dict) and "review-months" in data:
        data["review_months"] = data.pop("review-months")
    return build(Scale, data, str(path))


def check_claims(folder: Any = None) -> tuple[dict[str, Claim], list[str]]:
    """The claims that are sound, and a sentence for each thing that is wrong."""
    folder = folder or _data() / "claims"
    claims: dict[str, Claim] = {}
    problems: list[str] = []
    scale = load_scale(folder)
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if not path.name.endswith(".yaml") or path.name == "scale.yaml":
            continue
        for name, claim in _section(path, problems):
            where = f"{path}: {name}"
            try:
                if name in claims:
                    raise ContentError(f"{where}: the id is given twice; expected one claim for each id")
                claims[name] = _claim(claim, where, scale)
            except ContentError as error:
                problems.append(str(error))
    return claims, problems


def _data() -> Any:
    return files("casework.data")


def _section(path: Any, problems: list[str]) -> list[tuple[str, Any]]:
    try:
        data = load_yaml(path)
        expected = {"title": str, "reviewed": datetime.date, "claims": dict}
        if not isinstance(data, dict) or {name: type(value) for name, value in data.items()} != expected:
            raise ContentError(f"{path}: found {show(data)}, expected title, reviewed (a date) and claims")
    except ContentError as error:
        problems.append(str(error))
        return []
    shared = {"section": data["title"], "reviewed": data["reviewed"]}
    return [
        (str(name), {**shared, **claim, "id": str(name)} if isinstance(claim, Mapping) else claim)
        for name, claim in data["claims"].items()
    ]


def _claim(data: Any, where: str, scale: Scale) -> Claim:
    claim = build(Claim, data, where)
    codes = [status.code for status in scale.statuses]
    if not ID.fullmatch(claim.id):
        raise ContentError(f"{where}: an id must be words in lower case joined by hyphens")
    if claim.status == "U":
        raise ContentError(
            f"{where}: status U means that nobody has read this in a source; a claim that cannot be "
            "printed does not stand in the file. Read the source first"
        )
    if claim.status not in codes:
        raise ContentError(f"{where}: status: found {show(claim.status)}, expected one of {', '.join(codes)}")
    if claim.strength not in scale.strengths:
        raise ContentError(
            f"{where}: strength: found {show(claim.strength)}, expected one of {', '.join(scale.strengths)}"
        )
    if claim.status == "V2" and not re.search(r"\breported(ly)?\b", claim.statement):
        raise ContentError(
            f"{where}: status V2 means read only in what others say, so the statement must say "
            '"reported" or "reportedly"'
        )
    if claim.holds_until and claim.holds_until <= claim.reviewed:
        raise ContentError(
            f"{where}: holds_until ({claim.holds_until}) is not after reviewed ({claim.reviewed}); write what holds "
            "now, with the new last day, or without one"
        )
    if not claim.source:
        raise ContentError(f"{where}: source is empty; expected at least one key of the bibliography")
    for name in ("statement", "design", "limitation"):
        if not getattr(claim, name):
            raise ContentError(f"{where}: {name} is empty")
    return replace(claim, statement=" ".join(claim.statement.split()))


# Numbers in prose.

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_PLAIN = re.compile(
    rf"\b\d{{1,2}}(?:\s+to\s+\d{{1,2}})?\s+{_MONTH}\b"  # 12 August
    rf"|\b{_MONTH}\s+\d{{1,2}}\b(?!\s*%)"  # August 12
    r"|(?<![\d.,])(?:19|20)\d\d(?:s|[-–/](?:19|20)?\d\d)?\b(?!\s*%)(?![.,]\d)"  # 2021, 1990s, 2015-2019
    r"|\b(?:[Ss]ection|[Cc]hapter|[Pp]art|[Ff]igure|[Tt]able|[Ss]tep|[Pp]age|[Pp]hase|[Aa]ppendix)\s+\d+[a-z]?\b"
)
_TOKEN = re.compile(r"[^\s=<>≤≥≈~±()\[\]/;:,“”\"‘’–—−+×]+(?:,\d+)*")


def numbers_in(text: str) -> list[str]:
    """The numbers of a text that need a source.

    A number is a word that begins with a digit: 7, 8.8%, 0.5, 24-hour, 1,247. Not counted are years and dates, the
    number after section, chapter, part, figure, table, step, page, phase or appendix, and a name that begins with a
    letter (PHQ-9, CYP3A4).
    """
    tokens = _TOKEN.findall(_PLAIN.sub(" ", text))
    return [token.rstrip(".,!?") for token in tokens if token.lstrip("-$€£.'*")[:1].isdigit()]
