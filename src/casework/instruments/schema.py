"""The parts of an instrument's file, one dataclass each; together with `form.Instrument` they are its schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from casework.content.build import ContentError


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One statement and what it rests on: keys of the bibliography, an address, or "A choice of this course"."""

    text: str
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer: the code that is stored, and the words shown beside it."""

    code: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question; `options` only where they differ from the instrument's."""

    id: str
    text: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """A number made by a named rule of `rules.NUMBERS` from items or from parts worked out before it."""

    rule: str
    of: tuple[str, ...]
    name: str = "total"
    at_least: int | float | None = None
    range: tuple[int | float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Limit:
    """Holds if any value named in `of` is at or above `at_least`, or below `below`.

    `at_least_by` gives the limit by something the clinician states: `{sex: {female: 3, male: 4}}`.
    """

    of: tuple[str, ...]
    at_least: int | float | None = None
    below: int | float | None = None
    at_least_by: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.at_least is not None) + (self.below is not None) + bool(self.at_least_by) != 1:
            raise ContentError("expected exactly one of at_least, below and at_least_by")


@dataclass(frozen=True, kw_only=True)
class Flag:
    """What to notice when every limit in `when` holds: a cut-off that is reached, or a finding that asks for an act."""

    when: tuple[Limit, ...]
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Band:
    """One band: from `low` upward (rule `ranges`), or where `when` holds (rule `triage`)."""

    name: str
    low: int | float | None = None
    when: tuple[Limit, ...] = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Bands:
    """The bands and their rule; with the rule `none`, `text` says why there are none."""

    rule: str
    source: str
    levels: tuple[Band, ...] = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What happens when an answer is missing; `rule` is one of `rules.MISSING`."""

    rule: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """From codes to numbers: `reverse` items first, then `steps`, then `subscales`, then `total`."""

    text: str
    source: str
    missing: Missing
    reverse: tuple[str, ...] = ()
    steps: tuple[Part, ...] = ()
    subscales: tuple[Part, ...] = ()
    total: Part | None = None
    no_total: str = ""


@dataclass(frozen=True, kw_only=True)
class Context:
    """Something besides the answers that a limit depends on, given as a keyword of `Instrument.score`."""

    text: str
    values: dict[str, str]
    source: str


@dataclass(frozen=True, kw_only=True)
class Use:
    """Who takes it, when, and who sees the result."""

    who: str
    when: str
    seen_by: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Licence:
    """Who owns the form, and whether its wording may be shown here (with `condition` and `attribution`)."""

    text: str
    text_allowed: bool
    source: str
    condition: str = ""
    attribution: str = ""


@dataclass(frozen=True, kw_only=True)
class Reliable:
    """Reliable change in points: from `certain` in every sample of the source, from `possible` in some."""

    certain: int | float
    possible: int | float
    among: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A named number of points that a source calls important; it says nothing about reliable change."""

    points: int | float
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ChangeRule:
    """What is known of change between two occasions; `why` says what is not."""

    why: str
    reliable: Reliable | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A gap between partners is named when `differs`, a cut-off or flag, holds for one and not for the other."""

    differs: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class CoupleRule:
    """How two partners' results stand together; `apart` where they must not."""

    text: str
    source: str
    apart: bool = False
    gap: Gap | None = None


@dataclass(frozen=True, kw_only=True)
class Vector:
    """A worked example: answers (a list in item order or item id to code) and some of what must come out."""

    label: str
    responses: Any
    expect: Any
    context: dict[str, str] = field(default_factory=dict)
