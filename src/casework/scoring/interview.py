"""A path through a branching session."""

from __future__ import annotations

from typing import Any

from casework.content.interview import Interview
from casework.keys import ItemKey
from casework.records import ContentError
from casework.scoring.rule import ScoringRule


def score_path(interview: Interview, path: list[str], quality: dict[str, float]) -> float:
    """The points of a path as a share of the most that a sound path can earn; each choice counts once.

    A path is sound if it reaches an end, covers every safety topic and takes no unsafe choice (one of quality below
    0). Any other earns at most half, whatever its points.
    """
    most, _ = interview.best_path(quality)
    share = min(1.0, max(0.0, interview.points(path, quality) / most)) if most else 0.0
    return share if interview.is_sound(path, quality) else min(0.5, share)


class InterviewRule(ScoringRule[Interview], kinds=[Interview]):
    """Points of the path, of which an unsound one earns at most half."""

    def credit(self, activity: Interview, response: Any, key: ItemKey) -> float:
        return score_path(activity, response, key.weights)

    def check_parts(self, activity: Interview, key: ItemKey, where: str) -> None:
        strange = [name for name in key.weights if name not in activity.steps]
        if strange:
            raise ContentError(f"{where}: weights: unknown choice {', '.join(strange)}")
