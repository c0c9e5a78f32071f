"""Directives that print what the exercises examine and by which rules, from the blueprint and the program's settings.

```{blueprint} aims``` lists each domain's aims with chapter, items and sources; ```{blueprint} time``` sets minutes of
study beside items; ```{program-rules}``` states pass mark and attempts.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from casework.blueprint import CHOICE, Blueprint, Domain, chapter_title, load_blueprint, load_program, study_minutes
from casework.book.fresh import add_fact, note_fact
from casework.book.parts import bullets, heading, table
from casework.records import ContentError


class BlueprintDirective(SphinxDirective):
    """The blueprint: its aims, or the time they take."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        self.env.note_dependency("exercises/blueprint.yaml")
        blueprint = load_blueprint(root / "exercises")
        if self.arguments[0] not in PARTS:
            raise self.error(f"blueprint: found {self.arguments[0]}, expected one of {', '.join(PARTS)}")
        for aim in blueprint.aims.values():
            note_fact(self.env, "chapter", aim.chapter)
        return PARTS[self.arguments[0]](root, blueprint)


class ProgramRulesDirective(SphinxDirective):
    """What a program sets and states in advance."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency("exercises/program.yaml")
        program = load_program(Path(self.env.srcdir) / "exercises")
        return [bullets(program.rules)]


def _aims(root: Path, blueprint: Blueprint) -> list[nodes.Node]:
    made: list[nodes.Node] = []
    for name, domain in blueprint.domains.items():
        rows: list[list[str | nodes.Node]] = [
            [aim.text, _link(root, aim.chapter), _counts(aim.items, blueprint), _keys(aim.sources)]
            for aim in domain.aims.values()
        ]
        made += [
            heading(f"{domain.title} (exercise {name}, about {domain.minutes} minutes)"),
            table(("Aim", "Chapter", "Items", "Rests on"), (6, 4, 3, 3), rows),
        ]
    return made


def _counts(items: dict[str, tuple[str, ...]], blueprint: Blueprint) -> str:
    exercise = sum(len(ids) for name, ids in items.items() if name not in blueprint.forms)
    test = sum(len(ids) for name, ids in items.items() if name in blueprint.forms)
    return f"{exercise} in the exercise" + (f"; {test} in the tests" if test else "")


def _time(root: Path, blueprint: Blueprint) -> list[nodes.Node]:
    rows: list[list[str]] = []
    everything: dict[str, int] = {}
    items = 0
    for domain in blueprint.domains.values():
        chapters = {aim.chapter: study_minutes(root, aim.chapter) for aim in domain.aims.values()}
        everything |= chapters
        number = _items(domain, blueprint)
        items += number
        rows.append([domain.title, str(len(chapters)), str(sum(chapters.values())), str(number)])
    hours = sum(everything.values()) / 60
    rows.append(
        [
            "Together, each chapter once",
            str(len(everything)),
            f"{sum(everything.values())} ({hours:.1f} hours)",
            f"{items} ({items / hours:.1f} for each hour)",
        ]
    )
    return [table(("Part", "Chapters", "Minutes", "Items"), (6, 2, 4, 4), rows)]


def _items(domain: Domain, blueprint: Blueprint) -> int:
    return sum(
        len(ids) for aim in domain.aims.values() for name, ids in aim.items.items() if name not in blueprint.forms
    )


PARTS = {"aims": _aims, "time": _time}
"""What a page may ask for, and what draws it."""


def _link(root: Path, chapter: str) -> nodes.Node:
    # resolved by MyST as a link to a document of the book, so that a page that is gone stops the build
    reference = addnodes.pending_xref(
        "",
        nodes.inline(text=chapter_title(root, chapter)),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{chapter}",
        refexplicit=True,
        refwarn=True,
    )
    return reference


def _keys(sources: Iterable[str]) -> nodes.inline:
    """Keys that do not break at their hyphens."""
    shown = nodes.inline()
    for number, source in enumerate(sources):
        shown += nodes.Text(", " if number else "")
        shown += nodes.inline(text=source, classes=[] if source == CHOICE else ["cw-key"])
    return shown


def _about_chapter(app: Sphinx, chapter: str) -> object:
    root = Path(app.srcdir)
    try:
        return chapter_title(root, chapter), study_minutes(root, chapter)
    except ContentError:
        return None


def setup(app: Sphinx) -> None:
    """Register the directives; a blueprint that cannot be read stops the build before any page is written."""
    try:
        if (Path(app.srcdir) / "exercises" / "blueprint.yaml").is_file():
            load_blueprint(Path(app.srcdir) / "exercises")
    except ContentError as error:
        raise ExtensionError(str(error)) from error
    add_fact("chapter", _about_chapter)
    app.add_directive("blueprint", BlueprintDirective)
    app.add_directive("program-rules", ProgramRulesDirective)
