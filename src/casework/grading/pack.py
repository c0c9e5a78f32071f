"""The evidence pack a sponsor of continuing education asks for: aims, blueprint, items with keys, timing, references.

It holds every key, so it is made in a folder that is never published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment

from casework.bibliography import in_words, read_bibliography
from casework.blueprint import Blueprint, chapter_title, study_minutes
from casework.claims import load_claims
from casework.grading import CannotStart, templates
from casework.grading.course import CONFIG, Course, shown
from casework.grading.exercise import Exercise, ExerciseItem, heading, read_keyed
from casework.grading.results import rows_as_csv
from casework.records import build, load_yaml
from casework.scoring import rights_of
from casework.storage import write_file


@dataclass(frozen=True, kw_only=True)
class Group:
    """Statements to agree or disagree with; with `per_domain`, each domain of the blueprint makes one."""

    text: str
    statements: tuple[str, ...] = ()
    per_domain: bool = False


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The form with which a participant evaluates the course."""

    title: str
    about: str
    scale: tuple[str, ...]
    groups: dict[str, Group]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class PackRow:
    """One item in the table of the pack."""

    exercise: str
    edition: str
    item: str
    kind: str
    points: float
    aim: str
    key: str
    rationale: str
    source: str


def pack(course: Course, folder: Path | None = None) -> list[Path]:
    """Write the pack and the evaluation form into `folder` (default `grading/evidence-pack`); the files made."""
    folder = (folder or course.private / "evidence-pack").resolve()
    _refuse_public(course, folder)
    blueprint = course.blueprint
    exercises = [read_keyed(course, name) for name in [*blueprint.domains, *blueprint.forms]]
    evaluation = build(Evaluation, load_yaml(files("casework.data") / "evaluation.yaml"), "evaluation.yaml")
    listed = [
        {
            "name": exercise.name,
            "title": heading(exercise.notebook, "about") or exercise.name,
            "edition": exercise.edition,
            "minutes": _minutes(blueprint, exercise.name),
            "items": [_item(blueprint, exercise, item) for item in exercise.items.values()],
        }
        for exercise in exercises
    ]
    said = {
        "blueprint": blueprint,
        "program": course.program,
        "evaluation": evaluation,
        "made": datetime.now(UTC).date().isoformat(),
        "chapters": _chapters(course.root, blueprint),
        "exercises": listed,
        "references": _references(course.root, blueprint, exercises),
    }
    made = {
        "evidence-pack.html": _render("evidence-pack.html.j2", said),
        "evaluation-form.html": _render("evaluation-form.html.j2", said),
        "items.csv": _table(listed),
    }
    for name, text in made.items():
        write_file(folder / name, text.encode())
    return [folder / name for name in made]


def _refuse_public(course: Course, folder: Path) -> None:
    private = course.private.resolve()
    returned = [step.resolve() for step in (course.submitted, course.autograded, course.feedback, course.older)]
    courses = [
        place for place in (folder, *folder.parents) if (place / CONFIG).is_file() or (place / "_toc.yml").is_file()
    ]
    ours = folder.is_relative_to(private) and folder != private and not any(map(folder.is_relative_to, returned))
    if courses and not ours:
        raise CannotStart(
            f"{shown(folder)} is in a course's folder, where it could be published or given out: the "
            f"pack holds every key. Name another folder in {private.name}, or one outside the course."
        )


def _minutes(blueprint: Blueprint, name: str) -> int:
    return blueprint.tests.minutes if blueprint.tests and name in blueprint.forms else blueprint.domains[name].minutes


def _chapters(root: Path, blueprint: Blueprint) -> dict[str, tuple[str, int]]:
    """Chapter to its title and its own minutes, each once."""
    names = dict.fromkeys(aim.chapter for aim in blueprint.aims.values())
    return {name: (chapter_title(root, name), study_minutes(root, name)) for name in names}


def _item(blueprint: Blueprint, exercise: Exercise, item: ExerciseItem) -> dict[str, Any]:
    activity, key = item.activity, item.needed_key
    rights = rights_of(activity, key)
    more = {
        "weights": key.weights,
        "partial": key.partial,
        "unsafe": key.unsafe,
        "tolerance": key.tolerance,
        "near": key.near,
    }
    return {
        "id": activity.id,
        "title": heading(exercise.notebook, f"task-{activity.id}"),
        "kind": activity.kind,
        "points": item.points,
        "prompt": activity.prompt,
        "outline": activity.outline(),
        "right": [line for right in rights for line in activity.describe(right)],
        "more": {name: value for name, value in more.items() if value},
        "rationale": key.rationale,
        "source": key.source,
        "model": key.model,
        "aim": blueprint.aims[blueprint.aims_of(exercise.name)[activity.id]].text,
    }


def _references(root: Path, blueprint: Blueprint, exercises: list[Exercise]) -> list[str]:
    """The works that aims and keys rest on, directly or through a claim, in alphabetical order."""
    claims = load_claims()
    named = {source for aim in blueprint.aims.values() for source in aim.sources}
    named |= {source for exercise in exercises for item in exercise.items.values() for source in item.needed_key.source}
    works = named | {work for source in named if source in claims for work in claims[source].source}
    return in_words(read_bibliography(root), works)


def _table(exercises: list[dict[str, Any]]) -> str:
    return rows_as_csv(
        PackRow,
        [
            PackRow(
                exercise["name"],
                exercise["edition"],
                item["id"],
                item["kind"],
                item["points"],
                item["aim"],
                "; ".join(item["right"]) or item["model"],
                item["rationale"],
                "; ".join(item["source"]),
            )
            for exercise in exercises
            for item in exercise["items"]
        ],
    )


def _render(name: str, said: dict[str, Any]) -> str:
    text = (templates / name).read_text(encoding="utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text).render(**said)
