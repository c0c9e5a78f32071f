"""What the exercises examine, and by which rules of the program: aim, chapter, items and source, as data.

`exercises/blueprint.yaml` is public: it names items and holds no key. `exercises/program.yaml` holds what a program
may set and states in advance.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from casework.records import ContentError, build, load_yaml

CHOICE = "a choice of this course"
"""What an aim or a key rests on where nothing published decides."""

_MINUTES = re.compile(r"^\*[^*\d]*About\D*(\d+)`? minutes(?:\D*?and\D*?(\d+)`? to (?:practise|try))?", re.MULTILINE)
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What a trainee can do afterwards, the one chapter that teaches it, and the items that ask for it.

    `items` maps the name of an exercise or of a test form to ids. `sources` are bibliography keys, ids of claims,
    or `CHOICE`.
    """

    text: str
    chapter: str
    items: dict[str, tuple[str, ...]]
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        if not any(self.items.values()):
            raise ContentError("items: found none, expected an exercise with at least one item")


def _check_minutes(minutes: int) -> None:
    if minutes < 1:
        raise ContentError(f"minutes: found {minutes}, expected 1 or more")


@dataclass(frozen=True, kw_only=True)
class Domain:
    """One part of the course, with the exercise of the same name; `minutes` is what answering that takes."""

    title: str
    minutes: int
    aims: dict[str, Aim]

    def __post_init__(self) -> None:
        _check_minutes(self.minutes)


@dataclass(frozen=True, kw_only=True)
class Forms:
    """The parallel forms of the test, one answered before the course and one after, and the `minutes` of each."""

    before: str
    after: str
    minutes: int

    def __post_init__(self) -> None:
        _check_minutes(self.minutes)


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """All domains by the name of their exercise, and the forms of the test."""

    domains: dict[str, Domain]
    tests: Forms | None = None

    @property
    def aims(self) -> dict[str, Aim]:
        """Every aim by its id."""
        return {name: aim for domain in self.domains.values() for name, aim in domain.aims.items()}

    @property
    def forms(self) -> tuple[str, ...]:
        """The exercises that are forms of the test, and so are neither passed nor failed."""
        return (self.tests.before, self.tests.after) if self.tests else ()

    def aims_of(self, exercise: str) -> dict[str, str]:
        """Item to the id of its aim, for one exercise or form; an item named under two aims is an error."""
        found: dict[str, str] = {}
        for name, aim in self.aims.items():
            for item in aim.items.get(exercise, ()):
                if item in found:
                    raise ContentError(
                        f"blueprint: {exercise}: {item} stands under {found[item]} and under {name}; "
                        "an item has one aim"
                    )
                found[item] = name
        return found


@dataclass(frozen=True, kw_only=True)
class Program:
    """What a program sets and states in advance.

    `pass_mark` is a percentage of an exercise's points. `attempts` is how often an exercise may be handed in for
    grading; a form of the test is handed in once. `counts` says which attempt counts: the `last`, or the `best`, which
    is the one with most points and, of two with the same, the later.
    """

    pass_mark: float
    attempts: int
    counts: str = "last"

    def __post_init__(self) -> None:
        if not 0 < self.pass_mark <= 100:
            raise ContentError(f"pass_mark: found {self.pass_mark:g}, expected a percentage above 0, at most 100")
        if self.attempts < 1:
            raise ContentError(f"attempts: found {self.attempts}, expected 1 or more")
        if self.counts not in ("last", "best"):
            raise ContentError(f"counts: found {self.counts!r}, expected last or best")

    @property
    def how_often(self) -> str:
        """The attempts in words, as in "twice"."""
        return {1: "once", 2: "twice"}.get(self.attempts, f"{self.attempts} times")

    @property
    def needed(self) -> str:
        """What a page that tells of passing begins with."""
        return f"{self.pass_mark:g} % of the points are needed to pass."

    @property
    def rules(self) -> tuple[str, ...]:
        """What the program sets, in sentences about all exercises and forms of the test."""
        return (
            f"To pass an exercise, {self.pass_mark:g} % of its points are needed, written answers included.",
            f"An exercise may be handed in for grading {self.how_often}. "
            f"The same answers sent again do not count again. Of several attempts the {self.counts} one counts.",
            "A form of the test is handed in once, and is neither passed nor failed.",
        )

    def rule_of(self, *, form: bool) -> str:
        """What the program asks of those who hand in one exercise, or one form of the test."""
        if form:
            return "**Once.** This form is handed in once. Nobody passes or fails it."
        return (
            f"**Passing.** {self.pass_mark:g} % of all points are needed, and you may hand in {self.how_often}: "
            "this is what your program has set."
        )


def load_blueprint(exercises: Path) -> Blueprint:
    """The blueprint in the folder of the exercises."""
    path = exercises / "blueprint.yaml"
    blueprint = build(Blueprint, load_yaml(path), str(path))
    twice = [name for name in blueprint.aims if sum(name in domain.aims for domain in blueprint.domains.values()) > 1]
    if twice:
        raise ContentError(f"{path}: {twice[0]} stands in two domains; an aim has one")
    forms = blueprint.forms
    if len(set(forms)) < len(forms) or set(forms) & set(blueprint.domains):
        raise ContentError(f"{path}: tests: expected two forms that are no exercises, found {' and '.join(forms)}")
    for exercise in {name for aim in blueprint.aims.values() for name in aim.items}:
        blueprint.aims_of(exercise)
    return blueprint


def load_program(exercises: Path) -> Program:
    """The program's settings, in the folder of the exercises."""
    path = exercises / "program.yaml"
    return build(Program, load_yaml(path), str(path))


def check_aims(blueprint: Blueprint, exercise: str, items: Collection[str], where: str) -> None:
    """Raise `ContentError` unless each of `items` has an aim and the blueprint names no other."""
    aimed = blueprint.aims_of(exercise)
    without = [item for item in items if item not in aimed]
    unknown = [item for item in aimed if item not in items]
    if without or unknown:
        raise ContentError(
            f"{where}: blueprint: items without an aim: {', '.join(without) or 'none'}; "
            f"named there, but not asked: {', '.join(unknown) or 'none'}"
        )


def chapter_file(root: Path, chapter: str) -> Path:
    """The file of a chapter, which is named as in the book's contents, without its ending."""
    for ending in (".md", ".ipynb"):
        if (root / f"{chapter}{ending}").is_file():
            return root / f"{chapter}{ending}"
    raise ContentError(f"blueprint: there is no chapter {chapter}")


def chapter_title(root: Path, chapter: str) -> str:
    """The heading of a chapter, or its name where the book is not on this machine."""
    try:
        return next(_headings(chapter_file(root, chapter)))
    except (ContentError, StopIteration):
        return chapter


def _headings(path: Path) -> Iterator[str]:
    for match in _HEADING.finditer(_text(path)):
        yield match[1].strip()


def study_minutes(root: Path, chapter: str) -> int:
    """What a chapter itself says that reading and practising it takes, in minutes; 0 where it does not say."""
    match = _MINUTES.search(_text(chapter_file(root, chapter)))
    return sum(int(minutes) for minutes in match.groups() if minutes) if match else 0


def _text(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return text
