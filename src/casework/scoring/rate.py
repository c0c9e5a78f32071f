"""A point on a scale."""

from __future__ import annotations

from typing import Any

from casework.content.rate import Rate
from casework.keys import ItemKey
from casework.scoring.rule import ScoringRule


def score_rate(response: int, right: list[int]) -> float:
    """1 for a point the experts chose, half for a neighbour of one, else 0."""
    distance = min(abs(response - point) for point in right)
    return max(0.0, 1 - distance / 2)


class RateRule(ScoringRule[Rate], kinds=[Rate]):
    """How near it is to what experts chose; they may have chosen several points."""

    def rights(self, key: ItemKey) -> list[Any]:
        return key.right if isinstance(key.right, list) and key.right else [key.right]

    def credit(self, activity: Rate, response: Any, key: ItemKey) -> float:
        return score_rate(response, self.rights(key))
