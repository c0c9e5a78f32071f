"""Cards to put into bins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.content.activity import Activity, key_parts, known, texts
from casework.records import ContentError, ResponseError


@dataclass(frozen=True, kw_only=True)
class Card:
    """One card of a `Sort`; `bin` and `feedback` belong to practice only."""

    text: str
    bin: str = ""
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class Sort(Activity):
    """Cards to put into bins. Response: a mapping of card id to bin id."""

    bins: dict[str, str]
    cards: dict[str, Card]

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.bins) < 2 or not self.cards:
            raise ContentError(f"{self.id}: expected two or more bins and at least one card")
        for name, card in self.cards.items():
            if card.bin and card.bin not in self.bins:
                raise ContentError(
                    f"{self.id}: cards: {name}: found bin {card.bin!r}, expected one of {', '.join(self.bins)}"
                )

    def key_fields(self) -> list[str]:
        return super().key_fields() + key_parts(self.cards, ("bin", "feedback"))

    def check(self, response: Any) -> None:
        if not isinstance(response, dict) or not all(isinstance(b, str) for b in response.values()):
            raise ResponseError("expected a bin for each card")
        known(response, self.cards, "a card")
        known(response.values(), self.bins, "a bin")

    def is_complete(self, response: Any) -> bool:
        return isinstance(response, dict) and len(response) == len(self.cards)

    def outline(self) -> list[tuple[str, list[str]]]:
        return [("Cards", texts(self.cards)), ("Put each under", list(self.bins.values()))]

    def describe(self, response: Any) -> list[str]:
        return [
            f"{card.text} → {self.bins[response[name]] if name in response else 'not sorted'}"
            for name, card in self.cards.items()
        ]
