"""Codes of turns, beside an expert's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from casework.content.transcript import Transcript
from casework.keys import ItemKey
from casework.scoring.rule import ScoringRule


def agreement(pairs: Sequence[tuple[str, str]]) -> tuple[int, float | None]:
    """How many pairs of two coders' codes are alike, and Cohen's kappa: (observed - chance) / (1 - chance).

    Kappa is None where it is not defined: both coders used one and the same code only, or there are no pairs.
    Counted in whole numbers, so that nothing is lost to rounding.
    """
    alike = sum(own == expert for own, expert in pairs)
    ones, experts = Counter(own for own, _ in pairs), Counter(expert for _, expert in pairs)
    chance, every = sum(ones[code] * experts[code] for code in ones), len(pairs) ** 2
    return alike, None if chance == every else (len(pairs) * alike - chance) / (every - chance)


def score_codes(response: dict[str, str], right: dict[str, str]) -> float:
    """Cohen's kappa with the expert over every turn, not below 0.

    An open turn counts as a code of its own, so it never agrees. Changing a right code to a wrong one, or to none,
    never raises the score: where it would raise kappa itself, both values are below 0. Where kappa is not defined
    every turn is right, which earns 1.
    """
    _, kappa = agreement([(response.get(turn, ""), code) for turn, code in right.items()])
    return 1.0 if kappa is None else max(0.0, kappa)


class TranscriptRule(ScoringRule[Transcript], kinds=[Transcript]):
    """Agreement with the expert beyond chance."""

    def credit(self, activity: Transcript, response: Any, key: ItemKey) -> float:
        return score_codes(response, key.right)
