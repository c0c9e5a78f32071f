"""A written answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from casework.content.activity import Activity
from casework.records import ContentError, ResponseError

MAX_WRITTEN = 20_000
"""The longest written answer, in characters."""

LEVELS = range(4)
"""The levels of each criterion of a rubric, in points."""


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
    """

    words: int = 0
    criteria: tuple[str, ...] = ()
    model: str = ""
    rubric: dict[str, Criterion] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rubric and not 3 <= len(self.rubric) <= 5:
            raise ContentError(f"{self.id}: rubric: found {len(self.rubric)} criteria, expected three to five")

    def key_fields(self) -> list[str]:
        return super().key_fields() + [name for name in ("criteria", "model") if getattr(self, name)]

    def check(self, response: Any) -> None:
        check_text(response)

    def is_blank(self, response: Any) -> bool:
        return response is None or (isinstance(response, str) and not response.strip())

    def outline(self) -> list[tuple[str, list[str]]]:
        read = [
            (f"Marked on: {one.text}", [f"{points}: {level}" for points, level in enumerate(one.levels)])
            for one in self.rubric.values()
        ]
        return [("Write your answer", [f"About {self.words} words"] if self.words else []), *read]

    def describe(self, response: Any) -> list[str]:
        return [response]


def check_text(text: Any) -> None:
    """Raise `ResponseError` unless `text` is text of at most `MAX_WRITTEN` characters."""
    if not isinstance(text, str):
        raise ResponseError("expected text")
    if len(text) > MAX_WRITTEN:
        raise ResponseError(f"the answer has {len(text):,} characters; {MAX_WRITTEN:,} are allowed")
