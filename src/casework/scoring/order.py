"""Steps in order."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from casework.content.order import Order
from casework.keys import ItemKey
from casework.scoring.rule import ScoringRule


def score_order(response: list[str], right: list[str]) -> float:
    """Kendall's tau between two orders, not below 0: pairs in the right order less pairs reversed, per pair.

    Neighbours exchanged cost little, a reversed order earns 0, and so does an order with no relation to the key.
    """
    place = {step: number for number, step in enumerate(response)}
    pairs = list(combinations(right, 2))
    return max(0.0, sum(1 if place[first] < place[second] else -1 for first, second in pairs) / len(pairs))


class OrderRule(ScoringRule[Order], kinds=[Order]):
    """How far two orders agree."""

    def credit(self, activity: Order, response: Any, key: ItemKey) -> float:
        return score_order(response, key.right)
