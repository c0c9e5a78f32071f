"""A couple's negative cycle as a figure whose slots take cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.content.activity import Activity, key_parts, known, texts
from casework.records import ContentError, ResponseError

NOWHERE = "none"
"""The slot of a card that is no part of the cycle."""


@dataclass(frozen=True, kw_only=True)
class CycleCard:
    """One card of a `CycleMap`; `slot` and `feedback` belong to practice only."""

    text: str
    slot: str = ""
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class CycleMap(Activity):
    """What each of two partners does, fears and feels, as a loop. Response: a mapping of card id to slot id.

    A slot id is a partner's id with `-does`, `-feels` or `-fears`; `none` holds what is no part of the cycle.
    """

    partners: dict[str, str]
    cards: dict[str, CycleCard]

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.partners) != 2 or not self.cards:
            raise ContentError(f"{self.id}: expected exactly two partners and at least one card")
        for name, card in self.cards.items():
            if card.slot and card.slot not in self.bins:
                raise ContentError(
                    f"{self.id}: cards: {name}: found slot {card.slot!r}, expected one of {', '.join(self.bins)}"
                )

    @property
    def bins(self) -> dict[str, str]:
        """Slot id to label, once round the loop: what one does, what the other makes of it, feels and does."""
        (one, first), (two, second) = self.partners.items()
        return {
            f"{one}-does": f"What {first} does",
            f"{two}-fears": f"What {second} fears it means",
            f"{two}-feels": f"What {second} feels beneath",
            f"{two}-does": f"What {second} does",
            f"{one}-fears": f"What {first} fears it means",
            f"{one}-feels": f"What {first} feels beneath",
            NOWHERE: "Not part of this cycle",
        }

    def as_data(self) -> dict[str, Any]:
        return {**super().as_data(), "bins": self.bins}

    def key_fields(self) -> list[str]:
        return super().key_fields() + key_parts(self.cards, ("slot", "feedback"))

    def check(self, response: Any) -> None:
        if not isinstance(response, dict) or not all(isinstance(s, str) for s in response.values()):
            raise ResponseError("expected a slot for each card")
        known(response, self.cards, "a card")
        known(response.values(), self.bins, "a slot")

    def is_complete(self, response: Any) -> bool:
        return isinstance(response, dict) and len(response) == len(self.cards)

    def outline(self) -> list[tuple[str, list[str]]]:
        return [("Cards", texts(self.cards)), ("Put each under, once round the cycle", list(self.bins.values()))]

    def describe(self, response: Any) -> list[str]:
        return [
            f"{card.text} → {self.bins[response[name]] if name in response else 'not placed'}"
            for name, card in self.cards.items()
        ]
