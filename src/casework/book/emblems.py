"""A couple's emblem at the head of their pages and beside them in the menu: part of the page, so that no policy or
missing script can keep it away."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from casework.book.fresh import digest
from casework.emblems import emblem_on, emblems
from casework.records import ContentError

_LINK = re.compile(r'<a class="[^"]*\breference internal\b[^"]*" href="([^"#]*)(?:#[^"]*)?"[^>]*>')


def in_menu(html: str, page: str) -> str:
    """The menu as it stands on `page`, with the emblem of each couple beside the titles of their pages."""

    def with_emblem(link: re.Match[str]) -> str:
        address = link[1].removesuffix(".html")
        emblem = emblem_on(normpath(join(dirname(page), address)) if address else page)
        return link[0] + (emblem.svg() if emblem else "")

    return _LINK.sub(with_emblem, html)


def at_head(body: str, page: str) -> str:
    """The text of `page`, with the emblem of its couple in its first heading."""
    emblem = emblem_on(page)
    return body.replace("<h1>", f"<h1>{emblem.svg()}", 1) if emblem else body


def _draw(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if "body" in context:
        context["body"] = at_head(context["body"], pagename)
    if menu := context.get("generate_toctree_html"):
        context["generate_toctree_html"] = lambda kind, **options: (
            in_menu(str(menu(kind, **options)), pagename) if kind == "sidebar" else menu(kind, **options)
        )


def _configure(app: Sphinx, config: Config) -> None:
    try:
        config.casework_emblems = digest([emblem.svg() for emblem in emblems()])
    except ContentError as error:
        raise ExtensionError(str(error)) from error


def setup(app: Sphinx) -> None:
    """Register what draws them; every page is written again when one changes, since every page has the menu."""
    app.add_config_value("casework_emblems", "", "html", [str])
    app.connect("config-inited", _configure)
    app.connect("html-page-context", _draw, priority=900)  # after the theme has made the menu
