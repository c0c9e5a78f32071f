"""The sense of place: what each page asks and how long it takes, for its head, the start page, and the page's script.

```{course-start}``` shows one way to begin, and how long the whole course takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from casework.book.contents import CoursePart, course_parts
from casework.book.fresh import digest, kept
from casework.book.parts import raw
from casework.storage import write_file

_STATE = re.compile(r'data-casework="([^"]*)"')
_READ = re.compile(r"\b[Aa]bout (\d+) minutes to read(?:\D{1,5}(\d+) to (?:practise|try))?")
_TAKES = re.compile(r"\b[Aa]bout (\d+) minutes\b(?! to read)")
_HEAD = re.compile(r"</h1>")


@dataclass(frozen=True)
class Page:
    """What one page asks for: minutes as it says itself at its head, and activities in their order."""

    read: int = 0
    practise: int = 0
    asks: list[str] = field(default_factory=list)
    """The names under which the answers to its practice are kept."""
    exercise: str = ""
    """The exercise it is, if it is one; `asks` are then its questions that have points."""


def is_work(part: CoursePart, page: Page) -> bool:
    """Whether somebody goes on at this page: a chapter, a lab or an exercise, not what tells how it all goes."""
    return bool(part.name or page.asks)


def trainees_parts(env: BuildEnvironment) -> list[CoursePart]:
    """The parts that a trainee goes through: not those for supervisors, nor what is looked up."""
    return [part for part in course_parts(env) if not any(page.startswith("book/appendix/") for page in part.pages)]


def page_of(env: BuildEnvironment, docname: str) -> Page:
    """What `docname` asks for; nothing, where it was not read."""
    found: Page = kept(env, "place").get(docname, Page())
    return found


def spoken(minutes: int) -> str:
    """Minutes as one would say them: to the half hour from two hours on."""
    if minutes < 100:
        return f"{minutes} minutes"
    halves = round(minutes / 30)
    return f"{halves // 2}½ hours" if halves % 2 else f"{halves // 2} hours"


def _note(app: Sphinx, doctree: nodes.document) -> None:
    states = list(_states(doctree))
    exercise = next((state["assignment"] for state in states if state["kind"] == "panel"), "")
    mode = "graded" if exercise else "practice"
    asks = [state["name"] for state in states if state.get("mode") == mode]
    read, practise = minutes(_opening(doctree))
    kept(app.env, "place")[app.env.docname] = Page(read, practise, list(dict.fromkeys(asks)), exercise)


def minutes(text: str) -> tuple[int, int]:
    """How long a page says it takes, to read and to do; 0 where it does not say."""
    if found := _READ.search(text):
        return int(found[1]), int(found[2] or 0)
    found = _TAKES.search(text)
    return 0, int(found[1]) if found else 0


def _states(doctree: nodes.document) -> Iterator[dict[str, Any]]:
    for node in doctree.findall(nodes.raw):
        for found in _STATE.finditer(node.astext()):
            yield json.loads(unescape(found[1]))


def _opening(doctree: nodes.document) -> str:
    """The words between the title of a page and its first heading or list."""
    for section in doctree.findall(nodes.section):
        texts = []
        for child in section.children[1:]:
            if isinstance(child, nodes.section):
                break
            texts.append(child.astext())
        return " ".join(texts)
    return ""


class _Start(nodes.General, nodes.Element):
    """Where the way to begin comes when all pages are read."""


class CourseStart(SphinxDirective):
    """One way to begin, and the hours of the whole course, summed from its pages."""

    def run(self) -> list[nodes.Node]:
        return [_Start()]


def _draw(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(_Start)):
        node.replace_self(raw(_start_html(app, docname)))


def _start_html(app: Sphinx, docname: str) -> str:
    env, builder = app.env, app.builder
    course = trainees_parts(env)
    first = next(page for part in course for page in part.pages)
    pages = [page_of(env, page) for part in course for page in part.pages]
    hours = [
        (sum(page.read for page in pages), "of reading"),
        (sum(page.practise for page in pages if not page.exercise), "of practice"),
        (sum(page.practise for page in pages if page.exercise), "of graded work"),
    ]
    said = ", ".join(f"{spoken(length)} {what}" for length, what in hours if length)
    return (
        f'<p><a class="cw-go" href="{builder.get_relative_uri(docname, first)}">Start the course</a></p>\n'
        f'<p class="cw-how-far">About {said}. You can stop anywhere; '
        "this browser remembers the page, and what you last worked on there.</p>"
    )


def _redraw(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    before, now = getattr(env, "casework_place", ""), digest(_inventory(app))
    env.casework_place = now  # type: ignore[attr-defined]
    return [app.config.root_doc] if now != before else []


def _inventory(app: Sphinx) -> dict[str, Any]:
    env = app.env
    listed = [
        {
            "page": page,
            "title": env.titles[page].astext(),
            "part": part.caption,
            "work": is_work(part, page_of(env, page)),
            **asdict(page_of(env, page)),
        }
        for part in trainees_parts(env)
        for page in part.pages
        if page in env.titles
    ]
    return {"start": app.config.root_doc, "pages": listed}


def _write_inventory(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        held = json.dumps(_inventory(app), ensure_ascii=False, separators=(",", ":"))
        text = f"globalThis.caseworkCourse = {held};\n"
        write_file(Path(app.outdir) / "_static" / "course.js", text.encode())


def _head(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    # there before any script, so that nothing moves when the script says how far the reader has come
    asked = len(page_of(app.env, pagename).asks)
    if doctree is not None and asked and not page_of(app.env, pagename).exercise:
        said = f'<p class="cw-place">{asked} {"activities" if asked > 1 else "activity"} on this page.</p>'
        context["body"] = _HEAD.sub(f"</h1>\n{said}", context["body"], count=1)


def setup(app: Sphinx) -> None:
    """Register what notes each page, the way to begin, and the inventory that the page's script reads."""
    app.add_directive("course-start", CourseStart)
    app.add_node(_Start)
    app.connect("doctree-read", _note)
    app.connect("env-updated", _redraw, priority=800)
    app.connect("doctree-resolved", _draw)
    app.connect("html-page-context", _head)
    app.connect("build-finished", _write_inventory)
