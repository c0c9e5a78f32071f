"""The verdict on an item: scored by its rule, blank, waiting for a supervisor, or not gradable and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from casework.content import Activity
from casework.content.write import LEVELS, Write
from casework.keys import ItemKey
from casework.records import ContentError, ResponseError
from casework.scoring.rule import ScoringRule


@dataclass(frozen=True)
class Verdict:
    """What became of one item: scored, blank (0 points), waiting for a supervisor, or not gradable and why.

    `points` is None exactly where no number may enter the gradebook.
    """

    state: Literal["scored", "blank", "waiting", "ungraded"]
    points: float | None
    reason: str = ""


def is_automatic(activity: Activity) -> bool:
    """Whether a rule scores this activity; a supervisor marks it otherwise."""
    return activity.kind in ScoringRule.of_kind


def credit(activity: Activity, response: Any, key: ItemKey) -> float:
    """The fraction of credit in [0, 1] for a valid, non-blank response."""
    return min(1.0, max(0.0, ScoringRule.of_kind[activity.kind].credit(activity, response, key)))


def judge(activity: Activity, response: Any, key: ItemKey) -> Verdict:
    """The verdict on `response` (None where the sheet has none); never raises on what a trainee wrote."""
    if activity.is_blank(response):
        return Verdict("blank", 0.0)
    try:
        activity.check(response)
    except ResponseError as error:
        return Verdict(
            "ungraded",
            None,
            f"could not be graded, because the answer does not fit "
            f"the question ({error}): ask the trainee to answer it again",
        )
    if not is_automatic(activity):
        return Verdict("waiting", None, "waiting for a supervisor")
    return Verdict("scored", round(credit(activity, response, key) * key.points, 2))


def judge_item(sheet: dict[str, Any], edition: str, activity: Activity, key: ItemKey) -> Verdict:
    """The verdict on one item of a whole answer sheet, with its edition taken into account.

    An item that a sheet of another edition does not answer may not have been asked: it is never taken as blank.
    """
    if activity.id not in sheet["answers"] and sheet["edition"] != edition:
        return Verdict(
            "ungraded",
            None,
            f"could not be graded, because the answers belong to edition {sheet['edition'] or 'unknown'} "
            f"and this is edition {edition}: ask the trainee to answer this item in the new edition",
        )
    return judge(activity, sheet["answers"].get(activity.id), key)


def rights_of(activity: Activity, key: ItemKey) -> list[Any]:
    """The responses that earn everything, none where a supervisor marks."""
    return ScoringRule.of_kind[activity.kind].rights(key) if is_automatic(activity) else []


def check_key(activity: Activity, key: ItemKey, where: str) -> None:
    """Raise `ContentError` unless `key` can judge `activity`: known ids, and the key itself earns 1."""
    if not (key.points > 0 and key.rationale and key.source and key.canary):
        raise ContentError(f"{where}: points above 0, rationale, source and canary are all needed")
    if is_automatic(activity):
        ScoringRule.of_kind[activity.kind].check_key(activity, key, where)
    else:
        _check_marked(activity, key, where)


def _check_marked(activity: Activity, key: ItemKey, where: str) -> None:
    if key.right is not None:
        raise ContentError(f"{where}: right: a written answer is marked by a supervisor and has none")
    most = max(LEVELS) * len(activity.rubric) if isinstance(activity, Write) else 0
    if most and key.points != most:
        raise ContentError(
            f"{where}: points: found {key.points:g}, expected {most}, the sum of the rubric's highest levels"
        )
