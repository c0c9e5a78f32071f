"""How the book looks: the typeface, a colour for each part, callouts with sign and word, tables that fit a phone."""

from __future__ import annotations

import hashlib
import re
from html import escape
from importlib.resources import files
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms import SphinxTransform

from casework.book.contents import CoursePart, course_parts
from casework.book.scripts import own
from casework.book.static import offer

CALLOUTS = {
    "red-flag": ("Red flag", "M5 21V4m0 1c5-3 9 3 14 0v9c-5 3-9-3-14 0"),
    "in-session": ("In session", "M4 5h12v8H9l-4 3v-3H4zm8 11h3l4 3v-3h1V9h-1"),
    "evidence": ("Evidence", "M4 20h16M7 16v-4m5 4V6m5 10V9"),
    "from-the-article": ("From the article", "M6 3h9l4 4v14H6zm9 0v4h4M9 12h7m-7 4h7"),
    "our-choice": ("Our choice", "M12 21v-8m0 0L5 6m7 7 7-7M5 11V6h5m4 0h5v5"),
}
"""The class of a callout: its word, and the lines of its sign on 24 by 24."""

MANY = 4
"""From so many columns on, the rows of a table stand one under the other on a phone."""

_EMPTY_HEAD = re.compile(r'<th class="head"><p></p></th>')
_CAPTION = re.compile(r'<p [^>]*class="caption"[^>]*>')
_MARK = re.compile(r"\((article|framework|couple literature|guidance|law|our choice|our view)\b[^()]*\)")


def fonts() -> tuple[str, dict[str, bytes]]:
    """The folder of the typeface in the site, named after what is in it, and its files with their licence."""
    folder = files(__package__).joinpath("fonts")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".woff2"))
    found = {name: folder.joinpath(name).read_bytes() for name in (*names, "OFL.txt")}
    return f"fonts-{hashlib.sha256(b''.join(found.values())).hexdigest()[:10]}", found


def styles() -> str:
    """The styles of every page."""
    return own("look.css").replace("FONTS", fonts()[0]) + own("book.css")


class Dress(SphinxTransform):
    """Give callouts their sign and word, marks of sources their class, and wide tables the heads a phone shows."""

    default_priority = 890  # after the page was read and its numbers were looked at, which a sign is full of

    def apply(self, **settings: Any) -> None:
        """Change the page in place."""
        for box in list(self.document.findall(nodes.admonition)):
            for kind in CALLOUTS.keys() & set(box["classes"]):
                _name_kind(box, *CALLOUTS[kind])
        for word in self.document.findall(nodes.emphasis):
            if _MARK.fullmatch(word.astext()):
                word["classes"].append("source-mark")
        for table in self.document.findall(nodes.table):
            _name_cells(table)


def _name_kind(box: nodes.admonition, word: str, lines: str) -> None:
    title = next(box.findall(nodes.title))
    sign = nodes.raw("", f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{lines}"/></svg>', format="html")
    if title.astext().lower() in (word.lower(), f"{word.lower()}s"):
        name = nodes.inline("", "", sign, *title.children, classes=["callout-kind"])
        title.clear()
        title += name
    else:
        title.insert(0, [nodes.inline("", "", sign, nodes.Text(word), classes=["callout-kind"]), nodes.Text(" ")])


def _name_cells(table: nodes.table) -> None:
    head, body = next(table.findall(nodes.thead), None), next(table.findall(nodes.tbody), None)
    heads = [cell.astext() for cell in head.findall(nodes.entry)] if head else []
    if len(heads) < MANY or not body:
        return
    table["classes"].append("stacks")
    for row in body.findall(nodes.row):
        for name, cell in zip(heads, row.children, strict=False):
            if isinstance(said := next(iter(cell.children), None), nodes.paragraph):
                label = f'<span class="cell-head" data-head="{escape(name)}"></span>'
                said.insert(0, nodes.raw("", label, format="html"))


def _dress_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    parts = course_parts(app.env)
    part = next((part for part in parts if pagename in part.pages), CoursePart("", ()))
    context["part"] = part.name or "more"  # look.css has a colour for each
    if doctree is not None:
        # a head that says nothing is no head
        context["body"] = _EMPTY_HEAD.sub("<td></td>", context.get("body", ""))
        if part.caption:
            context["body"] = f'<p class="part-name">{escape(part.caption)}</p>\n{context["body"]}'
    if menu := context.get("generate_toctree_html"):
        names = [part.name or "more" for part in parts if part.caption]
        context["generate_toctree_html"] = lambda kind, **options: (
            _colour_menu(str(menu(kind, **options)), names) if kind == "sidebar" else menu(kind, **options)
        )


def _colour_menu(menu: str, names: list[str]) -> str:
    left = iter(names)
    return _CAPTION.sub(lambda found: f'{found[0][:-1]} data-part="{next(left, "more")}">', menu)


def _configure(app: Sphinx, config: Config) -> None:
    folder, found = fonts()
    offer(app, config, {"book.css": styles()} | {f"{folder}/{name}": held for name, held in found.items()})


def setup(app: Sphinx) -> None:
    """Register the look."""
    app.connect("config-inited", _configure)
    app.connect("html-page-context", _dress_page, priority=800)
    app.add_transform(Dress)
