"""The Sphinx extension of the book: activities are live in the built pages, with no kernel and no outside request."""

from __future__ import annotations

import os
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from docutils.nodes import make_id
from myst_nb.sphinx_ext import add_global_html_resources
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config

from casework.book import (
    activities,
    assets,
    blueprint,
    change,
    couples,
    course_map,
    drawings,
    emblems,
    fresh,
    glossary,
    leads,
    look,
    notebooks,
    numbers,
    offline,
    place,
    safety,
    search,
    work,
)
from casework.book.scripts import gathered, needed, own, page_files
from casework.book.static import offer
from casework.widgets.front_end import Modules, all_styles, modules

_HOST = ("answers", "bar", "host", "kept", "notes", "people", "place", "sheet", "store", "work", "work-file")
_KIND = re.compile(r"&quot;kind&quot;: &quot;([a-z]+)&quot;")


def host_files() -> dict[str, str]:
    """The static host: one classic script that also runs from disk, the modules as files, and the styles."""
    return {**page_files("casework", host_modules(), "host"), "casework.css": host_styles()}


@cache
def host_modules() -> Modules:
    """The modules of a page: one for each kind, and the host with what the kinds share."""
    return gathered({**modules(), **{name: own(f"{name}.js") for name in _HOST}}, "host")


def host_styles() -> str:
    """The styles of every kind in one sheet."""
    return all_styles() + "".join(own(f"{name}.css") for name in ("host", "bar", "work"))


def _configure(app: Sphinx, config: Config) -> None:
    # a notebook's page takes an activity's own HTML, which reads without JavaScript, instead of a widget's view
    config.nb_mime_priority_overrides = [*config.nb_mime_priority_overrides, ("html", "text/html", 1)]
    texts = host_files() | {name: own(name) for name in ("cards.js", "menus.js", "place.css", "start.js")}
    offer(app, config, texts)
    # before the theme's own, and relative, for the same reason as the folder of scripts
    templates = os.path.relpath(Path(__file__).with_name("templates"), app.confdir)
    config.templates_path = [templates, *config.templates_path]


def _bring_notebook_styles(app: Sphinx, builder: Builder) -> None:
    # MyST-NB brings them after the pages, so that only a second build would name their version in the pages
    (Path(app.outdir) / "_static").mkdir(exist_ok=True)
    add_global_html_resources(app, None)


def _dress_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if doctree is None:
        return
    body = context.get("body", "")
    wanted = ["host", *_KIND.findall(body), *(["work"] if work.MARK in body else [])]
    given: dict[str, Any] = {"data-modules": " ".join(needed(host_modules(), wanted))}
    app.add_js_file("casework.js", loading_method="async", **given)


def _name_course(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    # what a browser keeps is kept under these two, see store.js
    course, root = app.config.casework_course or make_id(app.config.project), app.config.casework_root
    named = f'<meta name="casework" data-course="{escape(course)}" data-root="{escape(root)}" data-page="{pagename}">\n'
    context["metatags"] = context.get("metatags", "") + named


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    for part in (
        fresh,
        notebooks,
        search,
        activities,
        change,
        safety,
        couples,
        blueprint,
        drawings,
        course_map,
        place,
        emblems,
        glossary,
        leads,
        look,
        work,
    ):
        part.setup(app)
    if numbering := app.extensions.get("sphinx_multitoc_numbering"):
        numbering.parallel_read_safe = True  # it looks at no page while pages are read, and does not say so
    app.connect("config-inited", _configure)
    app.setup_extension("casework.book.claims")
    app.setup_extension("casework.book.explorers")
    numbers.setup(app)
    offline.setup(app)
    app.add_css_file("book.css")
    app.add_css_file("place.css")
    app.add_js_file("menus.js", loading_method="defer")
    app.connect("write-started", _bring_notebook_styles)
    app.add_config_value("casework_course", "", "html", [str])  # its own name, the same in every edition
    app.add_config_value(
        "casework_root", "./", "html", [str]
    )  # from the site to its course: "../" in an edition's folder
    app.connect("html-page-context", _dress_page, priority=100)
    app.connect("html-page-context", _name_course)
    assets.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
