"""The map of the course: its numbered parts, the way through them, and the couples, all from the table of contents.

```{course-map}``` needs no argument. A part is one whose caption begins with a Roman numeral; its picture and the line
under it are `book/figures/part-NAME.svg`.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from casework.book.contents import NUMBERED, CoursePart, course_parts
from casework.book.drawings import SVG, figures
from casework.book.fresh import depend
from casework.book.parts import paragraph, raw
from casework.couples import couple_ids, load_couple
from casework.emblems import emblem_on

LABS = "notebooks/"
EXERCISES = "book/exercises/"
TESTS = f"{EXERCISES}test-"


class CourseMapDirective(SphinxDirective):
    """The numbered parts as links to where each begins, and the couples as links to their pages."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(Path(self.env.srcdir) / "_toc.yml"))
        folder = figures(self.env.srcdir)
        found = [part for part in course_parts(self.env) if part.name]
        if len(found) != len(NUMBERED):
            raise self.error(f"course-map: found {len(found)} numbered parts in _toc.yml, expected {len(NUMBERED)}")
        stops = nodes.enumerated_list("", classes=["cw-map-way"])
        for part in found:
            self.env.note_dependency(str(folder / f"part-{part.name}.svg"))
            stops += self._stop(part, folder / f"part-{part.name}.svg")
        couples = nodes.bullet_list("", classes=["cw-map-couples"])
        for page in couple_pages(found):
            couple = load_couple(Path(page).name)
            depend(self.env, f"couples/{couple.id}.yaml")
            emblem = emblem_on(page)
            if emblem:
                depend(self.env, f"emblems/{emblem.name}.svg")
            drawn = [raw(emblem.svg())] if emblem else []
            couples += nodes.list_item("", *drawn, paragraph(self._link(page, couple.names), f" {couple.problem}"))
        return [raw('<nav class="cw-map" aria-label="The way through the course">'), stops, couples, raw("</nav>")]

    def _stop(self, part: CoursePart, picture: Path) -> nodes.list_item:
        drawn, line = _picture(picture)
        stop = nodes.list_item("", raw(drawn), classes=["cw-map-part", part.name])
        stop += paragraph(self._link(part.pages[0], part.caption))
        stop += paragraph(line)
        stop += nodes.paragraph("", _extent(part.pages), classes=["cw-map-extent"])
        return stop

    def _link(self, page: str, text: str) -> nodes.Node:
        # as an author's link, so that a page that is not there fails the build
        link = pending_xref(
            "", refdomain="std", reftype="doc", reftarget=f"/{page}", refdoc=self.env.docname, refexplicit=True
        )
        link["refwarn"] = True
        link += nodes.inline("", text)
        return link


def couple_pages(parts: list[CoursePart]) -> list[str]:
    """The couples' own pages, in the order of the contents."""
    # a lab may be called after the couple it is about
    pages = [page for part in parts for page in part.pages if not page.startswith(LABS)]
    return [page for page in pages if Path(page).name in couple_ids()]


def _extent(pages: tuple[str, ...]) -> str:
    kinds = {"lab": LABS, "exercise": EXERCISES, "test": TESTS}
    counts = {kind: sum(page.startswith(folder) for page in pages) for kind, folder in kinds.items()}
    counts["exercise"] -= counts["test"]  # it stands among them, and is not one of the eight
    counts = {"chapter": len(pages) - sum(counts.values()), **counts}
    return ", ".join(f"{number} {kind}{'s' if number > 1 else ''}" for kind, number in counts.items() if number)


def _picture(path: Path) -> tuple[str, str]:
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    line = root.find(f"{{{SVG}}}desc")
    assert line is not None, path
    root.remove(line)  # it is read under the picture
    root.set("aria-hidden", "true")
    return ElementTree.tostring(root, encoding="unicode"), line.text or ""


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("course-map", CourseMapDirective)
