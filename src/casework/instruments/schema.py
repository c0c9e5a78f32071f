"""An instrument as its file gives it: plain data, one dataclass a part; the other modules work with it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from casework.records import ContentError


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement and what it rests on: keys of the bibliography, an address, or "A choice of this course"."""

    text: str
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class ResponseOption:
    """One answer: the code that is stored, and the words shown beside it."""

    code: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question; `options` only where they differ from the instrument's."""

    id: str
    text: str
    options: tuple[ResponseOption, ...] = ()


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
class Skip:
    """A form's own rule that lets a person leave items out: where the codes in `when` hold, each `counts_as` this code.

    Only where a source states it (`source`, and `text` for what it says).
    """

    when: tuple[Limit, ...]
    left_out: tuple[str, ...]
    counts_as: int
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """From codes to numbers: `skips`, then `reverse` items, then `steps`, then `subscales`, then `total`."""

    text: str
    source: str
    missing: Missing
    skips: tuple[Skip, ...] = ()
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
    """One published rule for reliable change: from `points` upward a change is reliable.

    `speaks_of`: improvement, worsening or both; of another direction the rule says nothing. `possible` where the
    source gives several thresholds: from there upward a change is reliable in some of its samples, from `points` in
    all. `text` says what the rule is and how far it carries.
    """

    name: str
    points: int | float
    speaks_of: tuple[str, ...]
    text: str
    source: str
    possible: int | float | None = None


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A named number of points that a source calls important; it says nothing about reliable change."""

    points: int | float
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ChangeRule:
    """What is known of change between two occasions: each published rule by itself; `why` says what is not known."""

    why: str
    reliable: tuple[Reliable, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Two partners cross the line when `differs`, a cut-off or flag, holds for one and not for the other.

    It is no size and no sign of anything by itself; `text` says what it asks for.
    """

    differs: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True)
class CoupleRule:
    """How two partners' results stand together; `apart` where they must not."""

    text: str
    source: str
    apart: bool = False
    crossing: Crossing | None = None


@dataclass(frozen=True, kw_only=True)
class Vector:
    """A worked example: answers (a list in item order or item id to code) and some of what must come out."""

    label: str
    responses: Any
    expect: Any
    context: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """One questionnaire. `direction` says what a higher total is: worse, better or neither.

    `spoken`: a clinician asks aloud, alone with the person, and it is never sent home as a form.

    `unestablished` names fields whose content was not seen in a source that could be read, each with the
    reason. They stand in the file only so that their arithmetic can be checked: nothing of them is shown, and
    `score` does not use them unless it is told to.
    """

    id: str
    title: str
    short_title: str
    reviewed: str
    sources: tuple[str, ...]
    construct: Statement
    form: Statement
    use: Use
    direction: str
    higher_means: str
    licence: Licence
    reliability: Statement
    change_rule: ChangeRule
    couple_rule: CoupleRule
    means: tuple[Statement, ...]
    means_not: tuple[Statement, ...]
    not_scored: str = ""
    spoken: bool = False
    items: tuple[Item, ...] = ()
    options: tuple[ResponseOption, ...] = ()
    context: dict[str, Context] = field(default_factory=dict)
    scoring: Scoring | None = None
    bands: Bands | None = None
    cutoffs: dict[str, Flag] = field(default_factory=dict)
    flags: dict[str, Flag] = field(default_factory=dict)
    unestablished: dict[str, str] = field(default_factory=dict)
    vectors: tuple[Vector, ...] = ()

    def options_of(self, item: Item) -> tuple[ResponseOption, ...]:
        """The options of one item."""
        return item.options or self.options

    def flag(self, name: str) -> Flag:
        """The cut-off or flag of this id."""
        return (self.cutoffs | self.flags)[name]

    @property
    def top(self) -> int | float | None:
        """The highest total, where the file gives a range."""
        return (
            self.scoring.total.range[-1] if self.scoring and self.scoring.total and self.scoring.total.range else None
        )

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data of what a page may show and needs for scoring; nothing that is not established."""
        hidden = {"vectors", *self.unestablished}
        return {key: value for key, value in _filled(dataclasses.asdict(self)).items() if key not in hidden}


def _filled(value: Any) -> Any:
    """`value` with tuples as lists, and without the fields that are empty."""
    if isinstance(value, dict):
        filled = {key: _filled(part) for key, part in value.items()}
        return {key: part for key, part in filled.items() if part is not None and part not in ("", [], {})}
    return [_filled(part) for part in value] if isinstance(value, (list, tuple)) else value
