"""Deliberate practice: a partner's line, answered in one's own words, and looked at by whoever answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.content.activity import Activity
from casework.content.write import check_text
from casework.records import ContentError, ResponseError

RATINGS = ("Not yet", "Partly", "Yes")
"""What one may say of one's own answer, criterion by criterion; kept as 0, 1 or 2."""

_LINES_BEFORE = ("line", "harder")
"""What the first and the second line were called before a response held a list of tries."""


@dataclass(frozen=True, kw_only=True)
class PartnerLine:
    """What a partner says, to be answered; `model` is one way to answer."""

    who: str
    text: str
    model: str = ""


@dataclass(frozen=True, kw_only=True)
class Rehearse(Activity):
    """A partner's line answered in one's own words. Response: `{"tries": [{"text": …, "ratings": {…}}, …]}`.

    There is a try for each line that was reached, in the order of `lines`, which grow harder. An answer is rated by
    its writer on each of the `criteria` (id to question), then the line's model is shown, then the next line offered.
    `ratings` maps the id of a criterion to 0, 1 or 2.
    """

    lines: tuple[PartnerLine, ...]
    criteria: dict[str, str]
    words: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.lines:
            raise ContentError(f"{self.id}: lines: found none, expected what a partner says")
        if not self.criteria:
            raise ContentError(f"{self.id}: criteria: deliberate practice needs at least one")

    def key_fields(self) -> list[str]:
        return [*super().key_fields(), "criteria", "lines"]

    def upgraded(self, response: Any) -> Any:
        if not isinstance(response, dict) or not response or not set(response) <= set(_LINES_BEFORE):
            return response
        tries = []
        for name in _LINES_BEFORE[: len(self.lines)]:
            attempt = response.get(name)
            if not isinstance(attempt, dict):
                break
            ratings = attempt.get("ratings")
            rated = dict(zip(self.criteria, ratings, strict=False)) if isinstance(ratings, list) else {}
            kept = {criterion: rating for criterion, rating in rated.items() if rating is not None}
            tries.append({"text": attempt.get("text", ""), "ratings": kept})
        return {"tries": tries}

    def check(self, response: Any) -> None:
        response = self.upgraded(response)
        if not isinstance(response, dict) or set(response) != {"tries"} or not isinstance(response["tries"], list):
            raise ResponseError("expected the tries at each line")
        if len(response["tries"]) > len(self.lines):
            raise ResponseError(f"found {len(response['tries'])} tries, expected at most {len(self.lines)}")
        for attempt in response["tries"]:
            self._check_try(attempt)

    def _check_try(self, attempt: Any) -> None:
        if not isinstance(attempt, dict) or set(attempt) != {"text", "ratings"}:
            raise ResponseError("expected the text and the ratings of a try")
        check_text(attempt["text"])
        ratings = attempt["ratings"]
        if not isinstance(ratings, dict) or not set(ratings) <= set(self.criteria):
            raise ResponseError("expected a rating for each criterion")
        if not all(type(rating) is int and rating in range(len(RATINGS)) for rating in ratings.values()):
            raise ResponseError("expected a rating of 0, 1 or 2 for each criterion")

    def is_blank(self, response: Any) -> bool:
        tries = self._tries(response)
        return response is None or (tries is not None and not any(text.strip() for text in tries))

    def _tries(self, response: Any) -> list[str] | None:
        """The texts of the tries, or None where the response has another shape."""
        response = self.upgraded(response)
        tries = response.get("tries") if isinstance(response, dict) else None
        if not isinstance(tries, list) or not all(isinstance(attempt, dict) for attempt in tries):
            return None
        texts = [attempt.get("text") for attempt in tries]
        return [text for text in texts if isinstance(text, str)]

    def outline(self) -> list[tuple[str, list[str]]]:
        first = self.lines[0]
        return [
            (f"{first.who} says", [first.text]),
            ("Write your answer", [f"About {self.words} words"] if self.words else []),
        ]

    def describe(self, response: Any) -> list[str]:
        return self._tries(response) or []
