"""What a branching session is made of: moments, what may be said or done next, and how it may end. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

THERAPIST = "therapist"
"""Who speaks where the line is not a partner's."""

OUTCOMES = ("sound", "stop", "mixed", "harm")
"""How a session may end: soundly, stopped for safety, half well, with harm."""

BOND = 4
"""Alliance with a partner begins at 0 and stays between -BOND and BOND."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What can be learnt. `safety` marks a point that has to be covered; `private_to` the partner who told it alone."""

    text: str
    safety: bool = False
    private_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a partner, or the therapist, says."""

    who: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """What the trainee may say or do next, and what comes of it.

    `tells` names topics told alone that this step passes on to the partner. `quality` is its points, below 0
    for an unsafe step. `alliance`, `tells`, `quality`, `reason` and `page` belong to practice only.
    """

    text: str
    next: str
    alliance: dict[str, int] = field(default_factory=dict)
    learns: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    reason: str = ""
    page: str = ""
    quality: int | None = None


@dataclass(frozen=True, kw_only=True)
class End:
    """How the session ends; `outcome` belongs to practice only."""

    title: str
    text: str
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One moment of the session: what is said, then either choices or an end."""

    scene: str = ""
    lines: tuple[Line, ...] = ()
    choices: dict[str, Step] = field(default_factory=dict)
    end: End | None = None


@dataclass(frozen=True, kw_only=True)
class Session:
    """The moments of a session by id, where it starts, and the safety topics that have to be covered."""

    start: str
    nodes: Mapping[str, Node]
    safety: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class State:
    """Where a path has led."""

    node: str
    ended: bool
    alliance: dict[str, int]
    learnt: tuple[str, ...]
    covered: tuple[str, ...]
    told: tuple[str, ...]
