"""What a trial would measure if people guessed their group: a calculation with stated assumptions, nothing observed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

TRUE_EFFECTS = [step / 10 for step in range(11)]
EXPECTANCIES = [step / 10 for step in range(11)]
GUESS_RATES = [rate / 100 for rate in range(50, 101, 5)]
GROUP_SIZES = [20, 50, 100, 300]


@dataclass(frozen=True)
class Measured:
    """The difference an average trial would measure, and where 95 of 100 such trials would fall."""

    mean: float
    low: float
    high: float


def measured(true_effect: float, expectancy: float, guess_rate: float, people_per_group: int) -> Measured:
    """The difference between the groups, in units of the spread among people with the same belief.

    A person improves by chance (spread 1), by `true_effect` if given the drug, and by `expectancy` if they believe
    they were. In each group a share `guess_rate` guesses right, so belief differs between the groups by
    `2 * guess_rate - 1` and has the variance `guess_rate * (1 - guess_rate)` within each.
    """
    if not 0.5 <= guess_rate <= 1:
        raise ValueError(f"guess_rate: found {guess_rate}, expected 0.5 (chance) to 1 (everybody)")
    mean = true_effect + expectancy * (2 * guess_rate - 1)
    within = 1 + expectancy**2 * guess_rate * (1 - guess_rate)
    half = 1.959964 * math.sqrt(2 * within / people_per_group)
    return Measured(mean, mean - half, mean + half)


def grid() -> dict[str, list[Any]]:
    """All that the page needs: what guessing adds, and half the width of the band; a true effect is only added.

    `added[expectancy][rate]` and `half[size][expectancy][rate]`, by position in the lists of values.
    """
    at_zero = [
        [[measured(0, expectancy, rate, size) for rate in GUESS_RATES] for expectancy in EXPECTANCIES]
        for size in GROUP_SIZES
    ]
    return {
        "effects": TRUE_EFFECTS,
        "expectancies": EXPECTANCIES,
        "rates": GUESS_RATES,
        "sizes": GROUP_SIZES,
        "added": [[round(one.mean, 4) for one in row] for row in at_zero[0]],
        "half": [[[round(one.high - one.mean, 4) for one in row] for row in size] for size in at_zero],
    }
