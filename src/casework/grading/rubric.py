"""How a supervisor's mark of a written answer is told criterion by criterion.

nbgrader keeps one number and one comment for each answer. A comment whose first line gives the level reached on each
criterion, in the rubric's order, such as `levels: 3 2 2 1`, lets the trainee see where the points come from.
"""

from __future__ import annotations

import re

_MEANT = re.compile(r"\W*levels?\b\W*\d", re.IGNORECASE)
_EXAMPLE = (3, 2, 2, 1, 3)
_LINE = re.compile(r"\s*levels?\s*:\s*([0-3](?:[\s,;/]+[0-3])*)\s*", re.IGNORECASE)


def levels_of(comment: str, criteria: int) -> tuple[int, ...]:
    """The levels that the first line of `comment` gives, one for each of `criteria`; empty where it gives none."""
    match = _LINE.fullmatch((comment.strip().splitlines() or [""])[0])
    levels = tuple(int(level) for level in re.findall(r"\d", match[1])) if match else ()
    return levels if len(levels) == criteria else ()


def words_of(comment: str, criteria: int) -> str:
    """`comment` without the line of levels."""
    return "\n".join(comment.strip().splitlines()[1:]).strip() if levels_of(comment, criteria) else comment


def disagreement(comment: str, criteria: int, points: float | None) -> str:
    """What is wrong with the levels in a comment, alone or beside the points given; empty where nothing is."""
    levels = levels_of(comment, criteria)
    if criteria and not levels and _MEANT.match(comment):
        example = " ".join(str(level) for level in _EXAMPLE[:criteria])
        return f"the line of levels cannot be read: expected {criteria} numbers from 0 to 3, as in levels: {example}"
    if levels and points is None:
        return f"the comment gives levels that add up to {sum(levels)}, and no points are given"
    if levels and sum(levels) != points:
        return f"the levels in the comment add up to {sum(levels)}, and the points given are {points:g}"
    return ""
