"""The rules an instrument's file may name, each a few lines, so that a page's script can repeat them exactly.

Numbers: `sum`, `mean`, `product`, `count` make one number of several, and none of them falls when a value rises; so
an open answer gives a number two ends, its lowest and its highest. Bands: `ranges` takes the highest `low` that the
total reaches, `triage` the first level whose limits hold, `none` has none. Missing answers: `complete` means that
nothing is filled in or scaled up. Skips: what a form's own rule lets a person leave out counts as that rule says.

A limit holds, does not hold, or is unknown (None). It holds if any value it names reaches its limit at both ends, so
that nothing that is still open can undo it; it fails only when all values fail at both ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from casework.instruments.schema import Bands, Limit, Part, Skip

Number = int | float
Span = tuple[Number, Number]
"""The lowest and the highest that a number can be, whatever the open answers are; twice the same where it is known."""

Spans = Mapping[str, Span]
"""Everything that may be named in a rule: item id, step, subscale or `total`."""


def _mean(values: Sequence[Number], at_least: Number | None) -> float:
    # Half up to two decimals, the same in Python and in a page's script.
    return math.floor(sum(values) / len(values) * 100 + 0.5) / 100


NUMBERS: dict[str, Callable[[Sequence[Number], Number | None], Number]] = {
    "sum": lambda values, at_least: sum(values),
    "mean": _mean,
    "product": lambda values, at_least: math.prod(values),
    "count": lambda values, at_least: sum(value >= (at_least or 0) for value in values),
}
"""Rule name to its arithmetic; `at_least` is the limit that `count` needs and the others do not read."""

BANDS = ("ranges", "triage", "none")
MISSING = ("complete",)


def work_out(part: Part, spans: Spans) -> Span:
    """The two ends of one part (sum, mean, product or count)."""
    low, high = ([spans[name][end] for name in part.of] for end in (0, 1))
    return NUMBERS[part.rule](low, part.at_least), NUMBERS[part.rule](high, part.at_least)


def known(span: Span) -> Number | None:
    """The number itself, or None where its ends differ."""
    return span[0] if span[0] == span[1] else None


def reverse(code: int, codes: Iterable[int]) -> int:
    """The points of a reversed item: its lowest code counts as the highest and so on."""
    codes = list(codes)
    return min(codes) + max(codes) - code


def skipped(skips: Iterable[Skip], codes: Mapping[str, int | None]) -> dict[str, int]:
    """Item id to the code that counts, for what a form's own rule lets a person leave out and was left out.

    An answer that contradicts the rule undoes it: then nothing is filled in.
    """
    filled: dict[str, int] = {}
    for skip in skips:
        answers = {**codes, **filled}
        spans = {name: (code, code) for name, code in answers.items() if code is not None}
        asked = all(name in spans for limit in skip.when for name in limit.of)
        left_out = [name for name in skip.left_out if answers[name] is None]
        contradicted = any(answers[name] not in (None, skip.counts_as) for name in skip.left_out)
        if asked and not contradicted and all_hold(skip.when, spans, {}):
            filled |= dict.fromkeys(left_out, skip.counts_as)
    return filled


def holds(limit: Limit, spans: Spans, context: Mapping[str, str]) -> bool | None:
    """Whether any value it names is at or above (or below) its limit; None where that is still open.

    A limit that goes by what was not given, such as a person's sex, is open only where that could change it.
    """
    found = {_reached(limit, at_least, spans) for at_least in _limits(limit, context)}
    return found.pop() if len(found) == 1 else None


def _limits(limit: Limit, context: Mapping[str, str]) -> set[int | float | None]:
    """The limits that may hold: one, or that of each value which is not given."""
    for name, limits in limit.at_least_by.items():
        value = context.get(name)
        return set(limits.values()) if value is None else {limits[value]}
    return {limit.at_least}


def _reached(limit: Limit, at_least: int | float | None, spans: Spans) -> bool | None:
    found = [{_reaches(end, at_least, limit.below) for end in spans[name]} for name in limit.of]
    if {True} in found:
        return True
    return False if all(ends == {False} for ends in found) else None


def _reaches(value: Number, at_least: Number | None, below: Number | None) -> bool:
    return (at_least is not None and value >= at_least) or (below is not None and value < below)


def all_hold(limits: Iterable[Limit], spans: Spans, context: Mapping[str, str]) -> bool | None:
    """Whether every limit holds; one that fails settles it, whatever is unknown about the others."""
    found = [holds(limit, spans, context) for limit in limits]
    if False in found:
        return False
    return None if None in found else True


def band(bands: Bands, spans: Spans, context: Mapping[str, str]) -> str | None:
    """The name of the band, or None where there is none or an open answer could change it."""
    if bands.rule == "ranges":
        names = {_range_of(bands, end) for end in spans["total"]}
        return names.pop() if len(names) == 1 else None
    for level in bands.levels:  # triage: order matters, and an open question stops the search
        found = all_hold(level.when, spans, context)
        if found is not False:
            return level.name if found else None
    return None


def _range_of(bands: Bands, total: Number) -> str | None:
    starts = {level.low: level.name for level in bands.levels if level.low is not None}
    reached = [low for low in starts if total >= low]
    return starts[max(reached)] if reached else None
