"""A written answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from casework.content.activity import Activity
from casework.content.build import ContentError, ResponseError

MAX_WRITTEN = 20_000
"""The longest written answer, in characters."""

LEVELS = range(4)
"""The levels of each criterion of a rubric, in points."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a partner says in deliberate practice, to be answered in one's own words."""

    who: str
    text: str
    model: str = ""


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One criterion of a rubric: what is looked for, and four levels in terms of what was done, worth 0 to 3 points."""

    text: str
    levels: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.levels) != len(LEVELS):
            raise ContentError(f"levels: found {len(self.levels)}, expected {len(LEVELS)}, the lowest first")


@dataclass(frozen=True, kw_only=True)
class Write(Activity):
    """A written answer. Response: text. `criteria`, then `model`, are shown after writing (practice).

    A `rubric` is shown before writing, so that nobody is marked on what was not said: three to five criteria, which
    a supervisor marks.

    With `line` it is deliberate practice: a partner's line is answered, the answer rated by its writer on each
    criterion (0 not yet, 1 partly, 2 yes), then a model shown, then `harder` tried. The response is then
    `{"line": {"text": …, "ratings": [2, 1, …]}, "harder": {…}}`, with what was reached.
    """

    kind: ClassVar[str] = "write"
    words: int = 0
    criteria: tuple[str, ...] = ()
    model: str = ""
    line: Line | None = None
    harder: Line | None = None
    rubric: dict[str, Criterion] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rubric and not 3 <= len(self.rubric) <= 5:
            raise ContentError(f"{self.id}: rubric: found {len(self.rubric)} criteria, expected three to five")
        if self.line and not self.criteria:
            raise ContentError(f"{self.id}: criteria: deliberate practice needs at least one")
        if self.line and self.model:
            raise ContentError(f"{self.id}: model: with line, each line holds its own model")
        if self.harder and not self.line:
            raise ContentError(f"{self.id}: harder: expected a line before it")

    def key_fields(self) -> list[str]:
        return super().key_fields() + [name for name in ("criteria", "model", "line", "harder") if getattr(self, name)]

    def check(self, response: Any) -> None:
        if not self.line:
            _check_text(response)
            return
        if not isinstance(response, dict) or not set(response) <= {"line", "harder"}:
            raise ResponseError("expected the attempts at the line and the harder line")
        for attempt in response.values():
            if not isinstance(attempt, dict) or not set(attempt) <= {"text", "ratings"}:
                raise ResponseError("expected the text and the ratings of an attempt")
            _check_text(attempt.get("text", ""))
            ratings = attempt.get("ratings", [])
            if not isinstance(ratings, list) or len(ratings) > len(self.criteria) or not all(
                    rating is None or (type(rating) is int and 0 <= rating <= 2) for rating in ratings):
                raise ResponseError("expected a rating of 0, 1 or 2 for each criterion")

    def is_blank(self, response: Any) -> bool:
        if self.line and isinstance(response, dict):
            return all(isinstance(attempt, dict) and not attempt.get("text") for attempt in response.values())
        return response is None or (isinstance(response, str) and not response.strip())

    def outline(self) -> list[tuple[str, list[str]]]:
        said = [(f"{self.line.who} says", [self.line.text])] if self.line else []
        read = [(f"Marked on: {one.text}", [f"{points}: {level}" for points, level in enumerate(one.levels)])
                for one in self.rubric.values()]
        return [*said, ("Write your answer", [f"About {self.words} words"] if self.words else []), *read]

    def describe(self, response: Any) -> list[str]:
        return [a.get("text", "") for a in response.values()] if isinstance(response, dict) else [response]


def _check_text(text: Any) -> None:
    if not isinstance(text, str):
        raise ResponseError("expected text")
    if len(text) > MAX_WRITTEN:
        raise ResponseError(f"the answer has {len(text):,} characters; {MAX_WRITTEN:,} are allowed")
