"""Searches over the ways through a session. They visit situations, not paths, so that they stay small."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from casework.content.session import Node, Session
from casework.records import ContentError

MOST = 200_000
"""How many situations a search visits before it gives up; a session of 40 moments has a few hundred."""


def reach(nodes: Mapping[str, Node]) -> dict[str, list[str]]:
    """For each node the nodes that can be reached from it, itself first, nearest first."""
    reached = {}
    for start in nodes:
        found = [start]
        for node in found:  # grows while it is read
            found += {step.next: 0 for step in nodes[node].choices.values() if step.next not in found}
        reached[start] = found
    return reached


def best(session: Session, quality: Mapping[str, float]) -> tuple[float, tuple[str, ...]]:
    """The most points a sound path can earn, and such a path; `(0, ())` where there is none.

    A choice counts once, so a search must remember which choices it took, but only those that a later round could
    take again. Raises `ContentError` where there are too many ways round to search.
    """
    again = _takeable_again(session, quality)
    start: tuple[Any, ...] = (session.start, frozenset(), frozenset())
    found: dict[tuple[Any, ...], tuple[float, tuple[str, ...]]] = {start: (0, ())}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        node, taken, covered = here
        points, path = found[here]
        for name, step in session.nodes[node].choices.items():
            worth = quality.get(name, 0)
            if worth < 0:
                continue
            remembered = taken | {name} if name in again else taken
            there = (step.next, remembered, covered.union(step.covers) & session.safety)
            total = points + (0 if name in taken else worth)
            if there not in found or total > found[there][0]:
                if len(found) > MOST:
                    raise ContentError("nodes: there are too many ways round; let fewer choices lead back")
                found[there] = (total, (*path, name))
                queue.append(there)
    sound = [
        earned for (node, _, covered), earned in found.items() if session.nodes[node].end and covered == session.safety
    ]
    return max(sound, default=(0, ()), key=lambda earned: earned[0])


def _takeable_again(session: Session, quality: Mapping[str, float]) -> set[str]:
    """The choices with points from which a way leads back to their own moment."""
    reached = reach(session.nodes)
    return {
        name
        for node, moment in session.nodes.items()
        for name, step in moment.choices.items()
        if quality.get(name, 0) > 0 and node in reached[step.next]
    }
