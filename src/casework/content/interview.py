"""A branching session with two partners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from casework.content import paths
from casework.content.activity import Activity
from casework.content.session import BOND, OUTCOMES, THERAPIST, Node, Session, State, Step, Topic
from casework.emblems import emblem_of
from casework.records import ContentError, ResponseError, show


@dataclass(frozen=True, kw_only=True)
class Interview(Activity):
    """A branching session with two partners. Response: the list of choice ids taken, from the start."""

    partners: dict[str, str]
    start: str
    nodes: dict[str, Node]
    topics: dict[str, Topic] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.partners) != 2 or THERAPIST in self.partners:
            raise ContentError(f"{self.id}: partners: expected exactly two, neither with the id {THERAPIST!r}")
        if self.start not in self.nodes:
            raise ContentError(f"{self.id}: start: found {self.start!r}, expected one of {', '.join(self.nodes)}")
        for name, topic in self.topics.items():
            self._among(filter(None, [topic.private_to]), self.partners, f"topics: {name}: private_to")
        for name, node in self.nodes.items():
            self._check_node(node, f"nodes: {name}")
        self._check_ways()
        self._check_practice()

    def _among(self, found: Iterable[str], expected: Iterable[str], where: str) -> None:
        for name in found:
            if name not in expected:
                raise ContentError(
                    f"{self.id}: {where}: found {name!r}, expected one of {', '.join(expected) or 'none'}"
                )

    def _check_node(self, node: Node, where: str) -> None:
        if bool(node.choices) == bool(node.end):
            raise ContentError(f"{self.id}: {where}: expected either choices or an end")
        self._among([line.who for line in node.lines], [*self.partners, THERAPIST], f"{where}: lines: who")
        if node.end and node.end.outcome:
            self._among([node.end.outcome], OUTCOMES, f"{where}: end: outcome")
        safety = [name for name, topic in self.topics.items() if topic.safety]
        private = [name for name, topic in self.topics.items() if topic.private_to]
        for name, step in node.choices.items():
            spot = f"{where}: choices: {name}"
            self._among([step.next], self.nodes, f"{spot}: next")
            self._among(step.alliance, self.partners, f"{spot}: alliance")
            self._among(step.learns, self.topics, f"{spot}: learns")
            self._among(step.covers, safety, f"{spot}: covers (safety topics)")
            self._among(step.tells, private, f"{spot}: tells (topics private to a partner)")

    def _check_ways(self) -> None:
        ids = [name for node in self.nodes.values() for name in node.choices]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ContentError(f"{self.id}: choice id {twice[0]!r} is given twice; each is used once only")
        reached = paths.reach(self.nodes)
        lost = [name for name in self.nodes if name not in reached[self.start]]
        if lost:
            raise ContentError(f"{self.id}: nodes: {', '.join(lost)}: no path from the start leads here")
        for name in self.nodes:
            if not any(self.nodes[other].end for other in reached[name]):
                raise ContentError(f"{self.id}: nodes: {name}: no path from here reaches an end")

    def _check_practice(self) -> None:
        if not any(step.quality or step.reason for step in self.steps.values()):
            return
        for name, step in self.steps.items():
            if not step.reason:
                raise ContentError(f"{self.id}: choices: {name}: reason is missing, and other choices have one")
            if step.tells and self.quality and (step.quality or 0) >= 0:
                raise ContentError(
                    f"{self.id}: choices: {name}: passes on what was told alone; expected a quality below 0"
                )
        if self.quality and self.best <= 0:
            raise ContentError(
                f"{self.id}: no path to an end covers every safety topic, takes no unsafe step and earns points"
            )

    @property
    def steps(self) -> dict[str, Step]:
        """Every choice of every node."""
        return {name: step for node in self.nodes.values() for name, step in node.choices.items()}

    @property
    def safety(self) -> frozenset[str]:
        """The topics that have to be covered."""
        return frozenset(name for name, topic in self.topics.items() if topic.safety)

    @property
    def quality(self) -> dict[str, float]:
        """Points of each choice that has any, in practice; a graded interview has them in its key."""
        return {name: step.quality for name, step in self.steps.items() if step.quality}

    @cached_property
    def best(self) -> float:
        """The most points a sound path earns, in practice."""
        return self.best_path(self.quality)[0] if self.quality else 0

    def best_path(self, quality: Mapping[str, float]) -> tuple[float, tuple[str, ...]]:
        """The most points that a sound path earns if the choices have this `quality`, and such a path."""
        try:
            return paths.best(Session(start=self.start, nodes=self.nodes, safety=self.safety), quality)
        except ContentError as error:
            raise ContentError(f"{self.id}: {error}") from None

    def as_data(self) -> dict[str, Any]:
        emblem = emblem_of(self.partners)
        return {
            **super().as_data(),
            **({"best": self.best} if self.best else {}),
            **({"emblem": emblem.paths} if emblem else {}),
        }

    def key_fields(self) -> list[str]:
        names = ("alliance", "tells", "reason", "page", "quality")
        return (
            super().key_fields()
            + [f"{name}.{part}" for name, step in self.steps.items() for part in names if getattr(step, part)]
            + [f"{name}.outcome" for name, node in self.nodes.items() if node.end and node.end.outcome]
        )

    def walk(self, path: list[str]) -> State:
        """Where `path` leads; a `ResponseError` names the first choice that cannot be taken."""
        node, learnt, covered, told = self.start, [], [], []
        alliance = dict.fromkeys(self.partners, 0)
        for number, name in enumerate(path, 1):
            step = self.nodes[node].choices.get(name)
            if step is None:
                raise ResponseError(f"step {number}, {show(name)}, is not a choice at that moment of the interview")
            node = step.next
            for partner, change in step.alliance.items():
                alliance[partner] = max(-BOND, min(BOND, alliance[partner] + change))
            learnt += [topic for topic in step.learns if topic not in learnt]
            covered += [topic for topic in step.covers if topic not in covered]
            told += [topic for topic in step.tells if topic not in told]
        return State(
            node=node,
            ended=self.nodes[node].end is not None,
            alliance=alliance,
            learnt=tuple(learnt),
            covered=tuple(covered),
            told=tuple(told),
        )

    def points(self, path: list[str], quality: Mapping[str, float]) -> float:
        """The points of `path`; a choice that is taken twice counts once."""
        return sum(quality.get(name, 0) for name in set(path))

    def is_sound(self, path: list[str], quality: Mapping[str, float]) -> bool:
        """Whether `path` reaches an end, covers every safety topic and takes no unsafe step."""
        state = self.walk(path)
        return state.ended and self.safety <= set(state.covered) and all(quality.get(name, 0) >= 0 for name in path)

    def check(self, response: Any) -> None:
        if not isinstance(response, list) or not all(isinstance(c, str) for c in response):
            raise ResponseError("expected the list of choices taken")
        self.walk(response)

    def is_complete(self, response: Any) -> bool:
        try:
            return not self.is_blank(response) and self.walk(response).ended
        except (ResponseError, TypeError):
            return False

    def outline(self) -> list[tuple[str, list[str]]]:
        numbers = {name: number for number, name in enumerate(paths.reach(self.nodes)[self.start], 1)}
        listed = []
        for name, number in numbers.items():
            node = self.nodes[name]
            said = [node.scene] if node.scene else []
            said += [f"{self._name(line.who)}: {line.text}" for line in node.lines]
            said += [f"You may: {step.text} (go to {numbers[step.next]})" for step in node.choices.values()]
            said += [f"The end. {node.end.title}: {node.end.text}"] if node.end else []
            listed.append((f"Moment {number}", said))
        return listed

    def describe(self, response: Any) -> list[str]:
        end = self.nodes[self.walk(response).node].end
        return [self.steps[name].text for name in response] + [f"Ended: {end.title}" if end else "Not ended"]

    def _name(self, who: str) -> str:
        return self.partners.get(who, "You")
