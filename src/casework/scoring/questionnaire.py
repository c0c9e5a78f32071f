"""A form filled in as a story calls for."""

from __future__ import annotations

from typing import Any

from casework.content.questionnaire import Questionnaire
from casework.keys import ItemKey
from casework.scoring.rule import ScoringRule


def score_form(response: dict[str, int | None], right: dict[str, int]) -> float:
    """Share of the form's items that have the key's code; an item left open has none, and near is not right."""
    return sum(response.get(item) == code for item, code in right.items()) / len(right)


class QuestionnaireRule(ScoringRule[Questionnaire], kinds=[Questionnaire]):
    """Share of items with the right code; what the form's own rule lets a person leave out has the rule's."""

    def credit(self, activity: Questionnaire, response: Any, key: ItemKey) -> float:
        return score_form(activity.filled(response), key.right)
