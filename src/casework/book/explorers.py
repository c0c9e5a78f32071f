"""Explorers in the book: their host and the drawing library, for the pages that hold one and for no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from casework.book.fresh import kept
from casework.book.scripts import gathered, needed, own, page_files
from casework.book.static import offer, static_folder
from casework.explorers.front_end import library_name, library_text, modules, style_text
from casework.widgets.front_end import Modules

_MARK = "cw-explorer-mount"


def host_files() -> dict[str, str]:
    """The host: one classic script that also runs from disk, the modules as files, and the styles."""
    return {**page_files("explorers", _host_modules(), "host"), "explorers.css": style_text()}


def _host_modules() -> Modules:
    return gathered({**modules(), "host": own("explorers.js")}, "host")


def write_library(folder: Path) -> str:
    """Write the drawing library into `folder` unless this version is there, and return its file name."""
    name = library_name()
    if not (folder / name).is_file():
        for older in folder.glob("vega-*.js"):
            older.unlink()
        (folder / name).write_text(library_text(), encoding="utf-8")
    return name


def _configure(app: Sphinx, config: Config) -> None:
    offer(app, config, host_files())


def _note_page(app: Sphinx, doctree: nodes.document) -> None:
    if any(_MARK in node.astext() for node in doctree.findall(nodes.raw)):
        kept(app.env, "explorers")[app.env.docname] = True


def _bring_library(app: Sphinx, env: BuildEnvironment) -> list[str]:
    # before pages are written and static files copied; it takes seconds, so it is kept between builds
    if kept(env, "explorers") and app.builder.format == "html":
        write_library(static_folder(app))
    return []


def _dress_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if doctree is not None and _MARK in context.get("body", ""):
        app.add_css_file("explorers.css")
        wanted = " ".join(needed(_host_modules(), ["host", "explorer"]))
        given: dict[str, Any] = {"data-modules": wanted, "data-library": library_name()}
        app.add_js_file("explorers.js", loading_method="async", **given)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register what the pages with an explorer need."""
    app.connect("config-inited", _configure)
    app.connect("doctree-read", _note_page)
    app.connect("env-updated", _bring_library)
    app.connect("html-page-context", _dress_page, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
