"""Every situation of a branching session, for tests that look at all of them."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple


class Situation(NamedTuple):
    """All that matters for what may follow and how it is judged; paths that lead here are alike."""

    node: str
    learnt: frozenset[str]
    covered: frozenset[str]
    told: frozenset[str]


def situations(interview) -> dict[Situation, tuple[str, ...]]:
    """Every situation that can be reached, with a shortest path to it."""
    start = Situation(interview.start, frozenset(), frozenset(), frozenset())
    found: dict[Situation, tuple[str, ...]] = {start: ()}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for name, step in interview.nodes[here.node].choices.items():
            there = Situation(
                step.next,
                here.learnt.union(step.learns),
                here.covered.union(step.covers),
                here.told.union(step.tells),
            )
            if there not in found:
                found[there] = (*found[here], name)
                queue.append(there)
    return found
