"""Absolute effects from event counts, by named methods of statsmodels; pure functions."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95% interval."""

    estimate: float
    low: float
    high: float


def share(events: int, people: int) -> Interval:
    """The share of people with the event, with Wilson's score interval."""
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(events, people, alpha=0.05, method="wilson")
    return Interval(events / people, float(low), float(high))


def risk_difference(treat_events: int, treat_n: int, control_events: int, control_n: int) -> Interval:
    """The difference of two shares with Newcombe's hybrid score interval (1998, method 10).

    It joins two Wilson intervals, so it stays within -1 and 1 and holds for small groups; it needs two
    independent groups.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(
        treat_events, treat_n, control_events, control_n, method="newcomb", compare="diff", alpha=0.05
    )
    return Interval(treat_events / treat_n - control_events / control_n, float(low), float(high))


@dataclass(frozen=True)
class NumberNeeded:
    """How many people are treated for one more (`benefit`) or one fewer (`harm`) to have the event.

    `kind` is `benefit`, `harm`, or `none`: the interval of the difference includes no effect, and no number is
    given. `low` and `high` are the ends of the interval in whole people, the smaller first.
    """

    kind: str
    number: int | None = None
    low: int | None = None
    high: int | None = None


def number_needed(difference: Interval) -> NumberNeeded:
    """The reciprocal of a risk difference and of its interval, rounded up to whole people (Altman 1998).

    Where the interval includes zero the reciprocal would run through infinity, so it is not defined.
    """
    if difference.low <= 0 <= difference.high:
        return NumberNeeded("none")
    ends = sorted(abs(end) for end in (difference.low, difference.high))
    return NumberNeeded(
        "benefit" if difference.low > 0 else "harm",
        whole(1 / abs(difference.estimate)),
        whole(1 / ends[1]),
        whole(1 / ends[0]),
    )


def whole(number: float) -> int:
    """Rounded up, but 4.000000001, which is 4 with an error of arithmetic, stays 4."""
    return math.ceil(round(number, 9))


def number_needed_words(needed: NumberNeeded, difference: Interval) -> str:
    """The number needed to treat as a sentence can hold it."""
    if needed.kind == "none":
        return "not defined: the interval includes no effect" + (" and harm" if difference.low < 0 else "")
    if needed.kind == "harm":
        return f"{needed.number} ({needed.low} to {needed.high}) for one person fewer with the outcome"
    return f"{needed.number} ({needed.low} to {needed.high})"
