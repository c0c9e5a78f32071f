"""The rules an instrument's file may name, each a few lines, so that a page's script can repeat them exactly.

Numbers: `sum`, `mean`, `product`, `count` make one number of several; if one of them is unknown, so is the
result. Bands: `ranges` takes the highest `low` that the total reaches, `triage` the first level whose limits
hold, `none` has none. Missing answers: `complete` means that nothing is filled in or scaled up.

A limit holds, does not hold, or is unknown (None). It holds if any value it names reaches its limit, so that one known
answer can raise a flag while others are missing; it fails only when all are known and none does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Number = int | float
Values = Mapping[str, "Number | None"]
"""Everything that may be named in a rule: item id, step, subscale or `total`, to its number or None."""


def _mean(values: Sequence[Number], at_least: Number | None) -> float:
    # Half up to two decimals, the same in Python and in a page's script.
    return math.floor(sum(values) / len(values) * 100 + 0.5) / 100


NUMBERS: dict[str, Callable[[Sequence[Number], Number | None], Number]] = {
    "sum": lambda values, at_least: sum(values),
    "mean": _mean,
    "product": lambda values, at_least: math.prod(values),
    "count": lambda values, at_least: sum(value >= at_least for value in values),
}
"""Rule name to its arithmetic; `at_least` is the limit that `count` needs and the others do not read."""

BANDS = ("ranges", "triage", "none")
MISSING = ("complete",)


def work_out(part: Any, values: Values) -> Number | None:
    """The number of one part (sum, mean, product or count), or None where an answer it needs is missing."""
    found = [values[name] for name in part.of]
    return None if None in found else NUMBERS[part.rule](found, part.at_least)


def reverse(code: int, codes: Iterable[int]) -> int:
    """The points of a reversed item: its lowest code counts as the highest and so on."""
    codes = list(codes)
    return min(codes) + max(codes) - code


def holds(limit: Any, values: Values, context: Mapping[str, str]) -> bool | None:
    """Whether any value it names is at or above (or below) its limit; None where that is not known."""
    at_least = limit.at_least
    for name, limits in limit.at_least_by.items():
        at_least = limits.get(context.get(name))
        if at_least is None:
            return None
    known = [value for value in (values[name] for name in limit.of) if value is not None]
    if any(value < limit.below if at_least is None else value >= at_least for value in known):
        return True
    return False if len(known) == len(limit.of) else None


def all_hold(limits: Iterable[Any], values: Values, context: Mapping[str, str]) -> bool | None:
    """Whether every limit holds; one that fails settles it, whatever is unknown about the others."""
    found = [holds(limit, values, context) for limit in limits]
    if False in found:
        return False
    return None if None in found else True


def band(bands: Any, values: Values, context: Mapping[str, str]) -> str | None:
    """The name of the band, or None where there is none or it is not known."""
    if bands.rule == "ranges":
        total = values["total"]
        reached = [] if total is None else [level for level in bands.levels if total >= level.low]
        return max(reached, key=lambda level: level.low).name if reached else None
    for level in bands.levels:  # triage: order matters, and an open question stops the search
        found = all_hold(level.when, values, context)
        if found is not False:
            return level.name if found else None
    return None
