"""Steps to put in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.content.activity import Activity, key_parts, known, texts
from casework.records import ContentError, ResponseError


@dataclass(frozen=True, kw_only=True)
class OrderStep:
    """One step of an `Order`; `feedback` belongs to practice only."""

    text: str
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class Order(Activity):
    """Steps to order, shown first as they are written. Response: every step id once, in order.

    `right` is the right order (practice only).
    """

    steps: dict[str, OrderStep]
    right: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.steps) < 3:
            raise ContentError(f"{self.id}: steps: found {len(self.steps)}, expected three or more")
        if self.right and sorted(self.right) != sorted(self.steps):
            raise ContentError(f"{self.id}: right: expected each of {', '.join(self.steps)} once")
        if self.right == tuple(self.steps):
            raise ContentError(f"{self.id}: steps: they are shown as written, and that is the right order already")

    def key_fields(self) -> list[str]:
        return super().key_fields() + (["right"] if self.right else []) + key_parts(self.steps, ("feedback",))

    def check(self, response: Any) -> None:
        if not isinstance(response, list) or not all(isinstance(step, str) for step in response):
            raise ResponseError("expected a list of steps")
        known(response, self.steps, "a step")
        if sorted(response) != sorted(self.steps):
            raise ResponseError("expected every step once")

    def outline(self) -> list[tuple[str, list[str]]]:
        return [("Put in order", texts(self.steps))]

    def describe(self, response: Any) -> list[str]:
        return [f"{number}. {self.steps[step].text}" for number, step in enumerate(response, 1)]
