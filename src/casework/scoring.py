"""From a response and a key to credit: pure functions, no files and no widgets.

Every rule returns a fraction in [0, 1]: the key earns 1, a blank earns 0, and adding a wrong choice never
raises it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from casework.content import (
    Activity,
    Choice,
    ContentError,
    CycleMap,
    Interview,
    Number,
    Order,
    Questionnaire,
    Rate,
    ResponseError,
    Sort,
    Transcript,
    Write,
)
from casework.content.paths import best
from casework.content.write import LEVELS
from casework.keys import ItemKey


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


def score_sort(response: dict[str, str], right: dict[str, str], weights: dict[str, float],
               unsafe: dict[str, tuple[str, ...]]) -> float:
    """Weighted share of cards in their bin, corrected for chance, not below 0.

    `weights` gives a card's weight (1 where not given). `unsafe` maps the bin a card belongs in to bins whose
    choice would do harm; such an error costs the card's own weight as well as not earning it. The correction is
    (share - base) / (1 - base), where base is the most that one and the same bin for every card would earn: that
    earns 0, as ticking everything does in a many-choice.
    """
    worth = {card: weights.get(card, 1.0) for card in right}
    total, earned = sum(worth.values()), 0.0
    for card, home in right.items():
        put = response.get(card)
        if put == home:
            earned += worth[card]
        elif put in unsafe.get(home, ()):
            earned -= worth[card]
    base = max(sum(worth[card] for card in right if right[card] == bin_) for bin_ in right.values())
    return max(0.0, (earned - base) / (total - base))


def score_order(response: list[str], right: list[str]) -> float:
    """Kendall's tau between two orders, not below 0: pairs in the right order less pairs reversed, per pair.

    Neighbours exchanged cost little, a reversed order earns 0, and so does an order with no relation to the key.
    """
    place = {step: number for number, step in enumerate(response)}
    pairs = [(a, b) for number, a in enumerate(right) for b in right[number + 1:]]
    return max(0.0, sum(1 if place[a] < place[b] else -1 for a, b in pairs) / len(pairs))


def score_number(response: float, right: float, tolerance: float, near: float) -> float:
    """1 within `tolerance` of `right`, half within `near`, else 0; both in the unit of the number."""
    distance = abs(response - right) - 1e-9
    return 1.0 if distance <= tolerance else 0.5 if distance <= near else 0.0


def score_rate(response: int, right: list[int]) -> float:
    """1 for a point the experts chose, half for a neighbour of one, else 0."""
    distance = min(abs(response - point) for point in right)
    return max(0.0, 1 - distance / 2)


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


def score_form(response: dict[str, int], right: dict[str, int]) -> float:
    """Share of the form's items that have the key's code; an item left open has none, and near is not right."""
    return sum(response.get(item) == code for item, code in right.items()) / len(right)


def score_path(interview: Interview, path: list[str], quality: dict[str, float]) -> float:
    """The points of a path as a share of the most that a sound path can earn; each choice counts once.

    A path is sound if it reaches an end, covers every safety topic and takes no unsafe choice (one of quality below
    0). Any other earns at most half, whatever its points.
    """
    most, _ = best(interview, quality)
    share = min(1.0, max(0.0, interview.points(path, quality) / most)) if most else 0.0
    return share if interview.is_sound(path, quality) else min(0.5, share)


def _credit_order(activity: Order, response: Any, key: ItemKey) -> float:
    return score_order(response, key.right)


def _credit_number(activity: Number, response: Any, key: ItemKey) -> float:
    return score_number(response, key.right, key.tolerance, key.near)


def _credit_rate(activity: Rate, response: Any, key: ItemKey) -> float:
    return score_rate(response, key.right if isinstance(key.right, list) else [key.right])


def _credit_choice(activity: Choice, response: Any, key: ItemKey) -> float:
    if activity.many:
        return score_many(response, key.right, list(activity.options))
    return score_one(response, key.right, key.partial)


def _credit_sort(activity: Sort | CycleMap, response: Any, key: ItemKey) -> float:
    return score_sort(response, key.right, key.weights, key.unsafe)


def _credit_transcript(activity: Transcript, response: Any, key: ItemKey) -> float:
    return score_codes(response, key.right)


def _credit_interview(activity: Interview, response: Any, key: ItemKey) -> float:
    return score_path(activity, response, key.weights)


def _credit_questionnaire(activity: Questionnaire, response: Any, key: ItemKey) -> float:
    return score_form(response, key.right)


RULES: dict[str, Callable[[Any, Any, ItemKey], float]] = {
    "choice": _credit_choice,
    "order": _credit_order,
    "sort": _credit_sort,
    "number": _credit_number,
    "rate": _credit_rate,
    "transcript": _credit_transcript,
    "interview": _credit_interview,
    "cyclemap": _credit_sort,
    "questionnaire": _credit_questionnaire,
}
"""Kind of activity to its rule; a kind that is not here is marked by a supervisor."""


@dataclass(frozen=True)
class Verdict:
    """What became of one item: scored, blank (0 points), waiting for a supervisor, or not gradable and why.

    `points` is None exactly where no number may enter the gradebook.
    """

    state: Literal["scored", "blank", "waiting", "ungraded"]
    points: float | None
    reason: str = ""


def credit(activity: Activity, response: Any, key: ItemKey) -> float:
    """The fraction of credit in [0, 1] for a valid, non-blank response."""
    return min(1.0, max(0.0, RULES[activity.kind](activity, response, key)))


def judge(activity: Activity, response: Any, key: ItemKey) -> Verdict:
    """The verdict on `response` (None where the sheet has none); never raises on what a trainee wrote."""
    if activity.is_blank(response):
        return Verdict("blank", 0.0)
    try:
        activity.check(response)
    except ResponseError as error:
        return Verdict("ungraded", None, f"could not be graded, because the answer does not fit "
                       f"the question ({error}): ask the trainee to answer it again")
    if activity.kind not in RULES:
        return Verdict("waiting", None, "waiting for a supervisor")
    return Verdict("scored", round(credit(activity, response, key) * key.points, 2))


def judge_item(sheet: dict, edition: str, activity: Activity, key: ItemKey) -> Verdict:
    """The verdict on one item of a whole answer sheet, with its edition taken into account.

    An item that a sheet of another edition does not answer may not have been asked: it is never taken as blank.
    """
    if activity.id not in sheet["answers"] and sheet["edition"] != edition:
        return Verdict("ungraded", None,
                       f"could not be graded, because the answers belong to edition {sheet['edition'] or 'unknown'} "
                       f"and this is edition {edition}: ask the trainee to answer this item in the new edition")
    return judge(activity, sheet["answers"].get(activity.id), key)


def _check_written(activity: Activity, key: ItemKey, where: str) -> None:
    if key.right is not None:
        raise ContentError(f"{where}: right: a written answer is marked by a supervisor and has none")
    most = max(LEVELS) * len(activity.rubric) if isinstance(activity, Write) else 0
    if most and key.points != most:
        raise ContentError(f"{where}: points: found {key.points:g}, expected {most}, the sum of the rubric's highest "
                           "levels")


def check_key(activity: Activity, key: ItemKey, where: str) -> None:
    """Raise `ContentError` unless `key` can judge `activity`: known ids, and the key itself earns 1."""
    if not (key.points > 0 and key.rationale and key.source and key.canary):
        raise ContentError(f"{where}: points above 0, rationale, source and canary are all needed")
    if activity.kind not in RULES:
        _check_written(activity, key, where)
        return
    several = isinstance(activity, Rate) and isinstance(key.right, list) and key.right
    rights = key.right if several else [key.right]
    try:
        for right in rights:
            activity.check(right)
            if not activity.is_complete(right):
                raise ResponseError("the key leaves something unanswered")
        for option in key.partial:
            activity.check(option)
    except ResponseError as error:
        raise ContentError(f"{where}: right: {error}") from None
    if not all(0 < part < 1 for part in key.partial.values()) or key.right in list(key.partial):
        raise ContentError(f"{where}: partial: expected parts between 0 and 1 for options other than the right one")
    if isinstance(activity, Interview):
        strange = [name for name in key.weights if name not in activity.steps]
        if strange:
            raise ContentError(f"{where}: weights: unknown choice {', '.join(strange)}")
    if isinstance(activity, (Sort, CycleMap)):
        strange = [card for card in key.weights if card not in activity.cards]
        strange += [b for home, bins in key.unsafe.items() for b in (home, *bins) if b not in activity.bins]
        if strange or not all(weight > 0 for weight in key.weights.values()):
            raise ContentError(f"{where}: weights, unsafe: unknown {', '.join(strange) or 'weight of 0 or less'}")
        if len(set(key.right.values())) < 2:
            raise ContentError(f"{where}: right: every card belongs in one place, which anyone could guess; expected "
                               "two places or more")
    if any(credit(activity, right, key) != 1 for right in rights):
        raise ContentError(f"{where}: right: the key itself does not earn full credit")
