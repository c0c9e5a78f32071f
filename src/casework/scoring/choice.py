"""One option, or any number of them."""

from __future__ import annotations

from typing import Any

from casework.content.choice import Choice
from casework.keys import ItemKey
from casework.scoring.rule import ScoringRule


def score_one(response: str, right: str, partial: dict[str, float]) -> float:
    """Credit for one chosen option: 1 for `right`, the stated part for a defensible one, else 0."""
    return 1.0 if response == right else partial.get(response, 0.0)


def score_many(response: list[str], right: list[str], options: list[str]) -> float:
    """Share of right options chosen less share of wrong options chosen, not below 0.

    Ticking everything earns 0 wherever there is a wrong option to tick.
    """
    chosen, correct = set(response), set(right)
    wrong = set(options) - correct
    hits = len(chosen & correct) / len(correct)
    slips = len(chosen & wrong) / len(wrong) if wrong else 0.0
    return max(0.0, hits - slips)


class ChoiceRule(ScoringRule[Choice], kinds=[Choice]):
    """One right option, with parts for defensible ones; or many, less the wrong ones."""

    def credit(self, activity: Choice, response: Any, key: ItemKey) -> float:
        if activity.many:
            return score_many(response, key.right, list(activity.options))
        return score_one(response, key.right, key.partial)
