"""The directive ```{your-work}```: what a reader's browser keeps of the course, and what may be done with it."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from casework.blueprint import Blueprint, chapter_title, load_blueprint
from casework.book.fresh import note_fact
from casework.book.parts import raw

MARK = "cw-work-mount"
"""The class of the place, where the host of the page draws the list."""

_WITHOUT = "What is kept in this browser is listed here by the page's scripts, and your browser has not run them."


class YourWorkDirective(SphinxDirective):
    """The place of the list; it tells the page which exercises there are and what each asks."""

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        self.env.note_dependency("exercises/blueprint.yaml")
        blueprint = load_blueprint(root / "exercises")
        exercises = [self._exercise(root, blueprint, name) for name in exercise_names(blueprint)]
        data = escape(json.dumps(exercises, ensure_ascii=False))
        return [raw(f'<div class="{MARK}" data-exercises="{data}"><p>{_WITHOUT}</p></div>')]

    def _exercise(self, root: Path, blueprint: Blueprint, name: str) -> dict[str, Any]:
        page = f"book/exercises/{name}/{name}"
        note_fact(self.env, "chapter", page)
        title = chapter_title(root, page).removeprefix("Exercise: ")
        title = name.replace("-", " ") if title == page else title
        return {
            "name": name,
            "title": f"{title[:1].upper()}{title[1:]}",
            "items": list(blueprint.aims_of(name)),
            "page": f"{page}.html",
        }


def exercise_names(blueprint: Blueprint) -> list[str]:
    """The exercises and the forms of the test, in the order in which they are taken."""
    before, after = blueprint.forms[:1], blueprint.forms[1:]
    return [*before, *blueprint.domains, *after]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("your-work", YourWorkDirective)
