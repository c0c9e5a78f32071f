"""Every interview of the course, checked as a model: all its ways, and where they end.

Two names carry meaning here. A topic whose id begins with `danger-` is a disclosure of danger. A safety topic whose id
begins with `act-` is the safe act that answers it. Every way on which danger is disclosed covers a safe act or ends
with outcome stop, a way that ends in harm too: there a supervisor asks, and the safe act comes late.
"""

from __future__ import annotations

import re
from collections import deque
from importlib.resources import files
from pathlib import Path

import pytest

from casework.content import load_activities
from casework.content.interview import Interview
from casework.content.paths import reach
from casework.records import build
from casework.scoring.interview import score_path

ROOT = Path(__file__).parent.parent
INTERVIEWS = {
    f"{path.stem}/{activity.id}": activity
    for path in sorted(Path(str(files("casework.data").joinpath("activities"))).glob("*.yaml"))
    for activity in load_activities(path).values()
    if activity.kind == "interview"
}
SESSIONS = {name: activity for name, activity in INTERVIEWS.items() if not name.startswith("gallery/")}
DANGEROUS = {
    "told-alone-interview/leah-alone",
    "two-veterans-interview/two-hours",
    "lift-off-interview/session",
    "an-affair-revealed-interview/rosa-alone",
    "whoever-comes-home-interview/ten-in-the-morning",
}
CORE = ("couple-session-maya-and-daniel/session", "alone-with-maya/session", "alone-with-daniel/session")

each = pytest.mark.parametrize("interview", INTERVIEWS.values(), ids=INTERVIEWS)
each_session = pytest.mark.parametrize("interview", SESSIONS.values(), ids=SESSIONS)


def endings(interview: Interview) -> dict[tuple, tuple[str, ...]]:
    """Each (end, dangers disclosed, safe acts) that a way can come to, with a shortest such way."""
    start = (interview.start, frozenset(), frozenset())
    found, queue = {start: ()}, deque([start])
    while queue:
        here = queue.popleft()
        for name, step in interview.nodes[here[0]].choices.items():
            dangers = here[1] | {t for t in (*step.learns, *step.covers) if t.startswith("danger-")}
            acts = here[2] | {t for t in step.covers if dangers and t.startswith("act-")}  # not before the disclosure
            there = (step.next, dangers, acts)
            if there not in found:
                found[there] = (*found[here], name)
                queue.append(there)
    return {there: way for there, way in found.items() if interview.nodes[there[0]].end}


def unanswered(interview: Interview) -> list[tuple[str, ...]]:
    """Ways on which danger is disclosed that end without a stop and without a safe act."""
    return [
        way
        for (node, dangers, acts), way in endings(interview).items()
        if dangers and not acts and interview.nodes[node].end.outcome != "stop"
    ]


def best_of(node):
    return max((step.quality or 0) for step in node.choices.values())


@each
def test_every_moment_can_be_reached_and_every_way_can_end(interview):
    reached = reach(interview.nodes)
    assert set(reached[interview.start]) == set(interview.nodes)
    assert all(any(interview.nodes[other].end for other in reached[name]) for name in interview.nodes)


@each
def test_every_way_ends_in_a_debrief(interview):
    ends = [node.end for node in interview.nodes.values() if not node.choices]
    assert all(end and end.title and end.text and end.outcome for end in ends)
    assert all(step.reason and step.page for step in interview.steps.values())
    assert any(end.outcome in ("sound", "stop") for end in ends)


@each
def test_danger_that_is_disclosed_meets_a_stop_or_a_safe_act(interview):
    assert unanswered(interview) == []


def test_the_sessions_with_danger_in_them_are_marked():
    marked = {
        name for name, interview in INTERVIEWS.items() if any(topic.startswith("danger-") for topic in interview.topics)
    }
    assert marked == DANGEROUS
    for name in DANGEROUS:
        assert any(dangers for _, dangers, _ in endings(INTERVIEWS[name])), name


@each
def test_private_words_are_passed_on_only_as_the_mistake_it_is(interview):
    for name, step in interview.steps.items():
        assert not step.tells or (step.quality or 0) < 0, name
        assert all(interview.topics[topic].private_to for topic in step.tells), name


@each
def test_the_best_path_scores_best(interview):
    most, way = interview.best_path(interview.quality)
    state = interview.walk(list(way))
    assert most == interview.best > 0
    assert score_path(interview, list(way), interview.quality) == 1
    assert state.ended
    assert interview.safety <= set(state.covered)
    assert not state.told
    assert interview.nodes[state.node].end.outcome in ("sound", "stop")
    assert min(state.alliance.values()) >= 0


@each
def test_no_choice_is_dead(interview):
    for where, node in interview.nodes.items():
        ways = [
            (step.next, step.quality or 0, tuple(sorted(step.alliance.items())), step.learns, step.covers, step.tells)
            for step in node.choices.values()
        ]
        assert len(ways) < 2 or len(set(ways)) > 1, where
        assert len({step.text for step in node.choices.values()}) == len(node.choices), where
        assert all(way[0] != where or any(way[1:]) for way in ways), where


@each
def test_every_topic_can_be_learnt_covered_or_told(interview):
    used = {topic for step in interview.steps.values() for topic in (*step.learns, *step.covers, *step.tells)}
    assert set(interview.topics) <= used


@each_session
def test_a_session_is_long_enough_and_says_that_it_is_fictional(interview):
    name = next(name for name, one in SESSIONS.items() if one is interview)
    assert len(interview.nodes) >= (25 if name in CORE else 12)
    assert "fictional)" in interview.prompt


@each_session
def test_every_page_to_read_is_a_page_of_the_book(interview):
    titles = {
        match[1].strip()
        for path in ROOT.joinpath("book").rglob("*.md")
        if (match := re.search(r"^# (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE))
    }
    assert {step.page for step in interview.steps.values()} <= titles


@each_session
def test_the_best_choice_is_not_given_away_by_its_length_or_its_place(interview):
    moments = [node for node in interview.nodes.values() if len(node.choices) > 1]

    def share(of):
        return sum(of(list(node.choices.values()), best_of(node)) for node in moments) / len(moments)

    assert (
        share(
            lambda steps, most: any(
                len(step.text) == max(len(other.text) for other in steps)
                for step in steps
                if (step.quality or 0) == most
            )
        )
        <= 0.5
    )
    assert share(lambda steps, most: (steps[0].quality or 0) == most) <= 0.6


@pytest.mark.parametrize(
    ("outcome", "covers", "missed"),
    [
        ("sound", [], 1),
        ("mixed", [], 1),
        ("stop", [], 0),
        ("harm", [], 1),
        ("harm", ["act-plan"], 0),
        ("sound", ["act-plan"], 0),
    ],
)
def test_the_check_finds_danger_that_nobody_answers(outcome, covers, missed):
    interview = build(
        Interview,
        {
            "id": "i",
            "prompt": "?",
            "partners": {"a": "A", "b": "B"},
            "start": "ask",
            "topics": {"danger-fear": "Fear", "act-plan": {"text": "A plan", "safety": True}},
            "nodes": {
                "ask": {"choices": {"listen": {"text": "t", "next": "told", "learns": ["danger-fear"]}}},
                "told": {"choices": {"go-on": {"text": "t", "next": "end", "covers": covers}}},
                "end": {"end": {"title": "t", "text": "t", "outcome": outcome}},
            },
        },
        "a test",
    )
    assert len(unanswered(interview)) == missed
