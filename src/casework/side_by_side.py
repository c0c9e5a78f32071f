"""Two people's work on the same material, side by side: two coders of a scene, two private hours of one interviewer.

What others did is in `data/side-by-side.yaml`; what the reader did is the practice kept beside the notebook.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

from casework.activities import PracticeSheet, practice_activity
from casework.content.interview import Interview
from casework.content.transcript import Transcript
from casework.records import ContentError, build, data_file, load_yaml
from casework.scoring.transcript import agreement

AGAIN = "choose Run, then Run All Cells. Your answers stay."


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Another code for a turn, and what its coder saw."""

    code: str
    saw: str


@dataclass(frozen=True, kw_only=True)
class Others:
    """What others did, by page and activity.

    `hands`: the turns that a second coder heard otherwise. `hours`: the choices an interviewer took, by who it was.
    `points`: safety points in words that fit both partners' hours.
    """

    hands: dict[str, dict[str, dict[str, Heard]]]
    points: dict[str, str]
    hours: dict[str, dict[str, dict[str, tuple[str, ...]]]]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Lines of text over a table, shown in a notebook and in a page; `rows` begin with what they are about."""

    lines: tuple[str, ...]
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = field(default=())

    def _repr_html_(self) -> str:
        root = ElementTree.Element("div", {"class": "cw-side"})
        for line in self.lines:
            ElementTree.SubElement(root, "p").text = line
        if self.rows:
            table = ElementTree.SubElement(root, "table")
            head = ElementTree.SubElement(ElementTree.SubElement(table, "thead"), "tr")
            for text in self.heads:
                ElementTree.SubElement(head, "th", {"scope": "col"}).text = text
            body = ElementTree.SubElement(table, "tbody")
            for first, *rest in self.rows:
                row = ElementTree.SubElement(body, "tr")
                ElementTree.SubElement(row, "th", {"scope": "row"}).text = first
                for text in rest:
                    ElementTree.SubElement(row, "td").text = text
        return ElementTree.tostring(root, encoding="unicode", method="html")


def compare_coders(address: str) -> Table:
    """The scene at `page/activity` as its coders heard it: two, and the reader once they have coded it."""
    scene, (page, _, name) = practice_activity(address), address.partition("/")
    others = others_work().hands.get(page, {}).get(name)
    if not isinstance(scene, Transcript) or others is None:
        raise ContentError(f"{address}: nobody else has coded it; see data/side-by-side.yaml")
    ours = {name: turn.code for name, turn in scene.to_code.items()}
    second = ours | {name: heard.code for name, heard in others.items()}
    own = _kept(address)
    hands = {"First coder": ours, "Second coder": second} | ({"You": own} if own else {})
    lines = [
        _agreement(f"{one} and {other}", [(a[turn], b[turn]) for turn in a if turn in b])
        for (one, a), (other, b) in combinations(hands.items(), 2)
    ]
    if not own:
        lines.append(f"In JupyterLab your codes become a third column: code the scene, then {AGAIN}")
    rows = []
    for name, turn in scene.to_code.items():
        given = [codes.get(name, "") for codes in hands.values()]
        if len(set(given)) > 1:
            named = [scene.codes[code].text if code else "no code yet" for code in given]
            saw = others.get(name)
            reasons = [turn.feedback, saw.saw if saw else ""]
            told = [f"{code}. {why}".strip() for code, why in zip(named, [*reasons, ""], strict=False)]
            rows.append((f"{scene.speakers[turn.speaker]}: {turn.text}", *told))
    return Table(lines=tuple(lines), heads=("Turn", *hands), rows=tuple(rows))


def compare_hours(first: str, second: str, *, held: str = "") -> Table:
    """Two private hours, one with each partner, as one interviewer held them: which safety points, and when.

    `held` names somebody in the course's data; without it they are the reader's own, from the practice kept here.
    """
    sessions = [_interview(address) for address in (first, second)]
    paths = [_held(held, address) if held else _kept(address) for address in (first, second)]
    if not all(paths):
        return Table(lines=(f"Hold both hours to the end, in JupyterLab; then {AGAIN} They stand here side by side.",))
    columns = [_hour(session, path) for session, path in zip(sessions, paths, strict=True)]
    points = {name: topic.text for session in sessions for name, topic in session.topics.items() if topic.safety}
    points |= {name: text for name, text in others_work().points.items() if name in points}
    heads = ("Safety point", *(f"Alone with {_alone(session)}" for session in sessions))
    rows = [(text, *(column.get(name, "left open") for column in columns)) for name, text in points.items()]
    rows += [
        (name, *(column[name] for column in columns)) for name in ("Steps in all", "Trust at the end", "How it ended")
    ]
    open_points = [sum(column.get(name) is None for name in points) for column in columns]
    said = f"Safety points left open: {open_points[0]} in the first hour, {open_points[1]} in the second."
    return Table(lines=(said,), heads=heads, rows=tuple(rows))


def _interview(address: str) -> Interview:
    session = practice_activity(address)
    if not isinstance(session, Interview):
        raise ContentError(f"{address}: found {session.kind}, expected an Interview")
    return session


def _alone(session: Interview) -> str:
    """Who is seen: the one of the two who speaks most."""
    spoken = Counter(line.who for node in session.nodes.values() for line in node.lines if line.who in session.partners)
    return session.partners[spoken.most_common(1)[0][0]]


def _held(name: str, address: str) -> list[str]:
    hours, (page, _, session) = others_work().hours, address.partition("/")
    try:
        return list(hours[name][page][session])
    except KeyError:
        raise ContentError(f"{name} has held no {address}; see data/side-by-side.yaml") from None


def _hour(session: Interview, path: list[str]) -> dict[str, str]:
    state = session.walk(path)
    found: dict[str, str] = {}
    for number, name in enumerate(path, 1):
        for topic in session.steps[name].covers:
            found.setdefault(topic, f"step {number}")
    end = session.nodes[state.node].end
    trust = ", ".join(f"{session.partners[who]} {value:+d}" for who, value in state.alliance.items() if value)
    return {
        **found,
        "Steps in all": str(len(path)),
        "Trust at the end": trust or "0",
        "How it ended": end.title if end else "not ended yet",
    }


def _agreement(who: str, pairs: list[tuple[str, str]]) -> str:
    alike, kappa = agreement(pairs)
    beyond = "not defined here" if kappa is None else f"{kappa:.2f}"
    return f"{who}: {alike} of {len(pairs)} turns alike; kappa {beyond}."


def _kept(address: str) -> Any:
    answers = PracticeSheet("practice").document["answers"]
    return practice_activity(address).upgraded(answers.get(address)) or None


def others_work() -> Others:
    """What others did with the same material."""
    path = data_file("side-by-side.yaml")
    return build(Others, load_yaml(path), path.name)
