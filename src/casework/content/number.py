"""A number with a unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.content.activity import Activity
from casework.records import ContentError, ResponseError

LARGEST = 1e15
"""No answer is as large as this; a longer one could not be reckoned with."""


@dataclass(frozen=True, kw_only=True)
class Number(Activity):
    """A number from `low` to `high` in `unit`. Response: a number.

    Practice only: `right` within `tolerance`, with a reason for a right answer, one below and one above.
    """

    unit: str = ""
    low: float | None = None
    high: float | None = None
    right: float | None = None
    tolerance: float = 0.0
    feedback: str = ""
    too_low: str = ""
    too_high: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ContentError(f"{self.id}: low: found {self.low:g}, expected less than high, {self.high:g}")
        if self.tolerance < 0:
            raise ContentError(f"{self.id}: tolerance: found {self.tolerance:g}, expected 0 or more")
        if self.right is not None:
            try:
                self.check(self.right)
            except ResponseError as error:
                raise ContentError(f"{self.id}: right: {error}") from None

    def key_fields(self) -> list[str]:
        given = [name for name in ("tolerance", "feedback", "too_low", "too_high") if getattr(self, name)]
        return super().key_fields() + given + ([] if self.right is None else ["right"])

    def check(self, response: Any) -> None:
        if isinstance(response, bool) or not isinstance(response, (int, float)) or not abs(response) < LARGEST:
            raise ResponseError("expected a number")
        if (self.low is not None and response < self.low) or (self.high is not None and response > self.high):
            raise ResponseError(f"{response:g} is outside {self.range_text()}")

    def range_text(self) -> str:
        """The range and unit in words, empty where neither is given."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g} {self.unit}".strip()
        if self.low is not None:
            return f"{self.low:g} or more {self.unit}".strip()
        return f"{self.high:g} or less {self.unit}".strip() if self.high is not None else self.unit

    def is_blank(self, response: Any) -> bool:
        return response is None or response == ""

    def outline(self) -> list[tuple[str, list[str]]]:
        return [(f"Give a number{f', {self.range_text()}' if self.range_text() else ''}", [])]

    def describe(self, response: Any) -> list[str]:
        return [f"{response:g} {self.unit}".strip()]
