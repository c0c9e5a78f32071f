"""A point on a labelled scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.content.activity import Activity
from casework.records import ContentError, ResponseError


@dataclass(frozen=True, kw_only=True)
class Point:
    """One labelled point of a scale; `right` and `feedback` belong to practice only."""

    text: str
    right: bool = False
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class Rate(Activity):
    """A labelled scale, lowest point first. Response: the point's number, counted from 1.

    Several points may be right: experts rarely agree to the point.
    """

    scale: tuple[Point, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 3 <= len(self.scale) <= 11:
            raise ContentError(f"{self.id}: scale: found {len(self.scale)} points, expected 3 to 11")

    def key_fields(self) -> list[str]:
        return super().key_fields() + [
            f"scale.{number}.{name}"
            for number, point in enumerate(self.scale, 1)
            for name in ("right", "feedback")
            if getattr(point, name)
        ]

    def check(self, response: Any) -> None:
        if isinstance(response, bool) or not isinstance(response, int):
            raise ResponseError("expected the number of a point on the scale")
        if not 1 <= response <= len(self.scale):
            raise ResponseError(f"{response} is outside 1 to {len(self.scale)}")

    def is_blank(self, response: Any) -> bool:
        return response is None or response == ""

    def outline(self) -> list[tuple[str, list[str]]]:
        return [("Choose a point", [f"{number}: {point.text}" for number, point in enumerate(self.scale, 1)])]

    def describe(self, response: Any) -> list[str]:
        return [f"{response}: {self.scale[response - 1].text}"]
