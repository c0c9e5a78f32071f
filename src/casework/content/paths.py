"""Searches over the ways through an interview. They visit situations, not paths, so that they stay small."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from casework.content.build import ContentError

if TYPE_CHECKING:
    from casework.content.interview import Interview

MOST = 200_000
"""How many situations a search visits before it gives up; a session of 40 moments has a few hundred."""


class Situation(NamedTuple):
    """All that matters for what may follow and how it is judged; paths that lead here are alike."""

    node: str
    learnt: frozenset[str]
    covered: frozenset[str]
    told: frozenset[str]


def reach(interview: Interview) -> dict[str, list[str]]:
    """For each node the nodes that can be reached from it, itself first, nearest first."""
    reached = {}
    for start in interview.nodes:
        found = [start]
        for node in found:  # grows while it is read
            found += {step.next: 0 for step in interview.nodes[node].choices.values() if step.next not in found}
        reached[start] = found
    return reached


def situations(interview: Interview) -> dict[Situation, tuple[str, ...]]:
    """Every situation that can be reached, with a shortest path to it; for checking a whole interview."""
    start = Situation(interview.start, frozenset(), frozenset(), frozenset())
    found: dict[Situation, tuple[str, ...]] = {start: ()}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for name, step in interview.nodes[here.node].choices.items():
            there = Situation(step.next, here.learnt.union(step.learns), here.covered.union(step.covers),
                              here.told.union(step.tells))
            if there not in found:
                _limit(interview, found)
                found[there] = (*found[here], name)
                queue.append(there)
    return found


def best(interview: Interview, quality: Mapping[str, float]) -> tuple[float, tuple[str, ...]]:
    """The most points a sound path can earn, and such a path; `(0, ())` where there is none.

    A choice counts once, so a search must remember which choices it took, but only those that a later round could
    take again.
    """
    reached = reach(interview)
    again = {name for node, moment in interview.nodes.items() for name, step in moment.choices.items()
             if quality.get(name, 0) > 0 and node in reached[step.next]}
    start = (interview.start, frozenset(), frozenset())
    found: dict[tuple, tuple[float, tuple[str, ...]]] = {start: (0, ())}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        node, taken, covered = here
        points, path = found[here]
        for name, step in interview.nodes[node].choices.items():
            worth = quality.get(name, 0)
            if worth < 0:
                continue
            there = (step.next, taken | {name} if name in again else taken,
                     covered.union(step.covers) & interview.safety)
            total = points + (0 if name in taken else worth)
            if there not in found or total > found[there][0]:
                _limit(interview, found)
                found[there] = (total, (*path, name))
                queue.append(there)
    sound = [earned for (node, _, covered), earned in found.items()
             if interview.nodes[node].end and covered == interview.safety]
    return max(sound, default=(0, ()), key=lambda earned: earned[0])


def _limit(interview: Interview, found: dict) -> None:
    if len(found) > MOST:
        raise ContentError(f"{interview.id}: nodes: there are too many ways round; let fewer choices lead back")
