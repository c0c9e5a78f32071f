"""Cards in bins, and in the slots of a cycle."""

from __future__ import annotations

from typing import Any

from casework.content.cyclemap import CycleMap
from casework.content.sort import Sort
from casework.keys import ItemKey
from casework.records import ContentError
from casework.scoring.rule import ScoringRule


def score_sort(
    response: dict[str, str], right: dict[str, str], weights: dict[str, float], unsafe: dict[str, tuple[str, ...]]
) -> float:
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


class SortRule(ScoringRule[Sort | CycleMap], kinds=[Sort, CycleMap]):
    """Weighted share of cards in their place, corrected for chance."""

    def credit(self, activity: Sort | CycleMap, response: Any, key: ItemKey) -> float:
        return score_sort(response, key.right, key.weights, key.unsafe)

    def check_parts(self, activity: Sort | CycleMap, key: ItemKey, where: str) -> None:
        strange = [card for card in key.weights if card not in activity.cards]
        strange += [place for home, bins in key.unsafe.items() for place in (home, *bins) if place not in activity.bins]
        if strange or not all(weight > 0 for weight in key.weights.values()):
            raise ContentError(f"{where}: weights, unsafe: unknown {', '.join(strange) or 'weight of 0 or less'}")
        if len(set(key.right.values())) < 2:
            raise ContentError(
                f"{where}: right: every card belongs in one place, which anyone could guess; expected two places or "
                "more"
            )
