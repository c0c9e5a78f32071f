"""A number within its tolerance."""

from __future__ import annotations

from typing import Any

from casework.content.number import Number
from casework.keys import ItemKey
from casework.scoring.rule import ScoringRule


def score_number(response: float, right: float, tolerance: float, near: float) -> float:
    """1 within `tolerance` of `right`, half within `near`, else 0; both in the unit of the number."""
    distance = abs(response - right) - 1e-9
    if distance <= tolerance:
        return 1.0
    return 0.5 if distance <= near else 0.0


class NumberRule(ScoringRule[Number], kinds=[Number]):
    """Right, near or neither."""

    def credit(self, activity: Number, response: Any, key: ItemKey) -> float:
        return score_number(response, key.right, key.tolerance, key.near)
