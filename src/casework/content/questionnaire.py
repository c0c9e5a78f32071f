"""An instrument as a form: filled in by the trainee, or with a fictional person's answers to score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from casework.content.activity import Activity
from casework.instruments import Instrument, load_instrument, rules, score_answers
from casework.instruments.schema import ResponseOption
from casework.records import ContentError, ResponseError

SHOWN = (
    "title",
    "short_title",
    "construct",
    "form",
    "spoken",
    "direction",
    "higher_means",
    "licence",
    "items",
    "options",
    "context",
    "scoring",
    "bands",
    "cutoffs",
    "flags",
    "means_not",
)
"""What the page needs of an instrument's data."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The code one item should get, with the reason; for practice only."""

    code: int
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class Questionnaire(Activity):
    """One instrument, scored as it is filled in. Response: a mapping of item id to code.

    `context` gives what the scoring needs besides answers, such as `{sex: female}`; without it the reader chooses.
    Practice only: `case` gives the answers of `who`, in item order with null for one left out, and the result waits
    for a button; or `right` gives the answers that a story in the prompt calls for. `folded` keeps the form shut
    until the reader opens it, for a page with many.
    """

    instrument: str
    context: dict[str, str] = field(default_factory=dict)
    case: tuple[int | None, ...] = ()
    who: str = ""
    right: dict[str, Answer] = field(default_factory=dict)
    folded: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        given = {name: answer.code for name, answer in self.right.items()}
        if bool(self.case) != bool(self.who):
            raise ContentError(f"{self.id}: who says whose answers case gives, and each needs the other")
        if self.case and self.right:
            raise ContentError(f"{self.id}: expected case or right, not both")
        if (self.case or self.right) and self.closed:
            raise ContentError(f"{self.id}: {self.closed}")
        if self.right and len(given) < len(self.form.items):
            raise ContentError(f"{self.id}: right: found {len(given)} answers, expected {len(self.form.items)}")
        try:
            score_answers(self.form, list(self.case) if self.case else given, self.context)
        except ResponseError as error:
            raise ContentError(f"{self.id}: {error}") from None

    @property
    def form(self) -> Instrument:
        """The instrument itself."""
        return load_instrument(self.instrument)

    @property
    def closed(self) -> str:
        """Why this is no form to fill in; empty where it is one."""
        form = self.form
        if form.not_scored:
            return form.not_scored
        return " ".join(f"{reason[:1].upper()}{reason[1:]}" for reason in form.unestablished.values())

    def as_data(self) -> dict[str, Any]:
        data = self.form.as_data()
        shown = {"short_title": self.form.short_title, "title": self.form.title, "closed": self.closed}
        if not self.closed:
            shown = {name: data[name] for name in SHOWN if name in data}
            for name in ("construct", "form", "means_not", "scoring", "licence"):
                shown[name] = _without_sources(shown[name])
        case = {item.id: code for item, code in zip(self.form.items, self.case, strict=False) if code is not None}
        return {**super().as_data(), **({"case": case} if self.case else {}), "form": shown}

    def key_fields(self) -> list[str]:
        return super().key_fields() + [name for name in ("case", "right") if getattr(self, name)]

    def check(self, response: Any) -> None:
        if self.closed:
            raise ResponseError(f"{self.form.short_title} is not filled in here: {self.closed}")
        if not isinstance(response, dict):
            raise ResponseError("expected a code for each item")
        score_answers(self.form, response)

    def is_complete(self, response: Any) -> bool:
        return isinstance(response, dict) and None not in self.filled(response).values()

    def filled(self, response: dict[str, Any]) -> dict[str, int | None]:
        """Item id to its code, what the form's own rule lets a person leave out filled in."""
        form = self.form
        codes = {item.id: response.get(item.id) for item in form.items}
        for item in form.items:
            if codes[item.id] not in [option.code for option in form.options_of(item)]:
                codes[item.id] = None
        return codes | (rules.skipped(form.scoring.skips, codes) if form.scoring else {})

    def outline(self) -> list[tuple[str, list[str]]]:
        form = self.form
        if self.closed:
            return [(f"{form.title}: not a form to fill in", [self.closed])]
        given = dict(zip((item.id for item in form.items), self.case, strict=False))
        shared = (
            []
            if all(item.options for item in form.items)
            else [("Answers, with the code that is stored", [_option(option) for option in form.options])]
        )
        items = [
            item.text
            + (f" {'; '.join(map(_option, item.options))}" if item.options else "")
            + (f" → {given[item.id]}" if given.get(item.id) is not None else "")
            for item in form.items
        ]
        owner = [form.licence.attribution] if form.licence.attribution else []
        return [
            *shared,
            (f"{form.title}{f', as answered by {self.who}' if self.who else ''}", items),
            ("Licence", [*owner, form.licence.text]),
        ]

    def describe(self, response: Any) -> list[str]:
        lines = []
        for item in self.form.items:
            texts = {option.code: _option(option) for option in self.form.options_of(item)}
            lines.append(f"{item.text} → {texts.get(response.get(item.id), 'not answered')}")
        return lines


def _option(option: ResponseOption) -> str:
    return option.text if option.text == str(option.code) else f"{option.text} ({option.code})"


def _without_sources(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without_sources(value) for key, value in part.items() if key != "source"}
    return [_without_sources(value) for value in part] if isinstance(part, list) else part
